"""How the law is read where its text leaves a choice, and the calendar: as a draft."""

from typing import Final

from collector.accounts import Right, Role
from collector.office import DeniedError
from collector.registry_edit import Draft, draft_of_single, text_of
from dashboards.console.page import Asked, Desk, Page, Shown
from dashboards.console.pages.registry_entry import keep
from dashboards.console.registry_rows import settings_form


def view(desk: Desk, asked: Asked) -> Shown:
    """The forms."""
    _see_not_officer(asked)
    calendar = desk.registry.calendar
    return Shown(
        {
            "cells": settings_form(desk.registry.settings, asked.language),
            "holidays": text_of(calendar.holidays),
            "workdays": text_of(calendar.workdays),
        }
    )


def post(desk: Desk, asked: Asked) -> Shown:
    """Make a draft of both."""
    _see_not_officer(asked)
    names = [cell.name for cell in settings_form(desk.registry.settings, 0)]
    draft: Draft = draft_of_single(desk.registry, "settings", {name: asked.form.get(name) for name in names})
    days = {name: asked.form.get(name).split() for name in ("holidays", "workdays")}
    whole = draft.and_then(draft_of_single(desk.registry, "calendar", days))
    return Shown({}, location=f"/registry/drafts/{keep(desk, asked, whole)}")


def _see_not_officer(asked: Asked) -> None:
    if asked.visit.who.role is Role.OFFICER:
        raise DeniedError("settings are the regulator's")


PAGE: Final = Page(
    path="/registry/settings",
    title=("设定与日历", "Settings and calendar"),
    part="settings_part.html",
    view=view,
    right=Right.DECLARE,
    post=post,
    write=Right.DECLARE,
    deed="draft settings",
)
