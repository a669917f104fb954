"""精确位置 in China under a name that says so, beside a person: latitude and longitude of four decimals or more."""

from typing import Final

from detectors.checks import points_in_china
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import STRICTLY_SENSITIVE
from detectors.masks import nothing
from wire.kinds import Kind

_REACH: Final = 64


def check(candidate: Candidate) -> float:
    """Belief that a person in the same record must carry, where the other half of the pair stands behind."""
    return 0.045 if points_in_china(candidate.text + candidate.after(_REACH)) else 0.0


DETECTOR: Final = Detector(
    kind=Kind("location.precise"),
    title="精准定位信息",
    title_en="Precise location",
    grades=STRICTLY_SENSITIVE,
    values=(r"-?\d{1,3}\.\d{4,15}(?:[ ,]{1,2}-?\d{1,3}\.\d{4,15})?",),
    check=check,
    canonical=bytes.strip,
    mask=nothing,
    fields=tuple(
        "lat latitude gps_lat geo_location gps_location user_location coordinate coordinates coords gps "
        "lng_lat lnglat latlng lat_lng weidu 纬度 坐标 经纬度 定位".split()
    ),
    needs_context=True,
    identifies=False,
    law="GB/T 35273-2020 附录B 其他信息 (精准定位信息); GB/T 45574-2025 附录A (连续精准定位轨迹)",
    examples=(
        Example('{"latitude":39.90872,"longitude":116.39748,"mobile":"13800138000"}', "json"),
        Example('{"gps":"116.39748,39.90872","mobile":"13800138000"}', "json"),
    ),
    lookalikes=(
        Example('{"latitude":39.90872,"longitude":116.39748}', "json"),
        Example('{"latitude":48.85837,"longitude":2.29448,"mobile":"13800138000"}', "json"),
        Example('{"lat":39.9,"lng":116.4,"mobile":"13800138000"}', "json"),
    ),
)
