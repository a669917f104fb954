"""The tagger's inner loops: cutting into words, hashing features, Viterbi. Compiled once, cached, without the GIL.

A text is an array of normalised 16-bit characters. It is cut into words by the most probable path through the lexicon;
each character then has features of its neighbours, of its word and of the words beside it, and each feature is one row
of the weight table. The best sequence of tags under BIES is the answer.
"""

from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

TAGS: Final = 13
"""O, then B I E S for PERSON, LOCATION and ORG."""
WIDTH: Final = 16
"""A row of weights is padded so that it never straddles a cache line."""
_BY_CHARACTER: Final = 16
_BY_WORD: Final = 11
FEATURES: Final = _BY_CHARACTER + _BY_WORD
LARGEST: Final = 127
"""Weights are whole numbers of at most this size."""
LONGEST_SEGMENT: Final = 600

_OFFSET: Final = np.int32(FEATURES * (LARGEST + 1))
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX2: Final = np.uint64(0xD6E8FEB86659FD93)
_SURE: Final = np.float32(150)
_PAD: Final = np.uint64(1)
_UNKNOWN_COST: Final = 60
"""Costs are in quarters of a natural logarithm."""

Array = NDArray[Any]


@numba.njit(cache=True, nogil=True, inline="always")
def _mixed(value: Any) -> Any:
    value = value * _MIX
    value = (value ^ (value >> np.uint64(29))) * _MIX2
    return value ^ (value >> np.uint64(32))


@numba.njit(cache=True, nogil=True, inline="always")
def _with(state: Any, char: Any) -> Any:
    state = (state ^ np.uint64(char)) * np.uint64(0x100000001B3)
    return state ^ (state << np.uint64(17))


@numba.njit(cache=True, nogil=True)
def word_key(chars: Array, start: int, length: int) -> Any:
    """64-bit key of a word: what the lexicon is looked up by."""
    state = _MIX
    for at in range(start, start + length):
        state = _with(state, chars[at])
    return _mixed(state)


@numba.njit(cache=True, nogil=True)
def look_up(key: Any, keys: Array, values: Array) -> Any:
    """Value of a key in an open-addressed table; 0 if it is not there."""
    mask = np.uint64(len(keys) - 1)
    check = np.uint32(key >> np.uint64(32))
    slot = key & mask
    while keys[slot] != 0:
        if keys[slot] == check:
            return values[slot]
        slot = (slot + np.uint64(1)) & mask
    return np.uint32(0)


@numba.njit(cache=True, nogil=True)
def put(word: Array, value: Any, keys: Array, values: Array) -> None:
    """Put one word into the table; the table must have room."""
    key = word_key(word, 0, len(word))
    mask = np.uint64(len(keys) - 1)
    slot = key & mask
    while keys[slot] != 0:
        slot = (slot + np.uint64(1)) & mask
    keys[slot] = np.uint32(key >> np.uint64(32))
    values[slot] = value


@numba.njit(cache=True, nogil=True, inline="always")
def pair_slot(first: Any, second: Any) -> Any:
    """Slot of a word's first two characters in the table of lengths."""
    return ((np.uint32(first) * np.uint32(40503)) ^ (np.uint32(second) * np.uint32(30011))) & np.uint32(0xFFFF)


@numba.njit(cache=True, nogil=True)
def _cheapest(chars: Array, place: Any, lexicon: Any, cost: Array) -> Any:
    """Cost, length, value and key of the best word at a place, given what the rest behind each word costs."""
    begin, at, size = place
    keys, values, lengths, singles = lexicon
    char = chars[begin + at]
    single = singles[char]
    best = cost[at + 1] + (_UNKNOWN_COST if single == 0 else np.int32(single & np.uint32(63)))
    taken, value, key = 1, single, np.uint64(char)
    allowed = lengths[pair_slot(char, chars[begin + at + 1])] if at + 1 < size else np.uint8(0)
    state = _with(_MIX, char)
    length = 2
    while allowed != 0 and length <= size - at:
        state = _with(state, chars[begin + at + length - 1])
        if allowed & 1:
            candidate = _mixed(state)
            found = look_up(candidate, keys, values)
            total = cost[at + length] + np.int32(found & np.uint32(63))
            if found != 0 and total <= best:
                best, taken, value, key = total, length, found, candidate
        allowed >>= 1
        length += 1
    return best, taken, value, key


@numba.njit(cache=True, nogil=True)
def cut(chars: Array, bounds: Any, lexicon: Any, scratch: Any) -> int:
    """Cut ``chars[begin:end]`` into words by the cheapest path; returns how many.

    Writes, by word, its start, value and key into ``scratch``.
    """
    begin, end = bounds
    cost, choice, chosen_value, chosen_key, starts, word_values, word_keys = scratch
    size = end - begin
    cost[size] = 0
    for at in range(size - 1, -1, -1):
        best = _cheapest(chars, (begin, at, size), lexicon, cost)
        cost[at], choice[at], chosen_value[at], chosen_key[at] = best
    at = 0
    count = 0
    while at < size:
        starts[count], word_values[count], word_keys[count] = at, chosen_value[at], chosen_key[at]
        count += 1
        at += choice[at]
    starts[count] = size
    return count


@numba.njit(cache=True, nogil=True, inline="always")
def _char(chars: Array, bounds: Any, at: int) -> Any:
    return np.uint64(chars[at]) if bounds[0] <= at < bounds[1] else _PAD


@numba.njit(cache=True, nogil=True, inline="always")
def _row(template: int, value: Any, shift: Any) -> Any:
    value = (value ^ (np.uint64(template) << np.uint64(58))) * _MIX
    return ((value ^ (value >> np.uint64(31))) * _MIX2) >> shift


@numba.njit(cache=True, nogil=True)
def char_features(chars: Array, at: int, bounds: Any, names: Array, out: Any) -> None:
    """Rows of the features that only need the neighbouring characters."""
    rows, shift = out
    l3, l2, l1 = _char(chars, bounds, at - 3), _char(chars, bounds, at - 2), _char(chars, bounds, at - 1)
    c0 = _char(chars, bounds, at)
    r1, r2, r3 = _char(chars, bounds, at + 1), _char(chars, bounds, at + 2), _char(chars, bounds, at + 3)
    s16, s32 = np.uint64(16), np.uint64(32)
    rows[0] = _row(0, c0, shift)
    rows[1] = _row(1, l1, shift)
    rows[2] = _row(2, r1, shift)
    rows[3] = _row(3, l2 | (l1 << s16), shift)
    rows[4] = _row(4, l1 | (c0 << s16), shift)
    rows[5] = _row(5, c0 | (r1 << s16), shift)
    rows[6] = _row(6, r1 | (r2 << s16), shift)
    rows[7] = _row(7, l1 | (r1 << s16), shift)
    rows[8] = _row(8, l2 | (l1 << s16) | (c0 << s32), shift)
    rows[9] = _row(9, l1 | (c0 << s16) | (r1 << s32), shift)
    rows[10] = _row(10, c0 | (r1 << s16) | (r2 << s32), shift)
    rows[11] = _row(11, l3 | (l2 << s16) | (l1 << s32), shift)
    rows[12] = _row(12, r1 | (r2 << s16) | (r3 << s32), shift)
    s8 = np.uint64(8)
    n0, n1, n2 = np.uint64(names[c0]), np.uint64(names[r1]), np.uint64(names[r2])
    m1, m2 = np.uint64(names[l1]), np.uint64(names[l2])
    rows[13] = _row(13, n0 | (n1 << s8) | (n2 << s16), shift)
    rows[14] = _row(14, m1 | (n0 << s8) | (n1 << s16), shift)
    rows[15] = _row(15, m2 | (m1 << s8) | (n0 << s16), shift)


@numba.njit(cache=True, nogil=True, inline="always")
def _class_of(word_values: Array, count: int, word: int) -> Any:
    """Class and cluster of a word, as one number; a mark outside the segment."""
    return np.uint64(word_values[word] >> np.uint32(6)) if 0 <= word < count else np.uint64(0x3FFFF)


@numba.njit(cache=True, nogil=True)
def word_features(word: int, count: int, scratch: Any, rows: Array) -> None:
    """Rows of the features of a word and those beside it, without the place in the word: one row per template."""
    starts, values, keys = scratch[4], scratch[5], scratch[6]
    w0, w1, w2 = (
        _class_of(values, count, word),
        _class_of(values, count, word + 1),
        _class_of(values, count, word + 2),
    )
    v1, v2 = _class_of(values, count, word - 1), _class_of(values, count, word - 2)
    k0 = keys[word] >> np.uint64(16)
    k1 = keys[word + 1] >> np.uint64(16) if word + 1 < count else _PAD
    j1 = keys[word - 1] >> np.uint64(16) if word > 0 else _PAD
    size = np.uint64(min(starts[word + 1] - starts[word], 7))
    s18, s36 = np.uint64(18), np.uint64(36)
    rows[0] = k0
    rows[1] = w0 | (size << s36)
    rows[2] = v1 | (w0 << s18)
    rows[3] = w1 | (w0 << s18)
    rows[4] = v1 | (w0 << s18) | (w1 << s36)
    rows[5] = j1
    rows[6] = k1
    rows[7] = v1 | (size << s36)
    rows[8] = w1 | (size << s36)
    rows[9] = w2 | (w1 << s18) | (w0 << s36)
    rows[10] = v2 | (v1 << s18) | (w0 << s36)


@numba.njit(cache=True, nogil=True)
def rows_of(chars: Array, bounds: Any, model: Any, scratch: Any, rows: Array) -> None:
    """Rows of all features of ``chars[begin:end]``, by character."""
    lexicon, names, shift = model
    begin, _ = bounds
    count = cut(chars, bounds, lexicon, scratch)
    starts = scratch[4]
    base = np.empty(_BY_WORD, np.uint64)
    for word in range(count):
        word_features(word, count, scratch, base)
        first, last = starts[word], starts[word + 1] - 1
        for at in range(first, last + 1):
            place = np.uint64((1 if at == first else 0) | (2 if at == last else 0))
            char_features(chars, begin + at, bounds, names, (rows[at], shift))
            for template in range(_BY_WORD):
                rows[at, _BY_CHARACTER + template] = _row(
                    _BY_CHARACTER + template, base[template] | (place << np.uint64(55)), shift
                )


@numba.njit(cache=True, nogil=True)
def emit(rows: Array, size: int, packed: Array, emissions: Array) -> None:
    """Sum of each character's rows, by tag: bytes are spread to lanes of 16 bits, so that one addition serves four."""
    even = np.uint64(0x00FF00FF00FF00FF)
    eight = np.uint64(8)
    for at in range(size):
        a, b, c, d = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
        for feature in range(FEATURES):
            row = rows[at, feature]
            low, high = packed[row, 0], packed[row, 1]
            a += low & even
            b += (low >> eight) & even
            c += high & even
            d += (high >> eight) & even
        for lane in range(4):
            shift = np.uint64(16 * lane)
            emissions[at, 2 * lane] = np.int32((a >> shift) & np.uint64(0xFFFF)) - _OFFSET
            emissions[at, 2 * lane + 1] = np.int32((b >> shift) & np.uint64(0xFFFF)) - _OFFSET
            emissions[at, 8 + 2 * lane] = np.int32((c >> shift) & np.uint64(0xFFFF)) - _OFFSET
            emissions[at, 9 + 2 * lane] = np.int32((d >> shift) & np.uint64(0xFFFF)) - _OFFSET


@numba.njit(cache=True, nogil=True, inline="always")
def _is_closed(tag: int) -> bool:
    """Whether nothing needs to follow: outside, the end of a piece, or a piece of one character."""
    return tag == 0 or (tag - 1) % 4 >= 2


@numba.njit(cache=True, nogil=True)
def _came_from(before: Array, tag: int, steps: Array) -> Any:
    """Best tag in front of this one, and its score with the step."""
    role = (tag - 1) % 4 if tag else 0
    if role in (1, 2):
        first, second = tag - role, tag - role + 1
        a, b = before[first] + steps[first, tag], before[second] + steps[second, tag]
        return (first, a) if a >= b else (second, b)
    source, value = 0, before[0] + steps[0, tag]
    for closed in range(3, TAGS):
        if _is_closed(closed) and before[closed] + steps[closed, tag] > value:
            source, value = closed, before[closed] + steps[closed, tag]
    return source, value


@numba.njit(cache=True, nogil=True)
def _walk_back(final: Array, back: Array, path: Array) -> None:
    last = 0
    for tag in range(3, TAGS):
        if _is_closed(tag) and final[tag] > final[last]:
            last = tag
    for at in range(len(back) - 1, -1, -1):
        path[at] = last
        last = back[at, last]


@numba.njit(cache=True, nogil=True)
def best_path(emissions: Array, size: int, steps: Array, trellis: Any, path: Array) -> None:
    """Viterbi under BIES: a piece begun goes on until it ends. Where "outside" leads by more than ``sure``, it is."""
    scores, back, sure = trellis
    for tag in range(TAGS):
        opens = tag == 0 or (tag - 1) % 4 in (0, 3)
        scores[0, tag] = emissions[0, tag] if opens else -1e9
    for at in range(1, size):
        source, value = _came_from(scores[at - 1], 0, steps)
        scores[at, 0], back[at, 0] = value + emissions[at, 0], source
        if emissions[at, 0] - emissions[at, 1:TAGS].max() > sure:
            scores[at, 1:TAGS] = -1e9
            continue
        for tag in range(1, TAGS):
            source, value = _came_from(scores[at - 1], tag, steps)
            scores[at, tag] = value + emissions[at, tag]
            back[at, tag] = source
    _walk_back(scores[size - 1], back[:size], path)


@numba.njit(cache=True, nogil=True)
def scratch_for(size: int) -> Any:
    """Buffers for the cutting of segments up to this size."""
    return (
        np.empty(size + 1, np.int32),
        np.empty(size + 1, np.int32),
        np.empty(size + 1, np.uint32),
        np.empty(size + 1, np.uint64),
        np.empty(size + 1, np.int32),
        np.empty(size + 1, np.uint32),
        np.empty(size + 1, np.uint64),
    )


@numba.njit(cache=True, nogil=True)
def next_segment(chars: Array, begin: int, names: Array) -> Any:
    """End of the segment that starts here, and whether it holds Han characters.

    A segment ends at a line's end, behind a full stop where it has grown long, or where it reaches the longest.
    """
    size = len(chars)
    at = begin
    useful = False
    while at < size and at - begin < LONGEST_SEGMENT:
        char = chars[at]
        if char == 10:
            break
        useful = useful or names[char] & 128 != 0
        at += 1
        if at - begin > LONGEST_SEGMENT // 2 and char in (0x3002, 33, 63, 59):
            break
    return at, useful


@numba.njit(cache=True, nogil=True)
def tag_all(chars: Array, model: Any, packed: Array, steps: Array, out: Any) -> None:
    """Tags and margins (by how much the tag beats "outside") of a whole text."""
    tags, margins = out
    scratch = scratch_for(LONGEST_SEGMENT)
    rows = np.empty((LONGEST_SEGMENT, FEATURES), np.uint32)
    emissions = np.empty((LONGEST_SEGMENT, WIDTH), np.int32)
    trellis = (np.empty((LONGEST_SEGMENT, TAGS), np.float32), np.empty((LONGEST_SEGMENT, TAGS), np.uint8), _SURE)
    begin = 0
    while begin < len(chars):
        end, useful = next_segment(chars, begin, model[1])
        if useful:
            rows_of(chars, (begin, end), model, scratch, rows)
            emit(rows, end - begin, packed, emissions)
            best_path(emissions, end - begin, steps, trellis, tags[begin:end])
            for at in range(end - begin):
                margins[begin + at] = emissions[at, tags[begin + at]] - emissions[at, 0]
        begin = end if end > begin else end + 1
