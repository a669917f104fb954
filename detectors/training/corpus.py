"""The silver corpus: read, mended where its labels are known to be wrong, and laid out as one array."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from detectors.prose.kernels import LONGEST_SEGMENT, Array
from detectors.prose.text import characters
from detectors.training.vocabulary import word_list

_EDGES: Final = " \xa0\u3000*\\_“”\"'"
_FIRST_TAG: Final = {"PERSON": 1, "LOCATION": 5, "ORG": 9}


class Sentence(msgspec.Struct, frozen=True):
    """A text and its labelled spans."""

    text: str
    spans: list[tuple[str, int, int]]


def read(path: Path) -> list[Sentence]:
    """Sentences of a file with one JSON object a line."""
    return [msgspec.json.decode(line, type=Sentence) for line in path.read_bytes().splitlines() if line]


def _is_wrong(label: str, text: str) -> bool:
    return text in word_list("no_person") or (label == "PERSON" and text.isascii()) or not text


def mended(sentence: Sentence) -> Sentence:
    """The sentence without spans that are no names, and with blanks taken off the ends of the others."""
    spans = []
    for label, start, end in sentence.spans:
        text = sentence.text[start:end]
        inner = text.strip(_EDGES)
        first = start + len(text) - len(text.lstrip(_EDGES))
        if not _is_wrong(label, inner):
            spans.append((label, first, first + len(inner)))
    return Sentence(sentence.text, spans)


def character_counts(sentences: Iterable[Sentence]) -> Counter[str]:
    """How often each character stands in the corpus."""
    counts: Counter[str] = Counter()
    for sentence in sentences:
        counts.update(sentence.text)
    return counts


def _tags(sentence: Sentence) -> Iterator[tuple[int, int]]:
    for label, start, end in sentence.spans:
        first = _FIRST_TAG.get(label, 0)
        if not first:
            continue
        if end - start == 1:
            yield start, first + 3
            continue
        yield start, first
        yield from ((at, first + 1) for at in range(start + 1, end - 1))
        yield end - 1, first + 2


def laid_out(sentences: Iterable[Sentence]) -> tuple[Array, Array, Array, Array]:
    """Characters, gold tags, beginnings and ends of all sentences, one behind the other."""
    chars, tags, begins, ends, size = [], [], [], [], 0
    for sentence in sentences:
        text = characters(sentence.text)
        if not 0 < len(text) <= LONGEST_SEGMENT:
            continue
        gold = np.zeros(len(text), np.uint8)
        for at, tag in _tags(sentence):
            gold[at] = tag
        chars.append(text)
        tags.append(gold)
        begins.append(size)
        size += len(text)
        ends.append(size)
    return np.concatenate(chars), np.concatenate(tags), np.array(begins, np.int64), np.array(ends, np.int64)
