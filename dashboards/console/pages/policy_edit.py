"""Write a policy or FAQ page anew; every edition before it stays."""

from typing import Final

import msgspec

from collector.accounts import Right
from collector.office import DeniedError
from collector.policies import MOST_TEXT, PageKind, PolicyPage
from dashboards.console.page import Asked, Desk, Page, Shown, deeds_of, office_of
from dashboards.console.words import say
from wire.faults import MalformedError

_KEYS: Final = ("slug", "kind", "title", "title_en", "text", "text_en", "valid_from", "valid_until")


def view(desk: Desk, asked: Asked) -> Shown:
    """The form, filled with the newest edition."""
    if asked.visit.who.organisation:
        raise DeniedError("policy pages are the regulator's")
    history = office_of(desk).policies.history(asked.query.get("slug", ""))
    page = history[0].page if history else None
    given = {key: str(getattr(page, key) or "") if page else "" for key in _KEYS}
    kinds = tuple((each.value, say(f"policies.{each}", asked.language)) for each in PageKind)
    cites = "\n".join(page.citations) if page else ""
    return Shown({"given": given, "kinds": kinds, "citations": cites, "most": MOST_TEXT})


def post(desk: Desk, asked: Asked) -> Shown:
    """Publish."""
    form = asked.form
    values = {key: form.get(key).replace("\r\n", "\n") for key in _KEYS if form.get(key)}
    citations = [line.strip() for line in form.get("citations").splitlines() if line.strip()]
    try:
        page = msgspec.convert({**values, "citations": citations}, PolicyPage)
    except msgspec.ValidationError as error:
        raise MalformedError(str(error)) from None
    deeds_of(desk, asked).publish(page, form.get("reason"))
    return Shown({}, location=f"/policies/page/{page.slug}")


PAGE: Final = Page(
    path="/policies/edit",
    title=("编写政策与问答", "Write a page"),
    part="policy_edit_part.html",
    view=view,
    right=Right.DECLARE,
    post=post,
    write=Right.DECLARE,
    deed="policy",
    about=lambda _, asked: asked.form.get("slug")[:64],
)
