"""What a reader of a verdict should know beside it. A remark never decides."""

from collections.abc import Callable, Iterator
from typing import Final

from collector.declarations import FilingRoute, FilingState
from collector.facts import Facts
from collector.filings import STATE_TITLES, Standing
from collector.held import with_recipient
from collector.law.instruments import CBDF, CERT, CSL, SAM
from collector.law.listed import list_doubts, list_remarks
from collector.law.thresholds import crowds, doubts, elsewhere
from collector.law.wording import FILING_TITLES, kinds_en, kinds_zh, listed_en, listed_zh, reason
from collector.scope import outside_the_bay
from collector.verdicts import Reason
from wire.events import Content
from wire.places import Region
from wire.titles import EN, country_title, place_title, profile_title

_ENDED_BY: Final = {
    (FilingRoute.SECURITY_ASSESSMENT, FilingState.TERMINATED): SAM.article("第十七条"),
    (FilingRoute.CERTIFICATION, FilingState.SUSPENDED): CERT.article("第十条"),
    (FilingRoute.CERTIFICATION, FilingState.WITHDRAWN): CERT.article("第十条"),
}


def remarks(facts: Facts) -> tuple[Reason, ...]:
    """Every remark on a transfer that holds something personal."""
    return tuple(each for remark in _REMARKS for each in remark(facts))


def suspicions(facts: Facts) -> Iterator[Reason]:
    """疑似重要数据: always a suspicion, until it is notified or published."""
    kinds = [kind for kind in facts.important_kinds if kind not in facts.notified_kinds]
    if kinds:
        yield reason(
            f"疑似重要数据：{kinds_zh(kinds)}（仅为线索；未被告知或者公开发布为重要数据的，不需要作为重要数据申报）",
            f"suspected important data: {kinds_en(kinds)} (a lead only; what was neither notified nor published as "
            "important need not be filed as such)",
            CBDF.article("第二条"),
        )


def _stranger(facts: Facts) -> Iterator[Reason]:
    if not facts.event.organisation:
        yield reason(
            "未能识别数据处理者：所有未识别主体的人数合并计算，按未登记的非关键信息基础设施运营者判断",
            "the exporter is unknown: all unknown exporters' persons are counted together, and it is judged as no CII "
            "operator and without filings",
        )
    elif facts.exporter is None:
        yield reason(
            f"数据处理者 {facts.event.organisation} 不在登记库中，按无申报备案的非关键信息基础设施运营者判断",
            f"the exporter {facts.event.organisation} is not in the registry: judged as no CII operator and without "
            "filings",
        )


def _uncounted(facts: Facts) -> Iterator[Reason]:
    if facts.kinds and not any(tally.subjects.sketches for tally in facts.event.tallies):
        yield reason(
            "本次未能识别到具体的自然人，未计入累计人数", "nobody could be identified here: the count did not grow"
        )


def lower_bounds(facts: Facts) -> Iterator[Reason]:
    """What was not read: kinds and persons are at least what was found."""
    if facts.event.content is not Content.SEEN:
        yield reason(
            "内容仅部分可读，所列数据类型和人数均为下限", "only partly read: kinds and persons are a lower bound"
        )
    if 0 < facts.event.sampled < 1:
        yield reason(
            f"按 {facts.event.sampled:.4g} 的概率抽样，人数为下限",
            f"sampled with probability {facts.event.sampled:.4g}: persons are a lower bound",
        )


def _graded_otherwise(facts: Facts) -> Iterator[Reason]:
    if facts.event.profile is not facts.settings.profile:
        graded, wanted = profile_title(facts.event.profile), profile_title(facts.settings.profile)
        yield reason(
            f"探针按 {graded} 分级，登记库设定为 {wanted}，请核实",
            f"the agent graded by {graded}, the registry asks for {wanted}: please verify",
        )


def _line(facts: Facts) -> Iterator[Reason]:
    if not facts.event.line:
        return
    yield reason(
        f"经国际数据传输专线 {facts.event.line} 出境；使用专线不免除申报、备案义务",
        f"sent over the international line {facts.event.line}; a line replaces no filing",
    )
    if facts.line and facts.line.organisation != facts.event.organisation:
        yield reason("该专线登记在另一主体名下", "the line is registered to another legal entity")


def _ended(facts: Facts) -> Iterator[Reason]:
    """What with this recipient was ended before its time, and by what rule it is ended."""
    for filing in with_recipient(facts, Standing.WITHDRAWN):
        if filing.ended_on is None:
            continue
        state, state_en = STATE_TITLES[filing.state]
        title, title_en = FILING_TITLES[filing.route]
        yield reason(
            f"与该接收方的{title}“{filing.number}”自 {filing.ended_on} 起{state}，不再作为出境依据",
            f"{filing.number} ({title_en}) with this recipient was {state_en} on {filing.ended_on} and counts no more",
            _ENDED_BY.get((filing.route, filing.state)),
        )


def _stored_here(facts: Facts) -> Iterator[Reason]:
    if facts.is_ciio and facts.kinds and facts.on >= CSL.day:
        yield reason(
            "关键信息基础设施运营者在境内运营中收集和产生的个人信息和重要数据应当在境内存储",
            "what a CII operator collects and generates in the mainland is to be stored there",
            CSL.article("第三十九条"),
        )


def _onward(facts: Facts) -> Iterator[Reason]:
    """Said of Hong Kong by a digest only: shown, never enforced."""
    is_hong_kong = facts.event.target.place.region is Region.HONG_KONG
    held = [each for each in facts.filings if each.route is FilingRoute.GBA_STANDARD_CONTRACT]
    beyond = outside_the_bay(facts)
    if is_hong_kong and beyond and held:
        names, names_en = listed_zh(each.name for each in beyond), listed_en(each.name for each in beyond)
        yield reason(
            f"接收方登记为向大湾区外再提供（{names}）：据未核对的问答，离开大湾区的应当按全国路径办理，请核实",
            f"the recipient is registered to supply on outside the Greater Bay Area ({names_en}): by a digest that was "
            "not verified this needs the national routes; please check",
        )


def _elsewhere(facts: Facts) -> Iterator[Reason]:
    place, recipient = facts.event.target.place, facts.recipient
    if recipient and place.country and place.country != recipient.country:
        yield reason(
            f"目标位于{place_title(place)}，与登记的接收方所在地{country_title(recipient.country)}不同，请核实",
            f"the target stands in {place_title(place, EN)}, the recipient is registered in "
            f"{country_title(recipient.country, EN)}: please verify",
        )


_REMARKS: Final[tuple[Callable[[Facts], Iterator[Reason]], ...]] = (
    _stranger, doubts, crowds, list_doubts, list_remarks, elsewhere, suspicions, _uncounted, lower_bounds,
    _graded_otherwise, _line, _elsewhere, _onward, _ended, _stored_here,
)  # fmt: skip
