"""Two registries side by side: what was added, changed and taken out."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec
from msgspec import Struct

from collector.book import Registry

SECTIONS: Final = ("exporters", "recipients", "filings", "exemptions", "lines", "lists", "list_rows")
"""The sections that are lists of entries."""
SINGLES: Final = ("settings", "calendar")
"""The sections that are one record each."""
_KEYS: Final = {
    "exporters": ("organisation",),
    "recipients": ("id",),
    "filings": ("number",),
    "exemptions": ("organisation", "basis", "purpose", "valid_from"),
    "lines": ("id",),
    "lists": ("id",),
    "list_rows": ("list_id", "row"),
}


class Deed(StrEnum):
    """What was done to an entry."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class Difference(Struct, frozen=True):
    """One key of an entry, before and after; None where there was or is no entry."""

    key: str
    before: Any
    after: Any


class Change(Struct, frozen=True):
    """One entry that is not as it was."""

    section: str
    entry: str
    deed: Deed
    differences: tuple[Difference, ...]


def entry_name(section: str, entry: Struct) -> str:
    """By which an entry is known from one version to the next: its code, id or number."""
    return " · ".join(str(getattr(entry, key)) for key in _KEYS[section])


def named_entries(registry: Registry, section: str) -> dict[str, Struct]:
    """The entries of a section by name; a name that comes again is numbered."""
    seen: Counter[str] = Counter()
    found: dict[str, Struct] = {}
    for entry in getattr(registry, section):
        name = entry_name(section, entry)
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} #{seen[name]}"] = entry
    return found


def plain(entry: Struct | None) -> dict[str, Any]:
    """An entry as texts, numbers and lists, without what is not declared."""
    if entry is None:
        return {}
    fields = msgspec.structs.fields(type(entry))
    said = {each.name: getattr(entry, each.name) for each in fields if getattr(entry, each.name) != each.default}
    found: dict[str, Any] = msgspec.to_builtins(said)
    return found


def changes_between(before: Registry, after: Registry) -> tuple[Change, ...]:
    """Every entry that differs, section by section; the order of entries is no difference."""
    found: list[Change] = []
    for section in SINGLES:
        found += _compared(section, {"": getattr(before, section)}, {"": getattr(after, section)})
    for section in SECTIONS:
        found += _compared(section, named_entries(before, section), named_entries(after, section))
    return tuple(found)


def _compared(section: str, before: Mapping[str, Struct], after: Mapping[str, Struct]) -> list[Change]:
    return [
        _change(section, name, before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def _change(section: str, name: str, before: Struct | None, after: Struct | None) -> Change:
    old, new = plain(before), plain(after)
    differences = tuple(
        Difference(key, old.get(key), new.get(key))
        for key in dict.fromkeys((*old, *new))
        if old.get(key) != new.get(key)
    )
    deed = Deed.ADDED if before is None else Deed.REMOVED if after is None else Deed.CHANGED
    return Change(section, name, deed, differences)
