"""Compiled loops: running counts of distinct persons.

A count is that of ``collector.columns``, told after every transfer: all hashes up to ``NOMINAL``, above that the
smallest ones, with the bounds of the library. The Python of there is the oracle of the tests.
"""

from math import ceil, sqrt

import numba
import numpy as np
from numpy.typing import NDArray

U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]
State = tuple[I64, U64, I64, U64]
Ledger = tuple[U64, State, tuple[I64, I64, I64]]
Flows = tuple[I64, I64, I64, I64, U64]
Rows = tuple[I64, NDArray[np.bool_], I64, U64]
Place = tuple[int, int, int, int]

ANY = 0
SENSITIVE = 1
ANY_SLOT = 2
SENSITIVE_SLOT = 5
ORDINARY_SLOT = 8
ASKED_SLOT = 11

TYPES = 62
"""Identifier types and their marks that are told apart at most; counts stand by column, then type."""
UNMARKED = -1
"""In the place of its mark: a type of which no token is covered."""
IS_MARK = -2
"""In the place of its mark: no type, but a mark."""
COLUMNS = 58
"""Columns that an entry can tell; the bits above tell its type."""
_TYPE = np.uint64(58)

_WHOLE = np.uint64((1 << 63) - 1)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(32)


@numba.njit(cache=True, nogil=True)
def _place_of(table: U64, value: np.uint64, tag: np.uint64) -> int:
    """Where a hash of an identifier type stands, or the free place where it would."""
    cap = np.uint64(len(table) - 1)
    at = (((value ^ tag) * _SPREAD) >> _SHIFT) & cap
    while table[at, 1] != 0 and (table[at, 0] != value or table[at, 1] >> _TYPE != tag):
        at = (at + np.uint64(1)) & cap
    return int(at)


@numba.njit(cache=True, nogil=True)
def rehash(old: U64, new: U64) -> None:
    """Move every entry into a larger table."""
    for value, held_by in old:
        if held_by != 0:
            at = _place_of(new, value, held_by >> _TYPE)
            new[at, 0], new[at, 1] = value, held_by


@numba.njit(cache=True, nogil=True)
def _push(heap: U64, size: int, value: np.uint64) -> None:
    """Add to a heap whose greatest stands first."""
    at = size
    heap[at] = value
    while at > 0 and heap[(at - 1) >> 1] < heap[at]:
        heap[(at - 1) >> 1], heap[at] = heap[at], heap[(at - 1) >> 1]
        at = (at - 1) >> 1


@numba.njit(cache=True, nogil=True)
def _replace(heap: U64, value: np.uint64) -> None:
    """Put a value in the place of the greatest of a full heap."""
    at, size = 0, len(heap)
    heap[0] = value
    while True:
        child = 2 * at + 1
        if child >= size:
            return
        if child + 1 < size and heap[child + 1] > heap[child]:
            child += 1
        if heap[child] <= heap[at]:
            return
        heap[child], heap[at] = heap[at], heap[child]
        at = child


@numba.njit(cache=True, nogil=True)
def fill_heap(heap: U64, table: U64, tag: np.uint64, bit: np.uint64) -> None:
    """The hashes of one count, which holds no more than the heap does."""
    size = 0
    for value, held_by in table:
        if held_by >> _TYPE == tag and held_by & bit != 0:
            _push(heap, size, value)
            size += 1


@numba.njit(cache=True, nogil=True)
def _take(state: State, count: int, value: np.uint64) -> None:
    """Count a hash that is new to a count and below its theta."""
    held, theta, heap_of, heaps = state
    which = heap_of[count]
    if which < 0:
        held[count] += 1
        return
    heap = heaps[which]
    if held[count] < len(heap):
        _push(heap, held[count], value)
        held[count] += 1
    elif value > heap[0]:
        theta[count] = value
    else:
        theta[count] = heap[0]
        _replace(heap, value)


@numba.njit(cache=True, nogil=True)
def _bounds(held: int, theta: np.uint64, spans: I64, which: int) -> None:
    """As ``collector.columns`` says it."""
    if theta == _WHOLE:
        spans[which, 0] = spans[which, 1] = spans[which, 2] = held
        return
    share = np.float64(theta) / np.float64(_WHOLE)
    width = 2 * sqrt((1 - share) / share)
    below, above = (held - 0.5) / share, (held + 0.5) / share
    least = below + 0.5 * width * width - 0.5 * width * sqrt(width * width + 4 * below) - 0.5
    most = above + 0.5 * width * width + 0.5 * width * sqrt(width * width + 4 * above) + 0.5
    estimate = held / share
    spans[which, 0] = np.int64(min(estimate, max(np.float64(held), least)))
    spans[which, 1] = np.int64(np.rint(estimate))
    spans[which, 2] = np.int64(ceil(max(estimate, most)))


@numba.njit(cache=True, nogil=True)
def _join(spans: I64, marks: I64, joined: I64) -> None:
    """The span of each column over its types, as of ``wire.subjects``, and of ordinary only."""
    last = len(joined) - 1
    joined[:] = 0
    for column in range(last):
        uncovered = 0
        for kind, mark in enumerate(marks):
            if mark != IS_MARK:
                which = column * TYPES + kind
                for each in range(3):
                    joined[column, each] = max(joined[column, each], spans[which, each])
                covered = spans[column * TYPES + mark, 0] if mark != UNMARKED else 0
                uncovered += max(0, spans[which, 2] - covered)
        joined[column, 2] = max(joined[column, 2], uncovered)
    _join_ordinary(spans, marks, joined)


@numba.njit(cache=True, nogil=True)
def _join_ordinary(spans: I64, marks: I64, joined: I64) -> None:
    """As ``collector.ledger`` says it."""
    last, uncovered = len(joined) - 1, 0
    for kind, mark in enumerate(marks):
        if mark != IS_MARK:
            every, sensitive = ANY * TYPES + kind, SENSITIVE * TYPES + kind
            rest = max(0, spans[every, 2] - spans[sensitive, 0])
            covered = spans[ANY * TYPES + mark, 0] if mark != UNMARKED else 0
            joined[last, 1] = max(joined[last, 1], spans[every, 1] - spans[sensitive, 1])
            joined[last, 2] = max(joined[last, 2], rest)
            uncovered += max(0, rest - max(0, covered - spans[sensitive, 2]))
    joined[last, 0] = max(0, joined[ANY, 0] - joined[SENSITIVE, 2])
    joined[last, 2] = max(joined[last, 2], uncovered)


@numba.njit(cache=True, nogil=True)
def _add(table: U64, state: State, spans: I64, wanted: np.uint64, some: tuple[int, U64, int, int]) -> int:
    """Count the hashes of one part wherever they are new; how many entries the table gained, or -1 for no change."""
    held, theta, _, _ = state
    kind, hashes, begin, end = some
    tag = np.uint64(kind + 1)
    gained, is_changed = 0, False
    for place in range(begin, end):
        value = hashes[place]
        at = _place_of(table, value, tag)
        missing = wanted & ~table[at, 1]
        column = 0
        while missing != 0:
            which = column * TYPES + kind
            if missing & np.uint64(1) and value < theta[which]:
                if table[at, 1] == 0:
                    table[at, 0], table[at, 1] = value, tag << _TYPE
                    gained += 1
                table[at, 1] |= np.uint64(1) << np.uint64(column)
                _take(state, which, value)
                _bounds(held[which], theta[which], spans, which)
                is_changed = True
            missing >>= np.uint64(1)
            column += 1
    return gained if is_changed else -1


@numba.njit(cache=True, nogil=True)
def _needs_room(ledger: Ledger, kinds: I64, entries: int, total: int) -> bool:
    """Whether the table is half full, or a count may outgrow what it has no heap for."""
    table, (held, _, heap_of, heaps), (_, joined, _) = ledger
    if 2 * (entries + total) > len(table):
        return True
    if entries + total <= heaps.shape[1]:
        return False
    for kind in kinds:
        for column in range(len(joined) - 1):
            which = column * TYPES + kind
            if heap_of[which] < 0 and held[which] + total > heaps.shape[1]:
                return True
    return False


@numba.njit(cache=True, nogil=True)
def _take_in(ledger: Ledger, reach: np.uint64, parts: I64, sizes: tuple[I64, int], hashes: tuple[U64, int]) -> int:
    """Count the persons of one transfer; how many entries the table gained."""
    table, state, (spans, joined, marks) = ledger
    gained, is_changed, end = 0, False, hashes[1]
    for part in range(len(parts)):
        wanted = reach | np.uint64(3 if parts[part, 1] else 1)
        begin, end = end, end + sizes[0][sizes[1] + part]
        more = _add(table, state, spans, wanted, (parts[part, 0], hashes[0], begin, end))
        if more >= 0:
            gained += more
            is_changed = True
    if is_changed:
        _join(spans, marks, joined)
    return gained


@numba.njit(cache=True, nogil=True)
def _write(numbers: I64, row: int, joined: I64, asked: I64) -> None:
    for each in range(3):
        numbers[row, ANY_SLOT + each] = joined[ANY, each]
        numbers[row, SENSITIVE_SLOT + each] = joined[SENSITIVE, each]
        numbers[row, ORDINARY_SLOT + each] = joined[len(joined) - 1, each]
        for place in range(len(asked)):
            numbers[row, ASKED_SLOT + 3 * place + each] = joined[asked[place], each]


@numba.njit(cache=True, nogil=True)
def count(ledger: Ledger, flows: Flows, rows: Rows, numbers: I64, begin: Place) -> Place:
    """Take transfers in, one after the other, and write down the counts after each.

    Shape:
        ledger: the table (power of 2, 2): a hash, and its type from 1 on over the columns that hold it as bits, or 0
            where nothing stands; the state of each count (COLUMNS * TYPES,): held, theta, place of its heap or -1,
            heaps (heaps, nominal); the spans of each count (COLUMNS * TYPES, 3), those joined over types of each column
            and of ordinary only (columns + 1, 3), and of each type in use the place of its mark.
        flows: parts (parts, 2: type from 0 on, 1 if sensitive), first part of each flow (flows + 1,), columns asked
            (asked,), first asked of each flow (flows + 1,), bits of the columns its recipient counts for (flows,).
        rows: flow, whether it counts, sizes of the parts, hashes.
        begin: the first transfer to take in, the places of its first size and hash, entries in the table.

    Returns:
        As ``begin``: behind the last transfer, or that before which the table or a count needs room.
    """
    parts, first_part, asked, first_asked, reach = flows
    flow, counts, sizes, hashes = rows
    row, size_at, at, entries = begin
    while row < len(flow):
        which = flow[row]
        mine = parts[first_part[which] : first_part[which + 1]]
        total = 0
        for part in range(len(mine)):
            total += sizes[size_at + part]
        if counts[row]:
            if _needs_room(ledger, mine[:, 0], entries, total):
                break
            entries += _take_in(ledger, reach[which], mine, (sizes, size_at), (hashes, at))
        _write(numbers, row, ledger[2][1], asked[first_asked[which] : first_asked[which + 1]])
        size_at += len(mine)
        at += total
        row += 1
    return row, size_at, at, entries
