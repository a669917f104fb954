"""The name in front of a value: ``detectors.fields``, compiled.

Where that goes on to look further (siblings, objects around), this says so, and the content is left to it.
"""

from typing import Any, Final

from detectors.batch.bytes import LETTER, NAME, SPACE, Array, compiled, find, has, rfind, run_of

NOTHING: Final = 0
DIRECT: Final = 1
"""The name stands right in front: if it is a mere holder's, its sibling decides."""
AROUND: Final = 2
"""The name is that of the text around the value."""
WHOLE: Final = 3
"""There is none but that of the whole content."""
LEAVE: Final = 4
"""The plain scanner must look."""
ONE: Final = 5
"""One value stands behind a name."""

_QUOTE: Final = 34
_APOSTROPHE: Final = 39
_COLON: Final = 58
_EQUALS: Final = 61
_BLANK: Final = 32
_TAB: Final = 9
_OPENING: Final = 60
_CLOSING: Final = 62
_REACH: Final = 256
_NAME_REACH: Final = 64
_DATA: Final = b"<![CDATA["
_DATA_SIZE: Final = len(_DATA)


@compiled
def is_quote(byte: Any) -> Any:
    """Whether a byte is a quotation mark."""
    return byte == _QUOTE or byte == _APOSTROPHE


@compiled
def is_blank(byte: Any) -> Any:
    """Whether a byte is a blank or a tab."""
    return byte == _BLANK or byte == _TAB


@compiled
def is_word(buf: Array, low: Any, high: Any, word: Any) -> Any:
    """Whether a word in lower case stands there, in any case."""
    if high - low != len(word):
        return False
    for at in range(len(word)):
        byte = buf[low + at]
        if 65 <= byte <= 90:
            byte += 32
        if byte != word[at]:
            return False
    return True


@compiled
def is_tail(buf: Array, low: Any, high: Any) -> Any:
    """Whether a word of a label needs the one in front of it."""
    size = high - low
    if size < 2 or size > 7:
        return False
    return (
        is_word(buf, low, high, b"no")
        or is_word(buf, low, high, b"no.")
        or is_word(buf, low, high, b"number")
        or is_word(buf, low, high, b"num")
        or is_word(buf, low, high, b"id")
        or is_word(buf, low, high, b"code")
        or is_word(buf, low, high, b"date")
        or is_word(buf, low, high, b"name")
        or is_word(buf, low, high, b"address")
    )


@compiled
def name_before(buf: Array, at: Any, low: Any) -> Any:
    """(how, start, end) of the name that ends in front of ``at``, as ``fields.name_before`` says."""
    end = at
    while end > low and buf[end - 1] == _BLANK:
        end -= 1
    if end == low:
        return DIRECT, low, low
    least = max(low, end - _NAME_REACH)
    last = buf[end - 1]
    if is_quote(last):
        opening = rfind(buf, last, least, end - 1)
        return DIRECT, opening + 1 if opening >= 0 else least, end - 1
    start = end
    while start > least and has(buf[start - 1], NAME):
        start -= 1
    if start == least or not is_tail(buf, start, end):
        return DIRECT, start, end
    if buf[start - 1] != _BLANK:
        return LEAVE, start, end
    start -= 1
    while start > least and has(buf[start - 1], NAME):
        start -= 1
    return DIRECT, start, end


@compiled
def name_of(buf: Array, start: Any, low: Any) -> Any:
    """(how, start, end) of the name that stands nearest in front of a value, columns apart."""
    if start > low + 3 and buf[start - 1] == _QUOTE and buf[start - 2] == _COLON and buf[start - 3] == _QUOTE:
        least = max(low, start - _NAME_REACH)
        opening = rfind(buf, _QUOTE, least, start - 3)
        return DIRECT, opening + 1 if opening >= 0 else least, start - 3
    at = start - 1
    if at >= low and is_quote(buf[at]):
        at -= 1
    while at >= low and buf[at] == _BLANK:
        at -= 1
    if at < low:
        return WHOLE, low, low
    if buf[at] == _CLOSING and at > low and buf[at - 1] in (45, _EQUALS):
        return name_before(buf, at - 1, low)
    if buf[at] == _COLON or buf[at] == _EQUALS:
        return name_before(buf, at, low)
    return AROUND, low, low


@compiled
def further(buf: Array, start: Any, low: Any) -> Any:
    """(how, start, end) of an element's name or that of the text around a value."""
    least = max(low, start - _REACH)
    end = start
    if end - least >= _DATA_SIZE and is_data(buf, end - _DATA_SIZE, end):
        end -= _DATA_SIZE
    opening = rfind(buf, _OPENING, least, end)
    if opening >= 0:
        closing = _end_of_element(buf, opening, end)
        if closing:
            return DIRECT, opening + 1, closing
    return around(buf, least, end)


@compiled
def is_data(buf: Array, at: Any, high: Any) -> Any:
    """Whether character data is opened here."""
    if high - at < _DATA_SIZE:
        return False
    for step in range(_DATA_SIZE):
        if buf[at + step] != _DATA[step]:
            return False
    return True


@compiled
def _end_of_element(buf: Array, opening: Any, end: Any) -> Any:
    """Where the name of an element ends that is opened here and ends in front of the value; 0 if none is."""
    if opening + 1 >= end:
        return 0
    first = buf[opening + 1]
    if not (has(first, LETTER) or first == 95 or first >= 0x80):
        return 0
    at = opening + 2
    while at < end and at - opening <= 64 and not has(buf[at], SPACE) and buf[at] not in (_OPENING, _CLOSING, 47):
        at += 1
    closing = find(buf, _CLOSING, at, end)
    if closing < 0 or run_of(buf, SPACE, closing + 1, end) != end:
        return 0
    return at


@compiled
def around(buf: Array, least: Any, end: Any) -> Any:
    """(how, start, end) of the name whose value the text in front ends in."""
    for mark in range(4):
        at = _last_mark(buf, mark, least, end)
        if at >= 0 and not _is_covered(buf, mark, at, end):
            how, start, stop = name_before(buf, at, least)
            return (AROUND if how == DIRECT else how), start, stop
    return WHOLE, least, least


@compiled
def _last_mark(buf: Array, mark: Any, least: Any, end: Any) -> Any:
    """Where the colon or equals sign of the last ``":``, ``" :``, ``':`` or ``=`` stands; -1 if there is none."""
    for at in range(end - 1, least - 1, -1):
        byte = buf[at]
        if mark == 3:
            if byte == _EQUALS:
                return at
        elif byte == _COLON and _is_marked(buf, mark, at, least):
            return at
    return -1


@compiled
def _is_marked(buf: Array, mark: Any, at: Any, least: Any) -> Any:
    if mark == 1:
        return at - 2 >= least and buf[at - 1] == _BLANK and buf[at - 2] == _QUOTE
    return at - 1 >= least and buf[at - 1] == (_QUOTE if mark == 0 else _APOSTROPHE)


@compiled
def _is_covered(buf: Array, mark: Any, at: Any, end: Any) -> Any:
    """Whether something between a mark and the value says that the value is not the name's own."""
    for place in range(at, end):
        byte = buf[place]
        if byte == 125 or byte == 93:
            return True
        if mark < 2:
            if byte == 91:
                inner = run_of(buf, SPACE, place + 1, end)
                if inner < end and buf[inner] == 91:
                    return True
        elif byte == 10 or (mark == 3 and (byte == 38 or byte == 59 or byte == 44)):
            return True
    return False
