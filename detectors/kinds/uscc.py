"""统一社会信用代码: an organisation's number. Evidence that digits are no person's; never told."""

from typing import Final

from detectors.checks import mod_31
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.masks import keep
from wire.kinds import Grade, Kind, Profile


def check(candidate: Candidate) -> float:
    """Belief by the check character."""
    return 0.97 if mod_31(candidate.text.upper()) else 0.0


DETECTOR: Final = Detector(
    kind=Kind("cn.uscc"),
    title="统一社会信用代码",
    title_en="Unified social credit code",
    grades={Profile.GBT45574_2025: Grade.GENERAL, Profile.STRICT_35273: Grade.GENERAL},
    values=(r"[1-9A-HJ-NPQRTUWXYa-y][1-9]\d{6}[0-9A-HJ-NPQRTUWXYa-y]{10}",),
    check=check,
    canonical=bytes.upper,
    mask=keep(8, 0),
    fields=tuple(
        "uscc usci credit_code social_credit social_credit_code tax_no tax_number tax_code tax_id taxpayer_no "
        "taxpayer_id org_code nsrsbh shxydm tyshxydm xydm 信用代码 信用代碼 税号 稅號 纳税人识别 納稅人識別 "
        "机构代码".split()
    ),
    identifies=False,
    is_personal=False,
    law="GB 32100-2015",
    examples=(Example('{"creditCode":"91350100M000100Y43"}', "json"), Example("统一社会信用代码：91350100M000100Y43")),
    lookalikes=(Example('{"creditCode":"91350100M000100Y44"}', "json"),),
)
