"""The tables of a report as XLSX: a sheet each, every cell text, so that no cell is a formula."""

from io import BytesIO
import re
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from collector.reports.document import OPEN, Document, Grid, Paragraph, shown, width_of

_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
_WIDEST: Final = 60
_OPEN_FILL: Final = PatternFill("solid", fgColor="FFF2B3")
_HEAD_FILL: Final = PatternFill("solid", fgColor="E7ECF2")


def xlsx_of(report: Document) -> bytes:
    """The report's tables, and what is left open, as the bytes of an XLSX file."""
    book = Workbook(write_only=False)
    del book[book.sheetnames[0]]
    for grid in report.grids():
        _sheet(book, grid)
    wanted = [block.text for block in report.blocks if isinstance(block, Paragraph) and block.is_open]
    _sheet(book, Grid("待填写", ("内容",), tuple((text,) for text in wanted) or (("（无）",),)))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _sheet(book: Any, grid: Grid) -> None:
    sheet = book.create_sheet(_FORBIDDEN.sub(" ", grid.title)[:31])
    for number, row in enumerate((grid.header, *grid.rows), 1):
        for column, text in enumerate(row, 1):
            _cell(sheet.cell(number, column), text, is_head=number == 1)
    if grid.note:
        _cell(sheet.cell(len(grid.rows) + 3, 1), grid.note, is_head=False)
    sheet.freeze_panes = "A2"
    for column in range(1, len(grid.header) + 1):
        longest = max(width_of(row[column - 1]) for row in (grid.header, *grid.rows))
        sheet.column_dimensions[get_column_letter(column)].width = min(longest + 2, _WIDEST)


def _cell(cell: Any, text: str, *, is_head: bool) -> None:
    cell.value = shown(text)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if is_head:
        cell.font, cell.fill = Font(bold=True), _HEAD_FILL
    elif text.startswith(OPEN):
        cell.fill = _OPEN_FILL
