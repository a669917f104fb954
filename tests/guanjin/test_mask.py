import io
from pathlib import Path
import sys

import pytest

from guanjin import pieces
from guanjin.__main__ import main


def test_a_file_is_rewritten_beside_the_original(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "a.json", tmp_path / "b.json"
    source.write_text('{"mobile":13800138000}\n')
    assert main(["mask", str(source), "-o", str(target)]) == 0
    assert target.read_text() == '{"mobile":"138****8000"}\n'
    assert source.read_text() == '{"mobile":13800138000}\n'
    assert "手机号码 1" in capsys.readouterr().err


def test_the_original_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "a.json"
    source.write_text("{}")
    assert main(["mask", str(source), "-o", str(source)]) == 2
    assert "the output is the input" in capsys.readouterr().err


def test_standard_input_goes_to_standard_output(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("手机：13800138000\n".encode())))
    assert main(["mask", "--lang", "en"]) == 0
    said = capsysbinary.readouterr()
    assert said.out.decode() == "手机：138****8000\n"
    assert said.err.decode() == "1 found: Mobile number 1\n"


def test_a_long_file_is_rewritten_piece_by_piece_and_stays_as_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "_LARGEST", 120)
    rows = "".join(f"{number},138{number:08}\n" for number in range(40))
    (tmp_path / "a.csv").write_text("no,mobile\n" + rows)
    assert main(["mask", str(tmp_path / "a.csv"), "-o", str(tmp_path / "b.csv")]) == 0
    told = (tmp_path / "b.csv").read_text()
    assert told.splitlines()[0] == "no,mobile"
    assert [line.partition(",")[2] for line in told.splitlines()[1:]] == [f"138****{number:04}" for number in range(40)]


def test_a_target_that_cannot_be_written_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").write_text("x")
    assert main(["mask", str(tmp_path / "a"), "-o", str(tmp_path / "none" / "b")]) == 2
    assert "cannot write" in capsys.readouterr().err
