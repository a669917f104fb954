"""Who asks, before anything is answered: a session's cookie or a bearer token; without either, sign in first."""

from collections.abc import Callable
import re
from typing import Final
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from collector.accounts import ANYBODY, Principal
from collector.api import Problem
from collector.office import Office, Visit
from wire.codec import json_line
from wire.faults import UnavailableError

SIGN_IN: Final = "/signin"
_FREE: Final = re.compile(r"/(signin|healthz|readyz|static/[\w.-]+)")
"""Answered to anybody: they tell nothing of what was observed."""
_MACHINES: Final = re.compile(r"/(api/.*|hooks/.*|metrics)")
_VISIT: Final = "guanjin.visit"
_BEARER: Final = "Bearer "
_SAFE: Final = frozenset({"GET", "HEAD"})


def visit_of(connection: HTTPConnection) -> Visit:
    """Who asks."""
    found = connection.scope.get(_VISIT)
    return found if isinstance(found, Visit) else Visit()


def cookie_name(connection: HTTPConnection, name: str = "session") -> str:
    """The cookie's name: over TLS one that no other host and no plain connection can set."""
    return f"__Host-guanjin_{name}" if is_secure(connection) else f"guanjin_{name}"


def is_secure(connection: HTTPConnection) -> bool:
    """Whether it came over TLS, as far as this process or a proxy on this machine can tell."""
    return connection.url.scheme == "https"


class Access:
    """ASGI middleware: puts the visit into the scope, or asks to sign in.

    Args:
        app: what it stands before.
        office: who has an account.
        now_ns: the clock.
    """

    def __init__(self, app: ASGIApp, office: Office, now_ns: Callable[[], int]) -> None:
        self._app = app
        self._office = office
        self._now_ns = now_ns

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        if not _is_from_here(connection, scope["method"]):
            await _refusal(403, "a write from another site", "open the console and use its own forms")(
                scope, receive, send
            )
            return
        try:
            visit = await run_in_threadpool(self._visit, connection)
        except UnavailableError:
            await _refusal(503, "the accounts cannot be read", "guanjin up")(scope, receive, send)
            return
        if visit is None and not _FREE.fullmatch(connection.url.path):
            await _turned_away(connection)(scope, receive, send)
            return
        scope[_VISIT] = visit or Visit()
        await self._app(scope, receive, send)

    def _visit(self, connection: HTTPConnection) -> Visit | None:
        shown = connection.headers.get("authorization", "")
        if shown:
            return self._by_token(shown)
        secret = connection.cookies.get(cookie_name(connection), "")
        who = self._office.accounts.session(secret, self._now_ns()) if secret else None
        if who is not None:
            return Visit(who, secret)
        return Visit(ANYBODY) if self._office.admits_anybody else None

    def _by_token(self, shown: str) -> Visit | None:
        if not shown.startswith(_BEARER):
            return None
        who: Principal | None = self._office.accounts.bearer(shown[len(_BEARER) :].strip(), self._now_ns())
        return Visit(who, is_bearer=True) if who else None


def _is_from_here(connection: HTTPConnection, method: str) -> bool:
    """A browser names the page that a write comes from; where it names another host the write is not ours."""
    headers: Headers = connection.headers
    origin = headers.get("origin", "")
    if method in _SAFE or not origin:
        return True
    return bool(urlsplit(origin).netloc) and urlsplit(origin).netloc == headers.get("host", "")


def _turned_away(connection: HTTPConnection) -> Response:
    path = connection.url.path
    if _MACHINES.fullmatch(path):
        answer = _refusal(401, "sign in first", "send a bearer token: Authorization: Bearer gj_…")
        answer.headers["www-authenticate"] = "Bearer"
        return answer
    asked = path + (f"?{connection.url.query}" if connection.url.query else "")
    return RedirectResponse(f"{SIGN_IN}?next={quote(asked, safe='')}", 303)


def _refusal(status: int, what: str, cure: str) -> Response:
    return Response(json_line(Problem(what, "", cure)), status, media_type="application/json")
