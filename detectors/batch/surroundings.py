"""What stands around a candidate: ``fields.is_whole`` and ``context.Cues``, compiled."""

from typing import Any, Final

import numpy as np

from detectors.batch.bytes import BEYOND, DIGIT, END, FRONT, LETTER, LOWER, Array, compiled, has
from detectors.batch.layout import CUE_CLASSES, CUE_START, MOST_DETECTORS, ROLES_AT

_BEFORE: Final = 36
_AFTER: Final = 15

NO_CUE: Final = 0
FOR: Final = 1
AGAINST: Final = 2


@compiled
def is_part_of_float(buf: Array, place: Any) -> Any:
    """Whether a digit and a point stand in front, or a point and a digit behind."""
    start, end, low, high = place
    if start >= low + 2 and buf[start - 1] == 46 and has(buf[start - 2], DIGIT):
        return True
    return end + 1 < high and buf[end] == 46 and has(buf[end + 1], DIGIT)


@compiled
def is_whole(buf: Array, place: Any) -> Any:
    """``fields.is_whole``: nothing else stands in the field."""
    start, end, low, high = place
    if end < high and not has(buf[end], END):
        if buf[end] != 32 or start == low or buf[start - 1] not in (58, 61, 91, 32):
            return False
        at = start - 1
        # ``content[start - 2 : start]`` is empty where only one byte stands in front.
        if start - low < 2:
            return False
        while at >= start - 2 and buf[at] in (32, 91):
            at -= 1
        return at >= start - 2 and buf[at] in (58, 61)
    at = start - 1
    least = max(low, start - 3)
    while at >= least and buf[at] == 32:
        at -= 1
    return at < least or has(buf[at], FRONT)


@compiled
def cue(buf: Array, place: Any, detector: Any, known: Array) -> Any:
    """Whether the word that decides speaks for a detector or against it."""
    start, end, low, high = place
    least = max(low, start - _BEFORE)
    found = NO_CUE
    if _has_letter(buf, least, start):
        found = _last(buf, least, start, detector, known)
    if found == NO_CUE:
        most = min(high, end + _AFTER)
        if _has_letter(buf, end, most):
            found = _first(buf, end, most, detector, known)
    return found


@compiled
def _has_letter(buf: Array, low: Any, high: Any) -> Any:
    for at in range(low, high):
        if has(buf[at], LETTER | BEYOND):
            return True
    return False


@compiled
def _edge(buf: Array, at: Any, high: Any, is_clause: Any) -> Any:
    """Bytes of the mark that ends a sentence, or a clause, here; 0 if none does."""
    byte = buf[at]
    if byte in (34, 123, 125, 60, 62, 38, 10, 13, 59) or (is_clause and byte == 44):
        return 1
    if byte < 0xE3 or at + 2 >= high:
        return 0
    second, third = buf[at + 1], buf[at + 2]
    if byte == 0xE3:
        return 3 if second == 0x80 and third == 0x82 else 0
    is_mark = byte == 0xEF and second == 0xBC and (third == 0x9B or (is_clause and third == 0x8C))
    return 3 if is_mark else 0


@compiled
def _last(buf: Array, low: Any, high: Any, detector: Any, known: Array) -> Any:
    start, at = low, low
    while at < high:
        size = _edge(buf, at, high, False)
        if size:
            start = at + size
        at += max(size, 1)
    found = NO_CUE
    at = start
    while at < high:
        role, end = _word(buf, (at, low, high), detector, known)
        if role:
            found = role
            at = end
        else:
            at += 1
    return found


@compiled
def _first(buf: Array, low: Any, high: Any, detector: Any, known: Array) -> Any:
    for at in range(low, high):
        if _edge(buf, at, high, True):
            high = at
            break
    for at in range(low, high):
        role, _ = _word(buf, (at, low, high), detector, known)
        if role:
            return role
    return NO_CUE


@compiled
def _word(buf: Array, place: Any, detector: Any, known: Array) -> Any:
    """(role, end) of the word that begins here; Latin ones stand by themselves and come first."""
    start, low, high = place
    state = known[known[CUE_START] + known[CUE_CLASSES + np.int64(LOWER[buf[start]])]]
    at = start + 1
    is_bounded = start == low or not (has(buf[start - 1], DIGIT | LETTER))
    role, end, is_latin = NO_CUE, at, False
    while state:
        if known[state]:
            here, latin = _role(known, known[state], detector)
            is_free = not latin or (is_bounded and (at == high or not has(buf[at], LETTER)))
            if here and is_free and (latin or not is_latin):
                role, end, is_latin = here, at, latin
        if at == high:
            break
        state = known[state + known[CUE_CLASSES + np.int64(LOWER[buf[at]])]]
        at += 1
    return role, end


@compiled
def _role(known: Array, ended: Any, detector: Any) -> Any:
    """(role, whether it is a Latin word) of the words that end here; one string is one word."""
    role = known[known[ROLES_AT] + MOST_DETECTORS * known[ended + 1] + detector]
    return role & 3, role >= 4
