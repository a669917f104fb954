"""The model file in the form that the compiled loops take."""

from functools import cache
from importlib import resources
import io
from typing import Any

from msgspec import Struct
import numpy as np

from detectors.prose.kernels import TAGS, WIDTH, Array
from detectors.prose.weights import packed


class Model(Struct, frozen=True):
    """Tables of the tagger."""

    tables: Any
    """Lexicon, table of characters, shift of row numbers: what ``kernels.tag_all`` takes as its model."""
    weights: Array
    steps: Array
    scale: float
    """What one unit of the learnt weights is in whole numbers."""


@cache
def shipped() -> Model:
    """The model that is shipped."""
    return read(resources.files(__package__).joinpath("model.npz").read_bytes())


def read(content: bytes) -> Model:
    """A model from its file's content."""
    with np.load(io.BytesIO(content), allow_pickle=False) as parts:
        lexicon = (*_table(parts["words"]), parts["lengths"], parts["singles"])
        weights = np.zeros((len(parts["weights"]), WIDTH), np.int8)
        weights[:, :TAGS] = parts["weights"]
        shift = np.uint64(64 - (len(weights).bit_length() - 1))
        tables = (lexicon, parts["names"], shift)
        return Model(tables, packed(weights), parts["steps"], float(parts["scale"]))


def _table(words: Array) -> tuple[Array, Array]:
    """Slots, keys and values of the words, spread over the open-addressed table again."""
    keys, values = np.zeros(1 << 19, np.uint32), np.zeros(1 << 19, np.uint32)
    slots = np.cumsum(words[0])
    keys[slots], values[slots] = words[1], words[2]
    return keys, values
