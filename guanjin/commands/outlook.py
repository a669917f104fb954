"""``guanjin outlook``: what lies ahead: limits about to be reached, terms that fall due, what is new."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from guanjin.command import Command, Speech, day_of
from guanjin.kept import add_store_arguments


def _arguments(parser: ArgumentParser, lang: str) -> None:
    on = Speech("以哪一天为准（北京时间，默认今天）", "as of which day (Shanghai; today by default)")
    within = Speech("提前多少天预警（默认 60）", "days to look ahead (60 by default)")
    recent = Speech("最近多少天内首次出现的算新（默认 14）", "what was first seen in so many days is new (14)")
    seed = Speech("预测区间的随机种子，同一种子结果相同", "seed of the forecast's interval: the same gives the same")
    cases = Speech("为疑似数量拆分立案（已有的不变）", "open a case for each suspected splitting of numbers")
    add_store_arguments(parser, lang)
    parser.add_argument("--on", type=day_of, metavar="DAY", help=on.said(lang))
    parser.add_argument("--within", type=_days, default=60, metavar="DAYS", help=within.said(lang))
    parser.add_argument("--recent", type=_days, default=14, metavar="DAYS", help=recent.said(lang))
    parser.add_argument("--seed", type=_days, default=1, metavar="N", help=seed.said(lang))
    parser.add_argument("--open-cases", action="store_true", help=cases.said(lang))


def _days(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text[:6]) > 3_660:
        raise ArgumentTypeError(f"{text!r}: 0 - 3660")
    return int(text)


def _run(arguments: Namespace) -> int:
    from guanjin.foreseeing import show_outlook  # noqa: PLC0415  # --help must not pay for the store

    return int(show_outlook(arguments))


COMMAND = Command(
    "outlook",
    Speech(
        "预警：将达到的门槛（估计）、到期事项、首次出现的目的地",
        "what lies ahead: limits (estimated), terms that fall due, what is new",
    ),
    (
        "guanjin outlook --state guanjin-state --registry registry.yaml",
        "guanjin outlook --state guanjin-state --registry registry.yaml --on 2026-11-20 --json",
    ),
    _arguments,
    _run,
)
