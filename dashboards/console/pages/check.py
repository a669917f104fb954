"""One draw: all that is needed to repeat it, its strata, and what was found."""

from typing import Any, Final

from starlette.exceptions import HTTPException

from collector.case_words import title
from collector.draws import Draw, Result
from dashboards.console.page import Asked, Desk, Page, Shown
from dashboards.console.pages.transfer import route_title
from dashboards.console.rows import row_of
from dashboards.console.words import LANGUAGES, say

_NO_ROUTE: Final = "none"
"""Of a stratum whose transfers need none, or of which nothing could be said."""


def view(desk: Desk, asked: Asked) -> Shown:
    """The draw of the address."""
    drawn = draw_of(desk, asked)
    results: dict[str, Result] = {each.event_id: each for each in desk.store.cases.results(drawn.draw_id)}
    return Shown({"draw": drawn, "strata": _strata(desk, drawn, results, asked.language), "done": len(results)})


def draw_of(desk: Desk, asked: Asked) -> Draw:
    """The draw of the address.

    Raises:
        HTTPException: 404, there is none.
    """
    found = next((each for each in desk.store.cases.draws() if each.draw_id == asked.path["draw_id"]), None)
    if found is None:
        raise HTTPException(404)
    return found


def _strata(desk: Desk, drawn: Draw, results: dict[str, Result], language: int) -> list[dict[str, Any]]:
    lang = LANGUAGES[language]
    return [
        {
            "sector": one.sector or say("check.no_sector", language),
            "route": say("check.no_route", language) if one.route == _NO_ROUTE else route_title(one.route, language),
            "risk": title("risk", one.risk, lang),
            "size": one.size,
            "rows": [
                {
                    "row": row_of(judged, desk, language),
                    "outcome": title("outcome", results[name].outcome, lang) if name in results else "",
                    "tone": "unfiled" if name in results and results[name].case_id else "covered",
                }
                for name in one.drawn
                if (judged := desk.store.transfer(name)) is not None
            ],
        }
        for one in drawn.strata
    ]


PAGE: Final = Page(path="/checks/{draw_id}", title=("合规抽验", "Spot check"), part="check_part.html", view=view)
