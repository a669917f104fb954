"""用药 under a name that says so, beside a person: a drug alone is goods."""

import re
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import SENSITIVE
from detectors.masks import first_letter
from wire.kinds import Kind

_NONE: Final = re.compile(r"无|無|否|没有|不详|未知|暂无|正常|none|null|no|false|unknown|n/?a|0|[-—/]+", re.IGNORECASE)
_TELLING: Final = re.compile(
    r"片|胶囊|颗粒|注射|口服|丸|滴|膏|素|霉素|他汀|洛尔|地平|普利|沙坦|西林|拉唑|胍|酸|胰岛素|mg|tablet|capsule|insulin|cillin|statin|mycin|olol|pril|sartan|prazole|metformin",
    re.IGNORECASE,
)


def check(candidate: Candidate) -> float:
    """Belief that a person in the same record must carry."""
    text = candidate.text.decode("utf-8", "replace")
    return 0.0 if _NONE.fullmatch(text) else 0.045 if _TELLING.search(text) else 0.0


DETECTOR: Final = Detector(
    kind=Kind("medical.medication"),
    title="用药、处方信息",
    title_en="Medication of a person",
    grades=SENSITIVE,
    values=(r"[^\r\n\"<>{}*]{2,160}",),
    check=check,
    canonical=bytes.strip,
    mask=first_letter,
    fields=tuple(
        "drug drug_name medicine medicine_name medication medications prescription rx_name ypmc yaopin "
        "cfmc yymc 药品 药品名称 药物 用药 处方 醫囑 医嘱".split()
    ),
    against=tuple("drug_code drug_id drug_price drug_type 药品编码 药品价格 药品批号".split()),
    needs_context=True,
    identifies=False,
    law="中华人民共和国个人信息保护法 第二十八条 (医疗健康); GB/T 45574-2025 附录A 医疗健康信息",
    examples=(
        Example('{"drugName":"盐酸二甲双胍片","mobile":"13800138000"}', "json"),
        Example("用药：阿托伐他汀钙片 手机号：13800138000"),
    ),
    lookalikes=(
        Example('{"drugName":"盐酸二甲双胍片"}', "json"),
        Example('{"prescription":"true","mobile":"13800138000"}', "json"),
        Example('{"drugName":"无","mobile":"13800138000"}', "json"),
    ),
)
