"""A draft: what it would change, what is wrong with it, which verdicts it would turn; saved with a reason."""

from typing import Final

from starlette.exceptions import HTTPException

from collector.accounts import Right
from collector.registry_edit_drafts import KeptDraft
from dashboards.console.page import Asked, Desk, Page, Shown, deeds_of, office_of
from dashboards.console.registry_rows import change_rows, difference_rows, fault_rows
from wire.faults import MalformedError

_AGENTS_KEYS: Final = frozenset({"networks", "hosts", "far_networks", "far_country", "country", "asns"})
"""What agents are told at their start."""


def view(desk: Desk, asked: Asked) -> Shown:
    """The draft over the registry as it stands."""
    kept = _kept(desk, asked)
    deeds = deeds_of(desk, asked)
    plan = deeds.plan(kept.draft)
    is_asked = asked.query.get("whatif") and not plan.faults
    found = difference_rows(desk, deeds.differences(plan.registry), asked.language) if is_asked else None
    return Shown(
        {
            "id": kept.id,
            "wrong": fault_rows(plan.faults, asked.language),
            "rows": change_rows(desk, plan.changes, asked.language),
            "count": len(plan.changes),
            "unchanged": plan.unchanged,
            "found": found,
            "restart": any(each.key in _AGENTS_KEYS for change in plan.changes for each in change.differences),
        }
    )


def post(desk: Desk, asked: Asked) -> Shown:
    """Save it, or throw it away."""
    kept, office = _kept(desk, asked), office_of(desk)
    match asked.form.get("do"):
        case "save":
            deeds_of(desk, asked).save(kept.draft, asked.form.get("reason"))
        case "discard":
            pass
        case _:
            raise MalformedError("not a form")
    office.drafts.drop(asked.visit.who.name, kept.id)
    return Shown({}, location="/registry")


def _kept(desk: Desk, asked: Asked) -> KeptDraft:
    found = office_of(desk).drafts.one(asked.visit.who.name, asked.path["draft_id"])
    if found is None:
        raise HTTPException(404)
    return found


PAGE: Final = Page(
    path="/registry/drafts/{draft_id}",
    title=("变更草稿", "Draft"),
    part="draft_part.html",
    view=view,
    right=Right.DECLARE,
    post=post,
    write=Right.DECLARE,
    deed="registry",
    about=lambda _, asked: f"{asked.form.get('do')[:20]} {asked.path['draft_id']}",
)
