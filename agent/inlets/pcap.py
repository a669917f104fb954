"""Capture files: pcap and pcapng, plain or gzipped, in batches through a buffer of fixed size.

Not by mmap: mapped pages count as resident, and a scan's memory shall not grow with its file.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol
import zlib

import numba
import numpy as np
from numpy.typing import NDArray

from agent.batch import Link, PacketBatch
from agent.inlets.buffer import GZIP_MAGIC, FileBuffer
from agent.inlets.pcapng import DAMAGED, FULL, INDEX, MOST_CAPTURED, SECTION_MAGIC, STARVED, BlockReader, number32
from wire.faults import MalformedError

MOST_PACKETS: Final = 16_384
"""Packets in a batch: a quarter of the flow table, see ``FlowTable.expire``."""
_BUFFER_BYTES: Final = 2 << 20
"""About what a processor's cache holds: a packet read here is still near when its headers are parsed."""

_MAGICS: Final = {0xA1B2C3D4: (16, 1000), 0xA1B23C4D: (16, 1), 0xA1B2CD34: (24, 1000)}
"""Magic number -> length of a record's header, nanoseconds in a fraction. The last is Kuznetzov's patched tcpdump."""
_OLD_RAW: Final = (12, 14)
"""Raw IP as BSDs numbered it before it had a number of its own."""


def is_capture(first: bytes) -> bool:
    """Whether a file that begins with these bytes (64 suffice) is a capture."""
    if first.startswith(GZIP_MAGIC):
        try:
            first = zlib.decompressobj(31).decompress(first, 4)
        except zlib.error:
            return False
    return first[:4] == SECTION_MAGIC or _magic(first) is not None


def packets(path: Path, most_bytes: int = _BUFFER_BYTES) -> Iterator[PacketBatch]:
    """The packets of a capture file; see ``CaptureFile``."""
    return iter(CaptureFile(path, most_bytes))


class _Reader(Protocol):
    fault: MalformedError | None
    is_starved: bool

    def walk(self, file: FileBuffer, index: NDArray[np.void]) -> int: ...

    def columns(self, rows: NDArray[np.void]) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]: ...


class CaptureFile:
    """A capture file, iterable once at a time. A batch's ``data`` is valid until the next batch is asked for.

    Iterating gives every readable packet and only then raises ``MalformedError`` if the file is damaged,
    ``UnavailableError`` if it cannot be read. For a gzipped file an error's offset is in its unpacked content.
    """

    def __init__(self, path: Path, most_bytes: int = _BUFFER_BYTES) -> None:
        self.path: Final = path
        self.packets = 0
        """Packets given so far; 0 after a whole iteration is a sound capture that holds none."""
        self.position = 0
        """Bytes of the file read so far, for progress."""
        self._most_bytes = most_bytes

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.path.stat().st_size

    def __iter__(self) -> Iterator[PacketBatch]:
        index = np.empty(MOST_PACKETS, INDEX)
        self.packets = 0
        with FileBuffer(self.path, self._most_bytes) as file:
            reader = _reader(file)
            while True:
                rows = index[: reader.walk(file, index)]
                self.packets += len(rows)
                self.position = file.position
                if len(rows):
                    yield _batch(file.content, rows, reader)
                if reader.fault is not None:
                    raise reader.fault
                if reader.is_starved and not file.refill():
                    break
            if file.end > file.at:
                raise MalformedError("the capture ends within a record", file.offset)


def _batch(buffer: NDArray[np.uint8], rows: NDArray[np.void], reader: _Reader) -> PacketBatch:
    length, time_ns, link = reader.columns(rows)
    return PacketBatch(buffer, rows["start"].copy(), length, rows["wire_length"].copy(), time_ns, link)


def _magic(head: bytes) -> tuple[int, int, bool] | None:
    """Length of a record's header, nanoseconds in a fraction, and whether the file is big-endian."""
    for is_big in (False, True):
        number = int.from_bytes(head[:4], "big" if is_big else "little")
        if number in _MAGICS:
            return *_MAGICS[number], is_big
    return None


def _reader(file: FileBuffer) -> _Reader:
    head = file.head(24)
    if not head:
        raise MalformedError("the file is empty", 0)
    if head[:4] == SECTION_MAGIC:
        return BlockReader()
    shape = _magic(head)
    if shape is None:
        raise MalformedError("not a capture: neither pcap nor pcapng begins like this", 0)
    if len(head) < 24:
        raise MalformedError("the capture ends within its first header", len(head))
    file.skip(24)
    return _RecordReader(head, *shape)


class _RecordReader:
    """Reads the records of a pcap file."""

    def __init__(self, head: bytes, record: int, fraction_ns: int, is_big: bool) -> None:  # noqa: FBT001 - see _magic
        self.fault: MalformedError | None = None
        self.is_starved = False
        self._record, self._fraction_ns, self._is_big = record, fraction_ns, is_big
        link = int.from_bytes(head[20:24], "big" if is_big else "little") & 0xFFFF
        self._link = int(Link.RAW) if link in _OLD_RAW else link

    def walk(self, file: FileBuffer, index: NDArray[np.void]) -> int:
        shape = (self._record, self._is_big)
        count, file.at, ended = _walk(file.content, file.at, file.end, shape, index)
        self.is_starved = ended == STARVED
        if ended == DAMAGED:
            self.fault = MalformedError("a packet's length cannot be right", file.offset)
        return int(count)

    def columns(self, rows: NDArray[np.void]) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]:
        fraction = (rows["stamp"] & np.uint64(0xFFFFFFFF)).astype(np.int64) * self._fraction_ns
        time_ns = (rows["stamp"] >> np.uint64(32)).astype(np.int64) * 1_000_000_000 + fraction
        return rows["length"].copy(), time_ns, np.full(len(rows), self._link, np.int32)


@numba.njit(cache=True, nogil=True)
def _walk(
    buffer: NDArray[np.uint8], at: int, end: int, shape: tuple[int, bool], index: NDArray[np.void]
) -> tuple[int, int, int]:
    record, is_big = shape
    for count in range(len(index)):
        if end - at < record:
            return count, at, STARVED
        captured, wire = number32(buffer, at + 8, is_big), number32(buffer, at + 12, is_big)
        if captured > MOST_CAPTURED:
            return count, at, DAMAGED
        if end - at < record + captured:
            return count, at, STARVED
        row = index[count]
        seconds, fraction = number32(buffer, at, is_big), number32(buffer, at + 4, is_big)
        row["stamp"] = np.uint64(seconds) << np.uint64(32) | np.uint64(fraction)
        row["start"], row["length"] = at + record, captured
        row["wire_length"] = max(min(wire, 0x7FFFFFFF), captured)
        at += record + captured
    return len(index), at, FULL
