"""What a console page is: one file on the shelf ``dashboards.console.pages``, each with one ``PAGE``."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from collector.book import Registry
from collector.ports import Store
from collector.standings import Standings


class Desk(Struct, frozen=True, dict=True):
    """What a page may read."""

    store: Store
    registry: Registry
    kind_titles: Mapping[str, tuple[str, str]]
    """Kind to its title in Chinese and English; given from above, for the detectors are out of reach here."""
    now_ns: Callable[[], int]
    version: str

    @cached_property
    def standings(self) -> Standings:
        """Exporters against the thresholds; one for pages and API, so that the dear count is shared."""
        return Standings(self.store, self.registry, self.now_ns)


class Asked(Struct, frozen=True):
    """What the reader asks for, taken from the address."""

    query: Mapping[str, str]
    path: Mapping[str, str]
    language: int
    """0: Chinese, 1: English; the position in every pair of strings."""


class Shown(Struct, frozen=True):
    """What a page answers: the values of its template."""

    values: dict[str, Any]
    status: int = 200
    location: str = ""
    """Where to go instead; empty: stay."""


class Page(Struct, frozen=True):
    """One page of the console."""

    path: str
    title: tuple[str, str]
    template: str
    """The whole page."""
    part: str
    """The piece of it that the running page fetches by itself (``?part=1``)."""
    view: Callable[[Desk, Asked], Shown]
