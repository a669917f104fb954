"""The console as an ASGI application: pages, their looks, the JSON API and the metrics on one address."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from importlib import resources
import logging
import mimetypes
from typing import Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from collector.api import api_routes
from dashboards.console import figures, pages
from dashboards.console.guard import HEADERS, Guard
from dashboards.console.page import Asked, Desk, Page, Shown
from dashboards.console.words import LANGUAGES, say
from wire.codec import json_line
from wire.faults import MalformedError, UnavailableError
from wire.legal_time import rfc3339
from wire.shelf import collect
from wire.titles import status_title

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_TASTES: Final[Mapping[str, tuple[str, ...]]] = {"lang": LANGUAGES, "theme": ("auto", "light", "dark")}
_FILTERS: Final = ("status", "stage", "organisation", "before")
_YEAR_S: Final = 365 * 86_400
_LONGEST_QUERY: Final = 2_000

log = logging.getLogger(__name__)


def create_console(
    desk: Desk, expose: Callable[[], tuple[bytes, str]], *, hosts: Sequence[str] = LOOPBACK
) -> Starlette:
    """The console, the API and ``/metrics`` as one application.

    Args:
        desk: what the pages read from.
        expose: the metrics in Prometheus' text format, and their content type.
        hosts: the names by which the console may be called; any other is refused, which keeps a web page that
            points its own name at the loopback address from reading here. ``("*",)`` allows all.
    """
    statics = _Statics()
    press = _Press(desk, statics)

    def metrics(_: Request) -> Response:
        body, content_type = expose()
        return Response(body, headers={"content-type": content_type, "cache-control": "no-store"})

    routes = [Route(page.path, press.endpoint(page)) for page in collect(pages, "PAGE", Page)]
    return Starlette(
        routes=[
            *routes,
            *api_routes(desk.store, desk.standings, desk.now_ns, desk.registry),
            Route("/metrics", metrics),
            Route("/static/{name}", statics.answer),
        ],
        middleware=[Middleware(Guard, hosts=frozenset(hosts))],
        exception_handlers={
            HTTPException: press.refused,
            MalformedError: press.misread,
            UnavailableError: press.unavailable,
            Exception: press.broken,
        },
    )


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


class _Press:
    """Puts what a page shows into its template, in the reader's language and theme."""

    def __init__(self, desk: Desk, statics: _Statics) -> None:
        self._desk = desk
        self._templates = Environment(
            loader=PackageLoader("dashboards.console"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            finalize=_visible,
        )
        self._templates.globals.update(
            static=statics.address,
            version=desk.version,
            digits=figures.digits,
            clock=figures.clock,
            rfc3339=rfc3339,
        )

    def endpoint(self, page: Page) -> Callable[[Request], Response]:
        """A view reads the store, so it runs in a thread of its own and not in the event loop."""

        def answer(request: Request) -> Response:
            if len(request.url.query) > _LONGEST_QUERY:
                raise HTTPException(414)
            asked = Asked(dict(request.query_params), dict(request.path_params), _language(request))
            shown = page.view(self._desk, asked)
            if shown.location:
                return RedirectResponse(shown.location, 303)
            template = page.part if "part" in asked.query else page.template
            title = page.title[asked.language]
            return self._printed(request, template, Shown({"title": title, **shown.values}, shown.status))

        return answer

    def refused(self, request: Request, error: Exception) -> Response:
        """An address that leads nowhere, or a question that is too long."""
        status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (404, None)
        response = self._problem(request, "missing", status)
        response.headers.update(headers or {})
        return response

    def misread(self, request: Request, _: Exception) -> Response:
        """A filter that means nothing."""
        return self._problem(request, "asked", 400)

    def unavailable(self, request: Request, error: Exception) -> Response:
        """The store is away."""
        log.warning("page_unavailable", exc_info=error)
        return self._problem(request, "broken", 503)

    def broken(self, request: Request, _: Exception) -> Response:
        """A fault of our own. The server's own middleware answers outside of the guard, so the headers go along."""
        response = self._problem(request, "broken", 500)
        response.headers.update(HEADERS)
        return response

    def _problem(self, request: Request, which: str, status: int) -> Response:
        language = _language(request)
        words = {part: say(f"{which}.{part}", language) for part in ("title", "says")}
        help_line = "guanjin up" if status >= 500 else ""
        if request.url.path.startswith("/api/"):
            what = {"what": words["title"], "at": request.url.path, "help": words["says"]}
            return Response(json_line(what), status, media_type="application/json")
        template = "problem_part.html" if "part" in request.query_params else "problem.html"
        return self._printed(request, template, Shown({**words, "help": help_line}, status))

    def _printed(self, request: Request, template: str, shown: Shown) -> Response:
        language = _language(request)
        theme = _chosen(request, "theme")
        body = self._templates.get_template(template).render(
            **shown.values,
            language=language,
            theme=theme,
            at=request.url.path,
            say=partial(_said, language),
            status_title=partial(status_title, lang=LANGUAGES[language]),
            link=partial(_link, request),
        )
        response = HTMLResponse(body, shown.status)
        for name, known in _TASTES.items():
            if request.query_params.get(name) in known:
                value = request.query_params[name]
                response.set_cookie(f"guanjin_{name}", value, max_age=_YEAR_S, httponly=True, samesite="strict")
        return response


def _said(language: int, key: str, **blanks: object) -> str:
    return say(key, language, **blanks)


def _visible(value: object) -> object:
    """Everything that a template prints passes here, so no foreign character can hide or turn the text around it."""
    return figures.printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _chosen(request: Request, name: str) -> str:
    """What the address asks for, else what the reader asked for last time, else the first that there is."""
    known = _TASTES[name]
    for value in (request.query_params.get(name), request.cookies.get(f"guanjin_{name}")):
        if value in known:
            return value
    return known[0]


def _language(request: Request) -> int:
    return _TASTES["lang"].index(_chosen(request, "lang"))


def _link(request: Request, path: str = "", **changes: str) -> str:
    """This address with other filters; tastes stand in cookies and need not be dragged along."""
    kept = {name: value for name, value in request.query_params.items() if name in _FILTERS}
    query = urlencode({name: value for name, value in {**kept, **changes}.items() if value})
    local = "/" + (path or request.url.path).lstrip("/")  # two slashes at its head would name another host
    return quote(local) + (f"?{query}" if query else "")
