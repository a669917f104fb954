"""Link, VLAN, IPv4, IPv6, TCP and UDP headers in machine code, a batch at a time.

Every function here also runs uncompiled (``NUMBA_DISABLE_JIT=1``), where it is the oracle of its compiled self.
A packet is read between three absolute offsets in ``data``: ``at``, where we are; ``end``, where its captured bytes
end; ``stop``, where its bytes ended on the wire. A layer that cannot be read sets ``fault``.
"""

from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from agent.batch import HEADER, Fault, Link, PacketBatch

_Bytes = NDArray[np.uint8]

TCP: Final = 6
UDP: Final = 17

FIN: Final = 1
SYN: Final = 2
RST: Final = 4
ACK: Final = 16

_LINK: Final = int(Fault.LINK)
_NOT_IP: Final = int(Fault.NOT_IP)
_TRUNCATED: Final = int(Fault.TRUNCATED)
_MALFORMED: Final = int(Fault.MALFORMED)
_FRAGMENT: Final = int(Fault.FRAGMENT)
_TRANSPORT: Final = int(Fault.TRANSPORT)

_NULL: Final = int(Link.NULL)
_ETHERNET: Final = int(Link.ETHERNET)
_RAW: Final = int(Link.RAW)
_LOOP: Final = int(Link.LOOP)
_IPV4: Final = int(Link.IPV4)
_IPV6: Final = int(Link.IPV6)
_SLL: Final = int(Link.LINUX_SLL)
_SLL2: Final = int(Link.LINUX_SLL2)

_TYPE_IPV4: Final = 0x0800
_TYPE_IPV6: Final = 0x86DD
_MOST_TAGS: Final = 8
_MOST_EXTENSIONS: Final = 16


def parse_headers(batch: PacketBatch) -> NDArray[np.void]:
    """One ``HEADER`` row for each packet; one that cannot be read has a ``fault`` instead of a payload.

    Shape:
        HEADER (n,)
    """
    rows = np.zeros(len(batch), HEADER)
    ends = np.empty((len(batch), 2), np.int64)
    ends[:, 0] = batch.start + batch.length
    ends[:, 1] = batch.start + np.maximum(batch.wire_length, batch.length)
    _parse(np.ascontiguousarray(batch.data), np.ascontiguousarray(batch.start), ends, batch.link, rows)
    return rows


@numba.njit(cache=True, nogil=True)
def _parse(
    data: _Bytes, starts: NDArray[np.int64], ends: NDArray[np.int64], links: NDArray[np.int32], rows: NDArray[np.void]
) -> None:
    for i in range(len(rows)):
        row = rows[i]
        end, stop = ends[i, 0], ends[i, 1]
        row["payload"] = starts[i]
        at, version = _link(data, starts[i], end, links[i], row)
        if version == 4:
            at, stop = _ipv4(data, at, end, stop, row)
        elif version == 6:
            at, stop = _ipv6(data, at, end, stop, row)
        if row["fault"] == 0:
            _transport(data, at, end, stop, row)


@numba.njit(cache=True, nogil=True)
def _byte(data: _Bytes, at: int) -> int:
    return int(np.int64(data[at]))


@numba.njit(cache=True, nogil=True)
def _u16(data: _Bytes, at: int) -> int:
    return _byte(data, at) << 8 | _byte(data, at + 1)


@numba.njit(cache=True, nogil=True)
def _u32(data: _Bytes, at: int) -> int:
    return _u16(data, at) << 16 | _u16(data, at + 2)


@numba.njit(cache=True, nogil=True)
def _u64(data: _Bytes, at: int) -> np.uint64:
    return np.uint64(_u32(data, at)) << np.uint64(32) | np.uint64(_u32(data, at + 4))


# ---- link


@numba.njit(cache=True, nogil=True)
def _link(data: _Bytes, at: int, end: int, link: int, row: np.void) -> tuple[int, int]:
    """Where the IP header begins and its version."""
    if link in (_RAW, _IPV4, _IPV6):
        return _version(data, at, end, row)
    length, type_at = _link_shape(link)
    if length == 0:
        row["fault"] = _LINK
        return at, 0
    if end - at < length:
        row["fault"] = _TRUNCATED
        return at, 0
    if type_at < 0:
        return at + 4, _family(data, at, row)
    return _tags(data, at + length, end, _u16(data, at + type_at), row)


@numba.njit(cache=True, nogil=True)
def _link_shape(link: int) -> tuple[int, int]:
    """Length of the link header and where in it the ether type stands (-1: an address family stands there instead)."""
    if link == _ETHERNET:
        return 14, 12
    if link == _SLL:
        return 16, 14
    if link == _SLL2:
        return 20, 0
    if link in (_NULL, _LOOP):
        return 4, -1
    return 0, 0


@numba.njit(cache=True, nogil=True)
def _version(data: _Bytes, at: int, end: int, row: np.void) -> tuple[int, int]:
    """The version that the packet itself tells."""
    if at >= end:
        row["fault"] = _TRUNCATED
        return at, 0
    version = _byte(data, at) >> 4
    if version in (4, 6):
        return at, version
    row["fault"] = _NOT_IP
    return at, 0


@numba.njit(cache=True, nogil=True)
def _family(data: _Bytes, at: int, row: np.void) -> int:
    """The IP version of an address family in the byte order of whichever machine captured it."""
    family = _byte(data, at) or _byte(data, at + 3)
    if _u16(data, at + 1) != 0:
        family = 0
    if family == 2:
        return 4
    if family in (10, 24, 28, 30):  # Linux, NetBSD and OpenBSD, FreeBSD, Darwin
        return 6
    row["fault"] = _NOT_IP
    return 0


@numba.njit(cache=True, nogil=True)
def _tags(data: _Bytes, at: int, end: int, kind: int, row: np.void) -> tuple[int, int]:
    """Past any stack of VLAN tags, of which the outer two are kept."""
    vlan = 0
    for depth in range(_MOST_TAGS):
        if kind not in (0x8100, 0x88A8, 0x9100):
            break
        if end - at < 4:
            row["fault"] = _TRUNCATED
            return at, 0
        if depth < 2:
            vlan = vlan << 12 | _u16(data, at) & 0xFFF
        kind = _u16(data, at + 2)
        at += 4
    row["vlan"] = vlan
    if kind == _TYPE_IPV4:
        return at, 4
    if kind == _TYPE_IPV6:
        return at, 6
    row["fault"] = _NOT_IP
    return at, 0


# ---- network


@numba.njit(cache=True, nogil=True)
def _ipv4(data: _Bytes, at: int, end: int, stop: int, row: np.void) -> tuple[int, int]:
    """Where the transport header begins, and where the IP packet ended on the wire."""
    if end - at < 20:
        row["fault"] = _TRUNCATED
        return at, stop
    row["version"] = 4
    row["protocol"] = data[at + 9]
    row["source_low"] = np.uint64(_u32(data, at + 12))
    row["target_low"] = np.uint64(_u32(data, at + 16))
    header = (_byte(data, at) & 15) * 4
    total = _u16(data, at + 2)
    if total == 0:  # segmentation offload: the packet was captured before its length was written
        total = stop - at
    if _byte(data, at) >> 4 != 4 or header < 20 or total < header:
        row["fault"] = _MALFORMED
    elif _u16(data, at + 6) & 0x1FFF:
        row["fault"] = _FRAGMENT
    row["flags"] = _byte(data, at + 6) >> 5 & 1  # more fragments follow; the transport layer takes the place over
    return at + header, at + total


@numba.njit(cache=True, nogil=True)
def _ipv6(data: _Bytes, at: int, end: int, stop: int, row: np.void) -> tuple[int, int]:
    """Where the transport header begins, and where the IP packet ended on the wire."""
    if end - at < 40:
        row["fault"] = _TRUNCATED
        return at, stop
    row["version"] = 6
    row["protocol"] = data[at + 6]
    row["source_high"] = _u64(data, at + 8)
    row["source_low"] = _u64(data, at + 16)
    row["target_high"] = _u64(data, at + 24)
    row["target_low"] = _u64(data, at + 32)
    if _byte(data, at) >> 4 != 6:
        row["fault"] = _MALFORMED
    if _u16(data, at + 4) != 0:  # 0: a jumbogram or segmentation offload
        stop = at + 40 + _u16(data, at + 4)
    return _extensions(data, at + 40, end, stop, row), stop


@numba.njit(cache=True, nogil=True)
def _extensions(data: _Bytes, at: int, end: int, stop: int, row: np.void) -> int:
    """Past the extension headers; leaves the last one's successor in ``protocol``."""
    for _ in range(_MOST_EXTENSIONS):
        kind = int(np.int64(row["protocol"]))
        if kind not in (0, 43, 44, 51, 60, 135, 139, 140):
            return at
        if not _is_within(at + 8, end, stop, row):
            return at
        size = (_byte(data, at + 1) + 1) * 8
        if kind == 51:
            size = (_byte(data, at + 1) + 2) * 4
        elif kind == 44:
            size = 8
            _fragment(data, at, row)
        row["protocol"] = data[at]
        if row["fault"]:
            return at
        at += size
    row["fault"] = _MALFORMED
    return at


@numba.njit(cache=True, nogil=True)
def _fragment(data: _Bytes, at: int, row: np.void) -> None:
    place = _u16(data, at + 2)
    if place >> 3:
        row["fault"] = _FRAGMENT
    row["flags"] = place & 1


# ---- transport


@numba.njit(cache=True, nogil=True)
def _is_within(header_end: int, end: int, stop: int, row: np.void) -> bool:
    """Whether a header that ends there lies within the IP packet and was captured."""
    if header_end > stop:
        row["fault"] = _MALFORMED
    elif header_end > end:
        row["fault"] = _TRUNCATED
    return bool(row["fault"] == 0)


@numba.njit(cache=True, nogil=True)
def _transport(data: _Bytes, at: int, end: int, stop: int, row: np.void) -> None:
    if row["protocol"] == TCP:
        _tcp(data, at, end, stop, row)
    elif row["protocol"] == UDP:
        _udp(data, at, end, stop, row)
    else:
        row["fault"] = _TRANSPORT


@numba.njit(cache=True, nogil=True)
def _tcp(data: _Bytes, at: int, end: int, stop: int, row: np.void) -> None:
    row["flags"] = 0
    if at + 20 > stop:
        row["fault"] = _MALFORMED
        return
    if not _is_within(at + 14, end, stop, row):  # the options may be cut off: what counts stands before them
        return
    header = (_byte(data, at + 12) >> 4) * 4
    if header < 20 or at + header > stop:
        row["fault"] = _MALFORMED
        return
    _ports(data, at, row)
    row["sequence"] = _u32(data, at + 4)
    row["flags"] = data[at + 13]
    _payload(at + header, end, stop, row)


@numba.njit(cache=True, nogil=True)
def _udp(data: _Bytes, at: int, end: int, stop: int, row: np.void) -> None:
    """A first fragment's payload counts in full: its later fragments have no ports to be counted by."""
    is_part = row["flags"] != 0
    row["flags"] = 0
    if not _is_within(at + 8, end, stop, row):
        return
    size = _u16(data, at + 4)
    if size == 0:
        size = stop - at
    if size < 8 or (size > stop - at and not is_part):
        row["fault"] = _MALFORMED
        return
    _ports(data, at, row)
    _payload(at + 8, end, min(stop, at + size), row)
    row["wire_payload_length"] = size - 8


@numba.njit(cache=True, nogil=True)
def _ports(data: _Bytes, at: int, row: np.void) -> None:
    row["source_port"] = _u16(data, at)
    row["target_port"] = _u16(data, at + 2)


@numba.njit(cache=True, nogil=True)
def _payload(at: int, end: int, stop: int, row: np.void) -> None:
    row["payload"] = min(at, end)
    row["payload_length"] = max(min(end, stop) - at, 0)
    row["wire_payload_length"] = stop - at
