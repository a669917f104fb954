"""Tables: CSV, TSV and their like, the rows of SQL's INSERT, ``columns`` and ``rows`` in JSON, HL7 v2, HTML.

A table without a header has columns without names.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
import re
from typing import Final, Protocol

from msgspec import Struct
from typing_extensions import override

from detectors.places import grid, segments

_DELIMITERS: Final = (b",", b"\t", b"|", b";")
_HEADER_LIMIT: Final = 8_192
_LONGEST_ROW: Final = 8_192
_NOT_A_NAME: Final = re.compile(rb"[0-9]{5}|[{}<>=:&@]|(?<![0-9A-Za-z.])[0-9]{1,9}\.[0-9]{1,9}(?![0-9A-Za-z.])")
_INSERT: Final = re.compile(
    rb"(?i:INSERT\s{1,8}INTO)\s{1,8}[^\s(]{1,128}\s{0,8}\(([^()]{1,4096}(?:\([^()]{0,32}\)[^()]{0,4096}){0,8})\)\s{0,8}"
    rb"(?i:VALUES)"
)
_CELL: Final = {mark: re.compile(rb'"(?:[^"]|"")*"?|[^' + re.escape(mark) + rb'"]+') for mark in _DELIMITERS}
_LISTED: Final = re.compile(
    rb"""["'](?:columns?|cols|fields?|headers?|keys|names|schema)["']\s{0,8}:\s{0,8}\[([^\[\]]{1,4096})\]""",
    re.IGNORECASE,
)
_ROWS: Final = re.compile(rb"""\[\s{0,8}(?=\[\s{0,8}["'0-9tfn])""")
_NAMES: Final = re.compile(rb'"(?:name|key|field|dataIndex|prop|id)"\s{0,8}:\s{0,8}"([^"]{1,64})"')
_STRINGS: Final = re.compile(rb'"([^"]{0,64})"')
_QUOTE: Final = ord('"')
_PLAIN_COLUMNS: Final = 64
"""Columns whose cells are found by an expression of their own, where no quotes are."""
_FEWEST_ROWS: Final = 20
"""Lines that must agree in their delimiters to be a table without a header."""


class _Style(Struct, frozen=True):
    """How the rows of a list are written."""

    row: re.Pattern[bytes]
    value: re.Pattern[bytes]


_SQL: Final = _Style(
    re.compile(rb"\s{0,8},?\s{0,8}\(((?:'(?:[^'\\]|''|\\.)*+'|[^()'])*+)\)", re.DOTALL),
    re.compile(rb"\s{0,8}(?:'((?:[^'\\]|''|\\.)*+)'|([^,']*+))\s{0,8}(?:,|\Z)", re.DOTALL),
)
_JSON: Final = _Style(
    re.compile(rb'\s{0,64},?\s{0,64}\[((?:"(?:[^"\\]|\\.)*+"|[^\[\]"])*+)\]', re.DOTALL),
    re.compile(rb'\s{0,64}(?:"((?:[^"\\]|\\.)*+)"|([^,"]*+))\s{0,64}(?:,|\Z)', re.DOTALL),
)


class Columns(Protocol):
    """Columns, with names where the table has any."""

    names: tuple[bytes, ...]

    def at(self, start: int) -> int:
        """Number of the column that a position stands in; -1 outside of the rows."""
        ...

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
    def at(self, start: int) -> int:
        if start < self._body:
            return -1
        low = max(0, self._body - 1, start - _LONGEST_ROW)
        line = self._content.rfind(b"\n", low, start) + 1
        if not line and low:
            return -1
        cells = self._content[line:start]
        if b'"' in cells:
            cells = _CELL[self._delimiter].sub(b"", cells)
        return cells.count(self._delimiter)

    @override
    def name_at(self, start: int) -> bytes:
        return _name(self.names, self.at(start))

    @override
    def cells(self, column: int) -> Iterator[tuple[int, int]]:
        content = self._content
        if column >= _PLAIN_COLUMNS or content.find(b'"', self._body) >= 0:
            yield from self._quoted_cells(column)
            return
        for found in _plain_cells(self._delimiter, column).finditer(content, self._body):
            start, end = found.span(1)
            is_bare = content[start] > _QUOTE and content[end - 1] > _QUOTE
            yield (start, end) if is_bare else _unquoted(content, start, end)

    def _quoted_cells(self, column: int) -> Iterator[tuple[int, int]]:
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


class ListedRows(Columns):
    """Rows that follow one another behind the names: ``INSERT INTO t (..) VALUES``, ``"columns":[..],"rows":[..]``."""

    def __init__(self, content: bytes, names: tuple[bytes, ...], body: int, style: "_Style") -> None:
        self.names = names
        self._starts: Final[list[int]] = []
        self._cells: Final[list[list[tuple[int, int]]]] = []
        place = body
        while row := style.row.match(content, place):
            self._starts.append(row.start(1))
            self._cells.append([cell.span(cell.lastindex or 0) for cell in style.value.finditer(content, *row.span(1))])
            place = row.end()
        self._end: Final = place

    @override
    def at(self, start: int) -> int:
        row = bisect_right(self._starts, start)
        if not row or start >= self._end:
            return -1
        return bisect_right(self._cells[row - 1], start, key=itemgetter(0)) - 1

    @override
    def name_at(self, start: int) -> bytes:
        return _name(self.names, self.at(start))

    @override
    def cells(self, column: int) -> Iterator[tuple[int, int]]:
        return (row[column] for row in self._cells if column < len(row))

    @override
    def rows(self) -> Sequence[int]:
        return self._starts


@lru_cache(256)
def _plain_cells(delimiter: bytes, column: int) -> re.Pattern[bytes]:
    """What stands in a column of lines without quotes."""
    mark = re.escape(delimiter)
    return re.compile(rb"^(?:[^%b\n]*+%b){%d}([^%b\n]++)" % (mark, mark, column, mark), re.MULTILINE)


def _unquoted(content: bytes, start: int, end: int) -> tuple[int, int]:
    while start < end and content[start] in b" \r":
        start += 1
    while end > start and content[end - 1] in b" \r":
        end -= 1
    if content.startswith(b'"', start, end):
        start, end = start + 1, end - content.endswith(b'"', start + 1, end)
    return start, end


def _name(names: tuple[bytes, ...], column: int) -> bytes:
    return names[column] if 0 <= column < len(names) else b""


def columns_of(content: bytes, media: str) -> Columns | None:
    """The table that a piece of content is; None if it is none."""
    if media == "json":
        return _listed(content) if b"[[" in content or _ROWS.search(content, 0, _HEADER_LIMIT) else None
    if media == "xml":
        return grid(content) if b"<tr" in content or b"<TR" in content else None
    if media not in ("csv", "text"):
        return None
    insert = _INSERT.search(content) if b"NSERT" in content or b"nsert" in content else None
    if insert:
        names = tuple(name.strip(b' \t\r\n`"[]') for name in insert[1].split(b","))
        return ListedRows(content, names, insert.end(), _SQL)
    if content[:_HEADER_LIMIT].lstrip(b"\x0b").startswith(b"MSH|") or b"\rPID|" in content[:_HEADER_LIMIT]:
        return segments(content)
    return _headed(content) or _headless(content)


def _listed(content: bytes) -> Columns | None:
    """A list of rows, with the list of names that stands somewhere beside it."""
    rows = _ROWS.search(content)
    if rows is None:
        return None
    listed = _LISTED.search(content)
    names: list[bytes] = []
    if listed:
        names = (_NAMES if b"{" in listed[1] else _STRINGS).findall(listed[1])
    return ListedRows(content, tuple(names), rows.end(), _JSON)


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


def _headless(content: bytes) -> Columns | None:
    """The table if the first lines are cut alike."""
    if content.count(b"\n", 0, _HEADER_LIMIT * _FEWEST_ROWS) < _FEWEST_ROWS - 1:
        return None
    head = content[:_HEADER_LIMIT].split(b"\n", 4)[:-1]
    delimiter = max(_DELIMITERS, key=head[0].count) if len(head) == 4 else b","
    counts = {_bare(line, delimiter).count(delimiter) for line in head}
    is_table = len(counts) == 1 and counts != {0}
    return HeadedLines(content, delimiter, (), 0) if is_table else None


def _bare(line: bytes, delimiter: bytes) -> bytes:
    """A line without what its quotes hold."""
    return _CELL[delimiter].sub(b"", line) if b'"' in line else line
