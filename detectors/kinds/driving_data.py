"""疑似自动驾驶与车辆测试数据: ROS bags, MCAP, ASAM MDF, Vector BLF."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import IMPORTANT
from detectors.masks import nothing, unkept
from wire.kinds import Kind

_BLF_HEADERS: Final = (b"\x90\x00\x00\x00", b"\x88\x00\x00\x00")


def check(candidate: Candidate) -> float:
    """Belief by the head of the format."""
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
    ),
    lookalikes=(
        Example("about #ROSBAG V2.0"),
        Example("LOGGED"),
    ),
)
