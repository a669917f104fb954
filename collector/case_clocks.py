"""What the law wants done by when, case by case. Where the law sets no period, none is invented."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from msgspec import Struct

from collector.cases import Act, Case, Move
from collector.incidents import FIRST_REPORT_NS, SUMMARY_NS, Incident, Operator, grade_of
from collector.law.instruments import CBDF, NDR, PIPL, Instrument
from collector.verdicts import Citation
from wire.legal_time import legal_day

INC: Final = Instrument("国家网络安全事件报告管理办法", date(2025, 11, 1), "P:2025-09-18_b7fc9f")
_REPORT: Final = INC.article("报告时限条款")
"""The number of the article was not read with the hours."""
_TO_WHOM: Final = {
    Operator.CII: (
        "1 小时内向保护工作部门、公安机关报告",
        "report within 1 hour to the protection department and the police",
    ),
    Operator.CENTRAL: (
        "2 小时内向本部门网信工作机构报告",
        "report within 2 hours to the department's own cyberspace body",
    ),
    Operator.OTHER: ("4 小时内向省级网信部门报告", "report within 4 hours to the provincial CAC"),
}


class Clock(Struct, frozen=True):
    """One duty and its time."""

    name: str
    says: str
    says_en: str
    due_ns: int | None
    """None: the law names no hour, or its beginning has not come."""
    met_ns: int | None
    citation: Citation

    def is_late(self, now_ns: int) -> bool:
        """Whether it was missed, or met too late."""
        return self.due_ns is not None and (self.met_ns or now_ns) > self.due_ns


def clocks(case: Case) -> tuple[Clock, ...]:
    """Every duty of the case, in the order in which they fall."""
    incident = case.opening.incident
    return tuple(_incident(case, incident) if incident else _export(case))


def _export(case: Case) -> Iterator[Clock]:
    notice = case.last(Move.NOTIFY)
    yield Clock(
        "rectification",
        "按通报载明的期限完成整改（法律未规定统一期限）",
        "mend it by the day that the notice sets (the law sets no general period)",
        case.due_ns if notice else None,
        _at(_passed(case)) if notice else None,
        CBDF.article("第十二条"),
    )


def _incident(case: Case, incident: Incident) -> Iterator[Clock]:
    if legal_day(incident.known_ns) >= INC.day and grade_of(incident).is_reported:
        says, says_en = _TO_WHOM[incident.operator]
        due_ns = incident.known_ns + FIRST_REPORT_NS[incident.operator]
        yield Clock("first_report", says, says_en, due_ns, _at(case.first(Move.NOTIFY)), _REPORT)
        handled = _passed(case)
        yield Clock(
            "summary",
            "处置结束后 30 日内提交总结报告",
            "hand in the summary within 30 days after handling has ended",
            handled.at_ns + SUMMARY_NS if handled else None,
            _at(case.last(Move.CLOSE)) if handled else None,
            INC.article("第八条"),
        )
    else:
        yield Clock(
            "report",
            "向省级网信等部门报告（未达到“较大”或者早于报告办法施行，未规定小时数）",
            "report to the provincial CAC (below 较大, or before the measures: no hour is set)",
            None,
            _at(case.first(Move.NOTIFY)),
            CBDF.article("第十一条"),
        )
    if incident.persons:
        yield Clock(
            "persons",
            "通知履行个人信息保护职责的部门和个人",
            "tell the authority and the persons concerned",
            None,
            None,
            PIPL.article("第五十七条"),
        )


def keep_until(case: Case) -> tuple[date, Citation]:
    """The first day on which the records of the transfers may go: three years after the last.

    Law:
        网络数据安全管理条例 第十二条, in force 2025-01-01: at least three years.
    """
    last = legal_day(case.last_ns)
    leaps = (last.month, last.day) == (2, 29)
    return (date(last.year + 3, 3, 1) if leaps else last.replace(year=last.year + 3)), NDR.article("第十二条")


def _passed(case: Case) -> Act | None:
    return next((act for act in reversed(case.acts) if act.move is Move.RECHECK and act.passed), None)


def _at(act: Act | None) -> int | None:
    return act.at_ns if act else None
