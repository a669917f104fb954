r"""The dialect of patterns that Hyperscan and ``re`` read alike, and how much work one pattern can cause.

Literals, ``\d \w \s`` and escaped marks, classes of ASCII, ``(?:...)``, ``|`` and ``{n,m} ?``. Everything else is
refused with its place, and so is a repetition without an end: one value is 512 bytes at the most.
"""

import re
from typing import Final

from msgspec import Struct

from wire.faults import MalformedError

LONGEST: Final = 512
"""Bytes that one match may have."""
MOST_WAYS: Final = 100_000
"""Ways to try at one place, at the most: what backtracking can cost."""
_MARKS: Final = frozenset(r".\+*?()[]{}|^$-/@:#&=_,;'\"<>% ~!")
_CLASSES: Final = {"d": re.compile(rb"\d"), "w": re.compile(rb"\w"), "s": re.compile(rb"\s")}
_COUNT: Final = re.compile(r"\{(\d{1,4})(?:(,)(\d{0,4}))?\}")
_CLASS: Final = re.compile(r"\[(?:\\.|[^\]\\])+\]", re.DOTALL)
_SETS: Final = re.compile(r"(?<!\\)\[|--|&&|\|\||~~")
"""What ``re`` may come to read as an operation on sets."""
_BYTE: Final = re.compile(r"x[0-9A-Fa-f]{2}")
_DEEPEST: Final = 16
_ALL: Final = frozenset(range(256))


class Shape(Struct, frozen=True):
    """What a pattern, or a part of one, can match."""

    shortest: int
    longest: int
    first: frozenset[int]
    """Bytes that it can begin with."""
    ways: float
    """Upper bound of the ways to match at one place."""


_NOTHING: Final = Shape(0, 0, frozenset(), 1.0)


def shape_of(expression: str) -> Shape:
    """The shape of a pattern.

    Raises:
        MalformedError: it is not in the dialect; ``offset`` is the character.
    """
    reader = _Reader(expression)
    shape = reader.either(0)
    if reader.at < len(expression):
        raise MalformedError("a bracket is closed that none opens", reader.at)
    return shape


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, text: str) -> None:
        self._text: Final = text
        self.at = 0

    def either(self, depth: int) -> Shape:
        """Alternatives up to a closing bracket or the end."""
        if depth > _DEEPEST:
            raise MalformedError("brackets are nested too deeply", self.at)
        branches = [self._row(depth)]
        while self._text.startswith("|", self.at):
            self.at += 1
            branches.append(self._row(depth))
        first: frozenset[int] = frozenset().union(*(branch.first for branch in branches))
        are_apart = sum(len(branch.first) for branch in branches) == len(first)
        ways = [branch.ways for branch in branches]
        return Shape(
            min(branch.shortest for branch in branches),
            max(branch.longest for branch in branches),
            first,
            max(ways) if are_apart else sum(ways),
        )

    def _row(self, depth: int) -> Shape:
        whole = _NOTHING
        while self.at < len(self._text) and self._text[self.at] not in "|)":
            part = self._repeated(self._one(depth))
            first = whole.first | part.first if not whole.shortest else whole.first
            whole = Shape(whole.shortest + part.shortest, whole.longest + part.longest, first, whole.ways * part.ways)
        return whole

    def _one(self, depth: int) -> Shape:
        letter = self._text[self.at]
        if letter == "(":
            return self._group(depth)
        if letter == "[":
            return self._class()
        if letter == "\\":
            self.at += 1
            return self._escape()
        if letter in "^$.*+?{":
            raise MalformedError(_REFUSED[letter], self.at)
        self.at += 1
        encoded = letter.encode("utf-8", "replace")
        return Shape(len(encoded), len(encoded), frozenset(encoded[:1]), 1.0)

    def _group(self, depth: int) -> Shape:
        if not self._text.startswith("(?:", self.at):
            raise MalformedError(
                "only plain groups (?:...) are read: no look-around, no back-reference, no name", self.at
            )
        opening = self.at
        self.at += 3
        inner = self.either(depth + 1)
        if not self._text.startswith(")", self.at):
            raise MalformedError("a bracket is not closed", opening)
        self.at += 1
        return inner

    def _class(self) -> Shape:
        found = _CLASS.match(self._text, self.at)
        if found is None:
            raise MalformedError("a class [...] is not closed", self.at)
        if not found[0].isascii():
            raise MalformedError("a class holds single bytes: write (?:甲|乙) for characters beyond ASCII", self.at)
        if _SETS.search(found[0][1:]):
            raise MalformedError(
                r"within a class [ - & | ~ are written \[ \- \& ... where they mean themselves", self.at
            )
        for escaped in re.findall(r"\\(x[0-9A-Fa-f]{2}|.)", found[0]):
            if not (escaped in _CLASSES or escaped in "nrt" or escaped in _MARKS or _BYTE.fullmatch(escaped)):
                raise MalformedError(f"\\{escaped} is not in the dialect", self.at)
        first = _bytes_of(found[0].encode(), self.at)
        self.at = found.end()
        return Shape(1, 1, first, 1.0)

    def _escape(self) -> Shape:
        letter = self._text[self.at : self.at + 1]
        place = self.at - 1
        byte = _BYTE.match(self._text, self.at)
        if not (byte or letter in _CLASSES or (letter and letter in "nrt") or letter in _MARKS):
            raise MalformedError(f"\\{letter} is not in the dialect", place)
        self.at = byte.end() if byte else self.at + 1
        return Shape(1, 1, _bytes_of(self._text[place : self.at].encode(), place), 1.0)

    def _repeated(self, part: Shape) -> Shape:
        if self._text.startswith(("*", "+"), self.at):
            raise MalformedError("a repetition needs an end: {0,32} for *, {1,32} for +", self.at)
        least, most = self._count()
        if self._text.startswith(("?", "*", "+", "{"), self.at):
            raise MalformedError("a repetition of a repetition, lazy or possessive, is not in the dialect", self.at)
        if part.shortest == 0 and most > 1:
            raise MalformedError("what may be empty is repeated", self.at)
        is_plain = part.ways == 1.0 and part.shortest == part.longest
        ways = float(most - least + 1) if is_plain else min(part.ways + 1.0, 1e9) ** min(most, 30)
        if (least, most) == (1, 1):
            ways = part.ways
        return Shape(part.shortest * least, part.longest * most, part.first, min(ways, 1e18))

    def _count(self) -> tuple[int, int]:
        if self._text.startswith("?", self.at):
            self.at += 1
            return 0, 1
        found = _COUNT.match(self._text, self.at)
        if found is None:
            return 1, 1
        if found[2] and not found[3]:
            raise MalformedError("a repetition needs an end: {2,32} for {2,}", self.at)
        self.at = found.end()
        least, most = int(found[1]), int(found[3] or found[1])
        if not 0 < most <= LONGEST or least > most:
            raise MalformedError(f"a repetition goes from less to more, and to {LONGEST} at the most", found.start())
        return least, most


_REFUSED: Final = {
    "^": "^ is not needed: a match stands by itself already",
    "$": "$ is not needed: a match stands by itself already",
    ".": r". stands for one byte of anything: write which, as [0-9A-Z] or [^\r\n]",
    "*": "there is nothing to repeat",
    "+": "there is nothing to repeat",
    "?": "there is nothing to repeat",
    "{": r"{ by itself is written \{",
}


def _bytes_of(item: bytes, place: int) -> frozenset[int]:
    try:
        expression = re.compile(item, re.DOTALL)
    except re.error as error:
        raise MalformedError(f"not a class: {error.msg}", place) from error
    return frozenset(byte for byte in _ALL if expression.fullmatch(bytes((byte,))))
