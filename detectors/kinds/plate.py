"""机动车号牌: province, office letter and five or six characters, with the suffixes of special vehicles."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.masks import keep
from wire.kinds import Grade, Kind, Profile

_PROVINCE: Final = "(?:京|津|沪|渝|冀|豫|云|辽|黑|湘|皖|鲁|新|苏|浙|赣|鄂|桂|甘|晋|蒙|陕|吉|闽|贵|粤|青|藏|川|宁|琼)"
_OFFICE: Final = "[A-Z](?:·|•|・| |-)?"


def canonical(text: bytes) -> bytes:
    """Without separators."""
    return "".join(letter for letter in text.decode("utf-8", "replace") if letter not in "·•・ -").encode()


def check(candidate: Candidate) -> float:
    """A plate has two digits at least; without them it is a word behind a province.

    I and O are given to no office today (GA 36-2018), but O was, and both are typed: there a name must say what it is.
    """
    digits = sum(letter in b"0123456789" for letter in candidate.text)
    if candidate.text[3:4] in (b"I", b"O"):
        return 0.35 if digits >= 3 else 0.0
    return 0.9 if digits >= 3 else 0.5 if digits == 2 else 0.0


DETECTOR: Final = Detector(
    kind=Kind("cn.plate"),
    title="机动车号牌号码",
    title_en="Vehicle plate number",
    grades={Profile.GBT45574_2025: Grade.GENERAL, Profile.STRICT_35273: Grade.GENERAL},
    patterns=(
        _PROVINCE + _OFFICE + "[A-HJ-NP-Z0-9]{4}(?:[A-HJ-NP-Z0-9]|警|学|挂|港|澳|使|领)",
        _PROVINCE + _OFFICE + r"(?:[A-HJK][A-HJ-NP-Z0-9]\d{4}|\d{5}[A-HJK])",
        r"使\d{6}",
    ),
    check=check,
    canonical=canonical,
    mask=keep(2, 0),
    fields=tuple(
        "plate plate_no plate_number license_plate licence_plate car_no car_number car_plate vehicle_no "
        "vehicle_plate plate_num plate_code car_num car_license car_licence vehicle_license license_plate_no "
        "cph cphm hphm cp hp vehicle_num vehicle_number registration_number registration_plate reg_plate "
        "auto_plate car_plate_no plate_id carno plateno haopai chepai chepaihao 车牌 車牌 号牌 號牌 车号 "
        "車號 牌照".split()
    ),
    law="GA 36-2018; GB/T 35273-2020 附录A (与时间、地点结合为行踪轨迹)",
    examples=(
        Example("京A12345"),
        Example("车牌：粤B·D12345"),
        Example('{"plateNo":"沪A-0023领"}', "json"),
        Example("粤Z1234港"),
        Example("车牌：京O12345"),
    ),
    lookalikes=(Example("新ABCDEF"), Example("京A1234567"), Example("川I12345"), Example("京A****5")),
)
