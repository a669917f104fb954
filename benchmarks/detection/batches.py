"""Speed of whole batches, whose quiet contents compiled loops pass by, and of the oracle."""

from collections.abc import Sequence
import time
from typing import Final

from benchmarks.detection import own
from benchmarks.detection.record import Record
from benchmarks.detection.values import DAY
from detectors.batch.analyze import analyze_batch
from detectors.build import build_scanner

_ORACLE: Final = 1_000
"""Records that the oracle scans: it is slow."""


def readiness() -> str:
    """Whether the compiled loops were there."""
    is_ready = build_scanner().gate is not None
    return (
        "Compiled loops were ready." if is_ready else "`python -m detectors.batch.warm` was not run: no compiled loops."
    )


def speed_of_records(records: Sequence[Record]) -> float:
    """MB per CPU second of all their pieces as one batch."""
    pieces = [prepared for record in records for prepared in own.prepare(record)]
    media = [piece.media for _, piece in pieces]
    return _speed([content for content, _ in pieces], media, [piece.where for _, piece in pieces])


def speed_of_logs(contents: Sequence[bytes]) -> float:
    """MB per CPU second of texts as one batch."""
    return _speed(contents, ["text"] * len(contents), ["body"] * len(contents))


def speed_of_oracle(records: Sequence[Record]) -> float:
    """MB per CPU second of the first records by the reference engine, one by one."""
    scanner = build_scanner(fast=False)
    pieces = [prepared for record in records[:_ORACLE] for prepared in own.prepare(record)]
    begun = time.process_time()
    for content, piece in pieces:
        scanner.scan(content, piece.media, piece.where, DAY)
    return sum(len(content) for content, _ in pieces) / 1e6 / (time.process_time() - begun)


def _speed(contents: Sequence[bytes], media: Sequence[str], where: Sequence[str]) -> float:
    """The second run: the first learns the names."""
    scanner = build_scanner()
    seconds = 0.0
    for _ in range(2):
        begun = time.process_time()
        analyze_batch(scanner, contents, media, where, DAY)
        seconds = time.process_time() - begun
    return sum(map(len, contents)) / 1e6 / seconds
