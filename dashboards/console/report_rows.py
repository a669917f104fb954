"""What can be made about an exporter, a filing or a case, with the addresses under which it is taken home."""

from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from collector.cases import Case
from collector.declarations import Exporter, Filing
from collector.reports.forms import FORMS
from collector.reports.letters import LETTERS, usual_letter
from dashboards.console.page import Asked, Desk
from dashboards.console.words import say
from wire.legal_time import legal_day


def form_rows(language: int) -> list[dict[str, str]]:
    """The forms of an exporter."""
    return [
        {"name": name, "title": say(f"reports.{name}", language), "for": say(f"reports.{name}.for", language)}
        for name in FORMS
    ]


def form_rows_of(entry: Struct | None, asked: Asked, language: int) -> list[dict[str, str]]:
    """The forms of an entry of the registry; none where it is no exporter or filing, or not the reader's own."""
    own = asked.visit.who.organisation
    if not isinstance(entry, Exporter | Filing) or own not in ("", entry.organisation):
        return []
    query = {"organisation": entry.organisation, **({"filing": entry.number} if isinstance(entry, Filing) else {})}
    return [{**row, "address": f"/reports/{row['name']}?{urlencode(query)}"} for row in form_rows(language)]


def forms_title(entry: Struct | None, desk: Desk, language: int) -> str:
    """Of what, and of which year."""
    key = "reports.of_filing" if isinstance(entry, Filing) else "reports.of_exporter"
    return say(key, language, year=legal_day(desk.now_ns()).year)


def letter_rows(case: Case, language: int) -> list[dict[str, Any]]:
    """The letters of a case, and which of them is usual now."""
    return [
        {"name": name, "title": say(f"reports.{name}", language), "is_usual": name == usual_letter(case)}
        for name in LETTERS
    ]
