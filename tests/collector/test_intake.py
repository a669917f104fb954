"""Whatever comes again, late or cut otherwise: the same is kept."""

from collections.abc import Iterator, Sequence
from pathlib import Path
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
import msgspec
import pytest
import zstandard

from collector.contents import digests
from collector.facts import Facts
from collector.intake import Delivery, Rules, Taken, reread, take_in
from collector.intake_ports import Aside
from collector.law.shelf import routes_of_law
from collector.ports import Query, Store
from collector.rejudge import rejudge
from collector.verdicts import Reason
from collector.whatif import Rules as JudgingRules
from collector.whatif import Scope
from tests.collector.builders import COMPANY, HOSPITAL, LAB, diagnoses, event, phones, the_registry
from tests.collector.stores.stores import STORES, a_store
from wire.coverage import Coverage
from wire.envelopes import Envelope, Gap, Item, encode
from wire.faults import UnavailableError

RULES = Rules(the_registry(), routes_of_law())
NOW = 1_772_500_000_000_000_000
HOUR = 3_600_000_000_000


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = a_store(request.param, tmp_path)
    yield made
    made.close()


def sealed(sequence: int, *items: Item, agent: str = "a", epoch: str = "e") -> bytes:
    return encode(Envelope(agent=agent, epoch=epoch, sequence=sequence, items=items))


def take(store: Store, *contents: bytes, offset: int = -1) -> Taken:
    some = [Delivery(content, "test", 0, offset + at if offset >= 0 else -1) for at, content in enumerate(contents)]
    return take_in(some, store, RULES, NOW)


def _coverage(packets: int, agent: str = "a") -> Coverage:
    return Coverage(agent=agent, started_ns=5, seen_ns=5 + packets, version="1", packets=packets)


def _gap(sequence: int) -> Gap:
    return Gap(agent="a", epoch="e", from_sequence=sequence, reason="spool_full", until_ns=NOW)


def _traffic() -> list[bytes]:
    """Two agents of two exporters, with coverage and a gap."""
    made = []
    for number in range(24):
        agent, organisation = ("a", COMPANY) if number % 3 else ("b", HOSPITAL)
        items: list[Item] = [
            event(10 * number + at, (phones if at % 2 else diagnoses)(range(number, number + 9)), target=LAB,
                  organisation=organisation, begun_ns=1_772_416_800_000_000_000 + (37 * number % 24) * HOUR + at)
            for at in range(4)
        ]  # fmt: skip
        items.append(_coverage(number, agent))
        items.append(_gap(number))
        made.append(sealed(number + 1, *items, agent=agent))
    return made


def _settled(store: Store) -> dict[str, object]:
    """Everything, once the verdicts are those of the order in which the transfers began."""
    list(rejudge(store, JudgingRules(RULES.registry, RULES.routes), Scope(), NOW))
    kept = digests(store)
    return {name: kept[name] for name in ("events", "verdicts", "ledgers", "coverage", "gaps")}


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
@pytest.mark.parametrize("kind", STORES)
def test_order_repetition_and_cutting_of_batches_change_nothing(
    kind: str, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311  # reproducible, not secret
    straight, other = (a_store(name, tmp_path_factory.mktemp("store")) for name in ("memory", kind))
    traffic = _traffic()
    for content in traffic:
        take(straight, content)
    again = traffic + chance.sample(traffic, 8)
    chance.shuffle(again)
    while again:
        cut = chance.randint(1, 9)
        batch, again = again[:cut], again[cut:]
        take(other, *batch)
        if chance.random() < 0.3:
            take(other, *batch)
    assert _settled(other) == _settled(straight)
    straight.close()
    other.close()


def test_an_envelope_counts_once_and_its_offset_is_kept_with_it(store: Store) -> None:
    contents = [sealed(1, event(1, phones(3))), sealed(2, event(2, phones(3)))]
    assert take(store, *contents, offset=40).envelopes == 2
    taken = take(store, *contents, offset=40)
    assert (taken.repeated, taken.judged) == (2, ())
    assert store.intake.positions("test") == {0: 42}
    assert store.intake.received("a", "e").through == 2
    take(store, contents[0], offset=7)
    assert store.intake.positions("test") == {0: 42}


def test_the_same_event_in_another_envelope_counts_once(store: Store) -> None:
    take(store, sealed(1, event(1, phones(3))))
    assert take(store, sealed(1, event(1, phones(3)), epoch="later"), sealed(9, event(1, phones(3)))).judged == ()
    assert len(store.transfers(Query())) == 1


def _power_fails(_: Facts) -> tuple[Reason, ...]:
    raise UnavailableError("the power failed")


def test_a_failure_keeps_neither_events_nor_marks_nor_offsets(store: Store) -> None:
    failing = Rules(RULES.registry, [msgspec.structs.replace(route, applies=_power_fails) for route in RULES.routes])
    contents = [sealed(1, event(1, phones(3)), _gap(1), _coverage(1)), b"garbage"]
    with pytest.raises(UnavailableError):
        take_in([Delivery(content, "test", 0, 0) for content in contents], store, failing, NOW)
    assert {name: each.rows for name, each in digests(store).items() if each.rows} == {}
    assert store.intake.positions("test") == {}
    assert take(store, *contents).judged


def test_what_cannot_be_read_is_set_aside_once_and_the_rest_is_taken(store: Store) -> None:
    later = zstandard.compress(msgspec.msgpack.encode([9, "a", "e", 1, []]))
    strange = msgspec.structs.replace(event(5), event_id="not an id")
    hostile = event(6, organisation="x\0y")
    contents = [b"garbage", later, sealed(1, event(1), strange, hostile)]
    for _ in range(2):
        taken = take(store, *contents, offset=3)
        assert taken.set_aside == 3
        assert taken.refused == {"malformed": 1, "schema": 2}
    assert [each.event.event_id for each in store.transfers(Query())] == [f"{1:032x}"]
    reasons = sorted(each.reason for each in store.intake.asides())
    assert reasons == [
        "2 of 3 records: an event with an id that cannot be",
        "envelope schema 9 is unknown here (this version reads 0 to 2)",
        "not a zstd frame",
    ]
    assert store.intake.positions("test") == {0: 6}


def test_what_was_set_aside_is_read_by_the_version_that_can(store: Store) -> None:
    contents = [b"garbage", sealed(1, event(1, phones(2)), _gap(1)), sealed(2, event(2))]
    asides = [
        Aside(aside_id=f"{at}", source="test", reason="too new", received_ns=NOW, content=content)
        for at, content in enumerate(contents)
    ]
    with store.begin() as transaction:
        transaction.intake.set_aside(asides)
    taken = reread(store, RULES, NOW)
    assert (taken.envelopes, taken.events, taken.set_aside) == (2, 2, 1)
    assert store.intake.asides() == asides[:1]
    assert len(store.intake.gaps()) == 1
    assert take(store, contents[1]).repeated == 1


def test_gaps_and_totals_are_read_back(store: Store) -> None:
    gaps: Sequence[Gap] = [msgspec.structs.replace(_gap(number), until_ns=NOW + number) for number in range(3)]
    take(store, sealed(1, *gaps, _coverage(7)), sealed(2, gaps[0], _coverage(3)))
    assert store.intake.gaps() == list(reversed(gaps))
    assert store.intake.gaps(since_ns=NOW + 2) == [gaps[2]]
    assert [each.packets for each in store.coverages()] == [7]
