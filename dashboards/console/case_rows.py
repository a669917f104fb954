"""A case as a person reads it, in one language."""

from typing import Any

from msgspec import Struct

from collector.book import Registry
from collector.case_clocks import Clock, keep_until
from collector.case_words import destination_title, exporter_title, title
from collector.cases import Act, Case
from collector.desk import Dossier
from collector.incidents import grade_of
from collector.risk import Part, Risk
from dashboards.console.figures import digits, full_clock
from dashboards.console.page import Desk
from dashboards.console.rows import kind_title
from dashboards.console.words import LANGUAGES, say
from wire.kinds import Kind


class CaseRow(Struct, frozen=True):
    """One line of the table, and the head of the page of one case."""

    case_id: str
    ground: str
    ground_title: str
    state: str
    state_title: str
    recurs: bool
    exporter: str
    exporter_code: str
    destination: str
    kinds: str
    events: int
    last_ns: int
    owner: str
    score: int
    level: str
    level_title: str
    due: str
    """The next duty's time; empty if none is set."""
    late: str
    """The first duty that was missed; empty if none."""


def case_row(shown: Dossier, desk: Desk, language: int) -> CaseRow:
    """The case as a line."""
    case, lang, now_ns = shown.case, LANGUAGES[language], desk.now_ns()
    cause = case.opening.cause
    waiting = [each.due_ns for each in shown.clocks if each.due_ns is not None and each.met_ns is None]
    return CaseRow(
        case_id=case.case_id,
        ground=cause.ground,
        ground_title=title("ground", cause.ground, lang),
        state=case.state,
        state_title=title("state", case.state, lang),
        recurs=case.recurs,
        exporter=exporter_title(cause.organisation, desk.registry, lang) or say("limits.unknown", language),
        exporter_code=cause.organisation,
        destination=_about(case, desk.registry, lang),
        kinds=("、", ", ")[language].join(kind_title(desk, Kind(kind), language) for kind in cause.kinds),
        events=case.events,
        last_ns=case.last_ns,
        owner=case.owner,
        score=shown.risk.score,
        level=shown.risk.level,
        level_title=title("risk", shown.risk.level, lang),
        due=full_clock(min(waiting)) if waiting else "",
        late=next((_said(each, language) for each in shown.clocks if each.is_late(now_ns)), ""),
    )


def cause_facts(case: Case, desk: Desk, language: int) -> list[tuple[str, str]]:
    """What the case is about, name by name."""
    lang, incident = LANGUAGES[language], case.opening.incident
    some = [("case.span", f"{full_clock(case.first_ns)} – {full_clock(case.last_ns)}" if case.events else "")]
    if incident:
        some += [
            ("case.what", incident.what),
            ("case.grade", title("grade", grade_of(incident), lang)),
            ("case.operator", title("operator", incident.operator, lang)),
            ("case.known", full_clock(incident.known_ns)),
            ("case.persons", digits(incident.persons)),
        ]
    else:
        some += [
            ("case.recipient", destination_title(case, desk.registry, lang)),
            ("case.ground", title("ground", case.opening.cause.ground, lang)),
        ]
    some += [
        ("case.type", title("type", case.opening.type, lang)),
        ("case.events", digits(case.events)),
        ("case.owner", case.owner),
        ("case.keep", keep_until(case)[0].isoformat()),
        ("case.id", case.case_id),
    ]
    return [(name, value) for name, value in some if value]


def risk_parts(risk: Risk, language: int) -> list[dict[str, Any]]:
    """Every factor that adds to the score."""
    lang = LANGUAGES[language]
    return [
        {
            "title": part.title_en if language else part.title,
            "measure": _measured(part, lang),
            "points": part.points,
            "because": part.because_en if language else part.because,
        }
        for part in risk.parts
    ]


def clock_rows(clocks: tuple[Clock, ...], now_ns: int, language: int) -> list[dict[str, Any]]:
    """Every duty with its time and its article."""
    return [
        {
            "says": _said(each, language),
            "due": full_clock(each.due_ns) if each.due_ns is not None else "",
            "met": full_clock(each.met_ns) if each.met_ns is not None else "",
            "is_late": each.is_late(now_ns),
            "law": f"《{each.citation.instrument}》{each.citation.article}",
            "in_force_from": each.citation.in_force_from,
        }
        for each in clocks
    ]


def act_rows(acts: tuple[Act, ...], language: int) -> list[dict[str, Any]]:
    """The history, oldest first."""
    lang = LANGUAGES[language]
    return [
        {
            "title": title("move", act.move, lang),
            "passed": "" if act.passed is None else title("passed", act.passed, lang),
            "at_ns": act.at_ns,
            "who": act.who,
            "owner": act.owner,
            "note": act.note,
            "due": full_clock(act.due_ns) if act.due_ns is not None else "",
            "attachments": act.attachments,
        }
        for act in acts
    ]


def _measured(part: Part, lang: str) -> str:
    """What was measured; a plain yes needs no number."""
    if part.name == "ground":
        return title("ground", part.measure, lang)
    return "" if part.measure == "1" else part.measure


def _about(case: Case, registry: Registry, lang: str) -> str:
    incident = case.opening.incident
    return incident.what if incident else destination_title(case, registry, lang)


def _said(clock: Clock, language: int) -> str:
    return clock.says_en if language else clock.says
