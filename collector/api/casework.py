"""Cases and the steps taken in them; spot checks."""

import re
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from collector.accounts import Right
from collector.api.endpoint import CURSOR, EXPORTER, LANG, LIMIT, Answer, Call, Endpoint, MissingError
from collector.api.reading import place_of
from collector.case_ports import CaseQuery
from collector.cases import Case, Move, State
from collector.deeds import Finding, Step, time_of
from collector.desk import CaseRecord, dossier, record_of_case
from collector.draws import Draw, Outcome
from collector.incidents import Incident, IncidentGrade, Operator
from collector.risk import own_factors
from collector.spotcheck import protocol
from wire.faults import MalformedError

_MOST_CASES: Final = 100
"""Fewer than transfers: each is weighed by its newest transfers."""
_CASE_ID: Final = re.compile(r"[0-9a-f]{16}")
_CASE_CURSOR: Final = re.compile(r"(\d{1,19})\.([0-9a-f]{16})")
_ALL: Final = "all"
Time = Annotated[str, Meta(max_length=40, description="RFC 3339")]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="SHA-256 of a document")]


class StepBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step in a case."""

    move: Move
    note: str = ""
    owner: str = ""
    due: Time | None = None
    passed: bool | None = None
    attachments: tuple[Digest, ...] = ()


class IncidentBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An incident that became known."""

    organisation: str
    what: Annotated[str, Meta(min_length=1, max_length=500)]
    known: Time | None = None
    operator: Operator = Operator.OTHER
    persons: Annotated[int, Meta(ge=0, le=10**12)] = 0
    loss_yuan: Annotated[int, Meta(ge=0, le=10**15)] = 0
    at_least: IncidentGrade = IncidentGrade.GENERAL


class DrawBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to draw."""

    day: str
    seed: str
    rate: str


class FindingBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a check found."""

    outcome: Outcome
    note: Annotated[str, Meta(max_length=2_000)] = ""
    attachments: tuple[Digest, ...] = ()


def case_cursor_of(text: str) -> tuple[int, str]:
    """The place of a case in the order of its newest transfer.

    Raises:
        MalformedError: not a cursor of ours.
    """
    return place_of(_CASE_CURSOR, text)


def case_cursor_text(case: Case) -> str:
    """The cursor behind this case."""
    return f"{case.last_ns}.{case.case_id}"


def _cases(call: Call) -> Answer:
    most = call.number("limit", _MOST_CASES, range(1, _MOST_CASES + 1))
    cursor, states = call.query.get("cursor"), call.query.getlist("state")
    query = CaseQuery(
        tuple(_state(value) for value in states if value != _ALL),
        not states,
        call.query.get("organisation", ""),
        most + 1,
        case_cursor_of(cursor) if cursor else None,
    )
    found = call.bench.store.cases.cases(query)
    items = [_record(case, call) for case in found[:most]]
    return {"items": items, "next": case_cursor_text(found[most - 1]) if len(found) > most else None}, 200


def _case(call: Call) -> Answer:
    name = call.path["case_id"]
    case = call.bench.store.cases.case(name) if _CASE_ID.fullmatch(name) else None
    if case is None:
        raise MissingError("no such case")
    return _record(case, call), 200


def _act(call: Call) -> Answer:
    body = call.said(StepBody)
    step = Step(
        move=body.move, note=body.note, owner=body.owner, due_ns=_time(body.due), passed=body.passed,
        attachments=body.attachments,
    )  # fmt: skip
    return _record(call.deeds.act(call.path["case_id"], step), call), 201


def _report(call: Call) -> Answer:
    body = call.said(IncidentBody)
    known_ns = _time(body.known)
    incident = Incident(
        call.bench.now_ns() if known_ns is None else known_ns, body.what, body.operator, body.persons, body.loss_yuan,
        body.at_least,
    )  # fmt: skip
    return _record(call.deeds.report(body.organisation, incident), call), 201


def _draws(call: Call) -> Answer:
    return {"items": call.bench.store.cases.draws()}, 200


def _draw(call: Call) -> Answer:
    body = call.said(DrawBody)
    return call.deeds.draw((body.day, body.seed, body.rate)), 201


def _one_draw(call: Call) -> Answer:
    drawn = _known(call)
    return {"draw": drawn, "results": call.bench.store.cases.results(drawn.draw_id)}, 200


def _protocol(call: Call) -> Answer:
    drawn, event_id = _known(call), call.path["event_id"]
    judged = call.bench.store.transfer(event_id) if event_id in drawn.drawn else None
    if judged is None:
        raise MissingError("that transfer was not drawn")
    results = [each for each in call.bench.store.cases.results(drawn.draw_id) if each.event_id == event_id]
    record: dict[str, Any] = {"event_id": event_id, "items": protocol(judged, call.bench.registry), "results": results}
    return record, 200


def _conclude(call: Call) -> Answer:
    body = call.said(FindingBody)
    finding = Finding(outcome=body.outcome, note=body.note, attachments=body.attachments)
    return call.deeds.conclude(call.path["draw_id"], call.path["event_id"], finding), 201


def _known(call: Call) -> Draw:
    found = next((each for each in call.bench.store.cases.draws() if each.draw_id == call.path["draw_id"]), None)
    if found is None:
        raise MissingError("no such draw")
    return found


def _record(case: Case, call: Call) -> CaseRecord:
    shown = dossier(call.bench.store, case, call.bench.registry, own_factors())
    return record_of_case(shown, call.bench.registry, call.bench.now_ns(), call.language)


def _state(value: str) -> State:
    try:
        return State(value)
    except ValueError as error:
        raise MalformedError(f"unknown state; known: {_ALL}, {', '.join(State)}") from error


def _time(text: str | None) -> int | None:
    return None if text is None else time_of(text)


ENDPOINTS: Final = (
    Endpoint(
        path="/api/v1/cases",
        says="Cases, the one with the newest transfer first; without a `state` those that wait for a person.",
        answer=_cases,
        parameters=(("state", f"`{_ALL}` or a stage; may be repeated"), EXPORTER, LIMIT, CURSOR, LANG),
        example="/api/v1/cases?state=all",
    ),
    Endpoint(path="/api/v1/cases/{case_id}", says="One case file.", answer=_case, parameters=(LANG,)),
    Endpoint(
        method="POST", path="/api/v1/cases/{case_id}/acts", says="Take a step, signed with the account's name.",
        answer=_act, right=Right.HANDLE, body=StepBody, parameters=(LANG,),
        example='{"move": "notify", "due": "2026-12-15T17:00:00+08:00", "note": "限期停止传输"}',
    ),
    Endpoint(
        method="POST", path="/api/v1/cases", says="Open the case of an incident.", answer=_report, right=Right.HANDLE,
        body=IncidentBody, parameters=(LANG,),
        example='{"organisation": "91350100M000100Y43", "what": "导出接口未鉴权", "persons": 1200000}',
    ),
    Endpoint(path="/api/v1/checks", says="Every draw of a spot check, newest day first.", answer=_draws),
    Endpoint(
        method="POST", path="/api/v1/checks", says="Draw from the exports of a day that has ended.", answer=_draw,
        right=Right.CHECK, body=DrawBody, example='{"day": "2026-11-20", "seed": "20261121-07-12-19", "rate": "0.05"}',
    ),
    Endpoint(path="/api/v1/checks/{draw_id}", says="One draw with its results.", answer=_one_draw),
    Endpoint(
        path="/api/v1/checks/{draw_id}/{event_id}",
        says="The protocol of one transfer drawn: questions, the observed against the declared, results.",
        answer=_protocol,
    ),
    Endpoint(
        method="POST", path="/api/v1/checks/{draw_id}/{event_id}",
        says="Keep what a check found; where it is inconsistent a case follows.", answer=_conclude, right=Right.CHECK,
        body=FindingBody, example='{"outcome": "inconsistent", "note": "字段与申报不符"}',
    ),
)  # fmt: skip
