from hypothesis import given
from hypothesis import strategies as st
import pytest

from detectors.columns import columns_of


def cells(text: str, column: int, media: str = "csv") -> list[str]:
    content = text.encode()
    columns = columns_of(content, media)
    assert columns is not None
    return [content[start:end].decode() for start, end in columns.cells(column)]


def test_a_column_is_read_through_quotes_and_line_ends() -> None:
    assert cells('a,b,c\r\n1,"x, ""y""",3\r\n4,z,6', 1) == ['x, ""y""', "z"]
    assert cells("a|b\n1|2\n3\n|5\n", 1) == ["2", "5"]


def test_the_rows_of_an_insert_are_a_table() -> None:
    text = "INSERT INTO t (a, b) VALUES (1, 'x, (y)'), ('2', 'it''s');\nINSERT INTO u (c) VALUES (3)"
    assert cells(text, 0, "text") == ["1", "2"]
    assert cells(text, 1, "text") == ["x, (y)", "it''s"]


def test_lines_that_are_cut_alike_are_a_table_without_names() -> None:
    rows = "\n".join(f'{number},"a, b",x' for number in range(10_000, 10_025)) + "\n"
    assert cells(rows, 1)[:2] == ["a, b", "a, b"]
    columns = columns_of(rows.encode(), "csv")
    assert columns is not None
    assert columns.names == ()
    assert columns.at(rows.index("x")) == 2
    assert columns_of(rows[:40].encode(), "csv") is None


def test_a_message_by_hl7_is_a_table_of_components() -> None:
    text = "MSH|^~\\&|A\rPID|1||7^^^NI||甲\rDG1|1|ICD10|E11.9^糖尿病\rPID|1||8\r"
    columns = columns_of(text.encode(), "text")
    assert columns is not None
    assert cells(text, columns.names.index(b"diagnosis_code"), "text") == ["E11.9", "糖尿病"]
    assert [text.encode()[at : at + 3] for at in columns.rows()] == [b"PID", b"PID"]


@pytest.mark.parametrize(
    "text", ["", "a\n1\n", "1380013,b\n1,2\n", "key: value, x\n1,2\n", "你好，世界\n再见\n", "a,b"]
)
def test_what_has_no_row_of_names_is_no_table(text: str) -> None:
    assert columns_of(text.encode(), "csv") is None


def test_a_body_that_is_said_to_be_json_is_no_table() -> None:
    assert columns_of(b"a,b\n1,2\n", "json") is None


@given(st.text("ab,1\n\"'();", max_size=120))
def test_no_text_makes_a_table_fail(text: str) -> None:
    for content in (b"a,b,c\n" + text.encode(), b"INSERT INTO t (a, b) VALUES " + text.encode()):
        columns = columns_of(content, "text")
        if columns is not None:
            assert all(0 <= start <= end <= len(content) for column in (0, 1) for start, end in columns.cells(column))
            assert all(columns.name_at(start) in (*columns.names, b"") for start in range(len(content)))
