"""Cuts a long text into pieces at the borders of its records, so that memory is bounded and no identifier is split."""

from collections.abc import Iterator
import re
from typing import Final

from agent.sighting import Media

PIECE_BYTES: Final = 64 * 1024
"""A piece is given once so much is held and a border of records was found."""
MOST_BYTES: Final = 256 * 1024
"""A piece is never longer; without a border of records it ends at a lesser one."""
_LESSER_WINDOW: Final = 8 * 1024
_MOST_HEADER: Final = 4 * 1024

_BORDERS: Final[dict[Media, tuple[tuple[bytes, int], ...]]] = {
    Media.JSON: ((b"},{", 2), (b"}, {", 3), (b"},\n", 3), (b"},\r\n", 4), (b"}\n", 2), (b"}", 1)),
    Media.FORM: ((b"&", 1),),
    Media.CSV: ((b"\n", 1),),
    Media.XML: ((b"</tr>", 5), (b"</", 0), (b"/>", 2)),
    Media.TEXT: ((b"\n", 1), (b"),", 2)),
    Media.BINARY: ((b"\n", 1),),
}
"""What ends a record, best first, and how many of its bytes stay on the left; ``</`` stands for the whole end tag."""

_LESSER: Final = (b"\n", b"}", b",", b"&", b";", b"|", b'"', b"<", b"\0", b"\t", "。".encode(), "，".encode())
# Spaces are inside some numbers (6222 0212 ...), so a space between two digits is no border.
_LAST_RESORTS: Final = tuple(
    map(
        re.compile,
        (rb"[^ ] (?=[^0-9 ])", rb"[^0-9 ] ", rb"[\x80-\xbf](?=[\xc2-\xf4])", rb"[^0-9A-Za-z@._+%\x80-\xff -]"),
    )
)
_LONG_NUMBER: Final = re.compile(rb"\d{6}")


class Cutter:
    """Holds a text back until a piece of it can be cut off. Later pieces of a CSV begin with its header line."""

    def __init__(self, media: Media) -> None:
        self._media = media
        self._held: list[bytes] = []
        self._size = 0
        self._wanted = PIECE_BYTES
        self._header: bytes | None = None if media is Media.CSV else b""

    def feed(self, content: bytes) -> Iterator[bytes]:
        """Take the next bytes and give the pieces that are ready."""
        self._held.append(content)
        self._size += len(content)
        if self._size < self._wanted:
            return
        whole = b"".join(self._held)
        at = 0
        while len(whole) - at >= self._wanted:
            end = self._border(whole, at)
            if end < 0:
                self._wanted = MOST_BYTES
                continue
            yield self._dressed(whole[at:end])
            at, self._wanted = end, PIECE_BYTES
        self._held, self._size = [whole[at:]], len(whole) - at

    def close(self) -> Iterator[bytes]:
        """Give the rest."""
        rest = b"".join(self._held)
        self._held, self._size, self._wanted = [], 0, PIECE_BYTES
        if rest:
            yield self._dressed(rest)

    def _border(self, whole: bytes, at: int) -> int:
        """Where the piece that begins at ``at`` ends; -1 to wait for a better border."""
        low, high = at + self._wanted // 4, min(len(whole), at + MOST_BYTES)
        for needle, keep in _BORDERS[self._media]:
            found = whole.rfind(needle, low, high)
            end = found + keep if keep else whole.find(b">", found, high) + 1
            if found >= 0 and end > low:
                return end
        return _lesser_border(whole, high) if self._wanted == MOST_BYTES else -1

    def _dressed(self, piece: bytes) -> bytes:
        if self._header is None:
            line = piece[: piece.find(b"\n") + 1]
            # A first line with a long number in it is a row, not a header: repeating it would count it anew.
            self._header = b"" if len(line) > _MOST_HEADER or _LONG_NUMBER.search(line) else line
            return piece
        return self._header + piece


def _lesser_border(whole: bytes, high: int) -> int:
    low = high - _LESSER_WINDOW
    for needle in _LESSER:
        found = whole.rfind(needle, low, high)
        if found >= 0:
            return found + len(needle)
    for pattern in _LAST_RESORTS:
        ends = [match.end() for match in pattern.finditer(whole, low, high)]
        if ends:
            return ends[-1]
    return high
