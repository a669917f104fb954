"""A file or standard input -> pieces that fit in memory, cut between lines, with what they are written in."""

from collections.abc import Iterator
from pathlib import Path
import re
import sys
from typing import BinaryIO, Final

from msgspec import Struct
from typing_extensions import override

from detectors.columns import HeadedLines, columns_of
from wire.faults import UnavailableError

STDIN: Final = "-"
_LARGEST: Final = 32 << 20
_SAMPLE: Final = 4_096
_TABLE: Final = 65_536
_FORM: Final = re.compile(rb"[^\s=&]{1,64}=[^\s&]*(?:&[^\s=&]{1,64}=[^\s&]*)+\s*")
_ELEMENT: Final = re.compile(rb"<[?!A-Za-z_\x80-\xff]")
_JSON: Final = re.compile(rb'\{\s*(?:["}]|\Z)|\[\s*(?:[\[{"\]]|-?[0-9][0-9.eE+-]*\s*[,\]]|\Z|true|false|null)')
_NOT_TEXT: Final = bytes(range(9)) + bytes(range(14, 27)) + bytes(range(28, 32))
_WORD: Final = re.compile(rb"[0-9A-Za-z\x80-\xff]{1,512}\Z")


class Piece(Struct, frozen=True):
    """A part of the input."""

    content: bytes
    """Behind a table's header where the piece is not the first of it."""
    media: str
    header: int
    """Length of the header that was put in front."""
    offset: int
    """Where the piece stands in the input, header left out."""
    line: int
    """Number of its first line."""

    @override
    def __repr__(self) -> str:
        return f"Piece({self.media}, {self.offset}+{len(self.content)})"


def media_of(content: bytes) -> str:
    """How a piece of content is written, by its first bytes: json, xml, form, binary, or text (tables included)."""
    start = content[:_SAMPLE].removeprefix(b"\xef\xbb\xbf").lstrip()
    if len(start.translate(None, _NOT_TEXT)) * 20 < len(start) * 19 and start[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return "binary" if b"\0" in start and not _is_wide(start) else "text"
    if _JSON.match(start):
        return "json"
    if _ELEMENT.match(start):
        return "xml"
    return "form" if b"\n" not in start.rstrip() and _FORM.fullmatch(start) else "text"


def pieces(source: Path) -> Iterator[Piece]:
    """The pieces of a file, or of standard input where its name is a hyphen.

    Raises:
        UnavailableError: it cannot be read.
    """
    try:
        if str(source) == STDIN:
            yield from _cut(sys.stdin.buffer)
        else:
            with source.open("rb") as file:
                yield from _cut(file)
    except OSError as error:
        raise UnavailableError(f"cannot read {source}: {error.strerror}") from error


def _cut(file: BinaryIO) -> Iterator[Piece]:
    rest = header = b""
    offset, line, media = 0, 1, ""
    while True:
        content = rest + file.read(_LARGEST - len(rest))
        if not content:
            return
        is_last = len(content) < _LARGEST
        end = len(content) if is_last else _place_to_cut(content)
        content, rest = content[:end], content[end:]
        if not media:
            media = media_of(content)
            is_table = media == "text" and isinstance(columns_of(content[:_TABLE], media), HeadedLines)
            header = content[: content.find(b"\n") + 1] if is_table else b""
            yield Piece(content, media, 0, offset, line)
        else:
            yield Piece(header + content, media, len(header), offset, line)
        offset += len(content)
        line += content.count(b"\n")


def _place_to_cut(content: bytes) -> int:
    end = content.rfind(b"\n") + 1
    if end:
        return end
    word = _WORD.search(content)
    return word.start() if word and word.start() else len(content)


def _is_wide(start: bytes) -> bool:
    """Whether every second byte of most is zero: UTF-16."""
    return max(start[::2].count(0), start[1::2].count(0)) * 3 > len(start)
