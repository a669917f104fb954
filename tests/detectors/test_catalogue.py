from datetime import date
import subprocess
import sys

import msgspec
import pytest

from detectors.build import build_scanner
from detectors.catalogue import catalogue, digest
from detectors.detector import Detector, Example
from detectors.engines.hyperscan import HyperscanEngine
from detectors.engines.regex import RegexEngine
from detectors.scanner import Scanner
from wire.kinds import Grade, Kind, Profile

ON = date(2026, 11, 21)
EVERYONE = tuple(msgspec.structs.replace(detector, is_personal=True) for detector in catalogue())
SCANNERS = {"hyperscan": Scanner(HyperscanEngine, EVERYONE), "re": Scanner(RegexEngine, EVERYONE)}
EXAMPLES = [(detector.kind, example) for detector in catalogue() for example in detector.examples]
LOOKALIKES = [(detector.kind, example) for detector in catalogue() for example in detector.lookalikes]


def kinds_in(engine: str, example: Example) -> set[Kind]:
    return {finding.kind for finding in SCANNERS[engine].scan(example.text.encode(), example.media, "body", ON)}


@pytest.mark.parametrize("engine", SCANNERS)
@pytest.mark.parametrize(("kind", "example"), EXAMPLES, ids=lambda value: getattr(value, "text", value))
def test_each_kind_is_found_in_its_examples(engine: str, kind: Kind, example: Example) -> None:
    assert kind in kinds_in(engine, example)


@pytest.mark.parametrize("engine", SCANNERS)
@pytest.mark.parametrize(("kind", "example"), LOOKALIKES, ids=lambda value: getattr(value, "text", value))
def test_no_kind_is_found_in_its_lookalikes(engine: str, kind: Kind, example: Example) -> None:
    assert kind not in kinds_in(engine, example)


@pytest.mark.parametrize("detector", catalogue(), ids=lambda detector: detector.kind)
def test_each_detector_proves_and_explains_itself(detector: Detector) -> None:
    assert detector.examples
    assert detector.lookalikes
    assert detector.law
    assert set(detector.grades) == set(Profile)
    assert detector.patterns or detector.values
    assert detector.fields


@pytest.mark.parametrize(("kind", "example"), EXAMPLES, ids=lambda value: getattr(value, "text", value))
def test_a_mask_never_shows_the_value(kind: Kind, example: Example) -> None:
    detector = next(detector for detector in EVERYONE if detector.kind == kind)
    for finding in SCANNERS["hyperscan"].scan(example.text.encode(), example.media, "body", ON):
        if finding.kind == kind:
            shown = detector.mask(finding.value)
            assert "*" in shown
            assert finding.value.decode() not in shown
            assert len(finding.value) < 4 or finding.value.decode() not in repr(finding)


def test_medical_data_and_children_are_sensitive_under_every_profile_and_the_number_only_under_the_strict_one() -> None:
    grades = {str(detector.kind): detector.grades for detector in catalogue()}
    assert set(grades["medical.diagnosis"].values()) == set(grades["person.under_14"].values()) == {Grade.SENSITIVE}
    for kind in ("cn.resident_id", "cn.bank_card"):
        assert grades[kind] == {Profile.GBT45574_2025: Grade.GENERAL, Profile.STRICT_35273: Grade.SENSITIVE}


def test_kinds_are_unique_and_the_digest_names_them_all() -> None:
    kinds = [detector.kind for detector in catalogue()]
    assert len(set(kinds)) == len(kinds)
    assert len(digest()) == 16
    assert int(digest(), 16)


def test_an_organisation_is_not_told() -> None:
    assert build_scanner().scan(b'{"creditCode":"91350100M000100Y43"}', "json", "body", ON) == []


def test_no_library_is_loaded_before_an_engine_is_opened() -> None:
    code = "import detectors.catalogue as c, sys; c.catalogue(); print({'hyperscan', 'numpy'} & {*sys.modules})"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
