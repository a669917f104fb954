import re

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from detectors.announced import patterns_of
from detectors.catalogue import catalogue
from detectors.engines import EngineFactory, Pattern, as_bytes
from detectors.engines.hyperscan import HyperscanEngine
from detectors.engines.regex import RegexEngine
from detectors.masked import PATTERNS as MASKED
from detectors.views import PACKED

PATTERNS = (
    *(Pattern((text,), lead=detector.lead) for detector in catalogue() for text in detector.patterns),
    *patterns_of(catalogue()),
    Pattern((PACKED,), is_word=False, is_gate=True),
    *MASKED,
)
FAST, ORACLE = HyperscanEngine(PATTERNS), RegexEngine(PATTERNS)

PIECES = st.sampled_from(
    [
        "11010519491231002X", "110105 19491231 002X", "110105491231002", "81000018900101001X", "13800138000",
        "+86 138-0013-8000", "138 0013 8000", "8613800138000", "6222 0212 3456 7890 128", "6222021234567890128",
        "6222-0212-3456-7890", "a.b+c@example.com.cn", "x@y.com", "@", ".com", "京A12345", "粤B·D12345", "沪A-0023领",
        "使014578", "LSVAA4183E2000001", "diagnosis", "诊断", "主诊断", "护照", "passport_no", "CardNo", "age", "icd10",
        "张*", "139XXXX8000", "z***@",
        "138****8000", "*", "QUJD" * 12, " ", "-", ",", "\n", '"', ":", "=", "a", "1", "9", "中", "_", ".",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).map(lambda pieces: "".join(pieces).encode())


@given(TEXTS)
@settings(max_examples=400)
def test_both_engines_see_the_same_in_what_looks_like_content(content: bytes) -> None:
    assert FAST.spans(content) == ORACLE.spans(content)


@given(st.binary(max_size=200))
def test_both_engines_see_the_same_in_any_bytes(content: bytes) -> None:
    assert FAST.spans(content) == ORACLE.spans(content)


@given(st.text("0123456789 -+*Xx", max_size=80))
@settings(max_examples=300)
def test_both_engines_see_the_same_in_digits(text: str) -> None:
    assert FAST.spans(text.encode()) == ORACLE.spans(text.encode())


@pytest.mark.parametrize("engine", [HyperscanEngine, RegexEngine])
def test_a_word_stands_alone_and_a_lead_belongs_to_its_match(engine: EngineFactory) -> None:
    found = engine(
        (Pattern((r"\d{3}",)), Pattern(("@b",), lead=b"xyz"), Pattern(("Age",), is_word=False, is_caseless=True))
    )
    assert found.spans(b"123 a456 789* page xy@b") == [(0, 0, 3), (2, 15, 18), (1, 19, 23)]


@pytest.mark.parametrize("engine", [HyperscanEngine, RegexEngine])
def test_a_gate_says_only_that_it_is_there(engine: EngineFactory) -> None:
    gate = engine((Pattern((r"[a-f]{4}",), is_word=False, is_gate=True), Pattern((r"\d{2}",))))
    assert gate.spans(b"12 abcdefabcdef 34") == [(0, -1, 0), (1, 0, 2), (1, 16, 18)]
    assert gate.spans(b"12") == [(1, 0, 2)]
    assert gate.spans(b"") == []


def test_a_character_beyond_ascii_stands_for_all_its_bytes() -> None:
    assert re.fullmatch(as_bytes("京?A"), "京A".encode())
    assert re.fullmatch(as_bytes("京?A"), b"A")


WORDS = ("糖尿病", "糖尿病肾病", "abc", "abcd", "a.c", "-0-", "3")
DICTIONARY = (Pattern(WORDS, is_literal=True), Pattern((r"\d{2}",)))
FAST_WORDS, ORACLE_WORDS = HyperscanEngine(DICTIONARY), RegexEngine(DICTIONARY)


@given(st.lists(st.sampled_from([*WORDS, "糖", "x", " ", "12", "*", "尿病"]), max_size=10))
@settings(max_examples=300)
def test_both_engines_see_the_same_words_of_a_dictionary(pieces: list[str]) -> None:
    content = "".join(pieces).encode()
    assert FAST_WORDS.spans(content) == ORACLE_WORDS.spans(content)


def test_a_dictionary_of_twenty_thousand_words_is_one_pattern() -> None:
    engine = HyperscanEngine((Pattern(tuple(f"药{number:05}号" for number in range(20_000)), is_literal=True),))
    assert engine.spans("服用药00007号与药19999号。".encode()) == [(0, 6, 17), (0, 20, 31)]
