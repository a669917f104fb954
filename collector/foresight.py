"""The outlook as many ask for it: one replay serves them all while it is fresh."""

from collections.abc import Callable
from threading import Lock
from typing import Final

from numpy.random import default_rng

from collector.book import Registry
from collector.law.shelf import routes_of_law
from collector.outlook import Alert, Horizon, outlook
from collector.ports import Store
from collector.whatif import Rules

_REST: Final = 20
"""A replay opens every transfer; after it, twenty times as long is rested."""
_LEAST_NS: Final = 10_000_000_000
_SEED: Final = 1


class Foresight:
    """Answers from the last replay while it is fresh.

    Args:
        store: where the transfers are.
        registry: by which they are counted.
        now_ns: the clock by which a replay is fresh.
    """

    def __init__(self, store: Store, registry: Registry, now_ns: Callable[[], int]) -> None:
        self._store = store
        self._rules = Rules(registry, routes_of_law())
        self._now_ns = now_ns
        self._lock = Lock()
        self._last: tuple[Horizon, tuple[Alert, ...]] | None = None
        self._fresh_until_ns = 0

    def of(self, horizon: Horizon) -> tuple[Alert, ...]:
        """What lies ahead, the most urgent first.

        Raises:
            UnavailableError: the store is away.
        """
        with self._lock:
            begun_ns = self._now_ns()
            if self._last is not None and self._last[0] == horizon and begun_ns < self._fresh_until_ns:
                return self._last[1]
            found = outlook(self._store, self._rules, horizon, default_rng(_SEED))
            ended_ns = self._now_ns()
            self._last = horizon, found
            self._fresh_until_ns = ended_ns + max(_LEAST_NS, _REST * (ended_ns - begun_ns))
            return found
