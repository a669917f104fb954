"""台湾居民来往大陆通行证 (台胞证): eight digits, taken only under its own name."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.masks import keep
from wire.kinds import Grade, Kind, Profile


def check(_candidate: Candidate) -> float:
    """The number bears no check digit."""
    return 0.4


_WHOSE: Final = ("taiwan", "tw", "taiwan_resident", "taiwan_residents", "tw_resident", "taiwan_compatriot", "taiwanese")
_WHAT: Final = (
    "permit permit_no pass pass_no passport card card_no id id_no cert cert_no certificate certificate_no "
    "doc doc_no document document_no travel_permit travel_pass compatriot compatriot_permit travel_document "
    "permit_number entry_permit mainland_permit"
).split()
"""What the permit is called, without a word of which one it is for everybody else's."""


DETECTOR: Final = Detector(
    kind=Kind("cn.taiwan_compatriot_permit"),
    title="台湾居民来往大陆通行证号码（台胞证）",
    title_en="Mainland travel permit for Taiwan residents",
    grades={Profile.GBT45574_2025: Grade.GENERAL, Profile.STRICT_35273: Grade.SENSITIVE},
    values=(r"\d{8}(?:\d{2}|\([A-Za-z0-9]{1,2}\))?",),
    check=check,
    canonical=lambda text: text[:8],
    mask=keep(0, 4),
    fields=(
        *(f"{whose}_{what}" for whose in _WHOSE for what in _WHAT),
        *(
            "tbz tbzh tbzhm tbzhao tbzjh tbzjhm taibao taibaozheng taibaozhenghao taiwan_tongxingzheng twtxz "
            "twtxzh twtxzhm compatriot_permit twp mtp mtps 台胞 台胞证 台胞證 臺胞 臺胞證 台湾居民 臺灣居民 "
            "台湾同胞 来往大陆 來往大陸 台湾通行证 台湾居民通行证 臺灣通行證 来往大陆通行证 來往大陸通行證 "
            "台湾居民来往大陆通行证 台湾证件 台胞证件"
        ).split(),
    ),
    hints=("taiwan",),
    needs_context=True,
    law="中国公民往来台湾地区管理办法; GB/T 35273-2020 附录B 个人身份信息",
    examples=(Example("台胞证号：00000000"), Example('{"taiwanPermit":"0000000001"}', "json")),
    lookalikes=(Example("20260101"), Example('{"date":"20260101"}', "json")),
)
