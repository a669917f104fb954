"""Detectors and dictionaries that an enterprise declares in TOML; docs/reference/custom_detectors.md is the manual.

Everything is looked at before anything is used: all faults are told at once, each with its line and its cure.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from hashlib import blake2b
import re
import tomllib
from typing import Any, Final

import msgspec
from msgspec import Struct

from detectors import masks
from detectors.catalogue import catalogue, digest
from detectors.declared import CHECKS, Declared, Kept, faults_in
from detectors.detector import Detector, Example, Mask
from detectors.fields import Fields
from detectors.finding import Candidate
from detectors.scanner import Scanner
from wire.faults import ConfigurationError
from wire.kinds import Kind, Profile

_MOST_BYTES: Final = 16 << 20
_MOST_DETECTORS: Final = 200
_MOST_FAULTS: Final = 20
_REACH: Final = 256
_KEY_BELIEF: Final = 0.995
"""Belief in a value that the enterprise's own pattern of names vouches for: no common word against outweighs it."""
_HEADER: Final = re.compile(r"\s*\[\[\s*detector\s*\]\]")

Read = Callable[[str], bytes]
"""Name of a file beside the rules -> its content; raises OSError."""


class CustomCheck(Struct, frozen=True):
    """The check of a declared detector: its named check, then its own patterns of field names."""

    name: str
    belief: float
    canonical: Callable[[bytes], bytes]
    field_patterns: tuple[re.Pattern[str], ...]

    def __call__(self, candidate: Candidate) -> float:
        """Belief in a candidate."""
        if self.name != "none" and not CHECKS[self.name](self.canonical(candidate.text)):
            return 0.0
        return _KEY_BELIEF if self.vouches(candidate) else self.belief

    def vouches(self, candidate: Candidate) -> bool:
        """Whether a pattern of names matches the field's name."""
        if not self.field_patterns:
            return False
        low = max(0, candidate.start - _REACH)
        near = Fields(candidate.content[low : candidate.start], "json", "").before(candidate.start - low)
        names = (candidate.field, near.decode("utf-8", "replace"))
        return any(pattern.search(name) for pattern in self.field_patterns for name in names if name)


class _Fault(Struct, frozen=True, order=True):
    line: int
    key: str
    what: str
    cure: str


def from_toml(content: bytes, name: str, read: Read | None = None) -> tuple[Detector, ...]:
    """The detectors that a file declares.

    Args:
        content: the file.
        name: what messages call it.
        read: gives the files that ``words_file`` names; without it none may be named.

    Raises:
        ConfigurationError: something is wrong; every fault is told with line, key and cure.
    """
    tables, lines = _tables(content, name)
    faults: list[_Fault] = []
    taken = {detector.kind for detector in catalogue()}
    detectors: list[Detector] = []
    for number, table in enumerate(tables):
        table_lines = lines(number)
        found = _read_table(table, table_lines, read, faults)
        if found is not None and found.kind in taken:
            cure = "name it after your organisation, as acme.staff_no"
            faults.append(_Fault(table_lines("kind"), "kind", "this kind is declared already", cure))
        if found is not None:
            taken.add(found.kind)
            detectors.append(found)
    if faults:
        raise _refusal(faults, name)
    return tuple(detectors)


def ruleset(custom: Sequence[Detector]) -> str:
    """The digest of the catalogue with declared detectors beside it."""
    if not custom:
        return digest()
    state = blake2b(digest().encode(), digest_size=8)
    for each in custom:
        shown = [getattr(each, key) for key in each.__struct_fields__ if key not in ("check", "canonical", "mask")]
        check = each.check
        own = (check.name, check.belief, check.field_patterns) if isinstance(check, CustomCheck) else ()
        state.update(repr((shown, own)).encode())
    return state.hexdigest()


class Proof(Struct, frozen=True):
    """Whether a detector does with one text what was declared."""

    kind: Kind
    is_lookalike: bool
    number: int
    holds: bool


def proofs(scanner: Scanner, custom: Iterable[Detector], on: date) -> Iterator[Proof]:
    """Every example and lookalike of declared detectors, tried.

    Args:
        scanner: one that holds the catalogue and the declared detectors.
        custom: the declared detectors.
        on: the day of the trial.
    """
    for detector in custom:
        for is_lookalike, texts in ((False, detector.examples), (True, detector.lookalikes)):
            for number, example in enumerate(texts):
                found = scanner.scan(example.text.encode(), example.media, "body", on)
                is_found = any(finding.kind == detector.kind for finding in found)
                yield Proof(detector.kind, is_lookalike, number, is_found != is_lookalike)


_Lines = Callable[[str], int]


def _tables(content: bytes, name: str) -> tuple[list[dict[str, Any]], Callable[[int], _Lines]]:
    if len(content) > _MOST_BYTES:
        raise ConfigurationError(f"the rules are larger than {_MOST_BYTES >> 20} MiB", name, "use words_file")
    try:
        text = content.decode("utf-8-sig")
        parsed = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            "the rules are not UTF-8", f"{name}, byte {error.start}", "save them as UTF-8"
        ) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        # The parser quotes what it stumbles over; the place is enough.
        place = re.search(r"\(at (?:line (\d+), column \d+|end of document)\)", str(error))
        at = f"{name}:{place[1]}" if place and place[1] else name
        raise ConfigurationError("not TOML", at, "strings with \\ stand in single quotes: 'E\\d{6}'") from error
    tables = parsed.get("detector", [])
    unknown = sorted(set(parsed) - {"detector"})
    if unknown or not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigurationError("a file of rules holds [[detector]] tables and nothing else", name, "see rules --help")
    if not 0 < len(tables) <= _MOST_DETECTORS:
        raise ConfigurationError(f"{len(tables)} detectors", name, f"declare from 1 to {_MOST_DETECTORS}")
    written = text.splitlines()
    starts = [number for number, line in enumerate(written) if _HEADER.match(line)]

    def lines(number: int) -> _Lines:
        start = starts[number] if number < len(starts) else 0
        end = starts[number + 1] if number + 1 < len(starts) else len(written)
        return lambda key: next(
            (at + 1 for at in range(start, end) if re.match(rf"\s*{re.escape(key)}\s*=", written[at])), start + 1
        )

    return tables, lines


def _read_table(table: dict[str, Any], line: _Lines, read: Read | None, faults: list[_Fault]) -> Detector | None:
    try:
        declared = msgspec.convert(table, Declared)
    except msgspec.ValidationError as error:
        what = str(error)
        key = re.search(r"`\$\.([a-z_]+)|field `([a-z_A-Z0-9-]+)`", what)
        named = (key[1] or key[2]) if key else ""
        faults.append(_Fault(line(named), named, what, "the manual lists the keys: docs/reference/custom_detectors.md"))
        return None
    words = _words(declared, read)
    told = list(faults_in(declared, () if isinstance(words, str) else words))
    if isinstance(words, str):
        told.append(("words_file", words, "name a UTF-8 file beside the rules, one word a line"))
    faults += [_Fault(line(key), key, what, cure) for key, what, cure in told]
    return None if told or isinstance(words, str) else _built(declared, words)


def _words(declared: Declared, read: Read | None) -> tuple[str, ...] | str:
    """The dictionary, or what is wrong with its file."""
    words = list(declared.words)
    if declared.words_file:
        try:
            content = read(declared.words_file) if read else None
        except OSError as error:
            return f"cannot be read: {error.strerror}"
        if content is None or len(content) > _MOST_BYTES:
            return "cannot be read here" if content is None else "is too large"
        try:
            words += content.decode("utf-8-sig").splitlines()
        except UnicodeDecodeError as error:
            return f"is not UTF-8 at byte {error.start}"
    return tuple(dict.fromkeys(stripped for word in words if (stripped := word.strip())))


def _built(declared: Declared, words: tuple[str, ...]) -> Detector:
    canonical = _canonical(declared.separators, declared.case)
    grade = declared.grade
    field_patterns = tuple(re.compile(expression, re.IGNORECASE) for expression in declared.field_patterns)
    return Detector(
        kind=Kind(declared.kind),
        title=declared.title,
        title_en=declared.title_en,
        grades=grade if isinstance(grade, dict) else dict.fromkeys(Profile, grade),
        patterns=tuple(declared.patterns),
        words=words,
        values=tuple(declared.values),
        check=CustomCheck(declared.check, declared.belief, canonical, field_patterns),
        canonical=canonical,
        mask=_mask(declared.mask),
        fields=tuple(word.lower() for word in declared.fields),
        cues=tuple(declared.cues),
        against=tuple(declared.against),
        identifies=declared.identifies,
        law=declared.law,
        examples=_examples(declared.examples),
        lookalikes=_examples(declared.lookalikes),
    )


def _canonical(separators: str, case: str) -> Callable[[bytes], bytes]:
    removed = separators.encode()

    def canonical(text: bytes) -> bytes:
        bare = text.translate(None, removed) if removed.isascii() else text
        return bare.upper() if case == "upper" else bare.lower() if case == "lower" else bare

    return canonical


def _mask(mask: str | Kept) -> Mask:
    if isinstance(mask, Kept):
        return masks.keep(max(0, mask.head), max(0, mask.tail), max(1, mask.hidden))
    return {"nothing": masks.nothing, "first_letter": masks.first_letter, "mailbox": masks.mailbox}[mask]


def _examples(texts: Iterable[str | Example]) -> tuple[Example, ...]:
    return tuple(text if isinstance(text, Example) else Example(text, _media(text)) for text in texts)


def _media(text: str) -> str:
    return "json" if text[:1] in "{[" and text else "xml" if text.startswith("<") else "text"


def _refusal(faults: list[_Fault], name: str) -> ConfigurationError:
    told = [
        f"{fault.key}: {fault.what}\n  at: {name}:{fault.line}\n  help: {fault.cure}"
        for fault in sorted(faults)[:_MOST_FAULTS]
    ]
    rest = len(faults) - len(told)
    return ConfigurationError("\n".join((*told, *([f"and {rest} more"] if rest > 0 else ()))))
