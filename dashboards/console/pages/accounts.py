"""The accounts, for whoever governs them."""

from typing import Final

from collector.accounts import Account, AccountError, Right, Role
from dashboards.console.page import Asked, Desk, Page, Shown, office_of
from dashboards.console.words import say
from wire.faults import MalformedError


def view(desk: Desk, asked: Asked) -> Shown:
    """Every account."""
    roles = tuple((role.value, say(f"role.{role}", asked.language)) for role in Role)
    return Shown({"accounts": office_of(desk).accounts.all(), "roles": roles})


def post(desk: Desk, asked: Asked) -> Shown:
    """Make one, bar one, let one in again."""
    office, form = office_of(desk), asked.form
    match form.get("do"):
        case "add":
            account = Account(
                name=office.vet(form.get("name")),
                role=_role(form.get("role")),
                organisation=form.get("organisation").upper(),
                made_ns=desk.now_ns(),
            )
            office.accounts.add(account, form.fields.get("password", ""))
        case "disable" | "enable" as deed:
            office.accounts.set_disabled(form.get("name"), disabled=deed == "disable")
        case _:
            raise MalformedError("not a form")
    return Shown({}, location="/accounts")


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError as error:
        raise AccountError("there is no such role") from error


def about(_: Desk, asked: Asked) -> str:
    """What is done, and to whom."""
    return " ".join((asked.form.get("do")[:20], asked.form.get("name")[:64], asked.form.get("role")[:20])).strip()


PAGE: Final = Page(
    path="/accounts",
    title=("账号", "Accounts"),
    part="accounts_part.html",
    view=view,
    right=Right.GOVERN,
    post=post,
    write=Right.GOVERN,
    deed="accounts",
    about=about,
)
