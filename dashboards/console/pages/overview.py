"""The one page to begin with: what is flagged, who nears a threshold, what the agents have and have not seen."""

from collections.abc import Mapping
import re
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup

from collector.api import cursor_of, cursor_text
from collector.completeness import known_holes
from collector.ports import Query
from collector.verdicts import GRAVITY, Status
from dashboards.console.coverage import agents_of, lacks_of, proof, said_of_minutes
from dashboards.console.figures import digits, percent
from dashboards.console.flow import Flow, Journey, Stop, draw
from dashboards.console.limits import limits_of
from dashboards.console.page import Asked, Desk, Page, Shown
from dashboards.console.rows import exporter_name, heaviest, row_of
from dashboards.console.words import LANGUAGES, WORDS, say
from wire.faults import MalformedError
from wire.legal_time import legal_year
from wire.titles import place_title, status_title

_ROWS: Final = 50
_FLOW: Final = 500
_STRIP: Final = 9
_LIMITS: Final = 100
_DAY_NS: Final = 86_400_000_000_000
_FLAGGED: Final = tuple(status for status in GRAVITY if status.is_flagged)
_ALWAYS: Final = (
    Status.UNFILED, Status.OUT_OF_SCOPE, Status.OVER_VOLUME, Status.EXPIRED,
    Status.CONTENT_UNSEEN, Status.BELOW_THRESHOLD, Status.COVERED, Status.EXEMPT,
)  # fmt: skip
_LEADS_TO: Final = {
    "judged": ("all", "transfers"),
    "flagged": ("flagged", "transfers"),
    "exporters": ("flagged", "limits"),
    "open": (Status.CONTENT_UNSEEN, "transfers"),
}
_EVENT_ID: Final = re.compile(r"[0-9a-f]{32}")


def view(desk: Desk, asked: Asked) -> Shown:
    """The overview, or the place that a search leads to."""
    sought = asked.query.get("q", "").strip()
    if sought:
        return Shown({}, location=_found(desk, sought))
    counts = desk.store.counts()
    limits = limits_of(desk, asked.language)
    coverages = desk.store.coverages()
    return Shown(
        {
            **_figures(counts, sum(one.is_near for one in limits), asked.language),
            **_table(desk, asked, counts),
            "limits": limits[:_LIMITS],
            "year": legal_year(desk.now_ns()),
            "flow": _flow(desk, asked.language),
            "agents": agents_of(coverages, desk.now_ns(), asked.language),
            "proof": proof(coverages, sum(counts.values()), desk.now_ns(), asked.language),
            **_lacks(desk, asked),
        }
    )


PAGE: Final = Page(
    path="/", title=("风险总览", "Risk overview"), template="overview.html", part="overview_part.html", view=view
)


def _lacks(desk: Desk, asked: Asked) -> dict[str, Any]:
    """What is known to be missing; agents serve many exporters, so it is not shown to any one of them."""
    if asked.visit.who.organisation:
        return {}
    now_ns = desk.now_ns()
    since_ns = now_ns - _DAY_NS
    found = known_holes(desk.store, since_ns, now_ns)
    return {
        "lacks": lacks_of(found, asked.language),
        "lacks_said": said_of_minutes(found, since_ns, now_ns, asked.language),
    }


def _found(desk: Desk, sought: str) -> str:
    if _EVENT_ID.fullmatch(sought.lower()):
        return f"/transfers/{sought.lower()}"
    named = [one for one in desk.registry.exporters if sought.casefold() in f"{one.name} {one.name_en}".casefold()]
    organisation = named[0].organisation if named else sought.upper()
    return f"/?{urlencode({'organisation': organisation, 'status': 'all'})}#transfers"


def _figures(counts: Mapping[Status, int], near: int, language: int) -> dict[str, Any]:
    judged, flagged = sum(counts.values()), sum(counts.get(status, 0) for status in _FLAGGED)
    rare = [status for status in _FLAGGED if status not in _ALWAYS and counts.get(status)]
    strip = [*_ALWAYS[:4], *rare, *_ALWAYS[4:]][:_STRIP]
    undecided = sum(count for status, count in counts.items() if status.is_open)
    return {
        "judged": judged,
        "flagged": flagged,
        "headline": _headline(language, judged=judged, flagged=flagged, exporters=near, open=undecided),
        "strip": [
            {
                "status": status,
                "count": counts.get(status, 0),
                "share": percent(counts.get(status, 0), judged),
                "is_flagged": status.is_flagged,
            }
            for status in strip
        ],
    }


def _headline(language: int, **counts: int) -> Markup:
    """The sentence with its numbers as links to what must be done."""
    link = Markup('<a class="{}" href="/?status={}#{}">{}</a>')
    blanks = {name: link.format(name, *_LEADS_TO[name], digits(count)) for name, count in counts.items()}
    words = WORDS["headline" if counts["flagged"] else "headline.calm"][language]
    return Markup(words).format(**blanks)  # noqa: S704  # our own constants; the blanks are numbers


def _table(desk: Desk, asked: Asked, counts: Mapping[Status, int]) -> dict[str, Any]:
    chosen = asked.query.get("status") or "flagged"
    organisation, before = asked.query.get("organisation", ""), asked.query.get("before", "")
    query = Query(_statuses(chosen), organisation, _ROWS + 1, cursor_of(before) if before else None)
    found = desk.store.transfers(query)
    return {
        "chosen": chosen,
        "chips": [
            {"status": status, "count": counts.get(status, 0)}
            for status in GRAVITY
            if counts.get(status) or status == chosen
        ],
        "organisation": organisation,
        "organisation_name": exporter_name(desk, organisation, asked.language),
        "rows": [row_of(judged, desk, asked.language) for judged in found[:_ROWS]],
        "before": before,
        "older": cursor_text(found[_ROWS - 1]) if len(found) > _ROWS else "",
    }


def _statuses(chosen: str) -> tuple[Status, ...]:
    if chosen == "flagged":
        return _FLAGGED
    if chosen == "all":
        return ()
    try:
        return (Status(chosen),)
    except ValueError as error:
        raise MalformedError("status") from error


def _flow(desk: Desk, language: int) -> Flow:
    lang = LANGUAGES[language]
    journeys: list[Journey] = []
    for judged in desk.store.transfers(Query(_FLAGGED, most=_FLOW)):
        event, verdict = judged.event, judged.verdict
        grade = heaviest(event)
        journeys.append(
            (
                Stop(exporter_name(desk, event.organisation, language) or say("limits.unknown", language)),
                Stop(say(f"grade.{grade}", language) if grade else say("found.unseen", language), f"g-{grade}"),
                Stop(status_title(verdict.status, lang, verdict.required_route), verdict.status, is_verdict=True),
                Stop(place_title(event.target.place, lang), "place"),
            )
        )
    heads = tuple(say(f"flow.{column}", language) for column in ("exporter", "grade", "verdict", "place"))
    return draw(journeys, heads, lambda count: say("flow.others", language, count=count))
