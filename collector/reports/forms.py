"""The prescribed forms, filled as far as observation goes: self-assessment, impact assessment, application.

Law:
    数据出境安全评估申报指南（第三版） 附件4 数据出境风险自评估报告（模板）;
    个人信息出境标准合同备案指南（第二版） 附件5 个人信息保护影响评估报告（模板）; headings are those of the templates
    as law.md section 2 holds them (V, ``A-019``, ``A-020``). The fields of the application's scenario (申报表) are
    likely, not read in full (M).
"""

from collections.abc import Callable, Iterator
from typing import Final

from collector.reports import parts
from collector.reports.document import OPEN, Block, Document, Heading, grid, left_open
from collector.reports.parts import Subject

_ASSESSMENT: Final = "数据出境安全评估申报指南（第三版）附件4"
_IMPACT: Final = "个人信息出境标准合同备案指南（第二版）附件5"
_APPLICATION: Final = "数据出境安全评估（个人信息出境标准合同备案）申报表：出境场景（栏目未全文核实）"


def self_assessment(subject: Subject) -> Document:
    """数据出境风险自评估报告."""
    return _document("self_assessment", f"{subject.name}数据出境风险自评估报告", _ASSESSMENT, _self_assessment(subject))


def impact_assessment(subject: Subject) -> Document:
    """个人信息保护影响评估报告 (PIPIA)."""
    return _document("impact_assessment", f"{subject.name}个人信息保护影响评估报告", _IMPACT, _impact(subject))


def application(subject: Subject) -> Document:
    """申报表 (备案表) by scenario."""
    return _document("application", f"{subject.name}数据出境申报表（出境场景）", _APPLICATION, _application(subject))


FORMS: Final[dict[str, Callable[[Subject], Document]]] = {
    "self-assessment": self_assessment,
    "impact-assessment": impact_assessment,
    "application": application,
}
"""What ``guanjin report`` can write about an exporter."""


def _document(name: str, title: str, basis: str, blocks: Iterator[Block]) -> Document:
    return Document(name=name, title=title, basis=basis, blocks=tuple(blocks))


def _self_assessment(subject: Subject) -> Iterator[Block]:
    yield Heading("一、自评估工作简述")
    yield parts.period(subject)
    yield left_open("自评估工作开展情况，包括起止时间、组织情况、实施过程、实施方式（应当在申报前 3 个月内完成）")
    yield Heading("二、出境活动整体情况")
    yield Heading("（一）数据处理者基本情况", 2)
    yield parts.basics(subject)
    yield left_open("股权结构和实际控制人、组织架构、整体业务和数据资产情况")
    yield from _exports(subject)
    yield Heading("（三）数据处理者的数据安全保障能力", 2)
    yield from parts.measures(subject)
    yield Heading("（四）境外接收方情况", 2)
    yield parts.recipients(subject)
    yield left_open("境外接收方的用途、履行责任的管理和技术措施、所在国家或地区的政策法规和网络安全环境")
    yield Heading("（五）法律文件约定数据安全保护责任义务的情况", 2)
    yield left_open("法律文件中六项约定的条款及页码")
    yield from _risks(subject)


def _exports(subject: Subject) -> Iterator[Block]:
    yield Heading("（二）数据出境涉及业务和信息系统、数据资产等情况", 2)
    yield Heading("1. 出境涉及的业务和数据资产", 3)
    yield left_open("业务基本情况、数据资产情况")
    yield Heading("2. 目的、范围、方式及其合法性、正当性、必要性", 3)
    yield from parts.purposes(subject)
    yield Heading("3. 拟出境数据情况", 3)
    yield parts.data_items(subject)
    yield Heading("4. 存储系统平台、数据中心和出境链路", 3)
    yield parts.links(subject)
    yield left_open("境内存储的系统平台、数据中心（含云服务），境外存储的系统平台、数据中心")
    yield Heading("5. 出境后向境外其他接收方提供的情况", 3)
    yield left_open("再转移情况；登记中的再转移对象见境外接收方表")
    yield Heading("6. 涉及自然人数量和未来三年预计", 3)
    yield from parts.persons(subject)
    yield parts.frequency(subject)


def _risks(subject: Subject) -> Iterator[Block]:
    yield Heading("三、拟出境活动的风险评估情况")
    yield parts.verdicts(subject)
    yield parts.findings(subject)
    yield left_open("逐项说明风险评估情况、发现的问题和风险隐患及相应的整改措施和整改效果")
    yield Heading("四、出境活动风险自评估结论")
    yield left_open("自评估结论及其理由、论据")


def _impact(subject: Subject) -> Iterator[Block]:
    yield Heading("一、出境活动整体情况")
    yield parts.period(subject)
    yield Heading("（一）个人信息处理者情况", 2)
    yield Heading("1. 基本情况", 3)
    yield parts.basics(subject)
    yield Heading("2. 业务和个人信息情况", 3)
    yield left_open("整体业务和处理个人信息的情况")
    yield Heading("3. 拟出境个人信息情况", 3)
    yield from parts.purposes(subject)
    yield parts.data_items(subject)
    yield from parts.persons(subject)
    yield parts.frequency(subject)
    yield parts.links(subject)
    yield left_open("出境及境外存储的系统平台、数据中心；出境后向境外其他接收方提供的情况")
    yield Heading("4. 个人信息处理者的保护能力和合规记录", 3)
    yield from parts.measures(subject)
    yield Heading("（二）境外接收方情况", 2)
    yield parts.recipients(subject)
    yield left_open("处理目的和方式、保护能力、所在国家或地区的个人信息保护政策和法规")
    yield Heading("（三）其他情况", 2)
    yield parts.verdicts(subject)
    yield parts.findings(subject)
    yield Heading("二、拟出境活动的影响评估情况和结论")
    for item in _IMPACT_ITEMS:
        yield Heading(item, 3)
        yield left_open("评估意见")
    yield Heading("评估结论", 2)
    yield left_open("结论及理由；报告应当在备案前 3 个月内完成，并至少保存三年（个人信息保护法第五十六条）")


_IMPACT_ITEMS: Final = (
    "1. 处理目的、范围、方式的合法性、正当性、必要性",
    "2. 出境个人信息的规模、范围、种类、敏感程度及对个人信息权益的风险",
    "3. 境外接收方承诺的义务及其管理和技术措施、能力",
    "4. 出境后遭篡改、破坏、泄露、丢失、非法利用的风险及维权渠道",
    "5. 境外接收方所在国家或地区政策和法规对合同履行的影响",
    "6. 其他可能影响个人信息出境安全的事项",
)
"""The six items of 个人信息出境标准合同办法 第五条, in our words."""


def _application(subject: Subject) -> Iterator[Block]:
    yield parts.period(subject)
    yield parts.basics(subject)
    observed = subject.observed
    names = sorted({item.scenario for item in observed.items} | {link.scenario for link in observed.links})
    for number, name in enumerate(names, 1):
        yield Heading(f"场景 {number}：{subject.scenario(name)}", 2)
        yield grid("出境场景", "栏目 内容", _scenario(subject, name))
    yield Heading("人数")
    yield from parts.persons(subject)
    yield Heading("数据项")
    yield parts.data_items(subject)


def _scenario(subject: Subject, name: str) -> list[tuple[str, ...]]:
    links = [link for link in subject.observed.links if link.scenario == name]
    items = [item for item in subject.observed.items if item.scenario == name]
    lines = sorted({link.line for link in links if link.line})
    purposes = {
        each.purpose for each in subject.filings if each.purpose and name.removeprefix("recipient:") in each.recipients
    }
    kinds = parts.kinds_of(items)
    return [
        ("出境目的", "、".join(sorted(purposes)) or f"{OPEN}目的"),
        ("出境方式", "、".join(sorted({link.protocol for link in links})) or f"{OPEN}方式"),
        ("出境链路", _lines(subject, lines)),
        ("境内侧地址", "、".join(sorted({link.origin for link in links})[:20]) or "未见"),
        ("境外侧地址", "、".join(sorted({link.target for link in links})[:20]) or "未见"),
        ("落地数据中心名称和位置", f"{OPEN}落地数据中心"),
        ("所属行业", subject.exporter.sector if subject.exporter and subject.exporter.sector else f"{OPEN}行业"),
        ("数据项", kinds or "内容未见"),
        ("是否含敏感个人信息", "是" if parts.has_sensitive(items) else "观测期内未见"),
        ("数据规模（观测期内）", parts.size(sum(link.sent_bytes for link in links))),
        ("涉及自然人数量", parts.most_persons(items)),
        ("境外接收方", subject.scenario(name)),
    ]


def _lines(subject: Subject, names: list[str]) -> str:
    if not names:
        return "公共互联网"
    known = {line.id: line for line in subject.registry.lines}
    said = []
    for name in names:
        line = known.get(name)
        width = f"，{line.bandwidth_mbps} Mbps" if line and line.bandwidth_mbps else f"，{OPEN}带宽"
        said.append(f"{name}（{line.carrier}{width}）" if line else name)
    return f"国际数据传输专线 {len(names)} 条：{'、'.join(said)}"
