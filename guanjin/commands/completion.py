"""``guanjin completion``: the script by which a shell completes guanjin's words."""

from argparse import ArgumentParser, Namespace

from guanjin.command import Command, Speech


def _arguments(parser: ArgumentParser, lang: str) -> None:
    shell = Speech("哪种命令行", "which shell")
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"), help=shell.said(lang))


def _run(arguments: Namespace) -> int:
    from guanjin.configuring import print_completion  # noqa: PLC0415  # it builds the whole parser

    return int(print_completion(arguments))


COMMAND = Command(
    "completion",
    Speech("输出命令行补全脚本", "print a completion script"),
    ('eval "$(guanjin completion bash)"', "guanjin completion zsh > ~/.zfunc/_guanjin"),
    _arguments,
    _run,
)
