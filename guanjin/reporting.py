"""Behind ``guanjin report``: a form or a letter, written to a file or shown in the terminal."""

from argparse import Namespace
from pathlib import Path
import sys

from collector.book import Registry
from collector.desk import dossier
from collector.ports import Store
from collector.reports.document import Document, Grid
from collector.reports.forms import FORMS
from collector.reports.letters import LETTERS
from collector.reports.making import file_of
from collector.reports.observed import Request, observe
from collector.reports.parts import Subject
from collector.risk import own_factors
from guanjin import config
from guanjin.clerk import plain
from guanjin.command import Exit, Speech
from guanjin.kept import kept_store
from guanjin.settings import registry_of
from wire.codec import json_line
from wire.faults import GuanjinError
from wire.legal_time import legal_day


def write_report(arguments: Namespace) -> Exit:
    """Write one report, or print it where no file is named."""
    registry = registry_of(arguments)
    with kept_store(arguments) as store:
        report = _report(store, registry, arguments)
    if arguments.out:
        _save(report, arguments.out)
        left = sum(getattr(block, "is_open", False) for block in report.blocks)
        said = Speech(
            f"已写入 {arguments.out}（{left} 处待填写）", f"written: {arguments.out} ({left} parts left open)"
        )
        print(said.said(arguments.lang), file=sys.stderr)
    if arguments.json:
        sys.stdout.buffer.write(json_line(report) + b"\n")
    elif not arguments.out:
        print("\n".join(_text(report)))
    return Exit.CLEAN


def _report(store: Store, registry: Registry, arguments: Namespace) -> Document:
    what = arguments.what
    if (what in LETTERS) != bool(arguments.case):
        cure = "--case CASE_ID" if what in LETTERS else "--organisation CODE"
        raise GuanjinError(f"{what} needs {cure}\n  help: guanjin report --help")
    if what in FORMS:
        on = arguments.on or legal_day(config.now_ns())
        request = Request(arguments.organisation, arguments.year or on.year, on, _known(arguments, registry))
        return FORMS[what](Subject(registry, observe(store, registry, request)))
    case = store.cases.case(arguments.case.lower())
    if case is None:
        raise GuanjinError(f"no case {arguments.case!r} is kept here\n  help: guanjin cases list --all")
    return LETTERS[what](dossier(store, case, registry, own_factors()), registry)


def _known(arguments: Namespace, registry: Registry) -> str:
    """The filing's number, if the exporter has it."""
    numbers = [each.number for each in registry.filings_of(arguments.organisation)]
    if arguments.filing and arguments.filing not in numbers:
        raise GuanjinError(
            f"no filing {arguments.filing!r} of that exporter\n  help: known: {', '.join(numbers) or '-'}"
        )
    return str(arguments.filing)


def _save(report: Document, path: Path) -> None:
    content = file_of(report, path.stem, path.suffix[1:].lower()).content
    try:
        path.write_bytes(content)
    except OSError as error:
        raise GuanjinError(f"cannot write {path.name}: {error.strerror}") from error


def _text(report: Document) -> list[str]:
    lines = [plain(report.title), f"（{report.basis}）", ""]
    for block in report.blocks:
        if isinstance(block, Grid):
            lines += [f"[{block.title}]", " | ".join(block.header)]
            lines += [plain("  " + " | ".join(row)) for row in block.rows]
            lines += [f"  注：{block.note}"] if block.note else []
        else:
            lines.append(plain(block.text))
    return lines
