"""港澳台居民居住证: the form of an identity number under 810000, 820000 or 830000."""

from typing import Final

from detectors.checks import calendar_day, mod_11_2
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.kinds.resident_id import canonical, digits
from detectors.masks import keep
from detectors.names import DOCUMENT
from wire.kinds import Grade, Kind, Profile


def check(candidate: Candidate) -> float:
    """Belief by birth date and check character, behind six digits that only these permits begin with."""
    text = canonical(candidate.text)
    is_born = calendar_day(text[6:14]) and text[6:14] <= digits(candidate.on)
    return 0.9 if is_born and mod_11_2(text) else 0.0


DETECTOR: Final = Detector(
    kind=Kind("cn.hmt_residence_permit"),
    title="港澳台居民居住证号码",
    title_en="Residence permit of Hong Kong, Macao and Taiwan residents",
    grades={Profile.GBT45574_2025: Grade.GENERAL, Profile.STRICT_35273: Grade.SENSITIVE},
    patterns=(r"8[123]0000(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx]",),
    check=check,
    canonical=canonical,
    mask=keep(6, 0),
    fields=(
        *DOCUMENT,
        *(
            "id_card residence_permit residence_permit_no hmt_residence hmt_permit residence_card jzz jzzh "
            "juzhuzheng 居住证 居住證 身份证 身份證"
        ).split(),
    ),
    law="港澳台居民居住证申领发放办法 (国办发〔2018〕81号); GB 11643-1999",
    examples=(
        Example('{"residencePermit":"81000018900101001X"}', "json"),
        Example("居住证号：830000188512120033"),
    ),
    lookalikes=(Example('{"residencePermit":"810000189001010016"}', "json"),),
)
