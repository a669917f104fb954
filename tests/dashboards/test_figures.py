from hypothesis import given
from hypothesis import strategies as st
import pytest

from dashboards.console.figures import age, clock, percent, printable, volume

SECOND = 1_000_000_000


@given(st.text(st.characters(codec=None)))
def test_whatever_is_printed_can_be_seen(text: str) -> None:
    assert printable(text).isprintable()


@given(st.text().filter(str.isprintable))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("some_bytes", "says"),
    [
        (None, "字节数未知"),
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (48_211, "48.2 kB"),
        (7 * 10**15, "7,000.0 TB"),
    ],
)
def test_bytes_are_told_in_units_and_unknown_is_never_nothing(some_bytes: int | None, says: str) -> None:
    assert volume(some_bytes, 0) == says


@pytest.mark.parametrize(
    ("part", "whole", "says"), [(0, 0, "0%"), (0, 9, "0%"), (1, 100_000, "<0.1%"), (1, 12, "8.3%"), (9, 9, "100%")]
)
def test_a_share_that_is_something_is_never_shown_as_nothing(part: int, whole: int, says: str) -> None:
    assert percent(part, whole) == says


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(-5, "just now"), (4, "just now"), (5, "5 s ago"), (59, "59 s ago"), (60, "1 min ago"), (7_200, "2 h ago"),
     (200_000, "2 d ago")],
)  # fmt: skip
def test_an_age_is_told_in_its_greatest_unit(seconds: int, says: str) -> None:
    assert age(0, seconds * SECOND, 1) == says


def test_times_are_those_of_beijing() -> None:
    assert clock(0) == "01-01 08:00:00"
