from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
import pytest

from detectors.checks import calendar_day, identity_number, luhn, mod_11_2, mod_31, vin_check_digit
from detectors.tables import PROVINCES, card_prefixes, counties, domains

ID_TEXT = st.from_regex(rb"\A[1-9][0-9]{5}(18|19|20)[0-9]{2}[01][0-9][0-3][0-9]{4}[0-9X]\Z")


@pytest.mark.parametrize(
    ("check", "good"),
    [
        (mod_11_2, b"11010519491231002X"),  # the example of GB 11643-1999
        (mod_11_2, b"440524188001010014"),
        (mod_31, b"91350100M000100Y43"),  # the example of GB 32100-2015
        (luhn, b"490154203237518"),
        (luhn, b"4111111111111111"),
        (vin_check_digit, b"1M8GDM9AXKP042788"),
    ],
)
def test_published_numbers_pass_and_any_other_check_character_fails(
    check: Callable[[bytes], bool], good: bytes
) -> None:
    assert check(good)
    at = 8 if check is vin_check_digit else len(good) - 1
    others = [good[:at] + bytes([other]) + good[at + 1 :] for other in b"0123456789" if other != good[at]]
    assert not any(check(other) for other in others)


@pytest.mark.parametrize("text", [b"", b"1", b"O" * 17, b"1M8GDM9AXKP04278", b"\xff" * 17])
def test_what_is_no_vehicle_number_is_refused(text: bytes) -> None:
    assert not vin_check_digit(text)
    assert not mod_31(text)


@given(st.dates(date(1850, 1, 1), date(2099, 12, 31)))
def test_every_day_is_one(day: date) -> None:
    assert calendar_day(day.strftime("%Y%m%d").encode())


@given(st.from_regex(rb"\A[12][0-9]{7}\Z"))
def test_no_other_eight_digits_are_a_day(text: bytes) -> None:
    try:
        is_day = date(int(text[:4]), int(text[4:6]), int(text[6:])).year in range(1850, 2100)
    except ValueError:
        is_day = False
    assert calendar_day(text) == is_day


@given(ID_TEXT)
def test_belief_in_an_identity_number_needs_check_character_day_and_province(text: bytes) -> None:
    belief = identity_number(text, b"20261121")
    possible = mod_11_2(text) and calendar_day(text[6:14]) and text[6:14] <= b"20261121"
    expected = 0.9 if text[:6] in counties() else 0.6 if text[:2] in PROVINCES else 0.0
    assert belief == (expected if possible else 0.0)


def test_a_known_number_stands_and_a_county_that_never_was_lowers_it() -> None:
    assert identity_number(b"11010519491231002X", b"20261121") == 0.9
    assert identity_number(b"119999189001010012", b"20261121") in (0.6, 0.0)


def test_nobody_is_born_after_the_transfer() -> None:
    day = date(1949, 12, 31)
    assert identity_number(b"11010519491231002X", day.strftime("%Y%m%d").encode()) > 0
    assert identity_number(b"11010519491231002X", (day - timedelta(1)).strftime("%Y%m%d").encode()) == 0


def test_the_tables_hold_what_their_notice_says() -> None:
    assert len(counties()) > 7_000
    assert {b"110105", b"441900", b"512501"} <= counties()
    assert sum(map(len, card_prefixes().values())) > 1_500
    assert b"622202" in card_prefixes()[19]
    assert {b"com", b"cn", b"hk"} <= domains()
    assert b"local" not in domains()
