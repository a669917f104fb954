"""Puts what a page shows into its template, in the reader's language and theme; takes its forms in."""

from collections.abc import Callable, Coroutine, Mapping
from functools import cache, partial
import logging
import secrets
from typing import Any, Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from collector.accounts import Right
from collector.download import Download
from collector.office import DeniedError, csrf_of, fits
from collector.tenant import ForeignError
from dashboards.console import figures
from dashboards.console.access import SIGN_IN, cookie_name, is_secure, visit_of
from dashboards.console.forms import body_of, form_of
from dashboards.console.guard import HEADERS
from dashboards.console.page import Asked, Desk, Page, Shown, office_of
from dashboards.console.refusals import refusal
from dashboards.console.words import LANGUAGES, say
from wire.codec import json_line
from wire.faults import GuanjinError, MalformedError, UnavailableError
from wire.legal_time import rfc3339
from wire.titles import status_title

_TASTES: Final[Mapping[str, tuple[str, ...]]] = {"lang": LANGUAGES, "theme": ("auto", "light", "dark")}
_FILTERS: Final = ("status", "stage", "organisation", "before")
_YEAR_S: Final = 365 * 86_400
_LONGEST_QUERY: Final = 2_000
_CSRF: Final = "csrf"
_FORM_COOKIE: Final = "form"

log = logging.getLogger(__name__)

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


class Press:
    """One for the whole console.

    Args:
        desk: what the pages read from, before it is cut to whoever asks.
        static: a static file's name to its address.
    """

    def __init__(self, desk: Desk, static: Callable[[str], str]) -> None:
        self._desk = desk
        self._desks = desk.desks
        self._static = static

    def desk_of(self, request: Request) -> Desk:
        """The desk of whoever asks."""
        return self._desks.of(visit_of(request).who)

    def endpoint(self, page: Page) -> Endpoint:
        """A view reads the store, so it runs in a thread of its own and not in the event loop."""

        async def answer(request: Request) -> Response:
            if len(request.url.query) > _LONGEST_QUERY:
                raise HTTPException(414)
            asked = Asked(
                dict(request.query_params),
                dict(request.path_params),
                _language(request),
                visit_of(request),
                address=request.client.host if request.client else "",
                cookie=request.cookies.get(cookie_name(request, _FORM_COOKIE), ""),
            )
            if request.method == "POST":
                body = await body_of(request, page.most)
                return await run_in_threadpool(self._posted, page, asked, request, body)
            return await run_in_threadpool(self._viewed, page, asked, request)

        return answer

    def _viewed(self, page: Page, asked: Asked, request: Request) -> Response:
        if not asked.may(page.right):
            return self._denied(request)
        shown = page.view(self._desks.of(asked.visit.who), asked)
        return self._sent(page, asked, request, shown)

    def _posted(self, page: Page, asked: Asked, request: Request, body: bytes) -> Response:
        """A form: its token fits, the right is held, and the audit trail has it before anything is done."""
        office = office_of(self._desk)
        form = form_of(request.headers.get("content-type", ""), body)
        if not asked.visit.is_bearer and not fits(form.get(_CSRF), asked.visit.secret or asked.cookie):
            return self._problem(request, "stale", 403)
        if page.post is None or not asked.may(page.write):
            return self._denied(request)
        asked, desk = replace(asked, form=form), self._desks.of(asked.visit.who)
        if (barred := page.barred(desk, asked)) is not None:
            return self._sent(page, asked, request, barred)
        try:
            about = office.vetted(page.about(desk, asked))
            with office.recorded(asked.visit.who, page.deed, about, desk.now_ns()) as outcome:
                shown = page.post(desk, asked)
                if shown.status >= 400:
                    outcome.refuse()
        except (UnavailableError, MalformedError, DeniedError, ForeignError):
            raise
        except GuanjinError as error:
            return self._refused_deed(request, error)
        return self._sent(page, asked, request, shown)

    def _sent(self, page: Page, asked: Asked, request: Request, shown: Shown) -> Response:
        if shown.file is not None:
            return _download(shown.file)
        if shown.location:
            response: Response = RedirectResponse(shown.location, 303)
        else:
            template = page.part if "part" in asked.query else page.template
            values = {"title": page.title[asked.language], "part": page.part, **shown.values}
            response = self._printed(request, template, Shown(values, shown.status))
        response.headers.update(shown.headers)
        if shown.session is not None:
            _keep_session(request, response, shown.session)
        return response

    def refused(self, request: Request, error: Exception) -> Response:
        """An address that leads nowhere, or a question that is too long."""
        status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (404, None)
        response = self._problem(request, "large" if status == 413 else "missing", status)
        response.headers.update(headers or {})
        return response

    def foreign(self, request: Request, _: Exception) -> Response:
        """What belongs to somebody else is answered like what is not there."""
        return self._problem(request, "missing", 404)

    def denied(self, request: Request, _: Exception) -> Response:
        """A right that is not held."""
        return self._denied(request)

    def misread(self, request: Request, error: Exception) -> Response:
        """A filter that means nothing, or a form that is none."""
        if request.method == "POST":
            return self._refused_deed(request, error)
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

    def _denied(self, request: Request) -> Response:
        visit = visit_of(request)
        if visit.who.name:
            return self._problem(request, "denied", 403)
        return RedirectResponse(f"/signin?next={quote(request.url.path, safe='')}", 303)

    def _refused_deed(self, request: Request, error: Exception) -> Response:
        language = _language(request)
        what = error.what if isinstance(error, GuanjinError) and hasattr(error, "what") else str(error)
        words = {"title": say("refused.title", language), "says": refusal(str(what), language)}
        return self._printed(request, "problem.html", Shown({**words, "help": ""}, 409))

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
        visit = visit_of(request)
        secret = visit.secret or request.cookies.get(cookie_name(request, _FORM_COOKIE), "")
        fresh = secrets.token_urlsafe(24) if not secret and request.url.path == SIGN_IN else ""
        body = (
            _templates()
            .get_template(template)
            .render(
                **shown.values,
                static=self._static,
                version=self._desk.version,
                language=language,
                theme=theme,
                at=request.url.path,
                who=visit.who,
                can={right.value: visit.who.may(right) for right in Right},
                has_office=self._desk.office is not None,
                csrf=csrf_of(secret or fresh),
                say=partial(_said, language),
                status_title=partial(status_title, lang=LANGUAGES[language]),
                link=partial(_link, request),
            )
        )
        response = HTMLResponse(body, shown.status)
        for name, known in _TASTES.items():
            if request.query_params.get(name) in known:
                value = request.query_params[name]
                response.set_cookie(f"guanjin_{name}", value, max_age=_YEAR_S, httponly=True, samesite="strict")
        if fresh:
            _keep(request, response, _FORM_COOKIE, fresh)
        return response


@cache
def _templates() -> Environment:
    """The templates, compiled once for every console of the process."""
    templates = Environment(
        loader=PackageLoader("dashboards.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        finalize=_visible,
    )
    templates.globals.update(digits=figures.digits, clock=figures.clock, full_clock=figures.full_clock, rfc3339=rfc3339)
    return templates


def _download(file: Download) -> Response:
    return Response(file.content, media_type=file.media_type, headers={"content-disposition": file.disposition})


def _keep(request: Request, response: Response, name: str, secret: str) -> None:
    response.set_cookie(
        cookie_name(request, name), secret, httponly=True, samesite="strict", secure=is_secure(request), path="/"
    )


def _keep_session(request: Request, response: Response, secret: str) -> None:
    """A new session, or the end of one; the cookie that bound the sign-in's form has done its work."""
    for name in (_FORM_COOKIE, *([] if secret else ["session"])):
        response.delete_cookie(
            cookie_name(request, name), httponly=True, samesite="strict", secure=is_secure(request), path="/"
        )
    if secret:
        _keep(request, response, "session", secret)


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
