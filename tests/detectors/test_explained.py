from datetime import date

import pytest

from detectors.build import build_scanner
from detectors.catalogue import catalogue
from detectors.custom import from_toml
from detectors.explained import Explainer, Explanation
from detectors.views import readable, unpacked

ON = date(2026, 11, 21)
RULES = r"""
[[detector]]
kind = "acme.staff_no"
title = "工号"
title_en = "Staff number"
grade = "general"
law = "某公司规范"
patterns = ['E\d{6}']
field_patterns = ['emp_?code']
words = ["临时工甲"]
belief = 0.7
examples = ["E123456"]
lookalikes = ["E12345"]
"""
CUSTOM = from_toml(RULES.encode(), "acme.toml")
SCANNER = build_scanner(custom=CUSTOM)
EXPLAINER = Explainer((*catalogue(), *CUSTOM))


def explained(text: str, kind: str, media: str = "text") -> Explanation:
    findings = SCANNER.scan(text.encode(), media, "body", ON)
    finding = next(finding for finding in findings if finding.kind == kind)
    view = unpacked(readable(text.encode(), media, "body"))
    told = EXPLAINER.explain(finding, view, media, ON)
    assert abs(told.steps[-1].belief - finding.belief) < 0.01
    return told


def test_a_field_s_name_is_said_to_speak_for_it() -> None:
    told = explained('{"mobile":"13800138000"}', "cn.mobile", "json")
    assert told.said("zh").splitlines() == ["写法 1/4；检查：号段 → 0.50", "字段名 mobile 支持（×20） → 0.95"]
    assert told.said("en").splitlines()[1] == "the field's name mobile speaks for it (odds x20) → 0.95"
    assert (told.base, told.word) == (0.5, "mobile")


def test_a_word_close_by_is_said() -> None:
    told = explained("请拨打13800138000", "cn.mobile")
    assert told.word in {"拨打", "拨"}
    assert "邻近的词" in told.said("zh")


def test_a_check_digit_is_said() -> None:
    told = explained("11010519491231002X", "cn.resident_id")
    assert "ISO 7064 MOD 11-2" in told.said("zh")
    assert told.pattern
    assert "GB 11643-1999" in told.law


@pytest.mark.parametrize("detector", catalogue(), ids=lambda detector: detector.kind)
def test_every_example_is_explained_down_to_its_belief_and_shows_no_value(detector: object) -> None:
    for example in detector.examples:  # type: ignore[attr-defined]  # pytest gives the parameter as an object
        view = unpacked(readable(example.text.encode(), example.media, "body"))
        for finding in SCANNER.scan(example.text.encode(), example.media, "body", ON):
            told = EXPLAINER.explain(finding, view, example.media, ON)
            assert abs(told.steps[-1].belief - finding.belief) < 0.01
            for lang in ("zh", "en"):
                assert told.said(lang)
                assert len(finding.value) < 6 or finding.value.decode("utf-8", "replace") not in told.said(lang)


def test_what_an_enterprise_declared_is_explained_too() -> None:
    assert "自定义的字段名写法" in explained('{"empCode":"E123456"}', "acme.staff_no", "json").said("zh")
    assert "a word of the dictionary" in explained("由临时工甲办理", "acme.staff_no").said("en")
