"""What is known of a scanner's detectors, as tables for the compiled loops."""

from collections.abc import Sequence
from datetime import date
from hashlib import blake2b
import inspect
import re
from typing import Any, Final, NamedTuple

import numpy as np

from detectors import tables as lists
from detectors.batch import checks, layout, scan
from detectors.batch.automata import automaton
from detectors.batch.bytes import Array
from detectors.batch.tables import put, put_patterns
from detectors.context import Cues
from detectors.detector import Detector
from detectors.engines import as_bytes
from detectors.finding import Candidate
from detectors.kinds import email, mobile
from detectors.scanner import Scanner

_COMPILED: Final = {
    "cn.resident_id": (scan.RESIDENT_ID, "5cef53c46d81"),
    "cn.hmt_residence_permit": (scan.HMT_PERMIT, "bc70d359ba2c"),
    "cn.mobile": (scan.MOBILE, "30129ffbcbde"),
    "cn.bank_card": (scan.BANK_CARD, "0d7851ceed82"),
    "email": (scan.EMAIL, "e0177c25010c"),
    "device.imei": (scan.IMEI, "e557b227d0a6"),
}
"""Checks that are compiled, and the digests of those that they repeat: one that was changed is asked in Python."""
_DAY: Final = date(2026, 1, 1)
_AROUND: Final = frozenset(("before", "after", "start", "end", "content", "media"))


class Tables(NamedTuple):
    """The arrays of ``layout``."""

    known: Array
    work: Array
    floats: Array


def empty(table: Array, words: Array, constants: Array) -> Tables:
    """Tables in which nothing is learnt yet.

    Args:
        table: ``known`` of ``layout``.
        words: those that checks look up.
        constants: by detector, what its check always says; negative where it depends.
    """
    numbers = np.zeros(layout.I_SIZE, np.int64)
    numbers[: layout.STATE] = -1
    numbers[layout.WORDS : layout.WORDS + layout.MOST_WORDS] = words
    floats = np.zeros(layout.F_SIZE)
    floats[layout.CONSTANTS : layout.CONSTANTS + len(constants)] = constants
    return Tables(table, numbers, floats)


def known_of(scanner: Scanner) -> tuple[Array, Array, Array]:
    """What ``empty`` takes, of a scanner's detectors. It takes seconds: it is kept on disk."""
    head = np.zeros(layout.ROWS, np.int32)
    parts = [head]
    may_begin = put_patterns(scanner.patterns, parts).reshape(-1, 8).astype(np.int32)
    head[layout.MAY_BEGIN : layout.BITS] = (may_begin << np.arange(0, 32, 4, dtype=np.int32)).sum(
        axis=1, dtype=np.int32
    )
    head[layout.OWNERS : layout.OWNERS + len(scanner.owners)] = scanner.owners
    traits = [
        (scan.NEEDS * one.needs_context | scan.FILLS * bool(one.fills_columns and one.values), _how(one), 0, 0)
        for one in scanner.detectors
    ]
    head[layout.TRAITS : layout.TRAITS + 4 * len(traits)] = np.array(traits, np.int32).ravel()
    for number, one in enumerate(scanner.detectors):
        if one.values:
            values = automaton([(0, as_bytes(value), 0) for value in one.values])
            put(values, parts, layout.VALUE_STARTS + number, layout.VALUE_CLASSES + 256 * number)
    _put_cues(scanner.cues, parts)
    head[layout.BITS : layout.ROWS] = _bits()
    return np.concatenate(parts), _words(), _constants(scanner.detectors)


def digest_of(detector: Detector) -> str:
    """Which check this is."""
    return blake2b(inspect.getsource(detector.check).encode(), digest_size=6).hexdigest()


def _put_cues(cues: Sequence[Cues], parts: list[Array]) -> None:
    words = sorted({word for each in cues for word in each.heeded})
    roles = np.zeros((len(words), layout.MOST_DETECTORS), np.int32)
    for number, each in enumerate(cues):
        for place, word in enumerate(words):
            if word in each.heeded:
                roles[place, number] = (1 if word in each.words else 2) + 4 * word.isascii()
    all_words = automaton([(place, re.escape(word), 0) for place, word in enumerate(words)])
    put(all_words, parts, layout.CUE_START, layout.CUE_CLASSES)
    parts[0][layout.ROLES_AT] = sum(map(len, parts))
    parts.append(roles.ravel())


def _how(detector: Detector) -> int:
    how, digest = _COMPILED.get(detector.kind, (0, ""))
    if how and digest == digest_of(detector):
        return how
    asked = _asked_by(detector.check)
    if asked & _AROUND:
        return scan.BY_SCANNER
    if "field" in asked:
        return scan.BY_VALUE_AND_NAME
    return scan.BY_VALUE if "text" in asked else scan.ALWAYS


def _asked_by(check: Any, depth: int = 0) -> frozenset[str]:
    """Names that a check and the functions of its module use."""
    code = getattr(check, "__code__", None)
    if code is None or depth > 4:
        return _AROUND
    names = {*code.co_names, *code.co_freevars}
    for inner in code.co_consts:
        names.update(getattr(inner, "co_names", ()))
    for name in code.co_names:
        other = check.__globals__.get(name)
        if hasattr(other, "__code__"):
            names |= _asked_by(other, depth + 1)
    return frozenset(names)


def _constants(detectors: Sequence[Detector]) -> Array:
    nothing = Candidate(b"", 0, 0, "", "", _DAY)
    return np.array([one.check(nothing) if _how(one) == scan.ALWAYS else -1.0 for one in detectors])


def _bits() -> Array:
    bits = np.zeros((layout.ROWS - layout.BITS) * 32, np.bool_)
    bits[[layout.COUNTIES + int(code) for code in lists.counties()]] = True
    bits[[layout.PREFIXES + int(prefix) for prefix in mobile.PREFIXES]] = True
    bits[[layout.PROVINCES + int(code) for code in lists.PROVINCES]] = True
    return np.packbits(bits, bitorder="little").view(np.int32)


def _words() -> Array:
    keyed = [(prefix, size) for size, some in lists.card_prefixes().items() for prefix in some]
    keyed += [(domain, checks.DOMAIN) for domain in lists.domains()]
    keyed += [(name, checks.MACHINE) for name in email.MACHINES]
    table = np.zeros(layout.MOST_WORDS, np.int64)
    for word, kind in keyed:
        with np.errstate(over="ignore"):
            key = int(checks.key_of(np.frombuffer(word, np.uint8), 0, len(word), kind))
        slot = key & (layout.MOST_WORDS - 1)
        while table[slot]:
            slot = (slot + 1) & (layout.MOST_WORDS - 1)
        table[slot] = key
    return table
