from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
import pytest

from collector.declarations import Calendar
from collector.workdays import PUBLISHED, after_months

DAYS = st.dates(date(2003, 12, 1), date(2028, 3, 1))


@pytest.mark.parametrize(
    ("day", "count", "end", "is_estimated"),
    [
        (date(2026, 9, 28), 10, date(2026, 10, 16), False),
        (date(2026, 10, 9), 1, date(2026, 10, 10), False),
        (date(2026, 12, 30), 1, date(2026, 12, 31), False),
        (date(2026, 12, 31), 1, date(2027, 1, 1), True),
        (date(2027, 3, 5), 1, date(2027, 3, 8), True),
        (date(2024, 2, 28), 1, date(2024, 2, 29), False),
        (date(2028, 2, 28), 1, date(2028, 2, 29), True),
        (date(2026, 3, 2), 0, date(2026, 3, 2), False),
        (date(2026, 10, 16), -10, date(2026, 9, 28), False),
        (date(2003, 12, 31), 1, date(2004, 1, 2), False),
        (date.max, 10, date.max, False),
        (date.min, -10, date.min, False),
    ],
)
def test_terms_end_on_the_working_day_that_was_announced(
    day: date, count: int, end: date, *, is_estimated: bool
) -> None:
    assert PUBLISHED.add_working_days(day, count) == (end, is_estimated)


def test_a_declared_year_is_known_and_its_days_are_taken() -> None:
    calendar = Calendar(holidays=(date(2027, 1, 1),), workdays=(date(2027, 1, 3),))
    declared = PUBLISHED.with_calendar(calendar)
    assert declared.add_working_days(date(2026, 12, 31), 1) == (date(2027, 1, 3), False)
    assert declared.add_working_days(date(2027, 12, 31), 1)[1]


def test_a_declared_day_overrules_the_published_one() -> None:
    declared = PUBLISHED.with_calendar(Calendar(holidays=(date(2026, 10, 10),), workdays=(date(2026, 10, 1),)))
    assert not declared.is_worked(date(2026, 10, 10))
    assert declared.is_worked(date(2026, 10, 1))


@given(DAYS, st.integers(-80, 80))
def test_what_is_added_lies_between(day: date, count: int) -> None:
    end, _ = PUBLISHED.add_working_days(day, count)
    if count > 0:
        assert PUBLISHED.working_days_between(day, end)[0] == count
    assert (end >= day) is (count >= 0)


@given(DAYS, DAYS)
def test_days_between_are_those_that_one_counts(first: date, last: date) -> None:
    low, high = sorted((first, last))
    one_by_one = [low + timedelta(days) for days in range(1, (high - low).days + 1)]
    count, is_estimated = PUBLISHED.working_days_between(first, last)
    assert abs(count) == sum(PUBLISHED.is_worked(day) for day in one_by_one)
    assert is_estimated == any(day.year not in PUBLISHED.years for day in one_by_one)


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2026, 8, 31), -6, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(9999, 12, 1), 2, date.max),
        (date(1, 1, 1), -2, date.min),
    ],
)
def test_months_end_on_the_same_day_or_the_last(day: date, months: int, end: date) -> None:
    assert after_months(day, months) == end
