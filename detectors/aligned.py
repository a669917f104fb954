"""Where what a scanner read stands in the text as it came, percent-encoding, escapes and base64 kept.

``views`` undoes encodings and forgets where a character came from. Here the same steps are taken one by one with their
places, and the result is used only if it is byte for byte what the scanner reads.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from html import unescape
import re
from typing import Final
from urllib.parse import unquote_to_bytes

from msgspec import Struct

from detectors.views import readable, unpacked

_Unit = tuple[int, int, bytes]
"""(start, end, what stands there once it is undone)."""
_Units = Callable[[bytes], Iterable[_Unit]]

_PERCENT: Final = re.compile(rb"%[0-9A-Fa-f]{2}")
_FORM: Final = re.compile(rb"\+|%[0-9A-Fa-f]{2}")
_UNICODE: Final = re.compile(rb"(?:\\+u[dD][89abAB][0-9A-Fa-f]{2})?\\+u[0-9A-Fa-f]{4}")
_SHORT: Final = ((b'\\"', b'"'), (b"\\/", b"/"), (b"\\n", b"\n"), (b"\\r", b"\n"), (b"\\t", b"\t"), (b"\\\\", b"\\"))
_ENTITY: Final = re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|quot|apos|lt|gt|amp|nbsp);")
_WIDE: Final = re.compile(rb"\xef(?:\xbc[\x81-\xbf]|\xbd[\x80-\x9e])")
_RUN: Final = re.compile(rb"[0-9A-Za-z+/_-]{16,}={0,2}")


class _Step(Struct, frozen=True):
    """One step: the units that changed, in order, and where each begins in the result."""

    units: list[_Unit]
    places: list[int]

    def begin(self, place: int) -> int:
        """Where the byte at a place of the result came from."""
        at = bisect_right(self.places, place) - 1
        if at < 0:
            return place
        start, end, plain = self.units[at]
        offset = place - self.places[at]
        return start if offset < len(plain) else end + offset - len(plain)

    def end(self, place: int) -> int:
        """Where what ends at a place of the result ended."""
        at = bisect_right(self.places, place - 1) - 1
        if at < 0:
            return place
        _, end, plain = self.units[at]
        return end + max(0, place - self.places[at] - len(plain))


class Aligned:
    """A text in UTF-8 and what a scanner reads in it.

    Args:
        content: the text.
        media: as for ``Scanner.scan``.
        where: as for ``Scanner.scan``.
    """

    def __init__(self, content: bytes, media: str, where: str = "body") -> None:
        self.view: Final = unpacked(readable(content, media, where))
        """What the scanner reads: positions of findings are positions here."""
        found = [] if self.view is content else _steps(content, self.view)
        self.is_exact: Final = found is not None
        """Whether places are known; if not, they are places of the view."""
        self.base: Final = content if self.is_exact else self.view
        """What places are places of."""
        self._steps: Final = found or []

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a span of the view stands in ``base``."""
        for step in reversed(self._steps):
            start, end = step.begin(start), step.end(end)
        return start, end


def charset_of(content: bytes) -> str:
    """The charset by which the scanner reads a piece of content: utf-8, utf-16-le, utf-16-be or gb18030."""
    plain = readable(content, "text", "body")
    if b"\0" in content[:64] and b"\0" not in plain[:64]:
        head = content[:64]
        return "utf-16-be" if head[::2].count(0) > head[1::2].count(0) or head[:2] == b"\xfe\xff" else "utf-16-le"
    return "gb18030" if _is_text(plain, "utf-8") and not _is_text(content, "utf-8") else "utf-8"


def in_utf8(content: bytes, charset: str) -> bytes:
    """The content in UTF-8; bytes that are no character of the charset stay what they are."""
    errors = "surrogateescape" if charset == "gb18030" else "replace"
    return content if charset == "utf-8" else content.decode(charset, errors).encode("utf-8", errors)


def in_charset(text: bytes, charset: str) -> bytes:
    """A text in UTF-8 in the charset that ``in_utf8`` took it from."""
    errors = "surrogateescape" if charset == "gb18030" else "replace"
    return text if charset == "utf-8" else text.decode("utf-8", errors).encode(charset, errors)


def _is_text(content: bytes, charset: str) -> bool:
    try:
        content.decode(charset)
    except UnicodeDecodeError:
        return False
    return True


def _steps(content: bytes, view: bytes) -> list[_Step] | None:
    """The steps from the content to the view; None if these do not lead there."""
    percents: tuple[tuple[_Units, ...], ...] = (
        (),
        (_percent_units,),
        (_form_units,),
        (_percent_units, _percent_units),
        (_form_units, _percent_units),
    )
    for begin in percents:
        text, steps = content, list[_Step]()
        for units in (*begin, *_ESCAPES * 3, _entity_units, _wide_units, _run_units):
            text = _taken(text, units, steps)
            if text == view:
                return steps
    return None


def _taken(text: bytes, units: _Units, steps: list[_Step]) -> bytes:
    """The text after a step, which is added to those before."""
    found = list(units(text))
    if not found:
        return text
    pieces: list[bytes] = []
    places: list[int] = []
    copied = length = 0
    for start, end, plain in found:
        length += start - copied
        places.append(length)
        pieces += (text[copied:start], plain)
        length += len(plain)
        copied = end
    steps.append(_Step(found, places))
    return b"".join((*pieces, text[copied:]))


def _percent_units(text: bytes) -> Iterator[_Unit]:
    return ((*found.span(), unquote_to_bytes(found[0])) for found in _PERCENT.finditer(text))


def _form_units(text: bytes) -> Iterator[_Unit]:
    for found in _FORM.finditer(text):
        yield (*found.span(), b" " if found[0] == b"+" else unquote_to_bytes(found[0]))


def _unicode_units(text: bytes) -> Iterator[_Unit]:
    for found in _UNICODE.finditer(text) if b"\\u" in text else ():
        codes = bytes.fromhex(found[0].translate(None, b"\\u").decode("ascii"))
        yield (*found.span(), codes.decode("utf-16-be", "replace").encode("utf-8", "replace"))


def _short_units(escape: bytes, plain: bytes, text: bytes) -> Iterator[_Unit]:
    at = text.find(escape)
    while at >= 0:
        yield at, at + len(escape), plain
        at = text.find(escape, at + len(escape))


_ESCAPES: Final[tuple[_Units, ...]] = (
    _unicode_units,
    *(partial(_short_units, escape, plain) for escape, plain in _SHORT),
)


def _entity_units(text: bytes) -> Iterator[_Unit]:
    for found in _ENTITY.finditer(text):
        yield (*found.span(), unescape(found[0].decode("ascii")).encode("utf-8", "replace"))


def _wide_units(text: bytes) -> Iterator[_Unit]:
    for found in _WIDE.finditer(text):
        narrow = readable(found[0], "text", "")
        if narrow != found[0]:
            yield (*found.span(), narrow)


def _run_units(text: bytes) -> Iterator[_Unit]:
    for found in _RUN.finditer(text):
        plain = unpacked(found[0])
        if plain != found[0]:
            yield (*found.span(), plain)
