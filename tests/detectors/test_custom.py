from datetime import date

from hypothesis import given
from hypothesis import strategies as st
import pytest

from detectors.build import build_scanner
from detectors.catalogue import catalogue, digest
from detectors.custom import from_toml, proofs, ruleset
from detectors.declared import CHECKS
from detectors.engines.regex import RegexEngine
from detectors.scanner import Scanner
from wire.faults import ConfigurationError
from wire.kinds import Grade, Profile

ON = date(2026, 11, 21)
STAFF = r"""
[[detector]]
kind = "acme.staff_no"
title = "工号"
title_en = "Staff number"
grade = "general"
law = "某公司数据分类分级规范 3.2"
patterns = ['E\d{6}']
fields = ["staff_no", "工号"]
field_patterns = ['emp_?(?:no|code)']
mask = { head = 1, tail = 2 }
examples = ['{"staffNo":"E123456"}', '工号：E123456', '{"empCode":"E123456"}']
lookalikes = ['E123456', '{"orderNo":"E123456"}', { text = '{"x":1}', media = "json" }]
"""
DRUG = """
[[detector]]
kind = "acme.drug"
title = "药品"
title_en = "Drug"
grade = { gbt45574_2025 = "sensitive", strict_35273 = "sensitive" }
law = "某公司药品目录"
words = ["阿司匹林", "二甲双胍"]
belief = 0.7
identifies = false
examples = ["服用阿司匹林"]
lookalikes = ["服用阿司匹"]
"""


def declared(text: str) -> str:
    """What is refused."""
    with pytest.raises(ConfigurationError) as refused:
        from_toml(text.encode(), "acme.toml")
    return str(refused.value)


@pytest.mark.parametrize("engine", ["hyperscan", "re"])
def test_declared_detectors_do_what_their_examples_say_beside_the_catalogue(engine: str) -> None:
    custom = from_toml((STAFF + DRUG).encode(), "acme.toml")
    fast = build_scanner(custom=custom)
    scanner = fast if engine == "hyperscan" else Scanner(RegexEngine, (*catalogue(), *custom))
    tried = list(proofs(scanner, custom, ON))
    assert len(tried) == 8
    assert all(proof.holds for proof in tried)
    kinds = {found.kind for found in scanner.scan(b'{"staffNo":"E123456","mobile":"13800138000"}', "json", "body", ON)}
    assert kinds == {"acme.staff_no", "cn.mobile"}


def test_a_declaration_becomes_a_whole_detector() -> None:
    staff, drug = from_toml((STAFF + DRUG).encode(), "acme.toml")
    assert staff.mask(b"E123456") == "E****56"
    assert staff.grades == dict.fromkeys(Profile, Grade.GENERAL)
    assert drug.words == ("阿司匹林", "二甲双胍")
    assert not drug.identifies


def test_an_example_that_fails_is_told() -> None:
    custom = from_toml(STAFF.replace("E123456\"}', '工号", "E12345\"}', '工号").encode(), "acme.toml")
    assert [proof.number for proof in proofs(build_scanner(custom=custom), custom, ON) if not proof.holds] == [0]


def test_the_ruleset_is_the_catalogue_s_and_changes_with_what_is_declared() -> None:
    first, second = (from_toml(text.encode(), "a") for text in (STAFF, STAFF.replace("{6}", "{7}")))
    assert ruleset(()) == digest()
    assert len({ruleset(()), ruleset(first), ruleset(second)}) == 3


def test_a_dictionary_may_stand_in_a_file_of_its_own() -> None:
    text = DRUG.replace('words = ["阿司匹林", "二甲双胍"]', 'words_file = "drugs.txt"')
    (drug,) = from_toml(text.encode(), "a", {"drugs.txt": "阿司匹林\r\n\n 二甲双胍\n".encode()}.__getitem__)
    assert drug.words == ("阿司匹林", "二甲双胍")
    assert "words_file: cannot be read here" in declared(text)


def test_twenty_thousand_words_are_found_under_names_and_in_text() -> None:
    words = ", ".join(f'"药品{number:05}号"' for number in range(20_000))
    custom = from_toml(DRUG.replace('"阿司匹林", "二甲双胍"', words).encode(), "a")
    found = build_scanner(custom=custom).scan("开具药品00017号、药品19999号".encode(), "text", "body", ON)
    assert [finding.value.decode() for finding in found] == ["药品00017号", "药品19999号"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (r"E\d{6}", r"(?=E)\d{6}", "patterns: only plain groups"),
        (r"E\d{6}", r"(?:E\d{0,2})?", "matches the empty text"),
        (r"E\d{6}", r"\d{2}", "too short"),
        (r"E\d{6}", r"E(?:\d{1,20}){1,9}", "catastrophic"),
        (r"E\d{6}", r"E\d+", "needs an end"),
        ("acme.staff_no", "staff", "kind: not a slug"),
        ("acme.staff_no", "cn.mobile", "declared already"),
        ('"general"', '"secret"', "grade"),
        ('"general"', '{ gbt45574_2025 = "general" }', "a profile is missing"),
        ("fields =", "feilds =", "feilds"),
        ("examples = [", "examples = []\nunused = [", "unused"),
        ("law = ", "check = 'crc'\nlaw = ", "check"),
        ("law = ", "belief = 2.0\nlaw = ", "belief"),
        ("'emp_?(?:no|code)'", "'(?:e?)'", "field_patterns"),
        ("patterns = ['E\\d{6}']", "", "nothing to find"),
    ],
)
def test_every_fault_is_named_with_file_line_and_cure(old: str, new: str, says: str) -> None:
    assert old in STAFF
    said = declared(STAFF.replace(old, new, 1))
    assert says in said
    assert "at: acme.toml:" in said
    assert "help: " in said


def test_all_faults_are_told_at_once_with_the_lines_they_stand_in() -> None:
    said = declared(STAFF.replace("{6}", "+") + DRUG.replace("acme.drug", "acme.staff_no").replace("0.7", "-1.0"))
    assert [line for line in said.splitlines() if "at:" in line] == [
        "  at: acme.toml:8",
        "  at: acme.toml:22",
    ]


def test_a_kind_is_declared_once() -> None:
    assert "declared already" in declared(STAFF + STAFF)


@pytest.mark.parametrize("content", [b"", b"x = 1", b"detector = 1", b"[[detector]", b"\xff", b"[[detector]]\n" * 300])
def test_what_is_no_file_of_rules_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(ConfigurationError, match=r"acme\.toml"):
        from_toml(content, "acme.toml")


@given(st.binary(max_size=60))
def test_any_bytes_are_rules_or_refused(content: bytes) -> None:
    with pytest.raises(ConfigurationError):
        from_toml(content, "a")


@given(st.sampled_from(sorted(CHECKS)), st.binary(max_size=24))
def test_a_named_check_takes_any_bytes(name: str, value: bytes) -> None:
    assert CHECKS[name](value) in (True, False)
