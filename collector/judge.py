"""THE judge: facts in, verdict out; pure. The order of its questions is ADR 0010."""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from collector.declarations import Filing, FilingState
from collector.facts import Facts
from collector.filings import STATE_TITLES, Standing
from collector.held import (
    TERM_CITATIONS,
    Outcome,
    asked_by,
    assessed_for_others,
    due_words,
    held_against,
    numbers,
    standing_of,
    unknown_recipient,
    with_recipient,
)
from collector.law.instruments import CBDF, FIRST_DAY
from collector.law.route import Role, Route
from collector.law.shelf import Law
from collector.law.wording import FILING_TITLES, kinds_en, kinds_zh, reason
from collector.remarks import lower_bounds, remarks, suspicions
from collector.verdicts import Reason, Status, Verdict
from wire.events import Content
from wire.places import Region
from wire.titles import EN, place_title, profile_title


class _Ruling(Struct, frozen=True):
    status: Status
    reasons: tuple[Reason, ...]
    route: str = ""
    required: str = ""
    filing: str = ""


def judge(facts: Facts, routes: Sequence[Route]) -> Verdict:
    """The verdict on one transfer: the first question that has an answer gives it.

    Args:
        facts: the transfer, what was declared, and the counts with this transfer in them.
        routes: the shelf, strictest first; only what was law on the day is asked.
    """
    law = [route for route in routes if route.is_in_force(facts.on)]
    ruling = next((found for question in _QUESTIONS if (found := question(facts))), None) or _weighed(facts, law)
    return Verdict(
        facts.event.event_id, ruling.status, ruling.route, ruling.required, ruling.reasons, ruling.filing,
        routes.version if isinstance(routes, Law) else "", facts.registry_version,
    )  # fmt: skip


def exemption_of(facts: Facts, routes: Sequence[Route]) -> str:
    """The name of the exemption by which a transfer is not counted; empty if there is none. Needs no counts."""
    for route in routes:
        if route.role is Role.EXEMPTION and route.is_in_force(facts.on) and route.applies(facts):
            return route.name
    return ""


def _no_export(facts: Facts) -> _Ruling | None:
    origin, target = facts.event.origin.place, facts.event.target.place
    if target.region is Region.PRIVATE:
        says = "目标位于内部网络，且未登记为国际专线的对端，按未出境判断"
        says_en = (
            "the target stands in a private network that no international line is declared for: taken as no export"
        )
        return _Ruling(Status.NOT_EXPORT, (reason(says, says_en),))
    if target.region.is_inside:
        says = f"目标位于{place_title(target)}，数据未离开境内"
        return _Ruling(Status.NOT_EXPORT, (reason(says, f"the target stands in {place_title(target, EN)}: no export"),))
    if target.region.is_outbound and origin.region.is_outbound:
        says = f"数据自境外（{place_title(origin)}）发出，不是由境内向境外提供"
        says_en = f"sent from outside the mainland ({place_title(origin, EN)}): no export"
        return _Ruling(Status.NOT_EXPORT, (reason(says, says_en),))
    return None


def _unplaced(facts: Facts) -> _Ruling | None:
    if facts.event.target.place.region is not Region.UNKNOWN:
        return None
    says = "目标所在地不明，无法判断是否出境"
    says_en = "where the target stands is unknown, so whether this is export cannot be said"
    return _Ruling(Status.UNDETERMINED, (reason(says, says_en),))


def _unseen(facts: Facts) -> _Ruling | None:
    event = facts.event
    if facts.kinds or facts.notified_kinds or event.content is Content.SEEN:
        return None
    sent = "数据量未知" if event.sent_bytes is None else f"已发送 {event.sent_bytes:,} 字节"
    sent_en = "volume unknown" if event.sent_bytes is None else f"{event.sent_bytes:,} bytes sent"
    seen, seen_en = "内容不可见", "the content is not visible"
    if event.content is Content.PARTIAL:
        seen, seen_en = (
            "内容仅部分可读，已读部分未发现个人信息",
            "only part of the content was read, and nothing personal in it",
        )
    says = f"{seen}，{sent}；未见内容不等于合规"
    says_en = f"{seen_en}, {sent_en}; unseen is not clean"
    found = with_recipient(facts, Standing.IN_FORCE)
    held = _missing(facts, unknown_recipient(facts))
    if found:
        held = reason(
            f"与该接收方有申报或者备案 {numbers(found)}，内容是否在其范围内无法核对",
            f"filed with this recipient: {numbers(found)}; whether the content lies within it cannot be verified",
        )
    reasons = (reason(says, says_en), held, *suspicions(facts))
    return _Ruling(Status.CONTENT_UNSEEN, reasons, filing=found[0].number if found else "")


def _unreadable(facts: Facts) -> _Ruling | None:
    if facts.is_counted:
        return None
    says, says_en = (
        "该次传输的人数计数已损坏，无法累计",
        "the transfer's count of persons is damaged and could not be added",
    )
    return _Ruling(Status.UNDETERMINED, (reason(says, says_en),))


def _older_law(facts: Facts) -> _Ruling | None:
    if facts.on >= FIRST_DAY:
        return None
    says = f"{facts.on} 早于《{CBDF.title}》施行之日 {FIRST_DAY}，此前适用的规则未收录，无法判断"
    says_en = f"{facts.on} is before {FIRST_DAY}, when the present rules took effect; the older law is not on the shelf"
    return _Ruling(Status.UNDETERMINED, (reason(says, says_en, CBDF.article("第十四条")),))


_QUESTIONS: Final[tuple[Callable[[Facts], _Ruling | None], ...]] = (
    _no_export, _unplaced, _unseen, _unreadable, _older_law,
)  # fmt: skip
"""What must be clear before the law is asked."""


def _weighed(facts: Facts, law: Sequence[Route]) -> _Ruling:
    exempt = _exempt(facts, law)
    if exempt:
        return exempt
    required = next((route for route in law if route.role is Role.REQUIRED and route.applies(facts)), None)
    outcome = held_against(facts, law, required)
    if outcome:
        return _held(facts, law, required, outcome)
    return _bare(facts, law, required) if required else _free(facts, law)


def _exempt(facts: Facts, law: Sequence[Route]) -> _Ruling | None:
    for route in law:
        reasons = route.applies(facts) if route.role is Role.EXEMPTION else ()
        if reasons:
            return _Ruling(Status.EXEMPT, (*reasons, *suspicions(facts), *lower_bounds(facts)), route=route.name)
    return None


def _held(facts: Facts, law: Sequence[Route], required: Route | None, outcome: Outcome) -> _Ruling:
    reasons = (*outcome.reasons, *_why(facts, law, required), *remarks(facts))
    route = outcome.filing.route.value if outcome.status is Status.COVERED else ""
    return _Ruling(outcome.status, reasons, route, required.name if required else "", outcome.filing.number)


def _bare(facts: Facts, law: Sequence[Route], required: Route) -> _Ruling:
    """A route is required, and no filing with this recipient is in force."""
    others = None if _nearest(facts) else assessed_for_others(facts, law, required)
    if others:
        return _held(facts, law, required, others)
    nearest, meant = _nearest(facts), unknown_recipient(facts, law, required)
    status, filing = nearest or (Status.RECIPIENT_UNKNOWN if meant else Status.UNFILED, None)
    lead = _out_of_date(facts, filing) if filing else _missing(facts, meant)
    reasons = (lead, *_why(facts, law, required), *remarks(facts))
    return _Ruling(status, reasons, "", required.name, filing.number if filing else "")


def _free(facts: Facts, law: Sequence[Route]) -> _Ruling:
    """Nothing is required, as far as the persons are known."""
    nearest = _nearest(facts)
    for route in law:
        reasons = route.applies(facts) if route.role is Role.FLOOR else ()
        if reasons:
            dated = (_out_of_date(facts, nearest[1]),) if nearest else ()
            return _Ruling(Status.BELOW_THRESHOLD, (*reasons, *dated, *remarks(facts)), route=route.name)
    kinds = facts.sensitive_kinds or facts.kinds
    profile = profile_title(facts.event.profile)
    says = f"发现 {kinds_zh(kinds)}，但未能识别到对应的自然人，无法判断是否达到门槛（分级依据：{profile}）"
    says_en = (
        f"{kinds_en(kinds)} found, and no person whom it concerns: whether a threshold is reached cannot be said "
        f"(graded by {profile})"
    )
    return _Ruling(Status.UNDETERMINED, (reason(says, says_en, CBDF.article("第八条")), *remarks(facts)))


def _why(facts: Facts, law: Sequence[Route], required: Route | None) -> tuple[Reason, ...]:
    if required is None:
        return ()
    says, says_en = f"应当办理：{required.title}", f"required: {required.title_en}"
    choices = [
        each
        for route in law
        if route.role is Role.ALTERNATIVE and route.strictness == required.strictness
        for each in route.applies(facts)
    ]
    return (reason(says, says_en, asked_by(facts, required)), *required.applies(facts), *choices)


def _nearest(facts: Facts) -> tuple[Status, Filing] | None:
    """The filing with this recipient that should have been filed by now, else that ended last, else begins first."""
    overdue = with_recipient(facts, Standing.OVERDUE)
    if overdue:
        return Status.UNFILED, overdue[0]
    expired = with_recipient(facts, Standing.EXPIRED)
    if expired:
        return Status.EXPIRED, expired[0]
    early = with_recipient(facts, Standing.NOT_YET)
    return (Status.NOT_YET_EFFECTIVE, min(early, key=lambda each: each.valid_from)) if early else None


def _out_of_date(facts: Facts, filing: Filing) -> Reason:
    title, title_en = FILING_TITLES[filing.route]
    says, says_en, citation = f"已于 {filing.valid_until} 到期", f"ended on {filing.valid_until}", None
    stands = standing_of(facts, filing)
    if stands is Standing.OVERDUE:
        due, due_en = due_words(facts, filing)
        says = f"自 {filing.valid_from} 起生效，应当在{due}前备案，逾期未备案"
        says_en = f"took effect on {filing.valid_from}, had to be filed by {due_en}, and was not filed"
        citation = TERM_CITATIONS[filing.route]
    elif stands is Standing.NOT_YET:
        says, says_en = _not_yet(filing)
    return reason(
        f"与该接收方的{title}“{filing.number}”{says}",
        f"{filing.number} ({title_en}) with this recipient {says_en}",
        citation,
    )


def _not_yet(filing: Filing) -> tuple[str, str]:
    if filing.state.is_unsettled:
        return "已提交，尚未通过", "was handed in and is not decided"
    if filing.state is FilingState.IN_FORCE:
        return f"自 {filing.valid_from} 起生效，尚未生效", f"holds from {filing.valid_from} on, not yet"
    state, state_en = STATE_TITLES[filing.state]
    return f"尚不能作为依据（{state}）", f"does not count yet ({state_en})"


def _missing(facts: Facts, meant: Sequence[Filing]) -> Reason:
    if meant:
        return reason(
            f"目标没有域名，也不在已登记的接收方网段内，无法判断是否为 {numbers(meant)} 的接收方",
            f"the target has no name and lies in no declared network: {numbers(meant)} may mean it or not",
        )
    if facts.recipient is None:
        says = "接收方未登记，未查到有效的安全评估、标准合同备案或者认证"
        return reason(says, "the recipient is not registered: no assessment, contract or certificate was found")
    return reason(
        f"未查到涉及接收方“{facts.recipient.name}”的有效安全评估、标准合同备案或者认证",
        f"no assessment, contract or certificate in force with the recipient {facts.recipient.name} was found",
    )
