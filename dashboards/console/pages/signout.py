"""The end of a session."""

from typing import Final

from dashboards.console.page import Asked, Desk, Page, Shown, office_of


def view(_: Desk, __: Asked) -> Shown:
    """Nothing to see: a session ends by its form."""
    return Shown({}, location="/account")


def post(desk: Desk, asked: Asked) -> Shown:
    """End it here and in the browser."""
    office_of(desk).accounts.sign_out(asked.visit.secret)
    return Shown({}, location="/signin", session="")


PAGE: Final = Page(
    path="/signout", title=("退出", "Sign out"), part="signin_part.html", view=view, post=post, deed="sign out"
)
