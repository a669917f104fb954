"""Columns under names that say nothing, told by what fills them: personal names, addresses, telephones.

One value proves little (柳州 may be a person), a column of them does, if few repeat.
"""

from collections.abc import Container, Iterator, Sequence
from itertools import islice
import re
from typing import Final

from msgspec import Struct

from detectors.columns import Columns
from detectors.detector import Check
from detectors.finding import Candidate

_FEWEST: Final = 20
_SHARE: Final = 0.8
"""Values that a column must have, and the share that must look the same."""
_DIFFERENT: Final = 0.5
"""Share of the values that must differ: cities and wards repeat, persons do not."""
_WIDEST: Final = 256
"""Columns of a table that are looked at."""
_LONGEST: Final = 512


class Filling(Struct, frozen=True):
    """What a column may be full of."""

    number: int
    """Of the detector."""
    value: re.Pattern[bytes]
    check: Check


class Filled(Struct, frozen=True):
    """A value in such a column."""

    number: int
    start: int
    end: int
    belief: float
    """By the value itself."""


def filled(
    columns: Columns, opaque: Container[int], fillings: Sequence[Filling], example: Candidate
) -> Iterator[Filled]:
    """The values of the columns that are full of one thing.

    Args:
        columns: a table.
        opaque: numbers of the columns whose names say nothing. What stands where a name should is one too if it could
            be a value itself: then the table has no header.
        fillings: what they may be full of.
        example: any candidate in the table's content, for what all of them share.
    """
    for column in range(width(columns)):
        name = columns.names[column] if columns.names else b""
        possible = fillings if column in opaque else [each for each in fillings if _could_be(name, each, example)]
        cells = [(start, end) for start, end in columns.cells(column) if start < end <= start + _LONGEST]
        if not possible or len(cells) < _FEWEST:
            continue
        for filling in possible:
            if len(_those(cells[:_FEWEST], filling, example)) >= _SHARE * _FEWEST:
                found = _those(cells, filling, example)
                different = {example.content[each.start : each.end] for each in found}
                if len(found) >= _SHARE * len(cells) and len(different) >= _DIFFERENT * len(found):
                    yield from found
                    break


def _those(cells: Sequence[tuple[int, int]], filling: Filling, example: Candidate) -> list[Filled]:
    found: list[Filled] = []
    for start, end in cells:
        if filling.value.fullmatch(example.content, start, end):
            belief = filling.check(Candidate(example.content, start, end, "", example.media, example.on))
            if belief > 0.0:
                found.append(Filled(filling.number, start, end, belief))
    return found


def _could_be(name: bytes, filling: Filling, example: Candidate) -> bool:
    is_shaped = filling.value.fullmatch(name) is not None
    return is_shaped and filling.check(Candidate(name, 0, len(name), "", example.media, example.on)) > 0.0


def width(columns: Columns) -> int:
    """How many columns a table has, names or not."""
    return min(len(columns.names), _WIDEST) or next(
        (at for at in range(_WIDEST) if not any(islice(columns.cells(at), 1))), _WIDEST
    )
