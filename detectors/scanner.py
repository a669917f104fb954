"""One pass of the engine, checks on candidates only, belief weighed by what stands around them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
import re
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from detectors.announced import patterns_of, value_spans
from detectors.columns import Columns
from detectors.context import COMPANY, Cues, weighed
from detectors.detector import Detector
from detectors.engines import EngineFactory, Pattern, Span, as_bytes
from detectors.fields import Fields
from detectors.filled import Filling, filled, width
from detectors.finding import Candidate, Finding
from detectors.heard import Heard
from detectors.masked import PATTERNS as MASKED
from detectors.masked import is_masked
from detectors.names import FOR, Name, Vocabulary
from detectors.records import Records, joined
from detectors.spoken import PERSON, Tagger, spoken
from detectors.unnamed import values
from detectors.views import PACKED, readable, unpacked
from wire.kinds import Kind

THRESHOLD: Final = 0.65
"""Belief from which a finding is told. What needs context does not reach it alone."""
_DOUBTFUL: Final = 0.3
"""Belief from which an attribute may still be carried over the threshold by an identified person in its record."""
_LONGEST_VALUE: Final = 512
_ALONE: Final = 1.5
"""Odds that a value is what it looks like where it is the whole of a field whose name says nothing."""
_AGREED: Final = 12.0
_FEWEST: Final = 20
_SHARE: Final = 0.8
"""Odds where so many values of a column, and such a share of them, look the same under a name that says nothing."""

_FILLED: Final = 60.0
"""Odds that names, addresses or telephones are such where a whole column is full of them."""

_UNNAMED: Final = 0.4
"""Belief in a name or an address under a field name that says nothing: company carries it over the threshold."""

_NAME: Final = -1
_PACKED: Final = -2
_MASKED: Final = -3
"""Owners of patterns that belong to no detector: parts of announcing names, runs that may be base64, masked values."""
_DIGIT: Final = re.compile(rb"[0-9]")
_BROKEN_BEFORE: Final = re.compile(rb"[0-9]\.\Z")
_BROKEN_AFTER: Final = re.compile(rb"\.[0-9]")

Gate = Callable[[bytes, str, str, date], int]
"""Content, media, where and day -> -1 if it may hold something, else how many values in it are masked already."""

_Hit = tuple[int, int, int, float, str]
"""(start, end, number of the detector, belief, field)."""


class _Piece(Struct, frozen=True):
    """What is being scanned."""

    view: bytes
    media: str
    on: date
    fields: Fields


class Scanner:
    """Finds what some detectors know. One scanner serves one thread at a time.

    Args:
        engine_factory: makes the matcher for the detectors' patterns.
        detectors: what to find.
        threshold: belief from which a finding is told.
        tag: what reads names and addresses in running text; none: they are found by their fields only.
    """

    def __init__(
        self,
        engine_factory: EngineFactory,
        detectors: Sequence[Detector],
        threshold: float = THRESHOLD,
        tag: Tagger | None = None,
    ) -> None:
        self._detectors: Final = tuple(detectors)
        self._threshold: Final = threshold
        self._tag: Final = tag
        self._persons: Final = frozenset(each.kind for each in detectors if each.identifies and each.is_personal)
        self._vocabulary: Final = Vocabulary(detectors)
        self._checks: Final = [detector.check for detector in detectors]
        self._cues: Final = [Cues(detector) for detector in detectors]
        self._identifies: Final = [detector.identifies and detector.is_personal for detector in detectors]
        self._competes: Final = [detector.identifies or not detector.is_personal for detector in detectors]
        self._readers: Final[dict[Kind, list[Detector]]] = {}
        for detector in detectors:
            for kind in detector.reads:
                self._readers.setdefault(kind, []).append(detector)
        self._values: Final = [_any_of(detector.values) for detector in detectors]
        self._fillings: Final = [
            Filling(number, value, detector.check)
            for number, (detector, value) in enumerate(zip(detectors, self._values, strict=True))
            if detector.fills_columns and value
        ]
        own = [
            (number, Pattern((text,), lead=detector.lead))
            for number, detector in enumerate(detectors)
            for text in detector.patterns
        ]
        own += [
            (number, Pattern(detector.words, is_literal=True))
            for number, detector in enumerate(detectors)
            if detector.words
        ]
        names = [(_NAME, pattern) for pattern in patterns_of(detectors)]
        packed = [(_PACKED, Pattern((PACKED,), is_word=False, is_gate=True))]
        masked = [(_MASKED, pattern) for pattern in MASKED]
        self.owners: Final = [owner for owner, _ in (*own, *names, *packed, *masked)]
        """By pattern: number of the detector, or below 0 what else it is for."""
        self.patterns: Final = tuple(pattern for _, pattern in (*own, *names, *packed, *masked))
        self._engine: Final = engine_factory(self.patterns)
        self._heard: Final = Heard(self._vocabulary, self._detectors, self._values, self._fillings)
        self.gate: Gate | None = None
        """What is asked first, if there is one: whether a content surely holds nothing."""
        self.masked = 0
        """Values in the last content that were masked already: no persons for a count, but proof of a policy."""

    def scan(self, content: bytes, media: str, where: str, on: date) -> list[Finding]:
        """What stands in a piece of content, in order of position.

        Args:
            content: transfer and content encodings undone; charset, percent-encoding and escapes as they came.
            media: how it is written, as its carrier says: json, form, csv, xml, text, binary.
            where: which part of a message it is: query, header, cookie, url, body, or body:FIELD.
            on: the day of the transfer in Shanghai.
        """
        self.masked = self.gate(content, media, where, on) if self.gate else -1
        if self.masked >= 0:
            return []
        self.masked = 0
        view = readable(content, media, where)
        spans = self._engine.spans(view)
        if spans and self.owners[spans[0][0]] == _PACKED:
            opened = unpacked(view)
            if opened is not view:
                view, spans = opened, self._engine.spans(opened)
        piece = _Piece(view, media, on, Fields(view, media, where))
        if not (spans or piece.fields.whole or piece.fields.columns):
            return []
        hits = sorted((*self._agreeing(self._hits(spans, piece), piece), *self._whole_values(piece)))
        if max((hit[3] for hit in hits), default=0.0) < self._threshold:
            return []
        hits = self._undisputed(sorted((*hits, *self._unnamed(hits, piece))))
        rows = piece.fields.columns.rows() if piece.fields.columns else ()
        records = Records(view, media, where, rows, [hit[0] for hit in hits])
        told = list(self._told(hits, piece, records))
        more = list(self._read(told, view, media, on)) if self._readers else []
        more += self._spoken(told, piece)
        return sorted((*told, *more), key=_place) if more else told

    @property
    def detectors(self) -> tuple[Detector, ...]:
        """What is looked for; findings' detectors are numbered by it."""
        return self._detectors

    @property
    def cues(self) -> Sequence[Cues]:
        """By detector: words that speak for and against it in running text."""
        return self._cues

    def look_up(self, name: bytes) -> Name:
        """What a field's name says."""
        return self._vocabulary.look_up(name)

    def _hits(self, spans: Sequence[Span], piece: _Piece) -> list[_Hit]:
        """Every candidate that its check and its surroundings leave standing."""
        hits: list[_Hit] = []
        # Bound once: this loop runs for every candidate.
        view, media, on, before = piece.view, piece.media, piece.on, piece.fields.before
        look_up, owners, checks = self._vocabulary.look_up, self.owners, self._checks
        last: tuple[bytes, Sequence[tuple[int, int]]] = (b"", ())
        announced: list[_Hit] = []
        for pattern, start, end in spans:
            number = owners[pattern]
            if number >= 0:
                name = look_up(before(start))
                candidate = Candidate(view, start, end, name.shown, media, on)
                belief = checks[number](candidate)
                odds = name.odds[number]
                is_open = belief > 0.0 and odds != FOR
                belief = weighed(belief, self._odds(number, name, candidate, piece.fields) if is_open else odds)
                if belief >= _DOUBTFUL:
                    hits.append((start, end, number, belief, name.shown))
            elif number == _NAME:
                told = value_spans(view, start, end)
                if told != last:  # several parts of one name announce the same
                    announced, last = self._announced(*told, piece), told
                hits += announced
            elif number == _MASKED and is_masked(view, start, end):
                self.masked += 1
        return hits

    def _whole_values(self, piece: _Piece) -> Iterator[_Hit]:
        """Candidates that a column's header announces, or the name of the part of the message."""
        columns = piece.fields.columns
        for column, name_bytes in enumerate(columns.names if columns else ()):
            if columns and self._announces(name_bytes):
                yield from self._announced(name_bytes, list(columns.cells(column)), piece)
        if columns and self._fillings:
            yield from self._filled(columns, piece)
        if self._announces(piece.fields.whole) and len(piece.view) <= _LONGEST_VALUE:
            yield from self._announced(piece.fields.whole, [(0, len(piece.view))], piece)

    def _odds(self, number: int, name: Name, candidate: Candidate, fields: Fields) -> float:
        """What a candidate's surroundings multiply its odds with, where no field's name speaks for it."""
        if _is_part_of_a_float(candidate):
            return 0.0
        odds = name.odds[number]
        if odds == 1.0:
            is_field = name.is_given and fields.is_whole(candidate.start, candidate.end)
            if is_field and name.is_opaque:
                return _ALONE
            odds = _ALONE if is_field else self._cues[number].odds(candidate)
        needs = self._detectors[number].needs_context
        return 0.0 if needs and odds <= _ALONE else odds

    def _agreeing(self, hits: list[_Hit], piece: _Piece) -> list[_Hit]:
        """Hits with those believed that fill a column whose name says nothing."""
        if len(hits) < _FEWEST or not any(hit[3] < self._threshold and self._competes[hit[2]] for hit in hits):
            return hits
        fields = piece.fields
        columns = Counter(
            (hit[2], column) for hit in hits if (column := self._opaque_column(hit[0], fields)) is not None
        )
        agreed = {
            (number, column)
            for (number, column), count in columns.items()
            if count >= _FEWEST and count >= _SHARE * fields.height(column)
        }
        return [
            (start, end, number, weighed(belief, _AGREED), field)
            if belief < self._threshold and (number, self._opaque_column(start, fields)) in agreed
            else (start, end, number, belief, field)
            for start, end, number, belief, field in hits
        ]

    def _opaque_column(self, start: int, fields: Fields) -> bytes | int | None:
        """The column that a value stands in, if its name says nothing."""
        name = fields.before(start)
        if not self._vocabulary.look_up(name).is_opaque:
            return None
        return fields.column(start, name)

    def _filled(self, columns: Columns, piece: _Piece) -> Iterator[_Hit]:
        """Candidates in columns whose name says nothing, and which are full of them."""
        names = columns.names or (b"",) * width(columns)
        opaque = {column for column, name in enumerate(names) if self._vocabulary.look_up(name).is_opaque}
        shared = Candidate(piece.view, 0, 0, "", piece.media, piece.on)
        for each in filled(columns, opaque, self._fillings, shared):
            yield each.start, each.end, each.number, weighed(each.belief, _FILLED), ""

    def _unnamed(self, hits: Sequence[_Hit], piece: _Piece) -> Iterator[_Hit]:
        """Names and addresses under field names that say nothing; an identified person's company makes them told."""
        is_called = any(self._identifies[number] and belief >= self._threshold for _, _, number, belief, _ in hits)
        for start, end in values(piece.view) if is_called else ():
            name = piece.fields.before(start)
            shown, possible = self._heard.silent(name)
            for each in possible:
                if each.value.fullmatch(piece.view, start, end):
                    candidate = Candidate(piece.view, start, end, shown, piece.media, piece.on)
                    if each.check(candidate) > 0.0 and self._is_seen(each.number, candidate):
                        yield start, end, each.number, _UNNAMED, shown

    def _is_seen(self, number: int, candidate: Candidate) -> bool:
        """Whether an address has a number, and the tagger takes the whole of a value for a name: 柳州 is none."""
        if self._detectors[number].kind != PERSON:
            return _DIGIT.search(candidate.text) is not None
        text = candidate.text.decode("utf-8", "replace")
        return [(each.label, each.end) for each in (self._tag(text) if self._tag else ())] == [("PERSON", len(text))]

    def _announces(self, name: bytes) -> bool:
        return bool(name and self._heard.announced(name)[1])

    def _announced(self, name: bytes, spans: Sequence[tuple[int, int]], piece: _Piece) -> list[_Hit]:
        """Candidates among the values behind a name, for the detectors that the name speaks for."""
        hits: list[_Hit] = []
        shown, spoken_for = self._heard.announced(name)
        for start, end in spans if spoken_for else ():
            candidate: Candidate | None = None
            for number, odds, fullmatch, check in spoken_for:
                if fullmatch(piece.view, start, end):
                    candidate = candidate or Candidate(piece.view, start, end, shown, piece.media, piece.on)
                    belief = weighed(check(candidate), odds)
                    if belief >= _DOUBTFUL:
                        hits.append((start, end, number, belief, shown))
        return hits

    def _undisputed(self, hits: Iterable[_Hit]) -> list[_Hit]:
        """One hit a place: of overlapping identifiers the likelier, then the longer. An attribute may share one."""
        kept: list[_Hit] = []
        competes = self._competes
        rival = -1
        for hit in hits:
            start, end, number, belief, _ = hit
            if kept and kept[-1][:3] == (start, end, number):
                kept[-1] = hit
            elif not competes[number]:
                kept.append(hit)
            elif rival >= 0 and start < kept[rival][1]:
                if (belief, end - start) > (kept[rival][3], kept[rival][1] - kept[rival][0]):
                    kept[rival] = hit
            else:
                rival = len(kept)
                kept.append(hit)
        return kept

    def _told(self, hits: Sequence[_Hit], piece: _Piece, records: Records) -> Iterator[Finding]:
        persons = [self._identifies[number] and belief >= self._threshold for _, _, number, belief, _ in hits]
        numbers = joined(records, persons)
        identified = {record for record, is_person in zip(numbers, persons, strict=True) if is_person}
        for (start, end, number, belief, field), record in zip(hits, numbers, strict=True):
            detector = self._detectors[number]
            if belief < self._threshold and record in identified and self._is_raised(detector, start, piece.fields):
                belief = weighed(belief, COMPANY)  # noqa: PLW2901  # the same belief, now that company is known
            if belief >= self._threshold and detector.is_personal:
                yield Finding(
                    detector.kind, start, end, detector.canonical(piece.view[start:end]), belief, record, field
                )

    def _is_raised(self, detector: Detector, start: int, fields: Fields) -> bool:
        """Whether company says something: of an identifier of any form, only where no field's name would."""
        if not detector.identifies or detector.fills_columns:
            return True
        name = fields.before(start)
        return self._vocabulary.look_up(name).is_opaque if name else not fields.columns

    def _read(self, told: Sequence[Finding], view: bytes, media: str, on: date) -> Iterator[Finding]:
        """The attributes that stand in the values of what was found."""
        for finding in told:
            for detector in self._readers.get(finding.kind, ()):
                candidate = Candidate(view, finding.start, finding.end, finding.field, media, on)
                if detector.check(candidate) > 0.0:
                    value = detector.canonical(finding.value)
                    yield replace(finding, kind=detector.kind, value=value)

    def _spoken(self, told: Sequence[Finding], piece: _Piece) -> list[Finding]:
        """Names and addresses in running text beside an identified person."""
        persons = [finding for finding in told if finding.kind in self._persons] if self._tag else []
        if not (persons and self._tag) or piece.view.isascii():
            return []
        form = "table" if piece.fields.columns else piece.media
        found = spoken(piece.view, told, persons, self._tag, form)
        return [
            finding for finding in found if finding.belief >= self._threshold and not self._is_field(finding, piece)
        ]

    @staticmethod
    def _is_field(finding: Finding, piece: _Piece) -> bool:
        """Whether it is all that stands in a field: then the field's name would have told."""
        is_named = piece.fields.before(finding.start) != b""
        return is_named and piece.fields.is_whole(finding.start, finding.end)


def _any_of(values: Sequence[str]) -> re.Pattern[bytes] | None:
    return re.compile(b"|".join(as_bytes(value) for value in values), re.DOTALL) if values else None


def _place(finding: Finding) -> tuple[int, int]:
    return finding.start, finding.end


def _is_part_of_a_float(candidate: Candidate) -> bool:
    return bool(_BROKEN_BEFORE.search(candidate.before(2)) or _BROKEN_AFTER.match(candidate.after(2)))
