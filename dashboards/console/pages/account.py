"""One's own account: rights, tokens, password."""

import secrets
from typing import Final

from collector.accounts import Right
from collector.accounts_file import Token
from dashboards.console.page import Asked, Desk, Page, Shown, office_of
from dashboards.console.rows import exporter_name
from wire.faults import MalformedError

_DAY_NS: Final = 86_400_000_000_000


def view(desk: Desk, asked: Asked) -> Shown:
    """The account."""
    return _page(desk, asked, "")


def post(desk: Desk, asked: Asked) -> Shown:
    """Make or end a token, or change the password."""
    return {"token": _make, "revoke": _revoke, "password": _change}.get(asked.form.get("do"), _nothing)(desk, asked)


def _make(desk: Desk, asked: Asked) -> Shown:
    days, now_ns, office = asked.form.get("days"), desk.now_ns(), office_of(desk)
    if not (days.isascii() and days.isdigit()):
        raise MalformedError("a token holds for 1 to 366 days")
    token = Token(
        secrets.token_hex(4),
        asked.visit.who.name,
        office.vet(asked.form.get("label")[:60]),
        now_ns,
        now_ns + int(days[:6]) * _DAY_NS,
        bool(asked.form.get("reads")),
    )
    return _page(desk, asked, office.accounts.make_token(token))


def _revoke(desk: Desk, asked: Asked) -> Shown:
    office_of(desk).accounts.revoke(asked.visit.who.name, asked.form.get("id"))
    return Shown({}, location="/account")


def _change(desk: Desk, asked: Asked) -> Shown:
    """The old password is asked for again: an open screen is not enough."""
    accounts, name, now_ns = office_of(desk).accounts, asked.visit.who.name, desk.now_ns()
    accounts.sign_in(name, asked.form.fields.get("old", ""), asked.address, now_ns)
    accounts.set_password(name, asked.form.fields.get("password", ""))
    return Shown({}, location="/signin", session="")


def _nothing(_: Desk, __: Asked) -> Shown:
    raise MalformedError("not a form")


def _page(desk: Desk, asked: Asked, made: str) -> Shown:
    who = asked.visit.who
    tokens = office_of(desk).accounts.tokens(who.name)
    organisation = exporter_name(desk, who.organisation, asked.language) if who.organisation else ""
    return Shown({"tokens": tokens, "made": made, "organisation": organisation})


def about(_: Desk, asked: Asked) -> str:
    """What is done."""
    return " ".join(part for part in (asked.form.get("do")[:20], asked.form.get("id")[:16]) if part)


PAGE: Final = Page(
    path="/account",
    title=("我的账号", "My account"),
    part="account_part.html",
    view=view,
    right=Right.OWN,
    post=post,
    deed="own account",
    about=about,
)
