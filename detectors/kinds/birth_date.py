"""出生日期 under a name that says so: a day of the calendar that a living person may be born on."""

import re
from typing import Final

from detectors.checks import calendar_day
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import GENERAL
from detectors.masks import nothing
from wire.kinds import Kind

_NUMBERS: Final = re.compile(rb"\d+")


def canonical(text: bytes) -> bytes:
    """``YYYYMMDD``, or as many of the digits as there are."""
    numbers = _NUMBERS.findall(text)[:3]
    return numbers[0] if len(numbers[0]) == 8 else b"".join(number.zfill(2) for number in numbers)


def check(candidate: Candidate) -> float:
    """Belief by the calendar, up to the day of transfer."""
    born = canonical(candidate.text)
    today = b"%04d%02d%02d" % (candidate.on.year, candidate.on.month, candidate.on.day)
    return 0.5 if len(born) == 8 and calendar_day(born) and b"1900" <= born <= today else 0.0


DETECTOR: Final = Detector(
    kind=Kind("person.birth_date"),
    title="出生日期",
    title_en="Date of birth",
    grades=GENERAL,
    values=(
        r"(?:19|20)\d\d(?:-|/|\.|年)(?:0?[1-9]|1[0-2])(?:-|/|\.|月)(?:0?[1-9]|[12]\d|3[01])日?(?:[T ].{0,24})?",
        r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])",
    ),
    check=check,
    canonical=canonical,
    mask=nothing,
    fields=tuple(
        "birth birth_date birth_day birthday date_of_birth dob born csrq csny 出生日期 出生年月 出生 生日".split()
    ),
    against=("birth_place", "birth_city", "birth_weight", "出生地", "出生证", "出生体重"),
    needs_context=True,
    identifies=False,
    law="中华人民共和国个人信息保护法 第四条; GB/T 35273-2020 附录A 个人基本资料 (生日)",
    examples=(
        Example('{"birthDate":"1980-05-01"}', "json"),
        Example("出生日期：1975年3月8日"),
        Example("csrq=19801231", "form"),
    ),
    lookalikes=(
        Example('{"birthDate":"1980-02-30"}', "json"),
        Example('{"birthDate":"2090-02-03"}', "json"),
        Example('{"date":"1980-05-01"}', "json"),
        Example("1980-05-01"),
    ),
)
