"""Whether a piece of content surely holds nothing, compiled: ``detectors.scanner`` up to the first belief.

Wherever the scanner would look further than these loops do, they leave the content to it.
"""

from typing import Any, Final

import numpy as np

from detectors.batch import behind, checks, names, surroundings
from detectors.batch.bytes import Array, compiled, rfind
from detectors.batch.layout import (
    COLUMNS,
    CONSTANTS,
    MOST_DETECTORS,
    MOST_NAMES,
    MOST_VALUES,
    NAME_ROWS,
    NAME_WIDTH,
    NAMES,
    ODDS,
    OWNERS,
    SPANS,
    STATE,
    TRAITS,
    VALUE_BELIEFS,
    VALUE_CLASSES,
    VALUE_STARTS,
)  # fmt: skip
from detectors.batch.layout import VALUES as VALUES_AT
from detectors.batch.memo import FULL, number_of
from detectors.batch.spans import spans_of

LEAVE: Final = -1
"""The plain scanner must scan it."""
READ: Final = -2
"""Encodings must be undone first."""
UNPACK: Final = -3
"""It may hold base64 or hex."""
ASK: Final = -4
"""A name or a value is not known yet."""
THRESHOLD: Final = 0.65
DOUBTFUL: Final = 0.3
_ALONE: Final = 1.5
_CUE: Final = 12.0
_AGAINST: Final = 0.05
_FOR: Final = 20.0
_FEWEST: Final = 20
_LONGEST_VALUE: Final = 512
_LONGEST_NAME: Final = 64

JSON: Final = 0
XML: Final = 1
CSV: Final = 2
TEXT: Final = 3
FORM: Final = 4
BINARY: Final = 5
OTHER: Final = 6
MEDIA: Final = {"json": JSON, "xml": XML, "csv": CSV, "text": TEXT, "form": FORM, "binary": BINARY}

FILLS: Final = 1
"""A detector of which a whole column tells."""
NEEDS: Final = 16
"""A detector without whose context there is no finding."""

# How a candidate is checked.
BY_SCANNER: Final = 0
BY_VALUE: Final = 1
BY_VALUE_AND_NAME: Final = 2
ALWAYS: Final = 3
RESIDENT_ID: Final = 4
HMT_PERMIT: Final = 5
MOBILE: Final = 6
BANK_CARD: Final = 7
EMAIL: Final = 8
IMEI: Final = 9

# What is known of a name.
HOLDER: Final = 1
OPAQUE: Final = 2
GIVEN: Final = 4
ANNOUNCES: Final = 8
TELLER: Final = 16
"""What stands under it may only name the next value."""

NAME: Final = -1
MASKED: Final = -3


@compiled
def weighed(belief: Any, odds: Any) -> Any:
    """Belief after evidence that multiplies its odds."""
    favourable = belief * odds
    return favourable / (favourable + 1.0 - belief)


@compiled
def give_up(work: Array, why: Any) -> None:
    """Note why the content cannot be finished; what must be asked may be asked with what else must."""
    if work[STATE + 2] == 0 or why == LEAVE:
        work[STATE + 2] = why


@compiled
def named(buf: Array, low: Any, high: Any, work: Array) -> Any:
    """Number of a name, or -1 if it must be asked."""
    number = number_of(buf, (low, min(high, low + _LONGEST_NAME)), 0, work, NAMES, MOST_NAMES)
    if number >= work[STATE + 4] or number == FULL:
        give_up(work, LEAVE if number == FULL else ASK)
        return -1
    return number


@compiled
def field_of(buf: Array, start: Any, what: Any, work: Array) -> Any:
    """Number of the name nearest in front of a value: ``fields.before``; -1 if the content cannot be finished."""
    low, _, whole = what
    how, first, last = names.name_of(buf, start, low)
    if how == names.AROUND:
        column = column_at(buf, start, low, work)
        if 0 <= column < work[COLUMNS + 2] and work[NAME_ROWS + NAME_WIDTH * (work[COLUMNS + 3 + column]) + 0] & GIVEN:
            return work[COLUMNS + 3 + column]
        how, first, last = names.further(buf, start, low)
        if how == names.AROUND and first == last:
            how = names.WHOLE
    if how == names.WHOLE:
        return whole
    if how == names.LEAVE:
        give_up(work, LEAVE)
        return -1
    name = named(buf, first, last, work)
    if name >= 0 and how == names.DIRECT and work[NAME_ROWS + NAME_WIDTH * (name) + 0] & HOLDER:
        give_up(work, LEAVE)
        return -1
    return name


@compiled
def column_at(buf: Array, start: Any, low: Any, work: Array) -> Any:
    """The column that a position stands in; -1 outside of a table."""
    delimiter, body = work[COLUMNS + 0], work[COLUMNS + 1]
    if not delimiter or start < body:
        return -1
    least = max(low, body - 1, start - 8192)
    line = rfind(buf, 10, least, start) + 1
    if not line:
        if least > low:
            return -1
        line = low
    count = 0
    for at in range(line, start):
        count += buf[at] == delimiter
    return count


@compiled
def _check(buf: Array, place: Any, what: Any, known: Array, work: Array, floats: Array) -> Any:
    """Belief in a candidate by itself; negative if the content cannot be finished."""
    start, end, _, _ = place
    number, _, today = what
    how = known[TRAITS + 4 * number + 1]
    if how == ALWAYS:
        return floats[CONSTANTS + number]
    belief = checks.LEAVE
    if how == EMAIL:
        belief = checks.email(buf, place, work)
    elif how > BY_VALUE_AND_NAME:
        belief = _number(buf, place, how, today, known, work)
    if belief < 0.0:
        belief = _asked(buf, start, end, what, known, work, floats)
    return belief


@compiled
def _number(buf: Array, place: Any, how: Any, today: Any, known: Array, work: Array) -> Any:
    """Belief in a number by its digits."""
    start, end, _, _ = place
    size = checks.squeeze(buf, start, end, work)
    if how == RESIDENT_ID:
        return checks.resident_id(work, size, known, today)
    if how == HMT_PERMIT:
        return checks.hmt_permit(work, today)
    if how == MOBILE:
        return checks.mobile(buf, place, work, size, known)
    if how == BANK_CARD:
        return checks.bank_card(work, size, size == end - start)
    return 0.5 if checks.luhn(work, size) and checks.distinct(work, size) > 3 else 0.0


@compiled
def _asked(buf: Array, start: Any, end: Any, what: Any, known: Array, work: Array, floats: Array) -> Any:
    """Belief as Python's check said of the same value before."""
    number, name, _ = what
    how = known[TRAITS + 4 * number + 1]
    if how in (BY_SCANNER, MOBILE, EMAIL) or end - start > _LONGEST_VALUE:
        give_up(work, LEAVE)
        return checks.LEAVE
    extra = number + 1
    if how == BY_VALUE_AND_NAME:
        extra += (work[NAME_ROWS + NAME_WIDTH * (name) + 1] + 1) << 16
    value = number_of(buf, (start, end), extra, work, VALUES_AT, MOST_VALUES)
    if value == FULL:
        give_up(work, LEAVE)
        return checks.LEAVE
    belief = floats[VALUE_BELIEFS + value]
    if belief < 0.0:
        give_up(work, ASK)
    return belief


@compiled
def _own(buf: Array, place: Any, what: Any, known: Array, work: Array, floats: Array) -> None:
    """A candidate that a detector's own pattern found."""
    start, _, low, high = place
    number, whole, today = what
    is_compiled = known[TRAITS + 4 * number + 1] > ALWAYS
    if is_compiled and _check(buf, place, (number, 0, today), known, work, floats) == 0.0:
        return
    name = field_of(buf, start, (low, high, whole), work)
    if name < 0:
        return
    odds = floats[ODDS + MOST_DETECTORS * name + number]
    if odds != _FOR:
        odds = _odds(buf, place, (number, name), known, work, floats)
    if odds > 0.0:
        _hit(work, weighed(_check(buf, place, (number, name, today), known, work, floats), odds))


@compiled
def _odds(buf: Array, place: Any, what: Any, known: Array, work: Array, floats: Array) -> Any:
    number, name = what
    if surroundings.is_part_of_float(buf, place):
        return 0.0
    odds = floats[ODDS + MOST_DETECTORS * (name) + number]
    if odds == 1.0:
        if work[NAME_ROWS + NAME_WIDTH * (name) + 0] & GIVEN and surroundings.is_whole(buf, place):
            if work[NAME_ROWS + NAME_WIDTH * (name) + 0] & OPAQUE:
                return _ALONE
            odds = _ALONE
        else:
            found = surroundings.cue(buf, place, number, known)
            odds = _CUE if found == surroundings.FOR else _AGAINST if found == surroundings.AGAINST else 1.0
    return 0.0 if known[TRAITS + 4 * number] & NEEDS and odds <= _ALONE else odds


@compiled
def _hit(work: Array, belief: Any) -> None:
    """Note a candidate that is left standing; one that is believed, or twenty, are more than nothing."""
    if belief >= DOUBTFUL:
        work[STATE] += 1
        if belief >= THRESHOLD or work[STATE] >= _FEWEST:
            give_up(work, LEAVE)


@compiled
def _announced(buf: Array, place: Any, name: Any, today: Any, known: Array, work: Array, floats: Array) -> None:
    """A value behind a name, for the detectors that the name speaks for."""
    start, end, _, _ = place
    for step in range(work[NAME_ROWS + NAME_WIDTH * (name) + 2]):
        number = work[NAME_ROWS + NAME_WIDTH * name + 3 + step]
        if matches(buf, start, end, known, number):
            belief = _check(buf, place, (number, name, today), known, work, floats)
            _hit(work, weighed(belief, floats[ODDS + MOST_DETECTORS * name + number]))


@compiled
def matches(buf: Array, start: Any, end: Any, known: Array, number: Any) -> Any:
    """Whether the whole of a value is one of a detector's."""
    state = known[VALUE_STARTS + number]
    base = VALUE_CLASSES + (number << 8)
    for at in range(start, end):
        state = known[state + known[base + np.int64(buf[at])]]
        if not state:
            return False
    return known[state] != 0


@compiled
def _by_name(buf: Array, place: Any, today: Any, known: Array, work: Array, floats: Array) -> None:
    """What a part of a name announces."""
    start, stop, low, high = place
    how, first, last, begin, end = behind.value_behind(buf, start, stop, low, high)
    if how == names.NOTHING:
        return
    if end < begin:
        give_up(work, LEAVE)
        return
    name = named(buf, first, last, work)
    if name < 0 or not work[NAME_ROWS + NAME_WIDTH * (name) + 0] & ANNOUNCES:
        return
    is_teller = work[NAME_ROWS + NAME_WIDTH * (name) + 0] & TELLER and behind.may_name_another(buf, end, high)
    if how == names.LEAVE or is_teller:
        give_up(work, LEAVE)
        return
    _announced(buf, (begin, end, low, high), name, today, known, work, floats)


@compiled
def hits_of(buf: Array, edges: Any, what: Any, known: Array, work: Array, floats: Array) -> None:
    """Every candidate that its check and its surroundings leave standing."""
    low, high = edges
    _, whole, today = what
    count = spans_of(buf, low, high, known, work)
    if count < 0:
        give_up(work, LEAVE)
        return
    for row in range(count):
        at = SPANS + 3 * row
        owner = np.int64(known[OWNERS + work[at]])
        place = (work[at + 1], work[at + 2], low, high)
        if owner >= 0:
            _own(buf, place, (owner, whole, today), known, work, floats)
        elif owner == NAME:
            _by_name(buf, place, today, known, work, floats)
        elif owner == MASKED:
            work[STATE + 1] += 1 if _is_masked(buf, place) else 0
        if work[STATE + 2] == LEAVE:
            return


@compiled
def _is_masked(buf: Array, place: Any) -> Any:
    start, end, low, high = place
    if buf[start] < 0x80:
        return True
    return not ((start > low and buf[start - 1] >= 0x80) or (end < high and buf[end] >= 0x80))


@compiled
def whole_values(buf: Array, edges: Any, what: Any, known: Array, work: Array, floats: Array) -> None:
    """Candidates that a column's header announces, or the name of the part of the message."""
    low, high = edges
    _, whole, today = what
    if work[NAME_ROWS + NAME_WIDTH * (whole) + 0] & ANNOUNCES and high - low <= _LONGEST_VALUE:
        _announced(buf, (low, high, low, high), whole, today, known, work, floats)
    if work[COLUMNS + 0] and any_column(work, ANNOUNCES):
        _cells(buf, edges, today, known, work, floats)


@compiled
def any_column(work: Array, flags: Any) -> Any:
    """Whether any column's name is of some kind."""
    for column in range(work[COLUMNS + 2]):
        if work[NAME_ROWS + NAME_WIDTH * (work[COLUMNS + 3 + column]) + 0] & flags:
            return True
    return False


@compiled
def _cells(buf: Array, edges: Any, today: Any, known: Array, work: Array, floats: Array) -> None:
    low, high = edges
    delimiter = work[COLUMNS + 0]
    column, start = 0, work[COLUMNS + 1]
    for at in range(work[COLUMNS + 1], high + 1):
        byte = buf[at] if at < high else 10
        if byte != delimiter and byte != 10:
            continue
        if column < work[COLUMNS + 2] and at > start:
            name = work[COLUMNS + 3 + column]
            if work[NAME_ROWS + NAME_WIDTH * (name) + 0] & ANNOUNCES:
                first, last = stripped(buf, start, at)
                _announced(buf, (first, last, low, high), name, today, known, work, floats)
        column = 0 if byte == 10 else column + 1
        start = at + 1
        if work[STATE + 2] == LEAVE:
            return


@compiled
def stripped(buf: Array, start: Any, end: Any) -> Any:
    """Where a cell begins and ends without blanks and carriage returns."""
    while start < end and buf[start] in (32, 13):
        start += 1
    while end > start and buf[end - 1] in (32, 13):
        end -= 1
    return start, end
