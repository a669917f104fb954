from datetime import date

import pytest

from detectors import build_scanner

ON = date(2026, 6, 1)
SCANNER = build_scanner(fast=False)


def kinds(content: str, media: str = "json") -> set[str]:
    return {str(finding.kind) for finding in SCANNER.scan(content.encode(), media, "body", ON)}


@pytest.mark.parametrize(
    ("content", "media"),
    [
        ('{"kefu":"李建国","mobile":"13800138000"}', "json"),
        ('{"info":{"kefu":"李建国"},"more":{"mobile":"13800138000"}}', "json"),
        ("kefu=李建国&mobile=13800138000", "form"),
        ("<r><kefu>李建国</kefu><mobile>13800138000</mobile></r>", "xml"),
        ("kefu,mobile\n李建国,13800138000\n", "csv"),
    ],
)
def test_a_name_under_a_name_that_nobody_knows_is_told_beside_a_person(content: str, media: str) -> None:
    assert kinds(content, media) == {"person.name", "cn.mobile"}


def test_an_address_too() -> None:
    assert "person.address" in kinds('{"where_to":"四川省成都市武侯区人民南路9号","mobile":"13800138000"}')


@pytest.mark.parametrize(
    "content",
    [
        '{"kefu":"李建国"}',
        '{"where_to":"四川省成都市武侯区人民南路9号"}',
        '{"kefu":"李建国","orderNo":"13800138000"}',
    ],
)
def test_alone_it_tells_nothing(content: str) -> None:
    assert kinds(content) == set()


@pytest.mark.parametrize("value", ["洗衣液", "华东大区", "杭州", "内科门诊", "已完成", "柳州", "黄山", "公民身份号码"])
def test_what_the_tagger_takes_for_no_name_is_none(value: str) -> None:
    assert kinds(f'{{"kefu":"{value}","mobile":"13800138000"}}') == {"cn.mobile"}


def test_under_a_name_that_tells_something_else_nothing_is_told() -> None:
    assert kinds('{"brand":"李建国","goodsName":"王建军","mobile":"13800138000"}') == {"cn.mobile"}


def test_a_key_is_no_value() -> None:
    assert kinds('{"mobile":"13800138000","李建国":1}') == {"cn.mobile"}
