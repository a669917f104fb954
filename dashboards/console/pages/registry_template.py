"""The registry as a workbook: empty to be filled in, or with what is declared."""

from typing import Final

from collector.book import Registry
from collector.download import Download
from collector.registry_sheets import xlsx_file
from dashboards.console.page import Asked, Desk, Page, Shown

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def view(desk: Desk, asked: Asked) -> Shown:
    """The file."""
    registry = desk.registry if asked.query.get("filled") else Registry()
    return Shown({}, file=Download("registry.xlsx", _XLSX, xlsx_file(registry)))


PAGE: Final = Page(path="/registry/template", title=("模板", "Template"), part="registry_part.html", view=view)
