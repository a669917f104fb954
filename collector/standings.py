"""Exporters against the thresholds, counted no more often than it is worth."""

from collections.abc import Callable
from threading import Lock
from typing import Final

from collector.book import Registry
from collector.ports import Store
from collector.report import ExporterView, exporter_views

_REST: Final = 20
"""Counting opens every sketch of the year; after it, twenty times as long is rested: at most 5 % of one core."""


class Standings:
    """Answers from the last count while it is fresh, whoever asks and from whichever thread.

    Args:
        store: where the ledgers are.
        registry: names, and which persons are held against the limits.
        now_ns: the clock by which a count is fresh.
    """

    def __init__(self, store: Store, registry: Registry, now_ns: Callable[[], int]) -> None:
        self._store = store
        self._registry = registry
        self._now_ns = now_ns
        self._lock = Lock()
        self._last: tuple[int, list[ExporterView]] | None = None
        self._fresh_until_ns = 0

    def of(self, year: int) -> list[ExporterView]:
        """Every exporter's standing in that year, nearest to a limit first.

        Raises:
            UnavailableError: the store is away.
        """
        with self._lock:
            begun_ns = self._now_ns()
            if self._last is not None and self._last[0] == year and begun_ns < self._fresh_until_ns:
                return self._last[1]
            views = exporter_views(self._store.ledgers(year), self._registry)
            ended_ns = self._now_ns()
            self._last = year, views
            self._fresh_until_ns = ended_ns + _REST * (ended_ns - begun_ns)
            return views
