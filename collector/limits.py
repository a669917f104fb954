"""Where a count of persons stands to a number that it must not reach unheeded: the law's, or a filing's own."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct
from numpy.random import Generator

from collector.alerts import Alert, Horizon
from collector.declarations import Settings
from collector.forecast import LEAST, SHARE, Forecast, forecast
from collector.law.wording import persons_en, persons_zh, setting_words
from collector.verdicts import Citation
from wire.subjects import Span


class Limit(Struct, frozen=True, kw_only=True):
    """A number, and the persons held against it."""

    name: str
    """``threshold`` or ``filing``: the first half of its warnings' names."""
    persons: int
    """The first number that matters: 100,000 reaches a threshold, one more than declared exceeds a filing."""
    span: Span
    subject: tuple[str, str]
    """Whose persons: 本年累计, this year."""
    goal: str
    """达到 100,000 人."""
    goal_en: tuple[str, str, str]
    """were reached, may have been reached, reaching."""
    citation: Citation | None = None
    setting: tuple[str, str] = ("", "")
    """On which the count depends."""

    @property
    def said(self) -> tuple[str, str]:
        """The arithmetic."""
        zh, en = self.setting
        return f"{self.subject[0]}{persons_zh(self.span)}{zh}", f"{self.subject[1]}{persons_en(self.span)}{en}"


class Days(Struct, frozen=True):
    """An exporter's count so far."""

    organisation: str
    counts: Mapping[date, int]
    """At the end of each day that had any."""
    whole: Sequence[int]
    """At the end of each whole day before the horizon's."""


def threshold(persons: int, span: Span, citation: Citation, settings: Settings, *, sensitive: bool) -> Limit:
    """A number of articles 7 and 8."""
    what = ("敏感个人信息", "sensitive data of ") if sensitive else ("", "")
    return Limit(
        name="threshold",
        persons=persons,
        span=span,
        subject=(f"本年累计{what[0]}", f"this year {what[1]}"),
        goal=f"达到 {persons:,} 人",
        goal_en=(
            f"{persons:,} persons were reached", f"{persons:,} persons may have been reached",
            f"reaching {persons:,} persons",
        ),
        citation=citation,
        setting=setting_words(settings, sensitive=sensitive),
    )  # fmt: skip


def declared(number: str, most: int, span: Span, citation: Citation | None) -> Limit:
    """A filing's persons a year."""
    scale = f"the {most:,} persons a year of {number}"
    return Limit(
        name="filing",
        persons=most + 1,
        span=span,
        subject=("本年向其接收方累计", "this year to its recipients "),
        goal=f"超过“{number}”申报的每年 {most:,} 人",
        goal_en=(f"{scale} were exceeded", f"{scale} may have been exceeded", f"exceeding {scale}"),
        citation=citation,
    )


def alert_of(limit: Limit, days: Days, horizon: Horizon, generator: Generator) -> Alert:
    """Crossed on a day, perhaps crossed, or when it will be at the pace of the last weeks."""
    if limit.span.at_least >= limit.persons:
        day = min(each for each, count in days.counts.items() if count >= limit.persons)
        return _crossed(days.organisation, limit, day, is_soon=day > horizon.on - timedelta(horizon.recent))
    if limit.span.at_most >= limit.persons:
        return _open(days.organisation, limit)
    found = forecast(days.whole, horizon.on, limit.persons - limit.span.at_least, generator)
    return _forecast(days.organisation, limit, found, horizon.on + timedelta(horizon.within))


def _crossed(organisation: str, limit: Limit, day: date, *, is_soon: bool) -> Alert:
    says, says_en = limit.said
    return Alert(
        name=f"{limit.name}_crossed",
        organisation=organisation,
        what=f"已于 {day} {limit.goal}：{says}",
        what_en=f"{limit.goal_en[0]} on {day}: {says_en}",
        due=day,
        is_soon=is_soon,
        citation=limit.citation,
    )


def _open(organisation: str, limit: Limit) -> Alert:
    says, says_en = limit.said
    return Alert(
        name=f"{limit.name}_open",
        organisation=organisation,
        what=f"可能已{limit.goal}，请核实：{says}",
        what_en=f"{limit.goal_en[1]}, please verify: {says_en}",
        is_soon=True,
        citation=limit.citation,
    )


def _forecast(organisation: str, limit: Limit, found: Forecast | None, last: date) -> Alert:
    says, says_en = limit.said
    when, when_en = _when(found)
    return Alert(
        name=f"{limit.name}_forecast",
        organisation=organisation,
        what=f"{when}{limit.goal}：{says}",
        what_en=f"estimate of {limit.goal_en[2]}: {when_en}; {says_en}",
        due=found.expected if found else None,
        earliest=found.earliest if found else None,
        latest=found.latest if found else None,
        is_soon=bool(found and found.earliest and found.earliest <= last),
        is_estimate=True,
        citation=limit.citation,
    )


def _when(found: Forecast | None) -> tuple[str, str]:
    if found is None:
        return f"完整观测不足 {LEAST} 天，暂不估计何时", f"none, fewer than {LEAST} whole days were watched"
    pace, pace_en = f"估计按最近 {found.days} 天的进度，", f"at the pace of the last {found.days} days"
    if found.earliest is None:
        return f"{pace}今年不会", f"not this year {pace_en}"
    until, until_en = (f"{found.latest}", f"{found.latest}") if found.latest else ("今年不会", "not this year")
    span, span_en = (
        f"（{SHARE}% 区间：{found.earliest} 至{until}）",
        f"({SHARE} % interval: {found.earliest} to {until_en})",
    )
    day, day_en = (f"于 {found.expected} 前后", f"about {found.expected}") if found.expected else (
        "今年多半不会", "probably not this year"
    )  # fmt: skip
    return f"{pace}{day}{span}", f"{day_en} {pace_en} {span_en}"
