"""网络安全事件: its grade, and who has to be told by when.

Law:
    国家网络安全事件报告管理办法, in force 2025-11-01 (source P:2025-09-18_b7fc9f). Only 较大 and above is to be
    reported; 以上 includes the number (its annex).
"""

from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

HOUR_NS: Final = 3_600_000_000_000


class IncidentGrade(StrEnum):
    """Gravest first."""

    EXTREME = "extreme"
    """特别重大."""
    MAJOR = "major"
    """重大."""
    CONSIDERABLE = "considerable"
    """较大."""
    GENERAL = "general"
    """一般."""

    @property
    def is_reported(self) -> bool:
        """Whether the measures ask for a report."""
        return self is not IncidentGrade.GENERAL


class Operator(StrEnum):
    """Whose network it is: by this the hours differ."""

    CII = "cii"
    """关键信息基础设施."""
    CENTRAL = "central"
    """中央和国家机关."""
    OTHER = "other"
    """其他网络运营者."""


class Incident(Struct, frozen=True):
    """What is known of an incident when its case is opened."""

    known_ns: int
    """When the operator learnt of it: the clock starts here."""
    what: str
    operator: Operator = Operator.OTHER
    persons: Annotated[int, Meta(ge=0)] = 0
    """Whose personal information leaked, at least."""
    loss_yuan: Annotated[int, Meta(ge=0)] = 0
    """Direct economic loss."""
    at_least: IncidentGrade = IncidentGrade.GENERAL
    """A person's grade by what cannot be counted (important data, an outage); it raises, it never lowers."""


_GRADES: Final = (
    (IncidentGrade.EXTREME, 100_000_000, 100_000_000),
    (IncidentGrade.MAJOR, 10_000_000, 20_000_000),
    (IncidentGrade.CONSIDERABLE, 1_000_000, 5_000_000),
)
"""Persons and yuan from which a grade holds."""

FIRST_REPORT_NS: Final = {
    Operator.CII: HOUR_NS,
    Operator.CENTRAL: 2 * HOUR_NS,
    Operator.OTHER: 4 * HOUR_NS,
}
"""To the protection department and the police; to the department's own cyberspace body; to the provincial CAC."""

SUMMARY_NS: Final = 30 * 24 * HOUR_NS
"""After handling has ended (第八条)."""


def grade_of(incident: Incident) -> IncidentGrade:
    """The grade by persons, by money, and by what a person says, whichever is gravest."""
    counted = next(
        (grade for grade, persons, yuan in _GRADES if incident.persons >= persons or incident.loss_yuan >= yuan),
        IncidentGrade.GENERAL,
    )
    return min(counted, incident.at_least, key=list(IncidentGrade).index)
