"""The value behind a name: ``detectors.announced``, compiled.

Where that goes on to look further (lists, nested objects, pairs), this says so, and the content is left to it.
"""

from typing import Any, Final

import numpy as np

from detectors.batch.bytes import DIGIT, LETTER, MARK, RUN, SPACE, Array, compiled, find, has, rfind, run_of
from detectors.batch.names import LEAVE, NOTHING, ONE, is_blank, is_data, is_quote, is_tail, is_word, name_before

_DATA: Final = b"<![CDATA["
_QUOTE: Final = 34
_APOSTROPHE: Final = 39
_COLON: Final = 58
_EQUALS: Final = 61
_BLANK: Final = 32
_OPENING: Final = 60
_CLOSING: Final = 62
_SHORT_REACH: Final = 48
_LONGEST: Final = 512
_LONGEST_RUN: Final = 72
_MOST_BLANKS: Final = 8
_DATA_SIZE: Final = len(_DATA)
_MOST_PROSE: Final = 24
_FEWEST_PROSE: Final = 6


@compiled
def value_behind(  # noqa: PLR0911 - one for each way in which a value follows
    buf: Array, start: Any, stop: Any, low: Any, high: Any
) -> Any:
    """(how, name's start and end, value's start and end) for a part of a name, as ``announced.value_spans`` says."""
    if _may_be_paired(buf, start, high):
        return LEAVE, start, stop, stop, start
    end = start
    limit = min(start + _LONGEST_RUN, high)
    while end < limit and has(buf[end], RUN):
        end += 1
    if end >= high or has(buf[end], RUN):
        return _in_prose(buf, start, stop, high)
    if _is_rare(buf, end, high):
        return LEAVE, start, stop, stop, start
    inner = end + 1 if is_quote(buf[end]) else end
    at = inner
    while at < high and is_blank(buf[at]):
        at += 1
    if at < high and at - inner <= _MOST_BLANKS and buf[at] in (_COLON, _EQUALS, _CLOSING):
        return _behind_mark(buf, start, end, at, (low, high))
    if at > inner and _is_attribute(buf, inner, at, high):
        first, last = _element_name(buf, start, at, low)
        return LEAVE, first, last, end, end
    if _is_held(buf, end, high):
        _, first, last = name_before(buf, end + 1, low)
        return LEAVE, first, last, end, end
    return _in_prose(buf, start, stop, high)


@compiled
def _may_be_paired(buf: Array, start: Any, high: Any) -> Any:
    """Whether the next attribute or element may hold the value that a name announces."""
    end = run_of(buf, RUN, start, min(high, start + 80))
    if end + 2 >= high:
        return False
    if is_quote(buf[end]) and is_blank(buf[end + 1]):
        first = end + 1
        while first < high and is_blank(buf[first]):
            first += 1
    elif buf[end] == _OPENING and buf[end + 1] == 47:
        first = find(buf, _CLOSING, end, min(high, end + 40))
        first = run_of(buf, SPACE, first + 1, high) if first > 0 else high
        if first >= high or buf[first] != _OPENING:
            return False
        first += 1
    else:
        return False
    last = first
    while last < high and last - first < 16 and (has(buf[last], LETTER) or buf[last] == 95):
        last += 1
    return _is_holder(buf, first, last)


@compiled
def _is_rare(buf: Array, end: Any, high: Any) -> Any:
    """Whether an arrow follows a name, or a word such as *number* with a colon."""
    at = end + 1 if is_quote(buf[end]) else end
    while at < high and is_blank(buf[at]):
        at += 1
    if at + 1 < high and buf[at + 1] == _CLOSING and buf[at] in (_EQUALS, 45):
        return True
    if buf[end] != _BLANK:
        return False
    last = end + 1
    while last < high and last - end < 9 and (has(buf[last], LETTER) or buf[last] == 46):
        last += 1
    return is_tail(buf, end + 1, last)


@compiled
def _is_attribute(buf: Array, inner: Any, at: Any, high: Any) -> Any:
    """Whether ``name attribute="...">`` stands there."""
    equals = at
    while equals < high and equals - at <= 40 and buf[equals] not in (_OPENING, _CLOSING, _QUOTE, _APOSTROPHE, _EQUALS):
        equals += 1
    if equals + 1 >= high or buf[equals] != _EQUALS or not is_quote(buf[equals + 1]) or equals - inner < 2:
        return False
    if equals - (inner + 1 + min(at - inner - 1, _MOST_BLANKS)) > 32:
        return False
    for place in range(equals + 2, min(high, equals + 2 + 129)):
        if buf[place] == _CLOSING:
            return True
        if buf[place] == _OPENING:
            return False
    return False


@compiled
def _is_held(buf: Array, end: Any, high: Any) -> Any:
    """Whether ``","value":`` stands there, or another name of a mere holder."""
    if end + 4 >= high or buf[end] != _QUOTE or buf[end + 1] != 44:
        return False
    at = end + 2
    while at < high and at - end < 4 and is_blank(buf[at]):
        at += 1
    if at >= high or buf[at] != _QUOTE:
        return False
    first = at + 1
    last = first
    while last < high and last - first < 16 and (has(buf[last], LETTER) or buf[last] == 95):
        last += 1
    if last >= high or buf[last] != _QUOTE or not _is_holder(buf, first, last):
        return False
    at = last + 1
    while at < high and at - last < 3 and is_blank(buf[at]):
        at += 1
    return at < high and buf[at] == _COLON


@compiled
def _is_holder(buf: Array, first: Any, last: Any) -> Any:
    size = last - first
    if 3 <= size <= 13 and is_word(buf, last - 3, last, b"val"):
        return True
    if 5 <= size <= 15 and is_word(buf, last - 5, last, b"value"):
        return True
    return (
        is_word(buf, first, last, b"text")
        or is_word(buf, first, last, b"code")
        or is_word(buf, first, last, b"content")
        or is_word(buf, first, last, b"display")
        or is_word(buf, first, last, b"answer")
        or is_word(buf, first, last, b"data")
        or is_word(buf, first, last, b"number")
        or is_word(buf, first, last, b"num")
        or is_word(buf, first, last, b"no")
        or is_word(buf, first, last, b"v")
    )


@compiled
def may_name_another(buf: Array, at: Any, high: Any) -> Any:
    """Whether a holder's name may follow a value: then the value only names what stands there."""
    if at >= high:
        return False
    if buf[at] == _OPENING:
        return True
    if not (is_quote(buf[at]) or buf[at] == 44):
        return False
    first = at
    while first < high and first - at < 20 and (is_quote(buf[first]) or buf[first] == 44 or has(buf[first], SPACE)):
        first += 1
    last = first
    while last < high and last - first < 16 and (has(buf[last], LETTER) or buf[last] == 95):
        last += 1
    return _is_holder(buf, first, last)


@compiled
def _element_name(buf: Array, start: Any, at: Any, low: Any) -> Any:
    """Start and end of the name of the element that is opened around a place."""
    least = max(low, start - _SHORT_REACH)
    opening = rfind(buf, _OPENING, least, start)
    first = opening + 1 if opening >= 0 else least
    while first < at and has(buf[first], SPACE):
        first += 1
    last = first
    while last < at and not has(buf[last], SPACE):
        last += 1
    while last > first and buf[last - 1] == _CLOSING:
        last -= 1
    return first, last


@compiled
def _behind_mark(buf: Array, start: Any, end: Any, mark: Any, edges: Any) -> Any:
    low, high = edges
    at = mark + 1
    if mark == end + 1 and buf[end] == _QUOTE and buf[mark] == _COLON and at < high and buf[at] == _QUOTE:
        closing = find(buf, _QUOTE, at + 1, min(high, at + 1 + _LONGEST))
        if closing > 0:
            opening = rfind(buf, _QUOTE, max(low, start - _SHORT_REACH), start)
            return ONE, opening + 1 if opening >= 0 else start, end, at + 1, closing
    limit = min(high, at + 64)
    while at < limit and has(buf[at], SPACE):
        at += 1
    if buf[mark] == _CLOSING:
        first, last = _element_name(buf, start, at, low)
    else:
        how, first, last = name_before(buf, mark, low)
        if how == LEAVE:
            return LEAVE, first, last, at, -1
    return _value(buf, at, high, first, last)


@compiled
def _value(buf: Array, at: Any, high: Any, first: Any, last: Any) -> Any:
    opening = buf[at] if at < high else 0
    if is_quote(opening):
        stop = at + 1
        limit = min(high, at + 1 + _LONGEST)
        while stop < limit and buf[stop] != opening and buf[stop] != 10:
            stop += 1
        return ONE, first, last, at + 1, stop
    if opening == 91 or opening == 123:
        following = buf[at + 1] if at + 1 < high else _BLANK
        is_plain = opening == 91 and not (
            has(following, SPACE) or is_quote(following) or following in (91, 93, 123, 125)
        )
        if not is_plain:
            return LEAVE, first, last, at, at
        at += 1
    elif opening == _OPENING and is_data(buf, at, high):
        at += _DATA_SIZE
    if at >= high or has(buf[at], MARK | SPACE):
        return NOTHING, first, last, at, at
    return ONE, first, last, at, _end_of_plain(buf, at, high)


@compiled
def _end_of_plain(buf: Array, at: Any, high: Any) -> Any:
    limit = min(high, at + _LONGEST)
    stop = at + 1
    while stop < limit and not has(buf[stop], MARK) and buf[stop] != 13 and buf[stop] != 10:
        stop += 1
    stop = _next_in(buf, at, stop)
    while stop > at and has(buf[stop - 1], SPACE):
        stop -= 1
    return stop


@compiled
def _next_in(buf: Array, at: Any, stop: Any) -> Any:
    """Where a mark or the name of the next value ends a plain one."""
    place = at
    while place < stop:
        byte = buf[place]
        if byte >= 0xE3:
            if place + 2 < stop and _ends_value(byte, buf[place + 1], buf[place + 2]):
                return place
        elif is_blank(byte):
            token = place
            while token < stop and is_blank(buf[token]):
                token += 1
            last = token
            while last < stop and last - token < 25 and not has(buf[last], SPACE) and buf[last] not in (58, 61):
                last += 1
            is_name = token < last <= token + 24 and last < stop and buf[last] in (58, 61)
            # Blanks in front of what ends a value are no part of it, however many belong to the mark.
            if is_name or _is_next(buf, token, stop):
                return place
            place = token - 1
        place += 1
    return stop


@compiled
def _is_next(buf: Array, token: Any, stop: Any) -> Any:
    """Whether a long number follows, or the version of HTTP."""
    if token + 5 <= stop and is_word(buf, token, token + 5, b"http/"):
        return True
    first = token + 1 if token < stop and buf[token] == 43 else token
    return run_of(buf, DIGIT, first, min(stop, first + 7)) == first + 7


@compiled
def _ends_value(first: Any, second: Any, third: Any) -> Any:
    if first == 0xE3:
        return second == 0x80 and third == 0x82
    return first == 0xEF and second == 0xBC and (third == 0x8C or third == 0x9B)


@compiled
def _in_prose(buf: Array, start: Any, stop: Any, high: Any) -> Any:
    """What a sentence says without a mark between a name and a number."""
    at = stop
    for _ in range(6):
        size = _joint(buf, at, high)
        if size < 0:
            return LEAVE, start, stop, at, at
        if not size:
            break
        at += size
    if at == stop and buf[stop - 1] < 0x80:
        return NOTHING, start, stop, at, at
    letters = 0
    while at + letters < high and letters < 4 and has(buf[at + letters], LETTER):
        letters += 1
    if at + letters >= high or not has(buf[at + letters], DIGIT):
        return NOTHING, start, stop, at, at
    last = at
    while last < high and last - at <= _MOST_PROSE and has(buf[last], DIGIT | LETTER):
        last += 1
    if last < high and buf[last] in (40, 41):
        return LEAVE, start, stop, at, at
    if _FEWEST_PROSE <= last - at <= _MOST_PROSE:
        return ONE, start, stop, at, last
    return NOTHING, start, stop, at, at


@compiled
def _joint(buf: Array, at: Any, high: Any) -> Any:
    """How many bytes join a name and a number here; -1 where the plain scanner must look."""
    if at >= high:
        return 0
    byte = buf[at]
    if byte in (58, 32, 35, 45):
        return 1
    if byte == 78 and at + 1 < high and buf[at + 1] == 111:
        return -1
    return _han_joint(buf, at, high) if byte >= 0xE3 and at + 2 < high else 0


@compiled
def _han_joint(buf: Array, at: Any, high: Any) -> Any:
    code = (np.int64(buf[at]) & 15) << 12 | (np.int64(buf[at + 1]) & 63) << 6 | (np.int64(buf[at + 2]) & 63)
    # 证 證 号 號 为 為 是 ：
    if code in (0x8BC1, 0x8B49, 0x53F7, 0x865F, 0x4E3A, 0x70BA, 0x662F, 0xFF1A):
        following: Any = 0
        if at + 5 < high:
            following = (
                (np.int64(buf[at + 3]) & 15) << 12 | (np.int64(buf[at + 4]) & 63) << 6 | (np.int64(buf[at + 5]) & 63)
            )
        # 证件 号码 號碼
        if code == 0x8BC1 and following == 0x4EF6:
            return 6
        return 6 if (code == 0x53F7 and following == 0x7801) or (code == 0x865F and following == 0x78BC) else 3
    # 编号
    is_number = code == 0x7F16 and at + 5 < high and buf[at + 3] == 0xE5 and buf[at + 4] == 0x8F and buf[at + 5] == 0xB7
    return 6 if is_number else 0
