"""The lexicon in the form that the tagger reads: one hash table of words, one of characters, one of name characters."""

from collections import Counter
import lzma
import math
from pathlib import Path
from typing import Final

from msgspec import Struct
import numpy as np

from detectors.prose.kernels import Array, pair_slot, put
from detectors.prose.text import HAN, character_kinds, characters

CLASSES: Final = "+ n PER LOC ORG nz nw v vn a an d m r TIME t s f q p c u xc O w ad vd".split()
_SLOTS: Final = 1 << 19
_HERE: Final = Path(__file__).parent


class Word(Struct, frozen=True):
    """A word of the lexicon."""

    text: str
    label: str
    """Word class, or PER, LOC, ORG."""
    cluster: int
    """Words of one number are used alike; -1 is unknown."""
    cost: int
    """Negative logarithm of its probability, in quarters."""


def read_words() -> list[Word]:
    """The words that are kept in the repository."""
    lines = lzma.decompress((_HERE / "lexicon.tsv.xz").read_bytes()).decode().splitlines()
    return [Word(text, label, int(cluster), int(cost)) for text, label, cluster, cost in (x.split("\t") for x in lines)]


def compile_lexicon(words: list[Word]) -> dict[str, Array]:
    """Hash table of words (``keys``, ``values``), lengths by first pair, and values of single characters."""
    keys, values = np.zeros(_SLOTS, np.uint32), np.zeros(_SLOTS, np.uint32)
    lengths, singles = np.zeros(1 << 16, np.uint8), character_kinds()
    for word in words:
        value = np.uint32(word.cost | (CLASSES.index(word.label) + 1) << 6 | (word.cluster + 1) << 11)
        chars = characters(word.text)
        if len(chars) == 1:
            singles[chars[0]] = value
        elif len(chars) <= 8:
            put(chars, value, keys, values)
            lengths[pair_slot(chars[0], chars[1])] |= np.uint8(1 << (len(chars) - 2))
    return {"keys": keys, "values": values, "lengths": lengths, "singles": singles}


def name_characters(surnames: Counter[str], given: Counter[str], foreign: Counter[str], text: Counter[str]) -> Array:
    """By character: two bits each for how much it is a surname, a given name's and a foreign name's; bit 7 is Han."""
    table = np.zeros(1 << 16, np.uint8)
    table[HAN[0] : HAN[1]] = 128
    total = sum(text.values())
    for shift, counts in ((0, surnames), (2, given), (4, foreign)):
        of = sum(counts.values())
        for char, count in counts.items():
            odds = math.log((count / of) / ((text[char] + 20) / total))
            level = 3 if odds > 1.5 else 2 if odds > 0 else 1 if odds > -1.5 else 0
            if level and count > 1:
                table[characters(char)[0]] |= level << shift
    return table
