"""Judged transfers, explanations, limits, coverage, and whether this process is well."""

import re
from typing import Any, Final

from collector.api.endpoint import CURSOR, EXPORTER, LANG, LIMIT, MOST, Answer, Call, Endpoint, MissingError
from collector.completeness import Hole, incomplete_minutes, known_holes
from collector.explain import explain, record_of_explanation
from collector.law.shelf import routes_of_law
from collector.past import history_of
from collector.ports import Judged, Query
from collector.report import record_of
from collector.verdicts import GRAVITY, Status
from wire.faults import MalformedError
from wire.legal_time import legal_year, rfc3339

_USUAL: Final = 100
_YEARS: Final = range(2020, 2100)
_HOUR_NS: Final = 3_600_000_000_000
_HOURS: Final = range(1, 24 * 366 + 1)
_STALL_NS: Final = 60_000_000_000
"""An agent reports every few seconds; one that has been silent for a minute is stuck."""
_CURSOR: Final = re.compile(r"(\d{1,19})\.([0-9a-f]{32})")
_EVENT_ID: Final = re.compile(r"[0-9a-f]{32}")


def cursor_of(text: str) -> tuple[int, str]:
    """The place of a row in the order of time, from what a page of rows gave as its end.

    Raises:
        MalformedError: not a cursor of ours.
    """
    return place_of(_CURSOR, text)


def place_of(cursor: re.Pattern[str], text: str) -> tuple[int, str]:
    """A time and an id.

    Raises:
        MalformedError: not a cursor of ours.
    """
    match = cursor.fullmatch(text)
    if match is None or int(match[1]) >= 1 << 63:
        raise MalformedError("the cursor is not one that this API gave")
    return int(match[1]), match[2]


def cursor_text(judged: Judged) -> str:
    """The cursor behind this row."""
    return f"{judged.event.begun_ns}.{judged.event.event_id}"


def judged_of(call: Call) -> Judged:
    """The transfer of the address.

    Raises:
        MissingError: there is none.
    """
    event_id = call.path["event_id"]
    judged = call.bench.store.transfer(event_id) if _EVENT_ID.fullmatch(event_id) else None
    if judged is None:
        raise MissingError("no such transfer")
    return judged


def _transfers(call: Call) -> Answer:
    most = call.number("limit", _USUAL, range(1, MOST + 1))
    cursor = call.query.get("cursor")
    query = Query(
        statuses=tuple(_status(value) for value in call.query.getlist("status")),
        organisation=call.query.get("organisation", ""),
        most=most + 1,
        before=cursor_of(cursor) if cursor else None,
    )
    found = call.bench.store.transfers(query)
    items = [record_of(judged) for judged in found[:most]]
    return {"items": items, "next": cursor_text(found[most - 1]) if len(found) > most else None}, 200


def _transfer(call: Call) -> Answer:
    return record_of(judged_of(call)), 200


def _explanation(call: Call) -> Answer:
    judged, registry = judged_of(call), call.bench.registry
    said = explain(judged, registry, routes_of_law(), history_of(call.bench.store, judged, registry))
    return record_of_explanation(said, call.language), 200


def _former(call: Call) -> Answer:
    past = call.bench.store.past(judged_of(call).event.event_id)
    items = [
        {"verdict": each.verdict, "superseded_by": each.superseded_by, "superseded": rfc3339(each.superseded_ns)}
        for each in past
    ]
    return {"items": items}, 200


def _exporters(call: Call) -> Answer:
    year = call.number("year", legal_year(call.bench.now_ns()), _YEARS)
    return {"year": year, "items": call.bench.standings.of(year)}, 200


def _coverage(call: Call) -> Answer:
    """An officer is told nothing of agents: they serve many exporters at once."""
    store, now_ns = call.bench.store, call.bench.now_ns()
    since_ns = max(0, now_ns - call.number("hours", 24, _HOURS) * _HOUR_NS)
    found = [] if call.visit.who.organisation else known_holes(store, since_ns, now_ns)
    return {
        "items": store.coverages(),
        "since": rfc3339(since_ns),
        "incomplete_minutes": incomplete_minutes(found, since_ns, now_ns),
        "holes": [_hole(each) for each in found[-MOST:]],
    }, 200


def _hole(hole: Hole) -> dict[str, Any]:
    return {
        "agent": hole.agent, "from": rfc3339(hole.from_ns), "until": rfc3339(hole.until_ns), "cause": hole.cause,
        "reason": hole.reason, "items": hole.items,
    }  # fmt: skip


def _counts(call: Call) -> Answer:
    counts = call.bench.store.counts()
    return {status.value: counts.get(status, 0) for status in GRAVITY}, 200


def _alive(_: Call) -> Answer:
    return {"status": "ok"}, 200


def _ready(call: Call) -> Answer:
    store, now_ns = call.bench.store, call.bench.now_ns()
    coverages = store.coverages()
    newest = max((coverage.seen_ns for coverage in coverages), default=None)
    if newest is not None and now_ns - newest > _STALL_NS:
        return _unwell("agent", "no agent has reported for a minute")
    waiting = [one for one in coverages if one.events and now_ns - one.started_ns > _STALL_NS]
    if waiting and not any(store.counts().values()):
        return _unwell("collector", "agents made events, and none was judged")
    return {"status": "ok"}, 200


def _unwell(stage: str, what: str) -> Answer:
    return {"status": "unwell", "stage": stage, "what": what}, 503


def _status(value: str) -> Status:
    try:
        return Status(value)
    except ValueError as error:
        raise MalformedError(f"unknown status; known: {', '.join(Status)}") from error


_STATUS: Final = ("status", "verdict such as `unfiled`; may be repeated")
ENDPOINTS: Final = (
    Endpoint(
        path="/api/v1/transfers",
        says="Judged transfers, newest first, page by page.",
        answer=_transfers,
        parameters=(_STATUS, EXPORTER, LIMIT, CURSOR),
        example="/api/v1/transfers?status=unfiled&limit=100",
    ),
    Endpoint(path="/api/v1/transfers/{event_id}", says="One judged transfer.", answer=_transfer),
    Endpoint(
        path="/api/v1/transfers/{event_id}/explanation",
        says="Why it was judged so, and what would make it lawful: the page of `guanjin explain`.",
        answer=_explanation,
        parameters=(LANG,),
    ),
    Endpoint(
        path="/api/v1/transfers/{event_id}/former",
        says="The verdicts that it had before re-judging, oldest first.",
        answer=_former,
    ),
    Endpoint(
        path="/api/v1/exporters",
        says="Every exporter's persons of a year against the next limits.",
        answer=_exporters,
        parameters=(("year", "calendar year in Shanghai; this one by default"),),
    ),
    Endpoint(
        path="/api/v1/coverage",
        says="What each agent has looked at since it started, and which of the last hours are known to be incomplete.",
        answer=_coverage,
        parameters=(("hours", "how far back `holes` and `incomplete_minutes` look (24)"),),
    ),
    Endpoint(path="/api/v1/counts", says="How many transfers of each verdict, worst first.", answer=_counts),
    Endpoint(path="/healthz", says="The process answers.", answer=_alive, right=None),
    Endpoint(
        path="/readyz",
        says="The store answers, and no stage stands still while something comes in.",
        answer=_ready,
        right=None,
    ),
)
