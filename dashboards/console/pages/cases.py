"""The cases: what waits for a person, and how far the rest has come."""

from typing import Any, Final
from urllib.parse import urlencode

from collector.api import case_cursor_of, case_cursor_text
from collector.case_ports import CaseQuery
from collector.case_words import title
from collector.cases import State
from collector.desk import dossier
from collector.risk import own_factors
from dashboards.console.case_rows import case_row
from dashboards.console.page import Asked, Desk, Page, Shown
from dashboards.console.rows import exporter_name
from dashboards.console.words import LANGUAGES
from wire.faults import MalformedError

_ROWS: Final = 50
_WORK: Final = "work"
_ALL: Final = "all"


def view(desk: Desk, asked: Asked) -> Shown:
    """The cases that wait, or those of the stage that is asked for."""
    stage, organisation = asked.query.get("stage") or _WORK, asked.query.get("organisation", "")
    found = desk.store.cases.cases(_query(stage, organisation, asked.query.get("before", "")))
    factors = own_factors()
    rows = [case_row(dossier(desk.store, case, desk.registry, factors), desk, asked.language) for case in found[:_ROWS]]
    return Shown(
        {
            "stage": stage,
            "chips": _chips(desk, stage, organisation, asked.language),
            "organisation": organisation,
            "organisation_name": exporter_name(desk, organisation, asked.language),
            "all_exporters": _address(stage, "", ""),
            "rows": rows,
            "late": sum(bool(row.late) for row in rows),
            "older": _address(stage, organisation, case_cursor_text(found[_ROWS - 1])) if len(found) > _ROWS else "",
            "newest": _address(stage, organisation, "") if asked.query.get("before") else "",
        }
    )


PAGE: Final = Page(path="/cases", title=("案件", "Cases"), template="cases.html", part="cases_part.html", view=view)


def _query(stage: str, organisation: str, before: str) -> CaseQuery:
    states = () if stage in (_WORK, _ALL) else (_state(stage),)
    return CaseQuery(states, stage == _WORK, organisation, _ROWS + 1, case_cursor_of(before) if before else None)


def _state(text: str) -> State:
    try:
        return State(text)
    except ValueError as error:
        raise MalformedError("stage") from error


def _chips(desk: Desk, stage: str, organisation: str, language: int) -> list[dict[str, Any]]:
    counts = desk.store.cases.counts()
    return [
        {
            "stage": state,
            "title": title("state", state, LANGUAGES[language]),
            "count": counts.get(state, 0),
            "link": _address(state, organisation, ""),
            "chosen": state == stage,
        }
        for state in State
        if counts.get(state) or state == stage
    ]


def _address(stage: str, organisation: str, before: str) -> str:
    asked = {"stage": stage if stage != _WORK else "", "organisation": organisation, "before": before}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/cases?{query}" if query else "/cases"
