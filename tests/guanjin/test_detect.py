import io
from pathlib import Path
import sys

import msgspec
import pytest

from guanjin import pieces
from guanjin.__main__ import main
from guanjin.pieces import media_of

JSON = '{"users":[{"mobile":"13800138000"},\n{"idCard":"11010519491231002X","n":1}]}\n'
RAW = ("13800138000", "11010519491231002X", "zhang.san@example.com")


def detect(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    code = main(["detect", *map(str, words)])
    said = capsys.readouterr()
    assert not any(raw in said.out + said.err for raw in RAW)
    return code, said.out, said.err


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "users.json"
    path.write_text(JSON, encoding="utf-8")
    return path


def test_json_is_one_object_a_line_with_path_place_and_mask(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    code, out, _ = detect(capsys, file, "--json")
    first, second = (msgspec.json.decode(line) for line in out.splitlines())
    assert code == 1
    assert (first["path"], first["masked"], first["line"], first["column"]) == (
        "$.users[0].mobile",
        "138****8000",
        1,
        22,
    )
    assert (second["path"], second["kind"], second["line"]) == ("$.users[1].idCard", "cn.resident_id", 2)
    assert JSON.encode()[first["start"] : first["end"]] == b"13800138000"
    assert first["reasons"] == []


@pytest.mark.parametrize(("lang", "says"), [("zh", "字段名 mobile 支持"), ("en", "name mobile speaks for it")])
@pytest.mark.parametrize("form", ["--table", "--json", ""])
def test_reasons_are_said_in_every_form(
    capsys: pytest.CaptureFixture[str], file: Path, lang: str, says: str, form: str
) -> None:
    code, out, _ = detect(capsys, file, "--explain", "--lang", lang, *filter(None, [form]))
    assert code == 1
    assert says in out


def test_the_profile_decides_the_grade(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    for profile, grade in (("gbt45574_2025", "general"), ("strict_35273", "sensitive")):
        _, out, _ = detect(capsys, file, "--json", "--profile", profile)
        assert msgspec.json.decode(out.splitlines()[1])["grade"] == grade


def test_nothing_found_is_clean(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    assert detect(capsys, tmp_path / "empty")[0] == 0
    assert detect(capsys, tmp_path / "empty", "--table")[0] == 0


def test_a_file_that_is_not_there_is_an_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = detect(capsys, tmp_path / "absent")
    assert code == 2
    assert "absent" in err


def test_standard_input_is_read(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"mail zhang.san@example.com\n")))
    code, out, _ = detect(capsys)
    assert code == 1
    assert out.startswith("stdin:1:6: 电子邮件地址 z***@example.com")


@pytest.mark.parametrize("charset", ["gb18030", "utf-16-le"])
def test_other_charsets_are_read(capsys: pytest.CaptureFixture[str], tmp_path: Path, charset: str) -> None:
    (tmp_path / "a.txt").write_bytes("the first line\n住院病人联系电话: 13800138000\n".encode(charset))
    _, out, _ = detect(capsys, tmp_path / "a.txt", "--json")
    told = msgspec.json.decode(out)
    assert (told["line"], told["column"]) == (2, 11)


def test_a_long_table_is_cut_between_lines_and_keeps_its_header(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "_LARGEST", 200)
    rows = "".join(f"{number},138{number:08}\n" for number in range(50))
    (tmp_path / "a.csv").write_text("no,mobile\n" + rows)
    _, out, _ = detect(capsys, tmp_path / "a.csv", "--json")
    told = [msgspec.json.decode(line) for line in out.splitlines()]
    assert [each["line"] for each in told] == list(range(2, 52))
    assert {each["path"] for each in told} == {"mobile"}
    text = (tmp_path / "a.csv").read_bytes()
    assert all(text[each["start"] : each["end"]].startswith(b"138") for each in told)


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (b'{"a":1}', "json"), (b"[1]", "json"), (b"[2026-11-20 10:00] log", "text"), (b"[INFO] x", "text"),
        (b"<a/>", "xml"), (b"a=1&b=2", "form"), (b"a,b\n1,2\n", "text"), (b"", "text"),
        (b"\x7fELF\0\0\0\1\0\0\0" * 9, "binary"), ("电话".encode("utf-16"), "text"),
    ],
)  # fmt: skip
def test_content_says_how_it_is_written(content: bytes, media: str) -> None:
    assert media_of(content) == media
