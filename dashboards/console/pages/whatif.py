"""What if: the year judged again under another registry; nothing is written."""

from typing import Final

from starlette.exceptions import HTTPException

from collector.accounts import Right
from collector.registry import Registry, read_registry
from collector.registry_edit import Draft, plan_draft
from collector.registry_table import RowFault, grids_of
from dashboards.console.forms import MOST_UPLOAD, Upload
from dashboards.console.page import Asked, Desk, Page, Shown, deeds_of
from dashboards.console.registry_rows import difference_rows, fault_rows
from wire.faults import ConfigurationError

_YAML: Final = (".yaml", ".yml")


def view(desk: Desk, asked: Asked) -> Shown:
    """The form."""
    return Shown(_values(desk, asked, "", (), is_told=False))


def post(desk: Desk, asked: Asked) -> Shown:
    """Judge again in memory under the registry that was handed in, or with the rows that were."""
    if not asked.form.files:
        raise HTTPException(404)
    file, deeds = asked.form.files[0], deeds_of(desk, asked)
    try:
        registry, faults = _registry(desk, file)
    except ConfigurationError as error:
        registry, faults = desk.registry, _faults(file, error)
    if faults:
        return Shown(_values(desk, asked, file.name, faults, is_told=False), 409)
    found = difference_rows(desk, deeds.differences(registry), asked.language)
    return Shown({**_values(desk, asked, file.name, (), is_told=True), "found": found})


def _registry(desk: Desk, file: Upload) -> tuple[Registry, tuple[RowFault, ...]]:
    """The registry that was handed in, or the one at hand with the rows that were."""
    if file.name.lower().endswith(_YAML):
        return read_registry(file.content, file.name), ()
    plan = plan_draft(desk.registry, Draft(grids=grids_of(file.content, file.name)))
    return plan.registry, plan.faults


def _values(desk: Desk, asked: Asked, name: str, faults: tuple[RowFault, ...], *, is_told: bool) -> dict[str, object]:
    office, can_run = desk.office, asked.may(Right.OWN)
    return {
        "can_run": can_run,
        "drafts": office.drafts.of(asked.visit.who.name) if office and can_run and not is_told else [],
        "name": name,
        "wrong": fault_rows(faults, asked.language),
        "found": None,
    }


def _faults(file: Upload, error: ConfigurationError) -> tuple[RowFault, ...]:
    return tuple(RowFault(file.name, "", 0, "", line, line) for line in error.what.splitlines())


PAGE: Final = Page(
    path="/whatif",
    title=("推演", "What if"),
    part="whatif_part.html",
    view=view,
    post=post,
    write=Right.OWN,
    deed="what if",
    most=MOST_UPLOAD,
)
