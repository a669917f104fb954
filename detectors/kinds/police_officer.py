"""警号: six to eight digits, taken only under its own name."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import SENSITIVE
from detectors.masks import nothing
from wire.kinds import Kind


def check(_candidate: Candidate) -> float:
    """The number bears no check digit."""
    return 0.4


DETECTOR: Final = Detector(
    kind=Kind("cn.police_officer"),
    title="警官证号码、警号",
    title_en="Police officer's number",
    grades=SENSITIVE,
    values=(r"[A-Za-z]?\d{6,8}|(?:公|司|警|检|法)字第?\d{6,8}(?:号)?",),
    check=check,
    canonical=bytes.strip,
    mask=nothing,
    fields=tuple("jinghao jgzbh police_no police_id police_number officer_no 警号 警號 警官证".split()),
    against=("police_station", "派出所"),
    needs_context=True,
    law="law.md 4.2: GB/T 45574-2025 附录A 特定身份信息; 公安机关人民警察证使用管理规定",
    examples=(
        Example("警号：012345"),
        Example('{"policeNo":"0123456"}', "json"),
        Example("编号,警号\n1,054321\n", "csv"),
    ),
    lookalikes=(
        Example("012345"),
        Example('{"policeStation":"012345"}', "json"),
        Example('{"policyNo":"0123456"}', "json"),
    ),
)
