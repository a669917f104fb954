"""Invented names: drawn from the name words of the lexicon, character by character."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from numpy.random import Generator

from detectors.training.lexicon import Word
from detectors.training.vocabulary import word_list


class Names:
    """A source of names in the manner of those that the lexicon holds."""

    def __init__(self, words: Sequence[Word], foreign: Sequence[str]) -> None:
        full = [w.text for w in words if w.label == "PER" and len(w.text) == 3]
        surnames = Counter(text[0] for text in full)
        known = [char for char, count in surnames.items() if count >= 15]
        self.surnames: Final = known + list(word_list("common_surnames")) * 6
        self.surname_set: Final = frozenset(known) | frozenset(word_list("common_surnames"))
        self._middle: Final = [text[1] for text in full if text[0] in self.surname_set]
        self._last: Final = [text[2] for text in full if text[0] in self.surname_set]
        self._foreign: Final = list(foreign)

    def full(self, rng: Generator) -> str:
        """A Chinese full name of two to four characters."""
        surname = _pick(rng, self.surnames) if rng.random() > 0.02 else _pick(rng, word_list("double_surnames"))
        if rng.random() < 0.27:
            return surname + _pick(rng, self._last if rng.random() < 0.7 else self._middle)
        if rng.random() < 0.04:
            last = _pick(rng, self._last)
            return surname + last + last
        return surname + _pick(rng, self._middle) + _pick(rng, self._last)

    def given(self, rng: Generator) -> str:
        """A given name of one or two characters."""
        return self.full(rng)[-2:] if rng.random() < 0.5 else _pick(rng, self._middle) + _pick(rng, self._last)

    def foreign(self, rng: Generator) -> str:
        """A foreign name in Chinese characters."""
        return _pick(rng, self._foreign)

    def is_full(self, text: str) -> bool:
        """Whether a text looks like a Chinese full name."""
        return 2 <= len(text) <= 3 and text[0] in self.surname_set and text[-1] not in "某氏总哥姐"


def _pick(rng: Generator, values: Sequence[str]) -> str:
    return values[int(rng.integers(len(values)))]


def foreign_names(words: Sequence[Word], silver: Sequence[str]) -> list[str]:
    """Foreign names: the lexicon's long ones and the corpus's with a dot, and their parts."""
    dotted = [text for text in silver if "·" in text and not any(char.isascii() for char in text)]
    parts = [part for text in dotted for part in text.split("·") if len(part) > 1]
    return sorted(set(dotted) | set(parts) | {w.text for w in words if w.label == "PER" and len(w.text) >= 4})
