"""Tables in (as a draft) and out."""

from typing import Final

from starlette.exceptions import HTTPException

from collector.accounts import Right
from collector.registry_edit import Draft
from collector.registry_table import grids_of
from dashboards.console.forms import MOST_UPLOAD
from dashboards.console.page import Asked, Desk, Page, Shown
from dashboards.console.pages.registry_entry import keep
from wire.faults import ConfigurationError, MalformedError


def view(_: Desk, __: Asked) -> Shown:
    """The form stands on the page of the registry."""
    return Shown({}, location="/registry")


def post(desk: Desk, asked: Asked) -> Shown:
    """Make a draft of the rows."""
    if not asked.form.files:
        raise HTTPException(404)
    file = asked.form.files[0]
    try:
        draft = Draft(grids=grids_of(file.content, file.name))
    except ConfigurationError as error:
        raise MalformedError(error.what) from error
    return Shown({}, location=f"/registry/drafts/{keep(desk, asked, draft)}")


PAGE: Final = Page(
    path="/registry/import",
    title=("导入", "Import"),
    part="registry_part.html",
    view=view,
    right=Right.DECLARE,
    post=post,
    write=Right.DECLARE,
    deed="draft import",
    most=MOST_UPLOAD,
)
