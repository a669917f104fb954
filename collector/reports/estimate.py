"""Persons of this year and the next three (未来三年预计): a trend, always said to be an estimate."""

from calendar import isleap
from datetime import date
from typing import Final

from msgspec import Struct

LEAST_DAYS: Final = 28
"""With fewer days watched nothing is estimated."""
_MOST_GROWTH: Final = 4.0
"""A count that more than quadrupled says that the year before was not watched whole, not that it will go on so."""


class Estimate(Struct, frozen=True):
    """Distinct persons a year."""

    year: int
    persons: int
    """By the end of the year."""
    following: tuple[int, int, int]
    """Of the three years after it."""
    says: str
    """How it was reached, Chinese."""


def estimate(counted: int, first: date, on: date, last_year: int) -> Estimate | None:
    """The year's count at its end and the three years after it, at the pace so far.

    Args:
        counted: distinct persons so far this year, at least.
        first: day of the first transfer seen this year.
        on: day up to which was counted.
        last_year: the whole count of the year before; 0 if it was not watched.

    Returns:
        None if too few days were watched. Distinct persons grow more slowly than transfers, so a straight line is an
        upper estimate.
    """
    days = (on - first).days + 1
    if days < LEAST_DAYS or not counted:
        return None
    left = (date(on.year, 12, 31) - on).days
    whole = counted + round(counted / days * left)
    full = round(counted / days * (366 if isleap(on.year + 1) else 365))
    growth = min(max(whole / last_year, 1.0), _MOST_GROWTH) if last_year else 1.0
    known = f"按上年 {last_year:,} 人至本年的增幅 {growth:.2f} 倍递推"
    basis = known if last_year else "按本年速度不变（上年无观测数据）"
    says = f"估计：{first} 至 {on} 共 {days} 天，累计至少 {counted:,} 人，按该速度直线外推；以后各年{basis}。"
    base = max(whole, full)
    return Estimate(on.year, whole, (round(base * growth), round(base * growth**2), round(base * growth**3)), says)
