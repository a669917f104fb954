"""XLSX in and out. A workbook is a ZIP of XML that strangers made: size and entities are looked at first."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from io import BytesIO
from typing import Any, Final
import warnings
from zipfile import BadZipFile, ZipFile
import zlib

from msgspec import Struct
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from collector.registry_table import MOST_COLUMNS, MOST_ROWS, Cell, Grid, Unreadable, bounded, stripped
from wire.faults import ConfigurationError

_MOST_UNPACKED: Final = 64 << 20
_MOST_PARTS: Final = 500
_MOST_SHEETS: Final = 20
_MOST_MARKS: Final = 100_000
"""Of XML in a row, which is read whole before its first cell is seen."""
_EXACT: Final = 10**15
"""Beyond so many a spreadsheet has rounded the number."""
_FORMULA: Final = Unreadable("是公式，请改为数值", "a formula: write its value")
_ERROR: Final = Unreadable("是公式错误值", "an error of a formula")
_ROUNDED: Final = Unreadable(
    "数字过长，表格软件已舍入末位：请把该列设为文本后重新填写",
    "too long a number, and rounded by the spreadsheet: format the column as text and write it again",
)


class Column(Struct, frozen=True):
    """One column of a template."""

    title: str
    choices: tuple[str, ...] = ()


def xlsx_grids(content: bytes, file: str) -> tuple[Grid, ...]:
    """Every sheet of a workbook.

    Raises:
        ConfigurationError: too large when unpacked, with entities, or damaged.
    """
    try:
        _look_over(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about features of Excel that are of no matter here
            return tuple(_grids(content, file))
    except ConfigurationError:
        raise
    except _Suspicious as error:
        raise ConfigurationError(str(error), at=file, cure="save it again from a spreadsheet program") from None
    except Exception as error:  # openpyxl lets every kind of error of a damaged file through
        raise ConfigurationError("a damaged XLSX file", at=file, cure="save it again, or as CSV") from error


def workbook_of(sheets: Iterable[tuple[str, Sequence[Column], Iterable[Sequence[str]]]]) -> bytes:
    """A workbook of texts: nothing in it is a formula, and a column of digits stays as it was written.

    Args:
        sheets: title, columns and rows of each.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, columns, rows in sheets:
        sheet = book.create_sheet(title)
        _write(sheet, 1, [column.title for column in columns])
        for number, row in enumerate(rows, 2):
            _write(sheet, number, row)
        sheet.freeze_panes = "A2"
        for number, column in enumerate(columns, 1):
            letter = get_column_letter(number)
            sheet.cell(1, number).font = Font(bold=True)
            sheet.column_dimensions[letter].width = 12 + len(column.title)
            sheet.column_dimensions[letter].number_format = "@"
            if column.choices:
                choice = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
                choice.add(f"{letter}2:{letter}{MOST_ROWS}")
                sheet.add_data_validation(choice)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


class _Suspicious(Exception):  # noqa: N818  # it never leaves this file
    """Not what a spreadsheet program writes."""


def _look_over(content: bytes) -> None:
    try:
        with ZipFile(BytesIO(content)) as parts:
            infos = parts.infolist()
            if len(infos) > _MOST_PARTS or sum(info.file_size for info in infos) > _MOST_UNPACKED:
                raise _Suspicious(f"unpacks to more than {_MOST_UNPACKED >> 20} MiB")
            for info in infos:
                _look_into(parts.read(info).replace(b"\0", b""))
    except (BadZipFile, zlib.error) as error:
        raise _Suspicious("a damaged XLSX file") from error


def _look_into(part: bytes) -> None:
    if b"<!DOCTYPE" in part:
        raise _Suspicious("holds XML with a document type: no spreadsheet program writes that")
    if b"sheetData" in part and any(row.count(b"<") > _MOST_MARKS for row in part.split(b"row")):
        raise _Suspicious("holds a row of more cells than any sheet has")


def _grids(content: bytes, file: str) -> Iterator[Grid]:
    book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        if len(book.worksheets) > _MOST_SHEETS:
            raise _Suspicious(f"more than {_MOST_SHEETS} sheets")
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # the sheet's own word on its size is not to be trusted
            rows = sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS + 1)
            numbered = ((number, tuple(_cell(cell) for cell in row)) for number, row in enumerate(rows, 1))
            yield Grid(file, str(sheet.title), tuple(bounded(numbered, file)))
    finally:
        book.close()


def _cell(cell: Any) -> Cell:
    value = cell.value
    if cell.data_type == "f":
        return _FORMULA
    if cell.data_type == "e":
        return _ERROR
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return "" if value is None else stripped(str(value))


def _number(value: float) -> Cell:
    if abs(value) >= _EXACT:
        return _ROUNDED
    return str(int(value)) if value == int(value) else str(value)


def _write(sheet: Any, number: int, texts: Iterable[str]) -> None:
    for column, text in enumerate(texts, 1):
        cell = sheet.cell(number, column)
        cell.value = text
        cell.data_type = "s"
        cell.number_format = "@"
