"""Warnings before the fact (预警): limits about to be reached, terms that fall due, what is seen for the first time.

Each is a record that an alert can be made of. Counts are those of a replay under the registry given (ADR 0013).
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from msgspec import Struct
from numpy.random import Generator

from collector.causes import destination_of
from collector.clocks import Deadline, all_deadlines
from collector.facts import declared_facts
from collector.forecast import LEAST, SHARE, Forecast, forecast
from collector.handle import count_in
from collector.law.instruments import CBDF
from collector.law.terms import Party
from collector.law.thresholds import ASSESSMENT_FROM, ASSESSMENT_FROM_SENSITIVE, CONTRACT_FROM
from collector.law.unverified import unverified_terms
from collector.law.wording import persons_en, persons_zh
from collector.ledger import CountOf, Ledger
from collector.ports import Store
from collector.verdicts import Citation
from collector.whatif import Rules, day_begins_ns, ordinary_span
from wire.events import TransferEvent
from wire.subjects import Span
from wire.titles import EN, kind_title, place_title

_MOST_TOLD: Final = 20
"""New things of one sort told one by one, per exporter."""
_MOST_SEEN: Final = 100_000
"""Things of one sort remembered, per exporter."""
_DAY: Final = timedelta(days=1)


class Horizon(Struct, frozen=True):
    """From where one looks, and how far."""

    on: date
    """Day in Shanghai; what came after it is not looked at."""
    within: int = 60
    """What falls due in so many days is soon."""
    recent: int = 14
    """What was first seen in the last so many days is new."""


class Alert(Struct, frozen=True, kw_only=True):
    """One warning."""

    name: str
    """``threshold_forecast``, ``threshold_crossed``, ``threshold_open``, ``deadline``, ``new_destination``,
    ``new_kind``, ``new_system``."""
    organisation: str
    what: str
    what_en: str
    due: date | None = None
    """When it is expected, falls due, or happened; None: not this year, or it has no day."""
    earliest: date | None = None
    """Of a forecast."""
    latest: date | None = None
    is_soon: bool = False
    """Whether somebody has to act in the days looked ahead."""
    is_estimate: bool = False
    citation: Citation | None = None


def outlook(store: Store, rules: Rules, horizon: Horizon, generator: Generator) -> tuple[Alert, ...]:
    """What lies ahead of every exporter, the most urgent first.

    Args:
        store: where the transfers are.
        rules: by which they are counted; the registry's filings give the terms.
        horizon: the day and how far to look.
        generator: for the intervals; the same seed gives the same outlook.

    Raises:
        UnavailableError: the store is away.
    """
    found = list(_due(rules, horizon))
    for stretch in store.stretches():
        course = _Course(stretch.organisation, rules, horizon)
        until_ns = day_begins_ns(horizon.on + _DAY)
        for judged in store.in_time(stretch.organisation, 0, until_ns):
            course.take(judged.event)
        found += course.thresholds(generator)
        found += course.novelties()
    return tuple(sorted(found, key=_urgency))


def _urgency(alert: Alert) -> tuple[object, ...]:
    return not alert.is_soon, alert.due or date.max, alert.organisation, alert.name, alert.what


def _due(rules: Rules, horizon: Horizon) -> Iterator[Alert]:
    """What is overdue, what falls due in the days looked ahead, and what may be done now and not much longer."""
    last = horizon.on + timedelta(horizon.within)
    for each in all_deadlines(rules.registry, horizon.on, unverified_terms()):
        is_open = each.opens is not None and each.opens <= horizon.on
        if each.is_overdue or (each.due >= horizon.on and (each.due <= last or is_open)):
            yield _deadline(each, is_soon=each.is_overdue or each.due <= last)


def _deadline(each: Deadline, *, is_soon: bool) -> Alert:
    says, says_en = (f"“{each.filing}”：", f"{each.filing}: ") if each.filing else ("", "")
    marks = (
        (each.is_overdue, "（已逾期）", " (overdue)"),
        (each.estimated, "（按周一至周五估算）", " (estimated: Monday to Friday)"),
        (not each.is_verified, "（条文未核实）", " (not verified)"),
        (each.party is Party.AUTHORITY, "（主管部门的期限）", " (the authority's term)"),
    )
    return Alert(
        name="deadline",
        organisation=each.organisation,
        what=says + each.what + "".join(zh for holds, zh, _ in marks if holds),
        what_en=says_en + each.what_en + "".join(en for holds, _, en in marks if holds),
        due=each.due,
        earliest=each.opens,
        is_soon=is_soon and each.is_verified and each.party is Party.EXPORTER,
        is_estimate=each.estimated,
        citation=each.citation,
    )


class _Seen:
    """When things of one sort were first seen."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[date, str, str]] = {}
        self.is_full = False

    def take(self, name: str, on: date, title: str, title_en: str) -> None:
        if name not in self._first:
            self.is_full = len(self._first) >= _MOST_SEEN
            if not self.is_full:
                self._first[name] = on, title, title_en

    def since(self, day: date) -> list[tuple[date, str, str]]:
        return [each for each in self._first.values() if each[0] >= day]


class _Course:
    """An exporter's transfers, oldest first: the year's count day by day, and what was new when."""

    def __init__(self, organisation: str, rules: Rules, horizon: Horizon) -> None:
        self._rules, self._horizon = rules, horizon
        self._ledger = Ledger(organisation, horizon.on.year)
        self._counts: dict[bool, dict[date, int]] = {False: {}, True: {}}
        self._seen = {name: _Seen() for name in _NOVELTIES}
        self._first: date | None = None
        self._last: date | None = None

    def take(self, event: TransferEvent) -> None:
        facts = declared_facts(event, self._rules.registry)
        if not facts.is_export:
            return
        self._first = self._first or facts.on
        for name, thing, title, title_en in _things(event, self._rules):
            self._seen[name].take(thing, facts.on, title, title_en)
        if facts.on.year != self._ledger.year:
            return
        if self._last != facts.on:
            self._close()
            self._last = facts.on
        count_in(facts, self._ledger, self._rules.routes)

    def _span(self, *, sensitive: bool) -> Span:
        tally = self._rules.registry.settings.threshold_tally
        return self._ledger.span(CountOf.SENSITIVE) if sensitive else ordinary_span(self._ledger, tally)

    def _close(self) -> None:
        """Note how many there were at the end of the last day that had any."""
        if self._last is not None:
            for sensitive, counts in self._counts.items():
                counts[self._last] = self._span(sensitive=sensitive).at_least

    def thresholds(self, generator: Generator) -> Iterator[Alert]:
        """Where each limit stands; none binds an operator of critical infrastructure, who is bound by any number."""
        self._close()
        exporter = self._rules.registry.exporter(self._ledger.organisation)
        if exporter is not None and exporter.is_ciio:
            return
        for persons, sensitive, citation in _LIMITS:
            span = self._span(sensitive=sensitive)
            if span.at_most:
                limit = _Limit(persons, sensitive, citation, span)
                yield self._threshold(limit, generator)

    def _threshold(self, limit: "_Limit", generator: Generator) -> Alert:
        on, recent = self._horizon.on, timedelta(self._horizon.recent)
        organisation, counts = self._ledger.organisation, self._counts[limit.sensitive]
        if limit.span.at_least >= limit.persons:
            day = min(each for each, count in counts.items() if count >= limit.persons)
            return _crossed(organisation, limit, day, is_soon=day > on - recent)
        if limit.span.at_most >= limit.persons:
            return _open(organisation, limit)
        found = forecast(self._whole_days(counts), on, limit.persons - limit.span.at_least, generator)
        last = on + timedelta(self._horizon.within)
        return _forecast(organisation, limit, found, last)

    def _whole_days(self, counts: dict[date, int]) -> list[int]:
        """The count at the end of each day, from the first that was watched up to yesterday."""
        new_year = date(self._horizon.on.year, 1, 1)
        first = self._first or new_year
        day, count, found = max(new_year, first), 0, list[int]()
        if first < new_year:
            found.append(0)
        while day < self._horizon.on:
            count = counts.get(day, count)
            found.append(count)
            day += _DAY
        return found

    def novelties(self) -> Iterator[Alert]:
        """What was first seen in the last days; nothing while everything is new."""
        since = self._horizon.on - timedelta(self._horizon.recent)
        if self._first is None or self._first >= since:
            return
        for name, (zh, en) in _NOVELTIES.items():
            seen = self._seen[name]
            new = seen.since(since)
            for on, title, title_en in new[:_MOST_TOLD]:
                yield self._new(name, f"首次出现{zh}：{title}", f"first seen: {en} {title_en}", on)
            more = len(new) - _MOST_TOLD
            if more > 0 or seen.is_full:
                says = f"另有首次出现的{zh} {max(more, 0):,} 个", f"{max(more, 0):,} more first seen: {en}"
                full = ("，种类过多，未全部记录", ", too many to be remembered") if seen.is_full else ("", "")
                yield self._new(name, says[0] + full[0], says[1] + full[1], None)

    def _new(self, name: str, what: str, what_en: str, on: date | None) -> Alert:
        return Alert(name=name, organisation=self._ledger.organisation, what=what, what_en=what_en, due=on)


class _Limit(Struct, frozen=True):
    persons: int
    sensitive: bool
    citation: Citation
    span: Span

    @property
    def said(self) -> tuple[str, str]:
        what = ("敏感个人信息", "sensitive data of ") if self.sensitive else ("", "")
        return f"本年累计{what[0]}{persons_zh(self.span)}", f"this year {what[1]}{persons_en(self.span)}"


_SECOND: Final = CBDF.article("第七条第一款第二项")
_LIMITS: Final = (
    (CONTRACT_FROM, False, CBDF.article("第八条")),
    (ASSESSMENT_FROM, False, _SECOND),
    (ASSESSMENT_FROM_SENSITIVE, True, _SECOND),
)
_NOVELTIES: Final = {
    "new_destination": ("目的地", "destination"),
    "new_kind": ("数据类型", "kind of data"),
    "new_system": ("境内系统", "system in the mainland"),
}


def _crossed(organisation: str, limit: _Limit, day: date, *, is_soon: bool) -> Alert:
    says, says_en = limit.said
    return Alert(
        name="threshold_crossed",
        organisation=organisation,
        what=f"已于 {day} 达到 {limit.persons:,} 人：{says}",
        what_en=f"{limit.persons:,} persons were reached on {day}: {says_en}",
        due=day,
        is_soon=is_soon,
        citation=limit.citation,
    )


def _open(organisation: str, limit: _Limit) -> Alert:
    says, says_en = limit.said
    return Alert(
        name="threshold_open",
        organisation=organisation,
        what=f"可能已达到 {limit.persons:,} 人，请核实：{says}",
        what_en=f"{limit.persons:,} persons may have been reached, please verify: {says_en}",
        is_soon=True,
        citation=limit.citation,
    )


def _forecast(organisation: str, limit: _Limit, found: Forecast | None, last: date) -> Alert:
    says, says_en = limit.said
    when, when_en = _when(found)
    return Alert(
        name="threshold_forecast",
        organisation=organisation,
        what=f"{when}达到 {limit.persons:,} 人：{says}",
        what_en=f"estimate of reaching {limit.persons:,} persons: {when_en}; {says_en}",
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


def _things(event: TransferEvent, rules: Rules) -> Iterable[tuple[str, str, str, str]]:
    """Sort, key and names of whatever may be new."""
    place, place_en = place_title(event.target.place), place_title(event.target.place, EN)
    destination = destination_of(event, rules.registry)
    recipient = rules.registry.recipient_at(event.target)
    name = recipient.name if recipient else destination.partition(":")[2]
    yield "new_destination", f"{destination} {event.target.place.country}", f"{name}（{place}）", f"{name} ({place_en})"
    system = event.origin.host.rstrip(".").lower() or event.origin.address
    yield "new_system", system, system, system
    for tally in event.tallies:
        yield "new_kind", tally.kind, kind_title(tally.kind), kind_title(tally.kind, EN)
