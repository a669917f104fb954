"""疑似车联网数据: frames of GB/T 32960 and JT/T 808 with a right check code."""

from functools import reduce
from operator import xor
from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import IMPORTANT
from detectors.masks import nothing, unkept
from wire.kinds import Kind

_LONGEST: Final = 2_048
_HEAD: Final = 24
"""Bytes of a GB/T 32960 frame in front of its data."""


def _frame_32960(frame: bytes) -> float:
    end = _HEAD + int.from_bytes(frame[_HEAD - 2 : _HEAD], "big")
    if len(frame) <= end:
        return 0.7 if end < _LONGEST else 0.0
    return 0.9 if reduce(xor, frame[2:end]) == frame[end] else 0.0


def _frame_808(frame: bytes) -> float:
    inner, end, _ = frame[1:].partition(b"~")
    plain = inner.replace(b"}\x02", b"~").replace(b"}\x01", b"}")
    return 0.8 if end and len(plain) > 12 and reduce(xor, plain) == 0 else 0.0


def check(candidate: Candidate) -> float:
    """Belief by the check code."""
    if candidate.text.startswith(b"##"):
        return _frame_32960(candidate.text + candidate.after(_LONGEST))
    return _frame_808(candidate.text + candidate.after(_LONGEST))


DETECTOR: Final = Detector(
    kind=Kind("important.telematics"),
    title="疑似重要数据：车联网实时数据",
    title_en="Suspected important data: vehicle telematics",
    grades=IMPORTANT,
    patterns=(
        r"##[\x01-\x09][\x01-\x03\xfe][A-HJ-NPR-Z0-9]{17}",
        r"~(?:\x02\x00|\x01\x00|\x07\x04)",
    ),
    check=check,
    canonical=unkept,
    mask=nothing,
    fields=tuple("gb32960 jt808 车联网 车辆实时数据".split()),
    identifies=False,
    law="law.md 5 vehicle telematics (疑似); GB/T 32960.3; JT/T 808; 北京 2024 清单 (law.md 3.4 第2、5行)",
    examples=(Example("##\x02\x03LSVAA4183E2000001\x01\x00\x001"),),
    lookalikes=(
        Example("##\x02\x03LSVAA4183E2000001\x01\x00\x00x"),
        Example("~\x02\x00"),
        Example("## LSVAA4183E2000001"),
    ),
)
