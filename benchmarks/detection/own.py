"""guanjin's scanner over the corpus, as the agent would call it."""

from collections.abc import Collection, Sequence
import re
from typing import Final

from benchmarks.detection.record import Piece, Record
from benchmarks.detection.score import Hit, plain
from benchmarks.detection.values import DAY
from detectors.catalogue import catalogue
from detectors.finding import Finding
from detectors.scanner import Scanner

KINDS: Final = frozenset(str(detector.kind) for detector in catalogue() if detector.is_personal)
"""What the catalogue tells of."""
_COOKIE_BORDER: Final = re.compile(rb";[ \t]*")

Prepared = list[tuple[bytes, Piece]]
"""Contents of one record, as bytes."""


def prepare(record: Record) -> Prepared:
    """The record's pieces as the agent cuts them: cookies joined like a form."""
    contents = []
    for piece in record.pieces:
        content = record.text[piece.start : piece.end].encode()
        contents.append((_COOKIE_BORDER.sub(b"&", content) if piece.where == "cookie" else content, piece))
    return contents


def scan(scanner: Scanner, prepared: Prepared) -> list[list[Finding]]:
    """The findings in each piece: the work that is timed."""
    return [scanner.scan(content, piece.media, piece.where, DAY) for content, piece in prepared]


def hits(record: Record, prepared: Prepared, found: Sequence[Sequence[Finding]]) -> list[Hit]:
    """Findings as places in the record's text; those in a text with escapes undone by their value."""
    return [
        _hit(record, content, piece, finding)
        for (content, piece), findings in zip(prepared, found, strict=True)
        for finding in findings
    ]


def known_names(names: Collection[str]) -> float:
    """Share of some field names that the catalogue lists word for word, separators and case aside."""
    listed = {word.replace("_", "") for detector in catalogue() for word in detector.fields}
    return sum(re.sub(r"[_-]", "", name).lower() in listed for name in names) / len(names)


def _hit(record: Record, content: bytes, piece: Piece, finding: Finding) -> Hit:
    value = finding.value.decode("utf-8", "replace")
    there = content[finding.start : finding.end].decode("utf-8", "replace")
    if not _is_of(plain(there), plain(value)) or piece.where == "cookie":
        return Hit(str(finding.kind), -1, -1, value)
    start = piece.start + len(content[: finding.start].decode("utf-8", "replace"))
    is_there = record.text[start : start + len(there)] == there
    return (
        Hit(str(finding.kind), start, start + len(there), value) if is_there else Hit(str(finding.kind), -1, -1, value)
    )


def _is_of(there: str, value: str) -> bool:
    return bool(there and value) and (value in there or there in value)
