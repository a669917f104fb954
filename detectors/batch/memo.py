"""What Python said of distinct byte strings, remembered where compiled loops can look it up.

A loop that meets an unknown string puts it in, unanswered; Python answers all of them between two runs. A string is
known by two hashes of 64 bits.
"""

from typing import Any, Final

import numpy as np

from detectors.batch.bytes import Array, compiled
from detectors.batch.layout import MEMO_WIDTH

FULL: Final = -1
_OFFSET: Final = np.uint64(0xCBF29CE484222325)
_PRIME: Final = np.uint64(0x100000001B3)
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_OTHER: Final = np.uint64(0xD6E8FEB86659FD93)
_SHIFT: Final = np.uint64(29)
_HEAD: Final = 8


@compiled
def number_of(buf: Array, place: Any, extra: Any, work: Array, base: Any, most: Any) -> Any:
    """The number of a string under an extra key, new if it is unknown; FULL if there is no room.

    Args:
        buf: where the string stands.
        place: where it begins and ends.
        extra: a number that is part of the key.
        work: holds the memo: how many strings there are; by string two hashes, place and extra key; slots.
        base: where.
        most: how many strings it has room for.
    """
    low, high = place
    one = (_OFFSET ^ np.uint64(extra)) * _MIX
    other = one ^ _OTHER
    for at in range(low, high):
        byte = np.uint64(buf[at])
        one = (one ^ byte) * _PRIME
        other = (other + byte) * _OTHER
        other ^= other >> _SHIFT
    one = (one ^ (one >> _SHIFT)) * _MIX
    one ^= one >> _SHIFT
    first, second = np.int64(one), np.int64(other)
    slots = base + _HEAD + most * MEMO_WIDTH
    slot = first & (4 * most - 1)
    while work[slots + slot]:
        row = base + _HEAD + MEMO_WIDTH * (work[slots + slot] - 1)
        if work[row] == first and work[row + 1] == second and work[row + 4] == extra:
            return work[slots + slot] - 1
        slot = (slot + 1) & (4 * most - 1)
    number = work[base]
    if number >= most:
        return np.int64(FULL)
    row = base + _HEAD + MEMO_WIDTH * number
    work[row], work[row + 1], work[row + 2], work[row + 3], work[row + 4] = first, second, low, high, extra
    work[base] = number + 1
    work[slots + slot] = number + 1
    return number


def clear(work: Array, base: int, most: int) -> None:
    """Forget everything."""
    work[base : base + _HEAD + most * (MEMO_WIDTH + 4)] = 0


def asked(work: Array, base: int, first: int) -> list[list[int]]:
    """Rows of the strings from a number on."""
    count = int(work[base])
    rows = work[base + _HEAD : base + _HEAD + MEMO_WIDTH * count].reshape(-1, MEMO_WIDTH)
    return rows[first:].tolist()  # type: ignore[no-any-return]  # rows of integers
