"""Weights as they are added up: a row of 16 bytes, each weight raised so that it is positive."""

import numpy as np

from detectors.prose.kernels import LARGEST, Array


def packed(weights: Array) -> Array:
    """Rows of 16 small weights as two 64-bit words each."""
    return (weights.astype(np.int16) + LARGEST + 1).astype(np.uint8).view(np.uint64)
