"""Counts of distinct persons after every transfer of an exporter's year: what ``Ledger`` says, over columns."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from collector.batch import kernels
from collector.batch.kernels import COLUMNS, IS_MARK, TYPES, UNMARKED, Flows
from collector.batch.shipment import Part, Shipment
from collector.columns import NOMINAL
from collector.precedents import Precedent
from collector.tracing import UntraceableError
from wire.kinds import Grade
from wire.subjects import Span, is_mark, mark_of

_WHOLE: Final = (1 << 63) - 1
_FIRST_TABLE: Final = 1 << 12
_FIXED: Final = 2
"""Columns that everyone is counted in: any and sensitive; the others are by recipients asked for."""


class Counts:
    """Running counts of one exporter's year.

    Args:
        nominal: hashes above which a count is an estimate.
    """

    def __init__(self, nominal: int = NOMINAL) -> None:
        self._types: dict[str, int] = {}
        self._marks = _marks({})
        self._columns: dict[tuple[str, ...], int] = {}
        self._table = _table(_FIRST_TABLE)
        self._entries = 0
        self._held = np.zeros(COLUMNS * TYPES, np.int64)
        self._theta = np.full(COLUMNS * TYPES, _WHOLE, np.uint64)
        self._heap_of = np.full(COLUMNS * TYPES, -1, np.int64)
        self._heaps = np.empty((0, nominal), np.uint64)
        self._spans = np.zeros((COLUMNS * TYPES, 3), np.int64)
        self._joined = np.zeros((_FIXED + 1, 3), np.int64)

    def admit(self, lines: Sequence[tuple[Precedent, tuple[Part, ...]]]) -> Flows:
        """Make room for what these flows bring and ask for.

        Raises:
            UntraceableError: they are of too many sorts to be counted here.
        """
        types, columns = dict(self._types), dict(self._columns)
        for precedent, parts in lines:
            for _, name in parts:
                types.setdefault(name, len(types))
            for recipients in precedent.asked:
                columns.setdefault(recipients, _FIXED + len(columns))
        if len(types) > TYPES or _FIXED + len(columns) > COLUMNS:
            raise UntraceableError("too many identifier types or filings")
        self._types, self._columns, self._marks = types, columns, _marks(types)
        more = _FIXED + len(columns) + 1 - len(self._joined)
        # Ordinary only stands last; a new column held nobody so far.
        self._joined = np.concatenate((self._joined[:-1], np.zeros((more, 3), np.int64), self._joined[-1:]))
        found = [[(types[name], grade is Grade.SENSITIVE) for grade, name in parts] for _, parts in lines]
        asked = [[columns[each] for each in precedent.asked] for precedent, _ in lines]
        reach = [_bits(columns, precedent.flow.recipient) for precedent, _ in lines]
        return (
            np.array([part for some in found for part in some], np.int64).reshape(-1, 2), _firsts(found),
            np.array([column for some in asked for column in some], np.int64), _firsts(asked),
            np.array(reach, np.uint64),
        )  # fmt: skip

    def take(
        self,
        shipment: Shipment,
        flows: Flows,
        flow: NDArray[np.int64],
        is_counted: NDArray[np.bool_],
        numbers: NDArray[np.int64],
    ) -> None:
        """Take in transfers and write the counts after each into its numbers."""
        rows = flow, is_counted, shipment.sizes, shipment.hashes
        begin = 0, 0, 0, self._entries
        while begin[0] < len(shipment):
            state = self._held, self._theta, self._heap_of, self._heaps
            spans = self._spans, self._joined, self._marks
            begin = kernels.count((self._table, state, spans), flows, rows, numbers, begin)
            self._entries = begin[3]
            if begin[0] < len(shipment):
                self._make_room(flows, flow[begin[0]], shipment.sizes[begin[1] :])

    def span(self, column: int) -> Span:
        """What one column holds."""
        least, estimate, most = self._joined[column].tolist()
        return Span(least, estimate, most)

    def _make_room(self, flows: Flows, which: int, sizes: NDArray[np.int64]) -> None:
        parts = flows[0][flows[1][which] : flows[1][which + 1]]
        total = int(sizes[: len(parts)].sum())
        size = len(self._table)
        while 2 * (self._entries + total) > size:
            size *= 4
        if size > len(self._table):
            larger = _table(size)
            kernels.rehash(self._table, larger)
            self._table = larger
        for kind in set(parts[:, 0].tolist()):
            for column in range(len(self._joined) - 1):
                count = column * TYPES + kind
                if self._heap_of[count] < 0 and self._held[count] + total > self._heaps.shape[1]:
                    self._add_heap(column, kind)

    def _add_heap(self, column: int, kind: int) -> None:
        heap = np.empty(self._heaps.shape[1], np.uint64)
        kernels.fill_heap(heap, self._table, np.uint64(kind + 1), np.uint64(1 << column))
        self._heap_of[column * TYPES + kind] = len(self._heaps)
        self._heaps = np.concatenate((self._heaps, heap[None]))


def _table(size: int) -> NDArray[np.uint64]:
    return np.zeros((size, 2), np.uint64)


def _firsts(some: Sequence[Sequence[object]]) -> NDArray[np.int64]:
    return np.cumsum([0, *(len(each) for each in some)], dtype=np.int64)


def _marks(types: dict[str, int]) -> NDArray[np.int64]:
    """Of each type where its mark is counted."""
    return np.array([IS_MARK if is_mark(name) else types.get(mark_of(name), UNMARKED) for name in types], np.int64)


def _bits(columns: dict[tuple[str, ...], int], recipient: str) -> int:
    return sum(1 << column for recipients, column in columns.items() if recipient in recipients)
