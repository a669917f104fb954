"""Behind ``guanjin registry``: files and versions in, words or JSON out."""

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
import sys
from typing import Any, Final

from msgspec.structs import replace

from collector.book import Registry
from collector.clocks import all_deadlines
from collector.declarations import Calendar, Name
from collector.law.terms import Party
from collector.law.unverified import unverified_terms
from collector.registry import read_registry
from collector.registry_diff import changes_between
from collector.registry_edit_file import put_registry, write_whole
from collector.registry_history import Entry, Version, entry_as_of, history, record, sealed
from collector.registry_import import plan_import
from collector.registry_sheets import csv_files, xlsx_file
from collector.registry_table import grids_of
from collector.stores.registry_versions import SqliteVersions
from collector.yaml_reader import Document, scalar
from guanjin import config, registry_words
from guanjin.clerk import anonymous
from guanjin.command import Exit, Speech
from wire.codec import json_line
from wire.faults import ConfigurationError, GuanjinError
from wire.legal_time import legal_day

_HISTORY: Final = "registry-history.sqlite"
_WRITTEN: Final = Speech(
    "已写入。原文件（如有）存为 .bak；原有注释只保留开头部分。",
    "Written. What was there is kept as .bak; of its comments only those at its head are kept.",
)
_NOT_WRITTEN: Final = Speech("未写入。", "Nothing was written.")
AT_START: Final = ("file", "loaded at start")
"""Who signs for a registry that a process was started with, and why."""


def record_at_start(arguments: Namespace, registry: Registry) -> None:
    """Keep the registry that ``guanjin up`` was started with, if it says something new.

    Raises:
        ConfigurationError: the history cannot be opened.
    """
    if arguments.registry is None:
        return
    author, reason = AT_START
    with versions_in(arguments.state, must_exist=False) as versions:
        record(versions, registry, author=author, reason=reason, now_ns=config.now_ns())


def _check(arguments: Namespace) -> Exit:
    try:
        registry = _read(arguments.file)
    except ConfigurationError as error:
        if not arguments.json:
            raise
        _print_json({"file": str(arguments.file), "is_valid": False, "faults": error.what.splitlines()})
        return Exit.ERROR
    on = arguments.on or _today()
    deadlines = all_deadlines(registry, on, unverified_terms())
    late = [each for each in deadlines if each.is_overdue and each.party is Party.EXPORTER]
    if arguments.json:
        _print_json({"file": str(arguments.file), "is_valid": True, "on": on, "deadlines": deadlines})
    else:
        registry_words.print_check(registry, late, on, arguments.lang)
    return Exit.FLAGGED if late else Exit.CLEAN


def _show(arguments: Namespace) -> Exit:
    on = arguments.on or _today()
    entry, registry = _of_state(arguments.state, on) if arguments.state else (None, _read(arguments.file))
    if arguments.calendar:
        registry = replace(registry, calendar=_joined(registry.calendar, _calendar(arguments.calendar)))
    deadlines = all_deadlines(registry, on, unverified_terms())
    if arguments.json:
        _print_json(registry_words.record_of(registry, deadlines, entry, on))
    else:
        registry_words.print_registry(registry, deadlines, entry, on, arguments.lang)
    return Exit.CLEAN


def _diff(arguments: Namespace) -> Exit:
    changes = changes_between(*(_side(text, arguments.state) for text in (arguments.old, arguments.new)))
    if arguments.json:
        for change in changes:
            _print_json(change)
    else:
        registry_words.print_changes(changes, arguments.lang)
    return Exit.FLAGGED if changes else Exit.CLEAN


def _template(arguments: Namespace) -> Exit:
    registry = _read(arguments.registry) if arguments.registry else Registry()
    files = [("registry.xlsx", xlsx_file(registry))] if arguments.format == "xlsx" else list(csv_files(registry))
    paths = [arguments.folder / name for name, _ in files]
    standing = [str(path) for path in paths if path.exists()]
    if standing:
        raise ConfigurationError(f"stands there already: {', '.join(standing)}", cure="name another folder")
    for path, (_, content) in zip(paths, files, strict=True):
        write_whole(path, content)
    if arguments.json:
        _print_json({"files": [str(path) for path in paths]})
    else:
        print("\n".join(map(str, paths)))
    return Exit.CLEAN


def _import(arguments: Namespace) -> Exit:
    is_new = not arguments.into.exists()
    registry = Registry() if is_new else _read(arguments.into)
    grids = [grid for path in arguments.files for grid in grids_of(_bytes(path), path.name)]
    plan = plan_import(registry, grids, arguments.into.name)
    is_written = bool(plan.changes) and not plan.faults and not arguments.dry_run
    if is_written:
        put_registry(arguments.into, plan.registry)
    if arguments.json:
        _print_json({"is_written": is_written, "changes": plan.changes, "same": plan.unchanged, "faults": plan.faults})
    else:
        registry_words.print_plan(plan, arguments.lang)
        print((_WRITTEN if is_written else _NOT_WRITTEN).said(arguments.lang))
    return Exit.ERROR if plan.faults else Exit.CLEAN


def _commit(arguments: Namespace) -> Exit:
    author, reason = _said(arguments.author, "--author"), _said(arguments.reason, "--reason")
    registry = _read(arguments.file)
    with versions_in(arguments.state, must_exist=False) as versions:
        version = record(versions, registry, author=author, reason=reason, now_ns=config.now_ns())
    if arguments.json:
        _print_json({"version": registry_words.record_of_entry(version.entry if version else None)})
    elif version:
        kept = Speech("已留存版本 {0}，校验值 {1}", "kept as version {0}, seal {1}")
        print(kept.said(arguments.lang).format(version.entry.number, version.entry.seal))
    else:
        print(Speech("与最新版本相同，未留存。", "The same as the newest version: nothing kept.").said(arguments.lang))
    return Exit.CLEAN


def _log(arguments: Namespace) -> Exit:
    with versions_in(arguments.state, must_exist=True) as versions:
        for entry, changes in history(_each(versions)):
            if arguments.json:
                _print_json({"version": registry_words.record_of_entry(entry), "changes": changes})
            else:
                registry_words.print_entry(entry, changes, arguments.lang)
    return Exit.CLEAN


DEEDS: Final[dict[str, Callable[[Namespace], Exit]]] = {
    "check": _check,
    "show": _show,
    "diff": _diff,
    "template": _template,
    "import": _import,
    "commit": _commit,
    "log": _log,
}
"""By the name of the action."""


def _read(path: Path) -> Registry:
    return read_registry(_bytes(path), str(path))


def _calendar(path: Path) -> Calendar:
    document = Document(_bytes(path), str(path))
    calendar = document.read(Calendar)
    document.raise_faults()
    return calendar


def _joined(one: Calendar, other: Calendar) -> Calendar:
    """The later word holds where they differ."""
    holidays, workdays = set(other.holidays), set(other.workdays)
    return Calendar(
        holidays=tuple(sorted(holidays | set(one.holidays) - workdays)),
        workdays=tuple(sorted(workdays | set(one.workdays) - holidays)),
    )


def _side(text: str, state: Path | None) -> Registry:
    if state is None or not text.isdecimal():
        return _read(Path(text))
    with versions_in(state, must_exist=True) as versions:
        return _known(versions, int(text[:9])).registry


def _of_state(state: Path, on: date) -> tuple[Entry, Registry]:
    with versions_in(state, must_exist=True) as versions:
        entry = entry_as_of(versions.entries(), on)
        if entry is None:
            raise GuanjinError(f"no version of the registry was kept by {on}")
        return entry, _known(versions, entry.number).registry


def _known(versions: SqliteVersions, number: int) -> Version:
    """A version, if nothing up to it was altered."""
    found = next((each for each in sealed(_each(versions)) if each.entry.number == number), None)
    if found is None:
        raise GuanjinError(f"there is no version {number} of the registry")
    return found


def _each(versions: SqliteVersions) -> Iterator[Version]:
    return (version for entry in versions.entries() if (version := versions.version(entry.number)))


@contextmanager
def versions_in(state: Path, *, must_exist: bool) -> Iterator[SqliteVersions]:
    """The versions kept in a folder, open until the block ends.

    Raises:
        ConfigurationError: they are not there, or cannot be opened.
    """
    path = state / _HISTORY
    if must_exist and not path.is_file():
        raise ConfigurationError("no version was kept there", at=str(path), cure="guanjin registry commit keeps one")
    try:
        state.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"cannot make the folder: {error.strerror}", at=str(state)) from error
    versions = SqliteVersions(path)
    try:
        yield versions
    finally:
        versions.close()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"cannot read: {error.strerror}", at=str(path)) from error


def _said(text: str, option: str) -> str:
    """One line that names nobody by number."""
    value, what = scalar(text, Name)
    if what:
        raise ConfigurationError(what, at=option)
    return anonymous(str(value))


def _today() -> date:
    return legal_day(config.now_ns())


def _print_json(value: Any) -> None:
    sys.stdout.buffer.write(json_line(value) + b"\n")
