from collections.abc import Sequence
from typing import Final

from agent.evidence import Evidence, tokeniser_of
from detectors.catalogue import catalogue
from detectors.finding import Finding
from wire.events import Tally
from wire.kinds import Kind, Profile
from wire.subjects import Span

DETECTORS: Final = {each.kind: each for each in catalogue()}
GB: Final = Profile.GBT45574_2025
ID: Final = "cn.resident_id"
PHONE: Final = "cn.mobile"
MAIL: Final = "email"
Row = tuple[int, str, bytes]


def spans(rows: Sequence[Row], profile: Profile = GB) -> dict[str, Span]:
    return {kind: tally.subjects.span for kind, tally in seen(rows, profile).items()}


def names(rows: Sequence[Row], kind: str, profile: Profile = GB) -> list[str]:
    return [name for name, _ in seen(rows, profile)[kind].subjects.sketches]


def seen(rows: Sequence[Row], profile: Profile) -> dict[str, Tally]:
    evidence = Evidence(DETECTORS, tokeniser_of(b"k" * 32), profile)
    evidence.add(Finding(Kind(kind), 0, 9, value, 1.0, record, "") for record, kind, value in rows)
    return {tally.kind: tally for tally in evidence.tallies()}


def test_a_phone_beside_an_id_number_is_covered_by_it() -> None:
    rows = [(0, ID, b"1"), (0, PHONE, b"21"), (1, ID, b"2"), (1, PHONE, b"22"), (0, "medical.diagnosis", b"I10")]
    assert names(rows, PHONE) == [PHONE, f"{PHONE}+"]
    assert names(rows, ID) == [ID]
    assert names(rows, "medical.diagnosis") == [PHONE, f"{PHONE}+", ID]
    assert spans(rows)["medical.diagnosis"] == Span(1, 1, 1)


def test_whatever_stands_beside_something_stronger_is_covered() -> None:
    rows = [(0, MAIL, b"a@b"), (0, PHONE, b"21"), (0, ID, b"1"), (0, "person.name", b"A")]
    assert names(rows, "person.name") == [PHONE, f"{PHONE}+", ID, MAIL, f"{MAIL}+"]
    assert spans(rows)["person.name"] == Span(1, 1, 1)


def test_of_two_phones_in_a_record_neither_covers_and_neither_is_covered() -> None:
    rows = [(0, ID, b"1"), (0, PHONE, b"21"), (0, PHONE, b"22"), (0, MAIL, b"a@b"), (0, "person.name", b"A")]
    assert names(rows, "person.name") == [PHONE, ID, MAIL, f"{MAIL}+"]
    assert spans(rows)["person.name"] == Span(2, 2, 3)


def test_the_same_phone_twice_in_a_record_is_one() -> None:
    assert names([(0, ID, b"1"), (0, PHONE, b"21"), (0, PHONE, b"21")], PHONE) == [PHONE, f"{PHONE}+"]


def test_nothing_is_covered_across_records_or_outside_of_them() -> None:
    assert names([(0, ID, b"1"), (1, PHONE, b"21")], PHONE) == [PHONE]
    assert names([(-1, ID, b"1"), (-1, PHONE, b"21")], PHONE) == [PHONE]


def test_what_covers_is_of_the_same_grade_or_in_the_same_tally() -> None:
    rows = [(0, ID, b"1"), (0, PHONE, b"21"), (0, "person.name", b"A")]
    assert names(rows, PHONE, Profile.STRICT_35273) == [PHONE]
    assert names(rows, "person.name", Profile.STRICT_35273) == [PHONE, f"{PHONE}+", ID]
