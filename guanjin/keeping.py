"""Behind ``guanjin store``."""

from argparse import Namespace
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
import sys
from typing import Any

from collector.contents import digests
from collector.intake_ports import Hold
from collector.keeping import Policy, retain
from collector.stores.archive import Archive
from collector.stores.backup import Manifest, back_up, restore
from collector.stores.intake_sql import day_of
from guanjin import config
from guanjin.clerk import anonymous
from guanjin.command import Exit, Speech
from guanjin.store_address import KeptStore, is_server, opened
from wire.codec import json_line
from wire.faults import ConfigurationError


def _backup(arguments: Namespace) -> Exit:
    with _there(arguments) as store:
        _print_manifest(back_up(store, arguments.folder, config.now_ns()), arguments.lang)
    return Exit.CLEAN


def _restore(arguments: Namespace) -> Exit:
    with opened(arguments.store) as store:
        _print_manifest(restore(arguments.folder, store), arguments.lang)
    return Exit.CLEAN


def _verify(arguments: Namespace) -> Exit:
    with _there(arguments) as store:
        for name, section in digests(store).items():
            print(f"{name:<10} {section.rows:>12,}  {section.sha256}")
    faults = list(Archive(arguments.archive).faults()) if arguments.archive else []
    for fault in faults:
        print(f"! {fault}")
    return Exit.FLAGGED if faults else Exit.CLEAN


def _archive(arguments: Namespace) -> Exit:
    archive, now_ns = Archive(arguments.archive), config.now_ns()
    files = rows = 0
    with _there(arguments) as store:
        for entry in archive.export(store, day_of(now_ns), now_ns):
            files, rows = files + 1, rows + entry.rows
    print(
        Speech(f"写出 {files:,} 个文件，{rows:,} 次传输", f"files: {files:,}, transfers: {rows:,}").said(arguments.lang)
    )
    return Exit.CLEAN


def _query(arguments: Namespace) -> Exit:
    names, rows = _archive_at(arguments.archive).query(arguments.sql)
    for row in rows:
        sys.stdout.buffer.write(json_line(dict(zip(names, map(_plain, row), strict=True))) + b"\n")
    return Exit.CLEAN


def _columns(arguments: Namespace) -> Exit:
    from collector.batch.from_archive import columns_of  # noqa: PLC0415  # heavy: only who asks pays for it

    made = kept = refused = 0
    for each in columns_of(_archive_at(arguments.archive), arguments.out):
        if each.refused:
            refused += 1
            print(f"! {each.organisation} {each.year}: {each.refused}")
        elif each.is_new:
            made += 1
        else:
            kept += 1
    said = Speech(
        f"主体年度：写出 {made:,}，未变 {kept:,}，须由存储逐条判定 {refused:,}",
        f"exporters' years written: {made:,}, unchanged: {kept:,}, to be judged from the store: {refused:,}",
    )
    print(said.said(arguments.lang))
    return Exit.FLAGGED if refused else Exit.CLEAN


def _archive_at(folder: Path) -> Archive:
    if not folder.is_dir():
        raise ConfigurationError("no archive there", at=str(folder))
    return Archive(folder)


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value


def _retain(arguments: Namespace) -> Exit:
    if min(arguments.days, arguments.rest_days) < 1:
        raise ConfigurationError("a retention of no day would delete everything", cure="give at least 1")
    archive = Archive(arguments.archive) if arguments.archive else None
    with _there(arguments) as store:
        gone = retain(store, archive, Policy(transfers=arguments.days, rest=arguments.rest_days), config.now_ns())
    said = Speech(
        f"删除 {gone.transfers:,} 次传输、归档 {gone.days:,} 天、其他 {gone.rest:,} 行",
        f"deleted transfers: {gone.transfers:,}, archived days: {gone.days:,}, other rows: {gone.rest:,}",
    )
    print(said.said(arguments.lang))
    return Exit.CLEAN


def _hold(arguments: Namespace) -> Exit:
    hold = Hold(arguments.organisation, anonymous(arguments.reason), anonymous(arguments.by), config.now_ns())
    with _there(arguments) as store, store.begin() as transaction:
        transaction.keeping.hold(hold)
    return Exit.CLEAN


def _lift(arguments: Namespace) -> Exit:
    with _there(arguments) as store, store.begin() as transaction:
        transaction.keeping.lift(arguments.organisation)
    return Exit.CLEAN


def _holds(arguments: Namespace) -> Exit:
    with _there(arguments) as store:
        for hold in store.keeping.holds():
            sys.stdout.buffer.write(json_line(hold) + b"\n")
    return Exit.CLEAN


def _seat(arguments: Namespace) -> Exit:
    from collector.stores.postgres_link import migrate, seat  # noqa: PLC0415  # only who asks needs the driver

    migrate(_server(arguments))
    seat(arguments.store, arguments.role, arguments.tenant, arguments.organisation)
    return Exit.CLEAN


def _migrate(arguments: Namespace) -> Exit:
    from collector.stores.postgres_link import migrate  # noqa: PLC0415  # only who asks needs the driver
    from collector.stores.postgres_schema import MIGRATIONS  # noqa: PLC0415  # likewise

    to = len(MIGRATIONS) if arguments.to is None else arguments.to
    if not 0 <= to <= len(MIGRATIONS):
        raise ConfigurationError(f"no such version of the schema: {to}", cure=f"0 to {len(MIGRATIONS)}")
    migrate(_server(arguments), to)
    return Exit.CLEAN


def _server(arguments: Namespace) -> str:
    if not is_server(arguments.store):
        raise ConfigurationError("this is about PostgreSQL", cure="--store postgresql://role@host/database")
    return str(arguments.store)


def _there(arguments: Namespace) -> AbstractContextManager[KeptStore]:
    """The store, which must be there already."""
    if not is_server(arguments.store) and not Path(arguments.store.removeprefix("sqlite:")).is_file():
        raise ConfigurationError("no store there", at=arguments.store, cure="give its address with --store")
    return opened(arguments.store)


def _print_manifest(manifest: Manifest, lang: str) -> None:
    for name, part in manifest.tables.items():
        print(f"{name:<16} {part.rows:>12,}")
    print(Speech("完成", "done").said(lang))


DEEDS: dict[str, Callable[[Namespace], Exit]] = {
    "backup": _backup,
    "restore": _restore,
    "verify": _verify,
    "archive": _archive,
    "query": _query,
    "columns": _columns,
    "retain": _retain,
    "hold": _hold,
    "lift": _lift,
    "holds": _holds,
    "seat": _seat,
    "migrate": _migrate,
}
