"""The audit trail: who wrote what, and whether anybody tampered with it."""

from functools import partial
from typing import Final

from collector.accounts import Right
from collector.audit import AuditTrail
from collector.download import Download
from collector.registry_table import csv_text
from dashboards.console.figures import digits
from dashboards.console.page import Asked, Desk, Page, Shown, office_of
from dashboards.console.words import WORDS, say
from wire.faults import MalformedError
from wire.legal_time import rfc3339

_ROWS: Final = 100
_MOST_CSV: Final = 50_000
_END: Final = 1 << 62


def view(desk: Desk, asked: Asked) -> Shown:
    """The newest lines, or all of them as a table to keep elsewhere."""
    trail = office_of(desk).trail
    if asked.query.get("file") == "csv":
        return Shown({}, file=Download("audit.csv", "text/csv", _csv(trail)))
    entries = trail.newest(_ROWS + 1, _before(asked.query.get("before", "")))
    return Shown(
        {
            "entries": entries[:_ROWS],
            "older": entries[_ROWS - 1].number if len(entries) > _ROWS else "",
            "seal": "".join(each.seal for each in trail.newest(1)),
            "named": partial(_named, asked.language),
            "says": _verified(trail, asked.language),
        }
    )


def _named(language: int, text: str) -> str:
    """A deed or an outcome in words; the API's are named by their address."""
    head, _, rest = text.partition(":")
    words = say(f"audit.{head}", language) if f"audit.{head}" in WORDS else head
    return f"{words}{say('colon', language)} {rest.strip()}" if rest else words


def _verified(trail: AuditTrail, language: int) -> str:
    try:
        return say("audit.whole", language, count=digits(trail.verify()))
    except MalformedError as error:
        return say("audit.broken", language, what=error.what)


def _csv(trail: AuditTrail) -> bytes:
    head = ("number", "at", "who", "role", "deed", "about", "outcome", "seal")
    lines = (
        (str(each.number), rfc3339(each.at_ns), each.who, each.role, each.deed, each.about, each.outcome, each.seal)
        for each in trail.newest(_MOST_CSV)
    )
    return csv_text([head, *lines])


def _before(text: str) -> int:
    if not text:
        return _END
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise MalformedError("before")
    return int(text)


PAGE: Final = Page(
    path="/audit", title=("审计记录", "Audit trail"), part="audit_part.html", view=view, right=Right.AUDIT
)
