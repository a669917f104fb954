"""Calls a peer in its own environment and reads what it found."""

from collections.abc import Iterator, Sequence
import json
from pathlib import Path
import subprocess
import tempfile
from typing import Final

from msgspec import Struct

from benchmarks.detection.score import Hit
from detectors.tables import card_prefixes, counties

PEERS: Final = {
    "presidio_stock": "Presidio, its own recognizers",
    "presidio_tuned": "Presidio, recognizers for China, jieba",
    "jionlp_rules": "JioNLP extractors",
}
"""Modules beside this one, and what they are."""
_HERE: Final = Path(__file__).parent


class Found(Struct, frozen=True):
    """What a peer found in as many of the texts as its time allowed."""

    hits: list[list[Hit]]
    seconds: float


def run(peer: str, folder: Path, texts: Sequence[str], seconds: float) -> Found:
    """Run a peer over the texts until its CPU time is up.

    Args:
        peer: one of ``PEERS``.
        folder: where ``install.sh`` put the environment.
        texts: what to look at.
        seconds: CPU time that it may spend.
    """
    with tempfile.TemporaryDirectory() as scratch:
        tables = Path(scratch) / "tables.json"
        tables.write_text(json.dumps(_tables()))
        done = subprocess.run(
            [str(folder / "bin" / "python"), str(_HERE / "run.py"), peer, str(tables), str(seconds)],
            input="".join(json.dumps(text) + "\n" for text in texts),
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    lines = list(_read(done.stdout))
    return Found([hits for _, hits in lines], sum(taken for taken, _ in lines))


def _read(output: str) -> Iterator[tuple[float, list[Hit]]]:
    for line in output.splitlines():
        taken, spans = json.loads(line)
        yield taken, [Hit(kind, start, end) for kind, start, end in spans]


def _tables() -> dict[str, object]:
    cards = {length: sorted(prefix.decode() for prefix in some) for length, some in card_prefixes().items()}
    return {"counties": sorted(county.decode() for county in counties()), "cards": cards}
