"""``guanjin spotcheck``: draw, verify a draw, print the protocol, keep the result."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from guanjin import config
from guanjin.command import Command, Speech
from guanjin.kept import add_store_arguments


def _arguments(parser: ArgumentParser, lang: str) -> None:
    shelf = parser.add_subparsers(metavar="ACTION", required=True)
    for name, says, add, run in (
        ("draw", Speech("抽取一天的出境传输", "draw from the exports of one day"), _add_draw, "draw_day"),
        ("verify", Speech("重复抽取并对照", "draw again and compare"), _add_draw, "verify_draw"),
        ("protocol", Speech("打印抽验记录表", "print the protocol"), _add_protocol, "show_protocol"),
        ("result", Speech("登记抽验结论", "keep what a check found"), _add_result, "keep_result"),
    ):
        one = shelf.add_parser(name, help=says.said(lang), description=says.said(lang))
        one.add_argument("--lang", choices=config.LANGUAGES, default=lang, help=Speech("语言", "language").said(lang))
        add(one, lang)
        add_store_arguments(one, lang)
        one.set_defaults(run=_runner(run))


def _add_draw(parser: ArgumentParser, lang: str) -> None:
    day = Speech("哪一天（北京时间，须已结束）", "which day (Shanghai; it must have ended)")
    seed = Speech(
        "种子：公开、事先不可预知，例如当日开奖号码", "seed: public and not known before, such as a lottery's numbers"
    )
    rate = Speech("抽样率，每层至少一次", "rate; at least one from each stratum")
    digest = Speech("已公布的当日摘要：不符即停", "the published digest of the day: stop if it differs")
    parser.add_argument("--day", required=True, metavar="DAY", help=day.said(lang))
    parser.add_argument("--seed", required=True, metavar="TEXT", help=seed.said(lang))
    parser.add_argument("--rate", required=True, metavar="P", help=rate.said(lang))
    parser.add_argument("--digest", default="", metavar="HEX", help=digest.said(lang))


def _add_protocol(parser: ArgumentParser, lang: str) -> None:
    parser.add_argument("draw_id", metavar="DRAW_ID", help=Speech("抽验编号", "number of the draw").said(lang))
    event = Speech("仅其中一次传输", "of one transfer only")
    parser.add_argument("--event", default="", metavar="EVENT_ID", help=event.said(lang))


def _add_result(parser: ArgumentParser, lang: str) -> None:
    outcome = Speech("结论；不一致的另立案件", "what was found; inconsistent opens a case")
    by = Speech("检查人（岗位或工号）", "who checked (a post or staff number)")
    note = Speech("说明（不写个人号码）", "in words (name nobody)")
    attach = Speech(
        "签字的记录等：只记录其 SHA-256（可多次给出）", "signed protocol and the like: only SHA-256 is kept"
    )
    parser.add_argument("draw_id", metavar="DRAW_ID", help=Speech("抽验编号", "number of the draw").said(lang))
    parser.add_argument("event", metavar="EVENT_ID", help=Speech("传输编号", "number of the transfer").said(lang))
    parser.add_argument("outcome", choices=("consistent", "inconsistent", "unclear"), help=outcome.said(lang))
    parser.add_argument("--by", required=True, metavar="NAME", help=by.said(lang))
    parser.add_argument("--note", default="", metavar="TEXT", help=note.said(lang))
    parser.add_argument("--attach", type=Path, action="append", default=[], metavar="FILE", help=attach.said(lang))


def _runner(name: str) -> Callable[[Namespace], int]:
    def run(arguments: Namespace) -> int:
        from guanjin import checking  # noqa: PLC0415  # --help must not pay for the store

        return int(getattr(checking, name)(arguments))

    return run


def _run(_: Namespace) -> int:
    raise AssertionError("every action has a run of its own")


COMMAND = Command(
    "spotcheck",
    Speech("合规抽验：可重复的抽取、对照、记录与结论", "spot checks: a draw that anyone can repeat, protocol, result"),
    (
        "guanjin spotcheck draw --day 2026-11-20 --seed 20261121-07-12-19 --rate 0.05 --state guanjin-state",
        "guanjin spotcheck verify --day 2026-11-20 --seed 20261121-07-12-19 --rate 0.05 --state guanjin-state",
    ),
    _arguments,
    _run,
)
