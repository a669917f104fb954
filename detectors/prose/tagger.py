"""The tagger: text in, spans out."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from detectors.prose.addresses import is_address, reach
from detectors.prose.cues import announced_addresses, announced_names
from detectors.prose.spans import Span
from detectors.prose.text import characters

_MASKS: Final = "*＊×●█■□○"
_HIDDEN: Final = frozenset("某*＊×")
_BY_RULE: Final = 0.8
_MOST_SURE: Final = 0.95
_SURENESS: Final = 0.12
"""By how much a unit of margin per character moves the log-odds of a span."""


def tag(text: str) -> list[Span]:
    """Names, addresses and places in a text, in order and without overlap.

    Never raises, whatever the text. A masked name (``张**``, ``李某``) is no person.
    """
    if not any("\u3400" <= char <= "\u9fff" for char in text):
        return []
    pieces = list(_learnt(text))
    spans = [*_persons(text, pieces), *_places(text, [piece[1:] for piece in pieces if piece[0] == 1])]
    return _without_overlap([*spans, *_announced(text)])


def _without_overlap(spans: list[Span]) -> list[Span]:
    """The spans in order; of two that share a character, the one that begins first, or is the longer, or the surer."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end, -span.score)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _learnt(text: str) -> Iterator[tuple[int, int, int, float]]:
    """Kind (0 person, 1 place, 2 organisation), start, end and score of each piece that the model sees."""
    from detectors.prose.kernels import tag_all  # noqa: PLC0415 - numba is loaded only where prose is read
    from detectors.prose.model import shipped  # noqa: PLC0415 - as above

    model = shipped()
    chars = characters(text)
    tags, margins = np.zeros(len(chars), np.uint8), np.zeros(len(chars), np.int32)
    with np.errstate(over="ignore"):  # hashes wrap around; without the compiler numpy would say so each time
        tag_all(chars, model.tables, model.weights, model.steps, (tags, margins))
    role, kind = (tags + 3) % 4, (tags + 3) // 4 - 1
    begins = np.flatnonzero((tags > 0) & ((role == 0) | (role == 3)))
    ends = np.flatnonzero((tags > 0) & (role >= 2)) + 1
    sums = np.concatenate(([0], np.cumsum(margins, dtype=np.int64)))
    means = (sums[ends] - sums[begins]) / (ends - begins) / model.scale
    scores = np.minimum(_MOST_SURE, 1 / (1 + np.exp(-_SURENESS * np.clip(means, -50, 50))))
    yield from zip(kind[begins].tolist(), begins.tolist(), ends.tolist(), scores.tolist(), strict=True)


def _persons(text: str, pieces: list[tuple[int, int, int, float]]) -> Iterator[Span]:
    for kind, start, end, score in pieces:
        if kind == 0 and not _is_masked(text, start, end):
            yield Span(start, end, "PERSON", score)


def _is_masked(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    return any(char in _MASKS for char in around) or not _HIDDEN.isdisjoint(text[start:end])


def _places(text: str, places: list[tuple[int, int, float]]) -> Iterator[Span]:
    """Places that touch are one; numbers behind them belong to them."""
    at = 0
    while at < len(places):
        start, end, score = places[at]
        at += 1
        end = reach(text, end)
        while at < len(places) and places[at][0] <= end:
            end, score = max(end, places[at][1]), max(score, places[at][2])
            end = reach(text, end)
            at += 1
        yield Span(start, end, "ADDRESS" if is_address(text[start:end]) else "LOCATION", score)


def _announced(text: str) -> Iterator[Span]:
    for start, end in announced_names(text):
        if _looks_like_name(text[start:end]):
            yield Span(start, end, "PERSON", _BY_RULE)
    for start, end in announced_addresses(text):
        if is_address(text[start:end]):
            yield Span(start, end, "ADDRESS", _BY_RULE)


def _looks_like_name(text: str) -> bool:
    from detectors.prose.model import shipped  # noqa: PLC0415 - numba is loaded only where prose is read

    return _HIDDEN.isdisjoint(text) and bool(shipped().tables[1][characters(text[0])[0]] & 3)
