"""What can be made: the forms of an exporter, the letters of the cases that wait."""

from typing import Any, Final

from collector.case_ports import CaseQuery
from collector.case_words import exporter_title, title
from collector.cases import Case
from dashboards.console.page import Asked, Desk, Page, Shown
from dashboards.console.report_rows import form_rows, letter_rows
from dashboards.console.rows import exporter_name
from dashboards.console.words import LANGUAGES, say
from wire.legal_time import legal_day

_CASES: Final = 50
_YEARS: Final = 4


def view(desk: Desk, asked: Asked) -> Shown:
    """Everything at once."""
    language, own = asked.language, asked.visit.who.organisation
    year = legal_day(desk.now_ns()).year
    waiting = desk.store.cases.cases(CaseQuery(at_work=True, most=_CASES))
    return Shown(
        {
            "own": own,
            "own_name": exporter_name(desk, own, language),
            "exporters": [
                (each.organisation, f"{exporter_name(desk, each.organisation, language)} · {each.organisation}")
                for each in desk.registry.exporters
            ],
            "years": [(str(each), str(each)) for each in range(year, year - _YEARS, -1)],
            "forms": form_rows(language),
            "cases": [_row(case, desk, language) for case in waiting],
        }
    )


def _row(case: Case, desk: Desk, language: int) -> dict[str, Any]:
    cause, lang = case.opening.cause, LANGUAGES[language]
    return {
        "case_id": case.case_id,
        "exporter": exporter_title(cause.organisation, desk.registry, lang) or say("limits.unknown", language),
        "ground": title("ground", cause.ground, lang),
        "state": title("state", case.state, lang),
        "letters": letter_rows(case, language),
    }


PAGE: Final = Page(path="/reports", title=("报告文书", "Reports"), part="reports_part.html", view=view)
