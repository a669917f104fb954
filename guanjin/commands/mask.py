"""``guanjin mask``: a file rewritten with everything found in it masked."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from guanjin.command import Command, Speech
from guanjin.commands.scan import add_rules_argument


def _arguments(parser: ArgumentParser, lang: str) -> None:
    file = Speech("文件；- 或省略为标准输入", "a file; - or none for standard input")
    output = Speech("写到这个文件（默认标准输出）", "write to this file (standard output by default)")
    parser.add_argument("file", nargs="?", type=Path, default=Path("-"), metavar="FILE", help=file.said(lang))
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help=output.said(lang))
    add_rules_argument(parser, lang)


def _run(arguments: Namespace) -> int:
    from guanjin.detecting import mask  # noqa: PLC0415  # the engines are heavy: --help must not pay for them

    return mask(arguments)


COMMAND = Command(
    "mask",
    Speech("把文件里的个人信息就地遮盖后另存", "rewrite a file with its personal information masked"),
    ("guanjin mask export.csv -o export.masked.csv", "guanjin mask < app.log > app.masked.log"),
    _arguments,
    _run,
)
