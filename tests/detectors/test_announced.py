from hypothesis import given
from hypothesis import strategies as st
import pytest

from detectors.announced import patterns_of, value_spans
from detectors.catalogue import catalogue


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ('{"diagnosis":"高血压"}', "diagnosis", ["高血压"]),
        ('{"mainDiagnosis": "高血压"}', "mainDiagnosis", ["高血压"]),
        ('{"diagnosis":["a","b"]}', "diagnosis", ["a", "b"]),
        ('{"diagnosis":[{"code":"I10","name":"高血压"}]}', "diagnosis", ["I10", "高血压"]),
        ("diagnosis=高血压&x=1", "diagnosis", ["高血压"]),
        ("<diagnosis>高血压</diagnosis>", "diagnosis", ["高血压"]),
        ('<diagnosis code="I10">高血压</diagnosis>', "diagnosis", ["高血压"]),
        ('<p diagnosis="高血压"/>', "diagnosis", ["高血压"]),
        ("diagnosis: 高血压\nx: 1", "diagnosis", ["高血压"]),
        ('"diagnosis":"高血', "diagnosis", ["高血"]),
        ("<diagnosis><![CDATA[高血压]]></diagnosis>", "diagnosis", ["高血压"]),
        ("diagnosis=[高血压] cost=3ms", "diagnosis", ["高血压"]),
        ("diagnosis=高血压 cost=3ms", "diagnosis", ["高血压"]),
        ('{"name":"diagnosis","value":"高血压"}', "diagnosis", ["高血压"]),
        ('"system":"diagnosis","code":"I10","display":"高血压"}', "diagnosis", ["I10", "高血压"]),
        ('{"x":"diagnosis","name":"甲"}', "", []),
        ("diagnosis", "", []),
        ("the diagnosis of faults", "", []),
    ],
)
def test_a_name_announces_what_stands_behind_it(text: str, name: str, values: list[str]) -> None:
    content = text.encode()
    at = content.lower().index(b"diagnosis")
    found, spans = value_spans(content, at, at + len(b"diagnosis"))
    assert found.decode() == name
    assert [content[start:end].decode() for start, end in spans] == values


def test_prose_may_announce_too() -> None:
    content = "护照号码为E00000000。".encode()
    assert value_spans(content, 0, 6) == ("护照".encode(), [(15, 24)])


def test_names_are_looked_for_in_all_spellings_and_none_twice() -> None:
    long, short, capitals = patterns_of(catalogue())
    assert {"birthdate", "birth_date"} & set(long.expressions) == set()
    assert {"birth", "passport", "诊断"} <= set(long.expressions)
    assert "age" in short.expressions
    assert {"Age", "ZD"} <= set(capitals.expressions)
    assert "AGE" not in capitals.expressions


@given(st.binary(max_size=200))
def test_no_bytes_make_an_announcement_fail(content: bytes) -> None:
    for at in range(len(content)):
        _, spans = value_spans(content, at, min(at + 3, len(content)))
        assert all(0 <= start <= end <= len(content) for start, end in spans)
