"""What the digits and letters of a candidate prove: the checks of the commonest kinds, compiled.

Each is its detector's ``check`` over again; a property test holds them together. Kinds that are not here are asked in
Python, once for each distinct value.
"""

from typing import Any, Final

import numpy as np

from detectors.batch.bytes import DIGIT, Array, compiled, has, rfind
from detectors.batch.layout import BITS, COUNTIES, DIGITS, MOST_WORDS, PREFIXES, PROVINCES, WORDS

LEAVE: Final = -1.0
"""The plain scanner must look."""


@compiled
def bit(table: Array, at: Any) -> Any:
    """Whether a bit is set."""
    return (table[BITS + (at >> 5)] >> (at & 31)) & 1 != 0


@compiled
def key_of(buf: Array, low: Any, high: Any, kind: Any) -> Any:
    """Key of a word in lower case among the words of a kind."""
    key = (np.uint64(0xCBF29CE484222325) ^ np.uint64(kind)) * np.uint64(0x9E3779B97F4A7C15)
    for at in range(low, high):
        byte = np.uint64(buf[at])
        if np.uint64(65) <= byte <= np.uint64(90):
            byte |= np.uint64(32)
        key = (key ^ byte) * np.uint64(0x100000001B3)
    return np.int64(key ^ (key >> np.uint64(29)))


@compiled
def is_in(work: Array, key: Any) -> Any:
    """Whether a key is in an open-addressed table."""
    slot = key & (MOST_WORDS - 1)
    while work[WORDS + slot] != 0:
        if work[WORDS + slot] == key:
            return True
        slot = (slot + 1) & (MOST_WORDS - 1)
    return False


@compiled
def number(buf: Array, low: Any, high: Any) -> Any:
    """The value of some digits."""
    whole = np.int64(0)
    for at in range(low, high):
        whole = whole * 10 + (np.int64(buf[at]) - 48)
    return whole


@compiled
def is_day(day: Any) -> Any:
    """Whether YYYYMMDD is a day of the calendar between 1850 and 2099."""
    year, month, date = day // 10_000, day // 100 % 100, day % 100
    if not (1850 <= year < 2100 and 1 <= month <= 12 and 1 <= date <= 31):
        return False
    if month == 2:
        is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return date <= (29 if is_leap else 28)
    return date <= 30 or month not in (4, 6, 9, 11)


@compiled
def squeeze(buf: Array, low: Any, high: Any, work: Array) -> Any:
    """Write out what is no blank, hyphen or plus sign, letters as capitals, and say how many bytes these are."""
    size = 0
    for at in range(low, high):
        byte = buf[at]
        if byte in (32, 45, 43, 40, 41) or size == 64:
            continue
        work[DIGITS + size] = byte - 32 if 97 <= byte <= 122 else byte
        size += 1
    return size


@compiled
def luhn(work: Array, size: Any) -> Any:
    """Whether digits satisfy the Luhn formula."""
    total: Any = 0
    for step in range(size):
        digit = np.int64(work[DIGITS + size - 1 - step]) - 48
        if step & 1:
            digit = digit * 2 - 9 if digit > 4 else digit * 2
        total += digit
    return total % 10 == 0


@compiled
def distinct(work: Array, size: Any) -> Any:
    """How many different digits there are."""
    seen: Any = 0
    for at in range(size):
        seen |= 1 << (np.int64(work[DIGITS + at]) & 15)
    count = 0
    while seen:
        seen &= seen - 1
        count += 1
    return count


@compiled
def mod_11_2(work: Array) -> Any:
    """Whether 17 digits and a check character satisfy ISO 7064 MOD 11-2."""
    total: Any = 0
    weight = 1
    for step in range(16, -1, -1):
        weight = weight * 2 % 11
        total += weight * (np.int64(work[DIGITS + step]) - 48)
    check = (12 - total % 11) % 11
    return np.int64(work[DIGITS + 17]) == (88 if check == 10 else 48 + check)


@compiled
def resident_id(work: Array, size: Any, known: Array, today: Any) -> Any:
    """``resident_id.check``."""
    county = number(work, DIGITS + 0, DIGITS + 6)
    if size != 18:
        return (
            0.3 if bit(known, COUNTIES + county) and is_day(19_000_000 + number(work, DIGITS + 6, DIGITS + 12)) else 0.0
        )
    day = number(work, DIGITS + 6, DIGITS + 14)
    if not is_day(day) or day > today or not mod_11_2(work):
        return 0.0
    if bit(known, COUNTIES + county):
        return 0.9
    return 0.6 if bit(known, PROVINCES + county // 10_000) else 0.0


@compiled
def hmt_permit(work: Array, today: Any) -> Any:
    """``hmt_residence_permit.check``."""
    day = number(work, DIGITS + 6, DIGITS + 14)
    return 0.9 if is_day(day) and day <= today and mod_11_2(work) else 0.0


@compiled
def mobile(buf: Array, place: Any, work: Array, size: Any, known: Array) -> Any:
    """``mobile.check``."""
    start, end, low, high = place
    is_known = bit(known, PREFIXES + number(work, DIGITS + size - 11, DIGITS + size - 8))
    if end - start == 11:
        return 0.5 if is_known else 0.2
    if not is_known:
        return 0.0
    if size == end - start:
        return 0.55 if buf[start] == 48 else 0.45
    if buf[start] == 43:
        return 0.9
    # ``before(2)[:1]`` is the byte before the last where there are two, else the only one.
    is_row = start > low and has(buf[max(low, start - 2)], DIGIT)
    return 0.3 if is_row or (end + 1 < high and has(buf[end + 1], DIGIT)) else 0.75


@compiled
def bank_card(work: Array, size: Any, is_bare: Any) -> Any:
    """``bank_card.check``."""
    if not luhn(work, size) or distinct(work, size) < 4:
        return 0.0
    for length in range(5, 11):
        if is_in(work, key_of(work, DIGITS, DIGITS + length, size)):
            return 0.6 if is_bare else 0.9
    if size not in (13, 14, 15, 16, 19):
        return 0.0
    first, second = number(work, DIGITS + 0, DIGITS + 1), number(work, DIGITS + 0, DIGITS + 2)
    is_network = first in (2, 4, 9) or second in (34, 35, 37, 60, 62, 65, 81) or 51 <= second <= 55
    return 0.22 if is_network else 0.0


@compiled
def email(buf: Array, place: Any, work: Array) -> Any:
    """``email.check``."""
    start, end, low, high = place
    at = rfind(buf, 64, start, end)
    if at - start > 64 or is_in(work, key_of(buf, start, at, MACHINE)) or not _is_mailbox(buf, start, at, end):
        return 0.0
    dot = rfind(buf, 46, at, end)
    if not is_in(work, key_of(buf, dot + 1, end, DOMAIN)):
        return 0.0
    before = buf[start - 1] if start > low else 0
    after = buf[end] if end < high else 0
    is_url = start >= low + 3 and before == 47 and buf[start - 2] == 47 and buf[start - 3] == 58
    return 0.0 if is_url or before == 42 or (before == 58 and after in (47, 58)) else 0.9


DOMAIN: Final = 101
MACHINE: Final = 102


@compiled
def _is_mailbox(buf: Array, start: Any, at: Any, end: Any) -> Any:
    if at > start and buf[at - 1] == 46:
        return False
    for place in range(start, at - 1):
        if buf[place] == 46 and buf[place + 1] == 46:
            return False
    for place in range(at, end):
        if buf[place] in (64, 46):
            following = buf[place + 1] if place + 1 < end else 46
            if following in (46, 45) or (place > at and buf[place - 1] == 45):
                return False
    return buf[end - 1] != 45
