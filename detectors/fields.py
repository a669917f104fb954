"""The nearest field name in front of a value: JSON key, form key, XML element or attribute, column header, ``k: v``.

Found by looking backwards from the value, so that it works in the middle of a truncated payload. Where the name only
says that a value follows (``"name": "手机", "value": ...``), its sibling tells what it is.
"""

import re
from typing import Final

from detectors.columns import Columns, columns_of

_SPACE: Final = ord(" ")
_QUOTES: Final = frozenset(b"\"'")
_ARROW: Final = ord(">")
_TELLING: Final = frozenset(b":=")
_REACH: Final = 256
"""How far back a name may stand from a value within its text."""
_NAME_REACH: Final = 64
_NAME_BYTES: Final = bytes(
    byte if byte >= 0x80 or chr(byte).isalnum() or byte in b"_-.$@[]" else _SPACE for byte in range(256)
)
_TAILS: Final = frozenset((b"no", b"no.", b"number", b"num", b"id", b"code", b"date", b"name", b"address"))
"""Words of a label that need the one in front of them: ``phone number: ...``."""
_ELEMENT: Final = re.compile(rb"<([A-Za-z_\x80-\xff][^\s<>/]{0,63})[^<>]*>\s*$")
_MARKS: Final = (
    (b'":', re.compile(rb"[}\]]|\[\s*\[")),
    (b'" :', re.compile(rb"[}\]]|\[\s*\[")),
    (b"':", re.compile(rb"[}\]\n]")),
    (b"=", re.compile(rb"[&;,\n}\]]")),
)
"""What ends a name, and what between it and the value says that the value is not its own."""
_WHERE: Final = re.compile(r"[a-z]+:(.{1,64})")

HOLDERS: Final = frozenset(
    b"value val v text content data fieldvalue field_value itemvalue item_value attrvalue attr_value valuestring code "
    b"number num no display answer defaultvalue item field string entry property attribute extension param column "
    b"cell".split()
)
"""Names of whatever a sibling names."""
_SIBLING: Final = (
    rb"(?:[A-Za-z_]{0,12}name|key|label|code|title|system|field|column|attr|attribute|property|item|question|type|"
    rb"url|k)"
)
_NAMED_BY: Final = re.compile(rb'"' + _SIBLING + rb'"\s{0,8}:\s{0,8}"([^"\n]{1,64})"', re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(rb"\s" + _SIBLING + rb"""\s?=\s?["']([^"'<>]{1,64})["']""", re.IGNORECASE)
_ELEMENT_BEFORE: Final = re.compile(rb"<" + _SIBLING + rb">\s*([^<>]{1,64}?)\s*</", re.IGNORECASE)
_ENDS: Final = frozenset(b"\"'&,;<|)]}\r\n\t")


class Fields:
    """The field names of one piece of content."""

    def __init__(self, content: bytes, media: str, where: str) -> None:
        self._content: Final = content
        self._columns: Final[Columns | None] = columns_of(content, media)
        self.whole: Final = whole_name(where)
        """Name of the field that the content as a whole is the value of; empty if its carrier gave none."""

    @property
    def columns(self) -> Columns | None:
        """The content's table, if it is one."""
        return self._columns

    def before(self, start: int) -> bytes:
        """The name that stands nearest in front of a value; empty if there is none."""
        content = self._content
        # What nearly all JSON looks like.
        mark = 3 if content.startswith(b'":"', start - 3) else 4 if content.startswith(b'": "', start - 4) else 0
        if mark and start > mark:
            end = start - mark
            low = max(0, start - _NAME_REACH if mark == 3 else end + 1 - _NAME_REACH)
            name = content[content.rfind(b'"', low, end) + 1 or low : end]
            return self._sibling(start) or name if name.lower() in HOLDERS else name
        at = start - 1
        if at >= 0 and content[at] in _QUOTES:
            at -= 1
        while at >= 0 and content[at] == _SPACE:
            at -= 1
        if at < 0:
            return self.whole
        mark = content[at]
        if mark == _ARROW and at and content[at - 1] in b"-=":
            return name_before(content, at - 1)
        if mark in _TELLING:
            name = name_before(content, at)
            return self._sibling(start) or name if name.lower() in HOLDERS else name
        return self._further(start)

    def column(self, start: int, name: bytes) -> bytes | int | None:
        """What the values that stand under one another with this one have in common: a column or a repeated name."""
        if self._columns is not None:
            number = self._columns.at(start)
            return number if number >= 0 else None
        return name or None

    def height(self, column: bytes | int) -> int:
        """How many values a column has at the most."""
        if isinstance(column, int):
            return sum(start < end for start, end in self._columns.cells(column)) if self._columns else 0
        counts = (self._content.count(mark % column) for mark in (b'"%s"', b"<%s>", b" %s=", b"%s:"))
        return max(*counts, 1)

    def is_whole(self, start: int, end: int) -> bool:
        """Whether nothing else stands in the field: then its name alone speaks, not the words around."""
        content = self._content
        if end < len(content) and content[end] not in _ENDS:
            # Values in logs end with a blank; in a string with quotes a blank is a part of it.
            is_bare = start > 0 and content[start - 1] in b":=[ " and content[end] == _SPACE
            return is_bare and content[start - 2 : start].rstrip(b" [")[-1:] in (b":", b"=")
        before = content[max(0, start - 3) : start].rstrip(b" ")
        return before[-1:] in (b"", *(b'"', b"'", b":", b"=", b">", b",", b"\t", b"|", b";", b"\n", b"[", b"(", b"{"))

    def _further(self, start: int) -> bytes:
        """A name that does not stand right in front: of an element, of a column, or of the text around the value."""
        if self._columns is not None and (name := self._columns.name_at(start)):
            return name
        low = max(0, start - _REACH)
        window = self._content[low:start].removesuffix(b"<![CDATA[")
        element = _ELEMENT.match(window, window.rfind(b"<")) if b"<" in window else None
        if element:
            return _named_element(window, element)
        return _around(window) or self.whole

    def _sibling(self, start: int) -> bytes:
        """What names a value whose own name does not: another field of its object or element, or the object's name."""
        content = self._content
        low = max(0, start - _REACH)
        tag = content.rfind(b"<", low, start)
        if tag > content.rfind(b">", low, start) and (attribute := _ATTRIBUTE.search(content, tag, start)):
            return attribute[1]
        opening = max(content.rfind(b"{", low, start), low)
        found = _NAMED_BY.findall(content, opening, start)
        if found:
            return bytes(found[-1])
        closing = content.find(b"}", start, start + _REACH)
        behind = _NAMED_BY.search(content, start, closing) if closing >= 0 else None
        return behind[1] if behind else self._parent(opening)

    def _parent(self, opening: int) -> bytes:
        """The name of the object that opens here: ``"phone": {"number": ...``."""
        before = self._content[max(0, opening - _NAME_REACH) : opening].rstrip(b" ")
        return name_before(before, len(before) - 1) if before.endswith(b'":') else b""


def whole_name(where: str) -> bytes:
    """Name of the field that a content as a whole is the value of, by what its carrier calls it; empty if none."""
    told = _WHERE.fullmatch(where)
    return told[1].encode() if told else b""


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
    words = content[low:end].translate(_NAME_BYTES).rsplit(b" ", 2)
    return b" ".join(words[-2:]) if words[-1].lower() in _TAILS else words[-1]


def _named_element(window: bytes, element: re.Match[bytes]) -> bytes:
    """An element's name, or what its attribute or the element before it says of one that is only a value."""
    attribute = _ATTRIBUTE.search(window, element.end(1))
    if attribute and element[1].lower() in HOLDERS:
        return attribute[1]
    if element[1].lower() in HOLDERS and (found := _ELEMENT_BEFORE.findall(window, 0, element.start())):
        return bytes(found[-1])
    return element[1]


def _around(window: bytes) -> bytes:
    """The name whose value the window ends in: the text of a JSON string, an item of an array."""
    for mark, covered in _MARKS:
        at = window.rfind(mark)
        if at >= 0 and not covered.search(window, at):
            return name_before(window, at + len(mark) - 1)
    return b""
