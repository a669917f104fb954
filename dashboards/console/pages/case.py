"""One case: its cause, its risk, its clocks, its history, its transfers, and the steps that may be taken."""

import re
from typing import Final

from starlette.exceptions import HTTPException

from collector.accounts import Right
from collector.cases import Move
from collector.deeds import OFFICERS_MOVES, Step, time_of
from collector.desk import dossier
from collector.risk import own_factors
from dashboards.console.case_rows import act_rows, case_row, cause_facts, clock_rows, risk_parts
from dashboards.console.forms import MOST_UPLOAD
from dashboards.console.page import Asked, Desk, Page, Shown, deeds_of
from dashboards.console.report_rows import letter_rows
from dashboards.console.rows import row_of
from dashboards.console.words import say
from wire.faults import MalformedError

_CASE_ID: Final = re.compile(r"[0-9a-f]{16}")


def view(desk: Desk, asked: Asked) -> Shown:
    """The case of the address."""
    name, language = asked.path["case_id"], asked.language
    case = desk.store.cases.case(name) if _CASE_ID.fullmatch(name) else None
    if case is None:
        raise HTTPException(404)
    shown = dossier(desk.store, case, desk.registry, own_factors())
    return Shown(
        {
            "row": case_row(shown, desk, language),
            "facts": cause_facts(case, desk, language),
            "parts": risk_parts(shown.risk, language),
            "risk_version": shown.risk.version,
            "clocks": clock_rows(shown.clocks, desk.now_ns(), language),
            "acts": act_rows(case.acts, language),
            "transfers": [row_of(judged, desk, language) for judged in shown.members],
            "steps": [_step(move, language) for move in case.possible if _may(asked, move)],
            "letters": letter_rows(case, language),
            "is_incident": case.opening.incident is not None,
        }
    )


def post(desk: Desk, asked: Asked) -> Shown:
    """Take a step, signed with the account's name."""
    form, name = asked.form, asked.path["case_id"]
    attachments = [*form.get("attachment").lower().split(), *(file.digest for file in form.files)]
    step = Step(
        move=_move(form.get("move")),
        note=form.get("note").replace("\r\n", "\n"),
        owner=form.get("owner"),
        due_ns=time_of(form.get("due")) if form.get("due") else None,
        passed={"yes": True, "no": False}.get(form.get("passed")),
        attachments=tuple(dict.fromkeys(attachments)),
    )
    deeds_of(desk, asked).act(name, step)
    return Shown({}, location=f"/cases/{name}")


def _move(text: str) -> Move:
    try:
        return Move(text)
    except ValueError as error:
        raise MalformedError("not a form") from error


def _may(asked: Asked, move: Move) -> bool:
    return asked.may(Right.HANDLE) and (not asked.visit.who.organisation or move in OFFICERS_MOVES)


def _step(move: Move, language: int) -> dict[str, str]:
    return {"name": move.value, "title": say(f"do.{move}", language), "hint": say(f"do.{move}.hint", language)}


PAGE: Final = Page(
    path="/cases/{case_id}",
    title=("案件", "Case"),
    template="case.html",
    part="case_part.html",
    view=view,
    post=post,
    write=Right.HANDLE,
    deed="case",
    about=lambda _, asked: f"{asked.path['case_id']} {asked.form.get('move')[:20]}",
    most=MOST_UPLOAD,
)
