"""An incident that became known: its case is opened, and its clocks run from that moment."""

from typing import Final

from starlette.exceptions import HTTPException

from collector.accounts import Right
from collector.case_words import title
from collector.deeds import time_of
from collector.incidents import Incident, IncidentGrade, Operator
from dashboards.console.page import Asked, Desk, Page, Shown, deeds_of
from dashboards.console.rows import exporter_name
from dashboards.console.words import LANGUAGES
from wire.faults import MalformedError

_MOST: Final = 10**15


def view(desk: Desk, asked: Asked) -> Shown:
    """The form."""
    if not asked.may(Right.HANDLE):
        raise HTTPException(404)
    lang = LANGUAGES[asked.language]
    return Shown(
        {
            "exporters": tuple(
                (each.organisation, f"{exporter_name(desk, each.organisation, asked.language)} {each.organisation}")
                for each in desk.registry.exporters
            ),
            "operators": tuple((each.value, title("operator", each, lang)) for each in reversed(Operator)),
            "grades": tuple((each.value, title("grade", each, lang)) for each in reversed(IncidentGrade)),
        }
    )


def post(desk: Desk, asked: Asked) -> Shown:
    """Open the case."""
    form = asked.form
    try:
        incident = Incident(
            time_of(form.get("known")) if form.get("known") else desk.now_ns(),
            form.get("what"),
            Operator(form.get("operator")),
            _count(form.get("persons")),
            _count(form.get("loss")),
            IncidentGrade(form.get("grade")),
        )
    except ValueError as error:
        raise MalformedError("not a form") from error
    case = deeds_of(desk, asked).report(form.get("organisation"), incident)
    return Shown({}, location=f"/cases/{case.case_id}")


def _count(text: str) -> int:
    plain = text.replace(",", "") or "0"
    if not (plain.isascii() and plain.isdigit()) or int(plain[:17]) > _MOST:
        raise MalformedError("not a form")
    return int(plain)


PAGE: Final = Page(
    path="/incident",
    title=("登记安全事件", "Report an incident"),
    part="incident_part.html",
    view=view,
    right=Right.OWN,
    post=post,
    write=Right.HANDLE,
    deed="incident",
    about=lambda _, asked: asked.form.get("organisation")[:18],
)
