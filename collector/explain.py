"""A judged transfer as a page that a lawyer can check: facts, arithmetic, reasons, cures, and what was not seen."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from collector.book import Registry
from collector.cures import cures
from collector.declarations import Filing
from collector.law.instruments import CBDF
from collector.law.route import Route
from collector.law.shelf import law_version
from collector.law.thresholds import ASSESSMENT_FROM, ASSESSMENT_FROM_SENSITIVE, CONTRACT_FROM
from collector.law.unverified import notes_about
from collector.law.wording import FILING_TITLES, REACH_TITLES, TALLY_TITLES, listed_zh, persons_en, persons_zh, reason
from collector.past import NO_HISTORY, History, history_lines
from collector.persons import Persons
from collector.ports import Judged
from collector.verdicts import Reason, Status
from wire.events import Content, Direction, Endpoint, Tally
from wire.faults import MalformedError
from wire.kinds import Grade
from wire.legal_time import SHANGHAI, moment_of
from wire.titles import EN, ZH, kind_title, place_title, profile_title, status_title

_GRADES: Final = {
    Grade.GENERAL: ("一般个人信息", "general"),
    Grade.SENSITIVE: ("敏感个人信息", "sensitive"),
    Grade.IMPORTANT: ("疑似重要数据", "suspected important data"),
}
_DIRECTIONS: Final = {
    Direction.PUSH: ("境内主动发出", "pushed from inside"),
    Direction.PULL: ("境外读取（查询、调取、下载、导出）", "pulled from outside"),
    Direction.MIRROR: ("镜像存储（境外存有同一份数据）", "mirrored into a store outside"),
    Direction.UNKNOWN: ("由哪一方发起不明，数据流向境外", "opened by an unknown side; the data went out"),
}
_CONTENTS: Final = {
    Content.SEEN: ("内容全部可见", "all of the content was read"),
    Content.PARTIAL: ("内容仅部分可见：数据类型和人数均为下限", "read in part: kinds and persons are lower bounds"),
    Content.UNSEEN: ("内容不可见：未见不等于合规", "the content was not seen: unseen is not clean"),
}


class Section(Struct, frozen=True):
    """One part of the page."""

    name: str
    title: str
    title_en: str
    lines: tuple[Reason, ...]


class Explanation(Struct, frozen=True):
    """The page in both languages."""

    event_id: str
    status: Status
    sections: tuple[Section, ...]
    law_version: str
    registry_version: str
    """Of the registry that is read now; empty if none was given."""
    required_route: str = ""


class LineRecord(Struct, frozen=True):
    """One sentence; the rest is empty where it rests on no article."""

    says: str
    instrument: str = ""
    article: str = ""
    in_force_from: str = ""
    source: str = ""


class SectionRecord(Struct, frozen=True):
    """One part of the page in one language."""

    name: str
    title: str
    lines: tuple[LineRecord, ...]


class ExplanationRecord(Struct, frozen=True):
    """The page for machines, in one language; instruments and articles are cited in Chinese."""

    event_id: str
    status: str
    title: str
    sections: tuple[SectionRecord, ...]
    law_version: str
    registry_version: str


def explain(
    judged: Judged, registry: Registry | None, routes: Sequence[Route], history: History = NO_HISTORY
) -> Explanation:
    """Everything that a person needs in order to check the verdict.

    Args:
        judged: the transfer with the verdict that was kept.
        registry: the declarations as they are read now; None where there are none at hand.
        routes: the shelf of the law.
        history: what was said of it before, and the cases that it is or was in.
    """
    verdict = judged.verdict
    filing = _filing(judged, registry)
    parts = (
        Section("verdict", "结论", "Verdict", tuple(_conclusion(judged, routes))),
        Section("facts", "所依据的事实", "Facts it rests on", tuple(_facts(judged, registry))),
        Section("arithmetic", "计数与口径", "Arithmetic", tuple(_arithmetic(judged, registry, filing))),
        Section("reasons", "判定理由", "Reasons", verdict.reasons),
        Section("cures", "如何合法", "What would make it lawful", tuple(cures(verdict, filing))),
        Section("unverified", "未核实的说法", "Said of the law, not verified", notes_about(verdict)),
        Section("seen", "看见与未看见", "What was and was not seen", tuple(_seen(judged))),
        Section("past", "先前的判定与案件", "Former verdicts and cases", tuple(history_lines(history))),
        Section("versions", "法规与登记的版本", "Versions", tuple(_versions(judged, registry, routes))),
    )
    return Explanation(
        judged.event.event_id,
        verdict.status,
        tuple(part for part in parts if part.lines),
        law_version(routes),
        registry.version if registry else "",
        verdict.required_route,
    )


def registry_version(registry: Registry) -> str:
    """Digest of everything declared."""
    return registry.version


def record_of_explanation(explanation: Explanation, lang: str = ZH) -> ExplanationRecord:
    """The page in one language, for machines."""
    sections = tuple(
        SectionRecord(
            part.name, part.title_en if lang == EN else part.title, tuple(_line(each, lang) for each in part.lines)
        )
        for part in explanation.sections
    )
    status = explanation.status
    title = status_title(status, lang, explanation.required_route)
    return ExplanationRecord(
        explanation.event_id, status, title, sections, explanation.law_version, explanation.registry_version
    )


def page_of(explanation: Explanation, lang: str = ZH) -> str:
    """The page as plain text. What came from the traffic cannot turn or hide a line."""
    record = record_of_explanation(explanation, lang)
    lines = [f"{record.title}  {record.event_id}"]
    for part in record.sections:
        lines += ["", f"【{part.title}】" if lang == ZH else part.title.upper()]
        lines += [f"  {number}. {_cited(each, lang)}" for number, each in enumerate(part.lines, 1)]
    return "\n".join(lines) + "\n"


def _conclusion(judged: Judged, routes: Sequence[Route]) -> Iterator[Reason]:
    verdict = judged.verdict
    name, name_en = (status_title(verdict.status, lang, verdict.required_route) for lang in (ZH, EN))
    yield Reason(f"判定：{name}", f"verdict: {name_en}")
    titles = {each.name: (each.title, each.title_en) for each in routes}
    for name, says, says_en in (
        (verdict.route, "适用路径", "route held"),
        (verdict.required_route, "应有路径", "route required"),
    ):
        if name:
            title, title_en = titles.get(name, (name, name))
            yield Reason(f"{says}：{title}", f"{says_en}: {title_en}")
    if verdict.filing:
        yield Reason(f"比对的备案：{verdict.filing}", f"filing compared: {verdict.filing}")


def _facts(judged: Judged, registry: Registry | None) -> Iterator[Reason]:
    event = judged.event
    begun, ended = _clock(event.begun_ns), _clock(event.ended_ns)
    yield Reason(
        f"时间：{begun} 至 {ended}（北京时间）；适用开始之日施行的法律",
        f"time: {begun} to {ended} (Beijing); the law of the day on which it began",
    )
    yield _exporter(event.organisation, registry)
    yield _recipient(event.target, registry)
    size = ("字节数未知", "volume unknown") if event.sent_bytes is None else (
        f"发出 {event.sent_bytes:,} 字节", f"{event.sent_bytes:,} bytes sent"
    )  # fmt: skip
    way, way_en = _DIRECTIONS[event.direction]
    origin, origin_en = place_title(event.origin.place), place_title(event.origin.place, EN)
    yield Reason(
        f"方向：{way}，自{origin}（{_where(event.origin)}），{event.protocol}，{size[0]}",
        f"direction: {way_en}, from {origin_en} ({_where(event.origin)}), {event.protocol}, {size[1]}",
    )
    if event.line:
        yield Reason(f"经国际数据传输专线 {event.line}", f"over the international line {event.line}")
    for tally in event.tallies:
        yield _found(tally)
    if not event.tallies and event.content is not Content.UNSEEN:
        yield Reason("已读部分未发现个人信息", "nothing personal was found in what was read")


def _exporter(organisation: str, registry: Registry | None) -> Reason:
    exporter = registry.exporter(organisation) if registry else None
    if exporter is None:
        known = "" if registry is None else "（不在登记库中）"
        known_en = "" if registry is None else " (not in the registry)"
        return Reason(
            f"数据处理者：{organisation or '未识别'}{known}", f"exporter: {organisation or 'unknown'}{known_en}"
        )
    operator = ("关键信息基础设施运营者", "a CII operator") if exporter.is_ciio else (
        "非关键信息基础设施运营者", "no CII operator"
    )  # fmt: skip
    return Reason(
        f"数据处理者：{exporter.name}（{organisation}），{operator[0]}",
        f"exporter: {exporter.name_en or exporter.name} ({organisation}), {operator[1]}",
    )


def _recipient(target: Endpoint, registry: Registry | None) -> Reason:
    recipient = registry.recipient_at(target) if registry else None
    place, place_en, where = place_title(target.place), place_title(target.place, EN), _where(target)
    if recipient is None:
        known = "" if registry is None else "；该目标不属于任何已登记的接收方"
        known_en = "" if registry is None else "; no registered recipient stands there"
        return Reason(f"目标：{where}，{place}{known}", f"target: {where}, {place_en}{known_en}")
    return Reason(
        f"境外接收方：{recipient.name}（{recipient.id}），目标 {where}，{place}",
        f"recipient: {recipient.name_en or recipient.name} ({recipient.id}), target {where}, {place_en}",
    )


def _found(tally: Tally) -> Reason:
    grade, grade_en = _GRADES[tally.grade]
    persons, persons_in_english = _persons((tally,))
    fields = f"，位置：{listed_zh(tally.fields)}" if tally.fields else ""
    fields_en = f", at {', '.join(tally.fields)}" if tally.fields else ""
    masked = f"，例（已遮盖）：{tally.exemplars[0]}" if tally.exemplars else ""
    masked_en = f", such as (masked) {tally.exemplars[0]}" if tally.exemplars else ""
    return Reason(
        f"发现 {kind_title(tally.kind)}（{tally.kind}，{grade}）{tally.hits:,} 处，涉及{persons}{fields}{masked}",
        f"found {kind_title(tally.kind, EN)} ({tally.kind}, {grade_en}): {tally.hits:,} hits, {persons_in_english}"
        f"{fields_en}{masked_en}",
    )


def _arithmetic(judged: Judged, registry: Registry | None, filing: Filing | None) -> Iterator[Reason]:
    if judged.verdict.status is Status.NOT_EXPORT:
        return
    persons, persons_in_english = _persons(judged.event.tallies)
    yield Reason(
        f"本次传输涉及{persons}；本年累计（自1月1日起、按自然人去重）见判定理由",
        f"this transfer concerns {persons_in_english}; the year's count (distinct persons since 1 January) stands in "
        "the reasons",
    )
    yield Reason(
        f"门槛：{CONTRACT_FROM:,} 人以上或者敏感个人信息 1 人以上，标准合同或者认证；"
        f"{ASSESSMENT_FROM:,} 人以上或者敏感个人信息 {ASSESSMENT_FROM_SENSITIVE:,} 人以上，安全评估（“以上”含本数）",
        f"limits: from {CONTRACT_FROM:,} persons, or one with sensitive data: contract or certification; from "
        f"{ASSESSMENT_FROM:,}, or {ASSESSMENT_FROM_SENSITIVE:,} with sensitive data: assessment (the number included)",
        CBDF.article("第五条、第七条、第八条"),
    )
    if registry is not None:
        settings = registry.settings
        tally, reach = TALLY_TITLES[settings.threshold_tally], REACH_TITLES[settings.sensitive_reach]
        yield Reason(
            f"登记库设定：人数{tally[0]}；敏感个人信息{reach[0]}",
            f"the registry's settings: {tally[1]}; sensitive data are {reach[1]}",
        )
    if filing is not None:
        yield _declared(filing)


def _declared(filing: Filing) -> Reason:
    title, title_en = FILING_TITLES[filing.route]
    most = "未载明人数" if filing.most_persons is None else f"每年不超过 {filing.most_persons:,} 人"
    most_en = "no number of persons" if filing.most_persons is None else f"{filing.most_persons:,} persons a year"
    kinds = ", ".join(filing.kinds)
    return Reason(
        f"备案“{filing.number}”申报：{title}，{filing.valid_from} 至 {filing.valid_until}，{most}，数据类型 {kinds}",
        f"declared in {filing.number}: {title_en}, {filing.valid_from} to {filing.valid_until}, {most_en}, "
        f"kinds {kinds}",
    )


def _seen(judged: Judged) -> Iterator[Reason]:
    event = judged.event
    yield reason(*_CONTENTS[event.content])
    if 0 < event.sampled < 1:
        yield Reason(
            f"按 {event.sampled:.4g} 的概率抽读，人数为下限", f"read with probability {event.sampled:.4g}: lower bounds"
        )
    yield Reason(
        "看不到：处理目的、必要性、告知与单独同意、接收方的再转移、其他采集点以外的传输",
        "not visible from traffic: purpose, necessity, notice and consent, onward transfer, and what no agent passes",
    )
    source = " · ".join(part for part in (event.agent, event.source) if part)
    yield Reason(f"探针与输入：{source}", f"agent and input: {source}")


def _versions(judged: Judged, registry: Registry | None, routes: Sequence[Route]) -> Iterator[Reason]:
    event, verdict = judged.event, judged.verdict
    law = law_version(routes)
    if verdict.law_version:
        yield Reason(
            f"判定所依据的版本：法规库 {verdict.law_version}，登记库 {verdict.registry_version}",
            f"reached under law {verdict.law_version} and registry {verdict.registry_version}",
        )
    yield Reason(f"法规库摘要：{law}", f"digest of the law shelf: {law}")
    if registry is None:
        yield Reason(
            "未提供登记库：主体、接收方和备案无法写明", "no registry was given: names and filings are left out"
        )
    else:
        held = registry.version
        yield Reason(
            f"登记库摘要（生成本页时）：{held}；判定作出后登记有变的，以重新判定为准",
            f"digest of the registry (as read for this page): {held}; what changed since the verdict needs re-judging",
        )
    profile = profile_title(event.profile)
    yield Reason(f"分级依据：{profile}", f"graded by {profile}")
    if event.ruleset:
        yield Reason(f"识别规则摘要：{event.ruleset}", f"digest of the detectors: {event.ruleset}")
    if event.geo.name:
        yield Reason(
            f"IP 归属库：{event.geo.name}（{event.geo.built}）",
            f"address database: {event.geo.name} ({event.geo.built})",
        )


def _filing(judged: Judged, registry: Registry | None) -> Filing | None:
    filings = registry.filings_of(judged.event.organisation) if registry else ()
    return next((each for each in filings if each.number == judged.verdict.filing), None)


def _persons(tallies: Sequence[Tally]) -> tuple[str, str]:
    try:
        span = Persons(each.subjects for each in tallies).span
    except MalformedError:
        return "的人数已损坏、无法读出", "a count of persons that is damaged"
    if not span.at_most:
        return "的自然人未能识别", "nobody who could be identified"
    return persons_zh(span), persons_en(span)


def _where(end: Endpoint) -> str:
    address = f"[{end.address}]" if ":" in end.address else end.address
    return " ".join(part for part in (end.host, f"{address}:{end.port}" if end.port else address) if part) or "?"


def _line(each: Reason, lang: str) -> LineRecord:
    says, cited = each.says_en if lang == EN else each.says, each.citation
    if cited is None:
        return LineRecord(says)
    return LineRecord(says, cited.instrument, cited.article, cited.in_force_from, cited.source)


def _cited(line: LineRecord, lang: str) -> str:
    says = _printable(line.says)
    if not line.instrument:
        return says
    day = line.in_force_from and (
        f"，{line.in_force_from} 起施行" if lang == ZH else f", in force {line.in_force_from}"
    )
    source = f"，来源 {line.source}" if lang == ZH else f", source {line.source}"
    return f"{says}\n     《{line.instrument}》{line.article}{day}{source}"


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _clock(time_ns: int) -> str:
    return moment_of(time_ns).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
