"""Tables written as text: CSV, TSV and their like, told by their header row, and the rows of SQL's INSERT."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter
import re
from typing import Final, Protocol

from typing_extensions import override

_DELIMITERS: Final = (b",", b"\t", b"|", b";")
_HEADER_LIMIT: Final = 8_192
_LONGEST_ROW: Final = 8_192
_NOT_A_NAME: Final = re.compile(rb"[0-9]{5}|[{}<>=:&@]")
_INSERT: Final = re.compile(rb"(?i:INSERT\s{1,8}INTO)\s{1,8}[^\s(]{1,128}\s{0,8}\(([^()]{1,4096})\)\s{0,8}(?i:VALUES)")
_ROW: Final = re.compile(rb"\s{0,8},?\s{0,8}\(((?:'(?:[^'\\]|''|\\.)*+'|[^()'])*+)\)", re.DOTALL)
_VALUE: Final = re.compile(rb"\s{0,8}(?:'((?:[^'\\]|''|\\.)*+)'|([^,']*+))\s{0,8}(?:,|\Z)", re.DOTALL)
_CELL: Final = {mark: re.compile(rb'"(?:[^"]|"")*"?|[^' + re.escape(mark) + rb'"]+') for mark in _DELIMITERS}


class Columns(Protocol):
    """Columns with names."""

    names: tuple[bytes, ...]

    def name_at(self, start: int) -> bytes:
        """Name of the column that a position stands in; empty outside of the rows."""
        ...

    def cells(self, column: int) -> Iterator[tuple[int, int]]:
        """Start and end of every value in a column, quotes left out."""
        ...

    def rows(self) -> Sequence[int]:
        """Where rows begin, if they are not simply lines."""
        ...


class HeadedLines(Columns):
    """Lines of values below a line of names."""

    def __init__(self, content: bytes, delimiter: bytes, names: tuple[bytes, ...], body: int) -> None:
        self._content: Final = content
        self._delimiter: Final = delimiter
        self._body: Final = body
        self.names = names

    @override
    def name_at(self, start: int) -> bytes:
        if start < self._body:
            return b""
        low = max(self._body - 1, start - _LONGEST_ROW)
        line = self._content.rfind(b"\n", low, start) + 1
        if not line:
            return b""
        cells = self._content[line:start]
        if b'"' in cells:
            cells = _CELL[self._delimiter].sub(b"", cells)
        column = cells.count(self._delimiter)
        return self.names[column] if column < len(self.names) else b""

    @override
    def cells(self, column: int) -> Iterator[tuple[int, int]]:
        start = self._body
        while start < len(self._content):
            end = self._content.find(b"\n", start)
            end = len(self._content) if end < 0 else end
            cell = self._cell(start, end, column)
            if cell is not None:
                yield cell
            start = end + 1

    @override
    def rows(self) -> Sequence[int]:
        return ()

    def _cell(self, start: int, end: int, column: int) -> tuple[int, int] | None:
        pattern = _CELL[self._delimiter]
        for _ in range(column):
            found = pattern.match(self._content, start, end)
            start = (found.end() if found else start) + 1
            if start > end:
                return None
        found = pattern.match(self._content, start, end)
        return _unquoted(self._content, *found.span()) if found else None


class InsertedRows(Columns):
    """The tuples behind ``INSERT INTO t (names) VALUES``; a statement with other columns ends the table."""

    def __init__(self, content: bytes, names: tuple[bytes, ...], body: int) -> None:
        self.names = names
        self._starts: Final[list[int]] = []
        self._cells: Final[list[list[tuple[int, int]]]] = []
        place = body
        while row := _ROW.match(content, place):
            self._starts.append(row.start(1))
            self._cells.append([cell.span(cell.lastindex or 0) for cell in _VALUE.finditer(content, *row.span(1))])
            place = row.end()
        self._end: Final = place

    @override
    def name_at(self, start: int) -> bytes:
        at = bisect_right(self._starts, start)
        if not at or start >= self._end:
            return b""
        column = bisect_right(self._cells[at - 1], start, key=itemgetter(0)) - 1
        return self.names[column] if 0 <= column < len(self.names) else b""

    @override
    def cells(self, column: int) -> Iterator[tuple[int, int]]:
        return (row[column] for row in self._cells if column < len(row))

    @override
    def rows(self) -> Sequence[int]:
        return self._starts


def _unquoted(content: bytes, start: int, end: int) -> tuple[int, int]:
    while start < end and content[start] in b" \r":
        start += 1
    while end > start and content[end - 1] in b" \r":
        end -= 1
    if content.startswith(b'"', start, end):
        start, end = start + 1, end - content.endswith(b'"', start + 1, end)
    return start, end


def columns_of(content: bytes, media: str) -> Columns | None:
    """The table that a piece of content is; None if it is none."""
    if media not in ("csv", "text"):
        return None
    insert = _INSERT.search(content) if b"NSERT" in content or b"nsert" in content else None
    if insert:
        names = tuple(name.strip(b' \t\r\n`"[]') for name in insert[1].split(b","))
        return InsertedRows(content, names, insert.end())
    return _headed(content)


def _headed(content: bytes) -> Columns | None:
    """The table if the first line is a header of names."""
    end = content.find(b"\n", 0, _HEADER_LIMIT)
    header = content[:end].strip().removeprefix(b"\xef\xbb\xbf")
    if end < 0 or not header or _NOT_A_NAME.search(header):
        return None
    delimiter = max(_DELIMITERS, key=header.count)
    names = tuple(cell.strip(b' "') for cell in header.split(delimiter))
    second = content[end + 1 : end + 1 + _HEADER_LIMIT].partition(b"\n")[0]
    if len(names) < 2 or second.count(delimiter) < len(names) - 1 or not all(names[:2]):
        return None
    return HeadedLines(content, delimiter, names, end + 1)
