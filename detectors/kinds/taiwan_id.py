"""台湾居民身份证 and 居留证: a letter, a letter or digit for the sex and eight digits with a check digit."""

from typing import Final

from detectors.checks import taiwan_identity
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import STRICTLY_SENSITIVE
from detectors.masks import keep
from detectors.names import DOCUMENT
from wire.kinds import Kind


def check(candidate: Candidate) -> float:
    """Belief by the check digit, which one number in ten has by chance."""
    return 0.5 if taiwan_identity(candidate.text.upper()) else 0.0


DETECTOR: Final = Detector(
    kind=Kind("tw.identity_card"),
    title="台湾居民身份证号码",
    title_en="Taiwan national identity number",
    grades=STRICTLY_SENSITIVE,
    values=(r"[A-Za-z][1289A-Da-d]\d{8}",),
    check=check,
    canonical=bytes.upper,
    mask=keep(2, 0, hidden=5),
    fields=(
        *DOCUMENT,
        *"twid tw_id taiwan_id twsfz 台湾身份证 台灣身分證 身分證字號 身分證號 统一证号".split(),
    ),
    cues=("台湾居民", "身分證"),
    needs_context=True,
    law="台湾居民来往内地所用身份证明; GB/T 35273-2020 附录B 个人身份信息",
    examples=(
        Example('{"twid":"A123456789"}', "json"),
        Example("身分證字號：A123456789"),
        Example('{"taiwanId":"A800000014"}', "json"),
    ),
    lookalikes=(
        Example('{"twid":"A123456788"}', "json"),
        Example("A123456789"),
        Example('{"orderNo":"A123456789"}', "json"),
    ),
)
