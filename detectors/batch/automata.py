"""Deterministic automata of patterns, over bytes, as tables that a compiled loop walks.

All patterns of an automaton begin at the place where it is started, so that counted digits of many patterns advance in
lockstep and their automaton stays small; a table that began anywhere would be thousands of times as large.
"""

from collections.abc import Iterator, Sequence
import re
from typing import Any, Final

from msgspec import Struct
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

DEAD: Final = 0
START: Final = 1
_MOST_STATES: Final = 1 << 15
_parser: Final[Any] = getattr(re, "_parser")  # noqa: B009  # the parser behind ``re.compile``; typed nowhere
_OPS: Final[Any] = getattr(re, "_constants")  # noqa: B009  # its vocabulary
_CATEGORIES: Final = {
    "CATEGORY_DIGIT": rb"\d", "CATEGORY_SPACE": rb"\s", "CATEGORY_WORD": rb"\w",
    "CATEGORY_NOT_DIGIT": rb"\D", "CATEGORY_NOT_SPACE": rb"\S", "CATEGORY_NOT_WORD": rb"\W",
}  # fmt: skip


class TooLargeError(Exception):
    """An automaton has more states than its table may have."""


class Automaton(Struct, frozen=True):
    """States are rows; 0 is where nothing can follow, 1 where it starts."""

    classes: Array
    """Byte -> column."""
    moves: Array
    """State and column -> state, flat."""
    width: int
    """Columns."""
    accepts: Array
    """State -> number of its set of patterns; 0 where none ends."""
    set_ends: Array
    """Number of a set -> where its members end in ``members``; they begin where those of the set before end."""
    members: Array
    """Numbers of patterns, set by set."""


class _Part(Struct, frozen=True):
    """A part of an expression: whether it may be empty, and its first and last positions."""

    is_empty: bool
    first: int
    last: tuple[int, ...]


class _Positions:
    """The places of expressions at which a byte is read, and which may follow which."""

    def __init__(self) -> None:
        self.sets: Final[list[frozenset[int]]] = []
        self.follow: Final[list[int]] = []
        self.starts = 0
        self.ends: Final[dict[int, int]] = {}
        """Position that stands behind a pattern -> number of the pattern."""

    def add(self, number: int, expression: bytes, flags: int) -> None:
        """One more pattern."""
        parsed = _parser.parse(expression, flags)
        whole = self._row(parsed, is_caseless=bool(flags & re.IGNORECASE))
        end = self._position(frozenset())
        self.ends[end] = number
        self._link(whole.last, 1 << end)
        self.starts |= whole.first

    def _position(self, letters: frozenset[int]) -> int:
        self.sets.append(letters)
        self.follow.append(0)
        return len(self.sets) - 1

    def _link(self, last: Sequence[int], first: int) -> None:
        for position in last:
            self.follow[position] |= first

    def _row(self, items: Any, *, is_caseless: bool) -> _Part:
        whole = _Part(is_empty=True, first=0, last=())
        for op, value in items:
            whole = self._then(whole, self._item(op, value, is_caseless=is_caseless))
        return whole

    def _then(self, one: _Part, other: _Part) -> _Part:
        self._link(one.last, other.first)
        return _Part(
            one.is_empty and other.is_empty,
            one.first | other.first if one.is_empty else one.first,
            (*one.last, *other.last) if other.is_empty else other.last,
        )

    def _item(self, op: Any, value: Any, *, is_caseless: bool) -> _Part:
        if op is _OPS.BRANCH:
            return _either([self._row(branch, is_caseless=is_caseless) for branch in value[1]])
        if op is _OPS.SUBPATTERN:
            return self._row(value[3], is_caseless=is_caseless)
        if op in (_OPS.MAX_REPEAT, _OPS.MIN_REPEAT):
            return self._repeat(value, is_caseless=is_caseless)
        position = self._position(_letters(op, value, is_caseless=is_caseless))
        return _Part(is_empty=False, first=1 << position, last=(position,))

    def _repeat(self, value: Any, *, is_caseless: bool) -> _Part:
        least, most, items = value
        whole = _Part(is_empty=True, first=0, last=())
        for _ in range(least):
            whole = self._then(whole, self._row(items, is_caseless=is_caseless))
        if most is _OPS.MAXREPEAT:
            part = self._row(items, is_caseless=is_caseless)
            self._link(part.last, part.first)
            return self._then(whole, _Part(is_empty=True, first=part.first, last=part.last))
        optional = _Part(is_empty=True, first=0, last=())
        for _ in range(most - least):
            # From the inside out: (x(x(x)?)?)?
            inner = self._then(self._row(items, is_caseless=is_caseless), optional)
            optional = _Part(is_empty=True, first=inner.first, last=inner.last)
        return self._then(whole, optional)


def _either(parts: Sequence[_Part]) -> _Part:
    first = 0
    last: list[int] = []
    for part in parts:
        first |= part.first
        last += part.last
    return _Part(any(part.is_empty for part in parts), first, tuple(last))


def _letters(op: Any, value: Any, *, is_caseless: bool) -> frozenset[int]:
    if op is _OPS.LITERAL:
        found = {value}
    elif op is _OPS.NOT_LITERAL:
        found = set(range(256)) - {value}
    elif op is _OPS.ANY:
        found = set(range(256))
    elif op is _OPS.IN:
        found = _of_class(value)
    else:
        raise ValueError(str(op))
    if is_caseless:
        text = bytes(found)
        found |= {*text.lower(), *text.upper()}
    return frozenset(found)


def _of_class(items: Any) -> set[int]:
    found: set[int] = set()
    is_negated = False
    for op, value in items:
        if op is _OPS.NEGATE:
            is_negated = True
        elif op is _OPS.LITERAL:
            found.add(value)
        elif op is _OPS.RANGE:
            found.update(range(value[0], value[1] + 1))
        else:
            category = re.compile(_CATEGORIES[str(value)])
            found.update(byte for byte in range(256) if category.match(bytes((byte,))))
    return set(range(256)) - found if is_negated else found


def automaton(patterns: Sequence[tuple[int, bytes, int]]) -> Automaton:
    """The automaton of some patterns: (number, expression, flags of ``re``).

    Raises:
        TooLargeError: it would have too many states.
    """
    positions = _Positions()
    for number, expression, flags in patterns:
        positions.add(number, expression, flags | re.DOTALL)
    classes, members_of = _columns(positions.sets)
    sets_of_accepted: dict[tuple[int, ...], int] = {(): 0}
    numbers: dict[int, int] = {0: DEAD, positions.starts: START}
    waiting = [positions.starts]
    width = int(classes.max()) + 1
    moves = [[DEAD] * width]
    accepts = [0]
    for state in waiting:
        reached, ended = _step(state, positions, members_of)
        row = [DEAD] * width
        for column, following in reached.items():
            if following not in numbers:
                numbers[following] = len(numbers)
                waiting.append(following)
            row[column] = numbers[following]
        moves.append(row)
        accepts.append(sets_of_accepted.setdefault(ended, len(sets_of_accepted)))
        if len(numbers) > _MOST_STATES:
            raise TooLargeError(len(patterns))
    ends = np.cumsum([len(some) for some in sets_of_accepted])
    members = [number for some in sets_of_accepted for number in some]
    return Automaton(
        classes,
        np.array(moves, np.uint16).ravel(),
        width,
        np.array(accepts, np.int32),
        ends.astype(np.int32),
        np.array(members or [0], np.int32),
    )


def _step(
    state: int, positions: _Positions, members_of: dict[frozenset[int], tuple[int, ...]]
) -> tuple[dict[int, int], tuple[int, ...]]:
    """Where each column leads from a state, and the patterns that have ended there."""
    by_set: dict[frozenset[int], int] = {}
    ended: list[int] = []
    for position in _bits(state):
        if position in positions.ends:
            ended.append(positions.ends[position])
        else:
            letters = positions.sets[position]
            by_set[letters] = by_set.get(letters, 0) | positions.follow[position]
    reached: dict[int, int] = {}
    for letters, following in by_set.items():
        for column in members_of[letters]:
            reached[column] = reached.get(column, 0) | following
    return reached, tuple(sorted(set(ended)))


def _bits(state: int) -> Iterator[int]:
    while state:
        low = state & -state
        yield low.bit_length() - 1
        state ^= low


def _columns(sets: Sequence[frozenset[int]]) -> tuple[Array, dict[frozenset[int], tuple[int, ...]]]:
    """Bytes that no pattern tells apart share a column."""
    distinct = sorted(set(sets), key=sorted)
    signatures: dict[tuple[bool, ...], int] = {}
    classes = np.zeros(256, np.uint8)
    for byte in range(256):
        signature = tuple(byte in letters for letters in distinct)
        classes[byte] = signatures.setdefault(signature, len(signatures))
    return classes, {letters: tuple(sorted({int(classes[byte]) for byte in letters})) for letters in distinct}
