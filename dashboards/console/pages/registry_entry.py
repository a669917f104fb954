"""One entry of the registry: read it, or fill in what it is to be. What was filled in becomes a draft, nothing else."""

from typing import Any, Final
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import fields
from starlette.exceptions import HTTPException

from collector.accounts import Right
from collector.registry_edit import Draft, draft_of_drop, draft_of_entry, entry_of, fields_of, plan_draft
from collector.registry_import import RECORDS
from dashboards.console.page import Asked, Desk, Page, Shown, deeds_of, office_of
from dashboards.console.pages.registry import OFFICERS, as_asked
from dashboards.console.registry_rows import fault_rows, form_of_entry, key_title, section_title, shown_value
from dashboards.console.report_rows import form_rows_of, forms_title
from dashboards.console.words import say


def view(desk: Desk, asked: Asked) -> Shown:
    """The entry of the address, or a blank form."""
    standing, version = as_asked(desk, asked)
    return _page(standing, asked, {}, [], can_write=_can_write(asked) and version is None)


def post(desk: Desk, asked: Asked) -> Shown:
    """Make a draft of the form, or of taking the entry out; go on with a draft that was begun."""
    section, before = _section(asked), asked.form.get("before")
    cells = {field.name: asked.form.get(field.name) for field in fields_of(section)}
    entry = _entry(desk, section, before)
    draft = (
        draft_of_drop(desk.registry, section, before)
        if asked.form.get("drop") and entry is not None
        else draft_of_entry(desk.registry, section, before, cells)
    )
    faults = plan_draft(desk.registry, draft).faults if not asked.form.get("drop") else ()
    if any(fault.row for fault in faults):
        wrong = fault_rows((fault for fault in faults if fault.row), asked.language)
        return _page(desk, asked, cells, wrong, can_write=True, status=409)
    return Shown({}, location=f"/registry/drafts/{keep(desk, asked, draft)}")


def keep(desk: Desk, asked: Asked, draft: Draft) -> str:
    """Keep a draft, behind the one that the form names; gives its id."""
    deeds_of(desk, asked).plan(draft)
    drafts, who = office_of(desk).drafts, asked.visit.who.name
    begun = drafts.one(who, asked.form.get("draft")) if asked.form.get("draft") else None
    if begun is not None:
        draft = begun.draft.and_then(draft)
    return drafts.keep(who, draft, desk.now_ns(), begun.id if begun else "")


def _page(  # noqa: PLR0913  # a page's parts
    desk: Desk, asked: Asked, given: dict[str, str], wrong: list[dict[str, str]], *, can_write: bool, status: int = 200
) -> Shown:
    section, language = _section(asked), asked.language
    name = asked.form.get("before") or asked.query.get("name", "")
    entry = _entry(desk, section, name)
    if name and entry is None:
        raise HTTPException(404)
    new = say("registry.new_in", language, name=section_title(section, language))
    return Shown(
        {
            "heading": name or new,
            "title": name or new,
            "section": section,
            "section_name": section_title(section, language),
            "before": name,
            "draft": asked.form.get("draft") or asked.query.get("draft", ""),
            "action": f"/registry/entry/{section}{f'?name={quote(name)}' if name else ''}",
            "wrong": wrong,
            "can_write": can_write,
            "cells": form_of_entry(desk, section, entry, given, language),
            "facts": _facts(desk, entry, language),
            "forms": form_rows_of(entry, asked, language),
            "forms_of": forms_title(entry, desk, language),
        },
        status,
    )


def _facts(desk: Desk, entry: Struct | None, language: int) -> list[tuple[str, Any]]:
    if entry is None:
        return []
    some = ((field.name, getattr(entry, field.name)) for field in fields(entry))
    return [
        (key_title(key, language), shown)
        for key, value in some
        if (shown := shown_value(desk, key, value if not hasattr(value, "isoformat") else value.isoformat(), language))
    ]


def _section(asked: Asked) -> str:
    section = asked.path["section"]
    if section not in RECORDS:
        raise HTTPException(404)
    return section


def _entry(desk: Desk, section: str, name: str) -> Struct | None:
    return entry_of(desk.registry, section, name) if name else None


def _can_write(asked: Asked) -> bool:
    return asked.may(Right.DECLARE) and (not asked.visit.who.organisation or asked.path["section"] in OFFICERS)


PAGE: Final = Page(
    path="/registry/entry/{section}",
    title=("登记条目", "Entry"),
    part="entry_part.html",
    view=view,
    post=post,
    write=Right.DECLARE,
    deed="draft entry",
    about=lambda _, asked: f"{asked.path['section']} {asked.form.get('before')}".strip(),
)
