"""疑似人员、车辆流量数据: counts under their own names beside the name of a sensitive area."""

import re
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import IMPORTANT
from detectors.masks import nothing, unkept
from wire.kinds import Kind

_REACH: Final = 600
_SENSITIVE: Final = re.compile(
    "军事|军区|军用|部队|军港|营区|国防|军工|武警|靶场|雷达站|核电|党政机关|人民政府|省委|市委|县委|市政府|县政府|省政府|"
    "(?i:military|barracks|defen[cs]e|government_building|naval_base|air_base|nuclear)"
)
"""Names of areas that 汽车数据安全管理若干规定（试行） 第三条 means."""


def check(candidate: Candidate) -> float:
    """Belief by a sensitive area's name close by; a count by itself is anybody's."""
    around = candidate.before(_REACH) + candidate.after(_REACH)
    return 0.4 if _SENSITIVE.search(around.decode("utf-8", "ignore")) else 0.0


DETECTOR: Final = Detector(
    kind=Kind("important.flow"),
    title="疑似重要数据：敏感区域人员、车辆流量",
    title_en="Suspected important data: flows of people and vehicles in sensitive areas",
    grades=IMPORTANT,
    values=(r"\d{1,9}(?:\.\d{1,4})?",),
    check=check,
    canonical=unkept,
    mask=nothing,
    fields=tuple(
        "people_flow person_flow pedestrian_flow passenger_flow crowd_flow visitor_flow vehicle_flow "
        "traffic_flow car_flow traffic_volume people_count vehicle_count renliuliang cheliuliang keliuliang "
        "人流量 车流量 客流量 人流 车流 人员流量 车辆流量 人群密度".split()
    ),
    needs_context=True,
    identifies=False,
    law="汽车数据安全管理若干规定（试行） 第三条第一项 (疑似); 北京 2024 负面清单 汽车 (敏感区域人员、车辆流量)",
    examples=(
        Example('{"area":"某军事管理区北门","vehicleFlow":1832}', "json"),
        Example('{"地点":"县人民政府南广场","人流量":420}', "json"),
    ),
    lookalikes=(
        Example('{"area":"人民公园北门","vehicleFlow":1832}', "json"),
        Example('{"area":"某军事管理区北门","count":1832}', "json"),
    ),
)
