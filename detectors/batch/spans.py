"""Every match of every pattern in one piece of content: what an engine does, compiled.

Most places are passed by after one look at three bytes; where a pattern may begin, its automaton walks.
"""

from typing import Any, Final

import numpy as np

from detectors.batch.bytes import BEYOND, HEX, KIND, LEAD, NOT_TEXT, PACK, SPECIAL, WORD, Array, compiled, has, inlined
from detectors.batch.layout import CLASSES, LONGEST, MAY_BEGIN, MOST_PATTERNS, MOST_SPANS, OPENS, SPANS, TOUCHED

_ANYWHERE: Final = 6
"""Bits of the automata that start at any place: parts and what has a lead."""
_PART_WALK: Final = 1
_LEAD_WALK: Final = 2
_LONGEST_LEAD: Final = 64
_SHORTEST_PACKED: Final = 44
_HEAD: Final = 64
_SAMPLE: Final = 2_048

OVERFLOW: Final = -1


@compiled
def needs_reading(buf: Array, low: Any, high: Any, is_form: Any) -> Any:
    """Whether ``readable`` could change the content: false only if it surely would not."""
    seen = 0
    for at in range(low, high):
        seen |= KIND[buf[at]]
    if seen & BEYOND and not _is_plain_utf8(buf, low, high):
        return True
    return bool(seen & SPECIAL) and _has_encoded(buf, low, high, is_form)


@compiled
def _has_encoded(buf: Array, low: Any, high: Any, is_form: Any) -> Any:
    percents = 0
    for at in range(low, high):
        byte = buf[at]
        if not has(byte, SPECIAL):
            continue
        if byte == 37:
            percents += at + 2 < high and has(buf[at + 1], HEX) and has(buf[at + 2], HEX)
            if percents > 1 or (is_form and percents):
                return True
        elif byte == 43:
            if is_form:
                return True
        elif _is_encoded(buf, at, low, high):
            return True
    return False


@compiled
def _is_encoded(buf: Array, at: Any, low: Any, high: Any) -> Any:
    byte = buf[at]
    if byte == 92 or byte == 38:
        following = buf[at + 1] if at + 1 < high else 0
        if byte == 92:
            # u " / n r t \
            return following in (117, 34, 47, 110, 114, 116, 92)
        # & of an entity: # q a l g n
        return following in (35, 113, 97, 108, 103, 110) and _has_semicolon(buf, at, high)
    return at - low < _SAMPLE


@compiled
def _has_semicolon(buf: Array, at: Any, high: Any) -> Any:
    for place in range(at + 1, min(high, at + 11)):
        if buf[place] == 59:
            return True
    return False


@compiled
def _is_plain_utf8(buf: Array, low: Any, high: Any) -> Any:
    """Whether this is UTF-8 without forms that are folded."""
    at = low
    while at < high:
        byte = buf[at]
        if byte < 0x80:
            at += 1
            continue
        size = _size_of(byte)
        if not size or at + size > high or not _is_sequence(buf, at, size):
            return False
        if byte == 0xEF and _is_wide(buf[at + 1], buf[at + 2]):
            return False
        at += size
    return True


@compiled
def _size_of(byte: Any) -> Any:
    if 0xC2 <= byte <= 0xDF:
        return 2
    if 0xE0 <= byte <= 0xEF:
        return 3
    return 4 if 0xF0 <= byte <= 0xF4 else 0


@compiled
def _is_sequence(buf: Array, at: Any, size: Any) -> Any:
    for place in range(at + 1, at + size):
        if buf[place] & 0xC0 != 0x80:
            return False
    first, second = buf[at], buf[at + 1]
    if first == 0xE0:
        return second >= 0xA0
    if first == 0xED:
        return second < 0xA0
    if first == 0xF0:
        return second >= 0x90
    return first != 0xF4 or second < 0x90


@compiled
def _is_wide(second: Any, third: Any) -> Any:
    if second == 0xBC:
        return third in (0x8B, 0x8D, 0x8E, 0x9D, 0xBF) or 0x90 <= third <= 0x9A or 0xA0 <= third <= 0xBA
    return second == 0xBD and 0x81 <= third <= 0x9A


@compiled
def may_be_packed(buf: Array, low: Any, high: Any) -> Any:
    """Whether a run may hold text in base64 or hex: false only if none surely does."""
    at = low + _SHORTEST_PACKED - 1
    while at < high:
        if not has(buf[at], PACK):
            at += _SHORTEST_PACKED
            continue
        start, end = at, at
        while start > low and has(buf[start - 1], PACK):
            start -= 1
        while end < high and has(buf[end], PACK):
            end += 1
        if end - start >= _SHORTEST_PACKED and _may_hold_text(buf, start, end):
            return True
        at = end + _SHORTEST_PACKED
    return False


@compiled
def _may_hold_text(buf: Array, start: Any, end: Any) -> Any:
    is_hex = (end - start) % 2 == 0
    for at in range(start, end):
        if not has(buf[at], HEX):
            is_hex = False
            break
    return _hex_is_text(buf, start, end) if is_hex else _base64_is_text(buf, start, end)


@compiled
def _hex_is_text(buf: Array, start: Any, end: Any) -> Any:
    for at in range(start, end - 1, 2):
        if has(_nibble(buf[at]) << 4 | _nibble(buf[at + 1]), NOT_TEXT):
            return False
    return True


@compiled
def _nibble(byte: Any) -> Any:
    return np.int64(byte) - 48 if byte < 58 else (np.int64(byte) & 15) + 9


@compiled
def _base64_is_text(buf: Array, start: Any, end: Any) -> Any:
    if (end - start) % 4 == 1:
        return False
    for at in range(start, end - 3, 4):
        whole = np.int64(0)
        for step in range(4):
            whole = whole << 6 | _sextet(buf[at + step])
        if has(whole >> 16, NOT_TEXT) or has(whole >> 8 & 255, NOT_TEXT) or has(whole & 255, NOT_TEXT):
            return False
    return True


@compiled
def _sextet(byte: Any) -> Any:
    letter = np.int64(byte)
    if letter >= 97:
        return letter - 71
    if letter >= 65:
        return 63 if letter == 95 else letter - 65
    if letter >= 48:
        return letter + 4
    return 63 if letter == 47 else 62


@compiled
def spans_of(buf: Array, low: Any, high: Any, table: Array, room: Array) -> Any:
    """Note every match, as (pattern, start, end), in the room and say how many there are.

    Args:
        buf: where the content stands, with a line feed in front of it and two behind.
        low: where it begins.
        high: where it ends.
        table: the automata, and where which of them may begin.
        room: to work in.

    Returns:
        The number of spans; OVERFLOW if there is no room for them.
    """
    for number in range(MOST_PATTERNS):
        room[number] = -1
    most = MOST_SPANS
    asked = 15 if _may_be_masked(buf, low, high) else 7
    count = 0
    before = True
    key = np.int64(buf[low] & 31) << 5 | np.int64(buf[low + 1] & 31)
    for at in range(low, high):
        key = (key << 5 | np.int64(buf[at + 2] & 31)) & 32767
        may = table[MAY_BEGIN + (key >> 3)] >> ((key & 7) << 2) & asked
        if may:
            if not before:
                may &= _ANYWHERE
            for which in range(4):
                if may >> which & 1 and _reaches(buf, at, high, which, table):
                    count = _walk(buf, (at, low, high), which, table, room, count)
                    if count > most:
                        return OVERFLOW
        before = not has(buf[at], WORD)
    return count


@inlined
def _reaches(buf: Array, at: Any, high: Any, which: Any, table: Array) -> Any:
    """Whether any pattern of an automaton ends behind a place: mostly none does, and that must be quick."""
    base = CLASSES + (which << 8)
    state = table[table[which] + table[base + np.int64(buf[at])]]
    place = at + 1
    while state and not table[state] and place < high:
        state = table[state + table[base + np.int64(buf[place])]]
        place += 1
    return state != 0 and table[state] != 0


@compiled
def _may_be_masked(buf: Array, low: Any, high: Any) -> Any:
    for at in range(low, high):
        byte = buf[at]
        if byte == 42 or (byte | 32 == 120 and buf[at + 1] | 32 == 120):
            return True
    return False


@compiled
def _walk(buf: Array, where: Any, which: Any, table: Array, room: Array, count: Any) -> Any:
    """Follow one automaton from a place; of each pattern that ends the longest match is noted."""
    at, low, high = where
    if which == _LEAD_WALK and (at == low or not has(buf[at - 1], LEAD)):
        return count
    first = count
    base = CLASSES + (which << 8)
    state = table[table[which] + table[base + np.int64(buf[at])]]
    place = at + 1
    touched = 0
    while state:
        ended = table[state]
        if ended:
            is_bounded = which == _PART_WALK or place == high or not has(buf[place], WORD)
            touched = _touch(table, ended, is_bounded, place, room, touched)
        if place == high:
            break
        state = table[state + table[base + np.int64(buf[place])]]
        place += 1
    for one in range(touched):
        count = _note(room, room[TOUCHED + one], at, count)
    if which == _LEAD_WALK:
        _take_leads(buf, low, room, first, count)
    return count


@compiled
def _touch(table: Array, ended: Any, is_bounded: Any, place: Any, room: Array, touched: Any) -> Any:
    for member in range(ended + 1, ended + 1 + table[ended]):
        number = table[member]
        if is_bounded or table[OPENS + number]:
            if room[LONGEST + number] < 0:
                room[TOUCHED + touched] = number
                touched += 1
            room[LONGEST + number] = place
    return touched


@compiled
def _note(room: Array, number: Any, at: Any, count: Any) -> Any:
    end = room[LONGEST + number]
    room[LONGEST + number] = -1
    if at < room[number]:
        return count
    room[number] = end
    span = SPANS + 3 * count
    room[span], room[span + 1], room[span + 2] = number, at, end
    return count + 1


@compiled
def _take_leads(buf: Array, low: Any, room: Array, first: Any, count: Any) -> None:
    for row in range(first, count):
        start = room[SPANS + 3 * row + 1]
        least = max(low, start - _LONGEST_LEAD)
        while start > least and has(buf[start - 1], LEAD):
            start -= 1
        room[SPANS + 3 * row + 1] = start
