"""Ledgers that stay open between transactions, within a bound of memory."""

from collections import OrderedDict, defaultdict
from typing import Final

from collector.ledger import Cell, Ledger

_MOST_ROWS: Final = 512
_LEAST_FOLDED: Final = 64 << 10
"""A cell's growth is folded into it after so many rows, or once it outweighs both the cell and so many bytes: a person
is then written about twice, however large the ledger is."""
_MOST_BYTES: Final = 256 << 20
_EMPTY_BYTES: Final = 16 << 10
"""What an open ledger takes beside its sketches."""

LedgerKey = tuple[str, int]
"""(organisation, year)."""


class Weight:
    """What a cell weighs in the store: itself, and the rows of its growth."""

    def __init__(self) -> None:
        self.cell_bytes = 0
        self.rows = 0
        self.growth_bytes = 0

    @property
    def is_due(self) -> bool:
        """Whether the growth is worth folding in."""
        return self.rows >= _MOST_ROWS or self.growth_bytes > max(_LEAST_FOLDED, self.cell_bytes)


class OpenLedger:
    """One ledger, what its cells weigh, and how new it is.

    Args:
        key: whose, and of which year.
        era: counts how often it was rebuilt.
    """

    def __init__(self, key: LedgerKey, era: int) -> None:
        self.ledger = Ledger(*key)
        self.era = era
        self.revision = -1
        self._weights: defaultdict[Cell, Weight] = defaultdict(Weight)

    def weigh(self, cell: Cell, some_bytes: int, *, is_whole: bool = False) -> Weight:
        """Note a row of growth, or the cell with all its growth in it."""
        weight = self._weights[cell]
        if is_whole:
            weight = self._weights[cell] = Weight()
            weight.cell_bytes = some_bytes
        else:
            weight.rows += 1
            weight.growth_bytes += some_bytes
        return weight

    @property
    def held_bytes(self) -> int:
        """About how much memory it takes: cells, totals and Python's own."""
        return _EMPTY_BYTES + 2 * sum(each.cell_bytes + each.growth_bytes for each in self._weights.values())


class OpenLedgers:
    """The ledgers used last."""

    def __init__(self) -> None:
        self._open: OrderedDict[LedgerKey, OpenLedger] = OrderedDict()
        self._used: dict[LedgerKey, int] = {}
        """Those used since the last trimming, by what they weighed before."""
        self._held = 0

    def __getitem__(self, key: LedgerKey) -> OpenLedger:
        return self._open[key]

    def take(self, key: LedgerKey, era: int) -> OpenLedger:
        """The open ledger; a new empty one if it is not open or was rebuilt since."""
        opened = self._open.get(key)
        if opened is None or opened.era != era:
            self.drop(key)
            opened = self._open[key] = OpenLedger(key, era)
            self._used[key] = 0
        elif key not in self._used:
            self._used[key] = opened.held_bytes
            self._open.move_to_end(key)
        return opened

    def drop(self, key: LedgerKey) -> None:
        """Close one."""
        opened = self._open.pop(key, None)
        if opened is not None:
            before = self._used.pop(key, None)
            self._held -= opened.held_bytes if before is None else before

    def clear(self) -> None:
        """Close all: what was not kept is forgotten with them, for ledgers grow in place."""
        self._open.clear()
        self._used.clear()
        self._held = 0

    def trim(self) -> None:
        """Close the ones not used for longest, after a transaction."""
        self._held += sum(self._open[key].held_bytes - before for key, before in self._used.items())
        self._used.clear()
        while self._held > _MOST_BYTES and len(self._open) > 1:
            self.drop(next(iter(self._open)))
