from pathlib import Path

import msgspec
import pytest

from guanjin.__main__ import main

CAPTURES = Path(__file__).parents[1] / "captures"
UNFILED = CAPTURES / "patients-us-unfiled.pcap"
REGISTRY = CAPTURES / "registry.yaml"
KEYS = [
    "event_id", "organisation", "begun", "ended", "direction", "protocol", "origin", "target", "sent_bytes", "sampled",
    "tallies", "verdict",
]  # fmt: skip


def scan(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    code = main(["scan", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_json_prints_one_object_a_line_with_the_published_keys_first(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = scan(capsys, UNFILED, "--json", "--registry", REGISTRY)
    (record,) = [msgspec.json.decode(line) for line in out.splitlines()]
    assert code == 1
    assert list(record)[: len(KEYS)] == KEYS
    assert record["verdict"]["status"] == "unfiled"
    assert list(record["verdict"]) == ["status", "route", "required_route", "reasons"]
    assert "Traceback" not in err


def test_the_table_shows_the_worst_first_in_either_language(capsys: pytest.CaptureFixture[str]) -> None:
    for lang, worst, lighter in (("zh", "未备案", "未达门槛"), ("en", "Unfiled", "Below threshold")):
        code, out, _ = scan(
            capsys, CAPTURES / "customers-us-below.pcap", UNFILED, "--lang", lang, "--registry", REGISTRY
        )
        assert code == 1
        assert out.index(worst) < out.index(lighter)


def test_nothing_to_flag_gives_zero(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, _ = scan(capsys, CAPTURES / "domestic.pcap", "--registry", REGISTRY)
    assert code == 0


def test_a_damaged_capture_is_reported_with_offset_and_its_readable_part_is_judged(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    damaged = tmp_path / "cut.pcap"
    damaged.write_bytes(UNFILED.read_bytes()[:-700])
    code, out, err = scan(capsys, damaged, "--json", "--registry", REGISTRY)
    assert code == 1
    assert msgspec.json.decode(out.splitlines()[0])["tallies"]
    assert "cut.pcap (byte " in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.pcap", b"", "empty"),
        ("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20, "neither a capture nor a log"),
        ("header.pcap", bytes.fromhex("d4c3b2a1020004000000"), "byte 10"),
    ],
)
def test_a_file_that_is_no_input_is_an_error_that_names_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    code, out, err = scan(capsys, path, "--json")
    assert (code, out) == (2, "")
    assert name in err
    assert says in err


def test_a_path_that_is_not_there_is_an_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = scan(capsys, tmp_path / "absent.pcap")
    assert code == 2
    assert "absent.pcap" in err


def test_strangers_in_a_folder_are_named_and_no_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing to see here\n")
    (tmp_path / "domestic.pcap").write_bytes((CAPTURES / "domestic.pcap").read_bytes())
    code, _, err = scan(capsys, tmp_path)
    assert code == 0
    assert "notes.txt" in err


def test_a_fault_in_the_registry_names_file_line_and_key(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    registry = tmp_path / "registry.yaml"
    registry.write_text("exporters:\n  - {organisation: 91350100M000100Y43, name: 某公司, netwroks: [10.0.0.0/8]}\n")
    code, _, err = scan(capsys, UNFILED, "--registry", registry)
    assert code == 2
    assert "registry.yaml" in err
    assert "netwroks" in err
    assert "2" in err


def test_the_organisation_is_taken_from_the_command_line_where_the_registry_has_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = scan(capsys, UNFILED, "--json", "--organisation", "91350100M000100Y43")
    assert msgspec.json.decode(out.splitlines()[0])["organisation"] == "91350100M000100Y43"


def test_a_scan_can_be_kept_and_kept_again_with_the_same_answer(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    kept = tmp_path / "kept.sqlite"
    _, first, _ = scan(capsys, UNFILED, "--json", "--keep", kept)
    _, second, _ = scan(capsys, UNFILED, "--json", "--keep", kept)
    assert len(first.splitlines()) == 1
    assert second == first
    kept.with_suffix(".key").write_bytes(b"short")
    code, _, err = scan(capsys, UNFILED, "--json", "--keep", kept)
    assert code == 2
    assert "kept.key" in err


def test_a_name_beside_a_declared_identifier_is_covered_and_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    registry = tmp_path / "registry.yaml"
    registry.write_text(REGISTRY.read_text().replace(", person.name]", "]"))
    code, out, _ = scan(capsys, CAPTURES / "patients-us-filed.pcap", "--json", "--registry", registry)
    verdict = msgspec.json.decode(out.splitlines()[0])["verdict"]
    assert (code, verdict["status"]) == (0, "covered")
    assert any("未在申报中单列" in reason["says"] for reason in verdict["reasons"])


def test_a_file_whose_name_is_no_text_is_read_all_the_same(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    odd = tmp_path / b"\xff-odd.pcap".decode("utf-8", "surrogateescape")
    odd.write_bytes(UNFILED.read_bytes())
    code, out, _ = scan(capsys, tmp_path, "--json", "--registry", REGISTRY)
    assert code == 1
    assert msgspec.json.decode(out.splitlines()[0])["source"] == "?-odd.pcap"
    assert scan(capsys, tmp_path, "--registry", REGISTRY)[0] == 1
