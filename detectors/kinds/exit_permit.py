"""往来港澳通行证 and 大陆居民往来台湾通行证: C, W, L or T and eight digits, taken only under a name."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.masks import keep
from detectors.names import DOCUMENT, IDENTITY
from wire.kinds import Grade, Kind, Profile


def check(_candidate: Candidate) -> float:
    """The number bears no check digit."""
    return 0.4


DETECTOR: Final = Detector(
    kind=Kind("cn.exit_permit"),
    title="往来港澳台通行证号码",
    title_en="Exit permit for Hong Kong, Macao or Taiwan",
    grades={Profile.GBT45574_2025: Grade.GENERAL, Profile.STRICT_35273: Grade.SENSITIVE},
    values=(r"[CWLT]\d{8}|[CL][A-HJ-NP-Z]\d{7}",),
    check=check,
    canonical=bytes.upper,
    mask=keep(1, 4),
    fields=(
        *DOCUMENT,
        *IDENTITY,
        *(
            "exit_permit exit_entry_permit eep eep_no hkm_pass hk_macau hk_macao hkmo hkm_permit "
            "entry_permit hk_pass hkm_pass_no hk_macau_pass travel_pass tw_exit_permit travel_permit permit "
            "permit_no permit_num permit_number pass_no gatxz txz txzh txzhm tongxingzheng 通行证 通行證 "
            "往来港澳 往来台湾"
        ).split(),
    ),
    needs_context=True,
    law="中国公民因私事往来香港地区或者澳门地区的暂行管理办法; 中国公民往来台湾地区管理办法",
    examples=(Example("往来港澳通行证：C00000000"), Example('{"permitNo":"L00000000"}', "json")),
    lookalikes=(Example("C00000000"), Example('{"lot":"T00000000"}', "json")),
)
