"""A registry as sheets for a spreadsheet: empty to be filled in, or with what is declared."""

from collections.abc import Iterator
from enum import Enum
import re
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo

from collector.book import Registry
from collector.registry_import import RECORDS, bare_type
from collector.registry_table import csv_text
from collector.registry_titles import KEYS, SECTIONS

_NOTES: Final = {
    "organisation": "18位统一社会信用代码，按文本填写",
    "country": "ISO 3166-1 两位字母，如 US、HK、MO、TW",
    "recipients": "接收方编号，多个用分号隔开",
}
_LIST: Final = "多个用分号隔开"
_DIVIDER: Final = re.compile(r"[\\;；]")
_DAY: Final = "如 2026-01-15"


def csv_files(registry: Registry) -> Iterator[tuple[str, bytes]]:
    """A file's name and content for each section."""
    for section, record in RECORDS.items():
        rows = [[_title(field) for field in msgspec.structs.fields(record)], *_rows(section, registry)]
        yield f"{section}.csv", csv_text(rows)


def xlsx_file(registry: Registry) -> bytes:
    """One workbook with a sheet for each section."""
    from collector.registry_xlsx import Column, workbook_of  # noqa: PLC0415  # openpyxl is heavy: CSV must not pay

    return workbook_of(
        (
            SECTIONS[section][0],
            [Column(_title(field), _choices(field)) for field in msgspec.structs.fields(record)],
            _rows(section, registry),
        )
        for section, record in RECORDS.items()
    )


def _rows(section: str, registry: Registry) -> list[list[str]]:
    fields = msgspec.structs.fields(RECORDS[section])
    note = [_note(field) for field in fields]
    entries: tuple[Struct, ...] = getattr(registry, section)
    return [
        ["#说明 " + note[0], *note[1:]],
        *([_cell(getattr(entry, each.name)) for each in fields] for entry in entries),
    ]


def _title(field: FieldInfo) -> str:
    """``名称* (name)``: the star marks what must be filled in."""
    return f"{KEYS[field.name]}{'*' if field.required else ''} ({field.name})"


def _note(field: FieldInfo) -> str:
    choices = _choices(field)
    if choices:
        return " / ".join(choices)
    if "datetime.date" in str(field.type):
        return _DAY
    return _NOTES.get(field.name) or (_LIST if "tuple[" in str(field.type) else "")


def _choices(field: FieldInfo) -> tuple[str, ...]:
    """What a cell of that column may be, where it is one of few."""
    kind = bare_type(field.type)
    if kind is bool:
        return ("是", "否")
    return tuple(member.value for member in kind) if isinstance(kind, type) and issubclass(kind, Enum) else ()


def _cell(value: Any) -> str:
    """A value as ``plan_import`` reads it back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "; ".join(_DIVIDER.sub(r"\\\g<0>", _cell(item)) for item in value)
    return str(value.value if isinstance(value, Enum) else value)
