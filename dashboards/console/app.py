"""The console as an ASGI application: pages, their looks, the JSON API and the metrics on one address."""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from importlib import resources
import mimetypes
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from collector.api import api_routes
from collector.office import DeniedError
from collector.tenant import ForeignError
from dashboards.console import pages
from dashboards.console.access import Access, visit_of
from dashboards.console.guard import Guard
from dashboards.console.page import Desk, Page
from dashboards.console.press import Press
from dashboards.console.runbooks import runbook_route
from wire.faults import MalformedError, UnavailableError
from wire.shelf import collect

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_YEAR_S: Final = 365 * 86_400


def create_console(
    desk: Desk,
    expose: Callable[[], tuple[bytes, str]],
    *,
    hosts: Sequence[str] = LOOPBACK,
    more: Sequence[Route] = (),
) -> Starlette:
    """The console, the API and ``/metrics`` as one application.

    Args:
        desk: what the pages read from, and what writing needs; without an office all of it is open and for reading.
        expose: the metrics in Prometheus' text format, and their content type.
        hosts: the names by which the console may be called; any other is refused, which keeps a web page that
            points its own name at the loopback address from reading here. ``("*",)`` allows all.
        more: what else this address answers; it goes before the API's own.
    """
    statics = _Statics()
    press = Press(desk, statics.address)

    def metrics(request: Request) -> Response:
        if visit_of(request).who.organisation:
            raise HTTPException(404)
        body, content_type = expose()
        return Response(body, headers={"content-type": content_type, "cache-control": "no-store"})

    access = [Middleware(Access, office=desk.office, now_ns=desk.now_ns)] if desk.office else []
    return Starlette(
        routes=[
            *(_route(page, press, desk) for page in collect(pages, "PAGE", Page)),
            *more,
            *api_routes(press.desk_of, visit_of),
            Route("/metrics", metrics),
            Route("/static/{name}", statics.answer),
            runbook_route(),
        ],
        middleware=[Middleware(Guard, hosts=frozenset(hosts)), *access],
        exception_handlers={
            HTTPException: press.refused,
            ForeignError: press.foreign,
            DeniedError: press.denied,
            MalformedError: press.misread,
            UnavailableError: press.unavailable,
            Exception: press.broken,
        },
    )


def _route(page: Page, press: Press, desk: Desk) -> Route:
    methods = ["GET", "POST"] if page.post and desk.office else ["GET"]
    return Route(page.path, press.endpoint(page), methods=methods)


class _Statics:
    """The files under static/, read once and named by their digest."""

    def __init__(self) -> None:
        folder = resources.files("dashboards.console") / "static"
        self._files = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
        self._digests = {name: blake2b(content, digest_size=10).hexdigest() for name, content in self._files.items()}

    def address(self, name: str) -> str:
        return f"/static/{name}?v={self._digests[name]}"

    def answer(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self._files:
            raise HTTPException(404)
        tag = f'"{self._digests[name]}"'
        headers = {"etag": tag, "cache-control": f"public, max-age={_YEAR_S}, immutable"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(self._files[name], headers=headers, media_type=mimetypes.guess_type(name)[0])
