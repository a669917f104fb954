"""不满十四周岁未成年人: by the birth date in an identity number, or by a birth date or an age under such a name."""

from datetime import date
import re
from typing import Final

from detectors.checks import calendar_day
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.masks import nothing
from wire.kinds import Grade, Kind, Profile

_NUMBERS: Final = re.compile(rb"\d+")


def _birth(text: bytes) -> tuple[int, int, int] | None:
    """Year, month and day of birth in an identity number or a written date."""
    numbers = _NUMBERS.findall(text)
    if len(numbers[0]) >= 17:
        numbers = [numbers[0][6:14]]
    if len(numbers[0]) >= 8:
        numbers = [numbers[0][:4], numbers[0][4:6], numbers[0][6:8]]
    if len(numbers) < 3:
        return None
    year, month, day = (int(number) for number in numbers[:3])
    return (year, month, day) if calendar_day(b"%04d%02d%02d" % (year, month, day)) else None


def _is_child(birth: tuple[int, int, int], on: date) -> bool:
    """Whether the fourteenth birthday has not passed: it counts as under fourteen itself (民法典 第一千二百五十九条)."""
    year, month, day = birth
    return birth <= (on.year, on.month, on.day) <= (year + 14, month, day)


def check(candidate: Candidate) -> float:
    """Belief by the day of transfer. An age by itself is weak: caches and files have one too."""
    text = candidate.text
    if len(text.rstrip("岁周歲週".encode())) <= 2:
        return 0.06 if int(_NUMBERS.findall(text)[0]) < 14 else 0.0
    birth = _birth(text.translate(None, b" -") if len(text) >= 18 and text[:1].isdigit() and b":" not in text else text)
    return 0.5 if birth is not None and _is_child(birth, candidate.on) else 0.0


DETECTOR: Final = Detector(
    kind=Kind("person.under_14"),
    title="不满十四周岁未成年人的个人信息",
    title_en="Personal information of a minor under fourteen",
    grades={Profile.GBT45574_2025: Grade.SENSITIVE, Profile.STRICT_35273: Grade.SENSITIVE},
    values=(
        r"(?:19|20)\d\d(?:-|/|\.|年)(?:0?[1-9]|1[0-2])(?:-|/|\.|月)(?:0?[1-9]|[12]\d|3[01])日?(?:[T ][0-9:.Z+ -]{0,24})?",
        r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])",
        r"\d{1,2}(?:周岁|週歲|岁|歲)?",
    ),
    reads=(Kind("cn.resident_id"), Kind("cn.hmt_residence_permit"), Kind("cn.foreigner_permanent_id")),
    check=check,
    canonical=lambda text: b"".join(_NUMBERS.findall(text)),
    mask=nothing,
    fields=tuple(
        "birth birth_date birth_day birthday date_of_birth dob born csrq csny age nl nianling 出生日期 出生年月 出生 生日 年龄 年齡 "
        "岁数 周岁".split()
    ),
    against=("birth_place", "出生地", "出生证", "page", "max_age", "age_group"),
    needs_context=True,
    identifies=False,
    law="中华人民共和国个人信息保护法 第二十八条 (不满十四周岁未成年人的个人信息); GB/T 45574-2025 附录A",
    examples=(
        Example('{"birthDate":"2020-05-01"}', "json"),
        Example("出生日期：2019年3月8日"),
        Example('{"age":8,"mobile":"13800138000"}', "json"),
    ),
    lookalikes=(
        Example('{"birthDate":"1899-05-01"}', "json"),
        Example('{"age":8}', "json"),
        Example('{"age":15,"mobile":"13800138000"}', "json"),
        Example('{"date":"2020-05-01"}', "json"),
        Example('{"page":8,"mobile":"13800138000"}', "json"),
    ),
)
