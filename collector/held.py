"""A transfer held against the filings of its exporter."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from collector.declarations import Filing, FilingRoute
from collector.facts import Facts
from collector.filings import Standing, fields_outside, standing
from collector.law.instruments import CERT, GBA, NDR, SCM
from collector.law.route import Role, Route
from collector.law.wording import listed_en, listed_zh, persons_en, persons_zh, reason
from collector.verdicts import Citation, Reason, Status
from wire.kinds import Kind

_BOUNDS: Final[dict[FilingRoute, Citation]] = {
    FilingRoute.SECURITY_ASSESSMENT: NDR.article("第三十八条", "P:2024-10-01 FreeBuf, M"),
    FilingRoute.STANDARD_CONTRACT: SCM.article("第八条"),
    FilingRoute.CERTIFICATION: CERT.article("第十条"),
    FilingRoute.GBA_STANDARD_CONTRACT: GBA.article("第四条第二项"),
}
"""What holds an exporter to the scope that it declared."""

_BEST_FIRST: Final = (Status.COVERED, Status.OVER_VOLUME, Status.OUT_OF_SCOPE, Status.WRONG_ROUTE)


class Outcome(Struct, frozen=True):
    """What one filing says about a transfer."""

    status: Status
    filing: Filing
    reasons: tuple[Reason, ...]


def with_recipient(facts: Facts, wanted: Standing) -> list[Filing]:
    """The exporter's filings with this recipient that stand so on the day, the latest first."""
    if facts.recipient is None:
        return []
    found = [each for each in facts.filings if facts.recipient.id in each.recipients]
    found = [each for each in found if standing(each, facts.on) is wanted]
    return sorted(found, key=lambda each: (each.valid_until, each.number), reverse=True)


def held_against(facts: Facts, law: Sequence[Route], required: Route | None) -> Outcome | None:
    """The best outcome among the filings in force with this recipient; None if there is none."""
    outcomes = [_outcome(facts, filing, law, required) for filing in with_recipient(facts, Standing.IN_FORCE)]
    return min(outcomes, key=lambda each: _BEST_FIRST.index(each.status), default=None)


def unknown_recipient(facts: Facts) -> list[Filing]:
    """Filings that may be meant, where nothing tells who stands at the target: no name, and no network declared."""
    if facts.recipient or facts.event.target.host:
        return []
    return [
        each
        for each in facts.filings
        if each.number in facts.by_name_only
        and standing(each, facts.on) is Standing.IN_FORCE
        and not _kinds_outside(facts, each)
    ]


def numbers(filings: Iterable[Filing]) -> str:
    """The filings' numbers, for a sentence."""
    return listed_zh(each.number for each in filings)


def _outcome(facts: Facts, filing: Filing, law: Sequence[Route], required: Route | None) -> Outcome:
    scope = _scope(facts, filing)
    volume = _volume(facts, filing)
    weak = _weak(facts, filing, law, required)
    status = Status.OUT_OF_SCOPE if scope else Status.OVER_VOLUME if volume else Status.WRONG_ROUTE
    if not (scope or volume or weak):
        return Outcome(Status.COVERED, filing, (_covered(facts, filing, law),))
    return Outcome(status, filing, (*scope, *volume, *weak))


def _scope(facts: Facts, filing: Filing) -> list[Reason]:
    found = []
    for what, what_en, items in (
        ("数据类型", "kinds", _kinds_outside(facts, filing)),
        ("字段", "fields", fields_outside(filing, facts.event)),
    ):
        if items:
            says = f"{what} {listed_zh(items)} 不在“{filing.number}”申报的范围内"
            says_en = f"{what_en} {listed_en(items)} lie outside the scope of {filing.number}"
            found.append(reason(says, says_en, _BOUNDS[filing.route]))
    return found


def _kinds_outside(facts: Facts, filing: Filing) -> tuple[Kind, ...]:
    return tuple(kind for kind in (*facts.kinds, *facts.notified_kinds) if kind not in filing.kinds)


def _volume(facts: Facts, filing: Filing) -> list[Reason]:
    span, most = facts.reached[filing.number], filing.most_persons
    if most is None or span.at_least <= most:
        return []
    says = f"本年向该备案的接收方累计 {persons_zh(span)}，超过申报的每年 {most:,} 人"
    says_en = f"this year {persons_en(span)} to this filing's recipients, over the {most:,} a year declared"
    return [reason(says, says_en, _BOUNDS[filing.route])]


def _weak(facts: Facts, filing: Filing, law: Sequence[Route], required: Route | None) -> list[Reason]:
    held = next((route for route in law if route.name == filing.route), None)
    if required is None or (held and _suffices(facts, held, required)):
        return []
    title, title_en = _titles(filing, held)
    says = f"应当办理“{required.title}”，而“{filing.number}”为{title}，在此不足"
    says_en = f"required: {required.title_en}; {filing.number} is a {title_en}, which does not suffice here"
    return [reason(says, says_en, required.citation)]


def _suffices(facts: Facts, held: Route, required: Route) -> bool:
    is_open = held.role is not Role.ALTERNATIVE or bool(held.applies(facts))
    return is_open and held.strictness >= required.strictness


def _covered(facts: Facts, filing: Filing, law: Sequence[Route]) -> Reason:
    span, most = facts.reached[filing.number], filing.most_persons
    title, title_en = _titles(filing, next((route for route in law if route.name == filing.route), None))
    volume = f"，申报每年 {most:,} 人以内" if most is not None else "，未申报人数上限"
    volume_en = f", {most:,} a year declared" if most is not None else ", no number declared"
    return reason(
        f"“{filing.number}”（{title}，{filing.valid_from} 至 {filing.valid_until}）在有效期内，"
        f"接收方和数据类型均在范围内；本年向其累计 {persons_zh(span)}{volume}",
        f"{filing.number} ({title_en}, {filing.valid_from} to {filing.valid_until}) is in force; "
        f"recipient and kinds lie within it; this year {persons_en(span)}{volume_en}",
        _BOUNDS[filing.route],
    )


def _titles(filing: Filing, held: Route | None) -> tuple[str, str]:
    """The route's names; its slug where it was no law on the day."""
    return (held.title, held.title_en.lower()) if held else (filing.route, filing.route)
