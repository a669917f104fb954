"""The entries of one section of the registry."""

from typing import Final

from starlette.exceptions import HTTPException

from collector.accounts import Right
from collector.registry_import import RECORDS
from dashboards.console.page import Asked, Desk, Page, Shown
from dashboards.console.pages.registry import OFFICERS, as_asked
from dashboards.console.registry_rows import columns_of, entry_rows, section_title


def view(desk: Desk, asked: Asked) -> Shown:
    """The list."""
    section = asked.path["section"]
    if section not in RECORDS:
        raise HTTPException(404)
    standing, version = as_asked(desk, asked)
    can_write = asked.may(Right.DECLARE) and version is None
    return Shown(
        {
            "title": section_title(section, asked.language),
            "section": section,
            "columns": columns_of(section, asked.language),
            "rows": entry_rows(standing, section, asked.language),
            "can_add": can_write and (not asked.visit.who.organisation or section in OFFICERS),
            "on": asked.query.get("on", "") if version else "",
        }
    )


PAGE: Final = Page(
    path="/registry/sections/{section}", title=("申报登记", "Registry"), part="section_part.html", view=view
)
