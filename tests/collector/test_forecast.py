from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from collector.forecast import LEAST, WINDOW, forecast

ON = date(2026, 9, 1)


def seeded(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def steady(pace: int, days: int = 40) -> list[int]:
    return [pace * day for day in range(days)]


def test_a_steady_pace_has_one_date() -> None:
    found = forecast(steady(100), ON, 1_000, seeded())
    assert found
    assert (found.expected, found.earliest, found.latest) == (ON + timedelta(10),) * 3
    assert found.days == WINDOW


@pytest.mark.parametrize(("missing", "expected"), [(12_100, date(2026, 12, 31)), (12_101, None)])
def test_the_last_day_of_the_year_counts_and_the_next_does_not(missing: int, expected: date | None) -> None:
    found = forecast(steady(100), ON, missing, seeded())
    assert found
    assert found.expected == found.latest == expected


@pytest.mark.parametrize(("days", "is_told"), [(LEAST, False), (LEAST + 1, True)])
def test_too_few_days_tell_nothing(days: int, is_told: bool) -> None:
    assert (forecast(steady(5, days), ON, 100, seeded()) is not None) is is_told


def test_a_count_that_stands_still_reaches_nothing() -> None:
    found = forecast([7] * 30, ON, 1, seeded())
    assert found
    assert (found.expected, found.earliest, found.latest) == (None, None, None)


def test_nothing_is_reached_when_no_day_is_left() -> None:
    found = forecast(steady(100), date(2026, 12, 31), 1, seeded())
    assert found
    assert found.expected is None


@given(
    st.lists(st.integers(0, 5_000), min_size=LEAST, max_size=60),
    st.integers(1, 2_000_000),
    st.dates(date(2025, 1, 1), date(2026, 12, 31)),
)
def test_the_interval_holds_the_date_and_the_seed_repeats_it(steps: list[int], missing: int, on: date) -> None:
    counts = [0, *np.cumsum(steps).tolist()]
    found = forecast(counts, on, missing, seeded())
    assert found == forecast(counts, on, missing, seeded())
    assert found
    first, last = date(on.year, 1, 1), date(on.year + 1, 1, 1)
    earliest, expected, latest = (each or last for each in (found.earliest, found.expected, found.latest))
    assert first <= earliest <= expected <= latest <= last
    assert earliest > on


def test_the_interval_holds_what_came_about_as_often_as_it_says() -> None:
    """Eighty in a hundred, of pretended years with a fixed seed and days like one another."""
    world, held = seeded(7), 0
    for _ in range(200):
        steps = world.poisson(20, 200) * world.integers(1, 9, 200)
        counts = [0, *np.cumsum(steps[:WINDOW]).tolist()]
        found = forecast(counts, date(2026, 3, 1), 5_000, world)
        came = int(np.argmax(np.cumsum(steps[WINDOW:]) >= 5_000)) + 1
        assert found
        assert found.earliest
        assert found.latest
        held += found.earliest <= date(2026, 3, 1) + timedelta(came) <= found.latest
    assert 150 <= held <= 190
