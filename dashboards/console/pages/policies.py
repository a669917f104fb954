"""政策与问答: the pages that hold, or that held on a day."""

from typing import Final

from collector.accounts import Right
from collector.policies import PageKind
from dashboards.console.page import Asked, Desk, Page, Shown
from dashboards.console.registry_rows import day_or_none
from wire.legal_time import legal_day


def view(desk: Desk, asked: Asked) -> Shown:
    """The list, policies before questions."""
    on = day_or_none(asked.query.get("on", "")) or legal_day(desk.now_ns())
    known = desk.office.policies.all() if desk.office else []
    held = [each for each in known if each.page.holds(on)]
    groups = [(kind.value, [each for each in held if each.page.kind is kind]) for kind in PageKind]
    return Shown(
        {
            "groups": groups,
            "others": [each for each in known if each not in held],
            "on": on.isoformat(),
            "can_write": asked.may(Right.DECLARE) and not asked.visit.who.organisation,
        }
    )


PAGE: Final = Page(path="/policies", title=("政策与问答", "Policies and FAQ"), part="policies_part.html", view=view)
