from collections.abc import Iterator

from collector.cases import Act, Move
from collector.desk import act_on, open_incident
from collector.draws import Draw, Outcome, Result, Stratum
from collector.gauges import Gauges
from collector.handle import handle
from collector.incidents import HOUR_NS, Incident, IncidentGrade
from collector.law.shelf import routes_of_law
from collector.stores.memory import MemoryStore
from collector.verdicts import Status
from tests.collector.builders import COMPANY, LAB, NOWHERE, diagnoses, event, the_registry
from wire import metrics
from wire.coverage import Coverage

REGISTRY = the_registry()
NOW_NS = 1_772_500_000_000_000_000
"""2026-03-03, the day after the events."""


def a_store(*targets: object) -> MemoryStore:
    store = MemoryStore()
    events = [event(number, diagnoses(3), target=target) for number, target in enumerate(targets)]  # type: ignore[arg-type]  # a builder
    handle(events, store=store, registry=REGISTRY, routes=routes_of_law())
    return store


def gauges_of(store: MemoryStore, *times_ns: int) -> Gauges:
    clock: Iterator[int] = iter([*times_ns, *[NOW_NS] * 10])
    return Gauges(store, REGISTRY, lambda: next(clock))


def test_an_empty_store_gives_every_gauge_and_no_series_a_value_that_it_does_not_have() -> None:
    for series, values in gauges_of(MemoryStore()).read().items():
        assert series in metrics.COLLECTOR
        list(series.samples(values))


def test_cases_are_told_by_state_and_priority_and_untriaged_ones_since_they_were_seen() -> None:
    store = a_store(NOWHERE)
    gauges = gauges_of(store, NOW_NS, NOW_NS, NOW_NS + HOUR_NS, NOW_NS + HOUR_NS)
    first = gauges.read()
    ((state, priority),) = first[metrics.CASES]
    assert state == "found"
    assert first[metrics.STORED] == {(status.value,): 1 for status in store.counts()}
    again = gauges.read()
    assert again[metrics.CASE_UNTRIAGED] == {(priority,): NOW_NS / 10**9}
    case_id = store.cases.case_of(f"{0:032x}")
    act_on(store, Act(case_id=case_id, number=0, move=Move.ASSIGN, at_ns=NOW_NS, who="甲", owner="乙"))
    assert gauges_of(store).read()[metrics.CASE_UNTRIAGED] == {}


def test_what_comes_and_goes_is_counted_from_the_start_of_the_process_on() -> None:
    store = a_store(NOWHERE)
    gauges = gauges_of(store)
    assert gauges.read()[metrics.CASES_OPENED] == {(): 0}
    handle([event(9, diagnoses(3), target=LAB)], store=store, registry=REGISTRY, routes=routes_of_law())
    opened = sum(store.cases.counts().values()) - 1
    case_id = store.cases.case_of(f"{0:032x}")
    act_on(store, Act(case_id=case_id, number=0, move=Move.DISMISS, at_ns=NOW_NS, who="甲", note="误报"))
    told = gauges.read()
    assert told[metrics.CASES_OPENED] == {(): opened}
    assert told[metrics.CASES_CLOSED][("dismissed",)] == 1


def test_an_incident_that_must_be_reported_waits_with_its_deadline_and_is_overdue_after_it() -> None:
    store = MemoryStore()
    open_incident(store, COMPANY, Incident(NOW_NS, "泄露", at_least=IncidentGrade.MAJOR))
    told = gauges_of(store).read()
    assert told[metrics.INCIDENTS] == {("major",): 1}
    assert told[metrics.INCIDENT_DEADLINE] == {(): (NOW_NS + 4 * HOUR_NS) / 10**9}
    assert sum(told[metrics.CASES_OVERDUE].values()) == 0
    late = Gauges(store, REGISTRY, lambda: NOW_NS + 5 * HOUR_NS).read()
    assert sum(late[metrics.CASES_OVERDUE].values()) == 1


def test_agents_are_told_by_when_they_were_last_heard_of() -> None:
    store = MemoryStore()
    for name, age_s in (("a", 10), ("b", 300), ("c", 3_000), ("d", 90 * 86_400)):
        store.keep_coverage(Coverage(agent=name, started_ns=1, seen_ns=NOW_NS - age_s * 10**9, version="1"))
    assert gauges_of(store).read()[metrics.AGENTS] == {("online",): 1, ("stale",): 1, ("offline",): 1}


def test_filings_are_told_with_what_they_declare_and_when_they_end() -> None:
    told = gauges_of(a_store(LAB)).read()
    assert set(told[metrics.FILING_LIMIT]) <= set(told[metrics.FILING_EXPIRY]) == set(told[metrics.FILING_SUBJECTS])
    assert any(told[metrics.FILING_SUBJECTS].values())
    assert told[metrics.THRESHOLD_LIMIT][("contract",)] == 100_000


def test_transfers_drawn_and_not_checked_are_pending() -> None:
    store = MemoryStore()
    stratum = Stratum("", "", "", 3, ("0" * 32, "1" * 32))
    draw = Draw(
        draw_id="d", day="2026-03-02", digest="", seed="", rate="1", factors="", registry="", events=3, exports=3,
        strata=(stratum,),
    )  # fmt: skip
    with store.begin() as transaction:
        transaction.cases.keep_draw(draw)
        transaction.cases.keep_result(
            Result(draw_id="d", event_id="0" * 32, at_ns=1, who="甲", outcome=Outcome.CONSISTENT)
        )
    assert gauges_of(store).read()[metrics.SPOT_CHECKS] == {("consistent",): 1, ("pending",): 1}


def test_the_store_is_left_in_peace_for_twenty_times_as_long_as_reading_it_took() -> None:
    store = MemoryStore()
    second = 10**9
    gauges = gauges_of(store, 0, second, 20 * second, 21 * second, 22 * second)
    before = gauges.read()
    handle([event(1, diagnoses(3))], store=store, registry=REGISTRY, routes=routes_of_law())
    assert gauges.read() is before
    assert gauges.read() is not before
    assert Status.UNFILED in store.counts()
