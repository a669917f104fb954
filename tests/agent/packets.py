"""Packets and batches for the tests of the packet path."""

from collections.abc import Sequence
from ipaddress import ip_address
import struct

import numpy as np

from agent.batch import Link, PacketBatch

SYN, ACK, FIN, RST, PSH = 2, 16, 1, 4, 8


def a_batch(
    packets: Sequence[bytes],
    *,
    link: int = Link.ETHERNET,
    wire: Sequence[int] | None = None,
    times: Sequence[int] | None = None,
) -> PacketBatch:
    """A batch of packets, with rubbish before, between and after them."""
    content, start = bytearray(b"\xa5" * 7), []
    for packet in packets:
        start.append(len(content))
        content += packet + b"\xa5" * 3
    length = np.array([len(packet) for packet in packets], np.int32)
    return PacketBatch(
        np.frombuffer(content, np.uint8),
        np.array(start, np.int64),
        length,
        length if wire is None else np.array(wire, np.int32),
        np.arange(len(packets), dtype=np.int64) if times is None else np.array(times, np.int64),
        np.full(len(packets), link, np.int32),
    )


def tcp(source: tuple[str, int], target: tuple[str, int], sequence: int, flags: int, payload: bytes = b"") -> bytes:
    """An IPv4 or IPv6 packet for Link.RAW."""
    return ip(source[0], target[0], 6, _ports(source, target) + struct.pack(
        ">IIBBHHH", sequence & 0xFFFFFFFF, 0, 0x50, flags, 1024, 0, 0) + payload)  # fmt: skip


def udp(source: tuple[str, int], target: tuple[str, int], payload: bytes = b"") -> bytes:
    return ip(source[0], target[0], 17, _ports(source, target) + struct.pack(">HH", 8 + len(payload), 0) + payload)


def ip(source: str, target: str, protocol: int, content: bytes, *, fragment: int = 0) -> bytes:
    addresses = ip_address(source).packed + ip_address(target).packed
    if len(addresses) == 32:
        return struct.pack(">IHBB", 0x60000000, len(content), protocol, 64) + addresses + content
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(content), 1, fragment, 64, protocol, 0) + addresses + content


def _ports(source: tuple[str, int], target: tuple[str, int]) -> bytes:
    return struct.pack(">HH", source[1], target[1])
