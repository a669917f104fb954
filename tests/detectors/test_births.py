from hypothesis import given
from hypothesis import strategies as st
import pytest

from detectors.births import born


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2019-03-08", "20190308"),
        ("2019/3/8", "20190308"),
        ("2019年3月8日", "20190308"),
        ("20190308", "20190308"),
        ("2019-03-08T00:00:00.000+0800", "20190308"),
        ("08/03/2019", "20190308"),
        ("03/28/2019", "20190328"),
        ("28.03.2019", "20190328"),
        ("1551974400000", "20190308"),
        ("1551974400", "20190308"),
        ("-315648000000", "19600101"),
        ("2019-02-30", ""),
        ("99/99/2019", ""),
    ],
)
def test_a_day_of_birth_is_read_as_it_is_written(text: str, day: str) -> None:
    assert born(text.encode()) == day.encode()


@given(st.from_regex(r"-?[0-9]{9,13}", fullmatch=True))
def test_every_moment_is_a_day_or_none(text: str) -> None:
    assert len(born(text.encode())) in (0, 8)
