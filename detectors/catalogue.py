"""All detectors in a fixed order, and their digest."""

from functools import cache
from hashlib import blake2b

from detectors import kinds
from detectors.detector import Detector
from wire.shelf import collect


@cache
def catalogue() -> tuple[Detector, ...]:
    """Every detector on the shelf, in the order of the modules' names."""
    return collect(kinds, "DETECTOR", Detector)


@cache
def digest() -> str:
    """Which detectors these are, in sixteen hexadecimal digits: it changes with any pattern, name, grade or example."""
    state = blake2b(digest_size=8)
    for detector in catalogue():
        told = (detector.kind, sorted(detector.grades.items()), detector.patterns, detector.values)
        names = (detector.fields, detector.hints, detector.cues, detector.against)
        rest = (*names, detector.needs_context, detector.identifies, detector.is_personal)
        proof = [(example.text, example.media) for example in (*detector.examples, *detector.lookalikes)]
        state.update(repr((told, rest, detector.law, proof)).encode())
    return state.hexdigest()
