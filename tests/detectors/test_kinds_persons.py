from datetime import date

from hypothesis import given
from hypothesis import strategies as st
import pytest

from detectors.build import build_scanner
from detectors.catalogue import catalogue
from detectors.checks import hong_kong_identity, taiwan_identity
from detectors.detector import Detector
from detectors.kinds import landline
from detectors.masks import network, opening
from detectors.scanner import Scanner
from detectors.tables import pinyin_surnames, surnames
from wire.kinds import Grade, Profile

ON = date(2026, 11, 21)
DETECTORS = {str(each.kind): each for each in catalogue()}
ATTRIBUTES = ("person.name", "person.address", "person.birth_date", "person.guardian", "payment.card_verification")


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return build_scanner(fast=False)


def told(scanner: Scanner, text: str, media: str = "json") -> set[str]:
    return {str(finding.kind) for finding in scanner.scan(text.encode(), media, "body", ON)}


@pytest.mark.parametrize("number", [b"A1234563", b"AB9876543", b"G123456A"])
def test_the_published_examples_of_hong_kong_numbers_hold(number: bytes) -> None:
    assert hong_kong_identity(number)


@pytest.mark.parametrize("number", [b"A123456789", b"F131104093", b"A800000014"])
def test_the_published_examples_of_taiwan_numbers_hold(number: bytes) -> None:
    assert taiwan_identity(number)


@given(st.sampled_from((b"A1234563", b"AB9876543")), st.integers(1, 6), st.integers(1, 9))
def test_one_wrong_digit_breaks_a_hong_kong_number(number: bytes, place: int, more: int) -> None:
    at = len(number) - 1 - place
    wrong = bytes([48 + (number[at] - 48 + more) % 10])
    assert not hong_kong_identity(number[:at] + wrong + number[at + 1 :])


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("010-62345678", "1062345678"),
        ("(0755)82345678-123", "75582345678"),
        ("+86-571-82345678", "57182345678"),
        ("02152345678", "2152345678"),
    ],
)
def test_a_landline_is_one_number_however_it_is_written(written: str, number: str) -> None:
    assert landline.canonical(written.encode()).decode() == number


def test_surnames_are_han_and_their_spellings_latin() -> None:
    assert all(1 <= len(name) <= 2 and not name.isascii() for name in surnames())
    assert all(name.isascii() and name.islower() for name in pinyin_surnames())


@pytest.mark.parametrize("kind", ATTRIBUTES)
def test_what_namesakes_share_counts_nobody(kind: str) -> None:
    assert not DETECTORS[kind].identifies


@pytest.mark.parametrize("kind", ["cn.military_officer", "cn.police_officer", "payment.card_verification"])
def test_specific_identities_and_passwords_of_cards_are_sensitive_under_every_profile(kind: str) -> None:
    assert set(DETECTORS[kind].grades.values()) == {Grade.SENSITIVE}


def test_identity_documents_and_accounts_are_sensitive_only_under_the_strict_profile() -> None:
    kinds = "hk.identity_card mo.identity_card tw.identity_card cn.social_security cn.bank_account account.securities"
    for kind in kinds.split():
        grades = DETECTORS[kind].grades
        assert grades == {Profile.GBT45574_2025: Grade.GENERAL, Profile.STRICT_35273: Grade.SENSITIVE}


def test_a_product_s_name_is_nobody_s_even_beside_a_person(scanner: Scanner) -> None:
    assert "person.name" not in told(scanner, '{"name":"马克杯","mobile":"13800138000"}')
    assert "person.name" not in told(scanner, '{"name":"脑梗死","mobile":"13800138000"}')
    assert "person.name" not in told(scanner, '{"bankName":"平安银行","mobile":"13800138000"}')


def test_a_name_that_anything_may_bear_needs_a_person_beside_it(scanner: Scanner) -> None:
    assert told(scanner, '{"name":"王小明"}') == set()
    assert told(scanner, '{"name":"王小明","mobile":"13800138000"}') == {"person.name", "cn.mobile"}


def test_an_identity_number_is_one_whatever_it_is_called(scanner: Scanner) -> None:
    assert told(scanner, '{"社保号":"11010519491231002X"}') == {"cn.resident_id"}


def test_a_card_under_the_name_of_an_account_stays_a_card(scanner: Scanner) -> None:
    assert told(scanner, '{"bankAccount":"6222021234567890128"}') == {"cn.bank_card"}


@pytest.mark.parametrize(
    ("address", "shown"), [("203.0.113.9", "203.0.*.*"), ("2001:db8::1", "2001:db8:*"), ("", ".*.*")]
)
def test_of_an_address_the_network_is_shown(address: str, shown: str) -> None:
    assert network(address.encode()) == shown


def test_of_a_text_the_beginning_is_shown() -> None:
    assert opening(2)("北京市朝阳区".encode()) == "北京***"


@pytest.mark.parametrize("detector", catalogue(), ids=lambda detector: detector.kind)
@given(content=st.binary(max_size=40))
def test_no_value_makes_a_mask_fail(detector: Detector, content: bytes) -> None:
    assert "*" in detector.mask(content) or not content
