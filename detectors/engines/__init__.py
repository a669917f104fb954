"""Matchers. All give the same spans for the same patterns; ``regex`` is the oracle, ``hyperscan`` is fast."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from msgspec import Struct

Span = tuple[int, int, int]
"""(number of the pattern, start, end)."""


class Pattern(Struct, frozen=True):
    """What an engine looks for, over bytes."""

    expression: str
    """In the dialect that Hyperscan and ``re`` share."""
    is_word: bool = True
    """Whether neither neighbour may be a digit, a Latin letter or an asterisk (what a mask leaves is no value)."""
    is_caseless: bool = False
    is_gate: bool = False
    """Whether only its presence is asked: the one span it gives comes first and is (-1, 0)."""


class Engine(Protocol):
    """Finds patterns. One engine serves one thread at a time."""

    def spans(self, content: bytes) -> list[Span]:
        """Every match by start: of each pattern the leftmost, of those the longest, none overlapping another."""
        ...


EngineFactory = Callable[[Sequence[Pattern]], Engine]


def disjoint(matches: Iterable[tuple[int, int, int]], patterns: int) -> list[Span]:
    """Spans as an engine must give them, from (start, -end, pattern) in ascending order."""
    reached = [-1] * patterns
    spans: list[Span] = []
    for start, end, pattern in matches:
        if start >= reached[pattern]:
            reached[pattern] = -end
            spans.append((pattern, start, -end))
    return spans


def as_bytes(expression: str) -> bytes:
    """The expression over UTF-8 bytes; a character beyond ASCII stands for all of its bytes."""
    return "".join(
        letter if letter.isascii() else "(?:" + "".join(f"\\x{byte:02x}" for byte in letter.encode()) + ")"
        for letter in expression
    ).encode()
