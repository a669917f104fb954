from hypothesis import given
from hypothesis import strategies as st
import pytest

from detectors.records import Records, joined


def parted(text: str, media: str = "text", where: str = "body") -> list[int]:
    """Records of the places marked @ (a person) and # (an attribute), numbered as they come."""
    content = text.encode()
    places = [at for at, letter in enumerate(content) if letter in b"@#"]
    numbers = joined(Records(content, media, where, (), places), [content[at] == ord("@") for at in places])
    return [sorted(set(numbers), key=numbers.index).index(number) for number in numbers]


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ('[{"a":"@","b":"#"},{"a":"@","b":"#"}]', [0, 0, 1, 1]),
        ('{"a":"@"}\n{"a":"@"}', [0, 1]),
        ('{"patient":{"a":"@"},"b":"#"}', [0, 0]),
        ('{"a":"@","visits":[{"b":"#"},{"b":"#"}]}', [0, 0, 0]),
        ('{"list":[{"a":"@","b":"#"},{"a":"@","b":"#"}],"total":2}', [0, 0, 1, 1]),
        ('"a":"@","b":"#"},{"a":"@","b":"#"', [0, 0, 1, 1]),
        ('{"a":"@","note":"a { brace 1","b":"#"}', [0, 0]),
        ("@ x\n@ y #", [0, 1, 1]),
        ("name: @\ndiag: #\n\nname: @\ndiag: #", [0, 0, 1, 1]),
        ("name: @\ndiag: #\nname: @\ndiag: #", [0, 0, 1, 1]),
        ("- name: @\n  diag: #\n- name: @\n  diag: #", [0, 0, 1, 1]),
        ("<l><p><a>@</a><b>#</b></p><p><a>@</a><b>#</b></p></l>", [0, 0, 1, 1]),
        ('<l><p a="@" b="#"/><p a="@"><b>#</b></p></l>', [0, 0, 1, 1]),
        ("<l><p><id><no>@</no></id><b>#</b></p></l>", [0, 0]),
    ],
)
def test_what_stands_together_is_one_record(text: str, records: list[int]) -> None:
    assert parted(text) == records


def test_a_form_and_a_set_of_headers_are_one_record_each() -> None:
    assert parted("a=@&b=#\nc=#", "form") == [0, 0, 0]
    assert parted("A: @\nB: 1\n\nC: #", "text", "header") == [0, 0]


def test_rows_that_are_no_lines_are_records() -> None:
    records = Records(b"(1,2),(3,4)", "text", "body", [1, 7], [1, 3, 7, 9])
    assert records.numbers == [1, 1, 7, 7]


def test_depth_without_end_is_bounded() -> None:
    content = b'{"a":' * 20_000 + b"1"
    records = Records(content, "json", "body", (), [len(content) - 1])
    assert len(list(records.above(records.numbers[0]))) < 100


@given(st.binary(max_size=300), st.sampled_from(["json", "xml", "text"]))
def test_no_bytes_make_a_record_fail(content: bytes, media: str) -> None:
    numbers = Records(content, media, "body", (), range(len(content))).numbers
    assert all(0 <= number <= place for place, number in enumerate(numbers))
