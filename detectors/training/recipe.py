"""The recipe: silver sentences, copies with other names, sentences of our own; then the perceptron; then the file."""

from collections import Counter
from collections.abc import Sequence
import io
from typing import Any, Final

import numpy as np
from numpy.random import Generator

from detectors.prose.kernels import LARGEST, TAGS, WIDTH, Array
from detectors.training.address import Places
from detectors.training.corpus import Sentence, character_counts, laid_out
from detectors.training.lexicon import Word, compile_lexicon, name_characters, read_words
from detectors.training.names import Names, foreign_names
from detectors.training.patterns import filled
from detectors.training.perceptron import epoch
from detectors.training.substitution import renamed

_SEED: Final = 5
_BITS: Final = 19
_DROPPED: Final = 0.12
_MARGIN: Final = 1.0
_CAUTION: Final = 5.0
"""Added to every step to "outside": noisy silver labels make the model too eager."""
_SCALE: Final = 6.0


def trained(silver: Sequence[Sentence], *, epochs: int = 5, times: int = 40) -> bytes:
    """The content of a model file, the same for the same corpus.

    Args:
        silver: labelled sentences.
        epochs: passes over all sentences.
        times: how often each pattern is filled.
    """
    rng = np.random.default_rng(_SEED)
    words = read_words()
    names, places = _sources(words, silver)
    lexicon = compile_lexicon(words)
    characters = _name_table(words, silver, names)
    sentences = [*silver, *_copies(silver, names, places, rng), *filled(names, places, rng, times)]
    tables = (
        (lexicon["keys"], lexicon["values"], lexicon["lengths"], lexicon["singles"]),
        characters,
        np.uint64(64 - _BITS),
    )
    weights, steps = _learn(sentences, tables, rng, epochs)
    return _stored(lexicon, characters, weights, steps)


def _sources(words: Sequence[Word], silver: Sequence[Sentence]) -> tuple[Names, Places]:
    persons = [s.text[start:end] for s in silver for label, start, end in s.spans if label == "PERSON"]
    return Names(words, foreign_names(words, persons)), Places(words)


def _copies(silver: Sequence[Sentence], names: Names, places: Places, rng: Generator) -> list[Sentence]:
    chosen = [s for s in silver if any(label != "ORG" for label, _, _ in s.spans)]
    return [renamed(sentence, names, places.common, rng) for sentence in chosen]


def _name_table(words: Sequence[Word], silver: Sequence[Sentence], names: Names) -> Array:
    persons = [word.text for word in words if word.label == "PER"]
    full = [text for text in persons if len(text) == 3 and text[0] in names.surname_set]
    foreign = Counter(char for text in persons if len(text) >= 4 for char in text)
    for sentence in silver:
        for label, start, end in sentence.spans:
            text = sentence.text[start:end]
            if label == "PERSON" and "·" in text:
                foreign.update(text.replace("·", ""))
    surnames = Counter(text[0] for text in full)
    given = Counter(char for text in full for char in text[1:])
    return name_characters(surnames, given, foreign, character_counts(silver))


def _learn(sentences: Sequence[Sentence], tables: Any, rng: Generator, epochs: int) -> tuple[Array, Array]:
    chars, gold, begins, ends = laid_out(sentences)
    weights, sums = np.zeros((1 << _BITS, WIDTH), np.float32), np.zeros((1 << _BITS, WIDTH), np.float32)
    steps, step_sums = np.zeros((TAGS, TAGS), np.float32), np.zeros((TAGS, TAGS), np.float32)
    costs = np.full((TAGS, WIDTH), _MARGIN, np.float32)
    costs[np.arange(TAGS), np.arange(TAGS)] = 0
    dropped = np.uint64(int(_DROPPED * (1 << 24)))
    tick, noise = 1.0, np.uint64(_SEED)
    for _ in range(epochs):
        corpus = (chars, gold, begins, ends, rng.permutation(len(begins)))
        state = (tick, np.uint64(noise), dropped)
        tick, noise, _wrong = epoch(corpus, tables, (weights, sums, steps, step_sums), costs, state)
    return weights - sums / np.float32(tick), steps - step_sums / np.float32(tick)


def _stored(lexicon: dict[str, Array], names: Array, weights: Array, steps: Array) -> bytes:
    slots = np.flatnonzero(lexicon["keys"])
    steps = steps.copy()
    steps[:, 0] += _CAUTION
    content = io.BytesIO()
    np.savez_compressed(
        content,
        words=np.stack([np.diff(slots, prepend=0), lexicon["keys"][slots], lexicon["values"][slots]]).astype(np.uint32),
        lengths=lexicon["lengths"],
        singles=lexicon["singles"],
        names=names,
        weights=np.clip(np.round(weights[:, :TAGS] * _SCALE), -LARGEST, LARGEST).astype(np.int8),
        steps=(steps * _SCALE).astype(np.float32),
        scale=np.float64(_SCALE),
    )
    return content.getvalue()
