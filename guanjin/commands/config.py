"""``guanjin config show``: every option as it will be used, and where its value came from."""

from argparse import ArgumentParser, Namespace

from guanjin.command import Command, Speech


def _arguments(parser: ArgumentParser, lang: str) -> None:
    shelf = parser.add_subparsers(metavar="ACTION", required=True)
    says = Speech("列出各命令的设置及其来源", "list the settings of each command and where they come from")
    show = shelf.add_parser("show", help=says.said(lang), description=says.said(lang))
    origin = Speech("写明每个值来自文件哪一行、哪个环境变量", "say which line or variable each comes from")
    every = Speech("包括取内置默认值的选项", "options that have their built-in default too")
    only = Speech("仅某一命令，如 up、cases.list", "of one command only, such as up or cases.list")
    show.add_argument("only", nargs="?", default="", metavar="COMMAND", help=only.said(lang))
    show.add_argument("--origin", action="store_true", help=origin.said(lang))
    show.add_argument("--all", action="store_true", help=every.said(lang))
    show.add_argument("--json", action="store_true", help=Speech("以 JSON 输出", "print JSON").said(lang))
    show.set_defaults(run=_run)


def _run(arguments: Namespace) -> int:
    from guanjin.configuring import show_settings  # noqa: PLC0415  # it builds the whole parser

    return int(show_settings(arguments))


COMMAND = Command(
    "config",
    Speech("查看设置：文件、环境变量、默认值", "look at the settings: file, environment, defaults"),
    ("guanjin config show --origin", "guanjin config show up --all --json"),
    _arguments,
    _run,
)
