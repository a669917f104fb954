"""The protocol of one check (一致性抽验记录): questions, the observed against the declared, result, signature."""

from typing import Final

from starlette.exceptions import HTTPException

from collector.accounts import Right
from collector.case_words import title
from collector.deeds import Finding
from collector.draws import Outcome
from collector.spotcheck import protocol
from dashboards.console.forms import MOST_UPLOAD
from dashboards.console.page import Asked, Desk, Page, Shown, deeds_of
from dashboards.console.pages.check import draw_of
from dashboards.console.rows import row_of
from dashboards.console.words import LANGUAGES, say
from wire.faults import MalformedError

_AGREES: Final = {True: ("covered", "check.agrees"), False: ("unfiled", "check.differs"), None: ("open", "check.open")}


def view(desk: Desk, asked: Asked) -> Shown:
    """The protocol of the transfer of the address."""
    drawn, event_id, language = draw_of(desk, asked), asked.path["event_id"], asked.language
    judged = desk.store.transfer(event_id) if event_id in drawn.drawn else None
    if judged is None:
        raise HTTPException(404)
    items = [
        {
            "question": each.question_en if language else each.question,
            "observed": each.observed_en if language else each.observed,
            "declared": each.declared_en if language else each.declared,
            "tone": _AGREES[each.agrees][0],
            "agrees": say(_AGREES[each.agrees][1], language),
        }
        for each in protocol(judged, desk.registry)
    ]
    results = [
        {"result": each, "outcome": title("outcome", each.outcome, LANGUAGES[language])}
        for each in desk.store.cases.results(drawn.draw_id)
        if each.event_id == event_id
    ]
    outcomes = tuple((each.value, title("outcome", each, LANGUAGES[language])) for each in Outcome)
    return Shown(
        {
            "draw": drawn,
            "row": row_of(judged, desk, language),
            "items": items,
            "results": results,
            "outcomes": outcomes,
            "can_sign": asked.may(Right.CHECK),
        }
    )


def post(desk: Desk, asked: Asked) -> Shown:
    """Sign a result; where it is inconsistent a case follows."""
    form, (draw_id, event_id) = asked.form, (asked.path["draw_id"], asked.path["event_id"])
    try:
        outcome = Outcome(form.get("outcome"))
    except ValueError as error:
        raise MalformedError("not a form") from error
    finding = Finding(outcome=outcome, note=form.get("note"), attachments=tuple(file.digest for file in form.files))
    result = deeds_of(desk, asked).conclude(draw_id, event_id, finding)
    return Shown({}, location=f"/cases/{result.case_id}" if result.case_id else f"/checks/{draw_id}/{event_id}")


PAGE: Final = Page(
    path="/checks/{draw_id}/{event_id}",
    title=("一致性抽验记录", "Consistency check"),
    part="check_protocol_part.html",
    view=view,
    post=post,
    write=Right.CHECK,
    deed="check",
    most=MOST_UPLOAD,
)
