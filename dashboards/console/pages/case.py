"""One case: its cause, its risk, its clocks, its history and its transfers. Acting needs a sign-in and is not here."""

import re
from typing import Final

from starlette.exceptions import HTTPException

from collector.case_words import title
from collector.desk import dossier
from collector.risk import own_factors
from dashboards.console.case_rows import act_rows, case_row, cause_facts, clock_rows, risk_parts
from dashboards.console.page import Asked, Desk, Page, Shown
from dashboards.console.rows import row_of
from dashboards.console.words import LANGUAGES

_CASE_ID: Final = re.compile(r"[0-9a-f]{16}")


def view(desk: Desk, asked: Asked) -> Shown:
    """The case of the address."""
    name, language = asked.path["case_id"], asked.language
    case = desk.store.cases.case(name) if _CASE_ID.fullmatch(name) else None
    if case is None:
        raise HTTPException(404)
    shown = dossier(desk.store, case, desk.registry, own_factors())
    return Shown(
        {
            "row": case_row(shown, desk, language),
            "facts": cause_facts(case, desk, language),
            "parts": risk_parts(shown.risk, language),
            "risk_version": shown.risk.version,
            "clocks": clock_rows(shown.clocks, desk.now_ns(), language),
            "acts": act_rows(case.acts, language),
            "transfers": [row_of(judged, desk, language) for judged in shown.members],
            "possible": [(str(move), title("move", move, LANGUAGES[language])) for move in case.possible],
        }
    )


PAGE: Final = Page(
    path="/cases/{case_id}", title=("案件", "Case"), template="case.html", part="case_part.html", view=view
)
