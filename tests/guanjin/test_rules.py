from pathlib import Path

import msgspec
import pytest

from guanjin.__main__ import main

RULES = r"""
[[detector]]
kind = "acme.patient_no"
title = "住院号"
title_en = "Inpatient number"
grade = "general"
law = "某医院数据分类分级规范"
patterns = ['ZY\d{8}']
fields = ["admission_no", "住院号"]
mask = { head = 2, tail = 2 }
examples = ["住院号：ZY20260001"]
lookalikes = ["ZY20260001"]
"""
CAPTURES = Path(__file__).parents[1] / "captures"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "acme.toml"
    path.write_text(RULES, encoding="utf-8")
    return path


@pytest.mark.parametrize(("lang", "says"), [("zh", "全部通过"), ("en", "all hold")])
def test_rules_that_hold_are_said_to(rules: Path, capsys: pytest.CaptureFixture[str], lang: str, says: str) -> None:
    assert main(["rules", "--lang", lang, "test", str(rules)]) == 0
    assert says in capsys.readouterr().out


def test_an_example_that_fails_is_flagged(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules.write_text(RULES.replace('["ZY20260001"]', '["住院号 ZY20260001"]'), encoding="utf-8")
    assert main(["rules", "test", str(rules)]) == 1
    assert "acme.patient_no 反例 1" in capsys.readouterr().out
    assert main(["rules", "test", "--json", str(rules)]) == 1
    told = [msgspec.json.decode(line) for line in capsys.readouterr().out.splitlines()]
    assert [proof["holds"] for proof in told] == [True, False]


def test_a_fault_is_an_error_with_file_and_line(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules.write_text(RULES.replace("{8}", "+"), encoding="utf-8")
    assert main(["rules", "test", str(rules)]) == 2
    assert "acme.toml:8" in capsys.readouterr().err
    assert main(["rules", "test", str(rules.with_name("absent.toml"))]) == 2
    assert "absent.toml" in capsys.readouterr().err


def test_two_files_cannot_declare_the_same_kind(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = rules.with_name("other.toml")
    other.write_text(RULES, encoding="utf-8")
    assert main(["rules", "test", str(rules), str(other)]) == 2
    assert "another file declares acme.patient_no" in capsys.readouterr().err


def test_the_list_holds_the_catalogue_and_what_is_declared(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "list", "--json", "--rules", str(rules)]) == 0
    kinds = [msgspec.json.decode(line) for line in capsys.readouterr().out.splitlines()]
    assert {"cn.resident_id", "acme.patient_no"} <= {each["kind"] for each in kinds}
    assert [each["kind"] for each in kinds if each["is_custom"]] == ["acme.patient_no"]
    assert main(["rules", "list", "--lang", "en"]) == 0
    assert "Resident identity number" in capsys.readouterr().out


def test_scan_finds_what_was_declared_and_names_the_ruleset(
    tmp_path: Path, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "access.log"
    log.write_text(
        '203.0.113.9 - - [20/Nov/2026:10:00:00 +0800] "GET /q?admission_no=ZY20260001 HTTP/1.1" 200 512 "-" "x"\n'
    )
    kinds = []
    for words in ([], ["--rules", str(rules)]):
        main(["scan", str(log), "--json", *words])
        told = [msgspec.json.decode(line) for line in capsys.readouterr().out.splitlines()]
        kinds.append({tally["kind"] for event in told for tally in event["tallies"]})
    assert kinds == [set(), {"acme.patient_no"}]
