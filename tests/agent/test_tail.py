from pathlib import Path
import shutil
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
import msgspec
import pytest
from typing_extensions import override

from agent import logs
from agent.inlets.tail import SETTLED_NS, CaptureReady, Checkpoint, TailFolder
from agent.log_format import LogFormat
from agent.sighting import Sighting
from wire.faults import UnavailableError
from wire.shelf import collect

FORMATS = collect(logs, "FORMAT", LogFormat)
PCAP = bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000")


def line(number: int) -> bytes:
    return b'104.16.5.9 - - [21/Nov/2026:19:45:00 +0800] "GET /%06d HTTP/1.1" 200 5 "-" "curl"\n' % number


def lines(first: int, last: int) -> bytes:
    return b"".join(line(number) for number in range(first, last))


class Folder:
    """A folder being tailed, with its own clock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tail = TailFolder(path, FORMATS)
        self.now_ns = 1

    def write(self, name: str, content: bytes, mode: str = "ab") -> Path:
        path = self.path / name
        with path.open(mode) as file:
            file.write(content)
        return path

    def poll(self, after_ns: int = 0) -> list[int]:
        """Numbers of the lines read."""
        self.now_ns += after_ns
        found = [one for one in self.tail.poll(self.now_ns) if isinstance(one, Sighting)]
        return [int(payload.content[1:]) for sighting in found for payload in sighting.payloads]

    def captures(self, after_ns: int = 0) -> list[Path]:
        self.now_ns += after_ns
        return [one.path for one in self.tail.poll(self.now_ns) if isinstance(one, CaptureReady)]

    def restart(self) -> None:
        kept = msgspec.json.encode(self.tail.checkpoint())
        self.tail = TailFolder(self.path, FORMATS, msgspec.json.decode(kept, type=Checkpoint))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_a_growing_file_is_read_on(folder: Folder) -> None:
    folder.write("access.log", lines(0, 3))
    assert folder.poll() == [0, 1, 2]
    assert folder.poll() == []
    folder.write("access.log", lines(3, 5))
    assert folder.poll() == [3, 4]
    assert folder.tail.faults == {}


def test_half_a_line_waits_for_its_other_half(folder: Folder) -> None:
    folder.write("access.log", line(0) + line(1)[:30])
    assert folder.poll() == [0]
    folder.write("access.log", line(1)[30:])
    assert folder.poll() == [1]


def test_a_last_line_without_end_is_read_once_the_file_has_settled(folder: Folder) -> None:
    folder.write("access.log", line(0) + line(1).rstrip())
    assert folder.poll() == [0]
    assert folder.poll(SETTLED_NS - 1) == []
    assert folder.poll(1) == [1]
    assert folder.poll(SETTLED_NS) == []


def test_rotation_by_renaming_loses_and_repeats_nothing(folder: Folder) -> None:
    path = folder.write("access.log", lines(0, 3))
    assert folder.poll() == [0, 1, 2]
    folder.write("access.log", line(3))
    path.rename(folder.path / "access.log.1")
    folder.write("access.log", line(4))
    folder.write("access.log.1", line(5))
    assert sorted(folder.poll()) == [3, 4, 5]
    assert folder.poll() == []


def test_rotation_by_copy_and_truncation_loses_and_repeats_nothing(folder: Folder) -> None:
    folder.write("access.log", lines(0, 30))
    assert len(folder.poll()) == 30
    path = folder.write("access.log", line(30))
    folder.write("access.log.1", path.read_bytes())
    folder.write("access.log", line(31), "wb")
    assert sorted(folder.poll()) == [30, 31]
    folder.write("access.log", lines(32, 90))
    assert folder.poll() == list(range(32, 90))


def test_a_file_truncated_and_grown_past_its_old_size_begins_anew(folder: Folder) -> None:
    folder.write("access.log", lines(0, 3))
    folder.poll()
    folder.write("access.log", lines(10, 20), "wb")
    assert folder.poll() == list(range(10, 20))


def test_a_hole_of_nuls_larger_than_one_poll_is_passed(folder: Folder) -> None:
    folder.write("access.log", lines(0, 30))
    folder.poll()
    with (folder.path / "access.log").open("r+b") as file:
        file.truncate(0)
        file.seek(1 << 27)
        file.write(line(30))
    assert [number for _ in range(4) for number in folder.poll()] == [30]


def test_a_restart_goes_on_where_the_checkpoint_stands(folder: Folder) -> None:
    folder.write("access.log", lines(0, 20))
    folder.poll()
    folder.restart()
    folder.write("access.log", lines(20, 22))
    folder.write("other.log", line(99))
    assert sorted(folder.poll()) == [20, 21, 99]


def test_a_checkpoint_taken_midway_holds_only_what_was_taken(folder: Folder) -> None:
    folder.write("access.log", lines(0, 5))
    reading = folder.tail.poll(1)
    for _ in range(3):
        next(reading)
    folder.restart()
    assert folder.poll() == [2, 3, 4]


def test_a_zeek_log_is_read_on_after_a_restart_without_its_header_being_lost(folder: Folder) -> None:
    zeek = next(one for one in FORMATS if one.name == "zeek").examples[0]
    head = b"".join(one for one in zeek.splitlines(keepends=True) if not one.startswith(b"#close"))
    row = head.splitlines(keepends=True)[-1]
    folder.write("conn.log", head)
    assert len(list(folder.tail.poll(1))) == 1
    folder.restart()
    folder.write("conn.log", row)
    assert len(list(folder.tail.poll(2))) == 1
    assert folder.tail.faults == {}


def test_a_file_that_begins_with_less_than_a_line_is_recognised_later(folder: Folder) -> None:
    folder.write("access.log", b"")
    assert folder.poll() == []
    folder.write("access.log", line(0)[:12])
    assert folder.poll() == []
    folder.write("access.log", line(0)[12:])
    assert folder.poll() == [0]


def test_a_capture_is_handed_out_whole_when_it_has_settled_and_once(folder: Folder) -> None:
    path = folder.write("a.bin", PCAP)
    assert folder.captures() == []
    folder.write("a.bin", bytes(100))
    assert folder.captures(SETTLED_NS) == []
    assert folder.captures(SETTLED_NS) == [path]
    assert folder.captures(SETTLED_NS) == []
    folder.restart()
    assert folder.captures() == folder.captures(SETTLED_NS) == []
    folder.write("a.bin", bytes(100))
    assert folder.captures() == folder.captures(SETTLED_NS) == []
    assert folder.tail.faults == {"capture grew after it was read": 1}


def test_two_names_of_one_file_are_one_file(folder: Folder) -> None:
    path = folder.write("access.log", lines(0, 2))
    (folder.path / "current").symlink_to(path)
    (folder.path / "nowhere").symlink_to(folder.path / "gone")
    (folder.path / "sub").mkdir()
    assert folder.poll() == [0, 1]


def test_strange_and_compressed_files_are_counted_once(folder: Folder) -> None:
    folder.write("notes.txt", b"hello\n" * 30)
    folder.write("short.txt", b"hello\n")
    folder.write("old.gz", b"\x1f\x8b" + bytes(40))
    for _ in range(3):
        assert folder.poll(SETTLED_NS) == []
    assert folder.tail.faults == {"file of no known format": 2, "compressed file left alone": 1}


def test_bad_lines_are_counted_with_file_and_line(folder: Folder) -> None:
    folder.write("access.log", lines(0, 3))
    folder.poll()
    folder.write("access.log", b"\0\0broken\n" + line(3))
    assert folder.poll() == [3]
    assert str(folder.tail.first_faults[0]) == "access.log line 4: not a line of an access log"


class LifeOfALog(RuleBasedStateMachine):
    """Whatever happens to a log, each of its lines is read once."""

    def __init__(self) -> None:
        super().__init__()
        self.room = TemporaryDirectory()
        self.folder = Folder(Path(self.room.name))
        self.log, self.old, self.oldest = (self.folder.path / name for name in ("a.log", "a.log.1", "a.log.2"))
        self.written = 0
        self.read: list[int] = []
        self.write()

    @rule()
    def write(self) -> None:
        self.folder.write("a.log", lines(self.written, self.written + 20))
        self.written += 20

    @rule()
    def write_in_halves(self) -> None:
        self.folder.write("a.log", line(self.written)[:40])
        self.poll()
        self.folder.write("a.log", line(self.written)[40:])
        self.written += 1

    @rule()
    def poll(self) -> None:
        self.read += self.folder.poll()

    @rule()
    def restart(self) -> None:
        self.folder.restart()

    @rule(by_copy=st.booleans())
    def rotate(self, *, by_copy: bool) -> None:
        # What is about to be deleted must have been read; its inode may be used again at once.
        self.poll()
        self.oldest.unlink(missing_ok=True)
        if self.old.exists():
            self.old.rename(self.oldest)
        if by_copy:
            shutil.copy(self.log, self.old)
            self.log.write_bytes(b"")
        else:
            self.log.rename(self.old)
        self.write()

    @override
    def teardown(self) -> None:
        self.poll()
        self.room.cleanup()
        assert sorted(self.read) == list(range(self.written))
        assert self.folder.tail.faults == {}


TestLifeOfALog = LifeOfALog.TestCase
TestLifeOfALog.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)


def test_a_vanished_file_is_no_error(folder: Folder) -> None:
    path = folder.write("access.log", lines(0, 2))
    folder.poll()
    path.unlink()
    assert folder.poll() == []


def test_a_missing_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="folder gone cannot be listed"):
        list(TailFolder(tmp_path / "gone", FORMATS).poll(1))
