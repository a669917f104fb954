"""The scanner over the corpus: how right it is and, in the same run, how fast."""

from collections.abc import Iterable, Sequence
from functools import cache
import time
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from benchmarks.detection import own
from benchmarks.detection.corpus import COUNT, SEED, generate
from benchmarks.detection.record import IDENTIFIERS, KINDS, Piece, Record
from benchmarks.detection.score import Score
from detectors import build_scanner

_WARM_UP: Final = 300
_LARGE: Final = 1_000_000
_DENSE: Final = ("JSON object", "NDJSON", "nested JSON")


class Measured(Struct, frozen=True):
    """What came of a run."""

    score: Score
    identifiers: Score
    """The same without attributes such as names and diagnoses."""
    megabytes: float
    seconds: float
    """CPU time of the scanner alone."""

    @property
    def speed(self) -> float:
        """MB per CPU second."""
        return self.megabytes / self.seconds if self.seconds else 0.0


@cache
def corpus(count: int = COUNT, seed: int = SEED) -> tuple[Record, ...]:
    """The records; made once a process."""
    return tuple(generate(count, seed))


def dense(records: Sequence[Record]) -> list[Record]:
    """The records in JSON that have something to find."""
    return [record for record in records if record.format in _DENSE and record.gold]


def pieces(records: Iterable[Record]) -> list[Record]:
    """Records as the lines of payloads of about a megabyte: what a stream or a file brings."""
    batches: list[list[Record]] = [[]]
    size = 0
    for record in records:
        if size > _LARGE:
            batches.append([])
            size = 0
        batches[-1].append(record)
        size += len(record.text.encode())
    return [_joined(batch) for batch in batches]


def _joined(records: Sequence[Record]) -> Record:
    text = "\n".join(record.text for record in records)
    piece = Piece(0, len(text), "body", records[0].pieces[0].media)
    return replace(records[0], text=text, pieces=(piece,), gold=(), traps=())


def measure(records: Sequence[Record]) -> Measured:
    """Scan the records one by one, as an agent would, and score what was found."""
    scanner = build_scanner()
    prepared = [own.prepare(record) for record in records]
    for ready in prepared[:_WARM_UP]:
        own.scan(scanner, ready)
    begun = time.process_time()
    found = [own.scan(scanner, ready) for ready in prepared]
    seconds = time.process_time() - begun
    score, identifiers = Score(KINDS), Score(IDENTIFIERS)
    for record, ready, findings in zip(records, prepared, found, strict=True):
        hits = own.hits(record, ready, findings)
        score.add(record, hits)
        identifiers.add(record, hits)
    size = sum(len(content) for ready in prepared for content, _ in ready)
    return Measured(score, identifiers, size / 1e6, seconds)
