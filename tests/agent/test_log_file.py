import gzip
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
import pytest

from agent import logs
from agent.log_file import LINE_BYTES, Faults, LogFile, cut, first_bytes, inflate, recognise
from agent.log_format import LogFormat
from wire.faults import MalformedError, UnavailableError
from wire.shelf import collect

FORMATS = collect(logs, "FORMAT", LogFormat)
COMBINED = next(one for one in FORMATS if one.name == "access_combined")
LINE = COMBINED.examples[0]


def a_log(folder: Path, content: bytes) -> LogFile:
    path = folder / "some.txt"
    path.write_bytes(content)
    return LogFile(path, COMBINED)


def test_a_file_is_recognised_by_content_with_bom_and_carriage_returns() -> None:
    assert recognise(b"\xef\xbb\xbf" + LINE.replace(b"\n", b"\r\n") * 3, FORMATS) is COMBINED
    assert recognise(LINE.rstrip(), FORMATS) is COMBINED
    assert recognise(b"\0" * 5000 + LINE, FORMATS) is COMBINED
    assert recognise(LINE + LINE[:20], FORMATS) is COMBINED


def test_what_is_no_log_is_recognised_by_no_format() -> None:
    for content in (b"", b"\n\n", b"hello\nworld\n", b"\xd4\xc3\xb2\xa1" + bytes(200), b"PK\x03\x04" + bytes(300)):
        assert recognise(content, FORMATS) is None


def test_bad_lines_are_counted_with_the_place_of_the_first(tmp_path: Path) -> None:
    log = a_log(tmp_path, LINE + b"\n" + b"broken 13800000000\n" * 2 + LINE.rstrip())
    assert len(list(log)) == 2
    assert log.lines == 5
    assert log.faults == {"not a line of an access log": 2}
    assert [str(fault) for fault in log.first_faults] == ["some.txt line 3: not a line of an access log"]
    assert log.position == log.size


def test_a_line_over_the_limit_is_skipped_and_the_next_one_read(tmp_path: Path) -> None:
    log = a_log(tmp_path, b"x" * (3 * LINE_BYTES) + b"\n" + LINE)
    assert len(list(log)) == 1
    assert log.faults == {"line is longer than 1 MiB": 1}


def test_a_hole_of_nuls_costs_no_line(tmp_path: Path) -> None:
    assert len(list(a_log(tmp_path, b"\0" * (2 * LINE_BYTES) + LINE * 2))) == 2
    assert recognise(first_bytes(tmp_path / "some.txt"), FORMATS) is COMBINED
    with (tmp_path / "hole").open("wb") as file:
        file.truncate(1 << 20)
    assert first_bytes(tmp_path / "hole") == b""


def test_gzip_of_several_members_is_read(tmp_path: Path) -> None:
    log = a_log(tmp_path, gzip.compress(LINE) + gzip.compress(LINE * 2) + b"\0" * 16)
    assert len(list(log)) == 3
    assert log.faults == {}
    assert recognise(first_bytes(tmp_path / "some.txt"), FORMATS) is COMBINED


@pytest.mark.parametrize(("kept", "read"), [(-9, 50), (12, 0)])
def test_a_gzip_file_that_ends_early_gives_what_is_there(tmp_path: Path, kept: int, read: int) -> None:
    log = a_log(tmp_path, gzip.compress(LINE * 50)[:kept])
    assert len(list(log)) == read
    assert log.faults == {"gzip stream ends early": 1}
    assert str(log.first_faults[0]) == "some.txt: gzip stream ends early"


def test_a_damaged_gzip_file_gives_what_came_before(tmp_path: Path) -> None:
    log = a_log(tmp_path, gzip.compress(LINE * 3) + b"garbage")
    assert len(list(log)) == 3
    assert log.faults == {"gzip stream is damaged": 1}


def test_a_bomb_is_opened_in_bounded_pieces() -> None:
    bomb = gzip.compress(bytes(1 << 26))
    assert max(len(piece) for piece in inflate([bomb])) <= 1 << 18


def test_a_file_that_is_not_there_says_so_without_its_path(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"^gone\.log cannot be read") as caught:
        LogFile(tmp_path / "gone.log", COMBINED)
    assert str(tmp_path) not in str(caught.value)
    with pytest.raises(UnavailableError):
        first_bytes(tmp_path / "gone.log")


@given(st.binary(max_size=300).filter(lambda content: b"\0" not in content), st.integers(1, 300))
def test_lines_do_not_depend_on_how_the_bytes_arrive(content: bytes, size: int) -> None:
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    assert list(cut(pieces)) == list(cut([content]))


@given(st.lists(st.binary(max_size=30), max_size=8))
def test_line_sizes_add_up_to_the_bytes_read(pieces: list[bytes]) -> None:
    assert sum(line.size for line in cut(pieces)) == sum(map(len, pieces))


@given(st.binary(max_size=100))
def test_no_bytes_break_the_inflater(content: bytes) -> None:
    try:
        list(inflate([b"\x1f\x8b" + content]))
    except MalformedError:
        return


def test_reasons_are_bounded() -> None:
    faults = Faults()
    for number in range(200):
        faults.add("x", 1, f"reason {number}")
    assert len(faults.counts) == 65
    assert sum(faults.counts.values()) == 200
