"""What if: stored transfers judged again from an empty ledger, in the order in which they began; nothing is written.

Re-judging is this and the writing down of it (ADR 0013); the rule itself is the stream's own.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from msgspec import Struct

from collector.book import Registry
from collector.declarations import ThresholdTally
from collector.handle import judge_next
from collector.law.route import Route
from collector.law.thresholds import (
    ASSESSMENT_FROM,
    ASSESSMENT_FROM_SENSITIVE,
    CONTRACT_FROM,
    CONTRACT_FROM_SENSITIVE,
)
from collector.ledger import CountOf, Ledger
from collector.ports import Judged, Store
from collector.precedents import Precedents
from collector.verdicts import Status, Verdict
from wire.events import TransferEvent
from wire.legal_time import SHANGHAI, legal_year
from wire.subjects import Span

MOST_SHOWN: Final = 20
"""Changed transfers that are given in full; all are counted."""
_NS: Final = 1_000_000_000


class Scope(Struct, frozen=True):
    """What is judged again."""

    organisation: str | None = None
    """None: every exporter with stored transfers."""
    year: int | None = None
    """None: every year of them."""


class Rules(Struct, frozen=True):
    """What transfers are judged by."""

    registry: Registry
    routes: Sequence[Route]


class Change(Struct, frozen=True):
    """A transfer that is judged otherwise."""

    event_id: str
    begun_ns: int
    target: str
    before: Verdict
    after: Verdict


class Limit(Struct, frozen=True):
    """A number of articles 7 and 8, and the persons held against it before and after."""

    sensitive: bool
    persons: int
    before: Span
    after: Span

    @property
    def was_crossed(self) -> bool:
        """Whether it was reached for certain."""
        return self.before.at_least >= self.persons

    @property
    def is_crossed(self) -> bool:
        """Whether it is now."""
        return self.after.at_least >= self.persons


class Difference(Struct, frozen=True, kw_only=True):
    """An exporter's year, before and after."""

    organisation: str
    year: int
    events: int
    before: dict[Status, int]
    after: dict[Status, int]
    changed: int
    """Transfers whose status, route or filing is another."""
    reworded: int
    """Those of which only the reasons are, such as the count of persons so far."""
    first: tuple[Change, ...]
    """The earliest that changed."""
    limits: tuple[Limit, ...]

    @property
    def turned(self) -> tuple[Limit, ...]:
        """The limits that are crossed now and were not, or the other way round."""
        return tuple(each for each in self.limits if each.was_crossed != each.is_crossed)


class Retrial:
    """An exporter's year under one registry, transfer after transfer.

    Args:
        organisation: the exporter.
        year: of Shanghai.
        said: what was said of like transfers.
    """

    def __init__(self, organisation: str, year: int, said: Precedents) -> None:
        self.ledger = Ledger(organisation, year)
        self._said = said

    def judge(self, event: TransferEvent) -> Verdict:
        """The verdict with this transfer and all before it in the count."""
        return judge_next(event, lambda _: self.ledger, self._said)


class Comparison:
    """Counts what is judged otherwise."""

    def __init__(self, most: int = MOST_SHOWN) -> None:
        self._most = most
        self._before: Counter[Status] = Counter()
        self._after: Counter[Status] = Counter()
        self._first: list[Change] = []
        self._changed = 0
        self._reworded = 0

    def add(self, event: TransferEvent, before: Verdict, after: Verdict) -> None:
        """Take in one transfer; they come in the order in which they began."""
        self._before[before.status] += 1
        self._after[after.status] += 1
        if _word(before) != _word(after):
            self._changed += 1
            if len(self._first) < self._most:
                target = event.target.host or event.target.address
                self._first.append(Change(event.event_id, event.begun_ns, target, before, after))
        elif before.unversioned != after.unversioned:
            self._reworded += 1

    def difference(self, before: Ledger, after: Ledger, settings: tuple[ThresholdTally, ThresholdTally]) -> Difference:
        """What was counted."""
        return Difference(
            organisation=after.organisation,
            year=after.year,
            events=self._before.total(),
            before=dict(self._before),
            after=dict(self._after),
            changed=self._changed,
            reworded=self._reworded,
            first=tuple(self._first),
            limits=tuple(_limits(before, after, settings)),
        )


def what_if(
    store: Store, rules: Rules, scope: Scope, *, against: Rules | None = None, most: int = MOST_SHOWN
) -> Iterator[Difference]:
    """What would be judged otherwise, exporter by exporter and year by year; nothing is written.

    Args:
        store: where the transfers are.
        rules: what they are judged by.
        scope: which of them.
        against: what the verdicts before are taken from; None: as they were kept.
        most: changed transfers given in full.
    """
    kept: dict[int, dict[str, Ledger]] = {}
    said = Precedents(rules.registry, rules.routes)
    said_before = Precedents(against.registry, against.routes) if against else None
    for organisation, year in exporter_years(store, scope):
        retrial = Retrial(organisation, year, said)
        other = Retrial(organisation, year, said_before) if said_before else None
        comparison = Comparison(most)
        for judged in transfers_of(store, organisation, year):
            before = other.judge(judged.event) if other else judged.verdict
            comparison.add(judged.event, before, retrial.judge(judged.event))
        if other is None and year not in kept:
            kept = {year: {each.organisation: each for each in store.ledgers(year)}}
        ledger = other.ledger if other else kept[year].get(organisation, Ledger(organisation, year))
        tally = rules.registry.settings.threshold_tally
        tallies = against.registry.settings.threshold_tally if against else tally, tally
        yield comparison.difference(ledger, retrial.ledger, tallies)


def exporter_years(store: Store, scope: Scope) -> list[tuple[str, int]]:
    """The exporters and years in which there are transfers, or between which there are, the earliest year first."""
    found = {
        (stretch.organisation, year)
        for stretch in store.stretches()
        if scope.organisation in (None, stretch.organisation)
        for year in range(legal_year(stretch.first_ns), legal_year(stretch.last_ns) + 1)
        if scope.year in (None, year)
    }
    return sorted(found, key=lambda each: (each[1], each[0]))


def transfers_of(store: Store, organisation: str, year: int) -> Iterator[Judged]:
    """An exporter's transfers of one year, oldest first."""
    return store.in_time(organisation, day_begins_ns(date(year, 1, 1)), day_begins_ns(date(year + 1, 1, 1)))


def day_begins_ns(day: date) -> int:
    """Midnight in Shanghai."""
    return int(datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).timestamp()) * _NS


def _word(verdict: Verdict) -> tuple[str, ...]:
    return verdict.status, verdict.route, verdict.required_route, verdict.filing


def _limits(before: Ledger, after: Ledger, tallies: tuple[ThresholdTally, ThresholdTally]) -> Iterator[Limit]:
    spans = ordinary_span(before, tallies[0]), ordinary_span(after, tallies[1])
    for persons in (CONTRACT_FROM, ASSESSMENT_FROM):
        yield Limit(False, persons, *spans)  # noqa: FBT003  # a record's field
    for persons in (CONTRACT_FROM_SENSITIVE, ASSESSMENT_FROM_SENSITIVE):
        yield Limit(True, persons, before.span(CountOf.SENSITIVE), after.span(CountOf.SENSITIVE))  # noqa: FBT003  # see above


def ordinary_span(ledger: Ledger, tally: ThresholdTally) -> Span:
    """The persons held against 100,000 and 1,000,000, by the setting."""
    return ledger.span(CountOf.ANY if tally is ThresholdTally.ANY else CountOf.ORDINARY_ONLY)
