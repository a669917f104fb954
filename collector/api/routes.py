"""The table of the API's addresses, and how each is answered."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from collector.api import casework, declaring, reading, reporting, watching
from collector.api.casework import case_cursor_of, case_cursor_text
from collector.api.endpoint import (
    LONGEST_QUERY,
    LONGEST_REASON,
    LONGEST_VALUE,
    Answer,
    Bench,
    Call,
    Endpoint,
    MissingError,
    Problem,
)
from collector.api.reading import cursor_of, cursor_text
from collector.download import Download
from collector.office import DeniedError, Visit
from collector.tenant import ForeignError
from wire.codec import json_line
from wire.faults import GuanjinError, MalformedError, UnavailableError

__all__ = ["ENDPOINTS", "api_routes", "case_cursor_of", "case_cursor_text", "cursor_of", "cursor_text"]

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    *reading.ENDPOINTS,
    *casework.ENDPOINTS,
    *declaring.ENDPOINTS,
    *reporting.ENDPOINTS,
    *watching.ENDPOINTS,
)
"""Every address."""

_EXAMPLE: Final = "for example /api/v1/transfers?status=unfiled&limit=100"
Respond = Callable[[Request], Coroutine[Any, Any, Response]]


def api_routes(
    bench_of: Callable[[Request], Bench], visit_of: Callable[[Request], Visit] = lambda _: Visit()
) -> list[Route]:
    """The API under ``/api/v1`` and the two health addresses.

    Args:
        bench_of: what whoever asks may read.
        visit_of: who asks; nobody in particular where it is not given.
    """
    return [Route(each.path, _respond(each, bench_of, visit_of), methods=[each.method]) for each in ENDPOINTS]


def _respond(endpoint: Endpoint, bench_of: Callable[[Request], Bench], visit_of: Callable[[Request], Visit]) -> Respond:
    """The store blocks, so each request runs in a thread and not in the event loop."""

    async def respond(request: Request) -> Response:
        body = await _body(request, endpoint.most) if endpoint.is_write else b""
        if body is None:
            problem = Problem("the body is too large", request.url.path, f"at most {endpoint.most} bytes")
            return _sent(problem, 413)
        return await run_in_threadpool(answered, request, body)

    def answered(request: Request, body: bytes) -> Response:
        visit, path = visit_of(request), request.url.path
        try:
            _measure(request, endpoint)
            _see_allowed(endpoint, visit)
            address = request.client.host if request.client else ""
            call = Call(bench_of(request), visit, dict(request.path_params), request.query_params, address, body)
            said, status = _done(endpoint, call)
        except GuanjinError as error:
            said, status = _problem(error, path)
        return _sent(said, status, endpoint.media_type)

    return respond


def _done(endpoint: Endpoint, call: Call) -> Answer:
    """A write is on the trail before it is done, and after."""
    if not endpoint.is_write:
        return endpoint.answer(call)
    about, office = " ".join(call.path.values()), call.office
    deed = f"api {endpoint.path.removeprefix('/api/v1/')}"
    with office.recorded(call.visit.who, deed, office.vetted(about), call.bench.now_ns()) as outcome:
        said, status = endpoint.answer(call)
        if status >= 400:
            outcome.refuse()
        return said, status


def _see_allowed(endpoint: Endpoint, visit: Visit) -> None:
    """A write needs a bearer token: a browser sends cookies by itself, whoever asks it to."""
    if endpoint.is_write and not visit.is_bearer:
        raise DeniedError("writing through the API needs a bearer token")
    if endpoint.right is not None and not visit.who.may(endpoint.right):
        raise DeniedError("this account may not do that")


_STATUS: Final[tuple[tuple[type[GuanjinError], int, str], ...]] = (
    (MalformedError, 400, _EXAMPLE),
    (DeniedError, 403, "the roles and their rights stand in docs/reference/api.md"),
    (MissingError, 404, "the lists of /api/v1 name what is there"),
    (ForeignError, 404, "the lists of /api/v1 name what is there"),
    (UnavailableError, 503, "nothing is lost; try again in a moment"),
)


def _problem(error: GuanjinError, path: str) -> Answer:
    status, cure = next(
        ((status, cure) for kind, status, cure in _STATUS if isinstance(error, kind)),
        (409, "nothing was changed; look again and repeat it"),
    )
    what = error.what if isinstance(error, MalformedError) else str(error)
    return Problem(what, path, cure), status


def _sent(said: Any, status: int, media_type: str = "application/json") -> Response:
    headers = {"cache-control": "no-store"}
    if isinstance(said, Download):
        headers["content-disposition"] = said.disposition
        return Response(said.content, status, headers, said.media_type)
    is_file = isinstance(said, bytes)
    content = said if is_file else json_line(said)
    return Response(content, status, headers, media_type if is_file else "application/json")


async def _body(request: Request, most: int) -> bytes | None:
    declared = request.headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > most:
        return None
    found = bytearray()
    async for piece in request.stream():
        found += piece
        if len(found) > most:
            return None
    return bytes(found)


def _measure(request: Request, endpoint: Endpoint) -> None:
    if len(request.url.query) > LONGEST_QUERY:
        raise MalformedError(f"the query is longer than {LONGEST_QUERY} characters")
    for name, value in request.query_params.items():
        if "\0" in value:
            raise MalformedError(f"{name[:LONGEST_VALUE]} holds a character that is in no name")
        if len(value) > (LONGEST_REASON if name == "reason" else LONGEST_VALUE):
            raise MalformedError(f"{name[:LONGEST_VALUE]} is longer than {LONGEST_VALUE} characters")
    known = [name for name, _ in endpoint.parameters]
    if endpoint.right is not None and not set(request.query_params) <= set(known):
        raise MalformedError(f"unknown parameter; known here: {', '.join(known) or 'none'}")
