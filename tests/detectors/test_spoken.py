from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from detectors import build_scanner
from detectors.catalogue import catalogue
from detectors.engines.regex import RegexEngine
from detectors.explained import Explainer
from detectors.finding import Finding
from detectors.scanner import Scanner

ON = date(2026, 6, 1)
SCANNER = build_scanner(fast=False)
IDENTIFIES = {str(detector.kind) for detector in catalogue() if detector.identifies}


def told(content: str, media: str = "text") -> list[Finding]:
    return SCANNER.scan(content.encode(), media, "body", ON)


def values(content: str, media: str = "text") -> set[tuple[str, str]]:
    return {(str(each.kind), each.value.decode()) for each in told(content, media)}


@pytest.mark.parametrize(
    ("content", "media"),
    [
        ("客户王建国来电，号码是 13800138000，请回访。", "text"),
        ("麻烦寄到四川省成都市武侯区人民南路四段9号，王建国收，电话13800138000。", "text"),
        ('{"id":7,"remark":"王建国已确认，电话13800138000"}', "json"),
        ('{"mobile":"13800138000","remark":"请转告王建国明天到场"}', "json"),
        ("<row><memo>王建国来过，手机13800138000</memo></row>", "xml"),
    ],
)
def test_a_name_is_read_in_running_text_beside_an_identifier(content: str, media: str) -> None:
    assert ("person.name", "王建国") in values(content, media)


def test_an_address_in_running_text_too() -> None:
    found = dict(values("外卖放四川省成都市武侯区人民南路四段9号3单元502室，打13800138000。"))
    assert found["person.address"].startswith("四川省成都市武侯区人民南路四段9号")


@pytest.mark.parametrize(
    "content",
    [
        "客户王建国来电，反映账单有误，请回访。",
        "本报记者李晓明、张伟从北京市朝阳区建国路1号报道，王建国出席了会议。",
        "我叫王建国，家住四川省成都市武侯区人民南路四段9号3单元502室。",
    ],
)
def test_by_itself_a_name_in_running_text_tells_nothing(content: str) -> None:
    assert told(content) == []


def test_what_is_told_of_running_text_identifies_nobody_and_is_little_believed() -> None:
    found = told("客户王建国来电，号码是 13800138000，请回访。")
    spoken = [each for each in found if each.kind == "person.name"]
    assert spoken
    assert all(each.belief <= 0.7 and str(each.kind) not in IDENTIFIES for each in spoken)
    assert {each.record for each in spoken} == {each.record for each in found if str(each.kind) in IDENTIFIES}


@pytest.mark.parametrize(
    ("content", "media"),
    [
        ("goodsName=张小泉剪刀 mobile=13800138000 sn=1 color=red", "text"),
        ('{"goodsName":"张小泉剪刀","mobile":"13800138000"}', "json"),
        ("goodsName=张小泉剪刀&mobile=13800138000", "form"),
        ("mobile,goodsName\n13800138000,张小泉剪刀\n13800138001,李宁运动鞋\n", "csv"),
        ("王**，手机13800138000", "text"),
    ],
)
def test_values_of_fields_are_no_running_text(content: str, media: str) -> None:
    assert not {value for kind, value in values(content, media) if kind == "person.name"}


def test_the_explanation_says_that_it_was_running_text() -> None:
    content = "客户王建国来电，号码是 13800138000，请回访。"
    name = next(each for each in told(content) if each.kind == "person.name")
    explanation = Explainer(catalogue()).explain(name, content.encode(), "text", ON)
    assert "running text" in explanation.said("en")


def test_without_a_tagger_nothing_is_read() -> None:
    scanner = Scanner(RegexEngine, catalogue())
    found = scanner.scan("客户王建国来电，号码是 13800138000".encode(), "text", "body", ON)
    assert [str(each.kind) for each in found] == ["cn.mobile"]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80), st.binary(max_size=80))
def test_no_bytes_around_an_identifier_make_it_fail(before: bytes, after: bytes) -> None:
    content = before + "收件人张伟，".encode() + b" +86 138 0013 8000 " + "张".encode() + after
    for found in SCANNER.scan(content, "text", "body", ON):
        assert 0 <= found.start < found.end
