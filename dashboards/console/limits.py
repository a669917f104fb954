"""Exporters against the next legal threshold, as the console shows them."""

from typing import Final

from msgspec import Struct

from collector.report import ExporterView
from dashboards.console.figures import digits
from dashboards.console.page import Desk
from dashboards.console.words import say
from wire.legal_time import legal_year
from wire.subjects import Span

_MARK: Final = 80
"""The limit stands at 80 % of the bar's width, so that what goes over it shows."""
_NEAR: Final = 80


class Limit(Struct, frozen=True):
    """One bar."""

    organisation: str
    name: str
    title: str
    span: Span
    limit: int
    share: float
    """Of the limit, in percent."""

    @property
    def percent(self) -> str:
        """The share in words, never rounded up: 99.6 % is not yet 100 %."""
        return f"{int(self.share)}%" if self.share >= 1 else "<1%"

    @property
    def width(self) -> float:
        """Of the bar, in percent of the room there is."""
        return _width(self.span.at_least, self.limit)

    @property
    def width_at_most(self) -> float:
        """Of the part that may be: identifiers of different types cannot be joined, and great counts are estimates."""
        return _width(self.span.at_most, self.limit)

    @property
    def persons(self) -> str:
        """The count, or its bounds where it is not exact."""
        least, most = digits(self.span.at_least), digits(self.span.at_most)
        return least if least == most else f"{least}–{most}"

    @property
    def tone(self) -> str:
        """CSS class."""
        return "over" if self.share >= 100 else "near" if self.is_near else "calm"

    @property
    def is_near(self) -> bool:
        """Whether someone should prepare a filing."""
        return self.share >= _NEAR


def limits_of(desk: Desk, language: int) -> list[Limit]:
    """Every bar of the current year that is not empty, nearest to its limit first."""
    views = desk.standings.of(legal_year(desk.now_ns()))
    count = desk.registry.settings.threshold_tally
    bars = [bar for view in views for bar in _bars(view, count, language) if bar.span.at_most]
    return sorted(bars, key=lambda bar: -bar.share)


def _width(persons: int, limit: int) -> float:
    return round(min(100.0, _MARK * persons / limit), 2)


def _bars(view: ExporterView, count: str, language: int) -> tuple[Limit, Limit]:
    name = (language and view.name_en) or view.name or view.organisation or say("limits.unknown", language)
    counted, sensitive = say(f"count.{count}", language), say("count.sensitive", language)
    return (
        Limit(view.organisation, name, counted, view.counted, view.limit, 100 * view.share),
        Limit(view.organisation, name, sensitive, view.sensitive, view.limit_sensitive, 100 * view.share_sensitive),
    )
