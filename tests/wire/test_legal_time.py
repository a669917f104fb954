from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
import pytest

from wire.legal_time import SHANGHAI, legal_day, legal_year, rfc3339


def ns(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000_000) * 1000


@pytest.mark.parametrize(
    ("utc", "day", "year"),
    [
        ("2026-12-31T15:59:59.999999", date(2026, 12, 31), 2026),
        ("2026-12-31T16:00:00", date(2027, 1, 1), 2027),
        ("2026-01-01T00:00:00", date(2026, 1, 1), 2026),
    ],
)
def test_the_legal_year_turns_at_midnight_in_shanghai(utc: str, day: date, year: int) -> None:
    assert legal_day(ns(utc)) == day
    assert legal_year(ns(utc)) == year


@given(st.integers(-62_135_000_000, 250_000_000_000))
def test_days_are_those_of_the_calendar(seconds: int) -> None:
    moment = datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
    assert legal_day(seconds * 10**9) == moment.astimezone(SHANGHAI).date()


def test_times_are_written_in_utc() -> None:
    assert rfc3339(ns("2026-11-21T08:00:00")) == "2026-11-21T08:00:00Z"
    assert rfc3339(ns("2026-11-21T08:00:00.25")) == "2026-11-21T08:00:00.250000Z"
