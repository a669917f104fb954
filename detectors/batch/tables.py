"""Patterns and values of a scanner as tables for the compiled loops."""

from collections.abc import Iterable, Iterator, Sequence
import re

import numpy as np

from detectors.batch.automata import START, Automaton, automaton
from detectors.batch.bytes import Array
from detectors.batch.layout import CLASSES, OPENS, STARTS
from detectors.engines import Pattern, as_bytes
from detectors.masked import PATTERNS as MASKED


def put_patterns(patterns: Sequence[Pattern], parts: list[Array]) -> Array:
    """Put the automata of all patterns that are not gates into a table, and say which three bytes may begin which.

    Args:
        patterns: words, parts, those with a lead, masked values.
        parts: the table, piece by piece; the first is its head.
    """
    numbered = [(number, pattern) for number, pattern in enumerate(patterns) if not pattern.is_gate]
    masks = automaton(list(_each((n, p) for n, p in numbered if p in MASKED)))
    words = automaton(list(_each((n, p) for n, p in numbered if p.is_word and not p.lead and p not in MASKED)))
    free = automaton(list(_each((n, p) for n, p in numbered if not p.is_word)))
    leads = automaton(list(_each((n, p) for n, p in numbered if p.lead)))
    may_begin = np.zeros(1 << 15, np.uint8)
    for place, one in enumerate((words, free, leads, masks)):
        may_begin |= _beginnings(one) << np.uint8(place)
        put(one, parts, STARTS + place, CLASSES + 256 * place)
    for number, pattern in enumerate(patterns):
        parts[0][OPENS + number] = pattern.is_open or not pattern.is_word
    return may_begin


def put(one: Automaton, parts: list[Array], start: int, classes: int) -> None:
    """Put an automaton behind what a table holds already, and where it starts and its columns into its head."""
    size = sum(map(len, parts))
    lists, where = _lists(one)
    width = one.width + 1
    rows = size + len(lists)
    states = one.moves.reshape(-1, one.width).astype(np.int64)
    moves = np.where(states, rows + states * width, 0)
    ended = np.where(one.accepts, size + where[one.accepts], 0)
    parts[0][start] = rows + START * width
    parts[0][classes : classes + 256] = one.classes.astype(np.int32) + 1
    parts += (lists, np.column_stack((ended, moves)).astype(np.int32).ravel())


def _lists(one: Automaton) -> tuple[Array, Array]:
    """The sets of patterns, each behind its length, and where each begins."""
    sizes = np.diff(one.set_ends, prepend=0)
    found = np.zeros(len(one.members) + len(sizes), np.int32)
    where = one.set_ends - sizes + np.arange(len(sizes))
    for at, size, end in zip(where, sizes, one.set_ends, strict=True):
        found[at] = size
        found[at + 1 : at + 1 + size] = one.members[end - size : end]
    return found, where


def _each(numbered: Iterable[tuple[int, Pattern]]) -> Iterator[tuple[int, bytes, int]]:
    for number, pattern in numbered:
        flags = int(re.IGNORECASE if pattern.is_caseless else re.NOFLAG)
        yield from ((number, as_bytes(expression), flags) for expression in pattern.expressions)


def _beginnings(one: Automaton) -> Array:
    """Which three bytes, by their lowest five bits each, the automaton can begin with or end within."""
    moves, ends = one.moves.reshape(-1, one.width), one.accepts > 0
    found = np.zeros((32, 32, 32), np.bool_)
    first = moves[START][one.classes]
    for byte in np.flatnonzero(first):
        second = moves[first[byte]][one.classes]
        for other in np.flatnonzero(second):
            third = moves[second[other]][one.classes] > 0
            last = np.unique(np.flatnonzero(third) & 31)
            found[byte & 31, other & 31, last] = True
            if ends[second[other]]:
                found[byte & 31, other & 31] = True
        if ends[first[byte]]:
            found[byte & 31] = True
    return found.ravel().astype(np.uint8)
