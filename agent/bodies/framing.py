"""Where an HTTP/1 body ends: by length, by chunks, by the connection's end, or, out of step, at the next start line."""

import re
from typing import Final, Protocol

from agent.bodies.headers import HEAD_END
from agent.bodies.notes import Notes

Taken = tuple[list[bytes], int, bool]
"""Slices of the body, the offset up to which bytes were used (the rest comes again, with more), whether it is over."""

REQUEST_LINE: Final = re.compile(rb"[A-Za-z][A-Za-z_-]{1,23}[ \t]+[^\s][^\r\n]*?[ \t]HTTP/\d")
STATUS_LINE: Final = re.compile(rb"HTTP/\d[.\d]{0,4}[ \t]+[1-9]\d\d(?!\d)")
_SIZE: Final = re.compile(
    rb"[ \t\r\n]{0,16}\+?(?:0[xX])?([0-9a-fA-F]{1,64})(?:([^0-9a-fA-F\r\n][^\r\n]{0,4096})?)(?:\r?\n|\r(?=[^\n]))"
)
_BLANK: Final = re.compile(rb"\r*\n")
_MOST_LINE: Final = 8 * 1024
_MOST_SIZE: Final = 1 << 40


class Framing(Protocol):
    """Knows where a body ends."""

    def take(self, content: bytes, at: int) -> Taken:
        """Use the bytes from ``at`` on."""
        ...

    def skip(self, missing: int) -> bool:
        """Take notice of missing bytes; whether the next ones are in step."""
        ...

    @property
    def holds_content(self) -> bool:
        """Whether bytes that it has not used yet are content, not framing."""
        ...

    @property
    def is_cut(self) -> bool:
        """Whether more was announced than has come."""
        ...


class Length:
    """A body of known length."""

    def __init__(self, length: int) -> None:
        self._left = length

    def take(self, content: bytes, at: int) -> Taken:
        """Use up to the bytes that are left."""
        end = min(len(content), at + self._left)
        self._left -= end - at
        return [content[at:end]], end, self._left == 0

    def skip(self, missing: int) -> bool:
        """In step while the gap lies within the body."""
        self._left -= missing
        return self._left >= 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing follows."""
        return self._left == 0

    @property
    def holds_content(self) -> bool:
        """It uses all it is given."""
        return False

    @property
    def is_cut(self) -> bool:
        """While bytes are left."""
        return self._left > 0


class Endless:
    """A body that ends with the connection."""

    def take(self, content: bytes, at: int) -> Taken:
        """Use everything."""
        return [content[at:]], len(content), False

    def skip(self, missing: int) -> bool:
        """Nothing to be out of step with."""
        return missing >= 0

    @property
    def holds_content(self) -> bool:
        """It uses all it is given."""
        return False

    @property
    def is_cut(self) -> bool:
        """Nothing was announced."""
        return False


class Lost:
    """Out of step: all is body until a line looks like the start of the next message.

    Args:
        start: what a start line of this side looks like.
    """

    def __init__(self, start: re.Pattern[bytes]) -> None:
        self._start = re.compile(b"(?m)^" + start.pattern)

    def take(self, content: bytes, at: int) -> Taken:
        """Use whole lines; the last one, unfinished, comes again."""
        match = self._start.search(content, at)
        if match is not None:
            return [content[at : match.start()]], match.start(), True
        end = max(at, content.rfind(b"\n") + 1)
        end = end if len(content) - end <= _MOST_LINE else len(content)
        return [content[at:end]], end, False

    def skip(self, missing: int) -> bool:
        """Nothing to be out of step with."""
        return missing >= 0

    @property
    def holds_content(self) -> bool:
        """An unfinished line."""
        return True

    @property
    def is_cut(self) -> bool:
        """Nothing is known of what was announced."""
        return False


class Chunked:
    """A body in chunks. Bytes that are no chunk are read as ``other`` frames them.

    Args:
        other: how to go on if even the first chunk is none (the header lied).
        lost: how to go on if a later chunk is none.
        notes: where reasons are counted.
    """

    def __init__(self, other: Framing, lost: Lost, notes: Notes) -> None:
        self.asides = b""
        """Trailers and chunk extensions: seldom used, so a fine place to hide something."""
        self._other = other
        self._lost = lost
        self._notes = notes
        self._instead: Framing | None = None
        self._left = 0
        self._is_ending = False

    def take(self, content: bytes, at: int) -> Taken:
        """Use whole chunks, parts of a chunk's bytes, and whole size lines."""
        slices: list[bytes] = []
        while at < len(content) and self._instead is None and not self._is_ending:
            if self._left:
                end = min(len(content), at + self._left)
                slices.append(content[at:end])
                self._left -= end - at
                at = end
                continue
            after = self._read_size(content, at)
            if after < 0:
                return slices, at, False
            at = after
        if self._instead is not None:
            more, at, is_over = self._instead.take(content, at)
            return slices + more, at, is_over
        return (slices, *self._read_trailers(content, at)) if self._is_ending else (slices, at, False)

    def skip(self, missing: int) -> bool:
        """In step while the gap lies within one chunk."""
        if self._instead is not None:
            return self._instead.skip(missing)
        self._left -= missing
        return self._left >= 0

    @property
    def holds_content(self) -> bool:
        """Size lines are framing, what is read instead of chunks is not."""
        return self._instead is not None

    @property
    def is_cut(self) -> bool:
        """Until the last chunk."""
        return self._instead.is_cut if self._instead is not None else not self._is_ending

    def _read_size(self, content: bytes, at: int) -> int:
        """Read a size line; returns the offset behind it, -1 while it is unfinished."""
        match = _SIZE.match(content, at)
        if match is None:
            return -1 if _is_unfinished(content[at : at + _MOST_LINE]) else self._fail(at)
        size = int(match[1], 16)
        if size > _MOST_SIZE:
            return self._fail(at)
        if match[2] and match[2].strip() and len(self.asides) < _MOST_LINE:
            self.asides += match[2] + b"\n"
        self._other = self._lost
        self._left, self._is_ending = size, size == 0
        return match.end()

    def _fail(self, at: int) -> int:
        self._notes.unseen("chunk_size")
        self._instead = self._other
        return at

    def _read_trailers(self, content: bytes, at: int) -> tuple[int, bool]:
        blank = _BLANK.match(content, at)
        if blank is not None:
            return blank.end(), True
        if REQUEST_LINE.match(content, at) or STATUS_LINE.match(content, at):
            return at, True
        end = HEAD_END.search(content, at)
        if end is None and len(content) - at <= _MOST_LINE:
            return at, False
        stop = end.end() if end else len(content)
        self.asides += content[at:stop]
        return stop, True


def _is_unfinished(line: bytes) -> bool:
    """Whether more bytes may make a size line of it."""
    start = line.lstrip(b" \t\r\n")
    return len(line) < _MOST_LINE // 2 and b"\n" not in start and re.match(rb"\+?[0-9a-fA-F]|$", start) is not None
