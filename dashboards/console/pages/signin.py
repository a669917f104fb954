"""The sign-in: name and password in, a session's cookie out. What is wrong is said without saying which of the two."""

import re
from typing import Final

from collector.accounts import Right
from collector.accounts_file import SignInError, WaitError
from dashboards.console.page import Asked, Desk, Page, Shown, office_of
from dashboards.console.refusals import refusal
from dashboards.console.words import say

_LOCAL: Final = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")
_UNKNOWN: Final = "(unknown)"


def view(desk: Desk, asked: Asked) -> Shown:
    """The form."""
    return _form(desk, asked, "", 200)


def post(desk: Desk, asked: Asked) -> Shown:
    """Open a session."""
    form, accounts = asked.form, office_of(desk).accounts
    try:
        secret = accounts.sign_in(form.get("name"), form.fields.get("password", ""), asked.address, desk.now_ns())
    except SignInError as error:
        return _form(desk, asked, refusal(str(error), asked.language), 403)
    accounts.sign_out(asked.visit.secret)
    return Shown({}, location=_next(form.get("next")), session=secret)


def barred(desk: Desk, asked: Asked) -> Shown | None:
    """To wait, after too many failures."""
    try:
        office_of(desk).accounts.see_wait(asked.form.get("name"), asked.address, desk.now_ns())
    except WaitError as error:
        said = _form(desk, asked, refusal(str(error), asked.language), 429)
        return Shown(said.values, 429, headers={"retry-after": str(error.seconds)})
    return None


def about(desk: Desk, asked: Asked) -> str:
    """The account's name, if there is one: anything may be typed into the wrong field."""
    name = asked.form.get("name")
    return name if name in [each.name for each in office_of(desk).accounts.all()] else _UNKNOWN


def _form(desk: Desk, asked: Asked, wrong: str, status: int) -> Shown:
    return Shown(
        {
            "wrong": wrong,
            "name": asked.form.get("name"),
            "next": _next(asked.form.get("next") or asked.query.get("next", "")),
            "is_open": office_of(desk).admits_anybody,
            "title": say("signin", asked.language),
        },
        status,
    )


def _next(text: str) -> str:
    """Where to go then: an address of ours, never another host's."""
    return text if _LOCAL.fullmatch(text) else "/"


PAGE: Final = Page(
    path="/signin",
    title=("登录", "Sign in"),
    part="signin_part.html",
    view=view,
    post=post,
    write=Right.READ,
    deed="sign in",
    about=about,
    barred=barred,
)
