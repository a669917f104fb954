"""One transfer: the verdict, what it rests on, the masked evidence, both ends."""

from functools import cache
from typing import Any, Final

from starlette.exceptions import HTTPException

from collector.completeness import known_holes
from collector.explain import LineRecord, explain, record_of_explanation
from collector.law.shelf import routes_of_law
from collector.past import history_of
from collector.ports import Judged
from collector.verdicts import Reason
from dashboards.console.coverage import lack_of_event
from dashboards.console.figures import full_clock, volume
from dashboards.console.page import Asked, Desk, Page, Shown
from dashboards.console.rows import end_of, kind_title, persons_at_least, row_of
from dashboards.console.words import LANGUAGES, say
from wire.events import TransferEvent

_MINUTE_NS: Final = 60_000_000_000
_PARTS: Final = ("arithmetic", "cures", "seen", "past", "versions")


def view(desk: Desk, asked: Asked) -> Shown:
    """The transfer of the address."""
    judged = desk.store.transfer(asked.path["event_id"])
    if judged is None:
        raise HTTPException(404)
    language, event = asked.language, judged.event
    return Shown(
        {
            "row": row_of(judged, desk, language),
            "reasons": [_reason(reason, language) for reason in judged.verdict.reasons],
            "routes": _routes(judged, language),
            "tallies": [
                {
                    "title": kind_title(desk, tally.kind, language),
                    "grade": tally.grade,
                    "grade_title": say(f"grade.{tally.grade}", language),
                    "hits": tally.hits,
                    "persons": persons_at_least((tally,)),
                    "exemplars": tally.exemplars,
                    "fields": tally.fields,
                }
                for tally in event.tallies
            ],
            "origin": end_of(event.origin, language),
            "target": end_of(event.target, language),
            "facts": _facts(event, language),
            "lack": _lack(event, desk, asked),
            "case_id": desk.store.cases.case_of(event.event_id),
            "parts": _parts(judged, desk, language),
        }
    )


PAGE: Final = Page(
    path="/transfers/{event_id}",
    title=("传输详情", "Transfer"),
    template="transfer.html",
    part="transfer_part.html",
    view=view,
)


def _lack(event: TransferEvent, desk: Desk, asked: Asked) -> str:
    if asked.visit.who.organisation:
        return ""
    return lack_of_event(event, known_holes(desk.store, event.begun_ns - _MINUTE_NS, desk.now_ns()), asked.language)


def _parts(judged: Judged, desk: Desk, language: int) -> list[dict[str, Any]]:
    """What the explanation says beyond the reasons and the facts that the page shows in its own way."""
    said = record_of_explanation(
        explain(judged, desk.registry, routes_of_law(), history_of(desk.store, judged, desk.registry)),
        LANGUAGES[language],
    )
    return [
        {"title": part.title, "lines": [_cited(line) for line in part.lines]}
        for part in said.sections
        if part.name in _PARTS
    ]


def _cited(line: LineRecord) -> dict[str, str]:
    law = f"《{line.instrument}》{line.article}" if line.instrument else ""
    return {"says": line.says, "law": law, "in_force_from": line.in_force_from}


def _reason(reason: Reason, language: int) -> dict[str, Any]:
    cited = reason.citation
    return {
        "says": reason.says_en if language else reason.says,
        "law": f"《{cited.instrument}》{cited.article}" if cited else "",
        "in_force_from": cited.in_force_from if cited else "",
    }


def _routes(judged: Judged, language: int) -> list[tuple[str, str]]:
    verdict = judged.verdict
    some = [
        ("route.required", route_title(verdict.required_route, language)),
        ("route.held", route_title(verdict.route, language)),
        ("filing", verdict.filing),
    ]
    return [(name, value) for name, value in some if value]


@cache
def _route_titles() -> dict[str, tuple[str, str]]:
    return {route.name: (route.title, route.title_en) for route in routes_of_law()}


def route_title(name: str, language: int) -> str:
    """What a route of the law is called."""
    return _route_titles().get(name, (name, name))[language]


def _facts(event: TransferEvent, language: int) -> list[tuple[str, str]]:
    geo = " · ".join(part for part in (event.geo.name, event.geo.built) if part)
    some = [
        ("fact.time", f"{full_clock(event.begun_ns)} – {full_clock(event.ended_ns)}"),
        ("fact.protocol", f"{event.protocol} · {say(f'direction.{event.direction}', language)}"),
        ("fact.bytes", volume(event.sent_bytes, language)),
        ("fact.content", say(f"content.{event.content}", language)),
        ("fact.sampled", f"{event.sampled:g}"),
        ("fact.geo", geo or say("geo.unknown", language)),
        ("fact.line", event.line),
        ("fact.agent", " · ".join(part for part in (event.agent, event.source) if part)),
        ("fact.profile", say(f"profile.{event.profile}", language)),
        ("fact.ruleset", event.ruleset),
        ("fact.id", event.event_id),
    ]
    return [(name, value) for name, value in some if value]
