"""What would make a transfer lawful: by verdict and by route, each step with the article that asks for it."""

from collections.abc import Iterator
from typing import Final

from collector.declarations import Filing
from collector.law.instruments import AUDIT, CBDF, CERT, NDR, PIPL, SAM, SCM
from collector.verdicts import Reason, Status, Verdict

_ASSESSMENT: Final = (
    Reason(
        "完成数据出境风险自评估，经所在地省级网信部门申报数据出境安全评估",
        "carry out the self-assessment of export risk and apply for the security assessment through the provincial CAC",
        SAM.article("第五条、第六条"),
    ),
    Reason(
        "时限：省级网信部门 5 个工作日查验材料完备性，国家网信部门 7 个工作日决定是否受理，"
        "受理后 45 个工作日内完成评估（可以延长）；对结果有异议的，15 个工作日内申请复评",
        "clock: completeness is checked in 5 working days, acceptance decided in 7, the assessment made in 45 from "
        "acceptance (may be extended); re-assessment may be asked for within 15 working days",
        SAM.article("第七条、第十二条、第十三条"),
    ),
    Reason(
        "评估结果自出具之日起有效期 3 年；届满前 60 个工作日内可以申请延长",
        "the result holds for 3 years from its date; an extension may be asked for within the 60 working days before",
        CBDF.article("第九条"),
    ),
)
_CONTRACT: Final = (
    Reason(
        "开展个人信息保护影响评估，按照标准合同文本与境外接收方订立合同；合同生效后方可开展出境活动",
        "carry out the impact assessment (PIPIA) and sign the standard contract with the recipient; export may begin "
        "once it takes effect",
        SCM.article("第五条、第六条"),
    ),
    Reason(
        "自合同生效之日起 10 个工作日内向所在地省级网信部门备案（标准合同、影响评估报告）",
        "file contract and impact assessment with the provincial CAC within 10 working days of its effect",
        SCM.article("第七条"),
    ),
    Reason(
        "也可以选择通过个人信息出境认证，以代替标准合同",
        "certification of the export may be chosen in place of the standard contract",
        CBDF.article("第八条"),
    ),
)
_CERTIFICATION: Final = (
    Reason(
        "取得覆盖本次接收方和数据项的个人信息出境认证，或者订立并备案标准合同",
        "hold a certificate that covers this recipient and these data items, or sign and file the standard contract",
        CBDF.article("第八条"),
    ),
)
_BY_ROUTE: Final = {
    "security_assessment": _ASSESSMENT,
    "standard_contract": _CONTRACT,
    "certification": _CERTIFICATION,
}
_CHANGES: Final = {
    "security_assessment": Reason(
        "变更出境目的、方式、范围、种类或者规模的，重新申报评估；通过前不得按变更后的内容出境",
        "to change purpose, method, scope, kinds or scale, apply for the assessment again; until it passes, do not "
        "export as changed",
        SAM.article("第十四条"),
    ),
    "standard_contract": Reason(
        "重新开展影响评估，补充或者重新订立标准合同，并重新备案",
        "redo the impact assessment, supplement or sign the contract anew, and file it again",
        SCM.article("第八条"),
    ),
    "certification": Reason(
        "向认证机构申请变更认证范围；实际出境与认证范围不一致的，认证机构应当暂停直至撤销认证",
        "ask the certification body to change the scope; it suspends or revokes a certificate whose scope is not kept",
        CERT.article("第十条"),
    ),
}
_FIRST: Final[dict[Status, Reason]] = {
    Status.UNFILED: Reason(
        "暂停该传输，并按应有路径办理；如属于免予申报的情形，请在登记库中声明其目的、接收方和数据类型并留存证明",
        "pause the transfer and take the route required; if an exemption applies, declare its purpose, recipient and "
        "kinds in the registry and keep the proof",
        CBDF.article("第三条至第八条"),
    ),
    Status.WRONG_ROUTE: Reason(
        "已有备案的路径不足以支持本次出境：按应有路径另行办理，办结之前暂停",
        "the filing held is too weak for this export: take the route required, and pause until it is settled",
    ),
    Status.EXPIRED: Reason(
        "备案已到期：暂停该传输，重新办理（安全评估期满前可以申请延长，期满后只能重新申报）",
        "the filing has ended: pause the transfer and file again (an assessment can be extended before its end only)",
    ),
    Status.NOT_YET_EFFECTIVE: Reason(
        "在评估通过、合同生效或者证书签发之日以前不得出境；到期日见上述理由",
        "do not export before the assessment has passed, the contract takes effect or the certificate is issued",
    ),
    Status.OUT_OF_SCOPE: Reason(
        "二者择一：停止发送范围以外的数据项、字段，或者先变更备案再发送",
        "one of two: stop sending what lies outside the scope, or have the filing changed first",
    ),
    Status.OVER_VOLUME: Reason(
        "在变更备案的规模以前，停止新增自然人的出境",
        "send no further persons abroad until the filing's scale has been changed",
        NDR.article("第三十八条", "P:2024-10-01 FreeBuf, M"),
    ),
    Status.RECIPIENT_UNKNOWN: Reason(
        "查明目标地址的境外接收方，并在登记库中补充其域名或者网段",
        "find out who receives at this address, and add its domains or networks to the registry",
    ),
    Status.CONTENT_UNSEEN: Reason(
        "无需按违规处理，也不能视为合规：在可见明文的位置采集，或者要求主体说明数据项并对照备案",
        "neither unlawful nor clean: read it where it is in clear, or have the exporter state the data items",
    ),
    Status.UNDETERMINED: Reason(
        "按上述理由补齐缺少的事实后重新判定", "supply the facts that the reasons miss, and have it judged again"
    ),
    Status.BELOW_THRESHOLD: Reason(
        "目前无需申报；累计人数达到门槛之前应当办理相应路径",
        "nothing has to be filed now; take the route before the count reaches the limit",
        CBDF.article("第五条第一款第四项"),
    ),
    Status.COVERED: Reason("无需变更；备案到期之前办理延续", "nothing to change; renew before the filing ends"),
    Status.EXEMPT: Reason(
        "无需申报；留存证明必要性的材料，范围变化时更新声明",
        "nothing has to be filed; keep the proof of necessity and update the declaration when its scope changes",
    ),
    Status.NOT_EXPORT: Reason("无需办理出境手续", "no export formality is needed"),
}
_ALWAYS: Final = Reason(
    "向境外提供个人信息的，无论是否免予申报，均应当告知、取得单独同意（法律规定不需同意的除外）并开展影响评估",
    "whoever sends personal information abroad, exempt or not, gives notice, obtains separate consent (unless the law "
    "needs none) and carries out the impact assessment",
    CBDF.article("第十条"),
)
_SECURED: Final = Reason(
    "采取技术措施和其他必要措施保障数据出境安全；发生或者可能发生安全事件的，采取补救措施并向省级以上网信等部门报告",
    "secure the export; where an incident happens or may happen, remedy it and report it to the provincial CAC",
    CBDF.article("第十一条"),
)
_RECORDS: Final = Reason(
    "影响评估报告和处理情况记录至少保存三年",
    "keep the impact assessment and the records of processing for three years at least",
    PIPL.article("第五十六条"),
)
_FOREIGN_ORDER: Final = Reason(
    "境外司法或者执法机构要求提供的，未经主管机关批准不得提供",
    "what a foreign court or enforcement body asks for is not provided without the competent authority's approval",
    AUDIT.article("附件 第十五条第四项"),
)
_FILES: Final = (Status.UNFILED, Status.WRONG_ROUTE, Status.EXPIRED)
_ALTERS: Final = (Status.OUT_OF_SCOPE, Status.OVER_VOLUME)


def cures(verdict: Verdict, filing: Filing | None) -> Iterator[Reason]:
    """What would make the transfer lawful, the first thing first.

    Args:
        verdict: the judgement.
        filing: the filing that it was held against, where the registry still has it.
    """
    yield _FIRST[verdict.status]
    if verdict.status in _FILES:
        yield from _BY_ROUTE.get(verdict.required_route, ())
    if verdict.status in _ALTERS:
        held = filing.route.value if filing else verdict.required_route
        yield from (change for route, change in _CHANGES.items() if route == held)
    if verdict.status is not Status.NOT_EXPORT:
        yield _ALWAYS
        yield _RECORDS
        yield _SECURED
        yield _FOREIGN_ORDER
