"""The measurements as tables, each made once a process."""

from collections.abc import Iterable, Sequence
from functools import cache
import os
from pathlib import Path
from typing import Final

from benchmarks import Result
from benchmarks.detection import own
from benchmarks.detection.corpus import PERSONAL
from benchmarks.detection.encodings import payloads, recalls
from benchmarks.detection.measure import Measured, corpus, dense, joined, measure
from benchmarks.detection.peers import peer
from benchmarks.detection.record import ATTRIBUTES, IDENTIFIERS, KINDS, Record
from benchmarks.detection.score import Count, Score
from benchmarks.detection.software_logs import Alarms, alarms, texts
from benchmarks.detection.vocabulary import SOURCES
from detectors import build_scanner

LOGS: Final = "GUANJIN_SOFTWARE_LOGS"
"""Environment variable: JSON lines with ``text``, in which no Chinese personal information stands."""
PEERS: Final = "GUANJIN_PEERS"
"""Environment variable: the folder of ``peers/install.sh``."""
COMMON: Final = frozenset("cn.resident_id cn.mobile cn.landline cn.bank_card cn.passport cn.plate email".split())
"""What every one of the systems could be asked for."""

_SECONDS: Final = 60.0
"""CPU time that a peer may spend on the corpus, and half of it on the logs."""
_COLUMNS: Final = ("must be found", "precision", "recall", "F", "exact F")
_LARGE: Final = 1_000_000


@cache
def measured() -> Measured:
    """The scanner over the whole corpus."""
    return measure(corpus())


@cache
def logs() -> Alarms | None:
    """The scanner over the software logs, if there are any."""
    path = os.environ.get(LOGS)
    return alarms(Path(path)) if path else None


def kinds() -> Result:
    """How well each kind is found."""
    score = measured().score
    rows = [(kind, *_cells(score.by_kind[kind])) for kind in sorted(KINDS)]
    rows.append(("**identifiers**", *_cells(score.total(IDENTIFIERS))))
    rows.append(("**attributes**", *_cells(score.total(ATTRIBUTES))))
    return Result(("kind", *_COLUMNS), tuple(rows), _about())


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


def systems() -> Result:
    """This scanner and its peers on the same records, right and fast, and their false alarms on real logs."""
    mine, quiet = measured(), logs()
    rows = [("guanjin", *_figures(mine.score), "all", f"{mine.speed:,.1f}", _rate(quiet))]
    folder = os.environ.get(PEERS)
    rows += [_peer_row(name, Path(folder)) for name in peer.PEERS] if folder else []
    return Result(
        ("system", "precision", "recall", "F", "recall of all", "records", "MB per CPU second", "alarms/MB"),
        tuple(rows),
        f"{_about()} Precision, recall and F over {', '.join(sorted(COMMON))}, by overlap. A peer spends at most"
        f" {_SECONDS:.0f} s of CPU time on the records, taken in order, and is scored on those it reached."
        " `sh benchmarks/detection/peers/install.sh FOLDER` installs them; they run where the environment variable"
        f" {PEERS} names the folder, and {LOGS} the logs. {_speeds(quiet)} Alarms are those other than e-mail on real"
        " software logs; a dash: none were given.",
    )


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


def _speeds(quiet: Alarms | None) -> str:
    rich = dense(corpus())
    single, large = measure(rich), measure([joined(some) for some in _batches(rich)])
    said = f"guanjin on dense JSON: {single.speed:,.1f} MB/s by the record, {large.speed:,.1f} in pieces of 1 MB"
    return f"{said}; on the software logs {quiet.megabytes / quiet.seconds:,.1f}." if quiet else f"{said}."


def _batches(records: Iterable[Record]) -> list[list[Record]]:
    batches: list[list[Record]] = [[]]
    size = 0
    for record in records:
        if size > _LARGE:
            batches.append([])
            size = 0
        batches[-1].append(record)
        size += len(record.text.encode())
    return batches


def _peer_row(name: str, folder: Path) -> tuple[str, ...]:
    records = corpus()
    found = peer.run(name, folder, [record.text for record in records], _SECONDS)
    reached = records[: len(found.hits)]
    score = Score(KINDS)
    for record, hits in zip(reached, found.hits, strict=True):
        score.add(record, hits)
    speed = sum(len(record.text.encode()) for record in reached) / 1e6 / found.seconds
    return peer.PEERS[name], *_figures(score), f"{len(reached):,}", f"{speed:,.2f}", _peer_alarms(name, folder)


def _peer_alarms(name: str, folder: Path) -> str:
    path = os.environ.get(LOGS)
    if not path:
        return "-"
    contents = texts(Path(path))
    found = peer.run(name, folder, contents, _SECONDS / 2)
    size = sum(len(text.encode()) for text in contents[: len(found.hits)]) / 1e6
    alarmed = sum(hit.kind != "email" for hits in found.hits for hit in hits)
    return f"{alarmed / size:,.2f} (of {size:.1f} MB)"


def _figures(score: Score) -> tuple[str, ...]:
    precision, recall, both, _ = score.total(COMMON).figures()
    return f"{precision:.1f}", f"{recall:.1f}", f"**{both:.1f}**", f"{score.total(IDENTIFIERS).figures()[1]:.1f}"


def _rate(quiet: Alarms | None) -> str:
    return f"{quiet.rate:.2f} (of {quiet.megabytes:.1f} MB)" if quiet else "-"


def _cells(count: Count) -> Sequence[str]:
    return str(count.gold), *(f"{figure:.2f}" for figure in count.figures())
