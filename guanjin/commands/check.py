"""``guanjin check``: settings, registry and rules are read and judged before anything runs on them."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from guanjin.command import Command, Speech
from guanjin.commands.scan import add_rules_argument


def _arguments(parser: ArgumentParser, lang: str) -> None:
    registry = Speech("申报登记（YAML，可多次给出）", "registry (YAML, repeatable)")
    parser.add_argument("--registry", type=Path, action="append", default=[], metavar="FILE", help=registry.said(lang))
    add_rules_argument(parser, lang)
    parser.add_argument("--json", action="store_true", help=Speech("以 JSON 输出", "print JSON").said(lang))


def _run(arguments: Namespace) -> int:
    from guanjin.examining import check  # noqa: PLC0415  # registry and detectors are heavy

    return int(check(arguments))


COMMAND = Command(
    "check",
    Speech("检查设置、登记和规则文件", "check settings, registry and rules"),
    ("guanjin check --registry registry.yaml --rules rules.toml", "guanjin check --json"),
    _arguments,
    _run,
)
