from datetime import date

import msgspec

from collector.case_ports import CaseQuery
from collector.declarations import ThresholdTally
from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.ports import Query
from collector.precedents import Precedents
from collector.rejudge import rejudge
from collector.stores.memory import MemoryStore
from collector.verdicts import Status
from collector.whatif import Retrial, Rules, Scope, day_begins_ns, exporter_years, what_if
from tests.collector.builders import COMPANY, HOSPITAL, LAB, NOWHERE, diagnoses, event, phones, the_registry

ROUTES = routes_of_law()
FILED = Rules(the_registry(), ROUTES)
BARE = Rules(msgspec.structs.replace(FILED.registry, filings=()), ROUTES)
BEGUN_NS = 1_772_416_800_000_000_000


def kept(*events: object) -> MemoryStore:
    store = MemoryStore()
    handle(events, store=store, registry=BARE.registry, routes=ROUTES)  # type: ignore[arg-type]  # a test's shorthand
    return store


def test_what_would_change_is_told_and_nothing_is_written() -> None:
    store = kept(
        event(1, diagnoses(9), target=LAB), event(2, diagnoses(range(9, 12)), target=NOWHERE), event(3, phones(2))
    )
    before = store.transfers(Query()), store.cases.cases(CaseQuery())
    (difference,) = what_if(store, FILED, Scope())
    assert (difference.organisation, difference.year, difference.events) == (COMPANY, 2026, 3)
    assert difference.before == {Status.UNFILED: 2, Status.BELOW_THRESHOLD: 1}
    assert difference.after == {Status.COVERED: 1, Status.UNFILED: 1, Status.BELOW_THRESHOLD: 1}
    assert difference.changed == 1
    (change,) = difference.first
    assert (change.target, change.before.status, change.after.status) == (
        "api.lab.example.com", Status.UNFILED, Status.COVERED,
    )  # fmt: skip
    assert (store.transfers(Query()), store.cases.cases(CaseQuery())) == before
    assert store.past(f"{1:032x}") == []


def test_what_if_tells_what_rejudging_does() -> None:
    events = [event(number, diagnoses(range(number, number + 9)), target=LAB) for number in range(1, 6)]
    store = kept(*events)
    told = list(what_if(store, FILED, Scope()))
    assert list(rejudge(store, FILED, Scope(), 1)) == told
    assert [(each.changed, each.reworded) for each in what_if(store, FILED, Scope())] == [(0, 0)]


def test_transfers_that_came_out_of_order_change_their_words_and_not_their_verdicts() -> None:
    store = kept(event(2, phones(range(5, 9)), begun_ns=BEGUN_NS + 1), event(1, phones(5)))
    (difference,) = what_if(store, BARE, Scope())
    assert (difference.changed, difference.reworded, difference.first) == (0, 2, ())


def test_two_registries_are_compared_whatever_was_kept() -> None:
    store = kept(event(1, diagnoses(9), target=LAB))
    list(rejudge(store, FILED, Scope(), 1))
    (difference,) = what_if(store, BARE, Scope(), against=FILED)
    assert (difference.before, difference.after) == ({Status.COVERED: 1}, {Status.UNFILED: 1})
    (difference,) = what_if(store, BARE, Scope(), against=BARE)
    assert (difference.changed, difference.reworded) == (0, 0)


def test_a_limit_that_is_crossed_no_more_is_named() -> None:
    settings = msgspec.structs.replace(FILED.registry.settings, threshold_tally=ThresholdTally.ORDINARY_ONLY)
    other = Rules(msgspec.structs.replace(FILED.registry, settings=settings), ROUTES)
    store = kept(event(1, phones(100_000)), event(2, diagnoses(range(99_000, 100_000))))
    (difference,) = what_if(store, other, Scope(), against=FILED)
    assert [(each.sensitive, each.persons, each.was_crossed, each.is_crossed) for each in difference.turned] == [
        (False, 100_000, True, False)
    ]
    (difference,) = what_if(store, FILED, Scope())
    assert difference.turned == ()
    assert [each.is_crossed for each in difference.limits] == [True, False, True, False]


def test_only_so_many_changes_are_given_in_full() -> None:
    store = kept(*(event(number, diagnoses(1), target=LAB) for number in range(1, 9)))
    (difference,) = what_if(store, FILED, Scope(), most=3)
    assert difference.changed == 8
    assert [each.event_id for each in difference.first] == [f"{number:032x}" for number in (1, 2, 3)]


def test_a_repeated_transfer_is_judged_by_the_count_of_its_own_moment() -> None:
    events = [
        event(number, diagnoses(tokens), target=LAB, begun_ns=BEGUN_NS + number)
        for number, tokens in enumerate([range(5), range(5), range(5, 20), range(5), range(5), range(5, 20)])
    ]
    retrial, store = Retrial(COMPANY, 2026, Precedents(FILED.registry, ROUTES)), MemoryStore()
    judged = handle(events, store=store, registry=FILED.registry, routes=ROUTES)
    assert [retrial.judge(each) for each in events] == [each.verdict for each in judged]
    assert list(retrial.ledger.cells()) == list(store.ledgers(2026)[0].cells())


def test_years_are_those_of_shanghai() -> None:
    midnight = day_begins_ns(date(2026, 1, 1))
    store = kept(
        event(1, phones(1), begun_ns=midnight - 1),
        event(2, phones(1), begun_ns=midnight),
        event(3, phones(1), organisation=HOSPITAL, begun_ns=midnight),
    )
    assert exporter_years(store, Scope()) == [(COMPANY, 2025), (HOSPITAL, 2026), (COMPANY, 2026)]
    assert [(each.year, each.events) for each in what_if(store, FILED, Scope(COMPANY))] == [(2025, 1), (2026, 1)]


def test_a_year_without_transfers_is_no_trouble() -> None:
    store = kept(event(1, phones(1), begun_ns=day_begins_ns(date(2023, 1, 1))), event(2, phones(1), begun_ns=BEGUN_NS))
    assert [each.events for each in what_if(store, FILED, Scope())] == [1, 0, 0, 1]
