"""The desk at which cases are handled: acts go in, case files come out."""

from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec import Struct

from collector.book import Registry
from collector.case_clocks import Clock, clocks, keep_until
from collector.case_words import destination_title, exporter_title, title
from collector.cases import Act, Case, CaseType, Cause, Opening, RefusedError, after, case_id_of, check
from collector.causes import INCONSISTENT, found_by
from collector.draws import Outcome, Result
from collector.incidents import Incident, grade_of
from collector.ports import Judged, Query, Store
from collector.risk import Factors, Risk, facts_of_case, weigh
from wire.legal_time import rfc3339
from wire.titles import EN, ZH

MOST_WEIGHED: Final = 50
"""Of a case so many of the newest transfers are weighed and shown."""
_INCIDENT: Final = "incident"
_PAGE: Final = 500


class Dossier(Struct, frozen=True):
    """A case with all that follows from it."""

    case: Case
    risk: Risk
    clocks: tuple[Clock, ...]
    members: tuple[Judged, ...]


def act_on(store: Store, act: Act) -> Case:
    """Append an act to its case; its number is given here.

    Raises:
        RefusedError: there is no such case, or it takes no such step now; nothing was changed.
        UnavailableError: the store is away.
    """
    with store.begin() as transaction:
        case = transaction.cases.case(act.case_id)
        if case is None:
            raise RefusedError(f"there is no case {act.case_id!r}")
        numbered = msgspec.structs.replace(act, number=len(case.acts) + 1)
        check(case, numbered)
        case = after(case, numbered)
        transaction.cases.append(numbered, case)
    return case


def open_incident(store: Store, organisation: str, incident: Incident) -> Case:
    """Open the case of an incident; the same report again finds the case that is there."""
    cause = Cause(organisation, "", _INCIDENT, ())
    salt = f"{incident.known_ns} {incident.what}"
    opening = Opening(case_id_of(CaseType.INCIDENT, cause, salt), CaseType.INCIDENT, cause, incident)
    with store.begin() as transaction:
        transaction.cases.open(opening, incident.known_ns)
        case = transaction.cases.case(opening.case_id)
    if case is None:
        raise RefusedError("the case was not kept")
    return case


def conclude(store: Store, result: Result, judged: Judged, registry: Registry) -> Result:
    """Keep the result of a check; what is inconsistent joins the transfer's own case, or opens one.

    Returns:
        The result with the case that follows.
    """
    findings = []
    if result.outcome is Outcome.INCONSISTENT:
        found = found_by(judged.event, INCONSISTENT, registry)
        findings.append(found)
        case_id = store.cases.case_of(judged.event.event_id) or found.opening.case_id
        result = msgspec.structs.replace(result, case_id=case_id)
    with store.begin() as transaction:
        transaction.cases.join(findings)
        transaction.cases.keep_result(result)
    return result


def dossier(store: Store, case: Case, registry: Registry, factors: Factors) -> Dossier:
    """A case with its risk, its clocks and its newest transfers."""
    members = tuple(_members(store, case.case_id))
    risk = weigh(facts_of_case(case, members, registry), factors)
    return Dossier(case, risk, clocks(case), members)


def _members(store: Store, case_id: str) -> Iterator[Judged]:
    for event_id in store.cases.members(case_id, MOST_WEIGHED):
        judged = store.transfer(event_id)
        if judged is not None:
            yield judged


def judged_between(store: Store, from_ns: int, until_ns: int) -> Iterator[Judged]:
    """Every transfer that began in a span of time, newest first, read page by page."""
    before = until_ns, ""
    while page := store.transfers(Query(most=_PAGE, before=before)):
        for judged in page:
            if judged.event.begun_ns < from_ns:
                return
            yield judged
        last = page[-1].event
        before = last.begun_ns, last.event_id


class ClockRecord(Struct, frozen=True):
    """One duty for machines."""

    name: str
    says: str
    due: str | None
    met: str | None
    is_late: bool
    instrument: str
    article: str


class PartRecord(Struct, frozen=True):
    """One factor of the risk."""

    name: str
    title: str
    measure: str
    points: int
    because: str


class ActRecord(Struct, frozen=True, kw_only=True):
    """One entry of the file."""

    number: int
    move: str
    title: str
    at: str
    who: str
    note: str
    owner: str
    due: str | None
    passed: bool | None
    attachments: tuple[str, ...]


class CaseRecord(Struct, frozen=True, kw_only=True):
    """A case for machines, in one language. Times are UTC, RFC 3339."""

    case_id: str
    type: str
    state: str
    title: str
    ground: str
    organisation: str
    exporter: str
    destination: str
    kinds: tuple[str, ...]
    events: int
    first: str
    last: str
    recurs: bool
    owner: str
    due: str | None
    possible: tuple[str, ...]
    grade: str
    """Of an incident; else empty."""
    risk: int
    risk_level: str
    risk_version: str
    risk_parts: tuple[PartRecord, ...]
    clocks: tuple[ClockRecord, ...]
    keep_until: str
    members: tuple[str, ...]
    """The newest transfers."""
    acts: tuple[ActRecord, ...]


def record_of_case(shown: Dossier, registry: Registry, now_ns: int, lang: str = ZH) -> CaseRecord:
    """The case for machines."""
    case, cause = shown.case, shown.case.opening.cause
    incident = case.opening.incident
    return CaseRecord(
        case_id=case.case_id,
        type=case.opening.type,
        state=case.state,
        title=f"{title('ground', cause.ground, lang)} · {title('state', case.state, lang)}",
        ground=cause.ground,
        organisation=cause.organisation,
        exporter=exporter_title(cause.organisation, registry, lang),
        destination=destination_title(case, registry, lang),
        kinds=cause.kinds,
        events=case.events,
        first=rfc3339(case.first_ns),
        last=rfc3339(case.last_ns),
        recurs=case.recurs,
        owner=case.owner,
        due=_time(case.due_ns),
        possible=tuple(map(str, case.possible)),
        grade=grade_of(incident) if incident else "",
        risk=shown.risk.score,
        risk_level=shown.risk.level,
        risk_version=shown.risk.version,
        risk_parts=_parts(shown.risk, lang),
        clocks=tuple(_clock(each, now_ns, lang) for each in shown.clocks),
        keep_until=keep_until(case)[0].isoformat(),
        members=tuple(each.event.event_id for each in shown.members),
        acts=tuple(_act(each, lang) for each in case.acts),
    )


def _parts(risk: Risk, lang: str) -> tuple[PartRecord, ...]:
    return tuple(
        PartRecord(
            part.name,
            part.title_en if lang == EN else part.title,
            title("ground", part.measure, lang) if part.name == "ground" else part.measure,
            part.points,
            part.because_en if lang == EN else part.because,
        )
        for part in risk.parts
    )


def _clock(clock: Clock, now_ns: int, lang: str) -> ClockRecord:
    says = clock.says_en if lang == EN else clock.says
    cited = clock.citation
    due, met = _time(clock.due_ns), _time(clock.met_ns)
    return ClockRecord(clock.name, says, due, met, clock.is_late(now_ns), cited.instrument, cited.article)


def _act(act: Act, lang: str) -> ActRecord:
    return ActRecord(
        number=act.number,
        move=act.move,
        title=title("move", act.move, lang),
        at=rfc3339(act.at_ns),
        who=act.who,
        note=act.note,
        owner=act.owner,
        due=_time(act.due_ns),
        passed=act.passed,
        attachments=act.attachments,
    )


def _time(time_ns: int | None) -> str | None:
    return None if time_ns is None else rfc3339(time_ns)
