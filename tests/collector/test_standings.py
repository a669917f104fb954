from itertools import count

from typing_extensions import override

from collector.ledger import Ledger
from collector.standings import Standings
from collector.stores.memory import MemoryStore
from tests.dashboards import scene


class CountingStore(MemoryStore):
    """Remembers how often its ledgers were opened."""

    opened = 0

    @override
    def ledgers(self, year: int, organisation: str = "") -> list[Ledger]:
        self.opened += 1
        return super().ledgers(year, organisation)


def test_a_count_that_takes_no_time_is_always_made_anew() -> None:
    store = CountingStore()
    standings = Standings(store, scene.REGISTRY, lambda: 0)
    assert standings.of(2026) == standings.of(2026)
    assert store.opened == 2


def test_a_dear_count_is_used_again_for_twenty_times_its_length() -> None:
    store = CountingStore()
    ticks = count()
    standings = Standings(store, scene.REGISTRY, lambda: next(ticks))
    for _ in range(20):
        standings.of(2026)
    assert store.opened == 1
    standings.of(2026)
    assert store.opened == 2


def test_another_year_is_another_count() -> None:
    store = CountingStore()
    ticks = count()
    standings = Standings(store, scene.REGISTRY, lambda: next(ticks))
    standings.of(2026)
    standings.of(2025)
    assert store.opened == 2
