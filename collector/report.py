"""What a judged transfer looks like outside: one record for ``scan --json`` and the API, and views for the console."""

from collections.abc import Iterable

from msgspec import Struct

from collector.book import Registry
from collector.declarations import ThresholdTally
from collector.law.thresholds import ASSESSMENT_FROM, ASSESSMENT_FROM_SENSITIVE, CONTRACT_FROM
from collector.ledger import CountOf, Ledger
from collector.persons import Persons
from collector.ports import Judged
from collector.verdicts import Reason, Verdict
from wire.events import Content, Direction, Endpoint, GeoSource, Tally
from wire.faults import MalformedError
from wire.kinds import Grade, Kind, Profile
from wire.legal_time import rfc3339
from wire.places import Region
from wire.subjects import Span
from wire.titles import EN, ZH


class EndpointRecord(Struct, frozen=True):
    """One end of a transfer."""

    address: str
    port: int
    host: str
    region: Region
    country: str


class TallyRecord(Struct, frozen=True):
    """What was found of one kind."""

    kind: Kind
    grade: Grade
    hits: int
    persons_at_least: int
    exemplars: tuple[str, ...]


class ReasonRecord(Struct, frozen=True):
    """One sentence of the verdict with the law it rests on; instrument and article are empty where it rests on none."""

    says: str
    instrument: str
    article: str


class VerdictRecord(Struct, frozen=True):
    """The judgement."""

    status: str
    route: str
    required_route: str
    reasons: tuple[ReasonRecord, ...]


class TransferRecord(Struct, frozen=True, kw_only=True):
    """A transfer with its verdict, in the order in which it is printed. Times are UTC, RFC 3339."""

    event_id: str
    organisation: str
    begun: str
    ended: str
    direction: Direction
    protocol: str
    origin: EndpointRecord
    target: EndpointRecord
    sent_bytes: int | None
    sampled: float
    tallies: tuple[TallyRecord, ...]
    verdict: VerdictRecord
    content: Content
    filing: str
    line: str
    geo: GeoSource
    profile: Profile
    source: str
    flagged: bool


def record_of(judged: Judged, lang: str = ZH) -> TransferRecord:
    """The judged transfer as a record for machines.

    Args:
        judged: the transfer with its verdict.
        lang: ``zh`` or ``en``: the language of the reasons; instruments and articles are always cited in Chinese.
    """
    event, verdict = judged.event, judged.verdict
    return TransferRecord(
        event_id=event.event_id,
        organisation=event.organisation,
        begun=rfc3339(event.begun_ns),
        ended=rfc3339(event.ended_ns),
        direction=event.direction,
        protocol=event.protocol,
        origin=_endpoint(event.origin),
        target=_endpoint(event.target),
        sent_bytes=event.sent_bytes,
        sampled=event.sampled,
        tallies=tuple(_tally(tally) for tally in event.tallies),
        verdict=_verdict(verdict, lang),
        content=event.content,
        filing=verdict.filing,
        line=event.line,
        geo=event.geo,
        profile=event.profile,
        source=event.source,
        flagged=verdict.status.is_flagged,
    )


class ExporterView(Struct, frozen=True):
    """How near an exporter is to the thresholds of the year."""

    organisation: str
    name: str
    """Empty if it is not in the registry."""
    name_en: str
    is_ciio: bool
    counted: Span
    """The persons held against 100,000 and 1,000,000, by the registry's setting."""
    limit: int
    """The next of the two; the last once both are passed."""
    share: float
    """``counted.at_least`` over the limit."""
    sensitive: Span
    limit_sensitive: int
    share_sensitive: float


def exporter_views(ledgers: Iterable[Ledger], registry: Registry) -> list[ExporterView]:
    """Every exporter with a ledger or an entry in the registry, the nearest to a threshold first."""
    found = {ledger.organisation: ledger for ledger in ledgers}
    names = {each.organisation for each in registry.exporters} | set(found)
    views = [_view(name, found.get(name), registry) for name in sorted(names)]
    return sorted(views, key=lambda view: max(view.share, view.share_sensitive), reverse=True)


def _view(organisation: str, ledger: Ledger | None, registry: Registry) -> ExporterView:
    exporter = registry.exporter(organisation)
    ledger = ledger or Ledger(organisation, 0)
    count = CountOf.ANY if registry.settings.threshold_tally is ThresholdTally.ANY else CountOf.ORDINARY_ONLY
    counted, sensitive = ledger.span(count), ledger.span(CountOf.SENSITIVE)
    limit = CONTRACT_FROM if counted.at_least < CONTRACT_FROM else ASSESSMENT_FROM
    return ExporterView(
        organisation=organisation,
        name=exporter.name if exporter else "",
        name_en=exporter.name_en if exporter else "",
        is_ciio=exporter is not None and exporter.is_ciio,
        counted=counted,
        limit=limit,
        share=counted.at_least / limit,
        sensitive=sensitive,
        limit_sensitive=ASSESSMENT_FROM_SENSITIVE,
        share_sensitive=sensitive.at_least / ASSESSMENT_FROM_SENSITIVE,
    )


def _endpoint(endpoint: Endpoint) -> EndpointRecord:
    place = endpoint.place
    return EndpointRecord(endpoint.address, endpoint.port, endpoint.host, place.region, place.country)


def _tally(tally: Tally) -> TallyRecord:
    try:
        persons = Persons([tally.subjects]).span.at_least
    except MalformedError:
        # The verdict says that the count is damaged.
        persons = 0
    return TallyRecord(tally.kind, tally.grade, tally.hits, persons, tally.exemplars)


def _verdict(verdict: Verdict, lang: str) -> VerdictRecord:
    reasons = tuple(_reason(each, lang) for each in verdict.reasons)
    return VerdictRecord(verdict.status.value, verdict.route, verdict.required_route, reasons)


def _reason(reason: Reason, lang: str) -> ReasonRecord:
    citation = reason.citation
    says = reason.says_en if lang == EN else reason.says
    return ReasonRecord(says, citation.instrument if citation else "", citation.article if citation else "")
