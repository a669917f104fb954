"""Copies of the corpus's sentences with other names in them: what a name looks like must not be learnt by heart."""

from collections.abc import Callable, Sequence

from numpy.random import Generator

from detectors.training.corpus import Sentence
from detectors.training.names import Names


def replaced(sentence: Sentence, other: Callable[[str, str], str]) -> Sentence:
    """The sentence with each span's text put through ``other(label, text)``; spans follow."""
    pieces, spans, at, size = [], [], 0, 0
    for label, start, end in sorted(sentence.spans, key=lambda span: span[1]):
        new = other(label, sentence.text[start:end])
        pieces += [sentence.text[at:start], new]
        size += start - at
        spans.append((label, size, size + len(new)))
        size += len(new)
        at = end
    return Sentence("".join(pieces) + sentence.text[at:], spans)


def renamed(sentence: Sentence, names: Names, places: Sequence[str], rng: Generator) -> Sentence:
    """The sentence with invented persons, each the same throughout, and at times other places."""
    chosen: dict[str, str] = {}

    def other(label: str, text: str) -> str:
        if text not in chosen:
            chosen[text] = _instead(label, text, names, rng) or text
            if label == "LOCATION" and len(text) > 1 and rng.random() < 0.7:
                chosen[text] = places[int(rng.integers(len(places)))]
        return chosen[text]

    return replaced(sentence, other)


def _instead(label: str, text: str, names: Names, rng: Generator) -> str:
    """Another name of the kind; empty where the text is to stay."""
    if label != "PERSON" or any(char.isascii() for char in text):
        return ""
    if names.is_full(text):
        return names.full(rng)
    if len(text) < 3:
        return ""
    return names.full(rng) if rng.random() < 0.3 else names.foreign(rng)
