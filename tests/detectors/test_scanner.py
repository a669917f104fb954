from collections.abc import Callable
from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from detectors.build import build_scanner
from detectors.finding import Finding
from tests.detectors.persons import a_bank_card, a_mobile_number, an_identity_number

ON = date(2026, 11, 21)
SCANNER = build_scanner()
ORACLE = build_scanner(fast=False)


def scan(text: str, media: str = "text", where: str = "body", on: date = ON) -> list[Finding]:
    return SCANNER.scan(text.encode(), media, where, on)


def kinds(findings: list[Finding]) -> list[str]:
    return [str(finding.kind) for finding in findings]


RECORD = '{"idCard":"11010519491231002X","mobile":"13800138000","diagnosis":"高血压"}'


def test_a_record_is_read_whole_and_its_findings_stand_together() -> None:
    findings = scan(f"[{RECORD},{RECORD}]", "json")
    assert kinds(findings) == ["cn.resident_id", "cn.mobile", "medical.diagnosis"] * 2
    assert len({finding.record for finding in findings[:3]}) == 1
    assert findings[0].record != findings[3].record
    assert [finding.field for finding in findings[:3]] == ["idCard", "mobile", "diagnosis"]
    assert findings[0].value == b"11010519491231002X"


def test_values_are_canonical_however_they_are_written() -> None:
    text = "身份证 110105 19491231 002x，电话 +86 138-0013-8000，卡号 6222 0212 3456 7890 128，邮箱 A.B@Example.COM"
    assert [finding.value for finding in scan(text)] == [
        b"11010519491231002X",
        b"13800138000",
        b"6222021234567890128",
        b"a.b@example.com",
    ]


@pytest.mark.parametrize("cut", range(0, 84, 7))
def test_a_payload_cut_short_keeps_what_is_whole(cut: int) -> None:
    text = f"[{RECORD},{RECORD}]"
    assert "cn.resident_id" in kinds(scan(text[cut:], "json"))
    assert "cn.resident_id" in kinds(scan(text[: len(text) - cut], "json"))


def test_a_bare_number_is_no_finding_and_a_checked_identity_number_stands_alone() -> None:
    assert scan("13800138000") == []
    assert scan("6222021234567890128") == []
    assert scan('["13800138000"]', "json") == []
    assert kinds(scan("x 11010519491231002X y")) == ["cn.resident_id"]
    assert scan('{"serialNo":"11010519491231002X"}', "json") == []


@pytest.mark.parametrize(
    "text",
    [
        "手机 138****8000",
        "身份证 110105********002X",
        "卡号 6222********0645",
        "卡号 6222 **** **** 0645",
        "邮箱 z***@example.com",
        "手机 1380013****",
        "mobile=***13800138000",
    ],
)
def test_a_masked_value_is_no_finding(text: str) -> None:
    assert scan(text) == []
    assert SCANNER.masked == 1


def test_masked_values_are_counted_apart_and_are_nobody() -> None:
    text = (
        '{"name":"张**","tel":"138****8000","mail":"z***@example.com","cell":"139XXXX8000","id":"11010519491231002X"}'
    )
    assert kinds(scan(text, "json")) == ["cn.resident_id"]
    assert SCANNER.masked == 4
    scan("**重要** x = a ** b, ls /tmp/*.py, 5*3, ***, 重要*", "text")
    assert SCANNER.masked == 0


@pytest.mark.parametrize(
    ("born", "on", "is_child"),
    [
        ("18900601", date(1904, 5, 31), True),
        ("18900601", date(1904, 6, 1), True),
        ("18900601", date(1904, 6, 2), False),
        ("18920229", date(1906, 2, 28), True),
        ("18920229", date(1906, 3, 1), False),
        ("18900601", date(2026, 11, 21), False),
    ],
)
def test_a_child_is_one_until_its_fourteenth_birthday_is_over(born: str, on: date, is_child: bool) -> None:  # a table
    number = next(
        f"110105{born}001{last}" for last in "0123456789X" if "cn.resident_id" in kinds(scan(f"110105{born}001{last}"))
    )
    findings = scan(f'{{"idCard":"{number}"}}', "json", on=on)
    assert kinds(findings) == ["cn.resident_id", *["person.under_14"] * is_child]
    assert len({finding.record for finding in findings}) == 1


def test_an_age_counts_only_beside_an_identified_person() -> None:
    assert scan('{"age":8}', "json") == []
    assert kinds(scan('[{"age":8,"mobile":"13800138000"},{"age":8}]', "json")) == ["person.under_14", "cn.mobile"]
    assert kinds(scan("name,age,mobile\nx,9,13800138000\n", "csv")) == ["person.under_14", "cn.mobile"]


def test_a_diagnosis_needs_its_name_and_belongs_to_the_person_around_it() -> None:
    assert scan('{"note":"高血压"}', "json") == []
    findings = scan('{"patient":{"idCard":"11010519491231002X"},"diagnosis":"高血压"}', "json")
    assert len(findings) == 2
    assert len({finding.record for finding in findings}) == 1


def test_an_organisations_number_is_never_a_persons() -> None:
    assert scan('{"税号":"91350100M000100Y43"}', "json") == []


def test_a_field_name_that_could_name_somebody_is_not_told() -> None:
    assert [each.field for each in scan("张三的手机: 13800138000") if each.kind == "cn.mobile"] == ["手机"]
    assert scan('{"13800138000":"a@example.com"}', "json")[0].field == ""


def test_the_part_of_a_message_names_its_value() -> None:
    assert kinds(scan("13800138000", where="body:mobile")) == ["cn.mobile"]
    assert kinds(scan("高血压", where="body:诊断")) == ["medical.diagnosis"]
    assert scan("13800138000", where="body:note") == []


@given(
    st.lists(
        st.sampled_from(
            [RECORD, '"mobile":', "13800138000", "诊断:", "高血压", "{", "}", ",", "\n", "<mobile>", "age=8&"]
        ),
        max_size=10,
    ).map("".join),
    st.sampled_from(["json", "form", "csv", "xml", "text", "binary"]),
)  # fmt: skip
@settings(max_examples=150)
def test_both_engines_find_the_same(text: str, media: str) -> None:
    content = text.encode()
    assert SCANNER.scan(content, media, "body", ON) == ORACLE.scan(content, media, "body", ON)


@given(st.binary(max_size=300), st.sampled_from(["json", "form", "csv", "xml", "text", "binary"]))
def test_no_bytes_make_a_scan_fail(content: bytes, media: str) -> None:
    for finding in SCANNER.scan(content, media, "body:x", ON):
        assert 0 < finding.belief <= 1


def columns_in(fmt: str, make: Callable[[Random], str], count: int = 30) -> list[str]:
    random = Random(22)  # noqa: S311  # invented content, no secret
    values = [make(random) for _ in range(count)]
    text, media = {
        "csv": ("col1,col2\n" + "".join(f"{value},x\n" for value in values), "csv"),
        "csv without a header": ("".join(f"{value},x\n" for value in values), "csv"),
        "ndjson": ("".join(f'{{"f3":"{value}","b":1}}\n' for value in values), "json"),
        "array": ("[" + ",".join(f'{{"f3":"{value}"}}' for value in values) + "]", "json"),
        "rows": ('{"rows":[' + ",".join(f'[1,"{value}"]' for value in values) + "]}", "json"),
        "sql": ("{} INTO t (a, f3) VALUES ".format("INSERT") + ",".join(f"(1, '{value}')" for value in values), "text"),
        "xml": ("<r>" + "".join(f"<i><f3>{value}</f3></i>" for value in values) + "</r>", "xml"),
        "named": ("bah,y\n" + "".join(f"{value},x\n" for value in values), "csv"),
    }[fmt]
    return kinds(scan(text, media))


@pytest.mark.parametrize("fmt", ["csv", "csv without a header", "ndjson", "array", "rows", "sql", "xml"])
def test_a_column_that_agrees_speaks_for_itself(fmt: str) -> None:
    assert columns_in(fmt, a_mobile_number) == ["cn.mobile"] * 30
    assert columns_in(fmt, a_bank_card).count("cn.bank_card") == 30
    assert columns_in(fmt, a_mobile_number, count=19) == []
    assert columns_in(fmt, lambda random: f"{random.randrange(10**10, 2 * 10**10)}") == []


def test_a_column_with_a_name_of_its_own_does_not() -> None:
    assert columns_in("named", a_mobile_number) == []


def test_a_card_number_that_fills_a_field_is_one_and_a_telephone_number_is_not_yet() -> None:
    assert kinds(scan('{"x9":"6222021234567890128"}', "json")) == ["cn.bank_card"]
    assert scan('{"x9":"13800138000"}', "json") == []
    assert scan('{"x9":"see 6222021234567890128"}', "json") == []


def test_a_telephone_number_beside_a_person_in_running_text_is_that_persons() -> None:
    assert kinds(scan("甲/13800138000/11010519491231002X")) == ["cn.mobile", "cn.resident_id"]
    assert kinds(scan('{"bah":"13800138000","id":"11010519491231002X"}', "json")) == ["cn.resident_id"]


HARD_NEGATIVES = (
    '{"orderNo":"%(18)s"}', '{"id":4%(17)s}', '{"ts":17%(11)s}', '{"userId":138%(8)s}', "138%(8)s", "6222%(15)s",
    '{"hash":"%(18)sabcdef%(8)s"}', "%(8)s-%(4)s-4%(3)s-9%(3)s-138%(8)s1", '{"imei":"49%(13)s"}',
    "运单号 SF138%(8)s，订单 %(18)s", '{"price":%(4)s.138%(8)s}', '{"bytes":159%(8)s}', '{"wxTradeNo":"4200%(24)s"}',
    '{"tradeNo":"%(card)s"}', "%(card)s", '{"traceId":"%(mobile)s"}', '["%(mobile)s"]', "GPS 39.%(11)s,116.%(11)s",
    '{"version":"1.2.%(4)s","pid":%(4)s,"date":"20260101"}', '{"serial":"%(wrong)s"}', "%(wrong)s",
    "流水号：%(person)s", "ICCID 8986%(15)s", '{"flowNo":"%(person)s","amount":%(8)s}', "%(11)s %(11)s %(11)s",
    "138 %(4)s %(4)s 5678",
)  # fmt: skip


def a_hard_negative(random: Random) -> str:
    person = an_identity_number(random)
    values = {str(count): f"{random.randrange(10**count):0{count}}" for count in (3, 4, 8, 11, 13, 15, 17, 18, 24)}
    values |= {"person": person, "wrong": person[:-1] + ("0" if person[-1] != "0" else "1")}
    values |= {"card": a_bank_card(random), "mobile": a_mobile_number(random)}
    return random.choice(HARD_NEGATIVES) % values


def test_two_thousand_numbers_that_only_look_like_persons_are_none() -> None:
    random = Random(20)  # noqa: S311  # invented content, no secret
    texts = [a_hard_negative(random) for _ in range(2_000)]
    found = [kinds(scan(text, "json" if text.startswith("{") else "text")) for text in texts]
    # A device's own number under its own name is what it says, and is nobody's.
    assert {kind for each in found for kind in each} <= {"device.imei", "device.iccid"}


def test_a_thousand_persons_are_all_found_under_names_of_many_kinds() -> None:
    random = Random(21)  # noqa: S311  # invented content, no secret
    names = ("idCard", "身份证号", "sfzh", "certNo", "id_number"), ("mobile", "手机号", "lxdh", "contactPhone", "tel")
    for _ in range(1_000):
        number, mobile, card = an_identity_number(random), a_mobile_number(random), a_bank_card(random)
        text = f'{{"{random.choice(names[0])}":"{number}","{random.choice(names[1])}":"{mobile}","银行卡号":"{card}"}}'
        found = {finding.value.decode() for finding in scan(text, "json")}
        assert {number, mobile} <= found
        assert card in found
