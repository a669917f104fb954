"""澳门居民身份证: seven digits and one more behind a bracket or a stroke, taken only under its own name."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import STRICTLY_SENSITIVE
from detectors.masks import keep
from wire.kinds import Kind


def check(_candidate: Candidate) -> float:
    """The rule of its check digit is not published."""
    return 0.4


DETECTOR: Final = Detector(
    kind=Kind("mo.identity_card"),
    title="澳门居民身份证号码",
    title_en="Macao resident identity card number",
    grades=STRICTLY_SENSITIVE,
    values=(r"[1578]\d{6} ?(?:\(\d\)|\d)|[1578]/\d{6}/\d",),
    check=check,
    canonical=lambda text: text.translate(None, b"()/ "),
    mask=keep(1, 0),
    fields=tuple("macao_id macau_id amsfz amsfzh 澳门身份证 澳門身份證".split()),
    needs_context=True,
    law="澳门特别行政区 第8/2002号法律 居民身份证制度; GB/T 35273-2020 附录B 个人身份信息",
    examples=(
        Example('{"macauId":"1234567(8)"}', "json"),
        Example("澳门身份证号码：5/123456/7"),
    ),
    lookalikes=(
        Example("1234567(8)"),
        Example('{"id":"1234567(8)"}', "json"),
        Example('{"macauId":"9234567(8)"}', "json"),
    ),
)
