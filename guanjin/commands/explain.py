"""``guanjin explain``: one verdict as a page that can be checked and signed."""

from argparse import ArgumentParser, Namespace
import sys

from guanjin.command import Command, Exit, Speech
from guanjin.kept import add_store_arguments, kept_store
from wire.codec import json_line
from wire.faults import GuanjinError


def _arguments(parser: ArgumentParser, lang: str) -> None:
    event = Speech("传输编号（32 位十六进制）", "number of the transfer (32 hex digits)")
    parser.add_argument("event_id", metavar="EVENT_ID", help=event.said(lang))
    add_store_arguments(parser, lang)


def _run(arguments: Namespace) -> int:
    from collector.explain import explain, page_of, record_of_explanation  # noqa: PLC0415  # heavy, see scan
    from collector.law.shelf import routes_of_law  # noqa: PLC0415
    from collector.past import NO_HISTORY, history_of  # noqa: PLC0415
    from guanjin.settings import registry_of  # noqa: PLC0415

    registry = registry_of(arguments) if arguments.registry else None
    with kept_store(arguments) as store:
        judged = store.transfer(arguments.event_id.lower())
        history = history_of(store, judged, registry) if judged else NO_HISTORY
    if judged is None:
        raise GuanjinError(f"no transfer {arguments.event_id!r} is kept here\n  help: guanjin scan --json prints them")
    said = explain(judged, registry, routes_of_law(), history)
    if arguments.json:
        sys.stdout.buffer.write(json_line(record_of_explanation(said, arguments.lang)) + b"\n")
    else:
        sys.stdout.write(page_of(said, arguments.lang))
    return Exit.FLAGGED if judged.verdict.status.is_flagged else Exit.CLEAN


COMMAND = Command(
    "explain",
    Speech("写明一条判定的事实、计数、条文与合法化办法", "explain one verdict: facts, arithmetic, articles, cure"),
    (
        "guanjin explain 0f3c6d1e2b4a59788f6e5d4c3b2a1900 --state guanjin-state --registry registry.yaml",
        "guanjin explain 0f3c6d1e2b4a59788f6e5d4c3b2a1900 --keep scan.sqlite --lang en --json",
    ),
    _arguments,
    _run,
)
