"""Packets as columns: what travels between inlet, headers, flows and streams. No Python object per packet."""

from enum import IntEnum
from typing import Final

from msgspec import Struct
import numpy as np
from numpy.typing import NDArray


class Link(IntEnum):
    """Link types that are read, by their number in pcap files (tcpdump.org/linktypes.html)."""

    NULL = 0
    ETHERNET = 1
    RAW = 101
    LOOP = 108
    LINUX_SLL = 113
    IPV4 = 228
    IPV6 = 229
    LINUX_SLL2 = 276


class PacketBatch(Struct, frozen=True):
    """Some packets.

    Shape:
        data: uint8 (all bytes); start: int64 (n,), offset of each packet in data; length: int32 (n,), captured bytes;
        wire_length: int32 (n,), bytes on the wire; time_ns: int64 (n,), UTC; link: int32 (n,), a Link number.
    """

    data: NDArray[np.uint8]
    start: NDArray[np.int64]
    length: NDArray[np.int32]
    wire_length: NDArray[np.int32]
    time_ns: NDArray[np.int64]
    link: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.start)


class Fault(IntEnum):
    """Why a packet has no transport payload; 0 is none."""

    NONE = 0
    LINK = 1
    """A link type that is not read."""
    NOT_IP = 2
    """ARP, LLDP and the like: seen, and nothing to export in it."""
    TRUNCATED = 3
    """The capture cut it within a header."""
    MALFORMED = 4
    """A header contradicts itself."""
    FRAGMENT = 5
    """A later IP fragment, which has no ports."""
    TRANSPORT = 6
    """Neither TCP nor UDP."""


HEADER: Final = np.dtype(
    [
        ("source_high", "<u8"), ("source_low", "<u8"), ("target_high", "<u8"), ("target_low", "<u8"),
        ("payload", "<i8"), ("sequence", "<u4"), ("payload_length", "<i4"), ("wire_payload_length", "<i4"),
        ("vlan", "<u4"), ("source_port", "<u2"), ("target_port", "<u2"),
        ("version", "u1"), ("protocol", "u1"), ("flags", "u1"), ("fault", "u1"),
    ]
)  # fmt: skip
"""One packet's headers. Addresses are two big-endian halves as integers (IPv4 in the low half of ``low``); ``payload``
is the offset in ``data``; ``payload_length`` is captured, ``wire_payload_length`` is what the IP length says; ``vlan``
holds up to two tags (outer << 12 | inner); ``flags`` are TCP's."""
