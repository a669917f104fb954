"""``guanjin cases``: list them, read one, act on one, open the case of an incident."""

from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from collections.abc import Callable
from pathlib import Path

from guanjin import config
from guanjin.command import Command, Speech
from guanjin.kept import add_store_arguments

_MOVES = ("assign", "accept", "notify", "rectify", "recheck", "close", "dismiss", "reopen", "note")
_STAGES = ("found", "judged", "notified", "rectifying", "rechecked", "closed", "dismissed")
"""Both as ``collector.cases`` has them; a test holds them together, so that --help need not load it."""


def _arguments(parser: ArgumentParser, lang: str) -> None:
    shelf = parser.add_subparsers(metavar="ACTION", required=True)
    for name, says, add, run in (
        ("list", Speech("列出待办案件", "list the cases that wait"), _add_list, "list_cases"),
        ("show", Speech("查看一件", "show one"), _add_show, "show_case"),
        ("act", Speech("办理一步", "take a step"), _add_act, "act_on_case"),
        ("open", Speech("登记一起安全事件", "open the case of an incident"), _add_open, "open_case"),
    ):
        one = shelf.add_parser(name, help=says.said(lang), description=says.said(lang))
        one.add_argument("--lang", choices=config.LANGUAGES, default=lang, help=Speech("语言", "language").said(lang))
        add(one, lang)
        add_store_arguments(one, lang)
        one.set_defaults(run=_runner(run))


def _add_list(parser: ArgumentParser, lang: str) -> None:
    every = Speech("包括已办结与不予处理的", "those that are closed and dismissed too")
    stage = Speech("仅某一阶段", "of one stage only")
    organisation = Speech("仅某一主体（统一社会信用代码）", "of one exporter only")
    most = Speech("最多几件", "so many at most")
    parser.add_argument("--all", action="store_true", help=every.said(lang))
    parser.add_argument("--stage", choices=_STAGES, help=stage.said(lang))
    parser.add_argument("--organisation", default="", metavar="CODE", help=organisation.said(lang))
    parser.add_argument("--most", type=_count, default=50, metavar="N", help=most.said(lang))


def _add_show(parser: ArgumentParser, lang: str) -> None:
    parser.add_argument("case_id", metavar="CASE_ID", help=Speech("案件编号", "number of the case").said(lang))


def _add_act(parser: ArgumentParser, lang: str) -> None:
    _add_show(parser, lang)
    by = Speech("由谁办理（岗位或工号，不写个人号码）", "who does it (a post or staff number)")
    note = Speech("理由或备注；dismiss、reopen、note 必填", "reason or note; dismiss, reopen and note need it")
    due = Speech("期限（北京时间）；notify 必填", "deadline (Shanghai); notify needs it")
    passed = Speech("复核是否通过；recheck 必填", "whether the recheck passed; recheck needs it")
    attach = Speech("附件：只记录其 SHA-256（可多次给出）", "document: only its SHA-256 is kept (repeatable)")
    owner = Speech("承办人；assign 必填", "to whom; assign needs it")
    parser.add_argument("move", choices=_MOVES, help=Speech("哪一步", "which step").said(lang))
    parser.add_argument("--by", required=True, metavar="NAME", help=by.said(lang))
    parser.add_argument("--note", default="", metavar="TEXT", help=note.said(lang))
    parser.add_argument("--owner", default="", metavar="NAME", help=owner.said(lang))
    parser.add_argument("--due", metavar="DAY", help=due.said(lang))
    parser.add_argument("--passed", action=BooleanOptionalAction, default=None, help=passed.said(lang))
    parser.add_argument("--attach", type=Path, action="append", default=[], metavar="FILE", help=attach.said(lang))


def _add_open(parser: ArgumentParser, lang: str) -> None:
    organisation = Speech("主体（统一社会信用代码）", "whose incident (credit code)")
    what = Speech("发生了什么（不写个人号码）", "what happened (name nobody)")
    known = Speech("知悉时间（北京时间，默认现在）", "when it became known (Shanghai; now by default)")
    persons = Speech("泄露涉及人数，至少", "persons whose information leaked, at least")
    loss = Speech("直接经济损失（元）", "direct loss in yuan")
    operator = Speech("运营者类别：决定首报时限", "who operates: decides the hours of the first report")
    grade = Speech("按其他标准至少为此级（只升不降）", "at least this grade by other measures (never lowers)")
    parser.add_argument("--organisation", required=True, metavar="CODE", help=organisation.said(lang))
    parser.add_argument("--what", required=True, metavar="TEXT", help=what.said(lang))
    parser.add_argument("--known", metavar="TIME", help=known.said(lang))
    parser.add_argument("--persons", type=_count, default=0, metavar="N", help=persons.said(lang))
    parser.add_argument("--loss", type=_count, default=0, metavar="YUAN", help=loss.said(lang))
    parser.add_argument("--operator", choices=("cii", "central", "other"), default="other", help=operator.said(lang))
    grades = ("extreme", "major", "considerable", "general")
    parser.add_argument("--grade", choices=grades, default="general", help=grade.said(lang))


def _count(text: str) -> int:
    count = int(text)
    if not 0 <= count <= 10**12:
        raise ValueError(text)
    return count


def _runner(name: str) -> Callable[[Namespace], int]:
    def run(arguments: Namespace) -> int:
        from guanjin import handling  # noqa: PLC0415  # --help must not pay for the store

        return int(getattr(handling, name)(arguments))

    return run


def _run(_: Namespace) -> int:
    raise AssertionError("every action has a run of its own")


COMMAND = Command(
    "cases",
    Speech("案件：列出、查看、办理，登记安全事件", "cases: list, show, act, open an incident"),
    (
        "guanjin cases list --state guanjin-state --registry registry.yaml",
        "guanjin cases act 5f0c2b1a9d8e7f60 notify --by 值班一组 --due 2026-12-15 --attach notice.pdf",
        "guanjin cases act 5f0c2b1a9d8e7f60 dismiss --by 值班一组 --note 核实为境内接收方",
        "guanjin cases open --organisation 91350100M000100Y43 --what 导出接口未鉴权 --persons 1200000",
    ),
    _arguments,
    _run,
)
