"""A transfer held against the filings of its exporter."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from msgspec import Struct

from collector.clocks import contract_filing_due, handed_in_on, is_handed_in, standing_on
from collector.declarations import Filing, FilingRoute
from collector.facts import Facts
from collector.filings import Standing
from collector.implied import implied
from collector.law.instruments import CERT, NDR, SAM, SCM, Instrument
from collector.law.listed import SIXTH
from collector.law.route import Role, Route
from collector.law.terms import CONTRACT_FILING, GBA_FILING, JOINT_FILING
from collector.law.wording import (
    FILING_TITLES,
    kinds_en,
    kinds_zh,
    listed_zh,
    persons_en,
    persons_zh,
    reason,
)
from collector.scope import kinds_outside, outside
from collector.verdicts import Citation, Reason, Status

_BOUNDS: Final[dict[FilingRoute, tuple[tuple[Instrument, Citation], ...]]] = {
    FilingRoute.SECURITY_ASSESSMENT: (
        (NDR, NDR.article("第三十八条", "P:2024-10-01 FreeBuf, M")),
        (SAM, SAM.article("第十四条")),
    ),
    FilingRoute.STANDARD_CONTRACT: ((SCM, SCM.article("第八条")),),
    FilingRoute.CERTIFICATION: ((CERT, CERT.article("第十条")),),
    FilingRoute.GBA_STANDARD_CONTRACT: (),
}
"""What holds an exporter to the scope that it declared, newest first; only what was in force on the day is cited. The
article of the Bay Area guidelines was not read."""

_SIXTH_AND_SEVENTH: Final = SCM.article("第六条、第七条")
_NAMING_RECIPIENTS: Final = (FilingRoute.SECURITY_ASSESSMENT, FilingRoute.CERTIFICATION)
TERM_CITATIONS: Final = {
    FilingRoute.STANDARD_CONTRACT: CONTRACT_FILING.citation,
    FilingRoute.GBA_STANDARD_CONTRACT: GBA_FILING.citation,
}
"""Where the ten working days for filing a contract stand."""
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
    found = [each for each in found if standing_of(facts, each) is wanted]
    return sorted(found, key=lambda each: (each.valid_until, each.number), reverse=True)


def standing_of(facts: Facts, filing: Filing) -> Standing:
    """Where the day of the transfer lies in the life of the filing."""
    is_macao = facts.recipient is not None and facts.recipient.country == "MO"
    return standing_on(filing, facts.on, facts.workdays, is_macao=is_macao)


def held_against(facts: Facts, law: Sequence[Route], required: Route | None) -> Outcome | None:
    """The best outcome among the filings in force with this recipient; None if there is none.

    Where nothing is required, a filing whose route is not open to the transfer covers nothing and is no fault.
    """
    outcomes = [_outcome(facts, filing, law, required) for filing in with_recipient(facts, Standing.IN_FORCE)]
    grounds = [
        each for each in outcomes if each.status is not Status.COVERED or _serves(facts, each.filing, law, required)
    ]
    return min(grounds, key=lambda each: _BEST_FIRST.index(each.status), default=None)


def unknown_recipient(facts: Facts, law: Sequence[Route] = (), required: Route | None = None) -> list[Filing]:
    """Filings that may be meant, where nothing tells who stands at the target: no name, and no network declared.

    Where the required route is known, those that would not serve are not meant: whoever stands there, they do not help.
    """
    if facts.recipient or facts.event.target.host:
        return []
    return [
        each
        for each in facts.filings
        if each.number in facts.by_name_only
        and standing_of(facts, each) is Standing.IN_FORCE
        and not kinds_outside(facts, each)
        and (required is None or _serves(facts, each, law, required))
    ]


def asked_by(facts: Facts, required: Route) -> Citation:
    """Where the law asks for the route: by its own article, or by that on negative lists."""
    return SIXTH if facts.listing else required.citation


def numbers(filings: Iterable[Filing]) -> str:
    """The filings' numbers, for a sentence."""
    return listed_zh(each.number for each in filings)


def _outcome(facts: Facts, filing: Filing, law: Sequence[Route], required: Route | None) -> Outcome:
    scope = _scope(facts, filing)
    volume = _volume(facts, filing)
    weak = _weak(facts, filing, law, required)
    status = Status.OUT_OF_SCOPE if scope else Status.OVER_VOLUME if volume else Status.WRONG_ROUTE
    if not (scope or volume or weak):
        beside = (*_unsaid(facts, filing), *_jointly(filing), *_unsettled(facts, filing))
        return Outcome(Status.COVERED, filing, (_covered(facts, filing), *beside))
    return Outcome(status, filing, (*scope, *volume, *weak))


def _scope(facts: Facts, filing: Filing) -> list[Reason]:
    return [
        reason(
            f"不在“{filing.number}”申报范围内的{each.says}",
            f"outside the scope of {filing.number}: {each.says_en}",
            each.citation or _bound(facts, filing),
        )
        for each in outside(facts, filing)
    ]


def assessed_for_others(facts: Facts, law: Sequence[Route], required: Route) -> Outcome | None:
    """What is held for these very data and for other recipients: an assessment or certificate names its recipients.

    A standard contract binds its parties only: whoever is none has no filing at all.
    """
    if facts.recipient is None:
        return None
    for filing in facts.filings:
        if (
            filing.route in _NAMING_RECIPIENTS
            and facts.recipient.id not in filing.recipients
            and standing_of(facts, filing) is Standing.IN_FORCE
            and _serves(facts, filing, law, required)
            and not outside(facts, filing)
        ):
            says = f"不在“{filing.number}”申报范围内的接收方：{facts.recipient.name}"
            says_en = f"outside the scope of {filing.number}: recipient: {facts.recipient.name}"
            return Outcome(Status.OUT_OF_SCOPE, filing, (reason(says, says_en, _bound(facts, filing)),))
    return None


def _volume(facts: Facts, filing: Filing) -> list[Reason]:
    span, most = facts.reached[filing.number], filing.most_persons
    if most is None or span.at_least <= most:
        return []
    says = f"本年向该备案的接收方累计{persons_zh(span)}，超过申报的每年 {most:,} 人的规模"
    says_en = f"this year {persons_en(span)} to this filing's recipients, over the {most:,} a year declared"
    return [reason(says, says_en, _bound(facts, filing))]


def _weak(facts: Facts, filing: Filing, law: Sequence[Route], required: Route | None) -> list[Reason]:
    if required is None or _serves(facts, filing, law, required):
        return []
    title, title_en = FILING_TITLES[filing.route]
    says = f"应当办理{required.title}，而“{filing.number}”为{title}，不足以作为本次出境的依据"
    says_en = f"required: {required.title_en}; {filing.number} ({title_en}) does not suffice here"
    return [reason(says, says_en, asked_by(facts, required))]


def _serves(facts: Facts, filing: Filing, law: Sequence[Route], required: Route | None) -> bool:
    """Whether the filing's route was law on the day, is open to the transfer, and is as strict as the required one."""
    held = next((route for route in law if route.name == filing.route), None)
    if held is None or (held.role is Role.ALTERNATIVE and not held.applies(facts)):
        return False
    return required is None or held.strictness >= required.strictness


def _covered(facts: Facts, filing: Filing) -> Reason:
    span, most = facts.reached[filing.number], filing.most_persons
    title, title_en = FILING_TITLES[filing.route]
    volume = f"，申报规模为每年不超过 {most:,} 人" if most is not None else "，登记库中未载明申报人数"
    volume_en = f", {most:,} a year declared" if most is not None else ", no number in the registry"
    return reason(
        f"“{filing.number}”（{title}，{filing.valid_from} 至 {filing.valid_until}）在有效期内，"
        f"接收方和已发现的数据类型均在其范围内；本年向该备案的接收方累计{persons_zh(span)}{volume}",
        f"{filing.number} ({title_en}, {filing.valid_from} to {filing.valid_until}) is in force; "
        f"recipient and the kinds found lie within it; this year {persons_en(span)}{volume_en}",
        _bound(facts, filing),
    )


def _unsaid(facts: Facts, filing: Filing) -> list[Reason]:
    """What the filing does not list and is taken to go with what it lists."""
    kinds = implied(facts.kinds, filing.kinds)
    if not kinds:
        return []
    return [
        reason(
            f"{kinds_zh(kinds)} 未在申报中单列，视为随已申报的身份标识一并提供；请核对数据项清单",
            f"{kinds_en(kinds)}: not listed in the filing, taken to go with the identifiers that are; check its items",
        )
    ]


def _jointly(filing: Filing) -> list[Reason]:
    """A filing for several affiliates, each of whom counts alone."""
    if not filing.covers:
        return []
    return [
        reason(
            f"该备案由 {filing.organisation} 为集团内 {len(filing.covers) + 1} 家主体合并办理；"
            "以上人数仅为本主体，合计是否超过申报规模请核实",
            f"filed by {filing.organisation} for {len(filing.covers) + 1} affiliates of its group; the persons are "
            "this exporter's alone: please verify that all together keep to the number declared",
            JOINT_FILING,
        )
    ]


def _unsettled(facts: Facts, filing: Filing) -> list[Reason]:
    """What has to be done yet for a contract that binds already."""
    if filing.route is not FilingRoute.STANDARD_CONTRACT:
        return []
    if not is_handed_in(filing, facts.on):
        due, due_en = due_words(facts, filing)
        return [
            reason(
                f"该合同自 {filing.valid_from} 起生效，尚未备案：合同生效后即可开展出境活动，应当在{due}前备案",
                f"this contract took effect on {filing.valid_from} and is not filed: export may begin once it takes "
                f"effect, and it has to be filed by {due_en}",
                _SIXTH_AND_SEVENTH,
            )
        ]
    if not filing.state.is_unsettled:
        return []
    handed_in = handed_in_on(filing)
    late, late_en = ("", "") if handed_in else ("，是否逾期请核实", "; please verify that it was in time")
    return [
        reason(
            "该合同已提交备案、尚未办结：合同生效后即可开展出境活动，并应当自生效之日起10个工作日内备案" + late,
            "this contract was handed in and its filing is not settled: export may begin once it takes effect, and it "
            f"has to be filed within ten working days of that{late_en}",
            _SIXTH_AND_SEVENTH,
        )
    ]


def due_words(facts: Facts, filing: Filing) -> tuple[str, str]:
    """The last day for filing the contract, and that it is an estimate where it is one."""
    due, is_estimated = contract_filing_due(filing, facts.workdays)
    zh, en = ("（按周一至周五估算）", " (estimated: Monday to Friday)") if is_estimated else ("", "")
    return f" {due}{zh} ", f"{due}{en}"


def bound_by(filing: Filing, on: date) -> Citation | None:
    """The article that holds the exporter to what the filing declares, as the law stood that day."""
    return next((citation for law, citation in _BOUNDS[filing.route] if law.day <= on), None)


def _bound(facts: Facts, filing: Filing) -> Citation | None:
    return bound_by(filing, facts.on)
