"""Distinct persons as mergeable sketches: a semilattice, so order and repetition cannot change a count.

One theta sketch per identifier type (Apache DataSketches, lg_k 17: exact to 131,072
persons, relative standard error 0.27 % at 1,000,000). A person seen by phone in one place and by ID number in another
cannot be joined, so the truth lies between the greatest type (at least) and the sum of all (at most).

Where a record holds one value of each of two types, both are taken to be of one person: the weaker one is covered by
the stronger (``strength``), and stands a second time under its type's mark (``mark_of``). Marks are unions as types
are. Of the tokens of one person the one of the strongest type cannot be covered, so everybody has a token that is not,
and no more persons are there than such tokens. That holds in every union which has, with a mark, the tokens that cover
it: of whole events, or of all their tallies of one grade; a mark stands only in a tally to whose grade the tokens that
cover it belong too. A reader who knows no marks takes them for types: at least the same, at most more.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

from msgspec import Struct

from wire.faults import MalformedError

LG_K: Final = 17
"""Pinned in the wire format: mixed sizes make other sketches under-count (apache/datasketches-cpp#512)."""

_DEVIATIONS: Final = 2
"""Bounds are given at two standard deviations."""

_MARK: Final = "+"
"""Ends the name of a mark: no kind ends so."""

_STRONGEST: Final = (
    "cn.resident_id", "cn.hmt_residence_permit", "cn.foreigner_permanent_id", "hk.identity_card", "mo.identity_card",
    "tw.identity_card", "cn.passport", "cn.home_return_permit", "cn.taiwan_compatriot_permit", "cn.exit_permit",
    "cn.military_officer", "cn.police_officer", "cn.social_security", "cn.medical_insurance", "cn.driving_licence_file",
    "cn.mobile", "email", "account.wechat", "account.qq", "account.alipay", "account.securities", "cn.bank_card",
    "cn.bank_account",
)  # fmt: skip
"""What a person has fewest of comes first. Part of the wire format: were two agents of different minds, each of two
tokens could cover the other, so nothing here is ever moved or added."""
_PLACES: Final = {kind: place for place, kind in enumerate(_STRONGEST)}


def strength(kind: str) -> tuple[int, str]:
    """The order of identifier types, strongest first; those without a place of their own by name, last."""
    return _PLACES.get(kind, len(_STRONGEST)), kind


def mark_of(kind: str) -> str:
    """The name under which the covered tokens of an identifier type stand."""
    return kind + _MARK


def is_mark(kind: str) -> bool:
    """Whether a sketch holds covered tokens of a type, and is no type itself."""
    return kind.endswith(_MARK)


class Span(Struct, frozen=True, gc=False):
    """How many distinct persons: a number with its bounds."""

    at_least: int
    estimate: int
    at_most: int


NOBODY: Final = Span(0, 0, 0)


def span_over(sketches: Mapping[str, Span]) -> Span:
    """The span over identifier types of which some tokens may be covered by others, given by type and mark."""
    types = [kind for kind in sketches if not is_mark(kind)]
    if not types:
        return NOBODY
    uncovered = (max(0, sketches[kind].at_most - sketches.get(mark_of(kind), NOBODY).at_least) for kind in types)
    return Span(
        max(sketches[kind].at_least for kind in types),
        max(sketches[kind].estimate for kind in types),
        max(sum(uncovered), *(sketches[kind].at_most for kind in types)),
    )


class Subjects(Struct, frozen=True):
    """Distinct persons, by identifier type."""

    sketches: tuple[tuple[str, bytes], ...] = ()
    """(identifier kind or mark, serialised compact theta sketch), sorted, none empty."""

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
        return span_over({kind: _span_of(_opened(sketch)) for kind, sketch in self.sketches})

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
            self._span = span_over({kind: _span_of(union.get_result()) for kind, union in self._unions.items()})
        return self._span

    def subjects(self) -> Subjects:
        """What was gathered, as a value."""
        return Subjects(tuple((kind, self._unions[kind].get_result().serialize()) for kind in sorted(self._unions)))

    def _union(self, kind: str) -> Any:
        self._span = None
        if kind not in self._unions:
            self._unions[kind] = _library().theta_union(LG_K)
        return self._unions[kind]


def _span_of(sketch: Any) -> Span:
    return Span(
        int(sketch.get_lower_bound(_DEVIATIONS)),
        round(sketch.get_estimate()),
        -int(-sketch.get_upper_bound(_DEVIATIONS) // 1),
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
