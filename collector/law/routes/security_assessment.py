"""数据出境安全评估: required of CII operators, for notified important data, and from the greater thresholds up."""

from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from collector.clocks import is_handed_in
from collector.declarations import FilingRoute
from collector.facts import Facts
from collector.law.examples import DAY, DIAGNOSIS, EXPORTER, MAP, OPERATOR, PHONE, exactly, some_facts
from collector.law.instruments import CBDF
from collector.law.listed import by_list
from collector.law.route import Example, Role, Route
from collector.law.terms import IMPORTANT_DATA, IMPORTANT_DATA_MONTHS
from collector.law.thresholds import ASSESSMENT_FROM, ASSESSMENT_FROM_SENSITIVE, reached, reached_sensitive
from collector.law.wording import FILING_TITLES, kinds_en, kinds_zh, reason
from collector.negative_lists import ListRoute
from collector.verdicts import Reason
from collector.workdays import after_months
from wire.subjects import Span

_FIRST: Final = CBDF.article("第七条第一款第一项")
_SECOND: Final = CBDF.article("第七条第一款第二项")


def _applies(facts: Facts) -> tuple[Reason, ...]:
    found = [_important(facts), _continued(facts), _operator(facts)]
    if facts.kinds and not facts.is_ciio:
        found.append(reached(facts, ASSESSMENT_FROM, _SECOND))
        found.append(reached_sensitive(facts, ASSESSMENT_FROM_SENSITIVE, _SECOND))
    return (*(each for each in found if each), *by_list(facts, ListRoute.SECURITY_ASSESSMENT))


def _important(facts: Facts) -> Reason | None:
    kinds = facts.notified_kinds
    if not kinds:
        return None
    return reason(
        f"发现 {kinds_zh(kinds)}，该类型已被告知或者公开发布为重要数据；是否确为该类数据请核实",
        f"found {kinds_en(kinds)}, a kind notified or published as important data; please verify that it is such",
        _FIRST if facts.is_ciio else _SECOND,
    )


def _continued(facts: Facts) -> Reason | None:
    day = facts.exporter.notified_on if facts.exporter else None
    if day is None or not facts.notified_kinds:
        return None
    due = after_months(day, IMPORTANT_DATA_MONTHS)
    stands, stands_en = "尚在该期限内", "the term still runs"
    if any(each.route is FilingRoute.SECURITY_ASSESSMENT and is_handed_in(each, facts.on) for each in facts.filings):
        stands, stands_en = "已登记有申报", "an application is registered"
    elif facts.on > due:
        stands, stands_en = "该期限已过，未登记有申报", "the term has passed, and no application is registered"
    return reason(
        f"自 {day} 被告知或者公开发布为重要数据；最迟于 {due} 申报安全评估的，方可继续出境；{stands}",
        f"notified or published as important data on {day}: to continue, the assessment is applied for by {due}; "
        f"{stands_en}",
        IMPORTANT_DATA,
    )


def _operator(facts: Facts) -> Reason | None:
    if not facts.is_ciio or not facts.kinds:
        return None
    return reason(
        "关键信息基础设施运营者向境外提供个人信息，不论人数",
        "a CII operator sends personal information abroad, whatever the number of persons",
        _FIRST,
    )


ROUTE: Final = Route(
    name="security_assessment",
    title=FILING_TITLES[FilingRoute.SECURITY_ASSESSMENT][0],
    title_en=FILING_TITLES[FilingRoute.SECURITY_ASSESSMENT][1],
    role=Role.REQUIRED,
    strictness=30,
    citation=CBDF.article("第七条"),
    in_force_from=CBDF.day,
    applies=_applies,
    examples=(
        Example("999,999 persons", some_facts(PHONE, persons=999_999), applies=False),
        Example("1,000,000 persons", some_facts(PHONE, persons=1_000_000), applies=True),
        Example("an interval around it", some_facts(PHONE, any=Span(999_999, 1_000_100, 1_000_200)), applies=False),
        Example("9,999 persons, sensitive", some_facts(DIAGNOSIS, persons=9_999, sensitive=9_999), applies=False),
        Example("10,000 persons, sensitive", some_facts(DIAGNOSIS, persons=10_000, sensitive=10_000), applies=True),
        Example("a CII operator and one person", some_facts(PHONE, any=exactly(1), exporter=OPERATOR), applies=True),
        Example("a CII operator and nobody", some_facts(exporter=OPERATOR), applies=False),
        Example("suspected important data", some_facts(MAP), applies=False),
        Example(
            "notified important data",
            some_facts(MAP, exporter=replace(EXPORTER, notified_important=("geo.survey",))),
            applies=True,
        ),
        Example(
            "important data notified on the next day",
            some_facts(
                MAP, exporter=replace(EXPORTER, notified_important=("geo.survey",), notified_on=DAY + timedelta(days=1))
            ),
            applies=False,
        ),
    ),
)
