"""The measurements as tables, each made once a process."""

from collections.abc import Sequence
from functools import cache
import os
from pathlib import Path
from typing import Final

from msgspec import Struct

from benchmarks import Result
from benchmarks.detection import batches, own
from benchmarks.detection.corpus import PERSONAL, SEED, generate
from benchmarks.detection.encodings import payloads, recalls
from benchmarks.detection.measure import Measured, corpus, dense, measure, pieces
from benchmarks.detection.peers import peer
from benchmarks.detection.record import ATTRIBUTES, IDENTIFIERS, KINDS
from benchmarks.detection.score import Count, Score
from benchmarks.detection.software_logs import Alarms, alarms, texts
from benchmarks.detection.unseen import UNSEEN
from benchmarks.detection.vocabulary import SOURCES
from detectors import build_scanner

LOGS: Final = "GUANJIN_SOFTWARE_LOGS"
"""Environment variable: JSON lines with ``text``, in which no Chinese personal information stands."""
PEERS: Final = "GUANJIN_PEERS"
"""Environment variable: the folder of ``peers/install.sh``."""
COMMON: Final = frozenset("cn.resident_id cn.mobile cn.landline cn.bank_card cn.passport cn.plate email".split())
"""What every one of the systems could be asked for."""

_UNSEEN: Final = 5_000
"""Records with names that are never shown."""
_SECONDS: Final = 60.0
"""CPU time that a peer may spend on the corpus, and half of it on the logs."""
_COLUMNS: Final = ("must be found", "precision", "recall", "F", "exact F")


class Peer(Struct, frozen=True):
    """What came of a peer."""

    score: Score
    records: int
    """How many it reached in its time."""
    speed: float
    alarms: str


@cache
def measured() -> Measured:
    """The scanner over the whole corpus."""
    return measure(corpus())


@cache
def unseen() -> Measured:
    """The scanner over records whose field names its developers were never shown."""
    return measure(tuple(generate(_UNSEEN, SEED + 1, UNSEEN)))


@cache
def logs() -> Alarms | None:
    """The scanner over the software logs, if there are any."""
    path = os.environ.get(LOGS)
    return alarms(Path(path)) if path else None


@cache
def others() -> dict[str, Peer]:
    """The peers over as much of the corpus and the logs as their time allows; none if they are not installed."""
    folder, path = os.environ.get(PEERS), os.environ.get(LOGS)
    quiet = texts(Path(path)) if path else []
    return {title: _peer(name, Path(folder), quiet) for name, title in peer.PEERS.items()} if folder else {}


def systems() -> Result:
    """This scanner and its peers on the same records, and their false alarms on real logs."""
    mine, quiet = measured(), logs()
    rows = [
        ("guanjin", *_figures(mine.score), "all", f"{quiet.rate:.2f} (of {quiet.megabytes:.1f} MB)" if quiet else "-")
    ]
    rows += [(title, *_figures(one.score), f"{one.records:,}", one.alarms) for title, one in others().items()]
    return Result(
        ("system", "precision", "recall", "F", "recall of all", "records", "alarms/MB"),
        tuple(rows),
        f"{_about()} Precision, recall and F over {', '.join(sorted(COMMON))}, by overlap; recall of all identifiers. A"
        f" peer spends at most {_SECONDS:.0f} s of CPU time on the records, taken in order, and is scored on those it"
        " reached. `sh benchmarks/detection/peers/install.sh FOLDER` installs them; they run where the environment"
        f" variable {PEERS} names the folder, and {LOGS} the logs. Alarms are those other than e-mail on real software"
        " logs; a dash: none were given.",
    )


def kinds() -> Result:
    """How well each kind is found, also under names never shown, and the F of the peers."""
    score, peers = measured().score, others()
    scores = [unseen().score, *(one.score for one in peers.values())]
    rows = [
        (kind, *_cells(score.by_kind[kind]), *(_both(one.total((kind,))) for one in scores)) for kind in sorted(KINDS)
    ]
    for name, some in (("**identifiers**", IDENTIFIERS), ("**attributes**", ATTRIBUTES)):
        rows.append((name, *_cells(score.total(some)), *(_both(one.total(some)) for one in scores)))
    return Result(
        ("kind", *_COLUMNS, "F, unseen names", *(f"F of {title}" for title in peers)),
        tuple(rows),
        f"{_about()} Unseen names: {_UNSEEN:,} further records with field names of {len(UNSEEN)} other sources, of"
        " which the detectors' developers see only this column.",
    )


def formats() -> Result:
    """How well identifiers are found in each format, and by whose names they are called."""
    score = measured().identifiers
    rows = [(name, *_cells(count)) for name, count in sorted(score.by_format.items())]
    rows += [(f"names of: {name}", *_cells(count)) for name, count in sorted(score.by_source.items())]
    wrong = ", ".join(f"{what} {count}" for what, count in score.by_trap.most_common()) or "none"
    return Result(
        ("identifiers in", *_COLUMNS),
        tuple(rows),
        "The same records by the way they are written and by the source of their field names (provenance in"
        f" `benchmarks/detection/vocabulary.py`; {own.known_names(_names()):.0%} of the {len(_names())} names are in"
        f" the catalogue as they are). False alarms by what they fell on: {wrong}.",
    )


def encodings() -> Result:
    """What is found in other encodings of what is found in UTF-8."""
    chosen = payloads(corpus())
    rows = [
        (one.name, f"{one.identifiers:.2f}", f"{one.attributes:.2f}", f"{one.precision:.2f}")
        for one in recalls(chosen, build_scanner())
    ]
    return Result(
        ("encoding", "identifiers", "attributes", "precision"),
        tuple(rows),
        f"{len(chosen)} JSON payloads of the corpus, encoded anew. Recall in per cent of what is found in plain UTF-8,"
        " precision in per cent.",
    )


def speeds() -> Result:
    """Megabytes per second of CPU time, with everything on and findings built as objects."""
    tuned = others().get(peer.PEERS["presidio_tuned"])
    rich, quiet = dense(corpus()), logs()
    rows = [
        _speed("all records, one by one", measured().speed, tuned),
        _speed("dense JSON, one by one", measure(rich).speed, tuned),
    ]
    rows.append(_speed("dense JSON, in pieces of 1 MB", measure(pieces(rich)).speed, tuned))
    rows += [
        _speed("all records, as one batch", batches.speed_of_records(corpus()), tuned),
        _speed("dense JSON, as one batch", batches.speed_of_records(rich), tuned),
        _speed("some of the records, by `re`", batches.speed_of_oracle(corpus()), tuned),
    ]
    path = os.environ.get(LOGS)
    if quiet and path:
        contents = [text.encode() for text in texts(Path(path))]
        rows.append(_speed("software logs, file by file", quiet.megabytes / quiet.seconds, tuned))
        rows.append(_speed("software logs, as one batch", batches.speed_of_logs(contents), tuned))
    return Result(
        ("content", "MB per CPU second", "times tuned Presidio on all records"),
        tuple(rows),
        f"{batches.readiness()}"
        " One thread; structure, checks, context, records and canonical values included. Tuned Presidio is the one with"
        f" recognizers for China{f': {tuned.speed:.2f} MB/s' if tuned else ', which was not installed'}.",
    )


def _peer(name: str, folder: Path, quiet: Sequence[str]) -> Peer:
    records = corpus()
    found = peer.run(name, folder, [record.text for record in records], _SECONDS)
    reached = records[: len(found.hits)]
    score = Score(KINDS)
    for record, hits in zip(reached, found.hits, strict=True):
        score.add(record, hits)
    size = sum(len(record.text.encode()) for record in reached) / 1e6
    return Peer(score, len(reached), size / found.seconds, _peer_alarms(name, folder, quiet))


def _peer_alarms(name: str, folder: Path, quiet: Sequence[str]) -> str:
    if not quiet:
        return "-"
    found = peer.run(name, folder, quiet, _SECONDS / 2)
    size = sum(len(text.encode()) for text in quiet[: len(found.hits)]) / 1e6
    alarmed = sum(hit.kind != "email" for hits in found.hits for hit in hits)
    return f"{alarmed / size:,.2f} (of {size:.1f} MB)"


def _speed(content: str, speed: float, tuned: Peer | None) -> tuple[str, ...]:
    return content, f"{speed:,.1f}", f"{speed / tuned.speed:,.0f}" if tuned else "-"


def _names() -> frozenset[str]:
    """What the sources call identifiers and attributes."""
    return frozenset(
        name for source in SOURCES for what, some in source.names.items() if what in PERSONAL for name in some
    )


def _about() -> str:
    records = corpus()
    nobody = sum(not record.gold for record in records)
    return (
        f"{len(records):,} records ({measured().megabytes:.1f} MB) in {len({record.format for record in records})}"
        f" formats with field names from {len(SOURCES)} foreign sources; in {nobody:,} of them"
        " nothing is to be found, and all are full of orders, serials, times, hashes, IMEI, user ids that look like"
        " telephone numbers, and masked values. Numbers belong to nobody."
    )


def _figures(score: Score) -> tuple[str, ...]:
    precision, recall, both, _ = score.total(COMMON).figures()
    return f"{precision:.1f}", f"{recall:.1f}", f"**{both:.1f}**", f"{score.total(IDENTIFIERS).figures()[1]:.1f}"


def _cells(count: Count) -> Sequence[str]:
    return str(count.gold), *(f"{figure:.2f}" for figure in count.figures())


def _both(count: Count) -> str:
    return f"{count.figures()[2]:.1f}" if count.gold else "-"
