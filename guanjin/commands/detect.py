"""``guanjin detect``: what personal information stands in a file, never shown raw."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from guanjin.command import Command, Speech
from guanjin.commands.scan import add_rules_argument


def _arguments(parser: ArgumentParser, lang: str) -> None:
    files = Speech("文件；- 或省略为标准输入", "files; - or none for standard input")
    machine = Speech("每行一个 JSON 对象，标准输出只有它们", "one JSON object a line, and nothing else on stdout")
    table = Speech("以表格显示", "show a table")
    explain = Speech(
        "写明每处的写法、检查与语境如何影响可信度", "say which pattern, checks and words moved each belief"
    )
    profile = Speech("敏感个人信息的认定标准", "standard that says what is sensitive")
    rows = Speech("表中最多几行", "rows of the table at most")
    parser.add_argument("files", nargs="*", type=Path, default=[Path("-")], metavar="FILE", help=files.said(lang))
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=machine.said(lang))
    form.add_argument("--table", action="store_true", help=table.said(lang))
    parser.add_argument("--explain", action="store_true", help=explain.said(lang))
    parser.add_argument("--rows", type=int, default=200, metavar="N", help=rows.said(lang))
    parser.add_argument(
        "--profile", choices=("gbt45574_2025", "strict_35273"), default="gbt45574_2025", help=profile.said(lang)
    )
    add_rules_argument(parser, lang)


def _run(arguments: Namespace) -> int:
    from guanjin.detecting import detect  # noqa: PLC0415  # the engines are heavy: --help must not pay for them

    return detect(arguments)


COMMAND = Command(
    "detect",
    Speech("查看文件里有哪些个人信息（只显示遮盖后的值）", "show the personal information in a file (masked)"),
    ("guanjin detect export.csv --explain", "tail -n 1000 app.log | guanjin detect --json"),
    _arguments,
    _run,
)
