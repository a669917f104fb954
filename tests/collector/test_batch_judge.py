from collections.abc import Sequence
from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as st
import numpy as np
import pytest

from collector.batch.judge import BatchJudge
from collector.batch.kernels import ANY_SLOT
from collector.batch.running import Counts
from collector.batch.shipment import IrregularError, parts_of, shipment_of
from collector.book import Registry
from collector.columns import Counted
from collector.handle import judge_alone
from collector.law.shelf import routes_of_law
from collector.ledger import Ledger
from collector.precedents import Precedents
from collector.tracing import UntraceableError
from collector.verdicts import Verdict
from tests.collector.builders import event, phones
from tests.collector.streams import BARE, BROKEN, MARKED, registries, streams
from wire.events import Tally, TransferEvent
from wire.kinds import Grade, Kind
from wire.legal_time import legal_year
from wire.subjects import Subjects, span_over

ROUTES = routes_of_law()


def mails(tokens: range) -> Tally:
    return Tally(Kind("email"), Grade.GENERAL, 1, Subjects.of({"email": tokens, "email+": tokens[::2]}))


def years(stream: Sequence[TransferEvent]) -> list[list[TransferEvent]]:
    def key(each: TransferEvent) -> tuple[str, int]:
        return each.organisation, legal_year(each.begun_ns)

    return [list(some) for _, some in groupby(sorted(stream, key=key), key)]


def is_regular(event: TransferEvent) -> bool:
    return all(tally.subjects != BROKEN for tally in event.tallies)


def one_by_one(events: Sequence[TransferEvent], registry: Registry) -> list[Verdict]:
    ledger = Ledger(events[0].organisation, legal_year(events[0].begun_ns))
    return [judge_alone(each, lambda _: ledger, Precedents(registry, ROUTES)) for each in events]


def at_once(events: Sequence[TransferEvent], registry: Registry, cut: int) -> list[Verdict]:
    judge = BatchJudge(Precedents(registry, ROUTES))
    found = []
    for some in (events[:cut], events[cut:]):
        rulings = judge.judge(shipment_of(some))
        found += [rulings.verdict(place, each.event_id) for place, each in enumerate(some)]
    return found


@given(streams(40), registries().filter(lambda each: each is not MARKED), st.integers(0, 40))
@settings(max_examples=100, deadline=None)
def test_a_batch_judges_as_one_by_one_wherever_it_is_cut(
    stream: list[TransferEvent], registry: Registry, cut: int
) -> None:
    for events in years([each for each in stream if is_regular(each)]):
        assert at_once(events, registry, cut) == one_by_one(events, registry)


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 40), st.booleans()), min_size=1, max_size=60),
    st.integers(8, 64),
    st.integers(0, 60),
)
@settings(max_examples=100, deadline=None)
def test_running_counts_are_those_of_the_ledgers_columns_also_where_they_are_estimates(
    entries: list[tuple[int, int, bool]], nominal: int, cut: int
) -> None:
    counts, oracle = Counts(nominal), {name: Counted(nominal) for name in ("cn.mobile", "email", "email+")}
    said = Precedents(BARE, ROUTES)
    events = [
        event(number, (phones if is_phone else mails)(range(first, first + many)))
        for number, (first, many, is_phone) in enumerate(entries)
        if many
    ]
    for some in filter(None, (events[:cut], events[cut:])):
        shipment = shipment_of(some)
        lines = [(said.of(each), parts_of(each)) for each in some]
        numbers = np.zeros((len(some), 11), np.int64)
        flow = np.arange(len(some))
        counts.take(shipment, counts.admit(lines), flow, np.ones(len(some), bool), numbers)  # type: ignore[arg-type]  # none is None
        for row, one in enumerate(some):
            for name, content in one.tallies[0].subjects.sketches:
                oracle[name].add(content)
            span = span_over({kind: each.bounds for kind, each in oracle.items()})
            assert tuple(numbers[row, ANY_SLOT : ANY_SLOT + 3]) == (span.at_least, span.estimate, span.at_most)


def test_more_persons_than_a_table_holds_make_it_grow() -> None:
    events = [event(n, phones(range(n * 1_000, n * 1_000 + 1_500))) for n in range(12)]
    assert at_once(events, BARE, 5) == one_by_one(events, BARE)


def test_a_year_of_more_persons_than_are_kept_apart_is_judged_by_the_same_bounds() -> None:
    events = [event(n, phones(range(n * 50_000, n * 50_000 + 60_000))) for n in range(5)]
    assert at_once(events, BARE, 2) == one_by_one(events, BARE)


@pytest.mark.parametrize("subjects", [BROKEN, Subjects.of({"cn.mobile": range(140_000)})])
def test_sketches_that_are_broken_or_not_whole_are_refused(subjects: Subjects) -> None:
    with pytest.raises(IrregularError):
        shipment_of([event(1, Tally(Kind("cn.mobile"), Grade.GENERAL, 1, subjects))])


def test_what_cannot_be_traced_is_refused() -> None:
    with pytest.raises(UntraceableError):
        BatchJudge(Precedents(MARKED, ROUTES)).judge(shipment_of([event(1, phones(1))]))
    many = [Tally(Kind("email"), Grade.GENERAL, 1, Subjects.of({f"type{n}": range(2)})) for n in range(63)]
    with pytest.raises(UntraceableError):
        BatchJudge(Precedents(BARE, ROUTES)).judge(shipment_of([event(1, *many)]))


def test_nothing_is_no_trouble() -> None:
    assert BatchJudge(Precedents(BARE, ROUTES)).judge(shipment_of([])).templates == ()
