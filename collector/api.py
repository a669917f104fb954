"""JSON over HTTP: judged transfers, ledgers against the thresholds, coverage, and whether this process is well."""

from collections.abc import Callable
import re
from typing import Any, Final

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from collector.book import Registry
from collector.case_ports import CaseQuery
from collector.cases import Case, State
from collector.desk import CaseRecord, dossier, record_of_case
from collector.explain import explain, record_of_explanation
from collector.law.shelf import routes_of_law
from collector.ports import Judged, Query, Store
from collector.report import record_of
from collector.risk import own_factors
from collector.standings import Standings
from collector.verdicts import GRAVITY, Status
from wire.codec import json_line
from wire.faults import GuanjinError, MalformedError
from wire.legal_time import legal_year
from wire.titles import EN, ZH

MOST: Final = 500
"""Transfers in one answer at most."""
_USUAL: Final = 100
_MOST_CASES: Final = 100
"""Fewer than transfers: each is weighed by its newest transfers."""
_EXAMPLE: Final = "for example /api/v1/transfers?status=unfiled&limit=100"
_LONGEST_VALUE: Final = 100
_LONGEST_QUERY: Final = 2_000
_YEARS: Final = range(2020, 2100)
_STALL_NS: Final = 60_000_000_000
"""An agent reports every few seconds; one that has been silent for a minute is stuck."""
_CURSOR: Final = re.compile(r"(\d{1,19})\.([0-9a-f]{32})")
_EVENT_ID: Final = re.compile(r"[0-9a-f]{32}")
_CASE_ID: Final = re.compile(r"[0-9a-f]{16}")
_CASE_CURSOR: Final = re.compile(r"(\d{1,19})\.([0-9a-f]{16})")
_ALL: Final = "all"

Answer = tuple[Any, int]
"""What is said, and the HTTP status."""


class Problem(Struct, frozen=True):
    """Every error of the API."""

    what: str
    at: str
    help: str


def api_routes(
    store: Store, standings: Standings, now_ns: Callable[[], int], registry: Registry | None = None
) -> list[Route]:
    """The API under ``/api/v1`` and the two health addresses."""
    api = _Api(store, standings, now_ns)
    pages = _Pages(store, registry, now_ns)
    answers: dict[str, Callable[[Request], Answer]] = {
        "/api/v1/transfers": api.transfers,
        "/api/v1/transfers/{event_id}": api.transfer,
        "/api/v1/transfers/{event_id}/explanation": pages.explanation,
        "/api/v1/cases": pages.cases,
        "/api/v1/cases/{case_id}": pages.case,
        "/api/v1/exporters": api.exporters,
        "/api/v1/coverage": api.coverage,
        "/api/v1/counts": api.counts,
        "/healthz": api.alive,
        "/readyz": api.ready,
    }
    return [Route(path, _spoken(answer)) for path, answer in answers.items()]


def cursor_of(text: str) -> tuple[int, str]:
    """The place of a row in the order of time, from what a page of rows gave as its end.

    Raises:
        MalformedError: not a cursor of ours.
    """
    match = _CURSOR.fullmatch(text)
    if match is None or int(match[1]) >= 1 << 63:
        raise MalformedError("the cursor is not one that this API gave")
    return int(match[1]), match[2]


def cursor_text(judged: Judged) -> str:
    """The cursor behind this row."""
    return f"{judged.event.begun_ns}.{judged.event.event_id}"


def case_cursor_of(text: str) -> tuple[int, str]:
    """The place of a case in the order of its newest transfer.

    Raises:
        MalformedError: not a cursor of ours.
    """
    match = _CASE_CURSOR.fullmatch(text)
    if match is None or int(match[1]) >= 1 << 63:
        raise MalformedError("the cursor is not one that this API gave")
    return int(match[1]), match[2]


def case_cursor_text(case: Case) -> str:
    """The cursor behind this case."""
    return f"{case.last_ns}.{case.case_id}"


class _Api:
    """One method an address; each says what and with which HTTP status."""

    def __init__(self, store: Store, standings: Standings, now_ns: Callable[[], int]) -> None:
        self._store = store
        self._standings = standings
        self._now_ns = now_ns

    def transfers(self, request: Request) -> Answer:
        """Judged transfers, newest first, page by page."""
        _only(request, "status", "organisation", "limit", "cursor")
        most = _number(request, "limit", _USUAL, range(1, MOST + 1))
        cursor = request.query_params.get("cursor")
        query = Query(
            statuses=tuple(_status(value) for value in request.query_params.getlist("status")),
            organisation=request.query_params.get("organisation", ""),
            most=most + 1,
            before=cursor_of(cursor) if cursor else None,
        )
        found = self._store.transfers(query)
        items = [record_of(judged) for judged in found[:most]]
        return {"items": items, "next": cursor_text(found[most - 1]) if len(found) > most else None}, 200

    def transfer(self, request: Request) -> Answer:
        """One judged transfer."""
        _only(request)
        judged = _transfer(self._store, request)
        return _no_transfer(request) if judged is None else (record_of(judged), 200)

    def exporters(self, request: Request) -> Answer:
        """Every exporter's persons of a year against the next limits."""
        _only(request, "year")
        year = _number(request, "year", legal_year(self._now_ns()), _YEARS)
        return {"year": year, "items": self._standings.of(year)}, 200

    def coverage(self, request: Request) -> Answer:
        """What each agent has looked at since it started."""
        _only(request)
        return {"items": self._store.coverages()}, 200

    def counts(self, request: Request) -> Answer:
        """How many transfers of each status, worst first."""
        _only(request)
        counts = self._store.counts()
        return {status.value: counts.get(status, 0) for status in GRAVITY}, 200

    def alive(self, _: Request) -> Answer:
        """The process answers."""
        return {"status": "ok"}, 200

    def ready(self, _: Request) -> Answer:
        """The store answers, and no stage stands still while something comes in."""
        coverages = self._store.coverages()
        newest = max((coverage.seen_ns for coverage in coverages), default=None)
        if newest is not None and self._now_ns() - newest > _STALL_NS:
            return _unwell("agent", "no agent has reported for a minute")
        waiting = [one for one in coverages if one.events and self._now_ns() - one.started_ns > _STALL_NS]
        if waiting and not any(self._store.counts().values()):
            return _unwell("collector", "agents made events, and none was judged")
        return {"status": "ok"}, 200


class _Pages:
    """What is long enough to be read as a page."""

    def __init__(self, store: Store, registry: Registry | None, now_ns: Callable[[], int]) -> None:
        self._store = store
        self._registry = registry
        self._now_ns = now_ns

    def explanation(self, request: Request) -> Answer:
        """Why one transfer was judged so, and what would make it lawful; ``lang=en`` for English."""
        _only(request, "lang")
        judged = _transfer(self._store, request)
        if judged is None:
            return _no_transfer(request)
        said = explain(judged, self._registry, routes_of_law())
        return record_of_explanation(said, _language(request)), 200

    def cases(self, request: Request) -> Answer:
        """Cases, the one with the newest transfer first; without a ``state`` those that wait for a person."""
        _only(request, "state", "organisation", "limit", "cursor", "lang")
        most = _number(request, "limit", _MOST_CASES, range(1, _MOST_CASES + 1))
        cursor, states = request.query_params.get("cursor"), request.query_params.getlist("state")
        query = CaseQuery(
            tuple(_state(value) for value in states if value != _ALL),
            not states,
            request.query_params.get("organisation", ""),
            most + 1,
            case_cursor_of(cursor) if cursor else None,
        )
        found = self._store.cases.cases(query)
        items = [self._record(case, request) for case in found[:most]]
        return {"items": items, "next": case_cursor_text(found[most - 1]) if len(found) > most else None}, 200

    def case(self, request: Request) -> Answer:
        """One case file."""
        _only(request, "lang")
        name = request.path_params["case_id"]
        case = self._store.cases.case(name) if _CASE_ID.fullmatch(name) else None
        if case is None:
            return Problem("no such case", request.url.path, "list the cases at /api/v1/cases?state=all"), 404
        return self._record(case, request), 200

    def _record(self, case: Case, request: Request) -> CaseRecord:
        registry = self._registry or Registry()
        shown = dossier(self._store, case, registry, own_factors())
        return record_of_case(shown, registry, self._now_ns(), _language(request))


def _transfer(store: Store, request: Request) -> Judged | None:
    event_id = request.path_params["event_id"]
    return store.transfer(event_id) if _EVENT_ID.fullmatch(event_id) else None


def _no_transfer(request: Request) -> Answer:
    return Problem("no such transfer", request.url.path, "list the transfers at /api/v1/transfers"), 404


def _language(request: Request) -> str:
    lang = request.query_params.get("lang", ZH)
    if lang not in (ZH, EN):
        raise MalformedError(f"lang must be {ZH} or {EN}")
    return lang


def _spoken(answer: Callable[[Request], Answer]) -> Callable[[Request], Response]:
    """Not a coroutine: the store blocks, so each request runs in a thread and not in the event loop."""

    def respond(request: Request) -> Response:
        try:
            _measure(request)
            said, status = answer(request)
        except MalformedError as error:
            said, status = (
                Problem(error.what, request.url.path, "for example /api/v1/transfers?status=unfiled&limit=100"),
                400,
            )
        except GuanjinError as error:
            said, status = Problem(str(error), request.url.path, "nothing is lost; try again in a moment"), 503
        return Response(json_line(said), status, media_type="application/json", headers={"cache-control": "no-store"})

    return respond


def _measure(request: Request) -> None:
    if len(request.url.query) > _LONGEST_QUERY:
        raise MalformedError(f"the query is longer than {_LONGEST_QUERY} characters")
    if any(len(value) > _LONGEST_VALUE for value in request.query_params.values()):
        raise MalformedError(f"a value of the query is longer than {_LONGEST_VALUE} characters")


def _only(request: Request, *known: str) -> None:
    if not set(request.query_params) <= set(known):
        raise MalformedError(f"unknown parameter; known here: {', '.join(known) or 'none'}")


def _status(value: str) -> Status:
    try:
        return Status(value)
    except ValueError as error:
        raise MalformedError(f"unknown status; known: {', '.join(Status)}") from error


def _state(value: str) -> State:
    try:
        return State(value)
    except ValueError as error:
        raise MalformedError(f"unknown state; known: {_ALL}, {', '.join(State)}") from error


def _number(request: Request, name: str, usual: int, allowed: range) -> int:
    text = request.query_params.get(name)
    if text is None:
        return usual
    if not text.isascii() or not text.isdigit() or int(text) not in allowed:
        raise MalformedError(f"{name} must be a number from {allowed[0]} to {allowed[-1]}")
    return int(text)


def _unwell(stage: str, what: str) -> Answer:
    return {"status": "unwell", "stage": stage, "what": what}, 503
