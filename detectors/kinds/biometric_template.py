"""指纹、人脸、虹膜模板 of ISO/IEC 19794, in bytes or in base64."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import SENSITIVE
from detectors.masks import nothing
from wire.kinds import Kind


def check(_candidate: Candidate) -> float:
    """The head of the format names itself and its version."""
    return 0.97


DETECTOR: Final = Detector(
    kind=Kind("biometric.template"),
    title="生物特征模板（ISO/IEC 19794）",
    title_en="Biometric template",
    grades=SENSITIVE,
    patterns=(
        r"F[MIA][RC]\x00(?: [23]0|0[13]0)\x00",
        r"IIR\x000[12]0\x00",
        r"(?:Rk1SACAy|Rk1SACAz|Rk1SADAz|RklSADAx|RkFDADAx|RkFDADAz|SUlSADAx|SUlSADAy)MA[0-9A-Za-z+/]{32,}={0,2}",
    ),
    check=check,
    canonical=bytes.strip,
    mask=nothing,
    fields=tuple(
        "fingerprint_template finger_template iris_template face_template minutiae 指纹模板 指纹特征 虹膜模板".split()
    ),
    identifies=False,
    law="中华人民共和国个人信息保护法 第二十八条 (生物识别); GB/T 45574-2025 附录A; ISO/IEC 19794-2, -4, -5, -6",
    examples=(
        Example('{"tpl":"Rk1SACAyMAAAAAFyAAABAAFoAFgAxADEAQAAABcoQL0A"}', "json"),
        Example("FMR\x00 20\x00\x00\x00\x01"),
    ),
    lookalikes=(
        Example("FMR 20"),
        Example('{"tpl":"Rk1SACAyM"}', "json"),
        Example("FAC\x00\x00\x00"),
    ),
)
