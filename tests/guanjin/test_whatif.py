from pathlib import Path
from shutil import copy
from typing import Any

import msgspec
import pytest

from guanjin.__main__ import main

CAPTURES = Path(__file__).parents[1] / "captures"
REGISTRY = CAPTURES / "registry.yaml"
INPUTS = [str(CAPTURES / f"{name}.pcap") for name in ("patients-us-filed", "patients-us-unfiled", "customers-us-below")]


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kept") / "scan.sqlite"
    main(["scan", *INPUTS, "--registry", str(REGISTRY), "--keep", str(path), "--json"])
    return path


@pytest.fixture
def kept(scanned: Path, tmp_path: Path) -> Path:
    return Path(copy(scanned, tmp_path / "scan.sqlite"))


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """The same registry without a filing."""
    text = REGISTRY.read_text(encoding="utf-8")
    head, _, rest = text.partition("\nfilings:")
    after = rest[rest.index("\nexemptions:") :] if "\nexemptions:" in rest else ""
    path = tmp_path / "changed.yaml"
    path.write_text(head + after, encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(list(words))
    said = capsys.readouterr()
    return code, said.out, said.err


def records(out: str) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in out.splitlines()]


def test_what_would_change_is_shown_in_both_languages_and_nothing_is_written(
    kept: Path, bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for lang, pieces in (("zh", ("合规 ⇒ 未备案", "之前", "依据：")), ("en", ("Covered ⇒ Unfiled", "before"))):
        code, out, _ = run(capsys, "whatif", "--keep", str(kept), "--registry", str(bare), "--lang", lang)
        assert code == 1
        assert all(piece in out for piece in pieces)
    code, out, _ = run(capsys, "whatif", "--keep", str(kept), "--registry", str(REGISTRY))
    assert (code, out) == (0, "无改判的主体年度：3\n")


def test_json_has_one_object_for_each_exporter_and_year(
    kept: Path, bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "--keep", str(kept), "--registry", str(bare), "--against", str(REGISTRY), "--json"
    code, out, _ = run(capsys, "whatif", *words)
    found = records(out)
    (changed,) = [each for each in found if each["changed"]]
    assert (code, len(found), changed["year"]) == (1, 3, 2026)
    assert set(changed["after"]) == {"unfiled"}
    assert changed["changes"][0]["after"]["reasons"][0]["says"]
    assert [each["persons"] for each in changed["thresholds"]] == [100_000, 1_000_000, 1, 10_000]
    assert len(records(run(capsys, "whatif", *words, "--organisation", changed["organisation"])[1])) == 1
    assert run(capsys, "whatif", *words, "--year", "2025")[1] == ""


def test_judging_again_is_kept_once_and_a_dry_run_is_not(
    kept: Path, bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "rejudge", "--keep", str(kept), "--registry", str(bare)
    dry = run(capsys, *words, "--dry-run", "--json")
    assert run(capsys, *words, "--dry-run", "--json") == dry
    assert run(capsys, *words, "--json") == dry
    assert run(capsys, *words)[0] == 0
    cases = ("cases", "list", "--keep", str(kept), "--registry", str(bare), "--json")
    assert len(records(run(capsys, *cases)[1])) == 2
    assert run(capsys, "rejudge", "--keep", str(kept), "--registry", str(REGISTRY))[0] == 1
    notes = [act["note"] for each in records(run(capsys, *cases)[1]) for act in each["acts"]]
    assert len(notes) == 1
    assert "不再存疑" in notes[0]


@pytest.mark.parametrize("command", ["whatif", "rejudge"])
def test_without_a_registry_nothing_is_judged(kept: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    code, _, err = run(capsys, command, "--keep", str(kept))
    assert (code, "no registry was named" in err) == (2, True)
    code, _, err = run(capsys, command, "--keep", str(kept), "--registry", "absent.yaml")
    assert (code, "cannot read the registry" in err) == (2, True)


@pytest.mark.parametrize("year", ["26", "x", "99999", "-1", "２０２６年"])
def test_a_year_that_is_none_is_refused(kept: Path, capsys: pytest.CaptureFixture[str], year: str) -> None:
    with pytest.raises(SystemExit):
        main(["whatif", "--keep", str(kept), "--registry", str(REGISTRY), f"--year={year}"])
    assert "YYYY" in capsys.readouterr().err


def test_columns_tell_what_the_store_tells(
    kept: Path, bare: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive, columns = tmp_path / "archive", tmp_path / "columns"
    run(capsys, "store", "archive", "--archive", str(archive), "--store", str(kept))
    run(capsys, "store", "columns", "--archive", str(archive), "--out", str(columns))
    words = "whatif", "--registry", str(bare), "--json"
    code, out, _ = run(capsys, *words, "--columns", str(columns))
    _, stored, _ = run(capsys, *words, "--keep", str(kept))
    compared = ("organisation", "year", "events", "before", "after", "changed")
    assert code == 1
    assert [[each[key] for key in compared] for each in records(out)] == [
        [each[key] for key in compared] for each in records(stored)
    ]
    (changed,) = [each for each in records(out) if each["changed"]]
    assert changed["changes"][0]["after"]["reasons"][0]["says"]
    one = "--organisation", changed["organisation"], "--year", "2026", "--workers", "1"
    _, out, _ = run(capsys, *words, "--columns", str(columns), *one)
    assert [each["organisation"] for each in records(out)] == [changed["organisation"]]
    for wrong, said in (
        (("--columns", str(columns), "--against", str(bare)), "--columns compares with what was kept"),
        (("--columns", str(columns), "--year", "2001"), "no such judge columns there"),
        (("--columns", str(tmp_path / "nowhere")), "no such judge columns there"),
    ):
        code, _, err = run(capsys, *words, *wrong)
        assert code == 2
        assert said in err
