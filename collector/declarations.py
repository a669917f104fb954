"""What was declared: exporters, recipients, filings, exemptions, dedicated lines. The registry's records.

Every field's description stands in the published JSON Schema; ``collector.registry`` reads the file.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from wire.kinds import Profile

Code = Annotated[
    str,
    Meta(
        pattern=r"^[0-9A-HJ-NP-RTUW-Y]{18}$",
        description="统一社会信用代码 (GB 32100-2015): 18 characters, the last one a check character",
    ),
]
Slug = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$",
        description="kind of datum such as cn.resident_id or medical.diagnosis; there is no wildcard, because a "
        "filing lists its data items (数据项)",
    ),
]
Name = Annotated[str, Meta(pattern=r"\S", min_length=1, max_length=200, description="one line of text")]
Text = Annotated[str, Meta(max_length=200, description="one line of text")]
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,64}$", description="id: letters, digits, . _ -")]
Cidr = Annotated[str, Meta(min_length=1, max_length=50, description="network such as 203.0.113.0/24 or 2001:db8::/32")]
HostName = Annotated[
    str,
    Meta(
        pattern=r"^(\*\.)?([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$",
        max_length=253,
        description="domain name; it covers its subdomains",
    ),
]
Country = Annotated[
    str, Meta(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2; HK, MO and TW carry their own code")
]
Persons = Annotated[int, Meta(ge=0, description="distinct natural persons a year (自然人（去重）)")]
Asn = Annotated[int, Meta(ge=1, le=4_294_967_295, description="autonomous system number")]


class FilingRoute(StrEnum):
    """Which way out a filing was made by."""

    SECURITY_ASSESSMENT = "security_assessment"
    """数据出境安全评估."""
    STANDARD_CONTRACT = "standard_contract"
    """个人信息出境标准合同."""
    CERTIFICATION = "certification"
    """个人信息出境认证."""
    GBA_STANDARD_CONTRACT = "gba_standard_contract"
    """粤港澳大湾区标准合同."""


class FilingState(StrEnum):
    """How far a filing has come."""

    IN_FORCE = "in_force"
    """Passed, filed or certified; it counts between its dates."""
    DRAFT = "draft"
    """Being prepared, signed by nobody: it does not count."""
    EFFECTIVE_UNFILED = "effective_unfiled"
    """A standard contract in effect and not handed in yet: it counts for ten working days."""
    PENDING = "pending"
    """Handed in and not decided: it does not count yet, but for a standard contract, which binds from its own day."""
    SUBMITTED = "submitted"
    """Pending: received, not accepted yet."""
    SUPPLEMENTING = "supplementing"
    """Pending: sent back for more material."""
    ACCEPTED = "accepted"
    """Pending: accepted and under assessment or review."""
    REFUSED = "refused"
    """Not passed: it does not count."""
    SUSPENDED = "suspended"
    """Suspended by the body that certified it: it counts until the day of that."""
    TERMINATED = "terminated"
    """Ended by order or agreement: it counts until the day of that."""
    WITHDRAWN = "withdrawn"
    """Withdrawn: it counts until the day of that; without that day it never did."""

    @property
    def is_unsettled(self) -> bool:
        """Handed in and not decided, however far it has come."""
        return self in _UNSETTLED

    @property
    def is_ended(self) -> bool:
        """Whether it counts no longer, or never did."""
        return self in _ENDED


_UNSETTLED: Final = frozenset(
    {FilingState.PENDING, FilingState.SUBMITTED, FilingState.SUPPLEMENTING, FilingState.ACCEPTED}
)
_ENDED: Final = frozenset({FilingState.REFUSED, FilingState.SUSPENDED, FilingState.TERMINATED, FilingState.WITHDRAWN})


class Basis(StrEnum):
    """The article that a declared exemption rests on."""

    TRANSIT = "cbdf_4"
    """过境数据: 促进和规范数据跨境流动规定 第四条."""
    CONTRACT = "cbdf_5_1_1"
    """订立、履行合同: 第五条第一款第一项."""
    HR = "cbdf_5_1_2"
    """跨境人力资源管理: 第五条第一款第二项."""
    EMERGENCY = "cbdf_5_1_3"
    """紧急情况: 第五条第一款第三项."""
    NEGATIVE_LIST = "cbdf_6"
    """使用自由贸易试验区负面清单: 第六条; the entry is the record of use (使用备案) of the list that it names."""
    TREATY = "ndr_36"
    """按照缔结或者参加的国际条约、协定: 网络数据安全管理条例 第三十六条."""
    STATUTORY_DUTY = "statutory_duty"
    """履行法定职责或者法定义务: 网络数据安全管理条例 第三十五条第六项."""


class Exporter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """数据处理者: who sends data abroad."""

    organisation: Code
    name: Name
    name_en: Text = ""
    sector: Text = ""
    is_ciio: Annotated[
        bool, Meta(description="关键信息基础设施运营者, as notified by the protection department (保护工作部门)")
    ] = False
    ftz_zone: Annotated[str, Meta(max_length=200, description="自由贸易试验区 in which it is registered")] = ""
    ftz_group: Annotated[str, Meta(max_length=200, description="自贸组团")] = ""
    province: Text = ""
    city: Annotated[str, Meta(max_length=200, description="as registered, such as 深圳")] = ""
    networks: Annotated[tuple[Cidr, ...], Meta(description="its own networks in the mainland")] = ()
    hosts: Annotated[tuple[HostName, ...], Meta(description="names of its own servers (logs carry names)")] = ()
    notified_important: Annotated[
        tuple[Slug, ...],
        Meta(description="kinds notified to it or published as important data (被告知或者公开发布为重要数据)"),
    ] = ()
    notified_on: Annotated[
        date | None, Meta(description="day of that notice or publication; the filing is due two months later")
    ] = None
    risk_report_on: Annotated[
        date | None, Meta(description="day of its last annual risk assessment of important data (年度风险评估报告)")
    ] = None
    group: Annotated[str, Meta(max_length=200, description="集团: the same text for every affiliate")] = ""
    systems: Annotated[tuple[Name, ...], Meta(description="信息系统 from which data leave")] = ()


class Recipient(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """境外接收方: a legal entity outside the mainland."""

    id: Id
    name: Name
    name_en: Text = ""
    country: Country
    hosts: tuple[HostName, ...] = ()
    networks: tuple[Cidr, ...] = ()
    asns: Annotated[
        tuple[Asn, ...], Meta(description="only those it runs itself, never a cloud provider's that it rents from")
    ] = ()
    purpose: Annotated[
        str, Meta(max_length=200, description="用途: what it receives the data for; held against a filing's purpose")
    ] = ""
    onward: Annotated[tuple[Id, ...], Meta(description="recipients to whom it supplies the data in turn (再转移)")] = ()


class Filing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A security assessment passed, a standard contract filed or a certificate held: one type for every route."""

    number: Name
    organisation: Code
    route: FilingRoute
    recipients: Annotated[tuple[Id, ...], Meta(min_length=1)]
    valid_from: Annotated[date, Meta(description="first day on which it holds; a contract's is the day of its effect")]
    valid_until: Annotated[date, Meta(description="last day on which it holds, Asia/Shanghai")]
    kinds: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    fields: Annotated[tuple[Text, ...], Meta(description="declared field names; empty if the filing names none")] = ()
    most_persons: Persons | None = None
    purpose: Text = ""
    countries: Annotated[
        tuple[Country, ...],
        Meta(description="境外存储、处理地: where the data may be kept and processed; empty if the filing names none"),
    ] = ()
    state: Annotated[
        FilingState,
        Meta(
            description="pending: handed in and not decided; a standard contract counts from its own day all the same; "
            "effective_unfiled: a standard contract in effect that is not handed in"
        ),
    ] = FilingState.IN_FORCE
    submitted_on: Annotated[date | None, Meta(description="day on which it was handed in (提交申报、备案材料)")] = None
    accepted_on: Annotated[date | None, Meta(description="day on which it was accepted (受理)")] = None
    result_on: Annotated[date | None, Meta(description="day of the result (评估结果出具之日; of the certificate)")] = (
        None
    )
    filed_on: Annotated[date | None, Meta(description="day on which a contract's filing was completed (备案)")] = None
    renewal_on: Annotated[
        date | None, Meta(description="day on which an extension or a new certificate was applied for")
    ] = None
    assessed_on: Annotated[
        date | None,
        Meta(description="day on which the self-assessment or impact assessment (自评估、影响评估) was completed"),
    ] = None
    covers: Annotated[
        tuple[Code, ...],
        Meta(description="affiliates of the same group for whom it was filed too (集团合并申报、集团内认证)"),
    ] = ()
    ended_on: Annotated[
        date | None,
        Meta(description="first day on which it counts no longer, where it was withdrawn, suspended or ended"),
    ] = None


class Exemption(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """免予申报的情形, declared by the exporter with its scope; persons sent under it are not counted."""

    organisation: Code
    basis: Basis
    kinds: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    recipients: Annotated[tuple[Id, ...], Meta(min_length=1)]
    purpose: Name
    valid_from: date
    valid_until: date
    fields: Annotated[tuple[Text, ...], Meta(description="field names within it; empty if it names none")] = ()
    list_id: Annotated[
        str, Meta(pattern=r"^([A-Za-z0-9._-]{1,64})?$", description="with basis `cbdf_6`: the negative list used")
    ] = ""
    scenario: Annotated[str, Meta(max_length=200, description="业务场景 for which the list is used")] = ""
    exceptions: Annotated[
        tuple[Text, ...], Meta(description="numbers of the list's rows whose exception the exporter claims")
    ] = ()


class Line(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """国际数据传输专线. A line is no export authorisation: the filing is still needed."""

    id: Id
    carrier: Name
    organisation: Code
    far_networks: Annotated[tuple[Cidr, ...], Meta(min_length=1, description="where it ends, private or not")]
    far_country: Country
    filings: Annotated[
        tuple[Name, ...],
        Meta(
            description="numbers of the filings tied to it; if they name one recipient only, it stands at the far end"
        ),
    ] = ()
    permitted_use: Text = ""
    contract: Annotated[str, Meta(max_length=200, description="number of the carrier's contract")] = ""
    bandwidth_mbps: Annotated[int, Meta(ge=1, description="megabits a second")] | None = None
    near_end: Annotated[str, Meta(max_length=200, description="where it begins in the mainland (境内端)")] = ""
    far_end: Annotated[str, Meta(max_length=200, description="where it ends abroad (境外端)")] = ""


class Calendar(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """工作日历: days off that the built-in calendar does not know (yet); a year with a holiday here is known."""

    holidays: Annotated[tuple[date, ...], Meta(description="days that are not worked")] = ()
    workdays: Annotated[tuple[date, ...], Meta(description="Saturdays and Sundays that are worked (调休)")] = ()


class ThresholdTally(StrEnum):
    """Which persons are held against 100,000 and 1,000,000 (个人信息，不含敏感个人信息); the statute leaves it open."""

    ANY = "any"
    """All of whom anything personal was sent: never too few."""
    ORDINARY_ONLY = "ordinary_only"
    """Those of whom nothing sensitive was sent."""


class SensitiveReach(StrEnum):
    """Whether sensitive data sent earlier bind a later transfer that carries none; the statute leaves it open."""

    TRANSFER = "transfer"
    """Ordinary data below the limit stay exempt by 第五条第一款第四项 (不含敏感个人信息)."""
    EXPORTER = "exporter"
    """One sensitive person this year binds every later transfer of the exporter."""


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the law is read where its text leaves a choice; shown wherever a verdict depends on it."""

    profile: Annotated[Profile, Meta(description="which standard says what is sensitive")] = Profile.GBT45574_2025
    threshold_tally: Annotated[
        ThresholdTally, Meta(description="which persons are held against 100,000 and 1,000,000")
    ] = ThresholdTally.ANY
    sensitive_reach: SensitiveReach = SensitiveReach.TRANSFER
