"""A log file as sightings: recognised by its first bytes, read in one pass, gzip undone, bad lines counted."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
import os
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple
import zlib

from msgspec import Struct
from typing_extensions import override

from agent.log_format import LineReader, LogFormat
from agent.sighting import Sighting
from wire.faults import MalformedError, UnavailableError

HEAD_BYTES: Final = 1 << 18
"""How much of a file is looked at to recognise it."""
LINE_BYTES: Final = 1 << 20
"""A longer line is counted and skipped."""
_CHUNK_BYTES: Final = 1 << 18
_HEAD_LINES: Final = 20
_MOST_REASONS: Final = 64
_BOM: Final = b"\xef\xbb\xbf"
_GZIP: Final = b"\x1f\x8b"


class FirstFault(Struct, frozen=True):
    """Where a reason was met first."""

    name: str
    line: int
    """Counted from 1; 0 where the fault is of the file and of no line."""
    reason: str

    @override
    def __str__(self) -> str:
        return f"{self.name} line {self.line}: {self.reason}" if self.line else f"{self.name}: {self.reason}"


class Faults:
    """Reasons, how often each was met, and where first."""

    def __init__(self) -> None:
        self.counts: Final[dict[str, int]] = {}
        self.first: Final[list[FirstFault]] = []

    def add(self, name: str, line: int, reason: str) -> None:
        """Count one; beyond 64 reasons all others are one."""
        if reason not in self.counts and len(self.counts) >= _MOST_REASONS:
            reason = "other reasons"
        if reason not in self.counts:
            self.first.append(FirstFault(name, line, reason))
        self.counts[reason] = self.counts.get(reason, 0) + 1


class LineFeed:
    """Hands the lines of one file to its reader and counts what cannot be read."""

    def __init__(self, name: str, reader: LineReader, faults: Faults, lines: int = 0) -> None:
        self.lines = lines
        """Lines handed over so far, empty ones and those that could not be read included."""
        self._name = name
        self._reader = reader
        self._faults = faults

    def read(self, line: bytes | None) -> Iterator[Sighting]:
        """What a line says; None stands for one that was too long to be kept."""
        self.lines += 1
        if line is None:
            self._faults.add(self._name, self.lines, "line is longer than 1 MiB")
        elif line.strip():
            try:
                yield from self._reader.read(line)
            except MalformedError as error:
                self._faults.add(self._name, self.lines, error.what)


class LogFile:
    """One log file, plain or gzip. Iterate it once.

    Raises:
        UnavailableError: the file cannot be opened or read.
    """

    def __init__(self, path: Path, log_format: LogFormat) -> None:
        self._path = path
        self._faults = Faults()
        self._feed = LineFeed(path.name, log_format.open(path.name), self._faults)
        self.position = 0
        """Bytes of the file that were read, to be held against ``size``."""
        self.size: Final = _size_of(path)

    def __iter__(self) -> Iterator[Sighting]:
        for line in cut(self._content()):
            yield from self._feed.read(line.content)

    @property
    def lines(self) -> int:
        """Lines read so far."""
        return self._feed.lines

    @property
    def faults(self) -> dict[str, int]:
        """Reasons why lines could not be read, and how often."""
        return self._faults.counts

    @property
    def first_faults(self) -> list[FirstFault]:
        """Where each reason was met first; printed, each says ``FILE line N: reason``."""
        return self._faults.first

    def _content(self) -> Iterator[bytes]:
        try:
            with self._path.open("rb") as file:
                chunks = self._chunks(file)
                is_gzip = file.read(2) == _GZIP
                file.seek(0)
                yield from self._inflated(chunks) if is_gzip else chunks
        except OSError as error:
            raise _unavailable(self._path, error) from error

    def _chunks(self, file: BinaryIO) -> Iterator[bytes]:
        while chunk := file.read(_CHUNK_BYTES):
            self.position += len(chunk)
            yield chunk

    def _inflated(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        try:
            yield from inflate(chunks)
        except MalformedError as error:
            self._faults.add(self._path.name, 0, error.what)


def recognise(first: bytes, formats: Iterable[LogFormat]) -> LogFormat | None:
    """The format of a file, by its first bytes (decompressed); None if it is of none of these."""
    lines = list(cut([first]))
    whole = [line for line in lines if line.is_whole] or lines
    wanted = [line.content for line in whole[:_HEAD_LINES] if line.content and line.content.strip()]
    ordered = sorted(formats, key=lambda one: one.order)
    return next((one for one in ordered if wanted and one.recognise(wanted)), None)


def first_bytes(path: Path, most: int = HEAD_BYTES) -> bytes:
    """The first bytes of a file, gzip undone: what formats are recognised by.

    Raises:
        UnavailableError: the file cannot be opened or read.
    """
    try:
        with path.open("rb") as file:
            head = head_of(file, most)
    except OSError as error:
        raise _unavailable(path, error) from error
    return _inflated_head(head, most) if head.startswith(_GZIP) else head


def head_of(file: BinaryIO, most: int) -> bytes:
    """The first bytes of a file that has just been opened, behind the hole that a truncation may have left.

    Raises:
        OSError: it cannot be read.
    """
    head = file.read(most)
    if head.startswith(b"\0") and not head.strip(b"\0"):
        with suppress(OSError):  # no data behind the hole, or a file system that knows of none
            file.seek(0, os.SEEK_DATA)
        while head and not head.strip(b"\0"):
            head = file.read(most)
    return head.lstrip(b"\0")


def _inflated_head(head: bytes, most: int) -> bytes:
    content = b""
    try:
        for chunk in inflate([head]):
            content += chunk
            if len(content) >= most:
                break
    except MalformedError:  # the head was cut off on purpose; LogFile tells of damage
        pass
    return content[:most]


class Line(NamedTuple):
    """A piece of a file between two line ends."""

    content: bytes | None
    """Without its end and without NULs around it; None if it was longer than ``LINE_BYTES``."""
    size: int
    """Bytes that it took in the file, its end included."""
    is_whole: bool
    """Whether its end was there."""


def cut(chunks: Iterable[bytes]) -> Iterator[Line]:
    """The lines of a file. A truncated file that goes on being written starts with NULs: they are passed over.

    What comes last without a line end is given as it is; of NULs alone it is empty.
    """
    pending, passed, is_long = b"", 0, False
    for chunk in chunks:
        pieces = (pending + chunk).split(b"\n")
        pending = pieces.pop()
        for piece in pieces:
            yield _line(piece, passed + 1, is_long=is_long, is_whole=True)
            passed, is_long = 0, False
        kept = pending.lstrip(b"\0")
        if len(kept) > LINE_BYTES:
            kept, is_long = b"", True
        passed += len(pending) - len(kept)
        pending = kept
    if pending or passed:
        yield _line(pending, passed, is_long=is_long, is_whole=False)


def _line(piece: bytes, passed: int, *, is_long: bool, is_whole: bool) -> Line:
    size = len(piece) + passed
    if is_long or len(piece) > LINE_BYTES:
        return Line(None, size, is_whole)
    return Line(piece.removeprefix(_BOM).removesuffix(b"\r").strip(b"\0"), size, is_whole)


def inflate(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The content of a gzip file of any number of members, in chunks of bounded size.

    Raises:
        MalformedError: the stream is damaged or ends early; what came before it was given.
    """
    inflater, has_begun = zlib.decompressobj(31), False
    try:
        for chunk in chunks:
            rest = chunk
            while rest:
                has_begun = True
                yield inflater.decompress(rest, _CHUNK_BYTES)
                rest = inflater.unconsumed_tail
                if inflater.eof:
                    rest, has_begun = inflater.unused_data.lstrip(b"\0"), False
                    inflater = zlib.decompressobj(31)
        yield inflater.flush()
    except zlib.error as error:
        raise MalformedError("gzip stream is damaged") from error
    if has_begun:
        raise MalformedError("gzip stream ends early")


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise _unavailable(path, error) from error


def _unavailable(path: Path, error: OSError) -> UnavailableError:
    return UnavailableError(f"{path.name} cannot be read: {error.strerror}")
