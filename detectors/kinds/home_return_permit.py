"""港澳居民来往内地通行证 (回乡证): H or M and eight digits, taken only under a name."""

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
    kind=Kind("cn.home_return_permit"),
    title="港澳居民来往内地通行证号码（回乡证）",
    title_en="Mainland travel permit for Hong Kong and Macao residents",
    grades={Profile.GBT45574_2025: Grade.GENERAL, Profile.STRICT_35273: Grade.SENSITIVE},
    values=(r"[HM]\d{8}(?:\d{2})?",),
    check=check,
    canonical=lambda text: text[:9].upper(),
    mask=keep(1, 4),
    fields=(
        *DOCUMENT,
        *IDENTITY,
        *(
            "home_return home_return_permit home_visit home_visit_permit return_permit "
            "mainland_travel_permit hk_pass hk_pass_no hkm_pass hkm_pass_no hk_permit mo_permit hk_macau "
            "hk_macao hkm_permit hkmo entry_permit ga_txz gatxz hxz hxzh huixiangzheng travel_permit permit "
            "permit_no permit_num permit_number pass_no hvp hrp tongxingzheng tongxingzhenghao 港澳居民 "
            "回乡证 回鄉證 通行证 通行證 来往内地"
        ).split(),
    ),
    needs_context=True,
    law="中华人民共和国出境入境管理法; GB/T 35273-2020 附录B 个人身份信息",
    examples=(Example("回乡证：H00000000"), Example('{"travelPermit":"M0000000001"}', "json")),
    lookalikes=(Example("H00000000"), Example('{"batch":"H00000000"}', "json")),
)
