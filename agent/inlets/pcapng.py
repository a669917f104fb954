"""The blocks of pcapng: sections and interfaces one by one, packets by the thousand in machine code."""

from typing import Final

from msgspec import Struct
import numba
import numpy as np
from numpy.typing import NDArray

from agent.inlets.buffer import FileBuffer
from wire.faults import MalformedError

INDEX: Final = np.dtype(
    [("start", "<i8"), ("stamp", "<u8"), ("length", "<i4"), ("wire_length", "<i4"), ("interface", "<i4")]
)
"""Where a packet lies in the buffer, and what its record says of it; ``stamp`` is in the interface's own unit."""
MOST_CAPTURED: Final = 256 << 10
"""No capture program writes longer packets; a longer one is a damaged length."""

SECTION_MAGIC: Final = b"\x0a\x0d\x0d\x0a"
_SECTION: Final = 0x0A0D0D0A
_INTERFACE: Final = 1
_OBSOLETE: Final = 2
_SIMPLE: Final = 3
_ENHANCED: Final = 6
_MOST_BLOCK: Final = 512 << 10
_MOST_INTERFACES: Final = 4096

_PASSED: Final = 4
STARVED: Final = 0
FULL: Final = 1
BLOCK: Final = 2
DAMAGED: Final = 3
"""How a walk ends: more bytes are wanted, the index is full, a block that is not a packet comes, a length is absurd."""


class Interface(Struct, frozen=True):
    """One interface of a section."""

    link: int
    snap_length: int
    resolution: int = 6
    """As pcapng writes it: a power of ten, or with the top bit set of two."""
    offset_seconds: int = 0

    def time_ns(self, stamps: NDArray[np.uint64]) -> NDArray[np.int64]:
        """UTC nanoseconds of stamps in this interface's unit."""
        if self.resolution & 0x80:
            power = min(self.resolution & 0x7F, 63)
            fraction, kept = stamps & np.uint64((1 << power) - 1), min(power, 34)
            nanoseconds = (stamps >> power) * 1_000_000_000 + ((fraction >> (power - kept)) * 1_000_000_000 >> kept)
        elif self.resolution <= 9:
            nanoseconds = stamps * np.uint64(10 ** (9 - self.resolution))
        else:
            nanoseconds = stamps // np.uint64(10 ** min(self.resolution - 9, 19))
        return nanoseconds.astype(np.int64) + self.offset_seconds * 1_000_000_000


class BlockReader:
    """Reads the blocks of a pcapng file. ``fault`` says why it can read no further."""

    def __init__(self) -> None:
        self.fault: MalformedError | None = None
        self.is_starved = False
        self._is_big = False
        self._interfaces: list[Interface] = []
        self._last_ns = 0

    def walk(self, file: FileBuffer, index: NDArray[np.void]) -> int:
        """Enter the next packets into the index; how many they are."""
        count, file.at, ended = _walk(file.content, file.at, file.end, self._is_big, index)
        self.is_starved = ended == STARVED
        strange = np.flatnonzero(np.maximum(index["interface"][:count], 0) >= len(self._interfaces))
        if len(strange):
            row = index[strange[0]]
            begin = int(row["start"]) - (12 if row["interface"] < 0 else 28) + file.offset - file.at
            self.fault = MalformedError("a packet's interface is not described in the capture", begin)
            return int(strange[0])
        if ended == DAMAGED:
            self.fault = MalformedError("a block's length cannot be right", file.offset)
        elif ended == BLOCK and count == 0:  # else the packets before it come first: their interfaces may end with it
            self._block(file)
        return int(count)

    def columns(self, rows: NDArray[np.void]) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]:
        """Captured length, time and link type of indexed packets."""
        length, times, links = rows["length"].copy(), np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int32)
        for number in np.unique(rows["interface"]):
            interface, mine = self._interfaces[max(number, 0)], rows["interface"] == number
            links[mine] = interface.link
            if number >= 0:
                times[mine] = interface.time_ns(rows["stamp"][mine])
            elif interface.snap_length:
                length[mine] = np.minimum(length[mine], interface.snap_length)
        self._fill(times, rows["interface"] >= 0)
        return length, times, links

    def _fill(self, times: NDArray[np.int64], is_known: NDArray[np.bool_]) -> None:
        """A simple packet bears no time: it has that of the packet before it."""
        source = np.maximum.accumulate(np.where(is_known, np.arange(len(times)), -1))
        times[:] = np.where(source < 0, self._last_ns, times[source])
        self._last_ns = int(times[-1])

    def _block(self, file: FileBuffer) -> None:
        head = file.head(12)
        order = "big" if self._is_big else "little"
        if head[:4] == SECTION_MAGIC:
            order = {b"\x1a\x2b\x3c\x4d": "big", b"\x4d\x3c\x2b\x1a": "little"}.get(head[8:12], "")
        kind, total = (int.from_bytes(head[at : at + 4], "big" if order == "big" else "little") for at in (0, 4))
        if not order or (kind in (_SECTION, _INTERFACE) and not 20 <= total <= _MOST_BLOCK):
            self.fault = MalformedError("a section or interface block is damaged", file.offset)
            return
        if kind in (_SECTION, _INTERFACE):
            block = file.head(total)
            if len(block) < total:
                self.is_starved = True
                return
            self._enter(block, kind, is_big=order == "big")
        if not file.skip(total):
            self.fault = MalformedError("the capture ends within a block", file.offset)

    def _enter(self, block: bytes, kind: int, *, is_big: bool) -> None:
        if kind == _SECTION:
            self._is_big, self._interfaces = is_big, []
        elif len(self._interfaces) < _MOST_INTERFACES:
            self._interfaces.append(_interface(block, "big" if is_big else "little"))


def _interface(block: bytes, order: str) -> Interface:
    def number(at: int, size: int) -> int:
        return int.from_bytes(block[at : at + size], "big" if order == "big" else "little")

    resolution, offset, at = 6, 0, 16
    while at + 8 <= len(block):
        code, size = number(at, 2), number(at + 2, 2)
        if code == 9 and size == 1:
            resolution = block[at + 4]
        elif code == 14 and size == 8:
            offset = number(at + 4, 8)
        at += 4 + (size + 3 & ~3) if code else len(block)
    offset -= offset >> 63 << 64
    return Interface(number(8, 2), number(12, 4) & 0x7FFFFFFF, resolution, max(min(offset, 1 << 32), -1 << 32))


@numba.njit(cache=True, nogil=True)
def number32(buffer: NDArray[np.uint8], at: int, is_big: bool) -> int:  # noqa: FBT001 - machine code has no keywords
    """Four bytes in the order of the machine that wrote them."""
    first, second, third, fourth = buffer[at], buffer[at + 1], buffer[at + 2], buffer[at + 3]
    if is_big:
        first, second, third, fourth = fourth, third, second, first
    return int(np.int64(first) | np.int64(second) << 8 | np.int64(third) << 16 | np.int64(fourth) << 24)


@numba.njit(cache=True, nogil=True)
def _walk(
    buffer: NDArray[np.uint8],
    at: int,
    end: int,
    is_big: bool,  # noqa: FBT001 - machine code has no keywords
    index: NDArray[np.void],
) -> tuple[int, int, int]:
    count = 0
    while count < len(index):
        if end - at < 12:
            return count, at, STARVED
        ended = _any_block(buffer, at, end, is_big, index[count])
        if ended == FULL:
            count += 1
        elif ended != _PASSED:
            return count, at, ended
        at += number32(buffer, at + 4, is_big)
    return count, at, FULL


@numba.njit(cache=True, nogil=True)
def _any_block(
    buffer: NDArray[np.uint8],
    at: int,
    end: int,
    is_big: bool,  # noqa: FBT001 - as above
    row: np.void,
) -> int:
    """Index a packet's block (FULL), pass one of no interest, or say why not."""
    kind, total = number32(buffer, at, is_big), number32(buffer, at + 4, is_big)
    if kind in (_SECTION, _INTERFACE):
        return BLOCK
    if kind in (_OBSOLETE, _SIMPLE, _ENHANCED):
        return _packet(buffer, at, end, is_big, row)
    if total < 12 or total & 3:
        return DAMAGED
    return _PASSED if total <= end - at else BLOCK


@numba.njit(cache=True, nogil=True)
def _packet(
    buffer: NDArray[np.uint8],
    at: int,
    end: int,
    is_big: bool,  # noqa: FBT001 - as above
    row: np.void,
) -> int:
    """Index one packet's block; FULL if it could be."""
    kind, total = number32(buffer, at, is_big), number32(buffer, at + 4, is_big)
    if total < (16 if kind == _SIMPLE else 32) or total > _MOST_BLOCK or total & 3:
        return DAMAGED
    if total > end - at:
        return STARVED
    if number32(buffer, at + total - 4, is_big) != total:
        return DAMAGED
    if kind == _SIMPLE:
        wire = number32(buffer, at + 8, is_big)
        captured, first = min(wire, total - 16), 12
        row["interface"], row["stamp"] = -1, 0
    else:
        captured, wire, first = number32(buffer, at + 20, is_big), number32(buffer, at + 24, is_big), 28
        row["stamp"] = np.uint64(number32(buffer, at + 12, is_big)) << np.uint64(32) | np.uint64(
            number32(buffer, at + 16, is_big)
        )
        row["interface"] = _interface_number(buffer, at, is_big)
    if captured > total - first - 4 or captured > MOST_CAPTURED:
        return DAMAGED
    row["start"], row["length"], row["wire_length"] = at + first, captured, max(min(wire, 0x7FFFFFFF), captured)
    return FULL


@numba.njit(cache=True, nogil=True)
def _interface_number(buffer: NDArray[np.uint8], at: int, is_big: bool) -> int:  # noqa: FBT001 - as above
    number = number32(buffer, at + 8, is_big)
    if number32(buffer, at, is_big) == _OBSOLETE:  # followed there by a count of drops
        number = number >> 16 if is_big else number & 0xFFFF
    return min(number, 0x7FFFFFFF)
