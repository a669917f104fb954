"""The routes' clocks (期限): what falls due, when, and whose turn it is. Day and calendar are arguments."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from msgspec import Struct

from collector.book import Registry
from collector.declarations import Exporter, Filing, FilingRoute, FilingState
from collector.filings import Standing, standing
from collector.law.terms import (
    ANNUAL_REPORT,
    CONTRACT_FILING,
    IMPORTANT_DATA,
    IMPORTANT_DATA_MONTHS,
    TERMS,
    VALIDITY,
    Party,
    Shape,
    Term,
    Unit,
)
from collector.verdicts import Citation
from collector.workdays import Workdays, after_months

_NOT_HANDED_IN: Final = (FilingState.DRAFT, FilingState.EFFECTIVE_UNFILED)


class Deadline(Struct, frozen=True, kw_only=True):
    """One thing that falls due."""

    name: str
    what: str
    what_en: str
    due: date
    """Last day."""
    opens: date | None = None
    """First day, where it may not be done before."""
    estimated: bool = False
    """Whether a year's days off are not known, so that the day may move."""
    is_overdue: bool = False
    """Whether its last day has passed. Never for what is optional or unverified."""
    is_verified: bool = True
    party: Party = Party.EXPORTER
    citation: Citation | None = None
    organisation: str = ""
    filing: str = ""


def deadlines_of(
    filing: Filing,
    on: date,
    workdays: Workdays,
    *,
    registry: Registry | None = None,
    unverified: Sequence[Term] = (),
) -> tuple[Deadline, ...]:
    """What falls due for a filing, as it stood on a day, the soonest first.

    Args:
        filing: what was filed.
        on: day in Shanghai.
        workdays: the calendar.
        registry: says where exporter and recipients sit; without it, terms of one province or country do not run.
        unverified: terms to show beside those of the law.
    """
    found = [*_end(filing, on)]
    for term in (*TERMS, *unverified):
        if _runs(term, filing, on) and _reaches(term, filing, registry):
            deadline = _deadline(term, filing, on, workdays)
            if on <= deadline.due or not term.is_option:
                found.append(deadline)
    return tuple(sorted(found, key=lambda each: (each.due, each.name)))


def important_data_deadline(exporter: Exporter, filings: Iterable[Filing], on: date) -> Deadline | None:
    """Until when an assessment has to be applied for where data were notified as important; None if it was.

    Law:
        数据出境安全管理政策问答（2025年5月）第二问: within two months of the notice, to continue the export.
    """
    if exporter.notified_on is None or on < exporter.notified_on:
        return None
    if any(each.route is FilingRoute.SECURITY_ASSESSMENT and is_handed_in(each, on) for each in filings):
        return None
    due = after_months(exporter.notified_on, IMPORTANT_DATA_MONTHS)
    return Deadline(
        name="important_data",
        what="被告知或者公开发布为重要数据的，2个月内申报数据出境安全评估，方可继续出境",
        what_en="data notified or published as important: apply for the assessment within 2 months to continue",
        due=due,
        is_overdue=on > due,
        citation=IMPORTANT_DATA,
        organisation=exporter.organisation,
    )


def annual_report_deadline(exporter: Exporter, on: date) -> Deadline | None:
    """When the next annual risk assessment is due of who processes important data; None where no day is known.

    Law:
        网络数据安全管理条例 第三十三条, in force 2025-01-01: every year. The end of the next one is our reading.
    """
    last = max((day for day in (exporter.risk_report_on, exporter.notified_on) if day), default=None)
    if last is None or exporter.notified_on is None or on < exporter.notified_on or last.year == date.max.year:
        return None
    due = date(last.year + 1, 12, 31)
    return Deadline(
        name="annual_risk_report",
        what="重要数据的处理者每年度开展风险评估并报送报告，报告应当说明数据出境情况",
        what_en="who processes important data assesses its risk every year and reports it, the export included",
        due=due,
        is_overdue=on > due,
        citation=ANNUAL_REPORT,
        organisation=exporter.organisation,
    )


def all_deadlines(registry: Registry, on: date, unverified: Sequence[Term] = ()) -> tuple[Deadline, ...]:
    """What falls due for every exporter of a registry, the soonest first."""
    found = [
        deadline
        for filing in registry.filings
        for deadline in deadlines_of(filing, on, registry.workdays, registry=registry, unverified=unverified)
    ]
    for exporter in registry.exporters:
        notice = important_data_deadline(exporter, registry.filings_of(exporter.organisation), on)
        report = annual_report_deadline(exporter, on)
        found.extend(each for each in (notice, report) if each)
    return tuple(sorted(found, key=lambda each: (each.due, each.organisation, each.filing, each.name)))


def handed_in_on(filing: Filing) -> date | None:
    """The day on which it was handed in, where that is known."""
    if filing.submitted_on is None or filing.filed_on is None:
        return filing.submitted_on or filing.filed_on
    return min(filing.submitted_on, filing.filed_on)


def is_handed_in(filing: Filing, on: date) -> bool:
    """Whether it had been handed in by that day and still was; by its state where no day is known."""
    if filing.state.is_ended and (filing.ended_on is None or on >= filing.ended_on):
        return False
    return _was_handed_in(filing, on)


def contract_filing_due(filing: Filing, workdays: Workdays) -> tuple[date, bool]:
    """The last day for filing a standard contract, and whether it is estimated."""
    return _added(workdays, filing.valid_from, CONTRACT_FILING.length)


def is_filing_overdue(filing: Filing, on: date, workdays: Workdays, *, is_macao: bool = False) -> bool:
    """Whether a contract in effect had not been handed in when its ten working days had passed.

    Law:
        个人信息出境标准合同办法 第七条, in force 2023-06-01; for a contract of the Greater Bay Area the guidelines with
        Macao, which set the same term. The guidelines with Hong Kong were not read.
    """
    has_term = filing.route is FilingRoute.STANDARD_CONTRACT or (
        filing.route is FilingRoute.GBA_STANDARD_CONTRACT and is_macao
    )
    if not has_term or _was_handed_in(filing, on):
        return False
    return on > contract_filing_due(filing, workdays)[0]


def standing_on(filing: Filing, on: date, workdays: Workdays, *, is_macao: bool = False) -> Standing:
    """Where the day lies in the life of the filing, the term for filing a contract considered."""
    found = standing(filing, on)
    is_bound = found is Standing.IN_FORCE or (
        filing.state is FilingState.EFFECTIVE_UNFILED and on <= filing.valid_until
    )
    return Standing.OVERDUE if is_bound and is_filing_overdue(filing, on, workdays, is_macao=is_macao) else found


def _was_handed_in(filing: Filing, on: date) -> bool:
    day = handed_in_on(filing)
    return filing.state not in _NOT_HANDED_IN if day is None else day <= on


def _runs(term: Term, filing: Filing, on: date) -> bool:
    start = getattr(filing, term.counted_from)
    if filing.route not in term.routes or start is None or on.isoformat() < term.citation.in_force_from:
        return False
    is_begun = start <= on if term.shape is Shape.AFTER else filing.valid_from <= on <= start
    ends = [day for day in (getattr(filing, name) for name in term.ended_by) if day is not None]
    return is_begun and (on < min(ends) if ends else filing.state in term.states)


def _reaches(term: Term, filing: Filing, registry: Registry | None) -> bool:
    exporter = registry.exporter(filing.organisation) if registry else None
    places = (exporter.province, exporter.city) if exporter else ()
    is_inside = any(place.startswith(term.only_in or term.not_in) for place in places if place)
    if (term.only_in and not is_inside) or (term.not_in and is_inside):
        return False
    known = registry.recipients if registry else ()
    countries = {each.country for each in known if each.id in filing.recipients}
    return not term.countries or not countries.isdisjoint(term.countries)


def _deadline(term: Term, filing: Filing, on: date, workdays: Workdays) -> Deadline:
    start: date = getattr(filing, term.counted_from)
    far, is_estimated = _far_end(term, start, workdays)
    due, opens = (start, far) if term.shape is Shape.WINDOW else (far, None)
    return Deadline(
        name=term.name,
        what=term.title,
        what_en=term.title_en,
        due=due,
        opens=opens,
        estimated=is_estimated,
        is_overdue=on > due and term.is_verified and not term.is_option,
        is_verified=term.is_verified,
        party=term.party,
        citation=term.citation,
        organisation=filing.organisation,
        filing=filing.number,
    )


def _far_end(term: Term, start: date, workdays: Workdays) -> tuple[date, bool]:
    length = term.length if term.shape is Shape.AFTER else -term.length
    if term.unit is Unit.MONTHS:
        return after_months(start, length), False
    return _added(workdays, start, length)


@lru_cache(maxsize=4_096)
def _added(workdays: Workdays, start: date, length: int) -> tuple[date, bool]:
    return workdays.add_working_days(start, length)


def _end(filing: Filing, on: date) -> Iterator[Deadline]:
    """Its own last day, while it is in force."""
    if filing.state is FilingState.IN_FORCE and filing.valid_from <= on <= filing.valid_until:
        yield Deadline(
            name="end",
            what="有效期届满",
            what_en="the filing ends",
            due=filing.valid_until,
            citation=VALIDITY.get(filing.route),
            organisation=filing.organisation,
            filing=filing.number,
        )
