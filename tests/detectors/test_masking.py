from base64 import b64encode
import csv
from datetime import date
import io
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
import msgspec
import pytest

from detectors.build import build_scanner
from detectors.catalogue import catalogue
from detectors.masking import Masker, masked_text
from detectors.views import readable
from tests.detectors import persons

ON = date(2026, 11, 21)
SCANNER = build_scanner()
MASKER = Masker(SCANNER, catalogue())


def masked(text: str, media: str = "text", charset: str = "utf-8") -> str:
    return MASKER.masked(text.encode(charset), media, ON).content.decode(charset)


@pytest.mark.parametrize(
    ("text", "media", "told"),
    [
        ("手机：13800138000。", "text", "手机：138****8000。"),
        ("+86 138-0013-8000", "text", "+** 138-****-8000"),
        ('{"phone":13800138000,"n":1}', "json", '{"phone":"138****8000","n":1}'),
        ('{"phones":[13800138000, 13900139000]}', "json", '{"phones":["138****8000", "139****9000"]}'),
        ('{"note":"电话:13800138000,ok"}', "json", '{"note":"电话:138****8000,ok"}'),
        ("phone=%31%33800138000&x=1", "form", "phone=%31%338****8000&x=1"),
        ("卡号：6222 0212 3456 7890 128", "text", "卡号：6222 02** **** ***0 128"),
        ("11010519491231002X", "text", "110105************"),
        ('{"mail":"zhang.san@example.com"}', "json", '{"mail":"z****.***@example.com"}'),
        ("无事", "text", "无事"),
    ],
)
def test_a_finding_is_masked_in_place(text: str, media: str, told: str) -> None:
    assert masked(text, media) == told


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "utf-16-le"])
def test_the_charset_is_kept(charset: str) -> None:
    text = "a list of patients: 住院病人 手机: 13800138000 end of the list"
    assert masked(text, charset=charset) == text.replace("13800138000", "138****8000")


def test_the_same_number_is_masked_wherever_it_stands_by_itself() -> None:
    assert "13800138000" not in masked('{"mobile":"13800138000","orderNo":"13800138000"}', "json")


def test_a_run_of_base64_with_something_in_it_is_masked_as_a_whole() -> None:
    run = b64encode(b'{"phone": "13800138000", "name": "nobody at all"}').decode()
    assert msgspec.json.decode(masked(f'{{"data":"{run}"}}', "json")) == {"data": "*" * len(run)}


def a_person(seed: int) -> dict[str, str]:
    random = Random(seed)  # noqa: S311  # invented persons, not secrets
    return {
        "idCard": persons.an_identity_number(random),
        "mobile": persons.a_mobile_number(random),
        "bankCard": persons.a_bank_card(random),
        "email": f"nobody{seed}@example.com",
        "diagnosis": "原发性高血压",
        "note": f"请拨打 138-{seed:04}-8000",
        "orderNo": f"{seed:012}",
    }


PERSONS = st.integers(0, 9_999).map(a_person)


def as_json(value: object, *, is_ascii: bool, is_spread: bool) -> str:
    """JSON as other programs write it: spread over lines, characters beyond ASCII escaped."""
    text = msgspec.json.encode(value)
    told = (msgspec.json.format(text) if is_spread else text).decode()
    return "".join(letter if not is_ascii or letter.isascii() else f"\\u{ord(letter):04x}" for letter in told)


def assert_nothing_is_left(before: list[dict[str, str]], content: bytes, media: str) -> None:
    view = readable(content, media, "body").decode("utf-8", "replace")
    for person in before:
        for name in ("idCard", "mobile", "bankCard", "email", "diagnosis"):
            assert person[name] not in view
    assert not SCANNER.scan(content, media, "body", ON)


@given(st.lists(PERSONS, min_size=1, max_size=4), st.booleans(), st.booleans(), st.booleans())
@settings(max_examples=60)
def test_json_stays_json_of_the_same_shape_with_nothing_left(
    people: list[dict[str, str]], is_ascii: bool, is_nested: bool, is_spread: bool
) -> None:
    told = [{**person, "mobile": int(person["mobile"])} for person in people]
    inner = as_json(told, is_ascii=is_ascii, is_spread=is_spread)
    text = as_json({"body": inner}, is_ascii=is_ascii, is_spread=False) if is_nested else inner
    rewritten = MASKER.masked(text.encode(), "json", ON)
    after = msgspec.json.decode(rewritten.content)
    if not is_nested:
        assert [list(person) for person in after] == [list(person) for person in told]
        assert [len(person["idCard"]) for person in after] == [18] * len(told)
        assert [person["orderNo"] for person in after] == [person["orderNo"] for person in told]
    assert rewritten.is_exact
    assert_nothing_is_left(people, rewritten.content, "json")


@given(st.lists(PERSONS, min_size=1, max_size=5), st.sampled_from(",\t;|"))
@settings(max_examples=40)
def test_a_table_stays_a_table_with_nothing_left(people: list[dict[str, str]], delimiter: str) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(people[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(people)
    rewritten = MASKER.masked(out.getvalue().encode(), "text", ON).content
    rows = list(csv.reader(io.StringIO(rewritten.decode()), delimiter=delimiter))
    assert [len(row) for row in rows] == [7] * (len(people) + 1)
    assert rows[0] == list(people[0])
    assert_nothing_is_left(people, rewritten, "text")


@given(st.binary(max_size=300))
@settings(max_examples=100)
def test_any_bytes_are_rewritten_and_left_alone_where_nothing_is_found(content: bytes) -> None:
    found = SCANNER.scan(content, "binary", "body", ON)
    assert bool(found) or MASKER.masked(content, "binary", ON).content == content


@given(st.text(max_size=20), st.text(max_size=20), st.text("1*", max_size=8))
def test_a_masked_text_is_as_long_as_the_text(text: str, value: str, shown: str) -> None:
    assert len(masked_text(text, value, shown)) == len(text)
