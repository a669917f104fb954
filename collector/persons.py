"""Distinct persons by identifier type: a running union that answers in microseconds."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, Protocol

from wire.subjects import NOBODY, Span, Subjects, span_over

Part = tuple[str, int, Any]
"""(identifier type or mark, theta, ascending hashes): an opened sketch."""
_WHOLE: Final = (1 << 63) - 1
"""Theta of a sketch from which nothing was dropped."""


class _Column(Protocol):
    """Distinct hashes of one identifier type."""

    def add(self, content: bytes) -> bool: ...
    def take(self, theta: int, hashes: Any) -> Any: ...
    @property
    def bounds(self) -> Span: ...
    def serialised(self) -> bytes: ...


class Persons:
    """A running union of subjects, by identifier type. Not shared between threads while it grows."""

    def __init__(self, some: Iterable[Subjects] = ()) -> None:
        self._columns: dict[str, _Column] = {}
        self._span: Span | None = None
        for subjects in some:
            self.add(subjects)

    def add(self, subjects: Subjects) -> bool:
        """Take some persons in; those already there change nothing.

        Returns:
            Whether anyone was new.

        Raises:
            MalformedError: bytes that are no theta sketch of ours.
        """
        changed = False
        for kind, sketch in subjects.sketches:
            changed |= self._column(kind).add(sketch)
        if changed:
            self._span = None
        return changed

    def take(self, parts: Iterable[Part]) -> list[Part]:
        """Take in opened sketches.

        Returns:
            Those of which something was new, and of them what was new; a sketch from which something was dropped whole.
        """
        news = []
        for kind, theta, hashes in parts:
            fresh = self._column(kind).take(theta, hashes)
            if theta < _WHOLE or len(fresh):
                news.append((kind, theta, fresh if theta == _WHOLE else hashes))
        if news:
            self._span = None
        return news

    def _column(self, kind: str) -> _Column:
        if kind not in self._columns:
            self._columns[kind] = _empty_column()
        return self._columns[kind]

    def bounds(self) -> Iterator[tuple[str, Span]]:
        """How many tokens of each identifier type and mark."""
        return ((kind, column.bounds) for kind, column in self._columns.items())

    @property
    def span(self) -> Span:
        """How many persons: at least the greatest type, at most the tokens that no other covers."""
        if self._span is None:
            self._span = span_over(dict(self.bounds()))
        return self._span

    def subjects(self) -> Subjects:
        """What was gathered, as a value."""
        return Subjects(tuple((kind, self._columns[kind].serialised()) for kind in sorted(self._columns)))


def joined(spans: list[Span]) -> Span:
    """The span over counts of which nothing can be joined with another, as those under different keys."""
    if not spans:
        return NOBODY
    return Span(
        max(span.at_least for span in spans), max(span.estimate for span in spans), sum(span.at_most for span in spans)
    )


def opened_parts(some: Iterable[Subjects]) -> list[Part]:
    """The sketches of some subjects, opened, the same bytes once.

    Raises:
        MalformedError: bytes that are no theta sketch of ours.
    """
    from collector.columns import opened  # noqa: PLC0415  # loaded on first use: heavy

    sketches = dict.fromkeys(sketch for subjects in some for sketch in subjects.sketches)
    return [(kind, *opened(content)) for kind, content in sketches]


def united_parts(some: Iterable[Subjects]) -> list[Part]:
    """As ``opened_parts``, of very many: those of one type from which nothing was dropped become one.

    Raises:
        MalformedError: bytes that are no theta sketch of ours.
    """
    from collector.columns import united  # noqa: PLC0415  # loaded on first use: heavy

    parts = opened_parts(some)
    whole: dict[str, list[Any]] = {}
    for kind, theta, hashes in parts:
        if theta == _WHOLE:
            whole.setdefault(kind, []).append(hashes)
    dropped = [part for part in parts if part[1] < _WHOLE]
    return [(kind, _WHOLE, united(hashes)) for kind, hashes in whole.items()] + dropped


def _empty_column() -> _Column:
    """Numpy costs 0.2 s to import, so the first person pays for it and nothing else does."""
    from collector.columns import Counted  # noqa: PLC0415  # loaded on first use: heavy

    return Counted()
