"""疑似自动驾驶与车辆测试数据: ROS bags, MCAP, ASAM MDF, Vector BLF and ASC, CAN frames and their descriptions (DBC)."""

import re
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import IMPORTANT
from detectors.masks import nothing, unkept
from wire.kinds import Kind

_BLF_HEADERS: Final = (b"\x90\x00\x00\x00", b"\x88\x00\x00\x00")


_REACH: Final = 400
_SIGNAL: Final = re.compile(rb"\r?\n SG_ \w{1,64}[ \w]{0,8}: ?\d")
_FRAME: Final = re.compile(rb"[^\r\n]{0,80}\r?\n\(\d{10}\.\d{6}\) \w{2,16} [0-9A-F]{3,8}#")


def check(candidate: Candidate) -> float:
    """Belief by the head of the format, or by what a description or a log of CAN frames has next."""
    if candidate.text.startswith((b"BO_ ", b"(")):
        following = _SIGNAL if candidate.text.startswith(b"B") else _FRAME
        return 0.8 if following.match(candidate.after(_REACH)) else 0.0
    if candidate.text.startswith(b"base "):
        return 0.8
    is_log = candidate.text != b"LOGG" or candidate.after(4) in _BLF_HEADERS
    return 0.9 if is_log and not candidate.start else 0.0


DETECTOR: Final = Detector(
    kind=Kind("important.driving_data"),
    title="疑似重要数据：智能网联汽车行驶数据",
    title_en="Suspected important data: driving data",
    grades=IMPORTANT,
    patterns=(
        r"#ROSBAG V2\.0",
        r"\x89MCAP0",
        r"MDF {5}[2-4]\.\d{2}",
        r"LOGG",
        r"BO_ \d{1,10} \w{1,64} ?: ?\d{1,2} \w{1,64}",
        r"\(\d{10}\.\d{6}\) \w{2,16} [0-9A-F]{3,8}#[0-9A-F]{0,16}",
        r"base (?:hex|dec) {1,4}timestamps (?:absolute|relative)",
    ),
    check=check,
    canonical=unkept,
    mask=nothing,
    fields=tuple("rosbag mcap mdf4 can_log 行驶数据 路测".split()),
    identifies=False,
    law="law.md 5 driving data (疑似); 汽车数据安全管理若干规定（试行） 第三条; 北京 2024 清单 (law.md 3.4 第4至6行)",
    examples=(
        Example("#ROSBAG V2.0\nE\x00\x00\x00"),
        Example("MDF     4.10    CANape"),
        Example('BO_ 500 Engine: 8 ECU\n SG_ Speed : 0|16@1+ (0.1,0) [0|250] "km/h" GW\n'),
        Example("(1436509052.249713) can0 044#2A366C2BBA\n(1436509052.449847) can0 0F6#7ADFE07BD2\n"),
        Example("date Mon May 4 10:00:00 2026\nbase hex  timestamps absolute\n"),
    ),
    lookalikes=(
        Example("about #ROSBAG V2.0"),
        Example("LOGGED"),
        Example("BO_ 500 Engine: 8 ECU\n"),
        Example("(1436509052.249713) can0 044#2A366C2BBA"),
    ),
)
