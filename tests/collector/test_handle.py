from collections.abc import Iterable, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.ledger import CountOf, Ledger
from collector.ports import Judged
from collector.stores.memory import MemoryStore
from collector.verdicts import Verdict
from tests.collector.builders import COMPANY, LAB, NOWHERE, at, diagnoses, event, phones, the_registry
from wire.events import TransferEvent

REGISTRY = the_registry()
ROUTES = routes_of_law()
YEAR_NS = 31_536_000_000_000_000

TARGETS = (LAB, NOWHERE, at("hr.example.no", country="NO"), at("www.example.cn", country="CN"))
POOL = [
    event(
        number,
        (phones, diagnoses)[number % 2](range(number * 3, number * 3 + 9)),
        target=TARGETS[number % 4],
        begun_ns=1_772_416_800_000_000_000 + number % 3 * 2_700_000_000_000_000 - number % 5 // 4 * YEAR_NS,
    )
    for number in range(24)
]
STREAMS = st.lists(st.sampled_from(POOL), min_size=1, max_size=30)


def run(batches: Iterable[Sequence[TransferEvent]]) -> tuple[MemoryStore, list[Judged]]:
    store = MemoryStore()
    return store, [each for batch in batches for each in handle(batch, store=store, registry=REGISTRY, routes=ROUTES)]


def verdicts(judged: Iterable[Judged]) -> list[Verdict]:
    return [each.verdict for each in judged]


def books(store: MemoryStore) -> list[object]:
    ledgers = [ledger for year in (2025, 2026) for ledger in store.ledgers(year)]
    return [(each.organisation, each.year, list(each.cells()), spans(each)) for each in ledgers]


def spans(ledger: Ledger) -> list[object]:
    return [ledger.span(count) for count in CountOf]


@given(STREAMS, st.lists(st.integers(1, 7), max_size=10))
@settings(max_examples=40, deadline=None)
def test_the_same_stream_gets_the_same_verdicts_however_it_is_cut(stream: list[TransferEvent], cuts: list[int]) -> None:
    batches, rest = [], stream
    for cut in cuts:
        batches.append(rest[:cut])
        rest = rest[cut:]
    whole_store, whole = run([stream])
    cut_store, parts = run([*batches, rest])
    assert verdicts(whole) == verdicts(parts)
    assert books(whole_store) == books(cut_store)


@given(STREAMS)
@settings(max_examples=25, deadline=None)
def test_redelivery_changes_nothing(stream: list[TransferEvent]) -> None:
    once_store, once = run([stream])
    twice_store, twice = run([stream, stream, stream[::-1]])
    assert verdicts(once) == verdicts(twice)
    assert books(once_store) == books(twice_store)
    assert once_store.counts() == twice_store.counts()


@given(STREAMS)
@settings(max_examples=25, deadline=None)
def test_the_order_of_arrival_does_not_change_the_ledger(stream: list[TransferEvent]) -> None:
    shuffled = sorted(stream, key=lambda each: each.event_id[::-1])
    assert books(run([stream])[0]) == books(run([shuffled])[0])


def test_years_and_exporters_have_their_own_ledgers() -> None:
    store, _ = run([POOL])
    assert [(each.organisation, each.year) for each in (*store.ledgers(2025), *store.ledgers(2026))] == [
        (COMPANY, 2025),
        (COMPANY, 2026),
    ]


def test_domestic_transfers_open_no_ledger() -> None:
    store, judged = run([[event(1, diagnoses(9), target=TARGETS[3])]])
    assert [each.verdict.status.value for each in judged] == ["not_export"]
    assert store.ledgers(2026) == []


def test_an_empty_batch_is_no_trouble() -> None:
    assert run([[]])[1] == []
