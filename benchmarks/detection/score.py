"""Findings against the truth: what was found, exactly or by overlap, what was missed, what was taken for something."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
import re
from typing import Final

from msgspec import Struct

from benchmarks.detection.record import Gold, Mark, Record

_SIGNS: Final = re.compile(r"[\s()（）·+/年月日-]")
_TALE: Final = 11
"""Digits of a mobile number without its country code: what its canonical form keeps."""


class Hit(Struct, frozen=True):
    """Something that a detector found; offsets in code points of the record's text."""

    kind: str
    start: int
    """-1 if the detector looked at another text (escapes undone); the value counts then."""
    end: int
    value: str = ""


class Miss(Struct, frozen=True):
    """A piece of truth that was not found, or a finding that is not true."""

    kind: str
    what: str
    """Missed: the form. False: the trap, the other kind, or nothing."""
    record: Record
    start: int
    end: int
    value: str


class Count(Struct):
    """How often a finding was right."""

    gold: int = 0
    overlap: int = 0
    exact: int = 0
    false: int = 0

    def add(self, other: "Count") -> None:
        """Add another count to this one."""
        self.gold, self.overlap = self.gold + other.gold, self.overlap + other.overlap
        self.exact, self.false = self.exact + other.exact, self.false + other.false

    def figures(self) -> tuple[float, float, float, float]:
        """Precision, recall and F by overlap, and exact F; in per cent."""
        told = self.overlap + self.false
        precision, recall = self.overlap / max(1, told), self.overlap / max(1, self.gold)
        both, exact = (2 * right / max(1, self.gold + told) for right in (self.overlap, self.exact))
        return 100 * precision, 100 * recall, 100 * both, 100 * exact


class Score:
    """Counts by kind, format and source, with the failures themselves."""

    def __init__(self, kinds: Iterable[str]) -> None:
        self.kinds: Final = frozenset(kinds)
        """Only these are scored."""
        self.by_kind: defaultdict[str, Count] = defaultdict(Count)
        self.by_format: defaultdict[str, Count] = defaultdict(Count)
        self.by_source: defaultdict[str, Count] = defaultdict(Count)
        self.by_trap: Counter[str] = Counter()
        self.missed: list[Miss] = []
        self.false: list[Miss] = []

    def add(self, record: Record, hits: Sequence[Hit]) -> None:
        """Score one record."""
        gold = [one for one in record.gold if one.kind in self.kinds]
        open_hits = [hit for hit in hits if hit.kind in self.kinds]
        for one in gold:
            found = next((hit for hit in open_hits if _is_same(one, hit)), None)
            count = Count(gold=1)
            if found is None:
                self.missed.append(Miss(one.kind, one.form, record, one.start, one.end, one.value))
            else:
                open_hits.remove(found)
                count.overlap, count.exact = 1, int(_is_exact(one, found))
            self._note(record, one.kind, count)
        for hit in open_hits:
            what = _mistaken_for(record, hit)
            self.by_trap[what] += 1
            self.false.append(Miss(hit.kind, what, record, hit.start, hit.end, hit.value))
            self._note(record, hit.kind, Count(false=1))

    def total(self, kinds: Iterable[str] = ()) -> Count:
        """All kinds together, or some."""
        total = Count()
        for kind in kinds or self.kinds:
            if kind in self.by_kind:
                total.add(self.by_kind[kind])
        return total

    def _note(self, record: Record, kind: str, count: Count) -> None:
        self.by_kind[kind].add(count)
        self.by_format[record.format].add(count)
        self.by_source[record.source].add(count)


def plain(text: str) -> str:
    """A value without what only makes it readable."""
    return _SIGNS.sub("", text).lower()


def _is_same(gold: Gold, hit: Hit) -> bool:
    return gold.kind == hit.kind and _is_in(gold, hit)


def _within(mine: str, theirs: str) -> bool:
    return len(theirs) > 1 and (theirs in mine or mine in theirs)


def _is_exact(gold: Gold, hit: Hit) -> bool:
    if hit.start >= 0:
        return (hit.start, hit.end) == (gold.start, gold.end)
    mine, theirs = plain(gold.value), plain(hit.value)
    return mine == theirs or mine[-_TALE:] == theirs


def _mistaken_for(record: Record, hit: Hit) -> str:
    marks: list[tuple[Mark, str]] = [(one, one.kind) for one in record.gold]
    marks += [(one, one.what) for one in record.traps]
    return next((what for mark, what in marks if _is_in(mark, hit)), "other text")


def _is_in(mark: Mark, hit: Hit) -> bool:
    if hit.start >= 0:
        return hit.start < mark.end and mark.start < hit.end
    return _within(plain(mark.value), plain(hit.value))
