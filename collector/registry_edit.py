"""A change to the registry before it is made: entries put, entries taken out, settings. Looked at as often as asked.

A draft keeps what a person wants, not what comes of it: it is planned anew over the registry as it stands, so that two
people's drafts do not undo one another, and an entry that somebody else changed meanwhile is a fault.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import Enum
from hashlib import blake2b
import re
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo, replace

from collector.accounts import Principal, Role
from collector.book import Registry
from collector.declarations import Exemption, Filing, FilingState
from collector.registry_checks import faults_of
from collector.registry_diff import SECTIONS, SINGLES, Change, changes_between, named_entries
from collector.registry_import import RECORDS, Plan, bare_type, plan_import
from collector.registry_table import Grid, RowFault, stripped
from collector.tenant import registry_of_tenant
from wire.faults import GuanjinError, MalformedError

_DIVIDER: Final = re.compile(r"[\\;；]")
_FORM: Final = "form"
_HEAD_ROW: Final = 1
_ENTRY_ROW: Final = 2
MOST_GRIDS: Final = 100


class RegistryEditError(GuanjinError):
    """A change that may not be made; nothing was changed."""


class Known(Struct, frozen=True):
    """What an entry was when the person saw it."""

    section: str
    entry: str
    digest: str
    """Empty: there was none."""


class Draft(Struct, frozen=True, kw_only=True):
    """What a person wants to change."""

    grids: tuple[Grid, ...] = ()
    drops: tuple[tuple[str, str], ...] = ()
    """Section and name of what is taken out."""
    singles: dict[str, dict[str, Any]] = {}
    known: tuple[Known, ...] = ()

    def and_then(self, other: "Draft") -> "Draft":
        """This draft and then the other.

        Raises:
            RegistryEditError: it holds too much already.
        """
        if len(self.grids) + len(self.drops) + len(other.grids) + len(other.drops) > MOST_GRIDS:
            raise RegistryEditError(f"a draft holds at most {MOST_GRIDS} steps: save it and begin another")
        mine = {(each.section, each.entry) for each in self.known}
        return Draft(
            grids=(*self.grids, *other.grids),
            drops=(*self.drops, *other.drops),
            singles={**self.singles, **other.singles},
            known=(*self.known, *(each for each in other.known if (each.section, each.entry) not in mine)),
        )


def draft_of_entry(registry: Registry, section: str, before: str, cells: Mapping[str, str]) -> Draft:
    """Put an entry in, or change one.

    Args:
        registry: as the person saw it.
        section: which list.
        before: the entry's name; empty for a new one.
        cells: its keys as texts, as a table would give them.
    """
    grid = Grid(
        _FORM,
        section,
        ((_HEAD_ROW, tuple(cells)), (_ENTRY_ROW, tuple(stripped(each) for each in cells.values()))),
    )
    return Draft(grids=(grid,), known=(_known(registry, section, before),) if before else ())


def draft_of_drop(registry: Registry, section: str, name: str) -> Draft:
    """Take an entry out."""
    return Draft(drops=((section, name),), known=(_known(registry, section, name),))


def draft_of_single(registry: Registry, section: str, values: dict[str, Any]) -> Draft:
    """Put the settings or the calendar anew."""
    return Draft(singles={section: values}, known=(_known(registry, section, ""),))


def plan_draft(registry: Registry, draft: Draft, into: str = "registry") -> Plan:
    """What the registry would be with the draft over it, what that changes, and what is wrong with it."""
    faults = [*_changed_meanwhile(registry, draft, into)]
    base = registry
    for section, values in draft.singles.items():
        base, fault = _with_single(base, section, values, into)
        faults += fault
    for section, name in draft.drops:
        base = _without(base, section, name)
    unchanged = 0
    planned: list[RowFault] = []
    for grid in draft.grids:
        plan = plan_import(base, (grid,), into)
        base, unchanged = plan.registry, unchanged + plan.unchanged
        planned += plan.faults
    if not draft.grids:
        planned += [_fault(into, keys, what) for keys, what in faults_of(base)]
    faults += [each for each in planned if each not in faults]
    return Plan(base, changes_between(registry, base), unchanged, tuple(faults))


def cells_of(entry: Struct | None, section: str) -> dict[str, str]:
    """An entry as the texts of a form: several values stand line by line."""
    fields = fields_of(section)
    return {field.name: text_of(getattr(entry, field.name) if entry else None) for field in fields}


def fields_of(section: str) -> tuple[FieldInfo, ...]:
    """The keys of a section.

    Raises:
        MalformedError: there is no such section.
    """
    if section not in RECORDS:
        raise MalformedError("there is no such section")
    return msgspec.structs.fields(RECORDS[section])


def text_of(value: Any) -> str:
    """A value as ``plan_import`` reads it back."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "\n".join(_DIVIDER.sub(r"\\\g<0>", text_of(item)) for item in value)
    return str(value.value if isinstance(value, Enum) else value)


def choices_of(field: FieldInfo) -> tuple[str, ...]:
    """What a field may be, where it is one of few; empty where it may be anything."""
    kind = bare_type(field.type)
    if kind is bool:
        return ("是", "否")
    return tuple(member.value for member in kind) if isinstance(kind, type) and issubclass(kind, Enum) else ()


def shape_of(field: FieldInfo) -> str:
    """``choice``, ``day``, ``number``, ``list`` or ``line``."""
    kind = bare_type(field.type)
    if choices_of(field):
        return "choice"
    if str(kind).startswith("tuple["):
        return "list"
    return {date: "day", int: "number"}.get(kind, "line")


def see_allowed(who: Principal, before: Registry, after: Registry) -> None:
    """See that this person may make these changes.

    An officer declares its own exemptions and drafts its own filings; whether a filing counts is not the exporter's to
    say, and who stands at which address decides other organisations' verdicts too.

    Raises:
        RegistryEditError: it may not.
    """
    if who.role is not Role.OFFICER:
        return
    own = {each.id for each in registry_of_tenant(before, who.organisation).recipients}
    for change in changes_between(before, after):
        if change.section not in ("filings", "exemptions") or not all(
            _is_own_draft(entry, who.organisation, own) for entry in _both(before, after, change)
        ):
            raise RegistryEditError(
                "an officer changes its own exemptions, and its own filings while they are drafts, for recipients "
                "that are registered for it"
            )


def organisations_touched(before: Registry, after: Registry) -> frozenset[str] | None:
    """Whose transfers may be judged otherwise; None where it may be everybody's."""
    found: set[str] = set()
    for change in changes_between(before, after):
        if change.section not in ("exporters", "filings", "exemptions"):
            return None
        for entry in _both(before, after, change):
            found |= {str(getattr(entry, "organisation", "")), *getattr(entry, "covers", ())}
    return frozenset(found)


def entry_of(registry: Registry, section: str, name: str) -> Struct | None:
    """The entry of that name; of the settings and the calendar there is one each, whose name is empty."""
    if section in SINGLES:
        found: Struct = getattr(registry, section)
        return found
    return named_entries(registry, section).get(name) if section in SECTIONS else None


def _both(before: Registry, after: Registry, change: Change) -> Iterator[Struct]:
    for registry in (before, after):
        entry = entry_of(registry, change.section, change.entry)
        if entry is not None:
            yield entry


def _is_own_draft(entry: Struct, organisation: str, recipients: Iterable[str]) -> bool:
    if not isinstance(entry, Filing | Exemption):
        return False
    is_draft = isinstance(entry, Exemption) or (
        entry.state is FilingState.DRAFT and set(entry.covers) <= {organisation}
    )
    return is_draft and entry.organisation == organisation and set(entry.recipients) <= set(recipients)


def _known(registry: Registry, section: str, name: str) -> Known:
    return Known(section, name, _digest(entry_of(registry, section, name)))


def _digest(entry: Struct | None) -> str:
    return blake2b(msgspec.json.encode(entry), digest_size=8).hexdigest() if entry is not None else ""


def _changed_meanwhile(registry: Registry, draft: Draft, into: str) -> Iterator[RowFault]:
    for each in draft.known:
        if _digest(entry_of(registry, each.section, each.entry)) != each.digest:
            yield RowFault(
                into, each.section, 0, "", f"“{each.entry}” 已被他人修改，请重新填写",
                f"{each.entry!r} was changed by somebody else meanwhile: begin again",
            )  # fmt: skip


def _without(registry: Registry, section: str, name: str) -> Registry:
    if section not in SECTIONS:
        raise MalformedError("there is no such section")
    kept = tuple(entry for each, entry in named_entries(registry, section).items() if each != name)
    return replace(registry, **{section: kept})


def _with_single(
    registry: Registry, section: str, values: dict[str, Any], into: str
) -> tuple[Registry, list[RowFault]]:
    if section not in SINGLES:
        raise MalformedError("there is no such section")
    try:
        return replace(registry, **{section: msgspec.convert(values, type(getattr(registry, section)))}), []
    except msgspec.ValidationError as error:
        return registry, [RowFault(into, section, 0, "", f"填写不符合要求：{error}", str(error))]


def _fault(into: str, keys: tuple[str | int, ...], what: str) -> RowFault:
    column = str(keys[2]) if len(keys) > 2 else ""
    return RowFault(into, str(keys[0]), 0, column, f"与登记库不一致：{what}", what)
