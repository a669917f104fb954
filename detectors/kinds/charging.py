"""疑似充电网运行数据: OCPP messages of charging points."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import IMPORTANT
from detectors.masks import nothing, unkept
from wire.kinds import Kind


def check(candidate: Candidate) -> float:
    """The message names its action."""
    return 0.8 if candidate.text else 0.0


DETECTOR: Final = Detector(
    kind=Kind("important.charging"),
    title="疑似重要数据：充电网运行数据",
    title_en="Suspected important data: charging network",
    grades=IMPORTANT,
    patterns=(
        (
            r"\[2, ?\"[^\"]{1,40}\", ?\""
            r"(?:MeterValues|StartTransaction|StopTransaction|TransactionEvent|"
            r"BootNotification|StatusNotification|NotifyEVChargingNeeds|ReserveNow)\", ?\{"
        ),
    ),
    check=check,
    canonical=unkept,
    mask=nothing,
    fields=tuple("ocpp charge_point charging_pile 充电桩 充电网".split()),
    identifies=False,
    law="law.md 5 charging (疑似); 汽车数据安全管理若干规定（试行） 第三条; 北京 2024 清单 (law.md 3.4 第3行)",
    examples=(
        Example('[2,"19223201","MeterValues",{"connectorId":1}]'),
        Example('[2, "1", "StartTransaction", {"idTag":"x"}]'),
    ),
    lookalikes=(
        Example('[2,"1","Ping",{}]'),
        Example("MeterValues"),
    ),
)
