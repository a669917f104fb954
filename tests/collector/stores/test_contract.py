"""What every store must do; all of them pass the same tests."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.ledger import CountOf
from collector.ports import Query, Store
from collector.verdicts import Status
from tests.collector.builders import COMPANY, HOSPITAL, LAB, diagnoses, event, phones, the_registry
from tests.collector.stores.stores import STORES, a_store
from wire.coverage import Coverage
from wire.events import TransferEvent

REGISTRY = the_registry()
ROUTES = routes_of_law()


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = a_store(request.param, tmp_path)
    yield made
    made.close()


def keep(store: Store, *events: TransferEvent) -> None:
    handle(events, store=store, registry=REGISTRY, routes=ROUTES)


def numbers(store: Store, **query: object) -> list[int]:
    return [int(each.event.event_id, 16) for each in store.transfers(Query(**query))]  # type: ignore[arg-type]  # a test's shorthand


def test_what_was_kept_is_read_back_the_same(store: Store) -> None:
    (judged,) = handle([event(1, diagnoses(3), target=LAB)], store=store, registry=REGISTRY, routes=ROUTES)
    assert store.transfer(judged.event.event_id) == judged
    assert store.transfers(Query()) == [judged]
    assert store.transfer("f" * 32) is None


def test_transfers_come_newest_first_and_page_by_page(store: Store) -> None:
    keep(store, *(event(number, begun_ns=1_772_416_800_000_000_000 + number // 2) for number in range(1, 8)))
    assert numbers(store) == [7, 6, 5, 4, 3, 2, 1]
    first = store.transfers(Query(most=3))
    last = first[-1].event
    assert numbers(store, most=3, before=(last.begun_ns, last.event_id)) == [4, 3, 2]


def test_transfers_are_chosen_by_status_and_exporter(store: Store) -> None:
    keep(store, event(1, phones(1)), event(2, diagnoses(1)), event(3, phones(1), organisation=HOSPITAL))
    assert numbers(store, statuses=(Status.UNFILED,)) == [3, 2]
    assert numbers(store, organisation=COMPANY) == [2, 1]
    assert numbers(store, statuses=(Status.UNFILED, Status.BELOW_THRESHOLD), organisation=COMPANY) == [2, 1]
    assert store.counts() == {Status.BELOW_THRESHOLD: 1, Status.UNFILED: 2}
    assert store.counts(HOSPITAL) == {Status.UNFILED: 1}
    assert store.counts("nobody' OR ''='") == {}


def test_ledgers_are_kept_by_exporter_and_year(store: Store) -> None:
    keep(store, event(1, phones(10)), event(2, phones(5), organisation=HOSPITAL))
    keep(store, event(3, phones(range(5, 20))))
    found = {each.organisation: each.span(CountOf.ANY).estimate for each in store.ledgers(2026)}
    assert found == {COMPANY: 20, HOSPITAL: 5}
    (one,) = store.ledgers(2026, COMPANY)
    assert (one.organisation, one.span(CountOf.ANY).estimate) == (COMPANY, 20)
    assert store.ledgers(2025) == store.ledgers(2025, COMPANY) == []


def test_a_failed_transaction_leaves_nothing_behind(store: Store) -> None:
    keep(store, event(1, phones(10)))
    with pytest.raises(RuntimeError):
        _break_off(store)
    assert [each.span(CountOf.ANY).estimate for each in store.ledgers(2026)] == [10]
    with store.begin() as transaction:
        assert transaction.ledger(COMPANY, 2026).span(CountOf.ANY).estimate == 10


def _break_off(store: Store) -> None:
    with store.begin() as transaction:
        ledger = transaction.ledger(COMPANY, 2026)
        ledger.absorb(event(2, phones(range(100, 200))))
        transaction.keep([], [ledger])
        raise RuntimeError


def test_known_events_are_named_however_many_are_asked_for(store: Store) -> None:
    keep(store, event(1), event(2))
    with store.begin() as transaction:
        names = [f"{number:032x}" for number in range(1, 3000)]
        assert transaction.known(names) == {names[0], names[1]}


def test_coverage_of_the_same_start_is_replaced_by_later_totals_only(store: Store) -> None:
    def record(agent: str, seen_ns: int, packets: int) -> Coverage:
        return Coverage(agent=agent, started_ns=1, seen_ns=seen_ns, version="1", packets=packets)

    for coverage in (record("a", 5, 50), record("a", 9, 90), record("a", 7, 70), record("b", 8, 1)):
        store.keep_coverage(coverage)
    assert [(each.agent, each.packets) for each in store.coverages()] == [("a", 90), ("b", 1)]


def test_readers_in_other_threads_see_whole_batches(store: Store) -> None:
    seen: list[int] = []

    def read() -> None:
        for _ in range(40):
            seen.append(len(store.transfers(Query(most=500))))
            assert len(store.ledgers(2026)) <= 1

    readers = [Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for first in range(0, 100, 10):
        keep(store, *(event(number, phones(number + 1)) for number in range(first, first + 10)))
    for reader in readers:
        reader.join()
    assert {count % 10 for count in seen} == {0}
    assert len(numbers(store, most=500)) == 100
