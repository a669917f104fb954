"""外国人永久居留身份证: since 2023 eighteen characters that begin with 9; before, three letters and twelve digits."""

from typing import Final

from detectors.checks import calendar_day, mod_11_2
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.kinds.resident_id import canonical
from detectors.masks import keep
from detectors.names import DOCUMENT
from detectors.tables import PROVINCES
from wire.kinds import Grade, Kind, Profile


def check(candidate: Candidate) -> float:
    """Belief by province, birth date and check character; the old form has a date of six digits only."""
    text = canonical(candidate.text)
    if len(text) == 18:
        is_possible = text[1:3] in PROVINCES and calendar_day(text[6:14]) and mod_11_2(text)
        return 0.9 if is_possible else 0.0
    return 0.4 if calendar_day(b"20" + text[7:13]) or calendar_day(b"19" + text[7:13]) else 0.0


DETECTOR: Final = Detector(
    kind=Kind("cn.foreigner_permanent_id"),
    title="外国人永久居留身份证号码",
    title_en="Foreign permanent resident ID",
    grades={Profile.GBT45574_2025: Grade.GENERAL, Profile.STRICT_35273: Grade.SENSITIVE},
    patterns=(r"9\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx]",),
    values=(r"[A-Z]{3}\d{12}",),
    check=check,
    canonical=canonical,
    mask=keep(3, 0),
    fields=(
        *DOCUMENT,
        *(
            "permanent_resident permanent_residence permanent_id permanent_residency foreigner_permanent "
            "foreign_permanent foreigner_card pr_card prc_permanent green_card prc_id foreigner_id yjjl "
            "yjjlz foreigner_id_card foreigner_card_no permanent_resident_id permanent_resident_card pr_id "
            "pr_no prc_green_card foreign_id foreigner_no yjjlsfz waiguoren 永久居留身份证 永久居留证 "
            "永久居留身份證 外国人身份证 外国人永久居留 yongjiujuliu 永久居留 yongju yongjuzheng yjz yjzh "
            "永居证 永居 外国人居留 居留身份"
        ).split(),
    ),
    law="中华人民共和国出境入境管理法 (外国人永久居留身份证, 2023-12-01 起签发新版); GB/T 35273-2020 附录B",
    examples=(
        Example('{"permanentResidence":"91184018850302001X"}', "json"),
        Example("永久居留证号：USA110085030200"),
    ),
    lookalikes=(Example("order 91184018850302001X"), Example("USA110085030200")),
)
