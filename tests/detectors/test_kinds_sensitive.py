from datetime import date

import pytest

from detectors.build import build_scanner
from detectors.catalogue import catalogue
from detectors.scanner import Scanner
from wire.kinds import Grade

ON = date(2026, 11, 21)
GRADES = {str(each.kind): set(each.grades.values()) for each in catalogue()}
ALWAYS_SENSITIVE = (
    "person.religion person.criminal_record person.credit_record person.disability person.sexual_life "
    "medical.medication medical.record biometric.template biometric.vector biometric.face_image location.track"
).split()
BESIDE_A_PERSON = {
    "network.ip_address": '"loginIp":"8.8.8.8"',
    "device.mac": '"mac":"3C:5A:B4:01:02:03"',
    "credential.password": '"password":"Abc@12345"',
    "credential.token": '"accessToken":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"',
    "location.precise": '"lat":39.90872,"lng":116.39748',
    "location.track": '"track":[[116.39748,39.90872],[116.39801,39.90910],[116.39855,39.90977]]',
    "medical.medication": '"drugName":"盐酸二甲双胍片"',
    "person.credit_record": '"creditScore":"652"',
}


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return build_scanner(fast=False)


def told(scanner: Scanner, text: str) -> set[str]:
    return {str(finding.kind) for finding in scanner.scan(text.encode(), "json", "body", ON)}


@pytest.mark.parametrize("kind", ALWAYS_SENSITIVE)
def test_what_the_law_lists_is_sensitive_under_every_profile(kind: str) -> None:
    assert GRADES[kind] == {Grade.SENSITIVE}


@pytest.mark.parametrize("kind", ["device.imei", "device.mac", "network.ip_address", "device.advertising_id"])
def test_devices_are_general_and_count_nobody(kind: str) -> None:
    assert GRADES[kind] == {Grade.GENERAL}
    assert not next(each for each in catalogue() if each.kind == kind).identifies


@pytest.mark.parametrize("kind", BESIDE_A_PERSON)
def test_what_machines_have_too_is_told_only_beside_a_person(scanner: Scanner, kind: str) -> None:
    field = BESIDE_A_PERSON[kind]
    assert kind not in told(scanner, "{" + field + "}")
    assert kind in told(scanner, '{"mobile":"13800138000",' + field + "}")
    assert kind not in told(scanner, '[{"mobile":"13800138000"},{' + field + "}]")


def test_of_a_secret_nothing_is_shown() -> None:
    masks = {str(each.kind): each.mask for each in catalogue()}
    assert masks["credential.password"](b"Abc@12345") == masks["credential.token"](b"eyJhbGciOiJIUzI1NiJ9") == "***"


@pytest.mark.parametrize(
    "text",
    [
        '{"religion":"无","mobile":"13800138000"}',
        '{"disability":"否","mobile":"13800138000"}',
        '{"criminalRecord":"无","mobile":"13800138000"}',
        '{"password":"******","mobile":"13800138000"}',
        '{"passwordStrength":"high","mobile":"13800138000"}',
        '{"secret":"disabled","mobile":"13800138000"}',
        '{"faceImage":"https://example.com/1.jpg","mobile":"13800138000"}',
    ],
)
def test_a_denial_a_state_and_a_mask_are_nothing(scanner: Scanner, text: str) -> None:
    assert told(scanner, text) == {"cn.mobile"}


def test_numbers_without_a_body_part_in_their_name_are_no_biometrics(scanner: Scanner) -> None:
    numbers = ",".join("0.1234" for _ in range(128))
    assert told(scanner, '{"embedding":[' + numbers + "]}") == set()
    assert told(scanner, '{"faceEmbedding":[' + numbers + "]}") == {"biometric.vector"}
