"""Spot checks: every draw, and the form for another."""

from datetime import timedelta
from typing import Final

from collector.accounts import Right
from dashboards.console.page import Asked, Desk, Page, Shown, deeds_of
from wire.legal_time import legal_day

_ROWS: Final = 100


def view(desk: Desk, asked: Asked) -> Shown:
    """The draws, newest day first, with how far each has come."""
    cases = desk.store.cases
    rows = [
        {"draw": each, "drawn": len(each.drawn), "done": len({one.event_id for one in cases.results(each.draw_id)})}
        for each in cases.draws()[:_ROWS]
    ]
    yesterday = (legal_day(desk.now_ns()) - timedelta(days=1)).isoformat()
    return Shown({"rows": rows, "yesterday": yesterday, "can_draw": asked.may(Right.CHECK)})


def post(desk: Desk, asked: Asked) -> Shown:
    """Draw."""
    form = asked.form
    drawn = deeds_of(desk, asked).draw((form.get("day"), form.get("seed"), form.get("rate")))
    return Shown({}, location=f"/checks/{drawn.draw_id}")


PAGE: Final = Page(
    path="/checks",
    title=("合规抽验", "Spot checks"),
    part="checks_part.html",
    view=view,
    post=post,
    write=Right.CHECK,
    deed="draw",
    about=lambda _, asked: asked.form.get("day")[:10],
)
