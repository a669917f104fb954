"""The letters of a case: notice (通报), rectification order (整改通知书), closing report (办结报告).

Law:
    促进和规范数据跨境流动规定 第十二条 (guidance and supervision, rectification). What a notice holds is put together
    from 国家网络安全事件报告管理办法 第七条, 个人信息保护法 第五十七条 and the self-assessment template; there is no
    official form (law.md 6.4).
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from collector.book import Registry
from collector.case_words import destination_title, exporter_title, title
from collector.cases import Case, Move, State
from collector.desk import Dossier
from collector.law.wording import persons_zh
from collector.persons import Persons
from collector.ports import Judged
from collector.reports.document import OPEN, Block, Document, Grid, Heading, Paragraph, grid, left_open
from wire.events import Tally
from wire.faults import MalformedError
from wire.legal_time import SHANGHAI, moment_of
from wire.titles import country_title, kind_title, status_title

_CLUE: Final = "以下内容来自对出口流量和访问日志的观测，属于线索，尚待核实；如有异议，请在期限内书面说明并提供材料。"
_ARTICLE: Final = "促进和规范数据跨境流动规定 第十二条"


def notice(file: Dossier, registry: Registry) -> Document:
    """关于疑似违规数据出境（安全事件）的通报."""
    return _letter("notice", "数据出境风险情况通报", _notice(file, registry))


def rectification(file: Dossier, registry: Registry) -> Document:
    """数据出境整改通知书."""
    return _letter("rectification", "数据出境整改通知书", _rectification(file, registry))


def closing(file: Dossier, registry: Registry) -> Document:
    """数据出境案件办结报告."""
    return _letter("closing", "数据出境案件办结报告", _closing(file, registry))


LETTERS: Final[dict[str, Callable[[Dossier, Registry], Document]]] = {
    "notice": notice,
    "rectification": rectification,
    "closing": closing,
}
"""What can be written about a case, in the order in which it is."""

_USUAL: Final = {
    State.FOUND: "notice",
    State.JUDGED: "notice",
    State.NOTIFIED: "rectification",
    State.RECTIFYING: "rectification",
    State.RECHECKED: "closing",
    State.CLOSED: "closing",
    State.DISMISSED: "closing",
}


def usual_letter(case: Case) -> str:
    """The letter that a case as it stands usually takes; any other may be written too."""
    return _USUAL[case.state]


def _letter(name: str, heading: str, blocks: Iterator[Block]) -> Document:
    return Document(name=name, title=heading, basis=_ARTICLE, blocks=tuple(blocks))


def _notice(file: Dossier, registry: Registry) -> Iterator[Block]:
    yield from _opening(file, registry)
    yield Heading("一、基本情况")
    yield _facts(file.case, registry)
    yield Heading("二、观测到的传输")
    yield _transfers(file)
    yield Heading("三、涉及的数据项和人数")
    yield _items(file)
    yield Heading("四、初步判断")
    yield from _judgement(file)
    yield Heading("五、要求")
    yield from _demand(file.case)
    yield from _end(file.case)


def _rectification(file: Dossier, registry: Registry) -> Iterator[Block]:
    yield from _opening(file, registry)
    yield Heading("一、问题")
    yield _facts(file.case, registry)
    yield from _judgement(file)
    yield Heading("二、整改要求")
    yield from _demand(file.case)
    yield left_open("具体整改事项（补充申报、变更备案、停止传输、删除境外数据等）")
    yield Heading("三、复核")
    yield Paragraph("整改完成后应当提交书面报告；复核以整改之后的流量观测为准，整改之后仍有同类传输的不予通过。")
    yield from _end(file.case)


def _closing(file: Dossier, registry: Registry) -> Iterator[Block]:
    yield Heading("一、案件")
    yield _facts(file.case, registry)
    yield Heading("二、办理经过")
    yield _acts(file.case)
    yield Heading("三、涉及的数据项和人数")
    yield _items(file)
    yield Heading("四、复核和结论")
    recheck = file.case.last(Move.RECHECK)
    passed = {None: "尚未复核", True: "复核通过", False: "复核未通过"}[recheck.passed if recheck else None]
    yield Paragraph(
        f"{passed}；案件状态：{title('state', file.case.state, 'zh')}。最近一次传输：{_time(file.case.last_ns)}。"
    )
    yield left_open("结论和处理意见")
    yield from _end(file.case)


def _opening(file: Dossier, registry: Registry) -> Iterator[Block]:
    yield Paragraph(f"{OPEN}文号", is_open=True)
    yield Paragraph(f"{exporter_title(file.case.opening.cause.organisation, registry, 'zh')}：")
    yield Paragraph(_CLUE)


def _facts(case: Case, registry: Registry) -> Grid:
    cause, incident = case.opening.cause, case.opening.incident
    rows = [
        ("案件编号", case.case_id),
        ("单位", exporter_title(cause.organisation, registry, "zh")),
        ("统一社会信用代码", cause.organisation),
        ("类型", title("type", case.opening.type, "zh")),
        ("事由", title("ground", cause.ground, "zh")),
    ]
    if incident:
        rows += [
            ("事件", incident.what),
            ("知悉时间", _time(incident.known_ns)),
            ("涉及人数", f"至少 {incident.persons:,} 人"),
        ]
    else:
        rows += [
            ("接收方", destination_title(case, registry, "zh")),
            ("数据类型", "、".join(map(kind_title, cause.kinds)) or "未见"),
            ("传输次数", f"{case.events:,}"),
            ("起止时间（北京时间）", f"{_time(case.first_ns)} 至 {_time(case.last_ns)}"),
        ]
    return grid("基本情况", "项目 内容", rows)


def _transfers(file: Dossier) -> Grid:
    rows = [_transfer(each) for each in file.members]
    untold = file.case.events - len(rows)
    note = f"仅列最近 {len(rows)} 次，另有 {untold:,} 次。" if untold > 0 else ""
    header = "传输编号 时间 境内侧 境外侧 国家或地区 方式 结论"
    return grid("传输清单（证据索引）", header, rows, f"{note}传输编号由观测内容导出，可据此在系统中逐条核对。")


def _transfer(judged: Judged) -> tuple[str, ...]:
    event = judged.event
    origin, target = event.origin, event.target
    return (
        event.event_id,
        _time(event.begun_ns),
        origin.host or origin.address or "未知",
        target.host or target.address or "未知",
        country_title(target.place.country),
        f"{event.protocol}{f'，专线 {event.line}' if event.line else ''}",
        status_title(judged.verdict.status, required_route=judged.verdict.required_route),
    )


def _items(file: Dossier) -> Grid:
    tallies: dict[str, list[Tally]] = {}
    for judged in file.members:
        for tally in judged.event.tallies:
            tallies.setdefault(tally.kind, []).append(tally)
    rows = [
        (kind_title(kind), f"{sum(each.hits for each in found):,}", _persons(found),
         "、".join(dict.fromkeys(text for each in found for text in each.exemplars))[:200])
        for kind, found in sorted(tallies.items())
    ]  # fmt: skip
    return grid("数据项", "数据项 命中 人数 脱敏示例", rows, "按所列传输统计；人数为去重后的下限和上限。")


def _persons(tallies: list[Tally]) -> str:
    try:
        return persons_zh(Persons(each.subjects for each in tallies).span).strip()
    except MalformedError:
        return "计数损坏，无法读出"


def _judgement(file: Dossier) -> Iterator[Block]:
    newest = next(iter(file.members), None)
    for reason in newest.verdict.reasons if newest else ():
        cited = f"（《{reason.citation.instrument}》{reason.citation.article}）" if reason.citation else ""
        yield Paragraph(f"{reason.says}{cited}")
    rows = [(part.title, str(part.points), part.because) for part in file.risk.parts]
    yield grid(f"风险研判：{file.risk.score} 分", "因素 分值 说明", rows, "权重为系统自定，不是法律规定。")


def _demand(case: Case) -> Iterator[Block]:
    due = f"于 {_time(case.due_ns)} 前" if case.due_ns else f"于{OPEN}期限前"
    yield Paragraph(f"请{due}核实上述情况，停止不符合申报（备案）的传输或者补办手续，并书面反馈处理结果。")


def _acts(case: Case) -> Grid:
    rows = [
        (str(act.number), _time(act.at_ns), title("move", act.move, "zh"), act.who, act.note or act.owner,
         "、".join(digest[:16] for digest in act.attachments))
        for act in case.acts
    ]  # fmt: skip
    return grid("办理记录", "序号 时间 步骤 办理人 说明 附件摘要（SHA-256前16位）", rows)


def _end(case: Case) -> Iterator[Block]:
    yield Paragraph(f"承办：{case.owner or OPEN}")
    yield left_open("单位名称、联系人和联系方式、日期、印章")


def _time(time_ns: int) -> str:
    moment: datetime = moment_of(time_ns).astimezone(SHANGHAI)
    return moment.strftime("%Y-%m-%d %H:%M:%S")
