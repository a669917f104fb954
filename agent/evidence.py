"""Mask, tokenise, tally: the last place where a raw value exists. What leaves this file names nobody."""

from array import array
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
import re
from typing import Any, Final

from detectors.detector import Detector
from detectors.finding import Finding
from wire.events import Tally
from wire.kinds import Grade, Kind, Profile
from wire.subjects import Gathering, Subjects, mark_of, strength

_EXEMPLARS: Final = 3
_FIELDS: Final = 8
_LOOKED_AT: Final = 64
"""Hits among which exemplars are looked for: many values may look alike when masked."""
_PENDING: Final = 512
"""Tokens held back before they go into a sketch: one bulk update is cheaper than many."""

_SEVERAL: Final = -1
"""No token: a record holds more than one of a kind."""

_Person = tuple[Kind, int]
"""An identifier kind, or its mark, and the token of one value of it."""

Tokeniser = Callable[[Kind, bytes], int]
"""Canonical value of a kind -> keyed 64-bit token."""


def year_key(master: bytes, organisation: str, year: int) -> bytes:
    """The key of one exporter and legal year: other exporters and other years cannot be joined with it."""
    return blake2b(
        f"{organisation}/{year}".encode(), key=master[:64], digest_size=32, person=b"guanjin year key"
    ).digest()


def tokeniser_of(key: bytes) -> Tokeniser:
    """A tokeniser under a key: BLAKE2b, 64 bits, personalised by the kind so that equal digits of two kinds differ."""
    opened: dict[Kind, Any] = {}

    def token(kind: Kind, value: bytes) -> int:
        started = opened.get(kind)
        if started is None:
            person = blake2b(kind.encode(), digest_size=16).digest()
            started = opened[kind] = blake2b(key=key, digest_size=8, person=person)
        state = started.copy()
        state.update(value)
        return int.from_bytes(state.digest(), "little")

    return token


class Evidence:
    """What has been found in one transfer so far: counts, tokens in sketches, masked exemplars. No raw value stays."""

    def __init__(self, detectors: Mapping[Kind, Detector], token: Tokeniser, profile: Profile) -> None:
        self._detectors = detectors
        self._token = token
        self._profile = profile
        self._kinds: dict[Kind, _Kept] = {}

    def add(self, findings: Iterable[Finding]) -> None:
        """Take in the findings of one piece of content; those of one record concern the same persons."""
        persons: dict[int, list[_Person]] = {}
        attributes: list[Finding] = []
        for finding in findings:
            kept = self._note(finding)
            if self._detectors[finding.kind].identifies:
                person = (finding.kind, self._token(finding.kind, finding.value))
                kept.add(person)
                persons.setdefault(finding.record, []).append(person)
            elif finding.record >= 0:
                attributes.append(finding)
        persons.pop(-1, None)  # beside each other in no record: of nobody in particular
        for some in persons.values():
            some.extend(self._covered(some))
        for finding in attributes:
            for person in persons.get(finding.record, ()):
                self._kinds[finding.kind].add(person)

    def tallies(self) -> tuple[Tally, ...]:
        """The tallies, by kind."""
        return tuple(kept.tally(kind, self._grade(kind)) for kind, kept in sorted(self._kinds.items()))

    def _covered(self, persons: Iterable[_Person]) -> list[_Person]:
        """The marks of those in one record that a stronger identifier covers.

        Two of a kind may be of two persons, a contact's phone beside one's own: neither covers, neither is covered.
        """
        tokens: dict[Kind, int] = {}
        for kind, token in persons:
            if tokens.setdefault(kind, token) != token:
                tokens[kind] = _SEVERAL
        if len(tokens) == 1:
            return []
        covered: list[_Person] = []
        grades: list[Grade] = []
        for kind, its_mark in _by_strength(tuple([kind for kind, token in tokens.items() if token != _SEVERAL])):
            grade = self._grade(kind)
            if grades:
                mark = its_mark, tokens[kind]
                covered.append(mark)
                # A grade is counted without the other: what covers has to be there too.
                if grade in grades:
                    self._kinds[kind].add(mark)
            grades.append(grade)
        return covered

    def _grade(self, kind: Kind) -> Grade:
        return self._detectors[kind].grades[self._profile]

    def __bool__(self) -> bool:
        return bool(self._kinds)

    def _note(self, finding: Finding) -> "_Kept":
        kept = self._kinds.get(finding.kind)
        if kept is None:
            kept = self._kinds[finding.kind] = _Kept()
        kept.hits += 1
        if len(kept.exemplars) < _EXEMPLARS and kept.hits <= _LOOKED_AT:
            kept.exemplars.setdefault(self._detectors[finding.kind].mask(finding.value))
        if len(kept.fields) < _FIELDS and finding.field:
            kept.fields.setdefault(without_identifiers(finding.field)[:64])
        return kept


class _Kept:
    """What is kept of one kind."""

    def __init__(self) -> None:
        self.hits = 0
        self.exemplars: dict[str, None] = {}
        self.fields: dict[str, None] = {}
        self._pending: dict[Kind, array[int]] = {}
        """Packed, for many conversations are open at a time; a token may stand in it twice."""
        self._gathering = Gathering()

    def add(self, person: "_Person") -> None:
        kind, token = person
        pending = self._pending.get(kind)
        if pending is None:
            pending = self._pending[kind] = array("Q")
        pending.append(token)
        if len(pending) >= _PENDING:
            self._gathering.add_tokens(kind, pending)
            del pending[:]

    def tally(self, kind: Kind, grade: Grade) -> Tally:
        return Tally(kind, grade, self.hits, self._subjects(), tuple(self.exemplars), tuple(self.fields))

    def _subjects(self) -> Subjects:
        for kind, pending in self._pending.items():
            self._gathering.add_tokens(kind, pending)
        self._pending.clear()
        return self._gathering.subjects()


@lru_cache(maxsize=256)
def _by_strength(kinds: tuple[Kind, ...]) -> tuple[tuple[Kind, Kind], ...]:
    """Identifier kinds with their marks, the strongest first."""
    return tuple((kind, Kind(mark_of(kind))) for kind in sorted(kinds, key=strength))


_IDENTIFIER_LIKE: Final = re.compile(r"[0-9]{11,}[Xx]?|[^\s@/]+@[^\s@/]+\.[A-Za-z]{2,}")


def without_identifiers(text: str) -> str:
    """A name from the traffic (host, field, file) with long digit runs and addresses struck out.

    Such names are written by whoever sends the traffic, so an identifier may hide in them, and bytes that are no text.
    """
    readable = text.encode("utf-8", "replace").decode()
    return _IDENTIFIER_LIKE.sub(lambda found: "*" * len(found.group()), readable)
