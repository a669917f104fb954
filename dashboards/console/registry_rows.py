"""Entries of the registry, changes to them and what follows, as a person reads them in one language."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any, Final

from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields, replace

from collector.clocks import Deadline
from collector.declarations import SensitiveReach, Settings, ThresholdTally
from collector.filings import STATE_TITLES
from collector.law.shelf import routes_of_law
from collector.law.wording import FILING_TITLES, REACH_TITLES, TALLY_TITLES
from collector.registry_diff import Change, Deed, Difference, named_entries
from collector.registry_edit import cells_of, choices_of, fields_of, shape_of
from collector.registry_import import RECORDS
from collector.registry_table import RowFault
from collector.registry_titles import KEYS, SECTIONS
from collector.whatif import Difference as Turned
from collector.whatif import Limit
from dashboards.console.figures import digits, full_clock
from dashboards.console.page import Desk
from dashboards.console.rows import exporter_name
from dashboards.console.words import LANGUAGES, say
from wire.kinds import Profile
from wire.titles import country_title, kind_title, profile_title, status_title

_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "exporters": ("organisation", "name", "sector", "city"),
    "recipients": ("id", "name", "country", "hosts"),
    "filings": ("number", "organisation", "route", "recipients", "state", "valid_until"),
    "exemptions": ("organisation", "basis", "purpose", "recipients", "valid_until"),
    "lines": ("id", "organisation", "carrier", "far_country", "filings"),
    "lists": ("id", "title", "region", "valid_from", "is_verified"),
    "list_rows": ("list_id", "row", "sector", "description", "route"),
}
"""What a list shows of an entry; the rest stands on its own page."""
_MOST_SHOWN: Final = 200
_SECTIONS: Final = {"lines": "Dedicated lines", "lists": "Negative lists", "list_rows": "Rows of negative lists"}
_ENGLISH: Final = {
    "organisation": "Credit code (统一社会信用代码)",
    "is_ciio": "CII operator",
    "ftz_zone": "Free trade zone",
    "ftz_group": "FTZ group",
    "asns": "AS numbers",
    "id": "Identifier",
    "hosts": "Domain names",
    "onward": "Onward recipients",
    "number": "Number",
    "most_persons": "Persons a year at most",
    "far_networks": "Networks at the far end",
    "far_country": "Country or region of the far end",
    "bandwidth_mbps": "Bandwidth (Mbps)",
    "country": "Country or region (ISO code)",
    "notified_important": "Notified important data",
    "notified_on": "Day of that notice",
}


class Cell(Struct, frozen=True):
    """One field of a form."""

    name: str
    title: str
    shape: str
    """``choice``, ``day``, ``number``, ``list`` or ``line``."""
    value: str
    is_required: bool
    is_fixed: bool
    """Part of the name of an entry that is there already."""
    choices: tuple[tuple[str, str], ...]
    hint: str
    options: tuple[tuple[str, str], ...] = ()
    """What may stand in a list, with its name."""


def section_title(section: str, language: int) -> str:
    """What a section is called."""
    names = SECTIONS.get(section, (section, section))
    return _SECTIONS.get(section, section.capitalize()) if language else names[0]


def key_title(key: str, language: int) -> str:
    """What a key is called."""
    if not language:
        return KEYS.get(key, key)
    return _ENGLISH.get(key) or key.replace("_en", " (English)").replace("_", " ").capitalize()


def shown_value(desk: Desk, key: str, value: Any, language: int) -> str:
    """A value of an entry, in words where there are any."""
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, list | tuple):
        return ("、", ", ")[language].join(shown_value(desk, key, each, language) for each in value)
    if isinstance(value, bool):
        return say("yes" if value else "no", language)
    if isinstance(value, int):
        return digits(value)
    return _named(desk, key, str(value), language)


def _named(desk: Desk, key: str, text: str, language: int) -> str:
    if key in ("kinds", "notified_important"):
        return kind_title(text, LANGUAGES[language])
    if key == "country" or key.endswith("_country"):
        return country_title(text, LANGUAGES[language])
    if key == "organisation":
        name = exporter_name(desk, text, language)
        return text if name == text else f"{name} {text}"
    if key in ("recipients", "onward"):
        found = next((each for each in desk.registry.recipients if each.id == text), None)
        return ((language and found.name_en) or found.name) if found else text
    return _choice_titles().get(text, (text, text))[language]


@cache
def _choice_titles() -> dict[str, tuple[str, str]]:
    found = {str(key): both for titles in (FILING_TITLES, STATE_TITLES) for key, both in titles.items()}
    found |= {str(each.basis): (each.title, each.title_en) for each in routes_of_law() if each.basis}
    found |= {str(tally): TALLY_TITLES[tally] for tally in ThresholdTally}
    found |= {str(reach): REACH_TITLES[reach] for reach in SensitiveReach}
    found |= {str(each): (profile_title(each), profile_title(each)) for each in Profile}
    return found


def columns_of(section: str, language: int) -> list[tuple[str, str]]:
    """The columns of a list with their titles."""
    known = {field.name for field in fields_of(section)}
    keys = [key for key in _COLUMNS.get(section, ()) if key in known] or sorted(known)[:5]
    words = {"organisation": "col.exporter", "recipients": "registry.recipients"}
    return [(key, say(words[key], language) if key in words else key_title(key, language)) for key in keys]


def entry_rows(desk: Desk, section: str, language: int) -> list[dict[str, Any]]:
    """The entries of a section as lines."""
    keys = [key for key, _ in columns_of(section, language)]
    return [
        {"name": name, "cells": [shown_value(desk, key, getattr(entry, key), language) for key in keys]}
        for name, entry in named_entries(desk.registry, section).items()
    ]


def form_of_entry(desk: Desk, section: str, entry: Struct | None, given: dict[str, str], language: int) -> list[Cell]:
    """The form of an entry; what was typed already takes the place of what is declared."""
    cells = {**cells_of(entry, section), **given}
    plain = [_cell(field, cells[field.name], entry is not None, section, language) for field in fields_of(section)]
    return [_with_options(desk, cell, section, language) for cell in plain]


def _with_options(desk: Desk, cell: Cell, section: str, language: int) -> Cell:
    """What is declared elsewhere can be chosen here."""
    if cell.name == "organisation" and desk.registry.exporters and not cell.is_fixed and section != "exporters":
        codes = tuple((each.organisation, _both(desk, each.organisation, language)) for each in desk.registry.exporters)
        return replace(cell, shape="line" if _is_new(cell, codes) else "choice", choices=codes)
    if cell.name in ("recipients", "onward"):
        return replace(cell, options=tuple((each.id, each.name) for each in desk.registry.recipients))
    if cell.name in ("kinds", "notified_important"):
        return replace(cell, options=tuple((kind, titles[language]) for kind, titles in desk.kind_titles.items()))
    return cell


def _both(desk: Desk, organisation: str, language: int) -> str:
    return f"{exporter_name(desk, organisation, language)} {organisation}"


def _is_new(cell: Cell, codes: tuple[tuple[str, str], ...]) -> bool:
    return bool(cell.value) and cell.value not in dict(codes)


_NAMES: Final = {
    "exporters": ("organisation",),
    "recipients": ("id",),
    "filings": ("number",),
    "exemptions": ("organisation", "basis", "purpose", "valid_from"),
    "lines": ("id",),
    "lists": ("id",),
    "list_rows": ("list_id", "row"),
}
"""By which an entry is known (``registry_diff``): what cannot be changed in an entry that is there."""


def _cell(field: FieldInfo, value: str, is_there: bool, section: str, language: int) -> Cell:  # noqa: FBT001  # a fact of the form
    is_fixed = is_there and field.name in _NAMES.get(section, ())
    choices = tuple((each, _choice(each, language)) for each in choices_of(field))
    if choices and not field.required:
        value = value or _default(field)
    hint = say(f"hint.{field.name}", language) if f"hint.{field.name}" in _HINTS else ""
    return Cell(
        field.name, key_title(field.name, language), shape_of(field), value, field.required, is_fixed, choices, hint
    )


_HINTS: Final = {"hint.organisation", "hint.kinds", "hint.recipients", "hint.country", "hint.fields", "hint.networks"}


def _default(field: FieldInfo) -> str:
    value = field.default
    return ("是" if value else "否") if isinstance(value, bool) else str(getattr(value, "value", value or ""))


def _choice(value: str, language: int) -> str:
    if value in ("是", "否"):
        return say("yes" if value == "是" else "no", language)
    return _choice_titles().get(value, (value, value))[language]


def settings_form(settings: Settings, language: int) -> list[Cell]:
    """The settings as a form."""
    return [
        Cell(
            field.name,
            key_title(field.name, language),
            "choice",
            str(getattr(settings, field.name).value),
            field.required,
            is_fixed=False,
            choices=tuple((each, _choice(each, language)) for each in choices_of(field)),
            hint="",
        )
        for field in fields(Settings)
    ]


def change_rows(desk: Desk, changes: Iterable[Change], language: int) -> list[dict[str, Any]]:
    """Changes, entry by entry and key by key, before and after."""
    return [
        {
            "section": section_title(change.section, language),
            "entry": change.entry,
            "deed": say(f"deed.{change.deed}", language),
            "tone": {"added": "covered", "removed": "unfiled"}.get(change.deed, "scope"),
            "keys": [
                {
                    "title": key_title(each.key, language),
                    "before": _side(desk, change, each, each.before, language),
                    "after": _side(desk, change, each, each.after, language),
                }
                for each in change.differences
            ],
            "is_change": change.deed is Deed.CHANGED,
        }
        for change in list(changes)[:_MOST_SHOWN]
    ]


def _side(desk: Desk, change: Change, difference: Difference, value: Any, language: int) -> str:
    """A key before or after: what an entry does not say is what it says by default."""
    if value is None and change.deed is Deed.CHANGED and change.section in RECORDS:
        value = next((each.default for each in fields_of(change.section) if each.name == difference.key), None)
        value = None if value is NODEFAULT else value
    return shown_value(desk, difference.key, value, language)


def fault_rows(faults: Iterable[RowFault], language: int) -> list[dict[str, str]]:
    """Faults, each where a person finds it."""
    return [
        {
            "at": _where(each, language),
            "column": key_title(each.column, language) if each.column else "",
            "says": each.reason_en if language else each.reason,
        }
        for each in list(faults)[:_MOST_SHOWN]
    ]


def _where(fault: RowFault, language: int) -> str:
    if fault.file in ("form", "registry", ""):
        return section_title(fault.sheet, language) if fault.sheet in {*RECORDS, *SECTIONS} else ""
    row = say("fault.row", language, row=fault.row) if fault.row else ""
    return " · ".join(part for part in (fault.file, fault.sheet, row) if part)


def difference_rows(desk: Desk, differences: Iterable[Turned], language: int) -> list[dict[str, Any]]:
    """What would be judged otherwise, exporter by exporter and year by year; those without a change are left out."""
    return [
        {
            "exporter": exporter_name(desk, each.organisation, language) or say("limits.unknown", language),
            "year": each.year,
            "events": each.events,
            "changed": each.changed,
            "turns": list(_turns(each, language)),
            "limits": [_limit(limit, language) for limit in each.turned],
            "first": [_first(change, language) for change in each.first],
        }
        for each in differences
        if each.changed or each.turned
    ]


def _turns(difference: Turned, language: int) -> Iterator[dict[str, Any]]:
    for status in dict.fromkeys((*difference.before, *difference.after)):
        before, after = difference.before.get(status, 0), difference.after.get(status, 0)
        if before != after:
            title = status_title(status, LANGUAGES[language])
            yield {"status": status, "title": title, "before": before, "after": after}


def _limit(limit: Limit, language: int) -> str:
    what = say("count.sensitive" if limit.sensitive else "count.any", language)
    key = "whatif.crossed" if limit.is_crossed else "whatif.uncrossed"
    return say(key, language, what=what, limit=digits(limit.persons))


def _first(change: Any, language: int) -> dict[str, Any]:
    reasons = change.after.reasons
    return {
        "event_id": change.event_id,
        "time": full_clock(change.begun_ns),
        "target": change.target,
        "before": change.before,
        "after": change.after,
        "reason": (reasons[0].says_en if language else reasons[0].says) if reasons else "",
    }


def deadline_rows(desk: Desk, deadlines: Iterable[Deadline], language: int) -> list[dict[str, Any]]:
    """What falls due, the most urgent first."""
    return [
        {
            "due": each.due.isoformat(),
            "what": each.what_en if language else each.what,
            "filing": each.filing,
            "exporter": exporter_name(desk, each.organisation, language),
            "is_late": each.is_overdue,
            "is_estimated": each.estimated,
            "is_verified": each.is_verified,
            "law": f"《{each.citation.instrument}》{each.citation.article}" if each.citation else "",
        }
        for each in sorted(deadlines, key=lambda each: (not each.is_overdue, each.due))
    ]


def day_or_none(text: str) -> date | None:
    """A day as an address has it; None where there is none or it is no day."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
