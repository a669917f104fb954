"""The way to a place in a JSON text, as ``$.users[2].mobile``; works on cut texts and on one value a line."""

from collections.abc import Callable
import re
from typing import Final

_TOKEN: Final = re.compile(rb'"((?:[^"\\]|\\.)*+)("?)|[{}\[\]:,]', re.DOTALL)
_DEEPEST: Final = 64
_Level = list[str | int]


class JsonPaths:
    """Paths of places that are asked in ascending order: the text is walked once.

    Args:
        content: the JSON text.
        shown: what may be told of a key; empty for one that could be a value itself.
    """

    def __init__(self, content: bytes, shown: Callable[[bytes], str]) -> None:
        self._tokens: Final = _TOKEN.finditer(content)
        self._next: re.Match[bytes] | None = next(self._tokens, None)
        self._shown: Final = shown
        self._levels: Final[_Level] = []
        """For each open object its key, for each open array its index; beyond the deepest they are not kept."""
        self._beyond = 0
        self._string = b""

    def at(self, place: int) -> str:
        """The path of a place; ``$`` at the top."""
        while self._next is not None and self._next.start() < place:
            self._take(self._next)
            self._next = next(self._tokens, None)
        steps = (f"[{level}]" if isinstance(level, int) else f".{level}" for level in self._levels if level != "")
        return "$" + "".join(steps)

    def _take(self, token: re.Match[bytes]) -> None:
        mark = token[0]
        if mark in (b"{", b"["):
            self._open("" if mark == b"{" else 0)
        elif mark in (b"}", b"]"):
            self._close()
        elif mark in (b":", b","):
            self._go_on(is_key=mark == b":")
        else:
            self._string = token[1]

    def _go_on(self, *, is_key: bool) -> None:
        last = self._levels[-1] if self._levels else None
        if is_key and isinstance(last, str):
            self._levels[-1] = self._shown(self._string) or "*"
        elif last is not None and not is_key:
            self._levels[-1] = last + 1 if isinstance(last, int) else ""

    def _open(self, level: str | int) -> None:
        if len(self._levels) < _DEEPEST:
            self._levels.append(level)
        else:
            self._beyond += 1

    def _close(self) -> None:
        if self._beyond:
            self._beyond -= 1
        elif self._levels:
            self._levels.pop()
