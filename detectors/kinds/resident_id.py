"""公民身份号码: eighteen characters with a birth date and a check character; fifteen digits only under a name."""

from datetime import date
from functools import lru_cache
from typing import Final

from detectors.checks import calendar_day, identity_number
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.masks import keep
from detectors.names import DOCUMENT, IDENTITY
from detectors.tables import counties
from wire.kinds import Grade, Kind, Profile

_SEPARATORS: Final = b" -"


def canonical(text: bytes) -> bytes:
    """Digits and an upper-case X."""
    return text.translate(None, _SEPARATORS).upper() if len(text) > 18 else text.upper()


@lru_cache(8)
def digits(on: date) -> bytes:
    """A day as identity numbers write it."""
    return b"%04d%02d%02d" % (on.year, on.month, on.day)


def check(candidate: Candidate) -> float:
    """Belief by the number's own digits."""
    text = canonical(candidate.text)
    if len(text) == 18:
        return identity_number(text, digits(candidate.on))
    is_possible = text[:6] in counties() and calendar_day(b"19" + text[6:12])
    return 0.3 if is_possible else 0.0


DETECTOR: Final = Detector(
    kind=Kind("cn.resident_id"),
    title="居民身份证号码",
    title_en="Resident identity number",
    grades={Profile.GBT45574_2025: Grade.GENERAL, Profile.STRICT_35273: Grade.SENSITIVE},
    patterns=(
        r"[1-7]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx]",
        r"[1-7]\d{5}[ -](?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]\d{3}[0-9Xx]",
        r"[1-6]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}",
    ),
    check=check,
    canonical=canonical,
    mask=keep(6, 0),
    fields=(
        *DOCUMENT,
        *IDENTITY,
        *(
            "aac002 sfz sfzh sfzhm sfzhao gmsfhm gmsfzh gmsfzhm shenfen shenfenzheng shenfenzhenghao ssn "
            "perid icnum prc_id china_id chinese_id rrn 公民身份 社会保障号 社保号"
        ).split(),
    ),
    cues=("持证人", "居民", "户籍"),
    law="GB 11643-1999; GB/T 45574-2025 附录A 不列号码本身, GB/T 35273-2020 附录B 列入敏感个人信息 (profile 可选)",
    examples=(
        Example("11010519491231002X"),
        Example('{"idCard":"11010519491231002x"}', "json"),
        Example("身份证号：110105 19491231 002X"),
        Example("sfzh=110105491231002", "form"),
    ),
    lookalikes=(
        Example('{"idCard":"110105194912310021"}', "json"),
        Example('{"orderNo":"11010519491231002X"}', "json"),
        Example('{"idCard":"110105********002X"}', "json"),
        Example("110105194912320024"),
        Example("流水号:110105491231002"),
        Example("110105491231002"),
    ),
)
