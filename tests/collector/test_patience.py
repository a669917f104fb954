"""One envelope that cannot be kept: it is set aside, its neighbours are kept, and an absent store is nobody's fault."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typing_extensions import override

from collector.facts import Facts
from collector.intake import Delivery, Rules, reread
from collector.law.shelf import routes_of_law
from collector.patience import TRIES, Taker
from collector.ports import Query
from collector.stores.sql import SqlTransaction
from collector.stores.sqlite import SqliteStore
from collector.verdicts import Reason
from tests.collector.builders import LAB, event, phones, the_registry
from wire.envelopes import Envelope, encode
from wire.faults import UnavailableError

NOW = 1_772_500_000_000_000_000
RULES = Rules(the_registry(), routes_of_law())
POISON = event(7, phones(7), target=LAB)
SOUND = [event(number, phones(number)) for number in (1, 2, 3)]


def _fails_on_poison(facts: Facts) -> tuple[Reason, ...]:
    if facts.event.target.host == LAB.host:
        raise ZeroDivisionError
    return ()


FAILING = Rules(RULES.registry, [msgspec.structs.replace(each, applies=_fails_on_poison) for each in RULES.routes])


def the_batch() -> list[Delivery]:
    """A poisoned envelope among sound ones, as a partition of a broker gives them."""
    events = [SOUND[0], POISON, *SOUND[1:]]
    frames = [encode(Envelope(agent="a", epoch="e", sequence=at, items=(each,))) for at, each in enumerate(events)]
    return [Delivery(frame, "test", 3, at) for at, frame in enumerate(frames)]


class RejectingStore(SqliteStore):
    """A database that is well and refuses one row, such as one that breaks a rule of its tables."""

    is_away = False

    @override
    def begin(self) -> Any:
        if self.is_away:
            raise UnavailableError("the store is away")
        return super().begin()


class _Rejecting(SqlTransaction):
    @override
    def put(self, rows: Sequence[tuple[Any, ...]]) -> None:
        if POISON.event_id in {row[0] for row in rows}:
            raise UnavailableError("the database failed: a rule of the table")
        super().put(rows)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RejectingStore]:
    made = RejectingStore(tmp_path / "guanjin.sqlite")
    yield made
    made.close()


def _kept(store: SqliteStore) -> set[str]:
    return {judged.event.event_id for judged in store.transfers(Query())}


def test_a_fault_of_the_judge_takes_its_own_envelope_only(store: RejectingStore) -> None:
    taken = Taker(store, FAILING).take(the_batch(), NOW)
    assert (taken.envelopes, taken.set_aside) == (3, 1)
    assert _kept(store) == {each.event_id for each in SOUND}
    assert [aside.reason for aside in store.intake.asides()] == ["could not be kept: ZeroDivisionError"]
    assert store.intake.positions("test") == {3: 4}


def test_what_a_store_that_is_well_refuses_is_set_aside_after_bounded_tries(
    store: RejectingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collector.stores.sqlite.SqlTransaction", _Rejecting)
    taker = Taker(store, RULES)
    for _ in range(TRIES - 1):
        with pytest.raises(UnavailableError):
            taker.take(the_batch(), NOW)
    assert taker.take(the_batch(), NOW).set_aside == 1
    assert _kept(store) == {each.event_id for each in SOUND}
    assert store.intake.positions("test") == {3: 4}


def test_an_absent_store_sets_nothing_aside_however_long(store: RejectingStore) -> None:
    taker = Taker(store, RULES)
    store.is_away = True
    for _ in range(3 * TRIES):
        with pytest.raises(UnavailableError):
            taker.take(the_batch(), NOW)
    store.is_away = False
    assert taker.take(the_batch(), NOW).envelopes == 4
    assert store.intake.asides() == []


def test_what_was_set_aside_is_taken_in_once_its_cause_is_mended(store: RejectingStore) -> None:
    Taker(store, FAILING).take(the_batch(), NOW)
    assert reread(store, FAILING, NOW).set_aside == 1
    taken = reread(store, RULES, NOW)
    assert (taken.envelopes, taken.set_aside) == (1, 0)
    assert _kept(store) == {each.event_id for each in (*SOUND, POISON)}
