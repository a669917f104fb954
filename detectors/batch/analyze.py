"""Thousands of contents in one go, findings as columns.

What surely holds nothing is told by compiled loops; the plain scanner looks at the rest, so that findings are the same.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import repeat
from typing import Final

import numpy as np

from detectors.batch.bytes import Array
from detectors.batch.gate import CompiledGate
from detectors.finding import Finding
from detectors.scanner import Scanner


class Findings:
    """What was found in a batch. Rows stand by content and, within one, by place. Raw: ``of`` gives values."""

    def __init__(self, scanner: Scanner, found: dict[int, list[Finding]], masked: Array) -> None:
        numbers = {detector.kind: number for number, detector in enumerate(scanner.detectors)}
        names: dict[str, int] = {}
        rows = [
            (at, numbers[one.kind], one.start, one.end, one.record, names.setdefault(one.field, len(names)))
            for at, some in found.items()
            for one in some
        ]
        self._found: Final = found
        self.content, self.detector, self.start, self.end, self.record, self.field = _columns(rows)
        """By finding: numbers of its content, detector, first and last byte, record and field name."""
        self.belief: Final = np.array([one.belief for some in found.values() for one in some])
        self.masked: Final = masked
        """By content: values that were masked already."""
        self.detectors: Final = scanner.detectors
        self.fields: Final = tuple(names)

    def __len__(self) -> int:
        return len(self.content)

    def of(self, number: int) -> list[Finding]:
        """The findings of one content, as ``Scanner.scan`` gives them."""
        return self._found.get(number, [])


def analyze_batch(
    scanner: Scanner, contents: Sequence[bytes], media: Sequence[str] | str, where: Sequence[str] | str, on: date
) -> Findings:
    """What stands in many pieces of content.

    Args:
        scanner: as ``build_scanner`` gives it.
        contents: the pieces; see ``Scanner.scan``.
        media: how each is written, or how all of them are.
        where: which part of a message each is, or all of them are.
        on: the day of the transfer in Shanghai.
    """
    medias = tuple(repeat(media, len(contents)) if isinstance(media, str) else media)
    wheres = tuple(repeat(where, len(contents)) if isinstance(where, str) else where)
    gate = scanner.gate
    masked = np.full(len(contents), -1, np.int64)
    if isinstance(gate, CompiledGate) and contents:
        masked = gate.held(contents, medias, wheres, on)
    found: dict[int, list[Finding]] = {}
    scanner.gate = None
    try:
        for number in np.flatnonzero(masked < 0).tolist():
            findings = scanner.scan(contents[number], medias[number], wheres[number], on)
            masked[number] = scanner.masked
            if findings:
                found[number] = findings
    finally:
        scanner.gate = gate
    return Findings(scanner, found, masked)


def _columns(rows: Sequence[tuple[int, ...]]) -> Iterator[Array]:
    return iter(np.array(rows, np.int64).reshape(-1, 6).T)
