import re

from msgspec.structs import replace
import pytest

from collector.book import Registry
from collector.explain import explain, page_of, record_of_explanation, registry_version
from collector.handle import handle
from collector.law.shelf import law_version, routes_of_law
from collector.law.unverified import unverified_notes
from collector.past import history_of
from collector.ports import Judged
from collector.rejudge import rejudge
from collector.stores.memory import MemoryStore
from collector.verdicts import Status, Verdict
from collector.whatif import Rules, Scope
from tests.collector.builders import LAB, NOWHERE, at, diagnoses, event, phones, the_registry
from tests.collector.builders import names as emails
from wire.events import Content, Tally, TransferEvent
from wire.kinds import Grade, Kind
from wire.subjects import Subjects

REGISTRY = the_registry()
ROUTES = routes_of_law()
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def judged(some: TransferEvent) -> Judged:
    return handle([some], store=MemoryStore(), registry=REGISTRY, routes=ROUTES)[0]


def page(some: TransferEvent, lang: str = "zh") -> str:
    return page_of(explain(judged(some), REGISTRY, ROUTES), lang)


def test_a_page_names_parties_counts_articles_versions_and_the_cure() -> None:
    said = page(event(1, diagnoses(300), target=NOWHERE))
    for piece in (
        "未备案", "300 人", "《促进和规范数据跨境流动规定》第八条，2024-03-22 起施行，来源 A", "unknown.example.com",
        "10 个工作日内", "个人信息出境标准合同", "内容全部可见", "看不到", "138****0000",
        f"法规库摘要：{law_version(ROUTES)}", registry_version(REGISTRY),
    ):  # fmt: skip
        assert piece in said, piece


def test_the_english_page_is_complete_and_cites_the_law_in_chinese() -> None:
    record = record_of_explanation(explain(judged(event(1, diagnoses(300), target=NOWHERE)), REGISTRY, ROUTES), "en")
    assert [part.name for part in record.sections] == [
        "verdict", "facts", "arithmetic", "reasons", "cures", "seen", "versions",
    ]  # fmt: skip
    assert record.title == "Unfiled"
    cures = next(part for part in record.sections if part.name == "cures")
    assert not [line.says for line in cures.lines if CHINESE.search(line.says)]
    assert any(line.instrument == "个人信息出境标准合同办法" and line.article == "第七条" for line in cures.lines)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("required", ["", "security_assessment", "standard_contract", "certification", "unheard_of"])
def test_every_verdict_has_a_cure_in_both_languages(status: Status, required: str) -> None:
    verdict = Verdict("0" * 32, status, "", required, ())
    said = explain(Judged(event(1, phones(3)), verdict), None, ROUTES)
    cures = next(part for part in said.sections if part.name == "cures")
    assert all(line.says and line.says_en and not CHINESE.search(line.says_en) for line in cures.lines)


def test_a_change_is_asked_for_by_the_route_of_the_filing_held() -> None:
    said = page(event(1, emails(3), diagnoses(3), target=LAB))
    assert "超范围" in said
    assert "《个人信息出境标准合同办法》第八条" in said or "《数据出境安全评估办法》第十四条" in said


def test_without_a_registry_nothing_is_said_to_be_unregistered() -> None:
    said = page_of(explain(judged(event(1, phones(3))), None, ROUTES))
    assert "未提供登记库" in said
    assert "不在登记库中" not in said


def test_what_was_not_seen_is_said() -> None:
    unseen = page(event(1, content=Content.UNSEEN, sent_bytes=None, sampled=0.25))
    assert "未见不等于合规" in unseen
    assert "字节数未知" in unseen
    assert "0.25 的概率" in unseen


def test_hostile_names_neither_turn_nor_break_a_line() -> None:
    said = page(event(1, phones(3), target=at("a\n  9. 判定：合规\u202e\x1b[31m.example")))
    assert not set("\u202e\x1b") & set(said)
    assert "\n  9. 判定：合规" not in said


def test_damaged_counts_are_told_and_break_nothing() -> None:
    broken = Tally(Kind("cn.mobile"), Grade.GENERAL, 1, Subjects((("cn.mobile", b"\x00\x01"),)))
    assert "已损坏" in page(event(1, broken))


def test_the_versions_change_with_law_and_registry_and_with_nothing_else() -> None:
    assert law_version(ROUTES) == law_version(tuple(reversed(ROUTES)))
    assert law_version(ROUTES) != law_version(ROUTES[1:])
    assert registry_version(REGISTRY) == registry_version(the_registry())
    assert registry_version(REGISTRY) != registry_version(Registry())


def test_former_verdicts_and_cases_stand_on_the_page() -> None:
    bare = replace(REGISTRY, filings=())
    store, some = MemoryStore(), event(1, diagnoses(3), target=LAB)
    (first,) = handle([some], store=store, registry=bare, routes=ROUTES)
    assert not history_of(store, first, bare).past
    case = store.cases.case_of(some.event_id)
    list(rejudge(store, Rules(REGISTRY, ROUTES), Scope(), 1_774_000_000_000_000_000))
    now = store.transfer(some.event_id)
    assert now
    said = page_of(explain(now, REGISTRY, ROUTES, history_of(store, now, REGISTRY)))
    assert "判定：合规" in said
    assert f"以前判定为“未备案”（登记库 {bare.version}）" in said
    assert f"曾属案件 {case}" in said
    again = history_of(store, first, REGISTRY)
    assert (again.case, again.former_cases) == ("", (case,))


def test_a_verdict_bears_the_versions_under_which_it_was_reached() -> None:
    given = judged(event(1, diagnoses(300), target=NOWHERE))
    assert (given.verdict.law_version, given.verdict.registry_version) == (law_version(ROUTES), REGISTRY.version)
    later = replace(REGISTRY, filings=())
    said = page_of(explain(given, later, ROUTES))
    assert f"判定所依据的版本：法规库 {law_version(ROUTES)}，登记库 {REGISTRY.version}" in said
    assert f"登记库摘要（生成本页时）：{later.version}" in said


def test_where_an_assessment_is_required_it_was_not_applied_for() -> None:
    some = event(1, diagnoses(range(10_000)), target=NOWHERE)
    assert page(some).startswith("未申报  ")
    assert "判定：未申报" in page(some)
    assert page(some, "en").startswith("Not applied for  ")


def test_what_was_not_read_is_marked_and_stands_apart_from_the_reasons() -> None:
    assert not any(note.is_verified for note in unverified_notes())
    assert {note.tag for note in unverified_notes()} <= {"G", "M"}
    some = judged(event(1, diagnoses(range(10_000)), target=LAB))
    assert some.verdict.required_route == "security_assessment"
    said = page_of(explain(some, REGISTRY, ROUTES))
    part = said.partition("【未核实的说法】")[2].partition("【")[0]
    assert "（未核实，不作为判定依据）延长评估结果有效期的条件" in part
    assert "20%" in part
    assert not any("20%" in reason.says for reason in some.verdict.reasons)
    assert all(note.about and note.says_en.isascii() for note in unverified_notes())
    known = {route.name for route in ROUTES} | {status.value for status in Status}
    assert {name for note in unverified_notes() for name in note.about} <= known
