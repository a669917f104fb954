"""Whether a piece of content is a table: ``columns.columns_of``, compiled for lines without quotation marks."""

from typing import Any, Final

import numpy as np

from detectors.batch.bytes import DIGIT, SPACE, Array, compiled, find, has, run_of
from detectors.batch.layout import COLUMNS, MOST_COLUMNS, MOST_DETECTORS, STATE, TRAITS, VALUE_CLASSES, VALUE_STARTS
from detectors.batch.scan import CSV, FILLS, JSON, LEAVE, TEXT, XML, give_up, named

_HEADER: Final = 8_192
_FEWEST_ROWS: Final = 20
_COUNTS: Final = COLUMNS + 3 + MOST_COLUMNS
_FEWEST_ALIKE: Final = 16
"""Values of a column that must look the same for it to be full of them."""


@compiled
def note_table(buf: Array, edges: Any, media: Any, known: Array, work: Array) -> None:
    """Note the columns of a table, or that the plain scanner must look."""
    low, high = edges
    work[COLUMNS + 0] = 0
    work[COLUMNS + 2] = 0
    if media == JSON:
        if _has_rows(buf, low, high):
            give_up(work, LEAVE)
    elif media == XML:
        if _has_grid(buf, low, high):
            give_up(work, LEAVE)
    elif media == CSV or media == TEXT:
        if _is_left(buf, low, high):
            give_up(work, LEAVE)
        elif not _note_headed(buf, low, high, work):
            _note_headless(buf, low, high, work)
        if (
            work[COLUMNS]
            and work[STATE + 2] != LEAVE
            and _may_be_filled(buf, work[COLUMNS + 1], high, work[COLUMNS], known, work)
        ):
            give_up(work, LEAVE)


@compiled
def _has_rows(buf: Array, low: Any, high: Any) -> Any:
    """Whether a bracket opens right behind another."""
    for at in range(low, high):
        if buf[at] == 91:
            inner = run_of(buf, SPACE, at + 1, min(high, at + 10))
            if inner < high and buf[inner] == 91:
                return True
    return False


@compiled
def _has_grid(buf: Array, low: Any, high: Any) -> Any:
    """Whether a row of HTML begins somewhere."""
    for at in range(low, high - 2):
        if buf[at] == 60 and buf[at + 1] | 32 == 116 and buf[at + 2] | 32 == 114:
            return True
    return False


@compiled
def _is_left(buf: Array, low: Any, high: Any) -> Any:
    """Whether an INSERT stands there, or segments of HL7."""
    at = low
    while at < high and buf[at] == 11:
        at += 1
    if _stands(buf, at, high, b"MSH|"):
        return True
    for place in range(low, high):
        byte = buf[place] | 32
        if byte == 115 and (_stands(buf, place, high, b"SERT") or _stands(buf, place, high, b"sert")):
            before = buf[place - 1] | 32
            if before == 110 and place > low:
                return True
        if buf[place] == 13 and _stands(buf, place + 1, high, b"PID|") and place < low + _HEADER:
            return True
    return False


@compiled
def _stands(buf: Array, at: Any, high: Any, word: Any) -> Any:
    if at + len(word) > high:
        return False
    for step in range(len(word)):
        if buf[at + step] != word[step]:
            return False
    return True


@compiled
def _delimiter(buf: Array, low: Any, high: Any) -> Any:
    """(the likeliest delimiter, how often it stands there)."""
    best, most = 44, -1
    for mark in (44, 9, 124, 59):
        count = 0
        for at in range(low, high):
            count += buf[at] == mark
        if count > most:
            best, most = mark, count
    return best, most


@compiled
def _note_headed(buf: Array, low: Any, high: Any, work: Array) -> Any:
    """Note the table if the first line is a header of names."""
    end = find(buf, 10, low, min(high, low + _HEADER))
    if end < 0:
        return False
    first, last = low, end
    while first < last and has(buf[first], SPACE):
        first += 1
    while last > first and has(buf[last - 1], SPACE):
        last -= 1
    if _stands(buf, first, last, b"\xef\xbb\xbf"):
        first += 3
    if first == last or _is_no_header(buf, first, last):
        return False
    if _has_decimal(buf, first, last):
        give_up(work, LEAVE)
        return True
    delimiter, count = _delimiter(buf, first, last)
    line = find(buf, 10, end + 1, min(high, end + 1 + _HEADER))
    line = min(high, end + 1 + _HEADER) if line < 0 else line
    second = 0
    for at in range(end + 1, line):
        second += buf[at] == delimiter
    if count < 1 or second < count:
        return False
    return _note_names(buf, (first, last, end + 1, high), delimiter, work)


@compiled
def _is_no_header(buf: Array, first: Any, last: Any) -> Any:
    digits = 0
    for at in range(first, last):
        byte = buf[at]
        digits = digits + 1 if has(byte, DIGIT) else 0
        if digits == 5 or byte in (123, 125, 60, 62, 61, 58, 38, 64):
            return True
    return False


@compiled
def _has_decimal(buf: Array, first: Any, last: Any) -> Any:
    for at in range(first + 1, last - 1):
        if buf[at] == 46 and has(buf[at - 1], DIGIT) and has(buf[at + 1], DIGIT):
            return True
    return False


@compiled
def _note_names(buf: Array, edges: Any, delimiter: Any, work: Array) -> Any:
    first, last, body, high = edges
    start, column = first, 0
    for at in range(first, last + 1):
        if at < last and buf[at] != delimiter:
            continue
        begin, end = start, at
        while begin < end and buf[begin] in (32, 34):
            begin += 1
        while end > begin and buf[end - 1] in (32, 34):
            end -= 1
        if begin == end and column < 2:
            return False
        if column == MOST_COLUMNS:
            give_up(work, LEAVE)
            return True
        name = named(buf, begin, end, work)
        work[COLUMNS + 3 + column] = max(name, 0)
        column += 1
        start = at + 1
    work[COLUMNS + 0], work[COLUMNS + 1], work[COLUMNS + 2] = delimiter, body, column
    if find(buf, 34, body, high) >= 0:
        give_up(work, LEAVE)
    return True


@compiled
def _may_be_filled(buf: Array, body: Any, high: Any, delimiter: Any, known: Array, work: Array) -> Any:
    """Whether a column may be full of names, addresses or telephones: false only if none surely is."""
    for column in range(MOST_COLUMNS):
        work[_COUNTS + column] = 0
    is_quoted = find(buf, 34, body, high) >= 0
    column, at = 0, body
    while at < high:
        first = at
        while first < high and buf[first] in (32, 34, 13):
            first += 1
        # Where there are quotation marks, columns are not told apart.
        if first < high and _fills(buf, first, high, delimiter, known):
            work[_COUNTS + column] += 1
            if work[_COUNTS + column] >= _FEWEST_ALIKE:
                return True
        at = max(first, at)
        while at < high and buf[at] != delimiter and buf[at] != 10 and buf[at] != 34:
            at += 1
        is_next = at < high and buf[at] == delimiter and not is_quoted
        column = min(column + 1, MOST_COLUMNS - 1) if is_next else 0
        at += 1
    return False


@compiled
def _fills(buf: Array, first: Any, high: Any, delimiter: Any, known: Array) -> Any:
    """Whether a cell that begins here may be such a value."""
    for number in range(MOST_DETECTORS):
        if known[TRAITS + 4 * number] & FILLS and _begins(buf, first, high, delimiter, known, number):
            return True
    return False


@compiled
def _begins(buf: Array, first: Any, high: Any, delimiter: Any, known: Array, number: Any) -> Any:
    state = known[VALUE_STARTS + number]
    base = VALUE_CLASSES + (number << 8)
    at = first
    while at < high and state and buf[at] != 10:
        state = known[state + known[base + np.int64(buf[at])]]
        at += 1
        is_end = at == high or buf[at] in (10, 13, 32, 34, delimiter)
        if state and known[state] and is_end:
            return True
    return False


@compiled
def _note_headless(buf: Array, low: Any, high: Any, work: Array) -> None:
    """Note the table if the first lines are cut alike."""
    lines = 0
    for at in range(low, min(high, low + _HEADER * _FEWEST_ROWS)):
        lines += buf[at] == 10
    if lines < _FEWEST_ROWS - 1:
        return
    limit = min(high, low + _HEADER)
    end = find(buf, 10, low, limit)
    delimiter, counted, start = 44, -1, low
    if end >= 0 and _has_four_lines(buf, low, limit):
        delimiter, _ = _delimiter(buf, low, end)
    for _ in range(4):
        end = find(buf, 10, start, limit)
        if end < 0:
            break
        count = 0
        for at in range(start, end):
            if buf[at] == 34:
                # What quotation marks hold is not counted: there may be a table.
                work[COLUMNS], work[COLUMNS + 1] = delimiter, low
                return
            count += buf[at] == delimiter
        if counted >= 0 and count != counted:
            return
        counted = count
        start = end + 1
    if counted > 0:
        work[COLUMNS], work[COLUMNS + 1] = delimiter, low


@compiled
def _has_four_lines(buf: Array, low: Any, limit: Any) -> Any:
    lines = 0
    for at in range(low, limit):
        lines += buf[at] == 10
        if lines == 4:
            return True
    return False
