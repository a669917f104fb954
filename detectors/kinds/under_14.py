"""不满十四周岁未成年人: by the birth date in an identity number, or by a birth date or an age under such a name."""

from datetime import date
from functools import lru_cache
import re
from typing import Final

from detectors.births import VALUES, born
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.masks import nothing
from wire.kinds import Grade, Kind, Profile

_AGES: Final = re.compile(r"(?i)(?:age|nl|nianling|年龄|年齡|岁数|周岁)$")
"""Names of ages, under which a long number is no moment of birth but a time to live."""
_NUMBERS: Final = re.compile(rb"\d+")


@lru_cache(8)
def _earliest(on: date) -> bytes:
    """The earliest birth of a child: the fourteenth birthday itself still counts, the day after no longer does."""
    return b"%04d%02d%02d" % (on.year - 14, on.month, on.day)


@lru_cache(8)
def _digits(on: date) -> bytes:
    return b"%04d%02d%02d" % (on.year, on.month, on.day)


def check(candidate: Candidate) -> float:
    """Belief by the day of transfer. An age by itself is weak: caches and files have one too."""
    text = candidate.text
    if len(text) == 18 and text[:17].isdigit():
        return 0.5 if text[6:14] >= _earliest(candidate.on) else 0.0
    if len(text.rstrip("岁周歲週".encode())) <= 2:
        return 0.06 if int(_NUMBERS.findall(text)[0]) < 14 else 0.0
    birth = b"" if text.isdigit() and len(text) != 8 and _AGES.search(candidate.field) else born(text)
    return 0.5 if _earliest(candidate.on) <= birth <= _digits(candidate.on) else 0.0


DETECTOR: Final = Detector(
    kind=Kind("person.under_14"),
    title="不满十四周岁未成年人的个人信息",
    title_en="Personal information of a minor under fourteen",
    grades={Profile.GBT45574_2025: Grade.SENSITIVE, Profile.STRICT_35273: Grade.SENSITIVE},
    values=(*VALUES, r"\d{1,2}(?:周岁|週歲|岁|歲)?"),
    reads=(Kind("cn.resident_id"), Kind("cn.hmt_residence_permit"), Kind("cn.foreigner_permanent_id")),
    check=check,
    canonical=lambda text: (born(text) if len(text) > 4 else b"") or b"".join(_NUMBERS.findall(text)),
    mask=nothing,
    fields=tuple(
        "birth birth_date birth_dt birth_day birth_year_month birthday bday brdy brth birthdt date_of_birth "
        "dob d_o_b born born_date born_on birth_time gbdat aac006 csrq csny csrqsj chushengriqi "
        "chushengnianyue shengri age nl nianling 出生日期 出生年月 出生 生日 年龄 年齡 岁数 周岁".split()
    ),
    against=("birth_place", "出生地", "出生证", "page", "max_age", "age_group"),
    needs_context=True,
    identifies=False,
    law="中华人民共和国个人信息保护法 第二十八条 (不满十四周岁未成年人的个人信息); GB/T 45574-2025 附录A",
    examples=(
        Example('{"birthDate":"2020-05-01"}', "json"),
        Example("出生日期：2019年3月8日"),
        Example('{"birthday":1552003200000}', "json"),
        Example('{"dob":"08/03/2019"}', "json"),
        Example('{"age":8,"mobile":"13800138000"}', "json"),
    ),
    lookalikes=(
        Example('{"birthDate":"1899-05-01"}', "json"),
        Example("ticket_age=1552003200"),
        Example('{"age":8}', "json"),
        Example('{"age":15,"mobile":"13800138000"}', "json"),
        Example('{"date":"2020-05-01"}', "json"),
        Example('{"page":8,"mobile":"13800138000"}', "json"),
    ),
)
