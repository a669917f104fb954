"""The nearest field name in front of a value: JSON key, form key, XML element or attribute, column header, ``k: v``.

Found by looking backwards from the value, so that it works in the middle of a truncated payload.
"""

import re
from typing import Final

from detectors.columns import Columns, columns_of

_SPACE: Final = ord(" ")
_QUOTES: Final = frozenset(b"\"'")
_TELLING: Final = frozenset(b":=")
_REACH: Final = 256
"""How far back a name may stand from a value within its text."""
_NAME_REACH: Final = 64
_NAME_BYTES: Final = bytes(
    byte if byte >= 0x80 or chr(byte).isalnum() or byte in b"_-.$@[]" else _SPACE for byte in range(256)
)
_ELEMENT: Final = re.compile(rb"<([A-Za-z_\x80-\xff][^\s<>/]{0,63})[^<>]*>\s*$")
_MARKS: Final = (
    (b'":', re.compile(rb"[}\]]")),
    (b'" :', re.compile(rb"[}\]]")),
    (b"':", re.compile(rb"[}\]\n]")),
    (b"=", re.compile(rb"[&;,\n}\]]")),
)
"""What ends a name, and what between it and the value says that the value is not its own."""
_WHERE: Final = re.compile(r"[a-z]+:(.{1,64})")


class Fields:
    """The field names of one piece of content."""

    def __init__(self, content: bytes, media: str, where: str) -> None:
        self._content: Final = content
        self._columns: Final[Columns | None] = columns_of(content, media)
        told = _WHERE.fullmatch(where)
        self.whole: Final = told[1].encode() if told else b""
        """Name of the field that the content as a whole is the value of; empty if its carrier gave none."""

    @property
    def columns(self) -> Columns | None:
        """The content's table, if it is one."""
        return self._columns

    def before(self, start: int) -> bytes:
        """The name that stands nearest in front of a value; empty if there is none."""
        content = self._content
        if content.startswith(b'":"', start - 3) and start > 3:  # what nearly all JSON looks like
            low = max(0, start - _NAME_REACH)
            return content[content.rfind(b'"', low, start - 3) + 1 or low : start - 3]
        at = start - 1
        if at >= 0 and content[at] in _QUOTES:
            at -= 1
        while at >= 0 and content[at] == _SPACE:
            at -= 1
        if at < 0:
            return self.whole
        mark = content[at]
        if mark in _TELLING:
            return name_before(content, at)
        return self._further(start)

    def _further(self, start: int) -> bytes:
        """A name that does not stand right in front: of an element, of a column, or of the text around the value."""
        low = max(0, start - _REACH)
        window = self._content[low:start].removesuffix(b"<![CDATA[")
        element = _ELEMENT.match(window, window.rfind(b"<")) if b"<" in window else None
        if element:
            return element[1]
        if self._columns is not None and (name := self._columns.name_at(start)):
            return name
        return _around(window) or self.whole


def name_before(content: bytes, at: int) -> bytes:
    """The name that ends in front of ``at``, where a colon or an equals sign stands; quotes are taken off."""
    end = at
    while end and content[end - 1] == _SPACE:
        end -= 1
    if not end:
        return b""
    low = max(0, end - _NAME_REACH)
    last = content[end - 1]
    if last in _QUOTES:
        return content[content.rfind(last, low, end - 1) + 1 or low : end - 1]
    return content[low:end].translate(_NAME_BYTES).rpartition(b" ")[2]


def _around(window: bytes) -> bytes:
    """The name whose value the window ends in: the text of a JSON string, an item of an array."""
    for mark, covered in _MARKS:
        at = window.rfind(mark)
        if at >= 0 and not covered.search(window, at):
            return name_before(window, at + len(mark) - 1)
    return b""
