"""Which conversations are read: the same answer for both directions, and from every agent with the same seed."""

from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

_MASK: Final = 0xFFFFFFFFFFFFFFFF
_ODD: Final = 0xD6E8FEB86659FD93


def keys_of(headers: NDArray[np.void], seed: int) -> NDArray[np.uint64]:
    """A key for each packet's conversation: addresses, ports and protocol, either way round.

    VLAN tags are left out: two agents may see one conversation under different tags. Who does not know the seed cannot
    choose ports that escape the sample.

    Shape:
        uint64 (n,)
    """
    keys = np.empty(len(headers), np.uint64)
    _keys(headers, np.uint64(seed & _MASK), keys)
    return keys


def choose(keys: NDArray[np.uint64], rate: float) -> NDArray[np.bool_]:
    """Which keys fall into a sample of this rate; a key in a sample is in every larger one.

    Weighing what was chosen by ``1 / rate`` is an unbiased estimate, for keys spread evenly over 64 bits.

    Raises:
        ValueError: a rate outside 0 to 1.
    """
    if not 0.0 <= rate <= 1.0:
        raise ValueError(f"a sampling rate lies between 0 and 1, this is {rate}")
    if rate == 1.0:
        return np.ones(len(keys), np.bool_)
    return keys < np.uint64(int(rate * 2.0**64))


@numba.njit(cache=True, nogil=True)
def mix(key: int | np.uint64, word: int | np.uint64) -> int:
    """Fold one more word into a 64-bit key; every bit of either changes half the bits of the answer."""
    key = int(key) ^ int(word)
    key = (key ^ key >> 32) * _ODD & _MASK
    key = (key ^ key >> 29) * _ODD & _MASK
    return key ^ key >> 32


@numba.njit(cache=True, nogil=True)
def key_of(row: np.void, seed: int | np.uint64) -> int:
    """The key of one HEADER row's conversation, either way round."""
    source = mix(mix(seed, row["source_high"]), row["source_low"])
    target = mix(mix(seed, row["target_high"]), row["target_low"])
    source = mix(source, np.uint64(row["source_port"]))
    target = mix(target, np.uint64(row["target_port"]))
    return mix(mix(min(source, target), max(source, target)), np.uint64(row["protocol"]))


@numba.njit(cache=True, nogil=True)
def _keys(headers: NDArray[np.void], seed: np.uint64, keys: NDArray[np.uint64]) -> None:
    for i in range(len(headers)):
        keys[i] = key_of(headers[i], seed)
