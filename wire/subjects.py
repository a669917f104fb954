"""Distinct persons as mergeable sketches: a semilattice, so order and repetition cannot change a count.

One theta sketch per identifier type (Apache DataSketches, lg_k 17: exact to 131,072
persons, relative standard error 0.27 % at 1,000,000). A person seen by phone in one place and by ID number in another
cannot be joined, so the truth lies between the greatest type (at least) and the sum of all (at most).
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

from msgspec import Struct

from wire.faults import MalformedError

LG_K: Final = 17
"""Pinned in the wire format: mixed sizes make other sketches under-count (apache/datasketches-cpp#512)."""

_DEVIATIONS: Final = 2
"""Bounds are given at two standard deviations."""


class Span(Struct, frozen=True, gc=False):
    """How many distinct persons: a number with its bounds."""

    at_least: int
    estimate: int
    at_most: int


class Subjects(Struct, frozen=True):
    """Distinct persons, by identifier type."""

    sketches: tuple[tuple[str, bytes], ...] = ()
    """(identifier kind, serialised compact theta sketch), sorted by kind, none empty."""

    @classmethod
    def of(cls, tokens: Mapping[str, Iterable[int]]) -> Self:
        """The persons behind keyed 64-bit tokens, given by identifier kind."""
        gathering = Gathering()
        for kind, some in tokens.items():
            gathering.add_tokens(kind, some)
        return cls(gathering.subjects().sketches)

    def __or__(self, other: "Subjects") -> "Subjects":
        if not self.sketches or not other.sketches or self == other:
            return other if not self.sketches else self
        gathering = Gathering()
        gathering.add(self)
        gathering.add(other)
        return gathering.subjects()

    @property
    def span(self) -> Span:
        """Bounds and estimate of the number of persons."""
        return _span_of([_opened(sketch) for _, sketch in self.sketches])

    @property
    def at_least(self) -> int:
        """Distinct persons at least: the lower bound of the greatest type."""
        return self.span.at_least


class Gathering:
    """A running union of subjects: what a ledger keeps open between events. Not shared between threads."""

    def __init__(self) -> None:
        self._unions: dict[str, Any] = {}
        self._span: Span | None = None

    def add(self, subjects: Subjects) -> None:
        """Take some persons in; those already there change nothing.

        Raises:
            MalformedError: bytes that are no theta sketch of ours.
        """
        for kind, sketch in subjects.sketches:
            self._union(kind).update(_opened(sketch))

    def add_tokens(self, kind: str, tokens: Iterable[int]) -> None:
        """Take in persons by their tokens."""
        sketch = _library().update_theta_sketch(LG_K)
        for token in tokens:
            sketch.update(token if token < 1 << 63 else token - (1 << 64))
        if not sketch.is_empty():
            self._union(kind).update(sketch)

    @property
    def span(self) -> Span:
        """Bounds and estimate of the persons gathered so far."""
        if self._span is None:
            self._span = _span_of([union.get_result() for union in self._unions.values()])
        return self._span

    def subjects(self) -> Subjects:
        """What was gathered, as a value."""
        return Subjects(tuple((kind, self._unions[kind].get_result().serialize()) for kind in sorted(self._unions)))

    def _union(self, kind: str) -> Any:
        self._span = None
        if kind not in self._unions:
            self._unions[kind] = _library().theta_union(LG_K)
        return self._unions[kind]


def _span_of(sketches: list[Any]) -> Span:
    if not sketches:
        return Span(0, 0, 0)
    return Span(
        max(int(sketch.get_lower_bound(_DEVIATIONS)) for sketch in sketches),
        max(round(sketch.get_estimate()) for sketch in sketches),
        sum(-int(-sketch.get_upper_bound(_DEVIATIONS) // 1) for sketch in sketches),
    )


def _opened(sketch: bytes) -> Any:
    try:
        return _library().compact_theta_sketch.deserialize(sketch)
    except (ValueError, RuntimeError, IndexError) as error:
        raise MalformedError("not a theta sketch") from error


def _library() -> Any:
    """The library costs 0.7 s to import, so the first sketch pays for it and nothing else does."""
    import datasketches  # noqa: PLC0415  # loaded on first use: heavy

    return datasketches
