"""Tables (CSV, XLSX) as grids of texts, and what is wrong with a cell before anyone asks what it means.

Files come from spreadsheets that people keep: GBK or UTF-8, numbers that were text, formulas, days as days.
"""

from collections.abc import Iterable, Iterator
import csv
from io import StringIO
from pathlib import PurePath
import re
from typing import Final

from msgspec import Struct

from collector.registry_titles import KEYS, SECTIONS
from wire.faults import ConfigurationError

MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 64
_MOST_BYTES: Final = 16 << 20
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet take a text for a formula, full-width ones in East Asian editions."""
_KEY_IN_TITLE: Final = re.compile(r"[(（]\s*([a-z_]+)\s*[)）]\s*$")
_BY_TITLE: Final = {title.casefold(): key for key, title in KEYS.items()}


class Unreadable(Struct, frozen=True):
    """A cell whose text cannot be trusted, and why."""

    reason: str
    reason_en: str


Cell = str | Unreadable


class Grid(Struct, frozen=True):
    """One sheet: its rows with the numbers that the spreadsheet shows."""

    file: str
    sheet: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


class RowFault(Struct, frozen=True, order=True):
    """What is wrong, and where a person finds it."""

    file: str
    sheet: str
    row: int
    """0 where it concerns no single row."""
    column: str
    reason: str
    reason_en: str


def grids_of(content: bytes, file: str) -> tuple[Grid, ...]:
    """The sheets of a file, recognised by its content.

    Raises:
        ConfigurationError: neither CSV nor XLSX, too large, or damaged.
    """
    if len(content) > _MOST_BYTES:
        raise ConfigurationError(f"larger than {_MOST_BYTES >> 20} MiB", at=file)
    if content.startswith(_OLD_EXCEL):
        raise ConfigurationError("an old Excel file (.xls)", at=file, cure="save it as .xlsx or .csv")
    if content.startswith(_ZIP):
        from collector.registry_xlsx import xlsx_grids  # noqa: PLC0415  # openpyxl is heavy: CSV must not pay for it

        return xlsx_grids(content, file)
    return (_csv_grid(content, file),)


def section_of(grid: Grid) -> str:
    """Which section a sheet is for: by its own name, else by the file's; empty if neither says."""
    for name in (grid.sheet, PurePath(grid.file).stem):
        words = [name.casefold(), *re.split(r"[\s._()（）-]+", name.casefold())]
        for section, titles in SECTIONS.items():
            if any(title.casefold() in words for title in (section, *titles)):
                return section
    return ""


def key_of(title: str) -> str:
    """The registry's key that a column's title means: the key, its Chinese name, or ``名称 (name)``."""
    found = _KEY_IN_TITLE.search(title)
    bare = title.replace("*", "").strip().casefold()
    return found.group(1) if found else _BY_TITLE.get(bare, bare)


def safe_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula; reading takes the guard off again."""
    return f"'{text}" if text.startswith((*_FORMULAS, "'")) else text


def stripped(text: str) -> str:
    """The text without the blanks around it, whichever a spreadsheet knows."""
    return text.strip(" \t\r\n\u3000\ufeff\xa0")


def bounded(rows: Iterable[tuple[int, tuple[Cell, ...]]], file: str) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """The rows that hold anything.

    Raises:
        ConfigurationError: there are too many.
    """
    for number, cells in rows:
        if number > MOST_ROWS:
            raise ConfigurationError(
                f"more than {MOST_ROWS:,} rows", at=file, cure="divide the file, or delete the empty rows at its end"
            )
        if any(isinstance(cell, Unreadable) or cell for cell in cells):
            yield number, cells


def csv_text(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows as CSV that every spreadsheet opens as UTF-8 and none runs."""
    text = StringIO(newline="")
    csv.writer(text).writerows([safe_text(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _csv_grid(content: bytes, file: str) -> Grid:
    text = _decoded(content, file)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    try:
        rows.extend(bounded(_numbered(reader), file))
    except csv.Error as error:
        raise ConfigurationError(f"not CSV: {error}", at=f"{file}, line {reader.line_num}") from None
    return Grid(file, "", tuple(rows))


def _numbered(reader: Iterable[list[str]]) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    for number, cells in enumerate(reader, 1):
        yield number, tuple(_unguarded(stripped(cell)) for cell in cells[: MOST_COLUMNS + 1])


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith((*_FORMULAS, "'")) else text


def _decoded(content: bytes, file: str) -> str:
    """Spreadsheets in China save CSV as GBK unless they are told otherwise."""
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ConfigurationError("neither CSV nor XLSX", at=file, cure="guanjin registry template makes both")
