"""Working days (工作日), by which the law's clocks run: a value that is handed to whoever counts.

The days off that the State Council announces come from the package ``chinesecalendar`` (2004 to 2026). Beyond them
Monday to Friday are taken and the answer is marked as estimated, unless a calendar was declared for the year.
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final

from chinese_calendar import constants
from msgspec import Struct

from collector.declarations import Calendar

_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)


class Workdays(Struct, frozen=True):
    """Which days are worked."""

    days_off: frozenset[date]
    """Days from Monday to Friday that are not worked."""
    made_up: frozenset[date]
    """Saturdays and Sundays that are (调休上班)."""
    years: frozenset[int]
    """Years whose days off are known."""

    def with_calendar(self, calendar: Calendar) -> "Workdays":
        """The same with declared days put over it; a year in which a holiday is declared is known."""
        holidays, worked = frozenset(calendar.holidays), frozenset(calendar.workdays)
        return Workdays(
            (self.days_off | {day for day in holidays if day.weekday() < _SATURDAY}) - worked,
            (self.made_up | {day for day in worked if day.weekday() >= _SATURDAY}) - holidays,
            self.years | {day.year for day in holidays},
        )

    def is_worked(self, day: date) -> bool:
        """Whether it is a working day."""
        return day not in self.days_off if day.weekday() < _SATURDAY else day in self.made_up

    def add_working_days(self, day: date, count: int) -> tuple[date, bool]:
        """The day on which a term of so many working days ends, and whether that is an estimate.

        The day itself is not counted. A negative count goes back: the first day of the last so many working days
        before ``day``. The calendar's own ends (years 1 and 9999) are never passed.
        """
        step = _DAY if count > 0 else -_DAY
        end = date.max if count > 0 else date.min
        is_estimated = False
        left = abs(count)
        while left and day != end:
            day += step
            is_estimated |= day.year not in self.years
            left -= self.is_worked(day)
        return day, is_estimated

    def working_days_between(self, first: date, last: date) -> tuple[int, bool]:
        """How many working days come after ``first`` up to and with ``last``, and whether that is an estimate.

        Negative where ``last`` is the earlier one, as the way back from it.
        """
        if last < first:
            count, is_estimated = self.working_days_between(last, first)
            return -count, is_estimated
        count = _weekdays_until(last) - _weekdays_until(first)
        count -= sum(first < day <= last for day in self.days_off)
        count += sum(first < day <= last for day in self.made_up)
        counted = range((first + _DAY).year, last.year + 1) if first < last else ()
        return count, not self.years.issuperset(counted)


def after_months(day: date, months: int) -> date:
    """The same day of the month so many months later, or earlier; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.max if months > 0 else date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _weekdays_until(day: date) -> int:
    """Mondays to Fridays from the calendar's first day, which was a Monday, up to and with this one."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * 5 + min(rest, 5)


PUBLISHED: Final = Workdays(
    frozenset(day for day in constants.holidays if day.weekday() < _SATURDAY),
    frozenset(day for day in constants.workdays if day.weekday() >= _SATURDAY),
    frozenset(day.year for day in constants.holidays),
)
"""The days that were announced."""
