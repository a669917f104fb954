"""``guanjin rules``: the catalogue listed, and an enterprise's own detectors tried before they are used."""

from argparse import SUPPRESS, ArgumentParser, Namespace
from pathlib import Path

from guanjin.command import Command, Speech
from guanjin.commands.scan import add_rules_argument
from guanjin.config import LANGUAGES


def _arguments(parser: ArgumentParser, lang: str) -> None:
    files = Speech("规则文件（TOML）", "files of rules (TOML)")
    machine = Speech("每行一个 JSON 对象", "one JSON object a line")
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    test = acts.add_parser(
        "test", help=Speech("逐条检查规则并试跑其正反例", "lint rules, try their examples").said(lang)
    )
    test.add_argument("files", nargs="+", type=Path, metavar="FILE", help=files.said(lang))
    shown = acts.add_parser("list", help=Speech("列出全部识别规则", "list every detector").said(lang))
    add_rules_argument(shown, lang)
    for each in (test, shown):
        each.add_argument("--lang", choices=LANGUAGES, default=SUPPRESS, help=SUPPRESS)
        each.add_argument("--json", action="store_true", help=machine.said(lang))


def _run(arguments: Namespace) -> int:
    from guanjin.ruling import list_rules, test_rules  # noqa: PLC0415  # the engines are heavy: --help must not pay

    return test_rules(arguments) if arguments.act == "test" else list_rules(arguments)


COMMAND = Command(
    "rules",
    Speech("列出识别规则；检查并试跑自定义规则", "list detectors; lint and try your own"),
    ("guanjin rules test acme.toml", "guanjin rules list --rules acme.toml --json"),
    _arguments,
    _run,
)
