"""Read-only reference tables with their provenance (NOTICE.md); each is read once, when first asked for."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

PROVINCES: Final = frozenset(
    b"11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()
)
"""First two digits of GB/T 2260 codes; 83 is the residence permit of Taiwan residents."""


@cache
def counties() -> frozenset[bytes]:
    """Every county code that was ever in force. A person keeps the code of the day the number was given."""
    found: set[bytes] = set()
    for line in _lines("counties.txt"):
        prefix, endings = line.split()
        found.update(prefix + endings[at : at + 2] for at in range(0, len(endings), 2))
    return frozenset(found)


@cache
def card_prefixes() -> dict[int, frozenset[bytes]]:
    """Known issuer prefixes (BIN) by the total length of the card number."""
    found: dict[int, set[bytes]] = {}
    for line in _lines("cards.txt"):
        length, *prefixes = line.split()
        found.setdefault(int(length), set()).update(prefixes)
    return {length: frozenset(prefixes) for length, prefixes in found.items()}


@cache
def domains() -> frozenset[bytes]:
    """Top-level domains in common use."""
    return frozenset(word for line in _lines("domains.txt") for word in line.split())


@cache
def surnames() -> frozenset[str]:
    """Chinese surnames in use, of one character and of two."""
    found: set[str] = set()
    for line in _lines("surnames.txt"):
        words = line.decode().split()
        found.update(words if len(words) > 1 else words[0])
    return frozenset(found)


@cache
def pinyin_surnames() -> frozenset[str]:
    """The commonest of them in Latin letters, lower case."""
    return frozenset(word.decode() for line in _lines("pinyin_surnames.txt") for word in line.split())


def _lines(name: str) -> Iterator[bytes]:
    for line in files(__name__).joinpath(name).read_bytes().splitlines():
        if line and not line.startswith(b"#"):
            yield line
