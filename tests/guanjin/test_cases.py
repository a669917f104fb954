from hashlib import sha256
from pathlib import Path
from shutil import copy
from typing import Any

import msgspec
import pytest

from collector.cases import Move, State
from guanjin.__main__ import main
from guanjin.commands import cases

CAPTURES = Path(__file__).parents[1] / "captures"
REGISTRY = str(CAPTURES / "registry.yaml")
INPUTS = [str(CAPTURES / f"{name}.pcap") for name in ("patients-us-unfiled", "form-out-of-scope", "customers-us-below")]


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kept") / "scan.sqlite"
    main(["scan", *INPUTS, "--registry", REGISTRY, "--keep", str(path), "--json"])
    return path


@pytest.fixture
def kept(scanned: Path, tmp_path: Path) -> Path:
    return Path(copy(scanned, tmp_path / "scan.sqlite"))


def run(capsys: pytest.CaptureFixture[str], kept: Path, *words: str) -> tuple[int, list[Any], str]:
    capsys.readouterr()
    code = main(["cases", *words, "--keep", str(kept), "--registry", REGISTRY, "--json"])
    said = capsys.readouterr()
    return code, [msgspec.json.decode(line) for line in said.out.splitlines()], said.err


def test_flagged_transfers_have_cases_and_others_none(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, records, _ = run(capsys, kept, "list")
    assert code == 1
    assert sorted(each["ground"] for each in records) == ["out_of_scope", "unfiled"]
    assert all(each["state"] == "found" and each["risk_parts"] and each["members"] for each in records)


def test_a_case_is_brought_to_its_end_and_leaves_the_list(
    kept: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _, (first, _), _ = run(capsys, kept, "list")
    name = first["case_id"]
    notice = tmp_path / "notice.txt"
    notice.write_text("invented", encoding="utf-8")
    records: list[Any] = []
    for words in (
        ["assign", "--owner", "二组"], ["accept"], ["notify", "--due", "2099-12-01", "--attach", str(notice)],
        ["rectify", "--note", "已停止"], ["recheck", "--no-passed"], ["rectify"], ["recheck", "--passed"], ["close"],
    ):  # fmt: skip
        code, records, err = run(capsys, kept, "act", name, *words, "--by", "值班一组")
        assert (code, err) == (0, "")
    assert records[0]["state"] == "closed"
    assert [each["move"] for each in records[0]["acts"]][:3] == ["assign", "accept", "notify"]
    assert records[0]["acts"][2]["attachments"] == [sha256(b"invented").hexdigest()]
    assert records[0]["acts"][2]["due"] == "2099-12-01T15:59:59.999999Z"
    assert name not in [each["case_id"] for each in run(capsys, kept, "list")[1]]
    assert [each["case_id"] for each in run(capsys, kept, "list", "--stage", "closed")[1]] == [name]
    assert run(capsys, kept, "show", name)[0] == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["close"], "takes no close; possible now: assign, accept, dismiss, note"),
        (["dismiss"], "needs a reason"),
        (["note", "--note", "电话 13900001234"], "raw identifier (cn.mobile)"),
        (["assign", "--owner", "11010519491231002X"], "raw identifier (cn.resident_id)"),
        (["note", "--note", "x", "--due", "soon"], "'soon' is no time"),
        (["note", "--note", "x", "--due", "9999-12-31"], "is no time of this century"),
        (["note", "--note", "x", "--attach", "absent.pdf"], "cannot read the attachment absent.pdf"),
    ],
)
def test_a_step_that_may_not_be_is_refused_and_changes_nothing(
    kept: Path, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    _, (first, _), _ = run(capsys, kept, "list")
    code, _, err = run(capsys, kept, "act", first["case_id"], *words, "--by", "值班一组")
    assert code == 2
    assert says in err
    assert "1390000" not in err
    assert run(capsys, kept, "show", first["case_id"])[1][0]["acts"] == []


def test_a_case_that_is_not_there_is_an_error(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, kept, "show", "nothing")[0] == 2
    code, _, err = run(capsys, kept, "act", "nothing", "accept", "--by", "甲")
    assert (code, "there is no case 'nothing'" in err) == (2, True)


def test_an_incident_is_opened_once_with_its_clocks(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "open", "--organisation", "91350100M000100Y43", "--what", "导出接口未鉴权", "--persons", "1000000",
        "--known", "2026-11-20T08:00", "--operator", "cii",
    ]  # fmt: skip
    first, again = (run(capsys, kept, *words)[1][0] for _ in range(2))
    assert first == again
    assert (first["type"], first["grade"]) == ("incident", "considerable")
    report = next(each for each in first["clocks"] if each["name"] == "first_report")
    assert (report["due"], report["is_late"]) == ("2026-11-20T01:00:00Z", True)


@pytest.mark.parametrize(
    ("lang", "pieces"), [("zh", ("风险因素", "办理记录", "超范围")), ("en", ("history", "Unfiled"))]
)
def test_a_file_is_read_in_both_languages(
    kept: Path, capsys: pytest.CaptureFixture[str], lang: str, pieces: tuple[str, ...]
) -> None:
    _, records, _ = run(capsys, kept, "list")
    out = ""
    for record in records:
        main(["cases", "show", record["case_id"], "--keep", str(kept), "--registry", REGISTRY, "--lang", lang])
        out += capsys.readouterr().out
    assert all(piece in out for piece in pieces)
    main(["cases", "list", "--keep", str(kept), "--lang", lang])
    assert records[0]["case_id"] in capsys.readouterr().out


def test_help_names_the_same_steps_as_the_core() -> None:
    assert set(cases._MOVES) == set(Move)
    assert list(cases._STAGES) == list(State)
