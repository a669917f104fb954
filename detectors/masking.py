"""A content rewritten with every finding masked: as long as it was, JSON and CSV as readable as they were."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
import re
from typing import Final

from msgspec import Struct

from detectors.aligned import Aligned, charset_of, in_charset, in_utf8
from detectors.detector import Detector
from detectors.finding import Finding
from detectors.scanner import Scanner
from wire.kinds import Kind

_SEPARATORS: Final = frozenset(" -+()./:_（）")
_TOKEN: Final = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Za-z]{6,64}(?![0-9A-Za-z])")
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_NUMBER: Final = frozenset(b"0123456789+-.eE*")
_PASSES: Final = 4
_BLANKS: Final = 64
_UNIT: Final = 16
"""Bytes up to which an encoded character becomes one asterisk; a longer unit is a run of base64."""
_Part = tuple[int, int, bytes]
"""(start, end, what comes in its place)."""


class Masked(Struct, frozen=True):
    """What a rewriting gives."""

    content: bytes
    counts: dict[Kind, int]
    is_exact: bool
    """False where an encoding could not be kept: the content is then as it reads once decoded."""


class Masker:
    """Rewrites contents.

    Args:
        scanner: finds what is to be masked.
        detectors: those of the scanner; each masks its own kind.
    """

    def __init__(self, scanner: Scanner, detectors: Iterable[Detector]) -> None:
        self._scanner: Final = scanner
        self._detectors: Final[Mapping[Kind, Detector]] = {each.kind: each for each in detectors}

    def masked(self, content: bytes, media: str, on: date) -> Masked:
        """The content with every finding masked, in the charset it came in.

        Args:
            content: what may hold personal information.
            media: json, form, xml, csv, text, binary.
            on: the day on which ages are reckoned.
        """
        charset = charset_of(content)
        text = in_utf8(content, charset)
        counts: Counter[Kind] = Counter()
        is_exact = True
        for number in range(_PASSES):
            aligned = Aligned(text, media)
            findings = self._scanner.scan(text, media, "body", on)
            if not findings:
                break
            if number == 0:
                counts.update(finding.kind for finding in findings)
            is_exact = is_exact and aligned.is_exact
            text = self._rewritten(aligned, findings, media, is_first=number == 0)
        return Masked(in_charset(text, charset) if counts else content, dict(counts), is_exact)

    def _rewritten(self, aligned: Aligned, findings: Sequence[Finding], media: str, *, is_first: bool) -> bytes:
        """The text with these findings masked; what is found again after that is shown no letter of."""
        hidden: set[tuple[int, int]] = set()
        for start, end, value, detector in self._places(aligned.view, findings):
            shown = detector.mask(value) if is_first else ""
            hidden.update(_hidden(aligned.view[start:end], start, value, shown))
        parts: list[_Part] = []
        for place in sorted(hidden):
            first, last = aligned.span(*place)
            count = last - first if media == "binary" or last - first > _UNIT else 1
            parts.append((first, last, b"*" * count))
        if media == "json":
            parts = sorted((*parts, *_quotes(aligned.base, parts)))
        return _joined(aligned.base, parts)

    def _places(self, view: bytes, findings: Sequence[Finding]) -> Iterator[tuple[int, int, bytes, Detector]]:
        """Each finding, and each further place where the same identifier stands by itself."""
        echoes: dict[bytes, Detector] = {}
        for finding in findings:
            detector = self._detectors[finding.kind]
            yield finding.start, finding.end, finding.value, detector
            if detector.identifies and _TOKEN.fullmatch(finding.value):
                echoes.setdefault(finding.value.upper(), detector)
        for token in _TOKEN.finditer(view) if echoes else ():
            found = echoes.get(token[0].upper())
            if found is not None:
                yield *token.span(), found.canonical(token[0]), found


def _hidden(content: bytes, start: int, value: bytes, shown: str) -> Iterator[tuple[int, int]]:
    """Places of the characters that a mask hides."""
    place = start
    text = content.decode("utf-8", "surrogateescape")
    for letter, is_shown in zip(text, visible(text, value.decode("utf-8", "surrogateescape"), shown), strict=True):
        size = len(letter.encode("utf-8", "surrogateescape"))
        if not is_shown:
            yield place, place + size
        place += size


def visible(text: str, value: str, shown: str) -> list[bool]:
    """Which characters of a text a mask leaves, separators always.

    Args:
        text: a value as it was written, perhaps in groups.
        value: its canonical form.
        shown: the mask of that.
    """
    head = len(shown.partition("*")[0]) if "*" in shown and value.startswith(shown.partition("*")[0]) else 0
    tail = len(shown.rpartition("*")[2]) if "*" in shown and value.endswith(shown.rpartition("*")[2]) else 0
    left = len(value)
    marks: list[bool] = []
    for letter in reversed(text):
        if left and letter.casefold() == value[left - 1].casefold():
            left -= 1
            marks.append(left < head or left >= len(value) - tail or letter in _SEPARATORS)
        else:
            marks.append(letter in _SEPARATORS)
    if left:  # the text is not written as its canonical form is
        return [letter in _SEPARATORS for letter in text]
    return marks[::-1]


def masked_text(text: str, value: str, shown: str) -> str:
    """A value as it was written with the characters that its mask hides as asterisks."""
    marks = visible(text, value, shown)
    return "".join(letter if is_shown else "*" for letter, is_shown in zip(text, marks, strict=True))


def _quotes(content: bytes, parts: Sequence[_Part]) -> Iterator[_Part]:
    """Quotation marks around the bare numbers of a JSON text that will hold asterisks."""
    strings = [found.span() for found in _STRING.finditer(content)]
    starts = [start for start, _ in strings]
    done = -1
    for place, _, _ in parts:
        at = bisect_right(starts, place) - 1
        if place < done or (at >= 0 and place < strings[at][1]):
            continue
        first, done = place, place
        while first and content[first - 1] in _NUMBER:
            first -= 1
        while done < len(content) and content[done] in _NUMBER:
            done += 1
        if content[max(0, first - _BLANKS) : first].rstrip()[-1:] in (b":", b"[", b",", b""):
            yield first, first, b'"'
            yield done, done, b'"'


def _joined(base: bytes, parts: Iterable[_Part]) -> bytes:
    pieces: list[bytes] = []
    copied = 0
    for first, last, text in parts:
        # Several places may lie in one unit, as in a run of base64: it is replaced as a whole, once.
        if last > copied or first == last:
            pieces += (base[copied:first], text)
            copied = max(copied, last)
    return b"".join((*pieces, base[copied:]))
