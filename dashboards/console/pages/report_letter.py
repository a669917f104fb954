"""A letter of a case, to take home."""

from typing import Final

from collector.reports.making import file_of, letter_of
from dashboards.console.page import Asked, Desk, Page, Shown


def view(desk: Desk, asked: Asked) -> Shown:
    """The file."""
    case_id, name = asked.path["case_id"], asked.path["letter"]
    report = letter_of(desk.store, desk.registry, name, case_id)
    return Shown({}, file=file_of(report, f"{name}-{case_id}", asked.query.get("as", "")))


PAGE: Final = Page(
    path="/cases/{case_id}/letters/{letter}", title=("文书", "Letter"), part="problem_part.html", view=view
)
