"""台湾居民来往大陆通行证 (台胞证): eight digits, taken only under its own name."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.masks import keep
from wire.kinds import Grade, Kind, Profile


def check(_candidate: Candidate) -> float:
    """The number bears no check digit."""
    return 0.4


DETECTOR: Final = Detector(
    kind=Kind("cn.taiwan_compatriot_permit"),
    title="台湾居民来往大陆通行证号码（台胞证）",
    title_en="Mainland travel permit for Taiwan residents",
    grades={Profile.GBT45574_2025: Grade.GENERAL, Profile.STRICT_35273: Grade.SENSITIVE},
    values=(r"\d{8}(?:\d{2}|\([A-Za-z0-9]{1,2}\))?",),
    check=check,
    canonical=lambda text: text[:8],
    mask=keep(0, 4),
    fields=tuple(
        "tbz tbzh tbzhm taibao taibaozheng taiwan_permit taiwan_pass taiwan_travel_permit taiwan_compatriot "
        "taiwan_compatriot_permit compatriot_permit "
        "taiwan_permit_no taiwan_pass_no tw_travel_permit tw_pass_no tw_permit_no tai_bao twp "
        "taiwan_tongxingzheng tw_permit tw_pass tw_resident taiwan_resident taiwan_card mtp 台胞 台湾居民 "
        "臺灣居民 台胞证 台胞證 臺胞證 来往大陆 台湾通行证 台湾居民通行证 臺灣通行證 来往大陆通行证 "
        "來往大陸通行證".split()
    ),
    needs_context=True,
    law="中国公民往来台湾地区管理办法; GB/T 35273-2020 附录B 个人身份信息",
    examples=(Example("台胞证号：00000000"), Example('{"taiwanPermit":"0000000001"}', "json")),
    lookalikes=(Example("20260101"), Example('{"date":"20260101"}', "json")),
)
