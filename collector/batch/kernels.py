"""Compiled loops: running counts of distinct persons, and trees of questions walked for every transfer.

A count is that of ``collector.columns``, told after every transfer: all hashes up to ``NOMINAL``, above that the
smallest ones, with the bounds of the library. The Python of there is the oracle of the tests.
"""

from math import ceil, sqrt

import numba
import numpy as np
from numpy.typing import NDArray

from collector.tracing import LESS

U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]
I16 = NDArray[np.int16]
Table = tuple[U64, I16, U64]
State = tuple[I64, U64, I64, U64]
Ledger = tuple[Table, State, tuple[I64, I64, int]]
Flows = tuple[I64, I64, I64, I64, U64]
Rows = tuple[I64, NDArray[np.bool_], I64, U64]
Place = tuple[int, int, int, int]

ANY = 0
SENSITIVE = 1
ANY_SLOT = 2
SENSITIVE_SLOT = 5
ORDINARY_SLOT = 8
ASKED_SLOT = 11

TYPES = 32
"""Identifier types that are told apart at most; counts stand by column, then type."""
COLUMNS = 64

_WHOLE = np.uint64((1 << 63) - 1)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(32)


@numba.njit(cache=True, nogil=True)
def walk(trees: tuple[I64, I64, I64, I64], flow: I64, numbers: I64, rows: I64, found: I64) -> None:
    """Lead transfers through their flows' trees, each to a leaf or to where no run has gone yet.

    Shape:
        trees: questions (all, 4) and ways (all, 2) as of ``collector.tracing``; of each flow (flows,) the first of its
            questions, and its root.
        flow: (n,); numbers: (n, slots); rows: those of the n to lead; found: (n,), written: as in ways.
    """
    questions, ways, first, roots = trees
    for row in rows:
        at, begin = roots[flow[row]], first[flow[row]]
        while at >= 0:
            slot, question, other_slot, other = questions[begin + at]
            left = numbers[row, slot]
            right = numbers[row, other_slot] if other_slot >= 0 else other
            is_so = left < right if question == LESS else left == right
            at = ways[begin + at, 1 if is_so else 0]
        found[row] = at


@numba.njit(cache=True, nogil=True)
def _slot_of(keys: U64, tags: I16, value: np.uint64, tag: int) -> int:
    """Where a hash of an identifier type stands, or the free place where it would."""
    cap = np.uint64(len(keys) - 1)
    at = (((value ^ np.uint64(tag)) * _SPREAD) >> _SHIFT) & cap
    while tags[at] != 0 and (tags[at] != tag or keys[at] != value):
        at = (at + np.uint64(1)) & cap
    return int(at)


@numba.njit(cache=True, nogil=True)
def rehash(old: Table, new: Table) -> None:
    """Move every entry into a larger table."""
    keys, tags, masks = old
    for place in range(len(keys)):
        if tags[place] != 0:
            at = _slot_of(new[0], new[1], keys[place], tags[place])
            new[0][at], new[1][at], new[2][at] = keys[place], tags[place], masks[place]


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
def fill_heap(heap: U64, table: Table, tag: int, bit: np.uint64) -> None:
    """The hashes of one count, which holds no more than the heap does."""
    keys, tags, masks = table
    size = 0
    for place in range(len(keys)):
        if tags[place] == tag and masks[place] & bit:
            _push(heap, size, keys[place])
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
def _bounds(held: int, theta: np.uint64, out: I64) -> None:
    """As ``collector.columns`` says it."""
    if theta == _WHOLE:
        out[0], out[1], out[2] = held, held, held
        return
    share = np.float64(theta) / np.float64(_WHOLE)
    width = 2 * sqrt((1 - share) / share)
    below, above = (held - 0.5) / share, (held + 0.5) / share
    least = below + 0.5 * width * width - 0.5 * width * sqrt(width * width + 4 * below) - 0.5
    most = above + 0.5 * width * width + 0.5 * width * sqrt(width * width + 4 * above) + 0.5
    estimate = held / share
    out[0] = np.int64(min(estimate, max(np.float64(held), least)))
    out[1] = np.int64(np.rint(estimate))
    out[2] = np.int64(ceil(max(estimate, most)))


@numba.njit(cache=True, nogil=True)
def _joined(spans: I64, column: int, types: int, out: I64) -> None:
    out[:] = 0
    for each in range(types):
        span = spans[column * TYPES + each]
        out[0] = max(out[0], span[0])
        out[1] = max(out[1], span[1])
        out[2] += span[2]


@numba.njit(cache=True, nogil=True)
def _ordinary(spans: I64, types: int, out: I64) -> None:
    out[:] = 0
    for each in range(types):
        every, sensitive = spans[ANY * TYPES + each], spans[SENSITIVE * TYPES + each]
        out[0] = max(out[0], every[0] - sensitive[2])
        out[1] = max(out[1], every[1] - sensitive[1])
        out[2] += max(0, every[2] - sensitive[0])


@numba.njit(cache=True, nogil=True)
def _add(table: Table, state: State, spans: I64, wanted: np.uint64, some: tuple[int, U64]) -> int:
    """Count the hashes of one part wherever they are new; how many entries the table gained, or -1 for no change."""
    keys, tags, masks = table
    held, theta, _, _ = state
    kind, hashes = some
    gained, is_changed = 0, False
    for value in hashes:
        slot = _slot_of(keys, tags, value, kind + 1)
        missing = wanted if tags[slot] == 0 else wanted & ~masks[slot]
        column = 0
        while missing != 0:
            which = column * TYPES + kind
            if missing & np.uint64(1) and value < theta[which]:
                if tags[slot] == 0:
                    keys[slot], tags[slot], masks[slot] = value, kind + 1, np.uint64(0)
                    gained += 1
                masks[slot] |= np.uint64(1) << np.uint64(column)
                _take(state, which, value)
                _bounds(held[which], theta[which], spans[which])
                is_changed = True
            missing >>= np.uint64(1)
            column += 1
    return gained if is_changed else -1


@numba.njit(cache=True, nogil=True)
def _needs_room(state: State, kinds: I64, columns: int, total: int) -> bool:
    """Whether a count may outgrow what it has no heap for."""
    held, _, heap_of, heaps = state
    for kind in kinds:
        for column in range(columns):
            which = column * TYPES + kind
            if heap_of[which] < 0 and held[which] + total > heaps.shape[1]:
                return True
    return False


@numba.njit(cache=True, nogil=True)
def _take_in(ledger: Ledger, reach: np.uint64, mine: I64, sizes: I64, hashes: U64) -> int:
    """Count the persons of one transfer; how many entries the table gained."""
    table, state, spans = ledger
    each_span, joined, types = spans
    gained, is_changed, here = 0, False, 0
    for part in range(len(mine)):
        wanted = reach | np.uint64(3 if mine[part, 1] else 1)
        behind = here + sizes[part]
        more = _add(table, state, each_span, wanted, (mine[part, 0], hashes[here:behind]))
        here = behind
        if more >= 0:
            gained += more
            is_changed = True
    if is_changed:
        columns = len(joined) - 1
        for column in range(columns):
            _joined(each_span, column, types, joined[column])
        _ordinary(each_span, types, joined[columns])
    return gained


@numba.njit(cache=True, nogil=True)
def _write(numbers: I64, joined: I64, asked: I64) -> None:
    numbers[ANY_SLOT:SENSITIVE_SLOT] = joined[ANY]
    numbers[SENSITIVE_SLOT:ORDINARY_SLOT] = joined[SENSITIVE]
    numbers[ORDINARY_SLOT:ASKED_SLOT] = joined[len(joined) - 1]
    for place in range(len(asked)):
        numbers[ASKED_SLOT + 3 * place : ASKED_SLOT + 3 * place + 3] = joined[asked[place]]


@numba.njit(cache=True, nogil=True)
def count(ledger: Ledger, flows: Flows, rows: Rows, numbers: I64, begin: Place) -> Place:
    """Take transfers in, one after the other, and write down the counts after each.

    Shape:
        ledger: the table: hashes, identifier types from 1 on (0: free), and the columns that hold them as bits (power
            of 2,); the state of each count (COLUMNS * TYPES,): held, theta, place of its heap or -1, heaps (heaps,
            nominal); the spans of each count (COLUMNS * TYPES, 3), those joined over types of each column and of
            ordinary only (columns + 1, 3), and how many types are in use.
        flows: parts (parts, 2: type from 0 on, 1 if sensitive), first part of each flow (flows + 1,), columns asked
            (asked,), first asked of each flow (flows + 1,), bits of the columns its recipient counts for (flows,).
        rows: flow, whether it counts, sizes of the parts, hashes.
        begin: the first transfer to take in, the places of its first size and hash, entries in the table.

    Returns:
        As ``begin``: behind the last transfer, or that before which the table or a count needs room.
    """
    table, state, spans = ledger
    parts, first_part, asked, first_asked, reach = flows
    flow, counts, sizes, hashes = rows
    row, size_at, at, entries = begin
    while row < len(flow):
        which = flow[row]
        mine = parts[first_part[which] : first_part[which + 1]]
        some = sizes[size_at : size_at + len(mine)]
        total = some.sum()
        if counts[row]:
            if 2 * (entries + total) > len(table[0]) or _needs_room(state, mine[:, 0], len(spans[1]) - 1, total):
                break
            entries += _take_in(ledger, reach[which], mine, some, hashes[at : at + total])
        _write(numbers[row], spans[1], asked[first_asked[which] : first_asked[which + 1]])
        size_at += len(mine)
        at += total
        row += 1
    return row, size_at, at, entries
