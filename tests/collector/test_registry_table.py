from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
import pytest

from collector.registry_sheets import xlsx_file
from collector.registry_table import MOST_ROWS, Unreadable, csv_text, grids_of, key_of, safe_text, section_of
from tests.collector.builders import the_registry
from wire.faults import ConfigurationError

WORKBOOK = xlsx_file(the_registry())


def workbook(*rows: list[object], title: str = "recipients") -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def repacked(content: bytes, change: bytes, by: bytes) -> bytes:
    """The workbook with some of its XML replaced."""
    written = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(written, "w", ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info).replace(change, by))
    return written.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_is_read_in_the_encodings_of_spreadsheets(encoding: str, mark: str) -> None:
    content = f"编号{mark}名称\nr{mark}示例\n".encode(encoding)
    (grid,) = grids_of(content, "recipients.csv")
    assert grid.rows == ((1, ("编号", "名称")), (2, ("r", "示例")))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xd0\xcf\x11\xe0rest", "old Excel"),
        (b"PK\x03\x04 and nothing", "damaged XLSX"),
        (b"\x00\x01\x02", "neither CSV nor XLSX"),
        (b'a,b\n"open', "not CSV"),
        (b"a\n" * (MOST_ROWS + 2), "more than 20,000 rows"),
        (b"a" * (17 << 20), "larger than 16 MiB"),
        (repacked(WORKBOOK, b"<worksheet", b"<!DOCTYPE x [<!ENTITY e 'x'>]><worksheet"), "document type"),
        (repacked(WORKBOOK, b"</worksheet>", b""), "damaged XLSX"),
        (repacked(WORKBOOK, b'<row r="2"', b'<row r="99999999"'), "more than 20,000 rows"),
    ],
)
def test_files_that_are_no_tables_are_refused_in_words(content: bytes, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        grids_of(content, "recipients.csv")


def test_a_workbook_that_unpacks_to_much_is_not_unpacked() -> None:
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b" " * (65 << 20))
    with pytest.raises(ConfigurationError, match="unpacks to more than 64 MiB"):
        grids_of(written.getvalue(), "a.xlsx")


def test_cells_that_a_spreadsheet_has_made_are_not_trusted() -> None:
    (grid,) = grids_of(workbook(["=1+1", "#N/A", 121100004000000001, 5000.0, True, None, 0.5]), "a.xlsx")
    cells = grid.rows[0][1][:7]
    assert [isinstance(cell, Unreadable) for cell in cells] == [True, True, True, False, False, False, False]
    assert cells[3:] == ("5000", "true", "", "0.5")


@given(st.integers(0, len(WORKBOOK) - 1), st.binary(min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(place: int, noise: bytes) -> None:
    with suppress(ConfigurationError):
        grids_of(WORKBOOK[:place] + noise + WORKBOOK[place + len(noise) :], "a.xlsx")


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_noise_is_read_or_refused_and_nothing_else(noise: bytes) -> None:
    with suppress(ConfigurationError):
        grids_of(noise, "a.csv")


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx", "＝1", "'=x"])
def test_no_text_becomes_a_formula(text: str) -> None:
    assert safe_text(text).startswith("'")
    assert csv_text([[text]]).decode("utf-8-sig").lstrip('"').startswith("'")


def test_a_workbook_of_ours_holds_no_formula() -> None:
    hostile = the_registry(**{"name: 示例医院": "name: '=HYPERLINK(\"http://x\")'"})
    cells = [cell for grid in grids_of(xlsx_file(hostile), "a.xlsx") for _, row in grid.rows for cell in row]
    assert '=HYPERLINK("http://x")' in cells
    assert not any(isinstance(cell, Unreadable) for cell in cells)


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("organisation", "organisation"),
        ("统一社会信用代码* (organisation)", "organisation"),
        ("统一社会信用代码", "organisation"),
        ("名称（name）", "name"),
        ("带宽（Mbps）", "bandwidth_mbps"),
        ("备注", "备注"),
    ],
)
def test_columns_are_known_by_key_or_chinese_name(title: str, key: str) -> None:
    assert key_of(title) == key


@pytest.mark.parametrize(
    ("file", "sheet", "section"),
    [("a.xlsx", "申报备案", "filings"), ("filings-2026.csv", "", "filings"), ("x/境外接收方.csv", "", "recipients"),
     ("filings.xlsx", "recipients", "recipients"), ("a.xlsx", "Sheet1", "")],
)  # fmt: skip
def test_a_sheet_is_known_by_its_name_or_its_files(file: str, sheet: str, section: str) -> None:
    (grid,) = grids_of(workbook(["a"], title=sheet or "Sheet1"), file)
    assert section_of(grid) == section


def test_a_row_that_would_fill_the_memory_is_refused_before_it_is_read() -> None:
    row = b"<row>" + b"<c/>" * 100_001 + b"</row>"
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>" + row + b"</sheetData></worksheet>")
    with pytest.raises(ConfigurationError, match="more cells than any sheet has"):
        grids_of(written.getvalue(), "a.xlsx")
