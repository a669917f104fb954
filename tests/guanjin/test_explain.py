from pathlib import Path

import msgspec
import pytest

from guanjin.__main__ import main

CAPTURES = Path(__file__).parents[1] / "captures"
REGISTRY = str(CAPTURES / "registry.yaml")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kept") / "scan.sqlite"
    main(["scan", str(CAPTURES / "patients-us-unfiled.pcap"), "--registry", REGISTRY, "--keep", str(path), "--json"])
    return path


def event_id(kept: Path, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    main(["scan", str(CAPTURES / "patients-us-unfiled.pcap"), "--registry", REGISTRY, "--keep", str(kept), "--json"])
    return str(msgspec.json.decode(capsys.readouterr().out.splitlines()[0])["event_id"])


def test_a_kept_verdict_is_explained_in_both_languages(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = event_id(kept, capsys)
    for lang, piece in (("zh", "【如何合法】"), ("en", "WHAT WOULD MAKE IT LAWFUL")):
        assert main(["explain", name, "--keep", str(kept), "--registry", REGISTRY, "--lang", lang]) == 1
        assert piece in capsys.readouterr().out


def test_json_is_one_object_of_the_same_page(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = event_id(kept, capsys)
    main(["explain", name.upper(), "--keep", str(kept), "--json"])
    record = msgspec.json.decode(capsys.readouterr().out)
    assert (record["event_id"], record["status"]) == (name, "unfiled")
    assert [part["name"] for part in record["sections"]][-1] == "versions"


@pytest.mark.parametrize("number", ["f" * 32, "x", "'; DROP TABLE transfer; --"])
def test_a_number_that_is_not_kept_is_an_error(kept: Path, capsys: pytest.CaptureFixture[str], number: str) -> None:
    assert main(["explain", number, "--keep", str(kept)]) == 2
    assert "is kept here" in capsys.readouterr().err


def test_a_store_that_is_not_there_is_named_and_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "f" * 32, "--state", str(tmp_path / "absent")]) == 2
    assert "guanjin.sqlite" in capsys.readouterr().err
    assert not (tmp_path / "absent").exists()
