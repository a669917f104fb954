from contextlib import suppress
import re

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from detectors.catalogue import catalogue
from detectors.dialect import MOST_WAYS, shape_of
from detectors.engines import Pattern, as_bytes
from detectors.engines.hyperscan import HyperscanEngine
from wire.faults import MalformedError


@pytest.mark.parametrize(
    ("expression", "shortest", "longest", "ways"),
    [
        (r"E\d{6}", 7, 7, 1),
        (r"(?:甲|乙)\d{2,4}", 5, 7, 3),
        (r"[A-Z]{2,3}(?:-\d{4})?", 2, 8, 4),
        (r"(?:\d{1,3}\.){3}\d{1,3}", 7, 15, 4**3 * 3),
        ("", 0, 0, 1),
    ],
)
def test_a_pattern_has_a_shape(expression: str, shortest: int, longest: int, ways: int) -> None:
    shape = shape_of(expression)
    assert (shape.shortest, shape.longest, shape.ways) == (shortest, longest, ways)


@pytest.mark.parametrize(
    "expression",
    [
        r"(?=a)b", r"(?<!a)b", r"(a)\1", r"(?P<n>a)", r"a*", r"a+", r"a{2,}", r"a{1,3}?", r"a{1,3}+", r"^a", r"a$",
        r".{3}", r"\bab", r"\Aab", r"\pL", r"[甲乙]", r"[a", r"(?:a", r"a)", r"a{3,1}", r"a{0}", r"a{1,9999}", "*a",
        r"(?:a?){3}", "[z-a]", "[[a]", "[a--b]", "\\", "(?:" * 40 + "a" + ")" * 40,
    ],
)  # fmt: skip
def test_what_is_outside_of_the_dialect_is_refused(expression: str) -> None:
    with pytest.raises(MalformedError):
        shape_of(expression)


@pytest.mark.parametrize("expression", [r"(?:a{1,30}){1,30}", r"(?:a|ab|b){1,40}", r"\d{1,99}\d{1,99}\d{1,99}"])
def test_a_catastrophe_is_seen_in_its_shape(expression: str) -> None:
    assert shape_of(expression).ways > MOST_WAYS


LETTERS = st.lists(st.sampled_from([*"ab1[]()?:|{}\\d,^-*+.", "(?:", "\\d", "{1,2}", "[a-c]", "甲"]), max_size=12)


@given(LETTERS.map("".join))
@settings(max_examples=400)
def test_what_is_accepted_compiles_in_both_engines_and_matches_within_its_shape(expression: str) -> None:
    with suppress(MalformedError):
        shape = shape_of(expression)
        compiled = re.compile(as_bytes(expression))
        if shape.shortest > 0 and shape.longest < 64 and shape.ways <= MOST_WAYS:
            HyperscanEngine((Pattern((expression,)),))
            for found in compiled.finditer(b"ab1 aab11 abcabc a1b2 {}"):
                assert shape.shortest <= len(found[0]) <= shape.longest
                assert found[0][0] in shape.first


def test_our_own_patterns_are_in_the_dialect_wherever_they_have_an_end() -> None:
    inside = 0
    for detector in catalogue():
        for expression in detector.patterns:
            with suppress(MalformedError):
                inside += shape_of(expression).ways <= MOST_WAYS
    assert inside > 10
