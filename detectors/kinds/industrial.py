"""疑似工业数据: STEP models, AutoCAD drawings, PLCopen projects."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import IMPORTANT
from detectors.masks import nothing, unkept
from wire.kinds import Kind


def check(candidate: Candidate) -> float:
    """Belief by the head of the format."""
    is_head = candidate.start == 0 or candidate.text.startswith(b"http")
    return 0.75 if is_head and (candidate.text[:2] != b"AC" or candidate.after(1) == b"\x00") else 0.0


DETECTOR: Final = Detector(
    kind=Kind("important.industrial"),
    title="疑似重要数据：工业设计与控制数据",
    title_en="Suspected important data: industrial designs and control programs",
    grades=IMPORTANT,
    patterns=(
        r"ISO-10303-21",
        r"AC10(?:1[245]|18|2[1247]|32)",
        r"http://www\.plcopen\.org/xml/tc6",
    ),
    check=check,
    canonical=unkept,
    mask=nothing,
    fields=tuple("step_file dwg plcopen bom_file 工艺参数 控制程序".split()),
    identifies=False,
    law="law.md 5 industrial (疑似); 工业领域重要数据识别指南; 北京 2024 清单 附件 (自动控制系统参数)",
    examples=(
        Example("ISO-10303-21;\nHEADER;\n"),
        Example("AC1032\x00\x00\x00\x00"),
    ),
    lookalikes=(
        Example("the END-ISO-10303-21 mark"),
        Example("AC1032 laptop"),
    ),
)
