"""QQ号: five to eleven digits, taken only under its own name."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import GENERAL
from detectors.masks import keep
from wire.kinds import Kind


def check(_candidate: Candidate) -> float:
    """The number bears no check digit."""
    return 0.4


DETECTOR: Final = Detector(
    kind=Kind("account.qq"),
    title="QQ号码",
    title_en="QQ number",
    grades=GENERAL,
    values=(r"[1-9]\d{4,10}",),
    check=check,
    canonical=bytes.strip,
    mask=keep(2, 0),
    fields=tuple("qq qqh qqhm".split()),
    against=("qq_group", "qq_pay", "qq群"),
    needs_context=True,
    law="中华人民共和国个人信息保护法 第四条; GB/T 35273-2020 附录A 网络身份标识信息",
    examples=(
        Example('{"qq":"1234567890"}', "json"),
        Example("qqh=98765432", "form"),
        Example("QQ号：98765432"),
    ),
    lookalikes=(
        Example("1234567890"),
        Example('{"qqGroup":"1234567890"}', "json"),
        Example('{"qq":"12****90"}', "json"),
    ),
)
