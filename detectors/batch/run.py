"""The loop over many contents: the one function that is called from Python, and the only one that is kept compiled."""

from typing import Any, Final

from detectors.batch.bytes import Array, compiled, outermost
from detectors.batch.layout import STATE
from detectors.batch.scan import LEAVE, READ, UNPACK, hits_of, whole_values
from detectors.batch.spans import may_be_packed, needs_reading
from detectors.batch.tabular import note_table

WAITING: Final = -9
"""Not looked at yet."""
AS_IT_IS: Final = 1
"""Encodings are undone already."""
UNPACKED: Final = 2
A_FORM: Final = 8


@compiled
def _look(buf: Array, what: Any, today: Any, known: Array, work: Array, floats: Array) -> Any:
    """0 if a content surely holds nothing; else why that cannot be said."""
    low, high, media, flags, whole = what
    for at in range(4):
        work[STATE + at] = 0
    if not flags & AS_IT_IS and needs_reading(buf, low, high, flags & A_FORM != 0):
        return READ
    if not flags & UNPACKED and may_be_packed(buf, low, high):
        return UNPACK
    note_table(buf, (low, high), media, known, work)
    if work[STATE + 2] != LEAVE:
        whole_values(buf, (low, high), (media, whole, today), known, work, floats)
    if work[STATE + 2] != LEAVE:
        hits_of(buf, (low, high), (media, whole, today), known, work, floats)
    return work[STATE + 2]


@outermost
def look_at_all(buf: Array, pieces: Array, today: Any, tables: Any) -> None:
    """Look at every content that waits.

    Args:
        buf: all contents, each with a line feed in front of it and two behind.
        pieces: rows of (where it begins, where it ends, media, flags, number of its own name, result, masked values).
        today: the day of the transfer as YYYYMMDD.
        tables: ``known``, ``work`` and ``floats``, as ``layout`` says.
    """
    known, work, floats = tables
    for number in range(len(pieces)):
        piece = pieces[number]
        if piece[5] == WAITING:
            what = (piece[0], piece[1], piece[2], piece[3], piece[4])
            piece[5] = _look(buf, what, today, known, work, floats)
            piece[6] = work[STATE + 1]
