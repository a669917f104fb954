"""行踪轨迹: three points in China or more in one list, beside a person or a vehicle's plate."""

from typing import Final

from detectors.checks import points_in_china
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import SENSITIVE
from detectors.masks import nothing
from wire.kinds import Kind

_REACH: Final = 2_048
_FEWEST: Final = 3


def check(candidate: Candidate) -> float:
    """Belief that a person in the same record must carry, by the points of the list that begins here."""
    ends = b"]" if b"{" in candidate.text else b"]]"
    points = candidate.text + candidate.after(_REACH).partition(ends)[0]
    return 0.045 if points_in_china(points) >= _FEWEST else 0.0


DETECTOR: Final = Detector(
    kind=Kind("location.track"),
    title="行踪轨迹",
    title_en="Whereabouts track",
    grades=SENSITIVE,
    patterns=(
        r"\[{1,2}\d{1,3}\.\d{4,15}, ?\d{1,3}\.\d{4,15}",
        r"\[\{[^\[\]{}]{0,48}\"(?:lat|lng|lon|latitude|longitude)\" ?: ?\"?\d{1,3}\.\d{4,15}",
    ),
    check=check,
    canonical=bytes.strip,
    mask=nothing,
    fields=tuple(
        "track tracks trajectory trajectories gps_track gps_points track_points route_points guiji xzgj "
        "轨迹 行踪 行踪轨迹".split()
    ),
    needs_context=True,
    identifies=False,
    law="中华人民共和国个人信息保护法 第二十八条 (行踪轨迹); GB/T 45574-2025 附录A 行踪轨迹信息",
    examples=(
        Example(
            '{"mobile":"13800138000","track":[[116.39748,39.90872],[116.39801,39.90910],[116.39855,39.90977]]}', "json"
        ),
        Example(
            '{"plateNo":"京A12345","gpsPoints":[{"lat":39.90872,"lng":116.39748},{"lat":39.9091,"lng":116.39801},{"lat":39.9098,"lng":116.399}]}',
            "json",
        ),
    ),
    lookalikes=(
        Example('{"track":[[116.39748,39.90872],[116.39801,39.90910],[116.39855,39.90977]]}', "json"),
        Example('{"mobile":"13800138000","track":[[116.39748,39.90872]]}', "json"),
        Example('{"mobile":"13800138000","track":["a","b","c"]}', "json"),
    ),
)
