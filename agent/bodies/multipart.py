"""Splits a multipart body at its boundary, as it comes."""

from collections.abc import Callable, Generator, Iterator
from typing import Final

from agent.bodies.headers import HEAD_END, Headers
from agent.bodies.notes import Notes, Sink
from agent.sighting import Payload

_MOST_PARTS: Final = 10_000
_MOST_HEAD: Final = 16 * 1024


class Multipart:
    """Feeds every part to a sink of its own; what stands before the first and behind the last boundary too.

    Args:
        boundary: as the content type names it, without dashes.
        open_part: gives the sink of a part by its headers.
        notes: where reasons are counted.
    """

    def __init__(self, boundary: bytes, open_part: Callable[[Headers], Sink], notes: Notes) -> None:
        self._needle = b"\n--" + boundary
        self._open = open_part
        self._notes = notes
        self._parts = 0
        self._is_head = False
        # A boundary stands at the begin of a line: the content behaves as if a line feed came before it.
        self._held = b"\n"
        self._virtual = 1
        self._part = open_part(Headers())

    def feed(self, content: bytes) -> Iterator[Payload]:
        """Take the next bytes."""
        content = self._held + content
        at = 0
        while at >= 0:
            if self._is_head:
                at = self._read_head(content, at)
            else:
                at = yield from self._read_part(content, at)

    def gap(self) -> Iterator[Payload]:
        """Some bytes are missing: the part goes on until the next boundary."""
        yield from self._flush()
        yield from self._part.gap()
        self._is_head = False

    def close(self) -> Iterator[Payload]:
        """Give what is still held."""
        yield from self._flush()
        yield from self._part.close()

    def _flush(self) -> Iterator[Payload]:
        held, self._held = self._held[self._virtual :], b""
        self._virtual = 0
        yield from self._part.feed(held)

    def _read_part(self, content: bytes, at: int) -> Generator[Payload, None, int]:
        found = content.find(self._needle, at) if self._parts < _MOST_PARTS else -1
        # A carriage return before the boundary belongs to the boundary, so it is held back with its beginning.
        end = found if found >= 0 else max(at, len(content) - len(self._needle))
        keep = end - 1 if end > at and content[end - 1 : end] == b"\r" else end
        if keep > at:
            yield from self._part.feed(content[at + self._virtual : keep])
            self._virtual = 0
        if found < 0:
            self._held = content[keep:]
            return -1
        yield from self._part.close()
        self._is_head, self._virtual = True, 0
        return found + len(self._needle)

    def _read_head(self, content: bytes, at: int) -> int:
        """Read the lines behind a boundary and open the next part; -1 while there is too little."""
        if content.startswith(b"--", at):
            return self._begin(Headers(), at + 2, virtual=0)
        match = HEAD_END.search(content, at)
        if match is not None:
            return self._begin(Headers(content[at : match.start()]), match.end() - 1, virtual=1)
        if len(content) - at > _MOST_HEAD:
            self._notes.count("part_head")
            return self._begin(Headers(), at, virtual=0)
        self._held = content[at:]
        return -1

    def _begin(self, headers: Headers, at: int, *, virtual: int) -> int:
        self._parts += 1
        if self._parts == _MOST_PARTS:
            self._notes.unseen("parts")
        self._is_head, self._virtual = False, virtual
        self._part = self._open(headers)
        return at
