"""The parts that several forms share: data items, links, recipients, persons, frequency, what was and was not seen."""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from collector.book import Registry
from collector.case_words import exporter_title, title
from collector.declarations import Exporter, Filing, Recipient
from collector.law.wording import FILING_TITLES, persons_zh
from collector.reports.document import OPEN, Block, Grid, Paragraph, grid, left_open
from collector.reports.estimate import estimate
from collector.reports.observed import Item, Observed
from wire.events import Content
from wire.kinds import Grade
from wire.titles import country_title, kind_title, profile_title, status_title

_GRADES: Final = {
    Grade.GENERAL: "一般个人信息",
    Grade.SENSITIVE: "敏感个人信息",
    Grade.IMPORTANT: "疑似重要数据（待认定）",
}
_CONTENTS: Final = {Content.SEEN: "全部可见", Content.PARTIAL: "部分可见", Content.UNSEEN: "不可见"}
_UNITS: Final = ((1 << 40, "TB"), (1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB"))


class Subject(Struct, frozen=True):
    """Whom a report is about, with everything that it may draw on."""

    registry: Registry
    observed: Observed

    @property
    def organisation(self) -> str:
        """统一社会信用代码."""
        return self.observed.request.organisation

    @property
    def exporter(self) -> Exporter | None:
        """Its entry in the registry."""
        return self.registry.exporter(self.organisation)

    @property
    def name(self) -> str:
        """Its registered name, else its code."""
        return exporter_title(self.organisation, self.registry, "zh")

    @property
    def filings(self) -> tuple[Filing, ...]:
        """The filings that the report is about."""
        wanted = self.observed.request.filing
        return tuple(each for each in self.registry.filings_of(self.organisation) if wanted in ("", each.number))

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """Those to whom data were seen to go, and those who were declared."""
        seen = {item.scenario for item in self.observed.items} | {link.scenario for link in self.observed.links}
        declared = {each for filing in self.filings for each in filing.recipients}
        return tuple(each for each in self.registry.recipients if each.id in declared or f"recipient:{each.id}" in seen)

    def scenario(self, name: str) -> str:
        """A scenario's title: the recipient's name, else the host or address."""
        kind, _, value = name.partition(":")
        if kind == "server":
            return f"境外读取 {value}"
        found = next((each for each in self.registry.recipients if kind == "recipient" and each.id == value), None)
        return found.name if found else f"未登记接收方 {value}"


def size(count: int) -> str:
    """Bytes for a reader, in binary units."""
    for unit, name in _UNITS:
        if count >= unit:
            return f"{count / unit:,.1f} {name}"
    return f"{count} B"


def basics(subject: Subject) -> Grid:
    """数据处理者基本情况, as far as the registry holds it."""
    found = subject.exporter
    rows = [("名称", subject.name), ("统一社会信用代码", subject.organisation)]
    if found:
        zone = "、".join(filter(None, (found.ftz_zone, found.ftz_group))) or "否"
        rows += [
            ("行业", found.sector or f"{OPEN}行业"),
            ("所在地", f"{found.province}{found.city}" or f"{OPEN}所在地"),
            ("关键信息基础设施运营者", "是" if found.is_ciio else "否（未登记为关键信息基础设施运营者）"),
            ("自由贸易试验区", zone),
            ("所属集团", found.group or "未登记"),
            ("出境涉及的信息系统", "、".join(found.systems) or f"{OPEN}信息系统名称"),
        ]
    rows += [(each, f"{OPEN}{each}") for each in ("法定代表人", "数据安全负责人和管理机构", "经办人及联系方式")]
    return grid("数据处理者基本情况", "项目 内容", rows)


def purposes(subject: Subject) -> Iterator[Block]:
    """目的、范围、方式: what was declared; necessity is a person's word."""
    rows = [
        (each.number, FILING_TITLES[each.route][0], each.purpose or f"{OPEN}目的",
         "、".join(map(kind_title, each.kinds)), f"{each.valid_from} 至 {each.valid_until}")
        for each in subject.filings
    ]  # fmt: skip
    yield grid("已申报（备案）的出境活动", "编号 途径 目的 数据项 有效期", rows, "以登记为准，未经观测核实。")
    yield left_open("数据出境的目的、范围、方式的合法性、正当性、必要性")


def data_items(subject: Subject) -> Grid:
    """数据项表 (序号、数据项名称、内容描述、出境必要性、示例、备注), without repetition within a scenario."""
    rows = [
        (
            str(number),
            kind_title(item.kind),
            f"{_GRADES[item.grade]}；见于字段 {'、'.join(item.fields) or '（无字段名）'}",
            f"{OPEN}必要性",
            "、".join(item.exemplars) or "（无示例）",
            f"{subject.scenario(item.scenario)}；{item.transfers:,} 次传输；{persons_zh(item.persons).strip()}",
        )
        for number, item in enumerate(subject.observed.items, 1)
    ]
    note = "示例均已在采集端脱敏；“疑似重要数据”仅为线索，是否属于重要数据以主管部门告知或者公开发布为准。"
    return grid("出境数据项表", "序号 数据项名称 内容描述 出境必要性 示例 备注", rows, note + _untold(subject))


def links(subject: Subject) -> Grid:
    """出境链路: both sides' names and addresses, method, country, volume."""
    rows = [
        (str(number), subject.scenario(link.scenario), link.origin, link.target,
         country_title(link.country) + (f" AS{link.asn}" if link.asn else ""), _method(link.protocol, link.line),
         f"{link.transfers:,}", size(link.sent_bytes), f"{link.first} 至 {link.last}")
        for number, link in enumerate(subject.observed.links, 1)
    ]  # fmt: skip
    return grid(
        "出境链路（观测）",
        "序号 场景 境内侧 境外侧 国家或地区 方式 次数 数据量 起止",
        rows,
        "国家或地区按 IP 地址库推定。" + _untold(subject),
    )


def _method(protocol: str, line: str) -> str:
    return f"{protocol}，专线 {line}" if line else f"{protocol}，公共互联网"


def _untold(subject: Subject) -> str:
    untold = subject.observed.untold
    return f"另有 {untold:,} 次传输因行数上限未逐项列出。" if untold else ""


def recipients(subject: Subject) -> Grid:
    """境外接收方基本情况, as registered."""
    seen = {item.scenario for item in subject.observed.items} | {link.scenario for link in subject.observed.links}
    rows = [
        (each.name, country_title(each.country), "、".join((*each.hosts, *each.networks)) or "未登记",
         "、".join(each.onward) or "未登记", "是" if f"recipient:{each.id}" in seen else "观测期内未见")
        for each in subject.recipients
    ]  # fmt: skip
    return grid("境外接收方", "名称 国家或地区 域名和地址 再转移对象 观测到传输", rows)


def persons(subject: Subject) -> Iterator[Block]:
    """涉及自然人数量: this year's count without repetition, and the estimate of three years."""
    observed = subject.observed
    year = observed.request.year
    rows = [
        (f"{year} 年 1 月 1 日起累计", "个人信息（去重）", persons_zh(observed.any_persons).strip()),
        (f"{year} 年 1 月 1 日起累计", "其中敏感个人信息（去重）", persons_zh(observed.sensitive_persons).strip()),
    ]
    found = None
    if observed.first:
        last_year = 0 if observed.request.filing else observed.last_year.at_least
        on = min(observed.request.on, observed.request.on.replace(year, 12, 31))
        found = estimate(observed.any_persons.at_least, observed.first, on, last_year)
    if found:
        rows.append((f"{year} 年全年", "个人信息（估计）", f"{found.persons:,} 人"))
        rows += [
            (f"{year + ahead} 年", "个人信息（估计）", f"{count:,} 人")
            for ahead, count in enumerate(found.following, 1)
        ]
    scope = "仅计本备案的接收方，含依法豁免的传输。" if observed.request.filing else "依法豁免的传输不计入。"
    settings = subject.registry.settings
    note = f"{scope}敏感个人信息按 {profile_title(settings.profile)} 判定。抽样采集时为下限。"
    yield grid("涉及自然人数量", "期间 口径 数量", rows, note)
    yield Paragraph(found.says if found else "观测天数不足，未作三年估计。")


def frequency(subject: Subject) -> Grid:
    """出境频率和规模 by month."""
    observed = subject.observed
    rows = [
        (f"{month} 月", f"{transfers:,}", size(sent))
        for month, (transfers, sent) in enumerate(observed.months, 1)
        if transfers
    ]
    rows.append(("合计", f"{observed.transfers:,}", size(sum(sent for _, sent in observed.months))))
    note = f"其中 {observed.unknown_size:,} 次传输的数据量未知，未计入。" if observed.unknown_size else ""
    return grid("出境频率和数据量", "月份 传输次数 数据量", rows, f"一次传输为一个会话的一个时间窗口。{note}")


def verdicts(subject: Subject) -> Grid:
    """How the transfers stand against what was declared."""
    counts = subject.observed.statuses
    rows = [(status_title(status), f"{counts[status]:,}") for status in sorted(counts, key=lambda each: -counts[each])]
    return grid("对照申报的判定", "结论 传输次数", rows, "“存疑”类结论须人工核实。")


def measures(subject: Subject) -> Iterator[Block]:
    """数据安全保障能力: what can be seen from outside, and no more."""
    observed = subject.observed
    share = f"{observed.encrypted / observed.transfers:.1%}" if observed.transfers else "—"
    rows = [("传输加密（TLS、QUIC）的传输占比", share), ("案件（本年）", f"{len(observed.cases):,} 件")]
    rows += [
        (f"出境字节：内容{title}", size(observed.contents.get(content, 0))) for content, title in _CONTENTS.items()
    ]
    yield grid("观测到的保护措施与可见度", "项目 数值", rows, "内容不可见不等于合规；加密传输的数据项和人数可能少计。")
    yield left_open("管理制度、技术措施、安全认证、检测评估和演练等证明材料")


def findings(subject: Subject) -> Grid:
    """发现的问题及整改, from the cases."""
    rows = [
        (case.case_id, title("ground", case.opening.cause.ground, "zh"), title("state", case.state, "zh"),
         f"{case.events:,}", f"{len(case.acts)} 条")
        for case in subject.observed.cases
    ]  # fmt: skip
    return grid("发现的问题及整改情况", "案件 事由 状态 传输次数 办理记录", rows)


def period(subject: Subject) -> Paragraph:
    """From when to when was looked, and by what."""
    observed = subject.observed
    if observed.first is None:
        return Paragraph(
            f"截至 {observed.request.on}，{observed.request.year} 年未观测到本主体的出境传输；未见不等于没有。"
        )
    return Paragraph(
        f"本报告中标注“观测”的内容由关津于 {observed.first} 至 {observed.last} 在网络出口和访问日志中采集，"
        f"共 {observed.transfers:,} 次出境传输，"
        f"采集探针 {len(observed.agents)} 个（{'、'.join(observed.agents[:8])}）。"
    )


def kinds_of(items: Iterable[Item]) -> str:
    """The names of their kinds."""
    return "、".join(dict.fromkeys(kind_title(item.kind) for item in items))


def has_sensitive(items: Iterable[Item]) -> bool:
    """Whether any of them is sensitive."""
    return any(item.grade is Grade.SENSITIVE for item in items)


def most_persons(items: Iterable[Item]) -> str:
    """Persons of a scenario: its data items are about the same people, so the largest count is the lower bound."""
    spans = [item.persons for item in items]
    least = max((span.at_least for span in spans), default=0)
    return f"至少 {least:,} 人（按数据项中最多的一项）" if least else "未识别到可计数的自然人"
