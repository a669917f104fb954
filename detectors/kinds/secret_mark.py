"""国家秘密标志 (机密★ and its like) and 内部资料: suspicion by the mark alone."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import IMPORTANT
from detectors.masks import nothing
from wire.kinds import Kind


def check(_candidate: Candidate) -> float:
    """The mark is written so by regulation."""
    return 0.85


DETECTOR: Final = Detector(
    kind=Kind("state.secret_mark"),
    title="疑似国家秘密、内部资料标志",
    title_en="Suspected marking of state secrets",
    grades=IMPORTANT,
    patterns=(
        r"(?:绝密|机密|秘密) ?★(?: ?\d{1,2} ?(?:年|个月|月))?",
        r"内部(?:资料|文件)[ ,，:：·　]{0,6}(?:注意|请勿|严禁|不得|切勿)(?:保密|保存|外传|外泄|泄露|扩散|传播|公开)",
    ),
    check=check,
    canonical=lambda text: text.replace(b" ", b""),
    mask=nothing,
    fields=tuple("密级 定密 保密期限".split()),
    identifies=False,
    law="中华人民共和国保守国家秘密法 第二十三条; 国家秘密标志 (★); law.md 5 (疑似)",
    examples=(
        Example("机密★10年"),
        Example("绝密★启用前 仅供部队"),
        Example("内部资料 注意保密"),
    ),
    lookalikes=(
        Example("这是一个秘密"),
        Example("内部资料整理"),
        Example("公司机密信息"),
    ),
)
