"""Which sequences of an epoch have come: ranges, so that order, repetition and gaps are borne in little room."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import Final, Self

from msgspec import Struct

MOST: Final = 1_024
"""Ranges kept of one epoch. Beyond it the oldest but the first are forgotten: what comes again of them is told by its
event ids instead."""


class Ranges(Struct, frozen=True, gc=False):
    """A set of whole numbers as closed ranges, ascending, none touching the next."""

    spans: tuple[tuple[int, int], ...] = ()

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self.spans, number, key=lambda span: span[0])
        return at > 0 and number <= self.spans[at - 1][1]

    def including(self, numbers: Iterable[int]) -> Self:
        """This set and those numbers."""
        spans: list[tuple[int, int]] = []
        for first, last in sorted((*self.spans, *((number, number) for number in numbers))):
            if spans and first <= spans[-1][1] + 1:
                spans[-1] = spans[-1][0], max(spans[-1][1], last)
            else:
                spans.append((first, last))
        return type(self)(tuple(spans if len(spans) <= MOST else [spans[0], *spans[1 - MOST :]]))

    @property
    def through(self) -> int:
        """The last sequence up to which all have come, counted from one; 0 if the first is missing."""
        return self.spans[0][1] if self.spans and self.spans[0][0] <= 1 else 0
