"""Matchers. All give the same spans for the same patterns; ``regex`` is the oracle, ``hyperscan`` is fast."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from msgspec import Struct

Span = tuple[int, int, int]
"""(number of the pattern, start, end)."""


class Pattern(Struct, frozen=True):
    """What an engine looks for, over bytes."""

    expressions: tuple[str, ...]
    """Any of these, the longest first, in the dialect that Hyperscan and ``re`` share."""
    is_word: bool = True
    """Whether neither neighbour may be a digit, a Latin letter or an asterisk (what a mask leaves is no value)."""
    is_open: bool = False
    """Whether, of a word, only the neighbour in front is asked."""
    is_caseless: bool = False
    is_gate: bool = False
    """Whether only its presence is asked: the one span it gives comes first and is (-1, 0)."""
    lead: bytes = b""
    """Bytes that belong to a match where they stand in front of it; one of them must."""
    is_literal: bool = False
    """Whether the expressions are plain words that mean themselves, perhaps tens of thousands; without gate or lead."""


class Engine(Protocol):
    """Finds patterns. One engine serves one thread at a time."""

    def spans(self, content: bytes) -> list[Span]:
        """Every match by start: of each pattern the leftmost, of those the longest, none overlapping another."""
        ...


EngineFactory = Callable[[Sequence[Pattern]], Engine]

_LONGEST_LEAD = 64


def disjoint(matches: Iterable[tuple[int, int, int]], content: bytes, patterns: Sequence[Pattern]) -> list[Span]:
    """Spans as an engine must give them, from (start, -end, number of the pattern) in ascending order."""
    reached: dict[int, int] = {}
    spans: list[Span] = []
    for start, end, number in matches:
        if start < 0:
            spans.append((number, -1, 0))
        elif start >= reached.get(number, -1):
            reached[number] = -end
            lead = patterns[number].lead
            spans.append((number, start - len_of_lead(content, start, lead) if lead else start, -end))
    return spans


def len_of_lead(content: bytes, start: int, lead: bytes) -> int:
    """How many bytes in front of ``start`` belong to the match that begins there."""
    window = content[max(0, start - _LONGEST_LEAD) : start]
    return len(window) - len(window.rstrip(lead))


def as_bytes(expression: str) -> bytes:
    """The expression over UTF-8 bytes; a character beyond ASCII stands for all of its bytes."""
    return "".join(
        letter if letter.isascii() else "(?:" + "".join(f"\\x{byte:02x}" for byte in letter.encode()) + ")"
        for letter in expression
    ).encode()


def class_of(letters: bytes) -> bytes:
    """The bytes as a class of an expression."""
    return b"[" + b"".join(b"\\x%02x" % letter for letter in letters) + b"]"
