"""``guanjin rejudge``: what was judged is judged again under the registry as it is known now."""

from argparse import ArgumentParser, Namespace

from guanjin.command import Command, Speech
from guanjin.commands.whatif import add_scope_arguments


def _arguments(parser: ArgumentParser, lang: str) -> None:
    dry = Speech("只显示变化，不写入", "show what would change, write nothing")
    add_scope_arguments(parser, lang)
    parser.add_argument("--dry-run", action="store_true", help=dry.said(lang))


def _run(arguments: Namespace) -> int:
    from guanjin.weighing import judge_again  # noqa: PLC0415  # --help must not pay for the store

    return int(judge_again(arguments))


COMMAND = Command(
    "rejudge",
    Speech(
        "重新判定：按现有登记从头判定已保存的传输，旧判定留存",
        "judge what was kept again under this registry; old verdicts stay",
    ),
    (
        "guanjin rejudge --state guanjin-state --registry registry.yaml --dry-run",
        "guanjin rejudge --state guanjin-state --registry registry.yaml --organisation 91350100M000100Y43 --year 2026",
    ),
    _arguments,
    _run,
)
