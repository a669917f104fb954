"""A form of an exporter's year, to take home."""

from typing import Final

from collector.reports.making import file_of, form_of, request_of
from collector.tenant import ForeignError
from dashboards.console.page import Asked, Desk, Page, Shown
from dashboards.console.refusals import refusal
from dashboards.console.words import say
from wire.faults import GuanjinError, MalformedError
from wire.legal_time import legal_day


def view(desk: Desk, asked: Asked) -> Shown:
    """The file; a page that says why where it was not made."""
    name = asked.path["form"]
    request = request_of(asked.query, asked.visit.who.organisation, legal_day(desk.now_ns()))
    try:
        report = form_of(desk.store, desk.registry, name, request)
    except (ForeignError, MalformedError):
        raise
    except GuanjinError as error:
        title = say("reports.refused", asked.language)
        return Shown({"title": title, "says": refusal(str(error), asked.language), "help": ""}, 503)
    return Shown({}, file=file_of(report, f"{name}-{request.organisation}-{request.year}", asked.query.get("as", "")))


PAGE: Final = Page(path="/reports/{form}", title=("报告", "Report"), part="problem_part.html", view=view)
