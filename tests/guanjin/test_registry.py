from argparse import Namespace
from pathlib import Path
import sqlite3
from typing import Any

import msgspec
import pytest

from collector.book import Registry
from collector.registry import read_registry
from guanjin.__main__ import main
from guanjin.registry_desk import record_at_start

EXAMPLE = Path(__file__).parents[1] / "collector" / "registry.example.yaml"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "r.yaml"
    path.write_bytes(EXAMPLE.read_bytes())
    return path


def registry(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str]:
    """Exit code and everything that was said."""
    code = main(["registry", *map(str, words)])
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return code, said.out + said.err


def records(said: str) -> list[Any]:
    return [msgspec.json.decode(line) for line in said.splitlines()]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_check_says_what_is_declared_and_what_is_overdue(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    assert registry(capsys, "check", file, "--on", "2026-03-02")[0] == 0
    edit(file, "purpose: 临床检验", "state: effective_unfiled")
    assert registry(capsys, "check", file, "--on", "2026-01-29")[0] == 0
    code, said = registry(capsys, "check", file, "--on", "2026-01-30", "--lang", "en")
    assert code == 1
    assert "2026-01-29 沪数据出境备字〔2026〕第0001号: file the contract" in said


def test_check_names_every_fault(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    edit(file, "country: US", "country: USA")
    code, said = registry(capsys, "check", file)
    assert code == 2
    assert "recipients[0].country" in said
    code, said = registry(capsys, "check", file, "--json")
    assert code == 2
    assert "recipients[0].country" in records(said)[0]["faults"][0]
    assert registry(capsys, "check", file.with_name("nowhere.yaml"))[0] == 2


@pytest.mark.parametrize(("lang", "word"), [("zh", "有效期届满"), ("en", "the filing ends")])
def test_show_tells_standing_and_deadlines(
    capsys: pytest.CaptureFixture[str], file: Path, lang: str, word: str
) -> None:
    code, said = registry(capsys, "show", file, "--on", "2026-03-02", "--lang", lang)
    assert code == 0
    assert word in said
    (record,) = records(registry(capsys, "show", file, "--on", "2026-02-01", "--json")[1])
    assert [each["standing"] for each in record["filings"]] == ["in_force", "in_force", "not_yet"]
    assert {"due", "what", "what_en", "estimated", "is_overdue", "citation"} <= set(record["deadlines"][0])


def test_a_calendar_moves_the_deadlines(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    edit(file, "purpose: 临床检验", "state: effective_unfiled")
    calendar = file.with_name("calendar.yaml")
    calendar.write_text("holidays: [2026-01-29]\nworkdays: []\n")
    (record,) = records(registry(capsys, "show", file, "--on", "2026-01-20", "--calendar", calendar, "--json")[1])
    assert record["deadlines"][0]["due"] == "2026-01-30"
    calendar.write_text("holydays: []")
    assert "did you mean holidays" in registry(capsys, "show", file, "--calendar", calendar)[1]


def test_templates_go_out_and_come_back(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    before = file.read_bytes()
    for kind in ("csv", "xlsx"):
        folder = file.with_name(kind)
        code, said = registry(capsys, "template", "--format", kind, "--registry", file, folder)
        assert code == 0
        assert registry(capsys, "template", "--format", kind, folder)[0] == 2
        fresh = file.with_name(f"{kind}.yaml")
        assert registry(capsys, "import", *said.split(), "--into", fresh)[0] == 0
        read = read_registry(fresh.read_bytes(), "fresh")
        assert read.filings == read_registry(before, "r").filings
        assert registry(capsys, "diff", file, fresh)[0] == 0


def test_a_dry_run_writes_nothing_and_an_import_keeps_what_was(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    before = file.read_bytes()
    table = file.with_name("recipients.csv")
    table.write_text("id,name,country\nlab-us,Other Name,US\nnew,N,JP\n")
    code, said = registry(capsys, "import", table, "--into", file, "--dry-run")
    assert code == 0
    assert "新增 1，修改 1，相同 0，错误 0。" in said
    assert file.read_bytes() == before
    file.chmod(0o600)
    (record,) = records(registry(capsys, "import", table, "--into", file, "--json")[1])
    assert record["is_written"]
    assert {each.stat().st_mode & 0o777 for each in (file, file.with_name("r.yaml.bak"))} == {0o600}
    assert file.with_name("r.yaml.bak").read_bytes() == before
    assert file.read_bytes().startswith(before.splitlines()[0])
    assert len(read_registry(file.read_bytes(), "r").recipients) == 5
    assert registry(capsys, "diff", file.with_name("r.yaml.bak"), file)[0] == 1


def test_an_import_with_a_fault_writes_nothing_and_names_the_row(
    capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    before = file.read_bytes()
    table = file.with_name("recipients.csv")
    table.write_text("id,name,country,\x1b[31m\nnew,N,JP,\n")
    code, said = registry(capsys, "import", table, "--into", file)
    assert code == 2
    assert "\x1b" not in said
    table.write_text("id,name,country\nnew,N,JP\nbad,B,XX\n")
    code, said = registry(capsys, "import", table, "--into", file, "--lang", "en")
    assert code == 2
    assert "recipients.csv row 3 country: 'XX' is no code" in said
    assert file.read_bytes() == before


def test_every_version_is_kept_and_can_be_asked_for(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    state = file.with_name("state")
    who = ("--state", state, "--author", "法务一组")
    assert "版本 1" in registry(capsys, "commit", file, *who, "--reason", "初始")[1]
    assert "未留存" in registry(capsys, "commit", file, *who, "--reason", "再次")[1]
    edit(file, "most_persons: 5000", "most_persons: 6000")
    assert "版本 2" in registry(capsys, "commit", file, *who, "--reason", "扩容")[1]
    code, said = registry(capsys, "log", "--state", state)
    assert code == 0
    assert "· 法务一组 · 扩容 ·" in said
    assert "年度人数上限: 5000 → 6000" in said
    assert [each["version"]["number"] for each in records(registry(capsys, "log", "--state", state, "--json")[1])] == [
        1,
        2,
    ]
    assert registry(capsys, "diff", "1", "2", "--state", state)[0] == 1
    (record,) = records(registry(capsys, "show", "--state", state, "--json")[1])
    assert record["filings"][0]["most_persons"] == 6000
    assert registry(capsys, "show", "--state", state, "--on", "2020-01-01")[0] == 2
    assert registry(capsys, "log", "--state", file.with_name("nowhere"))[0] == 2


def test_a_version_that_was_altered_is_not_shown(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    state = file.with_name("state")
    registry(capsys, "commit", file, "--state", state, "--author", "甲", "--reason", "初始")
    raw = sqlite3.connect(state / "registry-history.sqlite")
    raw.execute("DROP TRIGGER version_is_not_edited")
    raw.execute("UPDATE version SET content = CAST(replace(CAST(content AS TEXT), '5000', '9000') AS BLOB)")
    raw.commit()
    raw.close()
    for words in (("show",), ("log",), ("diff", "1", "1")):
        code, said = registry(capsys, *words, "--state", state)
        assert code == 2
        assert "altered at version 1" in said


@pytest.mark.parametrize("said", ["", "a\x1bb", "身份证 11010519491231002X"])
def test_authors_and_reasons_are_one_line_that_names_nobody(
    capsys: pytest.CaptureFixture[str], file: Path, said: str
) -> None:
    state = file.with_name("state")
    code, heard = registry(capsys, "commit", file, "--state", state, "--author", "甲", "--reason", said)
    assert code == 2
    assert "11010519491231002X" not in heard
    assert not (state / "registry-history.sqlite").exists()


def test_up_keeps_the_registry_it_was_started_with(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    state = file.with_name("state")
    arguments = Namespace(registry=file, state=state)
    read = read_registry(file.read_bytes(), "r")
    for _ in range(2):
        record_at_start(arguments, read)
    record_at_start(Namespace(registry=None, state=state), Registry())
    (record,) = records(registry(capsys, "log", "--state", state, "--json")[1])
    assert (record["version"]["author"], record["version"]["reason"]) == ("file", "loaded at start")
