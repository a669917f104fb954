"""A judged transfer as a person reads it, in one language."""

from msgspec import Struct

from collector.persons import Persons
from collector.ports import Judged
from dashboards.console.figures import digits, volume
from dashboards.console.page import Desk
from dashboards.console.words import LANGUAGES, say
from wire.events import Content, Endpoint, Tally, TransferEvent
from wire.faults import MalformedError
from wire.kinds import Grade, Kind
from wire.titles import place_title

_WEIGHT = (Grade.GENERAL, Grade.SENSITIVE, Grade.IMPORTANT)


class Row(Struct, frozen=True):
    """One line of the table, and the head of the page of one transfer."""

    event_id: str
    begun_ns: int
    exporter: str
    exporter_code: str
    place: str
    host: str
    grade: str
    """Heaviest grade found; empty if nothing was."""
    grade_title: str
    kinds: str
    status: str
    required_route: str
    """By which the law's own word for the verdict is chosen."""
    reason: str
    persons: str
    bytes: str


def row_of(judged: Judged, desk: Desk, language: int) -> Row:
    """The transfer as a line."""
    event, verdict = judged.event, judged.verdict
    grade = heaviest(event)
    return Row(
        event_id=event.event_id,
        begun_ns=event.begun_ns,
        exporter=exporter_name(desk, event.organisation, language) or event.origin.host or event.origin.address,
        exporter_code=event.organisation,
        place=place_title(event.target.place, LANGUAGES[language]),
        host=event.target.host or event.target.address or say("host.unknown", language),
        grade=grade or "",
        grade_title=say(f"grade.{grade}", language) if grade else _nothing(event, language),
        kinds=("、", ", ")[language].join(kind_title(desk, tally.kind, language) for tally in event.tallies),
        status=verdict.status,
        required_route=verdict.required_route,
        reason=" ".join(sentences(judged, language)[:1]),
        persons=_persons(event.tallies, language),
        bytes=volume(event.sent_bytes, language),
    )


def heaviest(event: TransferEvent) -> Grade | None:
    """The heaviest grade found in a transfer."""
    return max((tally.grade for tally in event.tallies), key=_WEIGHT.index, default=None)


def exporter_name(desk: Desk, organisation: str, language: int) -> str:
    """The exporter's name in the registry, else its code."""
    exporter = desk.registry.exporter(organisation)
    if exporter is None:
        return organisation
    return (language and exporter.name_en) or exporter.name


def kind_title(desk: Desk, kind: Kind, language: int) -> str:
    """The kind's title; a kind that this version does not know shows its slug."""
    return desk.kind_titles.get(kind, (kind, kind))[language]


def sentences(judged: Judged, language: int) -> list[str]:
    """What the judge says, reason by reason."""
    return [reason.says_en if language else reason.says for reason in judged.verdict.reasons]


def end_of(endpoint: Endpoint, language: int) -> dict[str, str]:
    """One end of a transfer."""
    asn = endpoint.place.asn
    port = f":{endpoint.port}" if endpoint.port else ""
    address = f"[{endpoint.address}]" if ":" in endpoint.address else endpoint.address
    return {
        "place": place_title(endpoint.place, LANGUAGES[language]),
        "host": endpoint.host or say("host.unknown", language),
        "address": f"{address}{port}{f'  AS{asn}' if asn else ''}",
    }


def persons_at_least(tallies: tuple[Tally, ...]) -> int:
    """Distinct persons at least; 0 where the counts cannot be read."""
    try:
        return Persons(tally.subjects for tally in tallies).span.at_least
    except MalformedError:
        return 0


def _persons(tallies: tuple[Tally, ...], language: int) -> str:
    count = persons_at_least(tallies)
    return say("persons", language, count=digits(count)) if count else say("persons.none", language)


def _nothing(event: TransferEvent, language: int) -> str:
    return say("found.nothing" if event.content is Content.SEEN else "found.unseen", language)
