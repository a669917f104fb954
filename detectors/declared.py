"""One declared detector as it is written, and what may be wrong with it."""

from collections.abc import Callable, Iterator, Mapping
import re
from typing import Final, Literal

from msgspec import Struct

from detectors import checks
from detectors.detector import Example
from detectors.dialect import LONGEST, MOST_WAYS, shape_of
from detectors.engines import as_bytes
from wire.faults import MalformedError
from wire.kinds import Grade, Profile

_MOST_WORDS: Final = 100_000
_SHORTEST: Final = 4
"""Bytes that a pattern found anywhere has at the least; shorter ones are for ``values``."""
_SHORTEST_WORD: Final = 3
_LONGEST_WORD: Final = 96
_KIND: Final = re.compile(r"[a-z][a-z0-9]{0,31}(?:[._][a-z0-9]{1,32}){1,6}")
_MANUAL: Final = "the manual describes the dialect: docs/reference/custom_detectors.md"

CHECKS: Final[Mapping[str, Callable[[bytes], bool]]] = {
    "luhn": lambda text: text.isdigit() and checks.luhn(text),
    "mod_11_2": lambda text: len(text) == 18 and text[:17].isdigit() and checks.mod_11_2(text),
    "mod_31": checks.mod_31,
    "vin_check_digit": checks.vin_check_digit,
    "calendar_day": lambda text: len(text) == 8 and text.isdigit() and checks.calendar_day(text),
}
"""Checks that a detector may name. Each takes the canonical value and any bytes at all."""


class Kept(Struct, frozen=True, forbid_unknown_fields=True):
    """How many characters a mask shows in front and behind."""

    head: int = 0
    tail: int = 0
    hidden: int = 4


class Declared(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One ``[[detector]]`` as it is written."""

    kind: str
    title: str
    title_en: str
    grade: Grade | dict[Profile, Grade]
    law: str
    examples: list[str | Example]
    lookalikes: list[str | Example]
    patterns: list[str] = []
    words: list[str] = []
    words_file: str = ""
    values: list[str] = []
    fields: list[str] = []
    field_patterns: list[str] = []
    cues: list[str] = []
    against: list[str] = []
    check: Literal["none", "luhn", "mod_11_2", "mod_31", "vin_check_digit", "calendar_day"] = "none"
    belief: float = 0.5
    separators: str = ""
    case: Literal["as_is", "upper", "lower"] = "as_is"
    mask: Literal["nothing", "first_letter", "mailbox"] | Kept = "nothing"
    identifies: bool = True


Told = tuple[str, str, str]
"""(key, what is wrong, cure)."""
_SAID: Final = ("title", "title_en", "law")
_PROOF: Final = ("examples", "lookalikes")


def faults_in(declared: Declared, words: tuple[str, ...]) -> Iterator[Told]:
    """Everything that is wrong with a declaration.

    Args:
        declared: the declaration.
        words: its dictionary, that of its file included.
    """
    wrong = (
        (
            "kind",
            not _KIND.fullmatch(declared.kind),
            "not a slug",
            "two parts or more of a-z, 0-9 and _: acme.staff_no",
        ),
        *((key, not getattr(declared, key).strip(), "is empty", "say it in a few words") for key in _SAID),
        *((key, not getattr(declared, key), "is empty", "each detector proves itself: give a text") for key in _PROOF),
        (
            "grade",
            isinstance(declared.grade, dict) and set(declared.grade) != set(Profile),
            "a profile is missing",
            "give one grade, or one for each profile",
        ),
        (
            "belief",
            not 0.0 < declared.belief < 1.0,
            "is no belief",
            "a number between 0 and 1; from 0.65 a value is told without any context",
        ),
        (
            "patterns",
            not (declared.patterns or declared.values or words or declared.words_file),
            "nothing to find",
            "give patterns, values or words",
        ),
        (
            "values",
            bool(declared.values) and not declared.fields,
            "are read only under a name in fields",
            "add fields, or use patterns",
        ),
    )
    yield from ((key, what, cure) for key, is_wrong, what, cure in wrong if is_wrong)
    yield from _faults_of_names(declared)
    yield from _faults_of_words(words)
    for expression in declared.patterns:
        yield from (("patterns", what, cure) for what, cure in _faults_of_pattern(expression, least=_SHORTEST))
    for expression in declared.values:
        yield from (("values", what, cure) for what, cure in _faults_of_pattern(expression, least=1))


def _faults_of_names(declared: Declared) -> Iterator[Told]:
    for key in ("fields", "cues", "against"):
        if any(not 1 < len(word.strip()) <= _LONGEST_WORD or word != word.strip() for word in getattr(declared, key)):
            yield key, "a word is too short, too long or has blanks around it", "two letters or more each"
    for expression in declared.field_patterns:
        for what, cure in _faults_of_pattern(expression, least=1):
            yield "field_patterns", what, cure


def _faults_of_words(words: tuple[str, ...]) -> Iterator[Told]:
    if len(words) > _MOST_WORDS:
        yield "words", f"{len(words)} words", f"{_MOST_WORDS} at the most"
    short = sum(not _SHORTEST_WORD <= len(word.encode("utf-8", "replace")) <= _LONGEST_WORD * 3 for word in words)
    single = sum(len(word) < 2 for word in words)
    if short or single:
        yield "words", f"{max(short, single)} of the words are too short or too long", "three letters or two characters"


def _faults_of_pattern(expression: str, *, least: int) -> Iterator[tuple[str, str]]:
    try:
        shape = shape_of(expression)
        re.compile(as_bytes(expression))
    except (MalformedError, re.error) as error:
        yield str(error), _MANUAL
        return
    if not shape.shortest:
        yield "a pattern matches the empty text", "make a part of it necessary"
    elif shape.shortest < least:
        yield f"a pattern of {shape.shortest} bytes is too short to be looked for anywhere", "use values and fields"
    if shape.longest > LONGEST:
        yield f"a pattern matches up to {shape.longest} bytes", f"{LONGEST} at the most"
    if shape.ways > MOST_WAYS:
        yield "a pattern can match the same text in too many ways (catastrophic)", "repeat single classes, not groups"
