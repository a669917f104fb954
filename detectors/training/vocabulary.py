"""Word lists that the invented sentences draw from."""

from functools import cache
from pathlib import Path


@cache
def word_list(name: str) -> tuple[str, ...]:
    """A list of ``vocabulary.txt``."""
    return _lists()[name]


@cache
def _lists() -> dict[str, tuple[str, ...]]:
    lines = Path(__file__).with_name("vocabulary.txt").read_text("utf-8").splitlines()
    pairs = (line.split(":", 1) for line in lines if line and not line.startswith("#"))
    return {name: tuple(words.split()) for name, words in pairs}
