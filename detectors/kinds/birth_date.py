"""出生日期 under a name that says so: a day of the calendar that a living person may be born on."""

from typing import Final

from detectors.births import VALUES, born
from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import GENERAL
from detectors.masks import nothing
from wire.kinds import Kind


def canonical(text: bytes) -> bytes:
    """``YYYYMMDD``; what is no day stays as it is."""
    return born(text) or text


def check(candidate: Candidate) -> float:
    """Belief by the calendar, up to the day of transfer."""
    day = born(candidate.text)
    today = b"%04d%02d%02d" % (candidate.on.year, candidate.on.month, candidate.on.day)
    return 0.5 if b"1900" <= day <= today else 0.0


DETECTOR: Final = Detector(
    kind=Kind("person.birth_date"),
    title="出生日期",
    title_en="Date of birth",
    grades=GENERAL,
    values=VALUES,
    check=check,
    canonical=canonical,
    mask=nothing,
    fields=tuple(
        "birth birth_date birth_dt birth_day brdy brth bday birthday date_of_birth dob born csrq csny "
        "出生日期 出生年月 出生 生日".split()
    ),
    against=("birth_place", "birth_city", "birth_weight", "出生地", "出生证", "出生体重"),
    needs_context=True,
    identifies=False,
    law="中华人民共和国个人信息保护法 第四条; GB/T 35273-2020 附录A 个人基本资料 (生日)",
    examples=(
        Example('{"birthDate":"1980-05-01"}', "json"),
        Example("出生日期：1975年3月8日"),
        Example("csrq=19801231", "form"),
        Example('{"dob":"31/12/1980"}', "json"),
        Example('{"birthday":347040000000}', "json"),
    ),
    lookalikes=(
        Example('{"birthDate":"1980-02-30"}', "json"),
        Example('{"birthDate":"2090-02-03"}', "json"),
        Example('{"date":"1980-05-01"}', "json"),
        Example("1980-05-01"),
    ),
)
