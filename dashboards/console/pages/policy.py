"""One policy or FAQ page, with every edition of it."""

from typing import Final

from starlette.exceptions import HTTPException

from collector.accounts import Right
from collector.policies import blocks_of
from dashboards.console.page import Asked, Desk, Page, Shown


def view(desk: Desk, asked: Asked) -> Shown:
    """The newest edition, or the one that is asked for."""
    history = desk.office.policies.history(asked.path["slug"]) if desk.office else []
    number = asked.query.get("edition", "")
    found = next((each for each in history if str(each.number) == number), history[0] if history else None)
    if found is None:
        raise HTTPException(404)
    page, language = found.page, asked.language
    return Shown(
        {
            "title": (language and page.title_en) or page.title,
            "page": page,
            "blocks": blocks_of((language and page.text_en) or page.text),
            "edition": found,
            "history": history,
            "can_write": asked.may(Right.DECLARE) and not asked.visit.who.organisation,
        }
    )


PAGE: Final = Page(path="/policies/page/{slug}", title=("政策与问答", "Policy"), part="policy_part.html", view=view)
