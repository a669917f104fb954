from collections import Counter
from itertools import islice

import pytest

from benchmarks.detection import own
from benchmarks.detection.corpus import generate
from benchmarks.detection.encodings import payloads, recalls
from benchmarks.detection.formats import FORMATS
from benchmarks.detection.measure import measure
from benchmarks.detection.record import IDENTIFIERS, KINDS, Mark, Record
from benchmarks.detection.score import Hit, Score
from benchmarks.detection.unseen import UNSEEN
from benchmarks.detection.values import COUNTIES
from detectors import build_scanner

SEED = 7
FLOOR_F = 99.9
FLOOR_F_ALL = 99.6
FLOOR_F_UNSEEN = 98.7
FLOOR_PRECISION = 99.95


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return list(generate(600, SEED))


def test_identifiers_are_found_at_least_as_well_as_when_last_measured(records: list[Record]) -> None:
    score = measure(records).score
    precision, _, both, _ = score.total(IDENTIFIERS & own.KINDS).figures()
    assert both >= FLOOR_F
    assert precision >= FLOOR_PRECISION
    assert score.total(KINDS & own.KINDS).figures()[2] >= FLOOR_F_ALL


def test_names_never_shown_to_the_developers_are_understood_too() -> None:
    score = measure(list(generate(600, SEED, UNSEEN))).score
    _, _, both, _ = score.total(IDENTIFIERS & own.KINDS).figures()
    assert both >= FLOOR_F_UNSEEN


def test_no_encoding_hides_an_identifier(records: list[Record]) -> None:
    weak = {one.name: one.identifiers for one in recalls(payloads(records), build_scanner()) if one.identifiers < 99.9}
    assert not weak


def test_a_slice_of_the_corpus_is_the_same_in_every_run(records: list[Record]) -> None:
    assert list(islice(generate(10_000, SEED), 50)) == records[:50]
    assert next(generate(1, SEED + 1)) != records[0]


def test_every_format_and_every_kind_occurs(records: list[Record]) -> None:
    assert {record.format for record in records} == {*FORMATS, "messages"}
    assert {gold.kind for record in records for gold in record.gold} == KINDS


def test_a_third_of_the_records_holds_nothing_and_all_kinds_of_lookalikes_stand_in_the_rest(
    records: list[Record],
) -> None:
    empty = sum(not record.gold for record in records)
    assert 0.3 < empty / len(records) < 0.45
    traps = Counter(trap.what for record in records for trap in record.traps)
    assert len(traps) == 24
    assert min(traps.values()) > 5


def test_the_truth_stands_where_it_says(records: list[Record]) -> None:
    for record in records:
        marks: tuple[Mark, ...] = (*record.gold, *record.traps)
        for mark in marks:
            assert 0 <= mark.start < mark.end <= len(record.text)
            if record.format in (
                "log",
                "YAML",
                "labelled",
                "messages",
                "multipart",
                "HL7 v2",
                "JSON object",
                "cut JSON",
            ):
                assert record.text[mark.start : mark.end] == mark.value


def test_no_identity_number_can_be_anybody_s(records: list[Record]) -> None:
    numbers = [gold.value for record in records for gold in record.gold if gold.kind == "cn.resident_id"]
    born_today = [number for number in numbers if number[:6] in COUNTIES and int(number[6:10]) >= 1900]
    assert numbers
    assert not born_today


def test_a_detector_that_finds_nothing_has_no_recall_and_one_that_finds_all_has_it_all(records: list[Record]) -> None:
    nothing, everything = Score(KINDS), Score(KINDS)
    for record in records:
        nothing.add(record, [])
        everything.add(record, [Hit(gold.kind, gold.start, gold.end) for gold in record.gold])
    assert nothing.total().figures() == (0.0, 0.0, 0.0, 0.0)
    assert everything.total().figures() == (100.0, 100.0, 100.0, 100.0)


def test_a_finding_in_a_lookalike_is_counted_under_it(records: list[Record]) -> None:
    record = next(record for record in records if any(trap.what == "user id" for trap in record.traps))
    trap = next(trap for trap in record.traps if trap.what == "user id")
    score = Score(KINDS)
    score.add(record, [Hit("cn.mobile", trap.start, trap.end)])
    assert score.by_trap == {"user id": 1}
