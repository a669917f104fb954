"""医保卡号、医保编号: taken only under its own name; where it is the resident ID number, that is told instead."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.grades import STRICTLY_SENSITIVE
from detectors.kinds.social_security import check
from detectors.masks import keep
from wire.kinds import Kind

DETECTOR: Final = Detector(
    kind=Kind("cn.medical_insurance"),
    title="医疗保险号码、医保卡号",
    title_en="Medical insurance or card number",
    grades=STRICTLY_SENSITIVE,
    values=(r"[A-Za-z]{0,2}\d{8,28}[0-9Xx]?",),
    check=check,
    canonical=bytes.upper,
    mask=keep(0, 4),
    fields=tuple(
        "ybh ybkh yibao medical_insurance health_insurance health_card 医保号 医保卡 医保编号 医疗保险号 "
        "健康卡号".split()
    ),
    needs_context=True,
    law="law.md 4.2 (在医疗语境中敏感); 中华人民共和国社会保险法 第五十八条; GB/T 35273-2020 附录B 个人身份信息",
    examples=(
        Example('{"medicalInsuranceNo":"370100001234567"}', "json"),
        Example("医保卡号：A012345678"),
        Example("ybkh=0123456789", "form"),
    ),
    lookalikes=(
        Example("370100001234567"),
        Example('{"medicalInsuranceNo":"11010519491231002X"}', "json"),
        Example('{"ybkh":"0123****89"}', "json"),
    ),
)
