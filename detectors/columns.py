"""Tables written as text: CSV, TSV and their like, told by their header row."""

from collections.abc import Iterator
import re
from typing import Final

_DELIMITERS: Final = (b",", b"\t", b"|", b";")
_HEADER_LIMIT: Final = 8_192
_NOT_A_NAME: Final = re.compile(rb"[0-9]{5}|[{}<>=:&@]")
_CELL: Final = {mark: re.compile(rb'"(?:[^"]|"")*"?|[^' + re.escape(mark) + rb'"]+') for mark in _DELIMITERS}


class Columns:
    """A table in a piece of content."""

    def __init__(self, content: bytes, delimiter: bytes, names: tuple[bytes, ...], body: int) -> None:
        self._content: Final = content
        self._delimiter: Final = delimiter
        self.names: Final = names
        self._body: Final = body

    def name_at(self, start: int) -> bytes:
        """Header of the column that a position stands in; empty in the header itself or beyond the last column."""
        if start < self._body:
            return b""
        line = self._content.rfind(b"\n", self._body - 1, start) + 1
        cells = self._content[line:start]
        if b'"' in cells:
            cells = _CELL[self._delimiter].sub(b"", cells)
        column = cells.count(self._delimiter)
        return self.names[column] if column < len(self.names) else b""

    def cells(self, column: int) -> Iterator[tuple[int, int]]:
        """Start and end of every value in a column, quotes left out."""
        start = self._body
        while start < len(self._content):
            end = self._content.find(b"\n", start)
            end = len(self._content) if end < 0 else end
            cell = self._cell(start, end, column)
            if cell is not None:
                yield cell
            start = end + 1

    def _cell(self, start: int, end: int, column: int) -> tuple[int, int] | None:
        pattern = _CELL[self._delimiter]
        for _ in range(column):
            found = pattern.match(self._content, start, end)
            start = (found.end() if found else start) + 1
            if start > end:
                return None
        found = pattern.match(self._content, start, end)
        return _unquoted(self._content, *found.span()) if found else None


def _unquoted(content: bytes, start: int, end: int) -> tuple[int, int]:
    while start < end and content[start] in b' "\r':
        start += 1
    while end > start and content[end - 1] in b' "\r':
        end -= 1
    return start, end


def columns_of(content: bytes, media: str) -> Columns | None:
    """The table that a piece of content is; None if its first line is no header of names."""
    if media not in ("csv", "text"):
        return None
    end = content.find(b"\n", 0, _HEADER_LIMIT)
    header = content[:end].strip().removeprefix(b"\xef\xbb\xbf")
    if end < 0 or not header or _NOT_A_NAME.search(header):
        return None
    delimiter = max(_DELIMITERS, key=header.count)
    names = tuple(cell.strip(b' "') for cell in header.split(delimiter))
    second = content[end + 1 : end + 1 + _HEADER_LIMIT].partition(b"\n")[0]
    if len(names) < 2 or second.count(delimiter) < len(names) - 1 or not all(names[:2]):
        return None
    return Columns(content, delimiter, names, end + 1)
