from pathlib import Path
from shutil import copy
from typing import Any

import msgspec
import pytest

from guanjin.__main__ import main

CAPTURES = Path(__file__).parents[1] / "captures"
REGISTRY = str(CAPTURES / "registry.yaml")
NAMES = ("patients-us-unfiled", "customers-us-below", "patients-us-filed", "domestic")
INPUTS = [str(CAPTURES / f"{name}.pcap") for name in NAMES]
ASKED = ("--day", "2026-11-20", "--seed", "07-12-19", "--rate", "0.5")


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kept") / "scan.sqlite"
    main(["scan", *INPUTS, "--registry", REGISTRY, "--keep", str(path), "--json"])
    return path


@pytest.fixture
def kept(scanned: Path, tmp_path: Path) -> Path:
    return Path(copy(scanned, tmp_path / "scan.sqlite"))


def run(capsys: pytest.CaptureFixture[str], kept: Path, *words: str, registry: str = REGISTRY) -> tuple[int, Any, str]:
    capsys.readouterr()
    code = main(["spotcheck", *words, "--keep", str(kept), "--registry", registry, "--json"])
    said = capsys.readouterr()
    return code, [msgspec.json.decode(line) for line in said.out.splitlines()], said.err


def test_a_draw_is_kept_and_can_be_verified(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, (drawn,), _ = run(capsys, kept, "draw", *ASKED)
    assert code == 0
    assert (drawn["events"], drawn["exports"]) == (4, 3)
    assert sum(len(stratum["drawn"]) for stratum in drawn["strata"]) == 3
    code, (same,), _ = run(capsys, kept, "verify", *ASKED, "--digest", drawn["digest"].upper())
    assert (code, same) == (0, {"draw_id": drawn["draw_id"], "same": True, "differences": []})


def test_what_came_later_is_found_by_the_digest(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, (drawn,), _ = run(capsys, kept, "draw", *ASKED)
    main(["scan", str(CAPTURES / "form-out-of-scope.pcap"), "--registry", REGISTRY, "--keep", str(kept), "--json"])
    code, (later,), _ = run(capsys, kept, "verify", *ASKED)
    assert (code, later["same"]) == (1, False)
    assert "events: 4 -> 5" in later["differences"]
    code, _, err = run(capsys, kept, "verify", *ASKED, "--digest", drawn["digest"])
    assert (code, "not the one that was published" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--day", "20261120", "--seed", "x", "--rate", "1"], "is no day"),
        (["--day", "2026-1-2", "--seed", "x", "--rate", "1"], "is written 2026-11-20"),
        (["--day", "9999-12-31", "--seed", "x", "--rate", "1"], "is no day"),
        (["--day", "2099-01-01", "--seed", "x", "--rate", "1"], "has not ended"),
        (["--day", "2026-11-20", "--seed", "x", "--rate", "2"], "the rate must be"),
        (["--day", "2026-11-20", "--seed", "", "--rate", "1"], "the seed must be"),
    ],
)
def test_a_draw_that_cannot_be_repeated_is_refused(
    kept: Path, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    code, _, err = run(capsys, kept, "draw", *words)
    assert code == 2
    assert says in err
    assert "Traceback" not in err


def test_the_protocol_is_printed_and_its_result_kept_with_the_case_that_follows(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, (drawn,), _ = run(capsys, kept, "draw", *ASKED)
    name = drawn["strata"][0]["drawn"][0]
    words = ("result", drawn["draw_id"], name, "inconsistent", "--by", "抽验一组", "--note", "用途与申报不符")
    code, (result,), _ = run(capsys, kept, *words)
    assert (code, len(result["case_id"])) == (1, 16)
    _, (one,), _ = run(capsys, kept, "protocol", drawn["draw_id"], "--event", name)
    assert [item["name"] for item in one["items"]] == ["data_items", "recipient", "volume", "link", "purpose"]
    assert one["results"] == [result]
    assert "signature" in one
    capsys.readouterr()
    for lang, piece in (("zh", "被检查单位：____"), ("en", "[ ] inconsistent")):
        main(["spotcheck", "protocol", drawn["draw_id"], "--keep", str(kept), "--registry", REGISTRY, "--lang", lang])
        assert piece in capsys.readouterr().out
        main(["spotcheck", "draw", *ASKED, "--keep", str(kept), "--registry", REGISTRY, "--lang", lang])
        assert drawn["digest"] in capsys.readouterr().out


def test_what_was_not_drawn_has_no_protocol_and_no_result(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, (drawn,), _ = run(capsys, kept, "draw", *ASKED)
    for words in (
        ("protocol", "nothing"),
        ("protocol", drawn["draw_id"], "--event", "f" * 32),
        ("result", drawn["draw_id"], "f" * 32, "consistent", "--by", "甲"),
        ("verify", "--day", "2026-11-19", "--seed", "x", "--rate", "1"),
    ):
        code, _, err = run(capsys, kept, *words)
        assert code == 2
        assert err.startswith("error: ")


def test_a_result_names_nobody(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, (drawn,), _ = run(capsys, kept, "draw", *ASKED)
    name = drawn["strata"][0]["drawn"][0]
    words = ("result", drawn["draw_id"], name, "unclear", "--by", "甲", "--note", "电话 13900001234")
    code, _, err = run(capsys, kept, *words)
    assert (code, "13900001234" in err) == (2, False)
