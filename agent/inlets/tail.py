"""A folder in live use: logs that grow, are rotated or truncated, and captures that arrive whole.

A file is known by device, inode and a digest of its first bytes, never by name. No clock and no waiting here: the
caller polls, says what time it is, and keeps the checkpoint where it likes.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from enum import Enum, auto
from hashlib import blake2b
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO, Final

from msgspec import Struct
from msgspec.structs import replace

from agent.log_file import HEAD_BYTES, Faults, FirstFault, LineFeed, cut, head_of, recognise
from agent.log_format import LineReader, LogFormat
from agent.sighting import Sighting
from wire.faults import MalformedError, UnavailableError

SETTLED_NS: Final = 10_000_000_000
"""How long a file must stay as it is until a capture counts as complete, and a last line without end as a line."""
_FINGERPRINT_BYTES: Final = 1024
"""First bytes that identify a content. Only with all of them is a file taken for a copy: twice read beats not read."""
_MOST_FILES: Final = 4096
_MOST_BYTES: Final = 1 << 26
"""Bytes of one file read in one poll, so that no file keeps the others waiting."""
_CHUNK_BYTES: Final = 1 << 18
_CAPTURES: Final = frozenset(
    bytes.fromhex(magic) for magic in ("a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "0a0d0d0a")
)
"""First bytes of pcap (both byte orders, both resolutions) and pcapng."""
_GZIP: Final = b"\x1f\x8b"
_LINES: Final = 20


class FileMark(Struct, frozen=True):
    """How far one file was read."""

    device: int
    inode: int
    head_bytes: int
    """How many first bytes the digest covers."""
    head: str
    position: int
    lines: int = 0


class Checkpoint(Struct, frozen=True):
    """How far a folder was read: to be kept by the caller and given back after a restart."""

    files: tuple[FileMark, ...] = ()


class CaptureReady(Struct, frozen=True):
    """A capture that has stopped growing, to be read whole."""

    path: Path


class _Nature(Enum):
    UNKNOWN = auto()
    LOG = auto()
    CAPTURE = auto()
    LEFT_ALONE = auto()


class _File:
    """What is known of one file."""

    def __init__(self, mark: FileMark) -> None:
        self.identity: Final = (mark.device, mark.inode)
        self.head = mark.head
        self.head_bytes = mark.head_bytes
        self.position = mark.position
        self.lines = mark.lines
        self.nature = _Nature.UNKNOWN
        self.feed: LineFeed | None = None
        self.seen: tuple[int, int] = (-1, -1)
        """Size and time of change at the last look."""
        self.changed_ns = 0
        self.has_more = False
        self.is_told = False
        """Whether it was said that nothing can be made of it."""

    def mark(self) -> FileMark:
        lines = self.feed.lines if self.feed else self.lines
        return FileMark(*self.identity, self.head_bytes, self.head, self.position, lines)

    def rest(self) -> None:
        """Forget all but the mark."""
        self.lines = self.mark().lines
        self.feed = None
        self.nature = _Nature.UNKNOWN
        self.seen = (-1, -1)
        self.is_told = False

    def remember(self, head: bytes) -> None:
        self.head, self.head_bytes = _digest(head), len(head)

    def begins(self, head: bytes) -> bool:
        """Whether the content still begins as it did."""
        return len(head) >= self.head_bytes and _digest(head[: self.head_bytes]) == self.head

    def is_beyond(self, size: int) -> bool:
        """Whether more was read than is there."""
        return size < self.position and self.nature is not _Nature.CAPTURE


class TailFolder:
    """The files of one folder (not of those below it). What a checkpoint holds is not given again.

    Compressed files are left alone: in a live folder they are rotated logs that were read before.
    """

    def __init__(
        self,
        folder: Path,
        formats: Sequence[LogFormat],
        checkpoint: Checkpoint = Checkpoint(),  # noqa: B008  # a frozen value
        settled_ns: int = SETTLED_NS,
    ) -> None:
        self._folder = folder
        self._formats = formats
        self._settled_ns = settled_ns
        self._faults = Faults()
        self._files = {(mark.device, mark.inode): _File(mark) for mark in checkpoint.files}
        self.read_bytes = 0
        """Bytes of log lines read by this object."""
        self.read_lines = 0

    @property
    def faults(self) -> dict[str, int]:
        """Reasons why something could not be read, and how often."""
        return self._faults.counts

    @property
    def first_faults(self) -> list[FirstFault]:
        """Where each reason was met first."""
        return self._faults.first

    def checkpoint(self) -> Checkpoint:
        """How far all was read. A line counts as read when the sightings after it are asked for."""
        return Checkpoint(tuple(file.mark() for file in self._files.values()))

    def poll(self, now_ns: int) -> Iterator[Sighting | CaptureReady]:
        """What is new since the last poll.

        Raises:
            UnavailableError: the folder cannot be listed; a single file that cannot be read is counted and passed over.
        """
        found = list(self._listing())
        # All are met before any is read: a log that was copied and truncated still has its old mark then.
        known = {file.head: file.mark() for file in self._files.values() if file.head_bytes == _FINGERPRINT_BYTES}
        for path, identity, size_and_time in found:
            self._meet(path, identity, size_and_time, known)
        self._forget({identity for _, identity, _ in found})
        for path, identity, size_and_time in found:
            file = self._files.get(identity)
            try:
                if file is not None:
                    yield from self._look(file, path, size_and_time, now_ns)
            except OSError as error:
                self._unreadable(path, error)

    def _listing(self) -> Iterator[tuple[Path, tuple[int, int], tuple[int, int]]]:
        """(Path, identity, size and time of change) of each file once, however many names it has."""
        try:
            paths = sorted(self._folder.iterdir())
        except OSError as error:
            raise UnavailableError(f"folder {self._folder.name} cannot be listed: {error.strerror}") from error
        identities: set[tuple[int, int]] = set()
        for path in paths:
            try:
                status = path.stat()
            except OSError:  # gone since it was listed, or a link to nowhere
                continue
            identity = (status.st_dev, status.st_ino)
            if not S_ISREG(status.st_mode) or identity in identities:
                continue
            if len(identities) >= _MOST_FILES:
                self._faults.add(self._folder.name, 0, "more than 4096 files")
                return
            identities.add(identity)
            yield path, identity, (status.st_size, status.st_mtime_ns)

    def _meet(
        self, path: Path, identity: tuple[int, int], size_and_time: tuple[int, int], known: dict[str, FileMark]
    ) -> None:
        """Tell whether a file is still the one it was. A new content that begins as a known one is its copy."""
        file = self._files.get(identity)
        if file is not None and file.seen == size_and_time:
            return
        try:
            head = _head(path, _FINGERPRINT_BYTES)
        except OSError as error:
            self._unreadable(path, error)
            return
        if file is not None and file.begins(head) and not file.is_beyond(size_and_time[0]):
            file.remember(head)
            return
        mark = FileMark(*identity, len(head), _digest(head), 0)
        copied = known.get(mark.head)
        if copied is not None and (copied.device, copied.inode) != identity:
            mark = replace(mark, position=min(copied.position, size_and_time[0]), lines=copied.lines)
        self._files[identity] = _File(mark)

    def _unreadable(self, path: Path, error: OSError) -> None:
        self._faults.add(path.name, 0, f"file cannot be read: {error.strerror}")

    def _forget(self, present: set[tuple[int, int]]) -> None:
        """Let go of what vanished: at once all but its mark, and the oldest marks when there are too many."""
        gone = [identity for identity in self._files if identity not in present]
        for identity in gone:
            self._files[identity].rest()
        for identity in gone[: max(len(self._files) - _MOST_FILES, 0)]:
            del self._files[identity]

    def _look(
        self, file: _File, path: Path, size_and_time: tuple[int, int], now_ns: int
    ) -> Iterator[Sighting | CaptureReady]:
        if file.seen != size_and_time:
            if file.nature is _Nature.UNKNOWN:
                self._name(file, path, _head(path, HEAD_BYTES))
            file.seen, file.changed_ns, is_settled = size_and_time, now_ns, False
        else:
            is_settled = now_ns - file.changed_ns >= self._settled_ns
            if not is_settled and not file.has_more:
                return
        if file.nature is _Nature.LOG and file.position < size_and_time[0]:
            yield from self._read(file, path, is_settled=is_settled)
        elif is_settled and file.nature is _Nature.CAPTURE:
            yield from self._hand_out(file, path, size_and_time[0])
        elif is_settled and file.nature is _Nature.UNKNOWN and size_and_time[0] > 0:
            self._tell(file, path, "file of no known format")

    def _hand_out(self, file: _File, path: Path, size: int) -> Iterator[CaptureReady]:
        if file.position == 0:
            yield CaptureReady(path)
        elif file.position < size:
            self._faults.add(path.name, 0, "capture grew after it was read")
        file.position = size

    def _tell(self, file: _File, path: Path, reason: str) -> None:
        if not file.is_told:
            self._faults.add(path.name, 0, reason)
            file.is_told = True

    def _name(self, file: _File, path: Path, head: bytes) -> None:
        if head[:4] in _CAPTURES:
            file.nature = _Nature.CAPTURE
            return
        if head.startswith(_GZIP):
            file.nature = _Nature.LEFT_ALONE
            self._tell(file, path, "compressed file left alone")
            return
        log_format = recognise(head, self._formats)
        if log_format is not None:
            reader = log_format.open(path.name)
            if file.position > 0:
                _replay_header(head, reader)
            file.feed = LineFeed(path.name, reader, self._faults, file.lines)
            file.nature = _Nature.LOG
        elif len(head) >= HEAD_BYTES or head.count(b"\n") >= _LINES:
            file.nature = _Nature.LEFT_ALONE
            self._tell(file, path, "file of no known format")

    def _read(self, file: _File, path: Path, *, is_settled: bool) -> Iterator[Sighting]:
        feed = file.feed
        if feed is None:
            return
        file.has_more = True
        with path.open("rb") as opened:
            start = opened.seek(file.position)
            for line in cut(_chunks(opened)):
                if line.content and not line.is_whole and not is_settled:
                    break
                yield from feed.read(line.content)
                file.position += line.size
                self.read_bytes += line.size
                self.read_lines += 1
            file.has_more = opened.tell() - start >= _MOST_BYTES


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    for _ in range(_MOST_BYTES // _CHUNK_BYTES):
        chunk = file.read(_CHUNK_BYTES)
        if not chunk:
            return
        yield chunk


def _head(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return head_of(file, most)


def _digest(head: bytes) -> str:
    return blake2b(head, digest_size=16).hexdigest()


def _replay_header(head: bytes, reader: LineReader) -> None:
    """Show a reader that begins within a file the header it would have seen (Zeek's columns)."""
    for line in cut([head]):
        if not line.content or not line.content.startswith(b"#"):
            return
        with suppress(MalformedError):
            deque(reader.read(line.content), maxlen=0)
