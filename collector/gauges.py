"""How the store stands, in numbers for supervision: cases, filings, agents, spot checks. Counts only, nobody named."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Final

from collector.book import Registry
from collector.case_clocks import clocks
from collector.case_ports import CaseQuery
from collector.cases import Case, State
from collector.declarations import Filing
from collector.filings import Standing, standing
from collector.incidents import grade_of
from collector.law.thresholds import ASSESSMENT_FROM, ASSESSMENT_FROM_SENSITIVE, CONTRACT_FROM
from collector.ledger import Ledger
from collector.ports import Store
from collector.risk import Factors, facts_of_case, own_factors, weigh
from wire import metrics
from wire.coverage import Coverage
from wire.legal_time import SHANGHAI, legal_day, legal_year
from wire.metrics import Labels, Series

_NS: Final = 1_000_000_000
_REST: Final = 20
"""Counting opens sketches and cases; after it, twenty times as long is rested: at most 5 % of one core."""
_MOST_CASES: Final = 500
_WEIGHED: Final = 5
"""Newest transfers of a case that its risk is weighed by here; the console weighs fifty."""
_MOST_DRAWS: Final = 100
_ONLINE_NS: Final = 120 * _NS
_STALE_NS: Final = 600 * _NS
_FORGOTTEN_NS: Final = 30 * 86_400 * _NS
_EXPIRED_DAYS: Final = timedelta(days=30)

Values = Mapping[Labels, float]
Gauge = tuple[Series, Values]


class Gauges:
    """Reads the store no more often than it is worth; what it read last holds in between.

    Args:
        store: what to read.
        registry: the filings and who is registered.
        now_ns: the clock.
        factors: by which cases are weighed.
    """

    def __init__(
        self, store: Store, registry: Registry, now_ns: Callable[[], int], factors: Factors | None = None
    ) -> None:
        self._store, self._now_ns = store, now_ns
        self.registry = registry
        """May be put anew: people change it while the service runs."""
        self._factors = factors or own_factors()
        self._last: dict[Series, Values] = {}
        self._fresh_until_ns = 0
        self._seen_ns: dict[str, int] = {}
        self._ended: dict[State, int] = {}
        self._known_cases = -1
        self._opened = 0
        self._closed: Counter[Labels] = Counter()

    def read(self) -> Mapping[Series, Values]:
        """Every gauge with its values.

        Raises:
            UnavailableError: the store is away.
        """
        begun_ns = self._now_ns()
        if begun_ns >= self._fresh_until_ns:
            self._last = dict(self._gauges(begun_ns))
            ended_ns = self._now_ns()
            self._fresh_until_ns = ended_ns + _REST * (ended_ns - begun_ns)
        return self._last

    def _gauges(self, now_ns: int) -> Iterator[Gauge]:
        yield metrics.STORED, {(status.value,): count for status, count in self._store.counts().items()}
        yield metrics.AGENTS, _agents(self._store.coverages(), now_ns)
        yield metrics.SPOT_CHECKS, self._spot_checks()
        yield from _filings(self.registry, self._store.ledgers(legal_year(now_ns)), now_ns)
        yield from self._cases(now_ns)
        yield (
            metrics.THRESHOLD_LIMIT,
            {
                ("contract",): CONTRACT_FROM,
                ("assessment",): ASSESSMENT_FROM,
                ("assessment_sensitive",): ASSESSMENT_FROM_SENSITIVE,
            },
        )

    def _cases(self, now_ns: int) -> Iterator[Gauge]:
        counts = self._store.cases.counts()
        self._follow(counts)
        found = self._store.cases.cases(CaseQuery(at_work=True, most=_MOST_CASES))
        weighed = [(case, self._priority(case)) for case in found if case.state.is_open]
        at_work: Counter[Labels] = Counter((case.state.value, priority) for case, priority in weighed)
        for state, count in counts.items():
            rest = count - sum(case.state is state for case, _ in weighed)
            if state.is_open and rest > 0:
                at_work[state.value, "unweighed"] += rest
        yield metrics.CASES, at_work
        yield metrics.CASES_OPENED, {(): self._opened}
        yield metrics.CASES_CLOSED, self._closed
        yield metrics.CASES_OVERDUE, Counter((priority,) for case, priority in weighed if _is_overdue(case, now_ns))
        yield metrics.CASE_UNTRIAGED, self._untriaged(weighed, now_ns)
        yield from _incidents([case for case, _ in weighed])

    def _priority(self, case: Case) -> str:
        members = [self._store.transfer(name) for name in self._store.cases.members(case.case_id, _WEIGHED)]
        facts = facts_of_case(case, [each for each in members if each is not None], self.registry)
        return weigh(facts, self._factors).level

    def _follow(self, counts: Mapping[State, int]) -> None:
        """Turn what there is into what came and went; what was there at the start is not counted."""
        total = sum(counts.values())
        if self._known_cases >= 0:
            self._opened += max(0, total - self._known_cases)
            for state in (State.CLOSED, State.DISMISSED):
                self._closed[(state.value,)] += max(0, counts.get(state, 0) - self._ended.get(state, 0))
        self._known_cases, self._ended = total, dict(counts)

    def _untriaged(self, weighed: Iterable[tuple[Case, str]], now_ns: int) -> Values:
        waiting = {case.case_id: priority for case, priority in weighed if case.state is State.FOUND and not case.owner}
        self._seen_ns = {name: self._seen_ns.get(name, now_ns) for name in waiting}
        oldest: dict[Labels, float] = {}
        for name, priority in waiting.items():
            seen = self._seen_ns[name] / _NS
            oldest[(priority,)] = min(seen, oldest.get((priority,), seen))
        return oldest

    def _spot_checks(self) -> Values:
        counts: Counter[Labels] = Counter()
        for draw in self._store.cases.draws()[:_MOST_DRAWS]:
            results = {result.event_id: result.outcome.value for result in self._store.cases.results(draw.draw_id)}
            counts.update((results.get(name, "pending"),) for name in draw.drawn)
        return counts


def _agents(coverages: Iterable[Coverage], now_ns: int) -> Values:
    newest: dict[str, int] = {}
    for coverage in coverages:
        newest[coverage.agent] = max(coverage.seen_ns, newest.get(coverage.agent, 0))
    ages = [now_ns - seen_ns for seen_ns in newest.values()]
    return Counter((_heard(age),) for age in ages if age < _FORGOTTEN_NS)


def _heard(age_ns: int) -> str:
    if age_ns < _ONLINE_NS:
        return "online"
    return "stale" if age_ns < _STALE_NS else "offline"


def _filings(registry: Registry, ledgers: Iterable[Ledger], now_ns: int) -> Iterator[Gauge]:
    """The filings that press most: near to what they declare, or near to their end."""
    of = {ledger.organisation: ledger for ledger in ledgers}
    on = legal_day(now_ns)
    rows: list[tuple[float, Labels, float, float, float]] = []
    for filing in registry.filings:
        if standing(filing, on) not in (Standing.IN_FORCE, Standing.EXPIRED) or _is_replaced(filing, registry, now_ns):
            continue
        ledger, limit = of.get(filing.organisation), filing.most_persons or 0
        subjects = ledger.recipients_span(filing.recipients).at_least if ledger else 0
        end = datetime.combine(filing.valid_until + timedelta(days=1), time(), SHANGHAI).timestamp()
        left = (filing.valid_until - on).days / 365
        rows.append((min(left, 1 - subjects / limit if limit else 1), (filing.number,), subjects, limit, end))
    pressing = sorted(rows)[: metrics.MOST_FILINGS]
    yield metrics.FILING_SUBJECTS, {number: subjects for _, number, subjects, _, _ in pressing}
    yield metrics.FILING_LIMIT, {number: limit for _, number, _, limit, _ in pressing if limit}
    yield metrics.FILING_EXPIRY, {number: end for _, number, _, _, end in pressing}


def _is_replaced(filing: Filing, registry: Registry, now_ns: int) -> bool:
    """Whether an expired filing needs nobody any more: another holds for a recipient of it, or it ended long ago."""
    on = legal_day(now_ns)
    if on <= filing.valid_until:
        return False
    return on - filing.valid_until > _EXPIRED_DAYS or any(
        standing(other, on) is Standing.IN_FORCE and set(other.recipients) & set(filing.recipients)
        for other in registry.filings_of(filing.organisation)
    )


def _is_overdue(case: Case, now_ns: int) -> bool:
    return any(clock.met_ns is None and clock.due_ns is not None and clock.due_ns < now_ns for clock in clocks(case))


def _incidents(cases: Iterable[Case]) -> Iterator[Gauge]:
    awaiting: Counter[Labels] = Counter()
    due: list[int] = []
    for case in cases:
        for clock in clocks(case):
            if clock.name == "first_report" and clock.met_ns is None and clock.due_ns and case.opening.incident:
                awaiting[(grade_of(case.opening.incident).value,)] += 1
                due.append(clock.due_ns)
    yield metrics.INCIDENTS, awaiting
    yield metrics.INCIDENT_DEADLINE, {(): min(due, default=0) / _NS}
