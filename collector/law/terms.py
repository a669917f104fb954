"""The law's terms (期限): what has to be done or decided, by whom, and how long it may take.

Each row stands for one sentence of an instrument that was read. What was not read stands in
``unverified_terms.toml``, is shown as unverified, and is never enforced.
"""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from collector.declarations import FilingRoute, FilingState
from collector.law.instruments import CBDF, CERT, GBA, NDR, SAM, SCM
from collector.verdicts import Citation


class Party(StrEnum):
    """Whose term it is."""

    EXPORTER = "exporter"
    AUTHORITY = "authority"


class Unit(StrEnum):
    """What is counted."""

    WORKING_DAYS = "working_days"
    MONTHS = "months"


class Shape(StrEnum):
    """How the term lies to the day that it is counted from."""

    AFTER = "after"
    """It ends so long after the day."""
    BEFORE = "before"
    """It ends so long before the day."""
    WINDOW = "window"
    """It begins so long before the day and ends on it."""


class Term(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One term of a route."""

    name: str
    routes: tuple[FilingRoute, ...]
    title: str
    title_en: str
    length: int
    unit: Unit = Unit.WORKING_DAYS
    shape: Shape = Shape.AFTER
    counted_from: str
    """A field of the filing that holds a day."""
    ended_by: tuple[str, ...] = ()
    """Fields of the filing whose day, where it is known, ends the term; the earliest counts."""
    states: tuple[FilingState, ...]
    """States in which it runs where no such day is known."""
    citation: Citation
    party: Party = Party.EXPORTER
    is_option: bool = False
    """A right that lapses: nothing is overdue when it has passed."""
    countries: tuple[str, ...] = ()
    """Only for recipients there; empty for any."""
    only_in: str = ""
    """Only for exporters of this province; empty for any."""
    not_in: str = ""
    is_verified: bool = True


_ASSESSMENT: Final = (FilingRoute.SECURITY_ASSESSMENT,)
_CONTRACT: Final = (FilingRoute.STANDARD_CONTRACT,)
_WAITING: Final = (FilingState.PENDING, FilingState.SUBMITTED)
_BEIJING: Final = Citation("北京市数据跨境流动便利化服务管理若干措施", "（二）", "", "Seed1")
"""It says that the review was brought from 15 working days to 7; its day in force was not seen."""
_TEMPLATES: Final = Citation("数据出境安全评估、标准合同备案的报告模板", "填报说明", "", "A-019, A-020")

CONTRACT_FILING: Final = Term(
    name="contract_filing",
    routes=_CONTRACT,
    title="标准合同生效之日起10个工作日内，向所在地省级网信部门备案",
    title_en="file the contract with the provincial CAC within 10 working days of its effect",
    length=10,
    counted_from="valid_from",
    ended_by=("submitted_on", "filed_on"),
    states=(FilingState.EFFECTIVE_UNFILED,),
    citation=SCM.article("第七条"),
)

GBA_FILING: Final = Term(
    name="gba_contract_filing_macao",
    routes=(FilingRoute.GBA_STANDARD_CONTRACT,),
    title="大湾区标准合同（内地、澳门）生效之日起10个工作日内备案",
    title_en="file the Greater Bay Area contract (mainland and Macao) within 10 working days of its effect",
    length=10,
    counted_from="valid_from",
    ended_by=("submitted_on", "filed_on"),
    states=(FilingState.EFFECTIVE_UNFILED,),
    citation=GBA.article(""),
    countries=("MO",),
)

TERMS: Final = (
    Term(
        name="assessment_completeness",
        routes=_ASSESSMENT,
        title="省级网信部门自收到申报材料之日起5个工作日内完成完备性查验",
        title_en="the provincial CAC checks the material for completeness within 5 working days",
        length=5,
        counted_from="submitted_on",
        ended_by=("accepted_on", "result_on"),
        states=_WAITING,
        citation=SAM.article("第七条"),
        party=Party.AUTHORITY,
    ),
    Term(
        name="assessment_acceptance",
        routes=_ASSESSMENT,
        title="国家网信部门自收到材料之日起7个工作日内决定是否受理（连同完备性查验，最迟自提交起12个工作日）",
        title_en="the CAC decides on acceptance within 7 working days of receiving the material (with the check for "
        "completeness, 12 working days from handing in at the latest)",
        length=12,
        counted_from="submitted_on",
        ended_by=("accepted_on", "result_on"),
        states=_WAITING,
        citation=SAM.article("第七条"),
        party=Party.AUTHORITY,
    ),
    Term(
        name="assessment_result",
        routes=_ASSESSMENT,
        title="国家网信部门自受理之日起45个工作日内完成安全评估（可以延长）",
        title_en="the CAC completes the assessment within 45 working days of acceptance (may be extended)",
        length=45,
        counted_from="accepted_on",
        ended_by=("result_on",),
        states=(FilingState.ACCEPTED, FilingState.PENDING),
        citation=SAM.article("第十二条"),
        party=Party.AUTHORITY,
    ),
    Term(
        name="reassessment_request",
        routes=_ASSESSMENT,
        title="对评估结果有异议的，可以在收到结果15个工作日内申请复评",
        title_en="who disagrees with the result may ask for re-assessment within 15 working days of it",
        length=15,
        counted_from="result_on",
        states=(FilingState.IN_FORCE, FilingState.REFUSED),
        citation=SAM.article("第十三条"),
        is_option=True,
    ),
    Term(
        name="assessment_extension",
        routes=_ASSESSMENT,
        title="需要继续出境且无须重新申报的，可以在有效期届满前60个工作日内申请延长",
        title_en="to continue, an extension may be asked for within the 60 working days before the result's end",
        length=60,
        shape=Shape.WINDOW,
        counted_from="valid_until",
        ended_by=("renewal_on",),
        states=(FilingState.IN_FORCE,),
        citation=CBDF.article("第九条"),
        is_option=True,
    ),
    CONTRACT_FILING,
    Term(
        name="assessment_is_recent",
        routes=(FilingRoute.SECURITY_ASSESSMENT, FilingRoute.STANDARD_CONTRACT),
        title="自评估、个人信息保护影响评估应当在申报、备案之日前3个月内完成",
        title_en="the self-assessment or impact assessment is completed within the 3 months before it is handed in",
        length=3,
        unit=Unit.MONTHS,
        counted_from="assessed_on",
        ended_by=("submitted_on", "filed_on", "result_on"),
        states=(FilingState.DRAFT, FilingState.EFFECTIVE_UNFILED),
        citation=_TEMPLATES,
    ),
    Term(
        name="certificate_told",
        routes=(FilingRoute.CERTIFICATION,),
        title="认证机构自证书状态变化之日起5个工作日内报送认证信息",
        title_en="the certification body reports the certificate to the national platform within 5 working days",
        length=5,
        counted_from="result_on",
        states=(FilingState.IN_FORCE,),
        citation=CERT.article("第九条"),
        party=Party.AUTHORITY,
        is_option=True,
    ),
    Term(
        name="contract_review",
        routes=_CONTRACT,
        title="省级网信部门15个工作日内完成标准合同备案审核",
        title_en="the provincial CAC reviews the filing within 15 working days",
        length=15,
        counted_from="submitted_on",
        ended_by=("filed_on", "result_on"),
        states=(*_WAITING, FilingState.ACCEPTED),
        citation=_BEIJING,
        party=Party.AUTHORITY,
        not_in="北京",
    ),
    Term(
        name="contract_review_beijing",
        routes=_CONTRACT,
        title="北京市网信部门7个工作日内完成标准合同备案审核",
        title_en="the CAC of Beijing reviews the filing within 7 working days",
        length=7,
        counted_from="submitted_on",
        ended_by=("filed_on", "result_on"),
        states=(*_WAITING, FilingState.ACCEPTED),
        citation=_BEIJING,
        party=Party.AUTHORITY,
        only_in="北京",
    ),
    Term(
        name="certificate_renewal",
        routes=(FilingRoute.CERTIFICATION,),
        title="需要继续使用认证证书的，应当在有效期届满前6个月提出认证申请",
        title_en="to keep the certificate, apply 6 months before its end",
        length=6,
        unit=Unit.MONTHS,
        shape=Shape.BEFORE,
        counted_from="valid_until",
        ended_by=("renewal_on",),
        states=(FilingState.IN_FORCE,),
        citation=CERT.article("第八条"),
    ),
    GBA_FILING,
)
"""The terms that were read, by route."""

VALIDITY: Final = {
    FilingRoute.SECURITY_ASSESSMENT: CBDF.article("第九条"),
    FilingRoute.CERTIFICATION: CERT.article("第八条"),
}
"""Where the law says how long a route's paper holds: three years."""

ANNUAL_REPORT: Final = NDR.article("第三十三条")
"""重要数据的处理者: a risk assessment every year, which tells of the data's export."""
JOINT_FILING: Final = Citation("数据出境安全管理政策问答（2025年4月）", "第八问", "", "A")
"""A group company files for affiliates with like scenarios; a certified multinational exports within its group."""

IMPORTANT_DATA_MONTHS: Final = 2
IMPORTANT_DATA: Final = Citation("数据出境安全管理政策问答（2025年5月）", "第二问", "", "A")
"""重要数据: notified or published, its export is filed within two months to be continued."""
