"""Warnings before the fact (预警): limits about to be reached, terms that fall due, what is seen for the first time.

Each is a record that an alert can be made of. Counts are those of a replay under the registry given (ADR 0013).
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from numpy.random import Generator

from collector.alerts import Alert, Horizon
from collector.book import Registry
from collector.causes import destination_of
from collector.clocks import Deadline, all_deadlines, standing_on
from collector.facts import declared_facts
from collector.filings import Standing
from collector.handle import count_in
from collector.held import bound_by
from collector.law.instruments import CBDF
from collector.law.terms import Party
from collector.law.thresholds import ASSESSMENT_FROM, ASSESSMENT_FROM_SENSITIVE, CONTRACT_FROM
from collector.law.unverified import unverified_terms
from collector.ledger import CountOf, Ledger
from collector.limits import Days, alert_of, declared, threshold
from collector.ports import Store
from collector.splitting import SPLITTING, Splitting, splittings, words_of
from collector.whatif import Rules, day_begins_ns, ordinary_span
from wire.events import TransferEvent
from wire.subjects import Span
from wire.titles import EN, kind_title, place_title

__all__ = ["Alert", "Horizon", "outlook"]

_MOST_TOLD: Final = 20
"""New things of one sort told one by one, per exporter."""
_MOST_SEEN: Final = 100_000
"""Things of one sort remembered, per exporter."""
_DAY: Final = timedelta(days=1)


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
    found, grouped = list(_due(rules, horizon)), list[Ledger]()
    for stretch in store.stretches():
        course = _Course(stretch.organisation, rules, horizon)
        until_ns = day_begins_ns(horizon.on + _DAY)
        for judged in store.in_time(stretch.organisation, 0, until_ns):
            course.take(judged.event)
        found += course.thresholds(generator)
        found += course.filings(generator)
        found += course.novelties()
        exporter = rules.registry.exporter(stretch.organisation)
        if exporter and exporter.group:
            grouped.append(course.ledger)
    found += (_split(each, rules.registry) for each in splittings(grouped, rules.registry, horizon.on))
    return tuple(sorted(found, key=_urgency))


def _split(found: Splitting, registry: Registry) -> Alert:
    """Told of the affiliate that sent the most."""
    words = words_of(found, registry)
    most = max(found.parts, key=lambda part: (part.span.at_most, part.organisation))
    return Alert(
        name=SPLITTING,
        organisation=most.organisation,
        what=words.says,
        what_en=words.says_en,
        is_soon=True,
        citation=words.citation,
    )


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
        self._scaled = [
            each
            for each in rules.registry.filings_of(organisation)
            if each.most_persons is not None
            and standing_on(each, horizon.on, rules.registry.workdays) is Standing.IN_FORCE
        ]
        self._counts: dict[str, dict[date, int]] = {}
        """Persons at the end of a day, by what they are held against."""
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

    @property
    def ledger(self) -> Ledger:
        """The year's persons."""
        return self._ledger

    def _span(self, *, sensitive: bool) -> Span:
        tally = self._rules.registry.settings.threshold_tally
        return self._ledger.span(CountOf.SENSITIVE) if sensitive else ordinary_span(self._ledger, tally)

    def _close(self) -> None:
        """Note how many there were at the end of the last day that had any."""
        if self._last is None:
            return
        spans = {str(sensitive): self._span(sensitive=sensitive) for sensitive in (False, True)}
        spans |= {each.number: self._ledger.recipients_span(each.recipients) for each in self._scaled}
        for name, span in spans.items():
            self._counts.setdefault(name, {})[self._last] = span.at_least

    def thresholds(self, generator: Generator) -> Iterator[Alert]:
        """Where each limit stands; none binds an operator of critical infrastructure, who is bound by any number."""
        self._close()
        exporter = self._rules.registry.exporter(self._ledger.organisation)
        if exporter is not None and exporter.is_ciio:
            return
        for persons, sensitive, citation in _LIMITS:
            span = self._span(sensitive=sensitive)
            if span.at_most:
                limit = threshold(persons, span, citation, self._rules.registry.settings, sensitive=sensitive)
                yield alert_of(limit, self._days(str(sensitive)), self._horizon, generator)

    def filings(self, generator: Generator) -> Iterator[Alert]:
        """Where each filing in force stands that declares a number of persons."""
        self._close()
        for each in self._scaled:
            span = self._ledger.recipients_span(each.recipients)
            if each.most_persons is not None and span.at_most:
                limit = declared(each.number, each.most_persons, span, bound_by(each, self._horizon.on))
                yield alert_of(limit, self._days(each.number), self._horizon, generator)

    def _days(self, name: str) -> Days:
        counts = self._counts.setdefault(name, {})
        return Days(self._ledger.organisation, counts, self._whole_days(counts))

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
