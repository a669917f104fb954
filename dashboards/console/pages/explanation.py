"""The page of ``guanjin explain``: the same text, former verdicts among it, to be checked and signed."""

from typing import Final

from starlette.exceptions import HTTPException

from collector.explain import explain, page_of
from collector.law.shelf import routes_of_law
from collector.past import history_of
from dashboards.console.page import Asked, Desk, Page, Shown
from dashboards.console.words import LANGUAGES


def view(desk: Desk, asked: Asked) -> Shown:
    """The explanation of the transfer of the address."""
    judged = desk.store.transfer(asked.path["event_id"])
    if judged is None:
        raise HTTPException(404)
    said = explain(judged, desk.registry, routes_of_law(), history_of(desk.store, judged, desk.registry))
    return Shown({"text": page_of(said, LANGUAGES[asked.language]).splitlines(), "event_id": judged.event.event_id})


PAGE: Final = Page(
    path="/transfers/{event_id}/explanation",
    title=("判定说明", "Explanation"),
    part="explanation_part.html",
    view=view,
)
