from datetime import UTC, date, datetime
from typing import Any

import msgspec
from msgspec.structs import replace
import pytest

from collector.clocks import (
    all_deadlines,
    annual_report_deadline,
    deadlines_of,
    handed_in_on,
    important_data_deadline,
    is_filing_overdue,
)
from collector.declarations import Exporter, Filing, FilingRoute, FilingState
from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.law.terms import TERMS, Party
from collector.law.unverified import unverified_terms
from collector.stores.memory import MemoryStore
from collector.verdicts import Verdict
from collector.workdays import PUBLISHED
from tests.collector.builders import COMPANY, LAB, diagnoses, event, the_registry

ASSESSED = Filing(
    number="评〔2026〕1",
    organisation=COMPANY,
    route=FilingRoute.SECURITY_ASSESSMENT,
    recipients=("lab-us",),
    valid_from=date(2026, 6, 1),
    valid_until=date(2029, 5, 31),
    kinds=("cn.mobile",),
)
CONTRACT = replace(
    ASSESSED, route=FilingRoute.STANDARD_CONTRACT, valid_from=date(2026, 9, 28), state=FilingState.EFFECTIVE_UNFILED
)


def due(filing: Filing, on: date, **more: Any) -> dict[str, date]:
    return {each.name: each.due for each in deadlines_of(filing, on, PUBLISHED, **more)}


def on_days(**days: date) -> Filing:
    return replace(ASSESSED, state=FilingState.IN_FORCE, **days)


STEPS = on_days(submitted_on=date(2026, 3, 2), accepted_on=date(2026, 3, 13), result_on=date(2026, 5, 20))


@pytest.mark.parametrize(
    ("on", "names"),
    [
        (date(2026, 3, 1), []),
        (date(2026, 3, 2), ["assessment_completeness", "assessment_acceptance"]),
        (date(2026, 3, 12), ["assessment_completeness", "assessment_acceptance"]),
        (date(2026, 3, 13), ["assessment_result"]),
        (date(2026, 5, 19), ["assessment_result"]),
        (date(2026, 5, 20), ["reassessment_request"]),
        (date(2026, 6, 10), ["reassessment_request", "assessment_extension", "end"]),
        (date(2026, 6, 11), ["assessment_extension", "end"]),
        (date(2029, 5, 31), ["assessment_extension", "end"]),
        (date(2029, 6, 1), []),
    ],
)
def test_an_assessment_runs_from_one_term_into_the_next(on: date, names: list[str]) -> None:
    assert sorted(due(STEPS, on)) == sorted(names)


def test_the_terms_of_an_assessment_end_on_the_days_of_the_measures() -> None:
    """SAM 第七条、第十二条、第十三条; CBDF 第九条."""
    assert due(STEPS, date(2026, 3, 2)) == {
        "assessment_completeness": date(2026, 3, 9),
        "assessment_acceptance": date(2026, 3, 18),
    }
    # 45 working days from 2026-03-13, with 清明 (6 April) and 劳动节 (1 to 5 May, 9 May worked).
    assert due(STEPS, date(2026, 4, 1)) == {"assessment_result": date(2026, 5, 20)}
    (extension,) = [
        each for each in deadlines_of(STEPS, date(2029, 3, 1), PUBLISHED) if each.name == "assessment_extension"
    ]
    assert (extension.opens, extension.due, extension.estimated) == (date(2029, 3, 8), date(2029, 5, 31), True)


def test_an_authority_that_is_late_is_told_and_a_right_that_lapsed_is_not() -> None:
    waiting = replace(STEPS, accepted_on=None, result_on=None, state=FilingState.SUBMITTED)
    late = deadlines_of(waiting, date(2026, 3, 19), PUBLISHED)
    assert [each.is_overdue for each in late] == [True, True]
    assert {each.party for each in late} == {Party.AUTHORITY}
    assert "reassessment_request" not in due(STEPS, date(2026, 6, 11))


@pytest.mark.parametrize(("state", "on"), [("supplementing", date(2026, 3, 5)), ("withdrawn", date(2026, 3, 5))])
def test_no_clock_of_the_authority_runs_while_it_waits_for_material(state: str, on: date) -> None:
    assert due(replace(STEPS, accepted_on=None, result_on=None, state=FilingState(state)), on) == {}


def test_a_contract_is_filed_within_ten_working_days_of_its_effect() -> None:
    """SCM 第七条: 2026-09-28 and the holidays of October give 2026-10-16."""
    assert due(CONTRACT, date(2026, 9, 27)) == {}
    assert due(CONTRACT, date(2026, 9, 28)) == {"contract_filing": date(2026, 10, 16)}
    assert not is_filing_overdue(CONTRACT, date(2026, 10, 16), PUBLISHED)
    assert is_filing_overdue(CONTRACT, date(2026, 10, 17), PUBLISHED)
    (late,) = deadlines_of(CONTRACT, date(2026, 10, 17), PUBLISHED)
    assert late.is_overdue
    assert late.citation
    assert (late.citation.instrument, late.citation.article) == ("个人信息出境标准合同办法", "第七条")


def test_a_contract_filed_late_was_overdue_until_then() -> None:
    late = replace(CONTRACT, state=FilingState.IN_FORCE, filed_on=date(2026, 11, 2))
    assert handed_in_on(late) == date(2026, 11, 2)
    overdue = [is_filing_overdue(late, date(2026, *day), PUBLISHED) for day in ((10, 16), (10, 17), (11, 1), (11, 2))]
    assert overdue == [False, True, True, False]


def test_a_filing_without_days_is_taken_as_filed_in_time() -> None:
    assert not is_filing_overdue(replace(CONTRACT, state=FilingState.IN_FORCE), date(2027, 5, 1), PUBLISHED)
    assert not is_filing_overdue(replace(CONTRACT, state=FilingState.PENDING), date(2027, 5, 1), PUBLISHED)


@pytest.mark.parametrize(
    ("province", "last"), [("北京市", date(2026, 3, 11)), ("北京", date(2026, 3, 11)), ("上海", date(2026, 3, 23))]
)
def test_the_review_takes_seven_working_days_in_beijing_and_fifteen_elsewhere(province: str, last: date) -> None:
    filing = replace(CONTRACT, submitted_on=date(2026, 3, 2), state=FilingState.SUBMITTED)
    registry = the_registry(**{"province: 上海": f"province: {province}", "city: 上海": "city: ''"})
    assert set(due(filing, date(2026, 3, 3), registry=registry).values()) == {last}


def test_a_certificate_is_renewed_six_months_before_its_end() -> None:
    """CERT 第八条."""
    held = replace(ASSESSED, route=FilingRoute.CERTIFICATION)
    last = date(2028, 11, 30)
    assert due(held, date(2026, 7, 1)) == {"certificate_renewal": last, "end": date(2029, 5, 31)}
    overdue = {each.name: each.is_overdue for each in deadlines_of(held, date(2028, 12, 1), PUBLISHED)}
    assert overdue == {"certificate_renewal": True, "end": False}
    assert due(replace(held, renewal_on=date(2028, 10, 1)), date(2028, 12, 1)) == {"end": date(2029, 5, 31)}


def test_what_was_not_read_is_shown_as_unverified_and_never_overdue() -> None:
    hong_kong = {"country: MO\n    networks": "country: HK\n    networks"}
    filing = replace(CONTRACT, route=FilingRoute.GBA_STANDARD_CONTRACT, recipients=("branch-mo",))
    (macao,) = deadlines_of(filing, date(2026, 11, 1), PUBLISHED, registry=the_registry())
    assert (macao.is_verified, macao.is_overdue) == (True, True)
    assert due(filing, date(2026, 11, 1), registry=the_registry(**hong_kong)) == {}
    (shown,) = deadlines_of(
        filing, date(2026, 11, 1), PUBLISHED, registry=the_registry(**hong_kong), unverified=unverified_terms()
    )
    assert (shown.due, shown.is_verified, shown.is_overdue) == (date(2026, 10, 16), False, False)
    assert all(not term.is_verified for term in unverified_terms())


def test_notified_important_data_are_filed_within_two_months() -> None:
    """QA 2025-05 第二问."""
    exporter = Exporter(organisation=COMPANY, name="某公司", notified_on=date(2025, 12, 31))
    found = important_data_deadline(exporter, [], date(2026, 2, 28))
    assert found
    assert (found.due, found.is_overdue) == (date(2026, 2, 28), False)
    late = important_data_deadline(exporter, [], date(2026, 3, 1))
    assert late
    assert late.is_overdue
    assert important_data_deadline(exporter, [], date(2025, 12, 30)) is None
    assert important_data_deadline(exporter, [STEPS], date(2026, 3, 1))
    assert important_data_deadline(exporter, [STEPS], date(2026, 3, 2)) is None


def test_every_term_names_fields_that_a_filing_has_and_an_article() -> None:
    fields = {field.name for field in msgspec.structs.fields(Filing)}
    for term in TERMS:
        assert {term.counted_from, *term.ended_by} <= fields
        assert term.citation.source
        assert term.is_verified


def test_all_deadlines_of_a_registry_come_in_order() -> None:
    found = all_deadlines(the_registry(), date(2026, 3, 2), unverified_terms())
    assert [each.due for each in found] == sorted(each.due for each in found)
    assert {each.filing for each in found} == {filing.number for filing in the_registry().filings}


def day(*numbers: int) -> dict[str, int]:
    moment = int(datetime(*numbers, 4, tzinfo=UTC).timestamp()) * 1_000_000_000  # type: ignore[arg-type,misc]  # y, m, d
    return {"begun_ns": moment, "ended_ns": moment}


def verdict(state: str, *numbers: int) -> Verdict:
    registry = the_registry(**{"purpose: 临床检验": state})
    sent = event(1, diagnoses(3), target=LAB, **day(*numbers))
    return handle([sent], store=MemoryStore(), registry=registry, routes=routes_of_law())[0].verdict


@pytest.mark.parametrize(
    ("state", "numbers", "status"),
    [
        ("state: effective_unfiled", (2026, 1, 14), "not_yet_effective"),
        ("state: effective_unfiled", (2026, 1, 15), "covered"),
        ("state: effective_unfiled", (2026, 1, 29), "covered"),
        ("state: effective_unfiled", (2026, 1, 30), "unfiled"),
        ("filed_on: 2026-02-10", (2026, 2, 9), "unfiled"),
        ("filed_on: 2026-02-10", (2026, 2, 10), "covered"),
        ("filed_on: 2026-01-29", (2026, 1, 28), "covered"),
        ("state: submitted", (2026, 2, 10), "covered"),
        ("state: draft", (2026, 2, 10), "not_yet_effective"),
        ("state: withdrawn\n    ended_on: 2026-02-10", (2026, 2, 9), "covered"),
        ("state: withdrawn\n    ended_on: 2026-02-10", (2026, 2, 10), "unfiled"),
    ],
)
def test_a_contract_covers_for_ten_working_days_unfiled(state: str, numbers: tuple[int, int, int], status: str) -> None:
    assert verdict(state, *numbers).status == status


def test_the_deadline_stands_in_the_verdict() -> None:
    within, after = verdict("state: effective_unfiled", 2026, 1, 20), verdict("state: effective_unfiled", 2026, 2, 2)
    assert any("应当在 2026-01-29 前备案" in each.says for each in within.reasons)
    assert "应当在 2026-01-29 前备案，逾期未备案" in after.reasons[0].says
    assert after.reasons[0].citation
    assert after.filing == "沪数据出境备字〔2026〕第0001号"


def test_an_assessment_of_ones_own_is_handed_in_within_three_months() -> None:
    draft = replace(CONTRACT, assessed_on=date(2026, 9, 30), state=FilingState.DRAFT)
    assert due(draft, date(2026, 10, 9))["assessment_is_recent"] == date(2026, 12, 30)
    (late,) = [
        each for each in deadlines_of(draft, date(2026, 12, 31), PUBLISHED) if each.name == "assessment_is_recent"
    ]
    assert late.is_overdue
    assert "assessment_is_recent" not in due(replace(draft, submitted_on=date(2026, 10, 9)), date(2026, 10, 9))
    assert "assessment_is_recent" not in due(replace(draft, assessed_on=None), date(2026, 10, 9))


def test_a_certificate_is_told_by_its_body_within_five_working_days() -> None:
    held = replace(STEPS, route=FilingRoute.CERTIFICATION, result_on=date(2026, 3, 2))
    assert due(held, date(2026, 3, 2))["certificate_told"] == date(2026, 3, 9)
    assert "certificate_told" not in due(held, date(2026, 3, 10))


@pytest.mark.parametrize(
    ("report", "on", "last", "is_overdue"),
    [
        (None, date(2026, 4, 1), date(2027, 12, 31), False),
        (date(2026, 12, 1), date(2027, 12, 31), date(2027, 12, 31), False),
        (date(2026, 12, 1), date(2028, 1, 1), date(2027, 12, 31), True),
        (date(2025, 6, 1), date(2026, 4, 1), date(2027, 12, 31), False),
    ],
)
def test_the_risk_of_important_data_is_reported_every_year(
    report: date | None, on: date, last: date, *, is_overdue: bool
) -> None:
    exporter = Exporter(organisation=COMPANY, name="x", notified_on=date(2026, 4, 1), risk_report_on=report)
    found = annual_report_deadline(exporter, on)
    assert found
    assert (found.due, found.is_overdue) == (last, is_overdue)
    assert found.citation
    assert found.citation.article == "第三十三条"


def test_nobody_reports_on_important_data_that_was_never_notified() -> None:
    exporter = Exporter(organisation=COMPANY, name="x", risk_report_on=date(2025, 6, 1))
    assert annual_report_deadline(exporter, date(2026, 4, 1)) is None
    later = replace(exporter, notified_on=date(2026, 4, 2))
    assert annual_report_deadline(later, date(2026, 4, 1)) is None


@pytest.mark.parametrize(("is_macao", "on", "is_late"), [
    (True, date(2026, 10, 16), False), (True, date(2026, 10, 17), True), (False, date(2027, 1, 1), False),
])  # fmt: skip
def test_a_bay_area_contract_is_overdue_where_the_text_was_read(on: date, *, is_macao: bool, is_late: bool) -> None:
    contract = replace(CONTRACT, route=FilingRoute.GBA_STANDARD_CONTRACT)
    assert is_filing_overdue(contract, on, PUBLISHED, is_macao=is_macao) is is_late
