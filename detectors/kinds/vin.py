"""车辆识别代号: seventeen characters with a check digit; bare only in the form of vehicles made in China."""

from typing import Final

from detectors.checks import vin_check_digit
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.masks import keep
from wire.kinds import Grade, Kind, Profile


def check(candidate: Candidate) -> float:
    """Belief by the check digit and a mixture of letters and digits."""
    text = candidate.text.upper()
    letters = sum(letter >= 0x41 for letter in text)
    if not 3 <= letters <= 13 or not vin_check_digit(text):
        return 0.0
    return 0.9 if text[:1] == b"L" and text[13:].isdigit() else 0.5


DETECTOR: Final = Detector(
    kind=Kind("cn.vin"),
    title="车辆识别代号",
    title_en="Vehicle identification number",
    grades={Profile.GBT45574_2025: Grade.GENERAL, Profile.STRICT_35273: Grade.GENERAL},
    patterns=(r"L[A-HJ-NPR-Z0-9]{7}[0-9X][A-HJ-NPR-TV-Y1-9][A-HJ-NPR-Z0-9]{3}\d{4}",),
    values=(r"[A-HJ-NPR-Za-hj-npr-z0-9]{17}",),
    check=check,
    canonical=bytes.upper,
    mask=keep(8, 0),
    fields=tuple(
        "vin vin_no vinno vin_num vehicle_vin car_vin car_frame_no frame_id vin_code vin_number frame_no "
        "frame_num frame_number vehicle_identification vehicle_identification_number chassis chassis_no "
        "clsbdh clsbm cjh cjhm chejiahao 车架 車架 车辆识别 車輛識別".split()
    ),
    identifies=False,
    law="GB 16735-2019; 汽车数据安全管理若干规定（试行） 第三条 (与车主关联时为个人信息)",
    examples=(Example('{"vin":"1M8GDM9AXKP042788"}', "json"), Example("车架号：LSVAA4183E2000001")),
    lookalikes=(
        Example('{"vin":"1M8GDM9A0KP042788"}', "json"),
        Example("1M8GDM9AXKP042788"),
        Example("LSVAA4180E2000001"),
    ),
)
