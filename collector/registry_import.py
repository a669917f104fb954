"""Rows of tables -> entries of a registry: what each would add or change, and why it is refused."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import zip_longest
import re
from types import NoneType
from typing import Annotated, Any, Final, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo, replace

from collector.book import Registry
from collector.declarations import Basis, Exemption, Exporter, Filing, FilingRoute, FilingState, Line, Recipient
from collector.filings import STATE_TITLES
from collector.law.listed import LIST_ROUTES, METRICS
from collector.law.shelf import routes_of_law
from collector.law.wording import FILING_TITLES
from collector.negative_lists import ListRoute, ListRow, Metric, NegativeList
from collector.registry_checks import faults_of
from collector.registry_diff import SECTIONS, Change, changes_between, entry_name
from collector.registry_table import Cell, Grid, RowFault, Unreadable, key_of, section_of
from collector.registry_titles import SECTIONS as SECTION_TITLES
from collector.yaml_reader import scalar

RECORDS: Final[dict[str, type[Struct]]] = {
    "exporters": Exporter,
    "recipients": Recipient,
    "filings": Filing,
    "exemptions": Exemption,
    "lines": Line,
    "lists": NegativeList,
    "list_rows": ListRow,
}
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_THOUSANDS: Final = re.compile(r"\d{1,3}(,\d{3})+")
_YES_AND_NO: Final = {"是": "true", "否": "false", "yes": "true", "no": "false"}
_ITEM: Final = re.compile(r"(?:[^;；\n\\]|\\[\\;；]|\\)+")
_ESCAPED: Final = re.compile(r"\\([\\;；])")
_NOTES: Final = ("#说明", "#note")
"""A row that begins so is for people."""


class Row(Struct, frozen=True):
    """An entry as a table gave it."""

    at: RowFault
    """Where it stands."""
    section: str
    entry: Struct
    given: frozenset[str]
    """The keys that the table has a column for."""


class Plan(Struct, frozen=True):
    """What an import would do."""

    registry: Registry
    """As it would be."""
    changes: tuple[Change, ...]
    unchanged: int
    """Rows that say what is declared already."""
    faults: tuple[RowFault, ...]
    """While there is any, nothing may be written."""


def plan_import(registry: Registry, grids: Iterable[Grid], into: str) -> Plan:
    """Put the rows of tables over a registry, in memory.

    An entry that is there already takes the columns of the table; a column that the table has not keeps its value, and
    an empty cell empties it. Nothing is ever removed.

    Args:
        registry: as it is.
        grids: the sheets.
        into: the registry's file, for messages.
    """
    rows: list[Row] = []
    faults: list[RowFault] = []
    for grid in grids:
        for found in _read(grid):
            if isinstance(found, Row):
                rows.append(found)
            else:
                faults.append(found)
    merged, places, doubles = _merged(registry, rows)
    faults += doubles
    faults += [_placed(fault, places, into) for fault in faults_of(merged)]
    changes = changes_between(registry, merged)
    return Plan(merged, changes, len(rows) - len(doubles) - len(changes), tuple(sorted(faults)))


def bare_type(expected: Any) -> Any:
    """A field's type without notes and ``| None``."""
    expected = _without_none(expected)
    return get_args(expected)[0] if get_origin(expected) is Annotated else expected


def _read(grid: Grid) -> Iterator[Row | RowFault]:
    section = section_of(grid)
    if not grid.rows:
        return
    number, head = grid.rows[0]
    at = RowFault(grid.file, grid.sheet, number, "", "", "")
    if not section:
        yield _fault(at, "", f"看不出是哪一类登记：请以{'、'.join(SECTION_TITLES[name][0] for name in SECTIONS)}为表名",
                     f"for which section? name the sheet or file {', '.join(SECTIONS)}")  # fmt: skip
        return
    if section not in RECORDS:
        yield _fault(at, "", "这一类只能写在 YAML 中", "this section can only be written in YAML")
        return
    keys = [key_of(cell) if isinstance(cell, str) else "?" for cell in head]
    wrong = list(_wrong_columns(at, keys, RECORDS[section]))
    yield from wrong
    if not wrong:
        for number, cells in grid.rows[1:]:
            if not (isinstance(cells[0], str) and cells[0].casefold().startswith(_NOTES)):
                yield from _entry(replace(at, row=number), section, keys, cells)


def _wrong_columns(at: RowFault, keys: Sequence[str], record: type[Struct]) -> Iterator[RowFault]:
    fields = {field.name: field for field in msgspec.structs.fields(record)}
    for place, key in enumerate(keys):
        if key and key not in fields:
            yield _fault(at, key, "没有这一列", "there is no such column")
        elif key and key in keys[:place]:
            yield _fault(at, key, "这一列出现了两次", "this column is given twice")
    for name, field in fields.items():
        if field.required and name not in keys:
            yield _fault(at, name, "缺少这一列", "this column is missing")


def _entry(at: RowFault, section: str, keys: Sequence[str], cells: Sequence[Cell]) -> Iterator[Row | RowFault]:
    record = RECORDS[section]
    given = {key: cell for key, cell in zip(keys, cells, strict=False) if key}
    found: dict[str, Any] = {}
    wrong: list[RowFault] = []
    for field in msgspec.structs.fields(record):
        cell = given.get(field.name, "")
        value, zh, en = _value(cell, field)
        if zh:
            wrong.append(_fault(at, field.name, zh, en))
        found[field.name] = value
    if any(cell for key, cell in zip_longest(keys, cells, fillvalue="") if not key):
        wrong.append(_fault(at, "", "有单元格不在任何一列中", "a cell stands in no column"))
    if wrong:
        yield from wrong
    else:
        yield Row(at, section, record(**found), frozenset(given))


def _value(cell: Cell, field: FieldInfo) -> tuple[Any, str, str]:
    if isinstance(cell, Unreadable):
        return None, cell.reason, cell.reason_en
    if not cell:
        return (None, "不能为空", "may not be empty") if field.required else (field.default, "", "")
    kind = bare_type(field.type)
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        values, faults = zip(*(scalar(_meant(item, bare_type(inner)), inner) for item in _items(cell)), strict=True)
        what = next((fault for fault in faults if fault), "")
        return values, what and f"填写不符合要求：{what}", what
    value, what = scalar(_meant(cell, kind), _without_none(field.type))
    return value, what and f"填写不符合要求：{what}", what


def _items(cell: str) -> list[str]:
    r"""Divided by semicolons or lines; ``\;`` is a semicolon within an item."""
    return [_ESCAPED.sub(r"\1", item.strip()) for item in _ITEM.findall(cell) if item.strip()] or [""]


def _meant(text: str, kind: Any) -> str:
    """What people write for a day, a number, yes and no, or by its Chinese name."""
    if kind is date and (day := _DAY.fullmatch(text)):
        return f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}"
    if kind is int and _THOUSANDS.fullmatch(text):
        return text.replace(",", "")
    if kind is bool:
        return _YES_AND_NO.get(text.casefold(), text)
    return _by_title().get(kind, {}).get(text, text)


@cache
def _by_title() -> Mapping[Any, Mapping[str, str]]:
    return {
        FilingRoute: {titles[0]: route.value for route, titles in FILING_TITLES.items()},
        FilingState: {titles[0]: state.value for state, titles in STATE_TITLES.items()},
        ListRoute: {titles[0]: route.value for route, titles in LIST_ROUTES.items()},
        Metric: {titles[0]: metric.value for metric, titles in METRICS.items()},
        Basis: {route.title: route.basis.value for route in routes_of_law() if route.basis},
    }


def _without_none(expected: Any) -> Any:
    if get_origin(expected) is Annotated and NoneType in get_args(get_args(expected)[0]):
        return _without_none(get_args(expected)[0])
    parts = get_args(expected)
    return next(part for part in parts if part is not NoneType) if NoneType in parts else expected


def _merged(registry: Registry, rows: Sequence[Row]) -> tuple[Registry, Mapping[tuple[str, int], Row], list[RowFault]]:
    entries = {section: list(getattr(registry, section)) for section in SECTIONS}
    names = {
        section: {entry_name(section, entry): place for place, entry in enumerate(some)}
        for section, some in entries.items()
    }
    places: dict[tuple[str, int], Row] = {}
    doubles: list[RowFault] = []
    for row in rows:
        some, name = entries[row.section], entry_name(row.section, row.entry)
        place = names[row.section].setdefault(name, len(some))
        before = places.setdefault((row.section, place), row)
        if before is not row:
            where = f"{before.at.file} {before.at.sheet} {before.at.row}"
            doubles.append(_fault(row.at, "", f"与 {where} 行重复", f"stands already in {where}"))
        elif place == len(some):
            some.append(row.entry)
        else:
            some[place] = replace(some[place], **{key: getattr(row.entry, key) for key in row.given})
    return replace(registry, **{section: tuple(some) for section, some in entries.items()}), places, doubles


def _placed(fault: tuple[tuple[str | int, ...], str], places: Mapping[tuple[str, int], Row], into: str) -> RowFault:
    keys, what = fault
    section, place, column = str(keys[0]), keys[1] if len(keys) > 1 else "", str(keys[2]) if len(keys) > 2 else ""
    row = places.get((section, place)) if isinstance(place, int) else None
    at = row.at if row else RowFault(into, section, 0, "", "", "")
    return _fault(at, column, f"与登记库不一致：{what}", what)


def _fault(at: RowFault, column: str, zh: str, en: str) -> RowFault:
    return replace(at, column=column, reason=zh, reason_en=en)
