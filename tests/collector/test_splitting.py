from datetime import date
from typing import Any

from msgspec.structs import replace
import numpy as np
import pytest

from collector.book import Registry
from collector.case_ports import CaseQuery
from collector.case_words import TITLES
from collector.cases import CaseType
from collector.declarations import Exporter, Filing, FilingRoute, ThresholdTally
from collector.explain import explain, page_of
from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.ledger import COUNTED, Cell, Ledger
from collector.outlook import Horizon, outlook
from collector.past import history_of
from collector.splitting import SPLITTING, Splitting, splittings, suspect, words_of
from collector.stores.memory import MemoryStore
from collector.whatif import Rules
from tests.collector.builders import COMPANY, HOSPITAL, LAB, MAKER, diagnoses, event, phones, the_registry
from wire.kinds import Grade
from wire.subjects import Subjects

ROUTES = routes_of_law()
ON = date(2026, 3, 31)
NOW_NS = 1_774_900_000_000_000_000
HERE = the_registry()


def group_of(*organisations: str, **changes: Any) -> Registry:
    """The example registry, whose filings are none and whose companies are one group."""
    exporters = tuple(
        replace(each, group="示例集团", is_ciio=False) if each.organisation in organisations else each
        for each in HERE.exporters
    )
    return replace(HERE, exporters=exporters, filings=(), **changes)


GROUP = group_of(COMPANY, MAKER)


def ledger(organisation: str, persons: int, recipient: str = "lab-us", **changes: Any) -> Ledger:
    cell = replace(Cell(3, COUNTED, recipient, Grade.GENERAL), **changes)
    return Ledger(organisation, 2026, [(cell, Subjects.of({"cn.mobile": range(persons)}))])


def found(*ledgers: Ledger, registry: Registry = GROUP) -> list[Splitting]:
    return list(splittings(ledgers, registry, ON))


@pytest.mark.parametrize(("other", "is_suspected"), [(39_999, False), (40_000, True), (99_999, True)])
def test_affiliates_below_the_limit_alone_and_not_together_are_suspected(other: int, *, is_suspected: bool) -> None:
    some = found(ledger(COMPANY, 60_000), ledger(MAKER, other))
    assert [each.limit.persons for each in some] == ([100_000] if is_suspected else [])


def test_an_affiliate_that_reaches_the_limit_itself_escapes_nothing() -> None:
    assert found(ledger(COMPANY, 100_000), ledger(MAKER, 99_999)) == []


def test_together_they_are_between_the_most_of_one_and_the_sum() -> None:
    (some,) = found(ledger(COMPANY, 60_000), ledger(MAKER, 50_000))
    assert (some.whole.at_least, some.whole.at_most) == (60_000, 110_000)
    words = words_of(some, GROUP)
    assert "疑似数量拆分（仅为线索）" in words.says
    assert "示例健康科技（上海）有限公司 60,000 人、示例智造（深圳）有限公司 50,000 人" in words.says
    assert "各自均未达到 100,000 人，合计至多 110,000 人，至少 60,000 人" in words.says
    assert "（计数口径：含涉及敏感个人信息的人）" in words.says
    assert "suspected (a lead only)" in words.says_en
    assert words.citation
    assert (words.citation.instrument, words.citation.article) == ("个人信息出境标准合同办法", "第四条")


@pytest.mark.parametrize(("other", "is_suspected"), [(3_999, False), (4_000, True)])
def test_sensitive_persons_have_their_own_limit(other: int, *, is_suspected: bool) -> None:
    some = found(ledger(COMPANY, 6_000, grade=Grade.SENSITIVE), ledger(MAKER, other, grade=Grade.SENSITIVE))
    assert [(each.limit.persons, each.limit.sensitive) for each in some] == ([(10_000, True)] if is_suspected else [])


def test_one_suspicion_of_the_greatest_limit_is_enough() -> None:
    (some,) = found(ledger(COMPANY, 600_000), ledger(MAKER, 600_000))
    assert some.limit.persons == 1_000_000


@pytest.mark.parametrize(
    "other",
    [
        ledger(MAKER, 60_000, "registry-nl"),
        ledger(MAKER, 60_000, ""),
        ledger(MAKER, 60_000, basis="exempt_hr"),
        ledger(HOSPITAL, 60_000),
        ledger("91350100M000100Y43", 60_000),
    ],
    ids=["another recipient", "an unknown recipient", "exempt", "of no group", "not registered"],
)
def test_what_is_not_the_same_group_sending_to_the_same_recipient_is_not_suspected(other: Ledger) -> None:
    assert found(ledger(COMPANY, 60_000), other) == []


def test_an_operator_of_critical_infrastructure_has_no_limit_to_escape() -> None:
    critical = replace(GROUP, exporters=tuple(replace(each, is_ciio=True) for each in GROUP.exporters))
    assert found(ledger(COMPANY, 60_000), ledger(MAKER, 60_000), registry=critical) == []


@pytest.mark.parametrize(
    ("route", "until", "limits"),
    [
        (FilingRoute.STANDARD_CONTRACT, date(2029, 1, 14), []),
        (FilingRoute.STANDARD_CONTRACT, date(2026, 3, 30), [100_000]),
        (FilingRoute.SECURITY_ASSESSMENT, date(2029, 1, 14), []),
    ],
)
def test_who_holds_what_the_limit_asks_for_escapes_nothing(route: FilingRoute, until: date, limits: list[int]) -> None:
    filing = Filing(
        number="1", organisation=MAKER, route=route, recipients=("lab-us",), valid_from=date(2026, 1, 15),
        valid_until=until, kinds=("cn.mobile",),
    )  # fmt: skip
    some = found(ledger(COMPANY, 60_000), ledger(MAKER, 60_000), registry=replace(GROUP, filings=(filing,)))
    assert [each.limit.persons for each in some] == limits


def test_contracts_do_not_answer_for_the_assessment() -> None:
    filings = tuple(
        Filing(
            number=organisation, organisation=organisation, route=FilingRoute.STANDARD_CONTRACT,
            recipients=("lab-us",), valid_from=date(2026, 1, 15), valid_until=date(2029, 1, 14), kinds=("cn.mobile",),
        )
        for organisation in (COMPANY, MAKER)
    )  # fmt: skip
    some = found(ledger(COMPANY, 600_000), ledger(MAKER, 600_000), registry=replace(GROUP, filings=filings))
    assert [each.limit.persons for each in some] == [1_000_000]


def test_the_tally_is_the_setting() -> None:
    registry = replace(GROUP, settings=replace(GROUP.settings, threshold_tally=ThresholdTally.ORDINARY_ONLY))
    some = [ledger(each, 6_000, grade=Grade.SENSITIVE) for each in (COMPANY, MAKER)]
    assert [each.limit.sensitive for each in found(*some, registry=registry)] == [True]
    few = [ledger(each, 60_000, grade=Grade.SENSITIVE) for each in (COMPANY, MAKER)]
    assert found(*few, registry=registry) == []
    assert [each.limit.persons for each in found(*few)] == [100_000]


def a_store() -> MemoryStore:
    store = MemoryStore()
    events = [
        event(number, diagnoses(range(6_000)), target=LAB, organisation=each)
        for number, each in enumerate((COMPANY, MAKER), 1)
    ]
    handle(events, store=store, registry=GROUP, routes=ROUTES)
    return store


def test_the_outlook_the_page_and_a_case_tell_of_it() -> None:
    store = a_store()
    alerts = outlook(store, Rules(GROUP, ROUTES), Horizon(ON), np.random.default_rng(1))
    (alert,) = [each for each in alerts if each.name == SPLITTING]
    assert (alert.organisation, alert.is_soon) == (MAKER, True)
    assert "疑似数量拆分" in alert.what
    judged = store.transfer(f"{1:032x}")
    assert judged
    assert "疑似数量拆分（仅为线索）" in page_of(explain(judged, GROUP, ROUTES, history_of(store, judged, GROUP)))
    (some,) = suspect(store, GROUP, ON, NOW_NS)
    assert suspect(store, GROUP, ON, NOW_NS + 1) == (some,)
    cases = {each.opening.cause.ground: each for each in (store.cases.case(name) for name in _case_ids(store)) if each}
    case = cases[SPLITTING]
    assert (case.opening.type, case.opening.cause.organisation) == (CaseType.UNFILED_EXPORT, COMPANY)
    assert case.opening.cause.destination == "recipient:lab-us"
    assert f"ground.{SPLITTING}" in TITLES


def _case_ids(store: MemoryStore) -> list[str]:
    return [each.case_id for each in store.cases.cases(CaseQuery())]


def test_without_a_group_nobody_is_suspected() -> None:
    alone = replace(GROUP, exporters=tuple(replace(each, group="") for each in GROUP.exporters))
    assert found(ledger(COMPANY, 60_000), ledger(MAKER, 60_000), registry=alone) == []
    assert suspect(a_store(), alone, ON, NOW_NS) == ()


def test_one_affiliate_alone_splits_nothing() -> None:
    assert found(ledger(COMPANY, 99_999)) == []
    assert Exporter(organisation=COMPANY, name="x").group == ""


def test_two_phones_of_one_person_are_two_in_the_sum() -> None:
    """Whoever is at both affiliates under their own keys is counted twice at most: the sum is an upper bound."""
    store = MemoryStore()
    events = [
        event(number, phones(50_000), target=LAB, organisation=each) for number, each in ((1, COMPANY), (2, MAKER))
    ]
    handle(events, store=store, registry=GROUP, routes=ROUTES)
    (some,) = splittings(store.ledgers(2026), GROUP, ON)
    assert (some.whole.at_least, some.whole.at_most) == (50_000, 100_000)


def test_the_doubt_about_one_affiliate_is_no_splitting() -> None:
    """Two identifier types of one affiliate may be 120,000 persons; the other affiliate sends elsewhere."""
    cell = Cell(3, COUNTED, "lab-us", Grade.GENERAL)
    doubtful = Ledger(COMPANY, 2026, [(cell, Subjects.of({"cn.mobile": range(60_000), "email": range(60_000)}))])
    assert found(doubtful, ledger(MAKER, 10, "registry-nl")) == []
