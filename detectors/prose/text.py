"""Text as an array of normal characters, one for one: offsets stay."""

from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

HAN: Final = (0x3400, 0xA000)
_DIGIT, _LATIN, _SPACE, _OTHER = (27 << 6, 28 << 6, 29 << 6, 30 << 6)


@cache
def normal_table() -> NDArray[np.uint16]:
    """Half-width, lower-case, simplified form of each character of the basic plane; every digit is ``0``."""
    table = np.arange(1 << 16, dtype=np.uint16)
    table[0xFF01:0xFF5F] = np.arange(0x21, 0x7F)
    table[0x3000] = table[0xA0] = table[9] = 32
    table[0x2022] = table[0x2027] = table[0x30FB] = 0xB7
    for pair in resources.files(__package__).joinpath("simplified.txt").read_text("utf-8").split():
        table[ord(pair[0])] = ord(pair[1])
    for char in range(1 << 16):
        plain = int(table[char])
        if 65 <= plain <= 90:
            table[char] = plain + 32
        elif 48 <= plain <= 57:
            table[char] = 48
    return table


def characters(text: str) -> NDArray[np.uint16]:
    """The text's characters in normal form; one beyond the basic plane is U+FFFD."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return normal_table()[np.where(points < 1 << 16, points, 0xFFFD)]


def character_kinds() -> NDArray[Any]:
    """Values of single characters that are no words: digits, Latin letters, space, anything else but Han."""
    kinds = np.zeros(1 << 16, np.uint32)
    kinds[: HAN[0]] = kinds[HAN[1] :] = _OTHER | 60
    kinds[48:58] = _DIGIT | 60
    kinds[97:123] = _LATIN | 60
    kinds[32] = _SPACE | 60
    return kinds
