"""Cases of law: facts in, verdict out. Sources: articles as cited on the shelf."""

from datetime import UTC, datetime
import re
from typing import Any

import pytest

from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.ports import Judged
from collector.stores.memory import MemoryStore
from collector.verdicts import Verdict
from tests.collector.builders import (
    COMPANY,
    HOSPITAL,
    LAB,
    MAKER,
    NOWHERE,
    STRANGER,
    at,
    diagnoses,
    event,
    names,
    phones,
    the_registry,
)  # fmt: skip
from wire.events import Content, Endpoint, Tally, TransferEvent
from wire.kinds import Grade, Kind
from wire.places import Place, Region, place_of
from wire.subjects import Subjects

ROUTES = routes_of_law()
DAY_NS = 86_400_000_000_000
MIDNIGHT_2026_NS = 1_767_196_800_000_000_000
"""2025-12-31T16:00:00Z: the first moment of 2026 in Shanghai."""
UNSEEN: dict[str, Any] = {"content": Content.UNSEEN}
IMPORTANT = Tally(Kind("geo.survey"), Grade.IMPORTANT, 3)


def judged(*events: TransferEvent, **replaced: str) -> list[Judged]:
    return handle(events, store=MemoryStore(), registry=the_registry(**replaced), routes=ROUTES)


def verdict(*events: TransferEvent, **replaced: str) -> Verdict:
    return judged(*events, **replaced)[-1].verdict


def said(given: Verdict) -> str:
    return "\n".join(reason.says for reason in given.reasons)


def day(year: int, month: int, number: int) -> dict[str, Any]:
    moment = int(datetime(year, month, number, 4, tzinfo=UTC).timestamp()) * 1_000_000_000
    return {"begun_ns": moment, "ended_ns": moment}


MAINLAND = at("www.example.cn", country="CN")
UNKNOWN = Endpoint("198.18.0.1", 443, "", Place())
BRANCH = Endpoint("198.51.100.9", 443, "", place_of("MO"))
PARENT = at("hr.example.no", country="NO")
NAMELESS = at("", "192.0.2.9")

INSIDE = Endpoint("10.9.9.9", 80, "", Place(Region.PRIVATE))
NL = at("registry.example.nl", country="NL")
SA, SC, GBA, FREE = "security_assessment", "standard_contract", "gba_standard_contract", "below_threshold"
SICK, PHONES = diagnoses(3), phones(3)
HOSP: dict[str, Any] = {"organisation": HOSPITAL}
MAKES: dict[str, Any] = {"organisation": MAKER}
JAN_14, JAN_15, LAST, AFTER = day(2026, 1, 14), day(2026, 1, 15), day(2029, 1, 14), day(2029, 1, 15)

CASES: list[tuple[str, TransferEvent, str, str, str]] = [
    ("to the mainland", event(1, SICK, target=MAINLAND), "not_export", "", ""),
    ("to a private network", event(1, SICK, target=INSIDE), "not_export", "", ""),
    ("from abroad to abroad", event(1, SICK, origin=at(country="JP")), "not_export", "", ""),
    ("nobody knows where to", event(1, SICK, target=UNKNOWN), "undetermined", "", ""),
    ("encrypted", event(1, **UNSEEN), "content_unseen", "", ""),
    ("encrypted, to a filed recipient", event(1, target=LAB, **UNSEEN), "content_unseen", "", ""),
    ("half read, nothing found", event(1, content=Content.PARTIAL), "content_unseen", "", ""),
    ("half read, suspected important data", event(1, IMPORTANT, content=Content.PARTIAL), "content_unseen", "", ""),
    ("all read, nothing found", event(1), "exempt", "exempt_no_personal_information", ""),
    ("suspected important data only", event(1, IMPORTANT), "exempt", "exempt_no_personal_information", ""),
    ("employees to the parent", event(1, PHONES, target=PARENT), "exempt", "exempt_hr", ""),
    ("employees' diagnoses to the parent", event(1, SICK, target=PARENT), "unfiled", "", SC),
    ("employees elsewhere", event(1, PHONES), FREE, FREE, ""),
    ("300 patients to a stranger", event(1, diagnoses(300)), "unfiled", "", SC),
    ("300 patients to the laboratory", event(1, diagnoses(300), target=LAB), "covered", SC, SC),
    ("300 customers to a stranger", event(1, phones(300)), FREE, FREE, ""),
    ("a kind that the filing does not list", event(1, names(3), target=LAB), "out_of_scope", "", ""),
    ("more persons than declared", event(1, diagnoses(5_001), target=LAB), "over_volume", "", SC),
    ("as many persons as declared", event(1, diagnoses(5_000), target=LAB), "covered", SC, SC),
    ("10,000 sensitive under a contract", event(1, diagnoses(10_000), target=LAB), "over_volume", "", SA),
    ("before the filing holds", event(1, SICK, target=LAB, **JAN_14), "not_yet_effective", "", SC),
    ("on the filing's first day", event(1, SICK, target=LAB, **JAN_15), "covered", SC, SC),
    ("on the filing's last day", event(1, SICK, target=LAB, **LAST), "covered", SC, SC),
    ("after the filing has ended", event(1, SICK, target=LAB, **AFTER), "expired", "", SC),
    ("ordinary data after the filing", event(1, PHONES, target=LAB, **AFTER), FREE, FREE, ""),
    ("to a bare address", event(1, SICK, target=NAMELESS), "unfiled", "", SC),
    ("a hospital's bare address", event(1, SICK, target=NAMELESS, **HOSP), "recipient_unknown", "", SA),
    ("a hospital within its assessment", event(1, diagnoses(300), target=NL, **HOSP), "covered", SA, SA),
    ("a CII operator, one phone number", event(1, phones(1), **HOSP), "unfiled", "", SA),
    ("Shenzhen to Macao", event(1, phones(300), target=BRANCH, **MAKES), "covered", GBA, ""),
    ("a stranger's diagnosis", event(1, diagnoses(1), organisation=STRANGER), "unfiled", "", SC),
    ("nobody's phone number", event(1, phones(1), organisation=""), FREE, FREE, ""),
    ("sensitive data of nobody known", event(1, diagnoses(0)), "undetermined", "", ""),
    ("the same to the laboratory", event(1, diagnoses(0), target=LAB), "covered", SC, ""),
    ("before the present law", event(1, SICK, **day(2024, 3, 21)), "undetermined", "", ""),
    ("on its first day", event(1, SICK, **day(2024, 3, 22)), "unfiled", "", SC),
]  # fmt: skip


@pytest.mark.parametrize(
    ("transfer", "status", "route", "required"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_verdict(transfer: TransferEvent, status: str, route: str, required: str) -> None:
    given = verdict(transfer)
    assert (given.status.value, given.route, given.required_route) == (status, route, required)
    assert given.reasons
    assert all(reason.says and reason.says_en for reason in given.reasons)


def test_a_verdict_shows_the_arithmetic_and_the_article() -> None:
    given = verdict(event(1, phones(200)), event(2, phones(300)))
    assert "本年累计 300 人，不满 100,000 人" in said(given)
    assert given.reasons[0].citation
    assert given.reasons[0].citation.article == "第五条第一款第四项"


def test_last_years_persons_do_not_count() -> None:
    """SAM 第四条 and SCM 第四条 counted since 1 January of the previous year: repealed by CBDF 第十三条."""
    late: dict[str, Any] = {"begun_ns": MIDNIGHT_2026_NS - 1}
    early: dict[str, Any] = {"begun_ns": MIDNIGHT_2026_NS}
    last_year = event(1, phones(150_000), **late)
    given = judged(last_year, event(2, phones(range(200_000, 200_010)), **early))
    assert [each.verdict.status.value for each in given] == ["unfiled", "below_threshold"]
    assert "本年累计 10 人" in said(given[1].verdict)


def test_a_hundred_thousand_of_last_year_ask_for_no_assessment_this_year() -> None:
    """The repealed 100,000 ordinary and 10,000 sensitive since the previous year asked for the assessment."""
    late: dict[str, Any] = {"begun_ns": MIDNIGHT_2026_NS - DAY_NS}
    early: dict[str, Any] = {"begun_ns": MIDNIGHT_2026_NS + DAY_NS}
    given = judged(event(1, diagnoses(10_000), **late), event(2, diagnoses(1), **early))
    assert [each.verdict.required_route for each in given] == ["security_assessment", "standard_contract"]


def test_the_hundred_thousandth_person_changes_the_verdict() -> None:
    given = judged(event(1, phones(99_999)), event(2, phones(range(99_998, 100_000))))
    assert [each.verdict.status.value for each in given] == ["below_threshold", "unfiled"]
    assert "已达到 100,000 人（计数口径：含涉及敏感个人信息的人）" in said(given[1].verdict)


def test_exempt_persons_are_not_counted() -> None:
    given = judged(event(1, phones(99_999), target=PARENT), event(2, phones(range(200_000, 200_010))))
    assert "本年累计 10 人" in said(given[1].verdict)


def test_exemptions_end() -> None:
    assert verdict(event(1, phones(3), target=PARENT, **day(2027, 1, 1))).status == "below_threshold"


def test_the_statutory_duty_is_no_exemption_before_its_regulation() -> None:
    replaced: dict[str, Any] = {"cbdf_5_1_2": "statutory_duty", "valid_from: 2026-01-01": "valid_from: 2024-01-01"}
    before = event(1, phones(3), target=PARENT, **day(2024, 12, 31))
    after = event(1, phones(3), target=PARENT, **day(2025, 1, 1))
    assert verdict(before, **replaced).status == "below_threshold"
    assert verdict(after, **replaced).route == "statutory_duty"


@pytest.mark.parametrize(
    ("on", "instrument"), [((2026, 1, 1), "个人信息出境认证办法"), ((2025, 12, 31), "促进和规范数据跨境流动规定")]
)
def test_certification_serves_where_a_contract_is_required(on: tuple[int, int, int], instrument: str) -> None:
    """CBDF 第八条 names it since 2024-03-22; the measures that say how came into force on 2026-01-01."""
    replaced = {"route: standard_contract": "route: certification", "2026-01-15": "2025-01-15"}
    assert verdict(event(1, diagnoses(3), target=LAB, **day(*on)), **replaced).status == "covered"
    choice = next(each for each in verdict(event(1, diagnoses(3), **day(*on))).reasons if "认证，与" in each.says)
    assert choice.citation
    assert choice.citation.instrument == instrument


NO_LAW_YET = [
    ("security_assessment", (2025, 1, 1), "网络数据安全管理条例"),
    ("security_assessment", (2024, 12, 31), "数据出境安全评估办法"),
    ("certification", (2026, 1, 1), "个人信息出境认证办法"),
    ("certification", (2025, 12, 31), ""),
    ("gba_standard_contract", (2026, 1, 1), ""),
]


@pytest.mark.parametrize(("route", "on", "instrument"), NO_LAW_YET)
def test_only_what_was_law_on_the_day_is_cited(route: str, on: tuple[int, int, int], instrument: str) -> None:
    replaced = {"route: standard_contract": f"route: {route}", "2026-01-15": "2024-04-01"}
    first = verdict(event(1, names(3), target=LAB, **day(*on)), **replaced).reasons[0]
    assert "不在“沪数据出境备字〔2026〕第0001号”申报范围内的数据类型" in first.says
    assert (first.citation.instrument if first.citation else "") == instrument


def test_a_contract_does_not_serve_where_the_assessment_is_required() -> None:
    given = verdict(event(1, diagnoses(10_000), target=LAB), **{"most_persons: 5000": "most_persons: 20000"})
    assert (given.status, given.required_route) == ("wrong_route", "security_assessment")
    assert given.reasons[0].citation
    assert given.reasons[0].citation.article == "第七条"


def test_a_bay_area_contract_does_not_reach_beyond_the_bay_area() -> None:
    replaced = {"city: 深圳": "city: 北京", "[cn.mobile, email]": "[cn.mobile, medical.diagnosis]"}
    assert verdict(event(1, diagnoses(3), target=BRANCH, organisation=MAKER), **replaced).status == "wrong_route"


def test_notified_important_data_need_the_assessment() -> None:
    replaced = {"province: 上海": "notified_important: [geo.survey]"}
    given = verdict(event(1, IMPORTANT), **replaced)
    assert (given.status, given.required_route) == ("unfiled", "security_assessment")
    assert verdict(event(1, IMPORTANT, target=LAB), **replaced).status == "out_of_scope"


def test_suspected_important_data_are_worded_as_a_suspicion_and_change_nothing() -> None:
    assert verdict(event(1, phones(3))).status == verdict(event(1, phones(3), IMPORTANT)).status
    assert "疑似重要数据：geo.survey（仅为线索" in said(verdict(event(1, phones(3), IMPORTANT)))


def test_a_field_outside_the_filing_is_out_of_scope() -> None:
    replaced = {"purpose: 临床检验": "fields: [phone, $.patient.name]"}
    inside = event(1, phones(range(3), "body:$.contact.phone", "body:$.patient.name"), target=LAB)
    outside = event(1, phones(range(3), "body:phone", "body:emergencyPhone"), target=LAB)
    assert verdict(inside, **replaced).status == "covered"
    assert verdict(outside, **replaced).status == "out_of_scope"
    assert "body:emergencyPhone" in said(verdict(outside, **replaced))


@pytest.mark.parametrize(
    ("state", "route", "status"),
    [
        ("pending", "security_assessment", "not_yet_effective"),
        ("pending", "certification", "not_yet_effective"),
        ("withdrawn", "standard_contract", "unfiled"),
    ],
)
def test_a_filing_that_was_not_passed_does_not_count(state: str, route: str, status: str) -> None:
    replaced = {"purpose: 临床检验": f"state: {state}", "route: standard_contract": f"route: {route}"}
    assert verdict(event(1, diagnoses(3), target=LAB), **replaced).status == status


def test_what_was_never_passed_has_not_expired() -> None:
    replaced = {"purpose: 临床检验": "state: pending", "route: standard_contract": "route: certification"}
    assert "已提交，尚未通过" in said(verdict(event(1, diagnoses(3), target=LAB, **AFTER), **replaced))


def test_a_contract_in_effect_counts_while_its_filing_is_not_settled() -> None:
    """SCM 第六条、第七条: export may begin once the contract takes effect; it is filed within ten working days."""
    replaced = {"purpose: 临床检验": "state: pending"}
    given = verdict(event(1, diagnoses(3), target=LAB, **JAN_15), **replaced)
    assert given.status == "covered"
    assert "10个工作日内备案，是否逾期请核实" in said(given)
    assert verdict(event(1, diagnoses(3), target=LAB, **JAN_14), **replaced).status == "not_yet_effective"
    assert verdict(event(1, diagnoses(3), target=LAB, **AFTER), **replaced).status == "expired"


def test_the_better_of_two_filings_is_taken() -> None:
    wide = "kinds: [cn.resident_id, cn.mobile, medical.diagnosis, person.under_14]"
    replaced = {
        'organisation: "121100004000000001"\n    route': "organisation: 91310000MA1FL0000N\n    route",
        "recipients: [registry-nl]": "recipients: [registry-nl, lab-us]",
        wide: "kinds: [email]",
    }
    assert verdict(event(1, names(3), target=LAB), **replaced).filing == "国数据出境评字〔2025〕第0002号"
    assert verdict(event(1, diagnoses(3), target=LAB), **replaced).filing == "沪数据出境备字〔2026〕第0001号"


def test_sensitive_data_sent_elsewhere_bind_ordinary_ones_only_by_the_setting() -> None:
    events = event(1, diagnoses(3)), event(2, phones(300))
    assert verdict(*events).status == "below_threshold"
    assert "敏感个人信息按每次传输判断" in said(verdict(*events))
    strict = {"threshold_tally: any": "sensitive_reach: exporter"}
    assert verdict(*events, **strict).status == "unfiled"


def test_the_tally_that_is_held_against_the_threshold_is_a_setting() -> None:
    events = event(1, phones(99_999)), event(2, diagnoses(range(99_000, 100_001))), event(3, phones(1))
    assert verdict(*events).status == "unfiled"
    assert verdict(*events, **{"threshold_tally: any": "threshold_tally: ordinary_only"}).status == "below_threshold"


def test_a_damaged_count_is_said_and_not_added() -> None:
    damaged = Tally(Kind("cn.mobile"), Grade.GENERAL, 1, Subjects((("cn.mobile", b"no sketch"),)))
    given = judged(event(1, damaged), event(2, phones(3)))
    assert [each.verdict.status.value for each in given] == ["undetermined", "below_threshold"]
    assert "本年累计 3 人" in said(given[1].verdict)


def test_what_was_only_sampled_or_half_read_is_said_to_be_a_lower_bound() -> None:
    text = said(verdict(event(1, phones(3), sampled=0.25, content=Content.PARTIAL)))
    assert "0.25" in text
    assert "下限" in text


def test_unseen_content_names_the_volume_and_the_filing() -> None:
    given = verdict(event(1, target=LAB, sent_bytes=1_234_567, **UNSEEN))
    assert "1,234,567 字节" in said(given)
    assert given.filing == "沪数据出境备字〔2026〕第0001号"
    assert "数据量未知" in said(verdict(event(1, sent_bytes=None, **UNSEEN)))


def test_a_line_is_no_authorisation() -> None:
    given = verdict(event(1, diagnoses(3), target=at("", "172.20.0.9", "MO"), line="line-mo-1"))
    assert given.status == "unfiled"
    assert "专线不免除" in said(given)
    assert "另一主体" in said(given)


def test_an_expired_filing_is_mentioned_where_nothing_is_required() -> None:
    assert "已于 2029-01-14 到期" in said(verdict(event(1, phones(3), target=LAB, **day(2029, 1, 15))))


def test_ten_thousand_sensitive_persons_elsewhere_fall_under_article_7() -> None:
    assert "另行适用第八条" in said(verdict(event(1, diagnoses(9_999)), event(2, phones(3))))
    assert "另行适用第七条" in said(verdict(event(1, diagnoses(10_000)), event(2, phones(3))))


def test_a_private_target_is_not_said_to_stand_in_the_mainland() -> None:
    assert "未登记为国际专线的对端" in said(verdict(event(1, SICK, target=INSIDE)))


def test_unknown_exporters_are_said_to_be_counted_together() -> None:
    assert "所有未识别主体的人数合并计算" in said(verdict(event(1, phones(1), organisation="")))
    assert f"数据处理者 {STRANGER} 不在登记库中" in said(verdict(event(1, phones(1), organisation=STRANGER)))


SLUG = re.compile(r"(?<![（(a-z0-9._:$])[a-z0-9]+[._][a-z0-9_.]+")


@pytest.mark.parametrize("transfer", [case[1] for case in CASES], ids=[case[0] for case in CASES])
@pytest.mark.parametrize(
    "setting", ["threshold_tally: any", "threshold_tally: ordinary_only", "sensitive_reach: exporter"]
)
def test_no_bare_slug_stands_where_a_person_reads(transfer: TransferEvent, setting: str) -> None:
    for each in verdict(event(9, diagnoses(2)), transfer, **{"threshold_tally: any": setting}).reasons:
        for said_once in (each.says, each.says_en):
            assert set(SLUG.findall(said_once)) <= {"geo.survey"}
            assert not re.search(r"\b(any|pending|in_force|transfer)\b", each.says)


def test_kinds_are_named_for_the_reader_and_for_the_registry() -> None:
    given = verdict(event(1, names(3), target=LAB))
    assert "申报范围内的数据类型：电子邮件地址（email）" in given.reasons[0].says
    assert "E-mail address (email)" in given.reasons[0].says_en


def test_the_same_facts_give_the_same_verdict() -> None:
    assert verdict(event(1, diagnoses(3))) == verdict(event(1, diagnoses(3)))
    assert COMPANY not in said(verdict(event(1, diagnoses(3), target=NOWHERE)))


def test_grades_of_another_standard_than_the_registrys_are_said() -> None:
    strict = {"profile: gbt45574_2025": "profile: strict_35273"}
    assert "探针按 GB/T 45574-2025 分级，登记库设定为 GB/T 35273-2020" in said(verdict(event(1, phones(3)), **strict))
    assert "探针按" not in said(verdict(event(1, phones(3))))


def test_an_exemption_of_half_read_content_says_so() -> None:
    given = verdict(event(1, phones(3), target=PARENT, content=Content.PARTIAL))
    assert given.status == "exempt"
    assert "下限" in said(given)
