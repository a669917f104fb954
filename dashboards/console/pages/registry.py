"""The registry: its sections, what falls due, its versions; as it stands or as it stood on a day."""

from typing import Any, Final

from msgspec.structs import replace

from collector.accounts import Right, Role
from collector.clocks import all_deadlines
from collector.law.unverified import unverified_terms
from collector.registry_edit_keeper import Rejudging
from collector.registry_import import RECORDS
from collector.tenant import registry_of_tenant
from dashboards.console.page import Asked, Desk, Page, Shown
from dashboards.console.registry_rows import change_rows, day_or_none, deadline_rows, section_title
from dashboards.console.words import say
from wire.legal_time import legal_day

_VERSIONS: Final = 20
_CHANGES: Final = 20
_REASONS: Final = {
    "loaded at start": "registry.reason_start",
    "as it stood before the first change": "registry.reason_before",
}
"""What the product itself writes into the log."""
OFFICERS: Final = ("filings", "exemptions")
"""Sections that an officer may add to."""


def view(desk: Desk, asked: Asked) -> Shown:
    """Everything at once."""
    standing, version = as_asked(desk, asked)
    language, registry = asked.language, standing.registry
    day = day_or_none(asked.query.get("on", "")) or legal_day(desk.now_ns())
    can_write = asked.may(Right.DECLARE) and version is None
    office = desk.office
    return Shown(
        {
            "sections": [
                {
                    "name": name,
                    "title": section_title(name, language),
                    "count": len(getattr(registry, name)),
                    "can_add": can_write and (not asked.visit.who.organisation or name in OFFICERS),
                }
                for name in RECORDS
            ],
            "can_set": can_write and asked.visit.who.role is not Role.OFFICER,
            "deadlines": deadline_rows(standing, all_deadlines(registry, day, unverified_terms()), language),
            "history": None if office is None or asked.visit.who.organisation else _history(desk, language),
            "drafts": office.drafts.of(asked.visit.who.name) if office and asked.may(Right.DECLARE) else [],
            "rejudging": office.keeper.rejudging if office else Rejudging(),
            "on": asked.query.get("on", "") if version else "",
            "standing": version,
        }
    )


def as_asked(desk: Desk, asked: Asked) -> tuple[Desk, Any]:
    """A desk with the registry as it stood on the day that is asked for, and that version; else as it stands."""
    day = day_or_none(asked.query.get("on", ""))
    found = desk.office.keeper.as_of(day) if day and desk.office else None
    if found is None:
        return desk, None
    entry, registry = found
    organisation = asked.visit.who.organisation
    return replace(desk, registry=registry_of_tenant(registry, organisation) if organisation else registry), entry


def _history(desk: Desk, language: int) -> list[dict[str, Any]]:
    keeper = desk.office.keeper if desk.office else None
    return [
        {
            "entry": entry,
            "author": say("registry.author_file", language) if entry.author == "file" else entry.author,
            "reason": say(_REASONS[entry.reason], language) if entry.reason in _REASONS else entry.reason,
            "count": len(changes),
            "changes": change_rows(desk, changes[:_CHANGES], language),
        }
        for entry, changes in (keeper.history(_VERSIONS) if keeper else [])
    ]


PAGE: Final = Page(path="/registry", title=("申报登记", "Registry"), part="registry_part.html", view=view)
