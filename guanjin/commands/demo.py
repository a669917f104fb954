"""``guanjin demo``: the bundled real input, scanned and then served."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from guanjin.command import Command, Speech
from guanjin.commands.up import add_serving_arguments

_TESTS = Path(__file__).parents[2] / "tests"


def _arguments(parser: ArgumentParser, lang: str) -> None:
    once = Speech("只扫描，不打开控制台", "scan only, open no console")
    parser.add_argument("--once", action="store_true", help=once.said(lang))
    add_serving_arguments(parser, lang)


def _run(arguments: Namespace) -> int:
    from guanjin.demonstration import demonstrate  # noqa: PLC0415  # heavy, see scan

    return demonstrate(arguments, _TESTS)


COMMAND = Command(
    "demo",
    Speech("演示：扫描随附的真实抓包与日志，再打开控制台", "demo: scan the bundled captures and logs, then serve them"),
    ("guanjin demo", "guanjin demo --once --lang en"),
    _arguments,
    _run,
)
