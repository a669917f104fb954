"""When a count of persons will reach a limit at the pace of the last weeks: an estimate (估计), never a verdict.

A straight line through the cumulative count gives the date. The interval comes from days drawn again with replacement
from those weeks: first a window as it might have been, then the days to come out of it, so that both the chance of the
days ahead and the doubt about the pace are in it.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil
from typing import Final

from msgspec import Struct
import numpy as np
from numpy.random import Generator

WINDOW: Final = 28
"""Days of the trend: four weeks, so that every day of the week counts alike."""
LEAST: Final = 7
"""With fewer whole days nothing is estimated."""
SHARE: Final = 80
"""Per cent of the drawn futures that lie in the interval."""
_DRAWS: Final = 1_000


class Forecast(Struct, frozen=True):
    """When a limit is reached; None stands for: not this year."""

    expected: date | None
    earliest: date | None
    latest: date | None
    days: int
    """How many days the trend was taken from."""


def forecast(counts: Sequence[int], on: date, missing: int, generator: Generator) -> Forecast | None:
    """When so many persons more will have come.

    Args:
        counts: persons since 1 January at the end of each whole day before ``on``, oldest first and beginning with
            the day before the window; the last ``WINDOW`` days are used.
        on: the day from which on days are counted.
        missing: persons that are missing at its end.
        generator: draws the days; the same seed gives the same interval.

    Returns:
        None if there are too few days to tell.
    """
    window = np.asarray(counts[-WINDOW - 1 :], np.float64)
    days = window.size - 1
    if days < LEAST:
        return None
    left = (date(on.year, 12, 31) - on).days
    offsets = np.arange(days + 1) - days / 2
    slope = float(offsets @ window / (offsets @ offsets))
    expected = ceil(missing / slope) if slope > missing / (left + 1) else left + 1
    early, late = _interval(np.diff(window), left, missing, generator)
    return Forecast(
        _day(on, expected, left), _day(on, min(early, expected), left), _day(on, max(late, expected), left), days
    )


def _interval(steps: np.ndarray, left: int, missing: int, generator: Generator) -> tuple[int, int]:
    """After how many days at the earliest and at the latest; ``left + 1`` if not in the days that are left."""
    pools = generator.choice(steps, (_DRAWS, steps.size))
    drawn = generator.integers(steps.size, size=(_DRAWS, left))
    reached = np.take_along_axis(pools, drawn, axis=1).cumsum(axis=1) >= missing
    never = np.ones((_DRAWS, 1), np.bool_)
    first = np.concatenate((reached, never), axis=1).argmax(axis=1) + 1
    tail = (100 - SHARE) / 200
    early, late = np.quantile(first, (tail, 1 - tail), method="nearest")
    return int(early), int(late)


def _day(on: date, days: int, left: int) -> date | None:
    return on + timedelta(days) if days <= left else None
