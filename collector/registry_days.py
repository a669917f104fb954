"""What must hold between the days that the registry names: the steps of a filing, and the calendar."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Final

from collector.book import Registry
from collector.declarations import Filing, FilingRoute
from collector.workdays import after_months

_STEPS: Final = ("submitted_on", "accepted_on", "result_on")
_HELD: Final = (FilingRoute.SECURITY_ASSESSMENT, FilingRoute.CERTIFICATION)
_MONTHS_HELD: Final = 36


def day_faults(registry: Registry) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every fault between days, each with the key where it stands."""
    for place, filing in enumerate(registry.filings):
        for key, what in (*_out_of_order(filing), *_held_too_long(filing), *_of_no_group(filing, registry)):
            yield ("filings", place, key), what
    holidays = frozenset(registry.calendar.holidays)
    for place, day in enumerate(registry.calendar.workdays):
        if day in holidays:
            yield ("calendar", "workdays", place), f"{day} stands under holidays too"


def _out_of_order(filing: Filing) -> Iterator[tuple[str, str]]:
    days = [(step, day) for step in _STEPS if (day := getattr(filing, step)) is not None]
    for (before, earlier), (step, later) in pairwise(days):
        if later < earlier < date.max:
            yield step, f"{later} is before {before} {earlier}"


def _of_no_group(filing: Filing, registry: Registry) -> Iterator[tuple[str, str]]:
    """Only a group files for its affiliates.

    Law:
        数据出境安全管理政策问答（2025年4月） 第八问.
    """
    own = registry.exporter(filing.organisation)
    others = [registry.exporter(each) for each in filing.covers]
    if own and any(each and (not own.group or each.group != own.group) for each in others):
        yield "covers", "an exporter of another group, or of none, is covered by no joint filing"


def _held_too_long(filing: Filing) -> Iterator[tuple[str, str]]:
    """An assessment's result and a certificate hold for three years.

    Law:
        促进和规范数据跨境流动规定 第九条, in force 2024-03-22; 个人信息出境认证办法 第八条, in force 2026-01-01.
    """
    if filing.result_on and filing.route in _HELD and filing.valid_until < date.max:
        end = after_months(filing.result_on, _MONTHS_HELD)
        if filing.valid_until > end:
            yield "valid_until", f"{filing.valid_until} is more than three years after result_on {filing.result_on}"
