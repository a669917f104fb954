"""Sentences made from the patterns of ``patterns.txt``, their slots filled."""

from collections.abc import Callable, Iterator
from pathlib import Path
import re
from typing import Final

from numpy.random import Generator

from detectors.training.address import Places, pick
from detectors.training.corpus import Sentence
from detectors.training.names import Names
from detectors.training.vocabulary import word_list

_SLOT: Final = re.compile(r"\{([a-z])\}")
_LABELS: Final = {
    "n": "PERSON",
    "f": "PERSON",
    "g": "PERSON",
    "k": "PERSON",
    "p": "LOCATION",
    "c": "LOCATION",
    "a": "LOCATION",
    "z": "LOCATION",
    "o": "ORG",
    "t": "ORG",
}
_DIGITS: Final = ("3", "12", "28", "1998", "2019", "13800001234", "110105", "45", "1.85", "0-1", "6")


def _nickname(names: Names, rng: Generator) -> str:
    given = names.given(rng)
    form = int(rng.integers(6))
    forms = (f"小{given[-1]}", f"阿{given[-1]}", given[-1] * 2, f"{given[-1]}姐", f"{given[-1]}哥", f"{given[-1]}子")
    return forms[form]


def _organisation(places: Places, rng: Generator) -> str:
    name = pick(rng, word_list("organisation_names")) if rng.random() < 0.5 else ""
    return places.place(rng) + name + pick(rng, word_list("organisation_ends"))


def _spot(places: Places, names: Names, rng: Generator) -> str:
    choice = rng.random()
    if choice < 0.4:
        name = pick(rng, word_list("estates")) + (pick(rng, word_list("roads")) if rng.random() < 0.3 else "")
    else:
        name = places.place(rng) if choice < 0.7 else names.given(rng)
    return name + pick(rng, word_list("spots"))


def patterns() -> list[str]:
    """The patterns, without the remarks."""
    lines = Path(__file__).with_name("patterns.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def filled(names: Names, places: Places, rng: Generator, times: int) -> Iterator[Sentence]:
    """Each pattern, filled so many times."""
    makers: dict[str, Callable[[], str]] = {
        "n": lambda: names.full(rng),
        "f": lambda: names.foreign(rng),
        "g": lambda: names.given(rng),
        "k": lambda: _nickname(names, rng),
        "s": lambda: pick(rng, names.surnames),
        "p": lambda: places.place(rng),
        "c": lambda: pick(rng, word_list("countries")),
        "a": lambda: places.address(rng),
        "o": lambda: _organisation(places, rng),
        "z": lambda: _spot(places, names, rng),
        "t": lambda: pick(rng, word_list("clubs")),
        "d": lambda: pick(rng, _DIGITS),
    }
    for pattern in patterns():
        for _ in range(times if "{" in pattern else times // 4):
            yield _fill(pattern, makers)


def _fill(pattern: str, makers: dict[str, Callable[[], str]]) -> Sentence:
    text, spans, at = "", [], 0
    for slot in _SLOT.finditer(pattern):
        text += pattern[at : slot.start()]
        value = makers[slot[1]]()
        if slot[1] in _LABELS:
            spans.append((_LABELS[slot[1]], len(text), len(text) + len(value)))
        text += value
        at = slot.end()
    return Sentence(text + pattern[at:], spans)
