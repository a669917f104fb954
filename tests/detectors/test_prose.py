from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from detectors.prose import Span, is_called_for, tag

PIECES = st.sampled_from(
    [*"王小明 李四 先生 北京市 朝阳区 建国路 88号 姓名： 住址： 张** 𠮷 é 。".split(), "\ud800", "\n", " "]
)


def said(text: str) -> list[tuple[str, str]]:
    return [(span.label, text[span.start : span.end]) for span in tag(text)]


@settings(deadline=None)  # the first call loads the model
@given(st.lists(PIECES | st.text(max_size=8), max_size=12).map("".join))
def test_any_text_is_tagged_with_spans_in_order_that_lie_inside_it(text: str) -> None:
    spans = tag(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(before.end <= behind.start for before, behind in pairwise(spans))
    assert all(0 <= span.score <= 1 for span in spans)


@settings(deadline=None)  # the first call loads the model
@given(st.lists(PIECES, max_size=12).map("".join))
def test_the_same_text_is_tagged_the_same(text: str) -> None:
    assert tag(text) == tag(text)


def test_a_long_line_is_tagged_throughout() -> None:
    text = "，".join(["记者王小明报道"] * 500)
    assert len([span for span in tag(text) if span.label == "PERSON"]) == 500


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("姓名：张伟，电话已登记", "张伟"),
        ("患者李秀英，女，因腹痛入院", "李秀英"),
        ("原告赵建国诉被告某公司", "赵建国"),
        ("收件人: 欧阳娜娜", "欧阳娜娜"),
        ("收件人：東方瑞雪", "東方瑞雪"),
        ("记者王小明报道", "王小明"),
        ("总统克林顿发表讲话", "克林顿"),
    ],
)
def test_names_are_found(text: str, name: str) -> None:
    assert ("PERSON", name) in said(text)


@pytest.mark.parametrize("text", ["姓名：张**，电话138****1234", "联系人：李某某", "患者王*，男", "收件人：陈＊＊"])
def test_a_masked_name_is_no_person(text: str) -> None:
    assert not [label for label, _ in said(text) if label == "PERSON"]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("家住浙江省杭州市西湖区文三路138号", "浙江省杭州市西湖区文三路138号"),
        ("收货地址：北京市朝阳区建国路88号3栋2单元501室", "北京市朝阳区建国路88号3栋2单元501室"),
        ("住址:四川省成都市武侯区天府大道中段1号", "四川省成都市武侯区天府大道中段1号"),
    ],
)
def test_an_address_is_taken_whole(text: str, address: str) -> None:
    assert ("ADDRESS", address) in said(text)


@pytest.mark.parametrize("text", ["他昨天去了北京", "在上海开会", "杭州市天气晴"])
def test_a_city_alone_is_no_address(text: str) -> None:
    assert not [label for label, _ in said(text) if label == "ADDRESS"]


def test_text_without_han_characters_is_not_looked_at() -> None:
    assert tag("John Smith, 5 High Street") == []


def test_a_segment_calls_for_the_tagger_by_a_cue_or_an_identifier() -> None:
    assert is_called_for("姓名：张伟", has_identifier=False)
    assert is_called_for("今天天气很好", has_identifier=True)
    assert not is_called_for("今天天气很好", has_identifier=False)
    assert not is_called_for("order 13800001234", has_identifier=True)


def test_a_span_shows_no_text() -> None:
    assert repr(Span(0, 2, "PERSON", 0.5)) == "Span(start=0, end=2, label='PERSON', score=0.5)"
