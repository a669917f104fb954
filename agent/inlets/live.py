"""Packets of a network interface: a ring shared with Linux's kernel (TPACKET_V3), elsewhere scapy's sockets."""

from collections.abc import Iterator
import mmap
import os
import select
import socket
import struct
import sys
from types import TracebackType
from typing import Final, Self

import numba
import numpy as np
from numpy.typing import NDArray

from agent.batch import Link, PacketBatch
from wire.faults import ConfigurationError, UnavailableError

_ALL_PROTOCOLS: Final = 0x0003
_LEVEL: Final = 263  # this and the following: linux/socket.h and linux/if_packet.h
_ADD_MEMBERSHIP: Final = 1
_RX_RING: Final = 5
_STATISTICS: Final = 6
_VERSION: Final = 10
_TPACKET_V3: Final = 2
_PROMISCUOUS: Final = 1
_OUTGOING: Final = 4
_STATUS_KERNEL: Final = 0
_STATUS_USER: Final = 1
_VLAN_VALID: Final = 0x10
_TPID_VALID: Final = 0x40

_BLOCK_BYTES: Final = 1 << 20
_RETIRE_MS: Final = 100
_WAIT_MS: Final = 200

_LINKS: Final = {1: Link.ETHERNET, 772: Link.ETHERNET, 768: Link.RAW, 769: Link.RAW, 65534: Link.RAW}
"""ARPHRD numbers (linux/if_arp.h): Ethernet, loopback, tunnels and other devices without a link header."""

_LAYERS: Final = {
    "Ether": Link.ETHERNET, "Loopback": Link.NULL, "IP": Link.RAW, "IPv6": Link.RAW, "CookedLinux": Link.LINUX_SLL,
}  # fmt: skip
"""What scapy calls the first layer."""

_PACKET: Final = np.dtype(
    [("start", "<i8"), ("time_ns", "<i8"), ("length", "<i4"), ("wire_length", "<i4"), ("is_kept", "?")]
)


class LiveSource:
    """The packets of an interface as they come, until ``close``; at least every 200 ms a batch, empty if none came.

    Args:
        interface: its name.
        ring_bytes: memory shared with the kernel; what does not fit while we are busy is counted in ``dropped``.

    Raises:
        ConfigurationError: no such interface, no right to listen, or a link type that is not read.
    """

    def __init__(self, interface: str, ring_bytes: int = 32 << 20) -> None:
        self.interface: Final = interface
        self._socket = _listen(interface)
        self._received = self._dropped = 0
        self._is_closed = self._is_running = False
        try:
            hardware = self._socket.getsockname()[3]
            self._link = _link_of(interface, hardware)
            self._is_loopback = hardware == 772
            self._blocks = max(ring_bytes // _BLOCK_BYTES, 2)
            self._ring = _ring(self._socket, self._blocks)
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening; an iteration under way in another thread ends within 200 ms."""
        self._is_closed = True
        if not self._is_running:
            self._socket.close()

    def statistics(self) -> tuple[int, int]:
        """Packets that reached the socket since it was opened, and how many of them the kernel had to drop."""
        if self._socket.fileno() >= 0:
            seen, dropped, _ = struct.unpack("III", self._socket.getsockopt(_LEVEL, _STATISTICS, 12))
            self._received, self._dropped = self._received + seen, self._dropped + dropped
        return self._received, self._dropped

    def __iter__(self) -> Iterator[PacketBatch]:
        """Give batches.

        Raises:
            UnavailableError: the interface went down.
        """
        self._is_running = True
        poll = select.poll()
        poll.register(self._socket, select.POLLIN | select.POLLERR)
        at = 0
        try:
            while not self._is_closed:
                block = memoryview(self._ring)[at * _BLOCK_BYTES : (at + 1) * _BLOCK_BYTES]
                if struct.unpack_from("I", block, 8)[0] & _STATUS_USER:
                    yield self._batch(block)
                    at = (at + 1) % self._blocks
                elif poll.poll(_WAIT_MS):
                    self._check()
                else:
                    yield _empty()
        finally:
            self._is_running = False
            self.statistics()
            self._socket.close()

    def _check(self) -> None:
        error = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise UnavailableError(f"listening on {self.interface} stopped: {os.strerror(error)}")

    def _batch(self, block: memoryview) -> PacketBatch:
        """Copy a block out of the ring and give it back to the kernel."""
        count, first, length = struct.unpack_from("III", block, 12)
        content = np.frombuffer(block[:length], np.uint8).copy()
        struct.pack_into("I", block, 8, _STATUS_KERNEL)
        rows = np.zeros(count, _PACKET)
        _walk(content, first, self._is_loopback, rows)
        rows = rows[rows["is_kept"]]
        link = np.full(len(rows), self._link, np.int32)
        start, length, wire, time_ns = (rows[name].copy() for name in ("start", "length", "wire_length", "time_ns"))
        return PacketBatch(content, start, length, wire, time_ns, link)


class ScapySource:
    """The same where there is no AF_PACKET: slow, for trying things out on a desk.

    Raises:
        ConfigurationError: no such interface or no right to listen.
    """

    def __init__(self, interface: str) -> None:
        from scapy.all import conf  # noqa: PLC0415 - takes seconds to import, and nearly nobody needs it

        self._received = 0
        self._is_closed = False
        try:
            self._listener = conf.L2listen(iface=interface)
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"cannot read {interface}: {error}") from error

    def close(self) -> None:
        """Stop listening; an iteration under way in another thread ends within 200 ms."""
        self._is_closed = True

    def statistics(self) -> tuple[int, int]:
        """Packets received; how many were dropped cannot be known here."""
        return self._received, 0

    def __iter__(self) -> Iterator[PacketBatch]:
        from scapy.all import sniff  # noqa: PLC0415 - as above

        try:
            while not self._is_closed:
                taken = sniff(opened_socket=self._listener, timeout=_WAIT_MS / 1000, store=True)
                self._received += len(taken)
                content = [bytes(packet.original) for packet in taken]
                length = np.array([len(each) for each in content], np.int32)
                time_ns = np.array([int(packet.time * 1_000_000_000) for packet in taken], np.int64)
                link = np.array([_LAYERS.get(type(packet).__name__, -1) for packet in taken], np.int32)
                start = np.cumsum(length, dtype=np.int64) - length
                yield PacketBatch(
                    np.frombuffer(bytearray().join(content), np.uint8), start, length, length, time_ns, link
                )
        finally:
            self._listener.close()


def open_live(interface: str) -> LiveSource | ScapySource:
    """The best source that this system has."""
    return LiveSource(interface) if hasattr(socket, "AF_PACKET") else ScapySource(interface)


def _listen(interface: str) -> socket.socket:
    try:
        listener = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    except PermissionError as error:
        raise ConfigurationError(
            f"cannot read {interface}: permission denied",
            cure=f"sudo setcap cap_net_raw+ep $(readlink -f {sys.executable})   or read a file: guanjin scan x.pcap",
        ) from error
    try:
        number = socket.if_nametoindex(interface)
    except OSError as error:
        listener.close()
        names = ", ".join(name for _, name in socket.if_nameindex())
        raise ConfigurationError(
            f"cannot read {interface}: no such interface", cure=f"this machine has: {names}"
        ) from error
    listener.setsockopt(_LEVEL, _VERSION, _TPACKET_V3)
    membership = struct.pack("IHH8s", number, _PROMISCUOUS, 0, b"")
    listener.setsockopt(_LEVEL, _ADD_MEMBERSHIP, membership)
    listener.bind((interface, 0))
    return listener


def _ring(listener: socket.socket, blocks: int) -> mmap.mmap:
    frame = 1 << 11
    request = struct.pack("7I", _BLOCK_BYTES, blocks, frame, _BLOCK_BYTES // frame * blocks, _RETIRE_MS, 0, 0)
    listener.setsockopt(_LEVEL, _RX_RING, request)
    ring = mmap.mmap(listener.fileno(), _BLOCK_BYTES * blocks, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
    listener.bind((listener.getsockname()[0], _ALL_PROTOCOLS))
    return ring


def _link_of(interface: str, hardware: int) -> Link:
    if hardware not in _LINKS:
        raise ConfigurationError(f"cannot read {interface}: hardware type {hardware} is not known")
    return _LINKS[hardware]


def _empty() -> PacketBatch:
    long, short = np.empty(0, np.int64), np.empty(0, np.int32)
    return PacketBatch(np.empty(0, np.uint8), long, short, short, long, short)


@numba.njit(cache=True, nogil=True)
def _walk(content: NDArray[np.uint8], at: int, is_loopback: bool, rows: NDArray[np.void]) -> None:  # noqa: FBT001
    """Index a block's packets. What loopback sends it also receives: there the outgoing copy is left out."""
    for row in rows:
        _index(content, at, row)
        if is_loopback and content[at + 58] == _OUTGOING:
            row["is_kept"] = False
        at += _number(content, at, 4)


@numba.njit(cache=True, nogil=True)
def _index(content: NDArray[np.uint8], at: int, row: np.void) -> None:
    """Index one packet (struct tpacket3_hdr), its VLAN tag put back where the kernel took it from."""
    start, status = at + _number(content, at + 24, 2), _number(content, at + 20, 4)
    row["time_ns"] = _number(content, at + 4, 4) * 1_000_000_000 + _number(content, at + 8, 4)
    row["length"], row["wire_length"] = _number(content, at + 12, 4), _number(content, at + 16, 4)
    row["is_kept"] = True
    if status & _VLAN_VALID and row["length"] >= 12:
        for i in range(12):
            content[start - 4 + i] = content[start + i]
        kind = _number(content, at + 36, 2) if status & _TPID_VALID else 0x8100
        tag = _number(content, at + 32, 2)
        content[start + 8], content[start + 9] = kind >> 8, kind & 0xFF
        content[start + 10], content[start + 11] = tag >> 8, tag & 0xFF
        start -= 4
        row["length"] += 4
        row["wire_length"] += 4
    row["start"] = start


@numba.njit(cache=True, nogil=True)
def _number(content: NDArray[np.uint8], at: int, size: int) -> int:
    """A number in the kernel's byte order, which is little-endian wherever numba runs but on s390x."""
    value = 0
    for i in range(size):
        value |= int(np.int64(content[at + i])) << 8 * i
    return value
