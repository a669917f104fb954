"""What one exporter's kept transfers of a year show, gathered for its reports: one pass, bounded memory."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from collector.book import Registry
from collector.case_ports import CaseQuery
from collector.cases import Case
from collector.causes import destination_of
from collector.ledger import CountOf, Ledger
from collector.persons import Persons
from collector.ports import Judged, Store
from collector.verdicts import Status
from collector.whatif import day_begins_ns
from wire.events import Content, Tally, TransferEvent
from wire.faults import MalformedError
from wire.kinds import Grade
from wire.legal_time import legal_day
from wire.subjects import Span

MOST_ROWS = 500
"""Links, and data items of all scenarios, that are told one by one; the rest are counted."""
_MOST_NAMES = 8
_MOST_EXEMPLARS = 3
_MOST_AGENTS = 1_000
_MOST_CASES = 200
_ENCRYPTED = frozenset({"tls", "quic", "https"})


class Request(Struct, frozen=True):
    """Which transfers a report is about."""

    organisation: str
    year: int
    on: date
    """The day of the report, Asia/Shanghai: what came after it is left out."""
    filing: str = ""
    """Only what goes to this filing's recipients; empty: everything."""


class Item(Struct, frozen=True):
    """One data item of one scenario."""

    scenario: str
    """Where it goes: ``recipient:ID``, ``host:NAME`` ..., as cases name it."""
    kind: str
    grade: Grade
    fields: tuple[str, ...]
    exemplars: tuple[str, ...]
    """Masked at the source."""
    transfers: int
    persons: Span


class Link(Struct, frozen=True):
    """One way that data took."""

    scenario: str
    origin: str
    """Address and name of the mainland side."""
    target: str
    country: str
    asn: int
    protocol: str
    line: str
    transfers: int
    sent_bytes: int
    first: date
    last: date


class Observed(Struct, frozen=True, kw_only=True):
    """A year of one exporter."""

    request: Request
    first: date | None
    """Of the first transfer; None if none was seen."""
    last: date | None
    items: tuple[Item, ...]
    links: tuple[Link, ...]
    untold: int
    """Transfers whose link or item had no row left."""
    months: tuple[tuple[int, int], ...]
    """Transfers and bytes, January to December."""
    statuses: dict[Status, int]
    contents: dict[Content, int]
    """Bytes by how much of them was read."""
    encrypted: int
    """Transfers that were encrypted on the way."""
    transfers: int
    unknown_size: int
    """Transfers of which nobody said how many bytes they had."""
    any_persons: Span
    sensitive_persons: Span
    last_year: Span
    """Persons of any grade in the year before."""
    cases: tuple[Case, ...]
    agents: tuple[str, ...]
    """Those that saw a transfer of it."""


def observe(store: Store, registry: Registry, request: Request) -> Observed:
    """Everything that the reports of one exporter need.

    Raises:
        UnavailableError: the store is away.
    """
    course = _Course(registry, _recipients(registry, request))
    from_ns, until_ns = day_begins_ns(date(request.year, 1, 1)), day_begins_ns(_end(request))
    for judged in store.in_time(request.organisation, from_ns, until_ns):
        course.take(judged)
    this, before = (_ledger(store, request.organisation, year) for year in (request.year, request.year - 1))
    cases = store.cases.cases(CaseQuery(organisation=request.organisation, most=_MOST_CASES))
    return Observed(
        request=request,
        first=course.first,
        last=course.last,
        items=course.items(),
        links=course.links(),
        untold=course.untold,
        months=tuple((course.months[month], course.bytes[month]) for month in range(1, 13)),
        statuses=dict(course.statuses),
        contents=dict(course.contents),
        encrypted=course.encrypted,
        transfers=course.statuses.total(),
        unknown_size=course.unknown_size,
        any_persons=_span(this, CountOf.ANY, course.recipients),
        sensitive_persons=_span(this, CountOf.SENSITIVE, course.recipients),
        last_year=before.span(CountOf.ANY),
        cases=tuple(case for case in cases if from_ns <= case.last_ns < until_ns),
        agents=tuple(sorted(course.agents)),
    )


def _ledger(store: Store, organisation: str, year: int) -> Ledger:
    """Read without a transaction: writing a report holds up nobody who judges."""
    return next(iter(store.ledgers(year, organisation)), Ledger(organisation, year))


def _end(request: Request) -> date:
    """The first day that is left out."""
    next_day = date.fromordinal(request.on.toordinal() + 1)
    return min(next_day, date(request.year + 1, 1, 1))


def _recipients(registry: Registry, request: Request) -> frozenset[str]:
    filings = registry.filings_of(request.organisation) if request.filing else ()
    return frozenset(each for filing in filings if filing.number == request.filing for each in filing.recipients)


def _span(ledger: Ledger, count: CountOf, recipients: frozenset[str]) -> Span:
    """The exporter's count; for one filing, of all cells of its recipients, exempt or not."""
    if not recipients:
        return ledger.span(count)
    return Persons(
        subjects
        for cell, subjects in ledger.cells()
        if cell.recipient in recipients and (count is CountOf.ANY or cell.grade is Grade.SENSITIVE)
    ).span


class _Gathered:
    """What is known of one data item so far."""

    def __init__(self, grade: Grade) -> None:
        self.grade = grade
        self.fields: dict[str, None] = {}
        self.exemplars: dict[str, None] = {}
        self.transfers = 0
        self.persons = Persons()

    def take(self, tally: Tally) -> None:
        self.transfers += 1
        _keep(self.fields, tally.fields, _MOST_NAMES)
        _keep(self.exemplars, tally.exemplars, _MOST_EXEMPLARS)
        try:
            self.persons.add(tally.subjects)
        except MalformedError:
            # The verdict of the transfer says that its count is damaged.
            return


def _keep(names: dict[str, None], more: Iterable[str], most: int) -> None:
    for name in more:
        if len(names) < most:
            names[name] = None


class _Way:
    """What is known of one link so far."""

    def __init__(self, on: date) -> None:
        self.transfers = self.sent_bytes = 0
        self.first = self.last = on

    def take(self, event: TransferEvent, on: date) -> None:
        self.transfers += 1
        self.sent_bytes += event.sent_bytes or 0
        self.first, self.last = min(self.first, on), max(self.last, on)


class _Course:
    """The year's transfers, one after another."""

    def __init__(self, registry: Registry, recipients: frozenset[str]) -> None:
        self._registry = registry
        self.recipients = recipients
        self._items: dict[tuple[str, str], _Gathered] = {}
        self._links: dict[tuple[str, str, str, str, int, str, str], _Way] = {}
        self.untold = self.encrypted = self.unknown_size = 0
        self.months: Counter[int] = Counter()
        self.bytes: Counter[int] = Counter()
        self.statuses: Counter[Status] = Counter()
        self.agents: dict[str, None] = {}
        self.contents: Counter[Content] = Counter()
        self.first: date | None = None
        self.last: date | None = None

    def take(self, judged: Judged) -> None:
        event, on = judged.event, legal_day(judged.event.begun_ns)
        if judged.verdict.status is Status.NOT_EXPORT or not self._is_wanted(event):
            return
        self.first, self.last = self.first or on, on
        self.months[on.month] += 1
        self.bytes[on.month] += event.sent_bytes or 0
        self.statuses[judged.verdict.status] += 1
        self.contents[event.content] += event.sent_bytes or 0
        self.encrypted += event.protocol in _ENCRYPTED
        self.unknown_size += event.sent_bytes is None
        _keep(self.agents, (event.agent,), _MOST_AGENTS)
        self._note(event, on)

    def _is_wanted(self, event: TransferEvent) -> bool:
        if not self.recipients:
            return True
        found = self._registry.recipient_at(event.target)
        return found is not None and found.id in self.recipients

    def _note(self, event: TransferEvent, on: date) -> None:
        scenario = destination_of(event, self._registry)
        place = event.target.place
        key = (scenario, _end_of(event.origin.address, event.origin.host, event.origin.port),
               _end_of(event.target.address, event.target.host, event.target.port),
               place.country, place.asn, event.protocol, event.line)  # fmt: skip
        is_told = key in self._links or len(self._links) < MOST_ROWS
        if is_told:
            self._links.setdefault(key, _Way(on)).take(event, on)
        for tally in event.tallies:
            name = scenario, tally.kind
            if name in self._items or len(self._items) < MOST_ROWS:
                self._items.setdefault(name, _Gathered(tally.grade)).take(tally)
            else:
                is_told = False
        self.untold += not is_told

    def items(self) -> tuple[Item, ...]:
        rows = (
            Item(scenario, kind, each.grade, tuple(each.fields), tuple(each.exemplars), each.transfers,
                 each.persons.span)
            for (scenario, kind), each in self._items.items()
        )  # fmt: skip
        return tuple(sorted(rows, key=lambda row: (row.scenario, row.grade.value, row.kind)))

    def links(self) -> tuple[Link, ...]:
        rows = (Link(*key, each.transfers, each.sent_bytes, each.first, each.last) for key, each in self._links.items())
        return tuple(sorted(rows, key=lambda row: (row.scenario, -row.sent_bytes, row.target)))


def _end_of(address: str, host: str, port: int) -> str:
    """A server by name and address; a client's own port says nothing and is left out."""
    named = f"{host}（{address}）" if host and address else host or address or "未知"
    return f"{named}:{port}" if host and 0 < port < 49_152 else named
