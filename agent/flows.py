"""The table of conversations in machine code: who talks to whom, which way, how many bytes; bounded in memory.

Both directions of a conversation are one flow in one slot. A slot is given to another flow only after ``expire`` has
answered with its last row, so a caller may keep things of its own by slot number.
"""

from enum import IntEnum
from typing import Final

from msgspec import Struct
import numba
import numpy as np
from numpy.typing import NDArray

from agent.flow_row import End, rows_of
from agent.headers import ACK, FIN, RST, SYN, TCP
from agent.sampling import key_of, mix


class Fate(IntEnum):
    """What the caller has decided about a flow; any other small number is its own to give."""

    UNDECIDED = 0
    COUNT = 1
    READ = 2


_SLOT: Final = np.dtype(
    [
        ("address", "<u8", (4,)), ("key", "<u8"), ("serial", "<u8"), ("first_ns", "<i8"), ("last_ns", "<i8"),
        ("bytes", "<i8", (2,)), ("packets", "<i8", (2,)), ("told_bytes", "<i8", (2,)), ("told_packets", "<i8", (2,)),
        ("next", "<u4", (2,)), ("initial", "<u4", (2,)), ("vlan", "<u4"), ("port", "<u2", (2,)),
        ("seen", "u1", (2,)), ("version", "u1"), ("protocol", "u1"), ("client", "u1"), ("fate", "u1"),
        ("is_midstream", "u1"), ("state", "u1"),
    ]
)  # fmt: skip
"""Side 0 sent the first packet seen. ``next`` is the sequence number that follows the highest one sent."""

_FREE: Final = 0
_OPEN: Final = 1
_FINISHED: Final = 2
_REPLACED: Final = 3

_SEEN: Final = 1
_HAS_INITIAL: Final = 2
_HAS_FIN: Final = 4

_FAR: Final = 1 << 26
"""A jump in sequence numbers beyond this is another numbering, not lost packets."""
_LINGER_NS: Final = 5_000_000_000
"""A finished flow stays so long for the stray packets after its end."""
_HALF_OPEN_NS: Final = 3_600_000_000_000
"""When the table is full, a flow that one side alone speaks of and without content seems so much older."""

_SERVED: Final = np.array([1433, 1521, 1883, 2049, 3000, 3128, 3306, 3389, 5000, 5060, 5432, 5672, 6379, 8000, 8008,
                           8080, 8081, 8088, 8443, 8888, 9000, 9090, 9092, 9200, 9443, 11211, 27017])  # fmt: skip
"""Ports above 1023 on which servers are usual (IANA's service names and common products' defaults), in order."""


class FlowUpdate(Struct, frozen=True):
    """What a batch of packets did to the table.

    Shape:
        flow: int32 (n,), slot of each packet's flow, -1 for none; by_client: bool (n,); fresh: int32 (m,), new slots.
    """

    flow: NDArray[np.int32]
    by_client: NDArray[np.bool_]
    fresh: NDArray[np.int32]


class FlowTable:
    """Flows in progress, at most ``capacity`` of them, about 170 bytes each.

    Args:
        seed: makes it unforeseeable which flows share a place, so that nobody can slow the table down on purpose.
    """

    def __init__(self, capacity: int = 65_536, seed: int = 0) -> None:
        self._slots = np.zeros(capacity, _SLOT)
        self._index = np.full(2 << (capacity - 1).bit_length(), -1, np.int32)
        self._free = np.arange(capacity - 1, -1, -1, dtype=np.int32)
        self._counts = np.zeros(4, np.int64)
        """Free slots, flows ever, packets and bytes for which there was no slot."""
        self._counts[0] = capacity
        self._used = 0
        """Slots from here on were never given."""
        self._seed = np.uint64(seed & 0xFFFFFFFFFFFFFFFF)
        self.evicted = 0
        """Flows that had to go before their time."""

    def __len__(self) -> int:
        return len(self._slots) - int(self._counts[0])

    @property
    def untracked(self) -> tuple[int, int]:
        """Packets, and their payload bytes, for which there was no slot: batches larger than a quarter of the table."""
        return int(self._counts[2]), int(self._counts[3])

    def update(self, batch_time: NDArray[np.int64], headers: NDArray[np.void]) -> FlowUpdate:
        """Count a batch of packets.

        Shape:
            batch_time: int64 (n,), UTC ns; headers: HEADER (n,)
        """
        flow = np.full(len(headers), -1, np.int32)
        by_client = np.zeros(len(headers), np.bool_)
        free = int(self._counts[0])
        table = (self._slots, self._index, self._free, self._counts, self._seed)
        _update(table, np.ascontiguousarray(batch_time), headers, flow, by_client)
        fresh = self._free[int(self._counts[0]) : free][::-1].copy()
        self._used = max(self._used, int(fresh.max(initial=-1)) + 1)
        return FlowUpdate(flow, by_client, fresh)

    def fates(self, slots: NDArray[np.int32]) -> NDArray[np.uint8]:
        """What was decided about these flows."""
        return self._slots["fate"][slots]

    def decide(self, slots: NDArray[np.int32], fate: NDArray[np.uint8] | int) -> None:
        """Note what was decided about these flows: one fate for all or one for each."""
        self._slots["fate"][slots] = fate

    def are_finished(self, slots: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which of these flows are over, though their last row is still to come."""
        finished: NDArray[np.bool_] = self._slots["state"][slots] >= _FINISHED
        return finished

    def slots(self) -> NDArray[np.int32]:
        """All flows in the table."""
        return np.flatnonzero(self._slots["state"][: self._used]).astype(np.int32)

    def rows(self, slots: NDArray[np.int32]) -> NDArray[np.void]:
        """These flows as they stand, with the bytes since their last report; nothing is marked as told.

        Shape:
            FLOW_ROW (m,)
        """
        return rows_of(slots, self._slots[slots])

    def report(self, slots: NDArray[np.int32]) -> NDArray[np.void]:
        """These flows with what they have sent since their last report.

        Shape:
            FLOW_ROW (m,)
        """
        rows = self.rows(slots)
        self._slots["told_bytes"][slots] = self._slots["bytes"][slots]
        self._slots["told_packets"][slots] = self._slots["packets"][slots]
        return rows

    def expire(self, now_ns: int, idle_ns: int) -> NDArray[np.void]:
        """End the flows that are finished or idle and, where the table has grown full, those idle longest.

        A quarter of the table is free afterwards: room for a batch of packets that each begin a flow. To end them all,
        say that there is no more time: ``expire(now_ns, -1)``.

        Shape:
            FLOW_ROW (m,), each flow's last row with its ``end``.
        """
        state, last = self._slots["state"][: self._used], self._slots["last_ns"][: self._used]
        ends = np.zeros(len(state), np.uint8)
        ends[(state == _OPEN) & (last < now_ns - idle_ns)] = End.IDLE
        ends[(state == _FINISHED) & (last < now_ns - min(idle_ns, _LINGER_NS))] = End.FINISHED
        ends[state == _REPLACED] = End.FINISHED
        kept = np.flatnonzero((state != _FREE) & (ends == End.OPEN))
        surplus = len(kept) - len(self._slots) * 3 // 4
        if surplus > 0:
            ends[self._oldest(kept, surplus)] = End.EVICTED
            self.evicted += surplus
        closed = np.flatnonzero(ends).astype(np.int32)
        rows = self.report(closed)
        rows["end"] = ends[closed]
        self._forget(closed)
        return rows

    def _oldest(self, kept: NDArray[np.intp], most: int) -> NDArray[np.intp]:
        slots = self._slots[kept]
        is_half_open = (slots["bytes"].sum(axis=1) == 0) & (slots["packets"].min(axis=1) == 0)
        age = slots["last_ns"] - np.where(is_half_open, _HALF_OPEN_NS, 0)
        return kept[np.argpartition(age, most - 1)[:most]]

    def _forget(self, closed: NDArray[np.int32]) -> None:
        if len(closed) == 0:
            return
        self._slots[closed] = np.zeros((), _SLOT)
        self._index.fill(-1)
        _rebuild(self._slots[: self._used], self._index)
        free = int(self._counts[0])
        self._free[free : free + len(closed)] = closed
        self._counts[0] = free + len(closed)


_Rows = NDArray[np.void]
_Table = tuple[_Rows, NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], np.uint64]
"""Slots, index, free slots, counts, seed."""


@numba.njit(cache=True, nogil=True)
def _update(
    table: _Table, times: NDArray[np.int64], headers: _Rows, flow: NDArray[np.int32], by_client: NDArray[np.bool_]
) -> None:
    for i in range(len(headers)):
        row = headers[i]
        if row["fault"] != 0:
            continue
        slot, side = _find(table, row)
        if slot < 0:
            continue
        place = table[0][slot]
        _count(place, row, side, times[i])
        flow[i] = slot
        by_client[i] = place["client"] == side


@numba.njit(cache=True, nogil=True)
def _find(table: _Table, row: np.void) -> tuple[int, int]:
    """The packet's slot, made if need be, and which side of it sent the packet; -1 if there is no room."""
    slots, index, _, counts, seed = table
    key = mix(key_of(row, seed), np.uint64(row["vlan"]))
    mask = len(index) - 1
    at = int(np.int64(np.uint64(key) & np.uint64(mask)))
    while index[at] >= 0:
        slot = int(index[at])
        side = _side(slots[slot], row) if slots[slot]["key"] == np.uint64(key) else -1
        if side >= 0 and _is_reopened(slots[slot], row, side):
            if counts[0] > 0:
                slots[slot]["state"] = _REPLACED
            break
        if side >= 0:
            return slot, side
        at = (at + 1) & mask
    return _place(table, at, row, key), 0


@numba.njit(cache=True, nogil=True)
def _side(place: np.void, row: np.void) -> int:
    """Which side of a flow sent this packet; -1: neither, it is another flow's."""
    if place["protocol"] != row["protocol"] or place["version"] != row["version"] or place["vlan"] != row["vlan"]:
        return -1
    for side in range(2):
        if _is_from(place, row, side):
            return side
    return -1


@numba.njit(cache=True, nogil=True)
def _is_from(place: np.void, row: np.void, side: int) -> bool:
    address, port = place["address"], place["port"]
    source, target = side * 2, 2 - side * 2
    if address[source] != row["source_high"] or address[source + 1] != row["source_low"]:
        return False
    if address[target] != row["target_high"] or address[target + 1] != row["target_low"]:
        return False
    return bool(port[side] == row["source_port"] and port[1 - side] == row["target_port"])


@numba.njit(cache=True, nogil=True)
def _is_reopened(place: np.void, row: np.void, side: int) -> bool:
    """Whether a SYN begins another connection: after the end of this one, or where this one's start was not seen."""
    if row["protocol"] != TCP or row["flags"] & SYN == 0:
        return False
    if place["is_midstream"]:
        return True
    has_same_start = place["seen"][side] & _HAS_INITIAL and place["initial"][side] == row["sequence"]
    return bool(place["state"] == _FINISHED and not has_same_start)


@numba.njit(cache=True, nogil=True)
def _place(table: _Table, at: int, row: np.void, key: int) -> int:
    """Give a new flow a slot and enter it at this place of the index; -1 if there is none."""
    slots, index, free, counts, _ = table
    if counts[0] == 0:
        counts[2] += 1
        counts[3] += row["wire_payload_length"]
        return -1
    counts[0] -= 1
    slot = int(free[counts[0]])
    index[at] = slot
    place = slots[slot]
    place["key"], place["serial"], place["state"] = key, counts[1], _OPEN
    counts[1] += 1
    place["address"][0], place["address"][1] = row["source_high"], row["source_low"]
    place["address"][2], place["address"][3] = row["target_high"], row["target_low"]
    place["port"][0], place["port"][1] = row["source_port"], row["target_port"]
    place["version"], place["protocol"], place["vlan"] = row["version"], row["protocol"], row["vlan"]
    place["first_ns"], place["last_ns"] = np.iinfo(np.int64).max, np.iinfo(np.int64).min
    place["client"], place["is_midstream"] = _client(row)
    return slot


@numba.njit(cache=True, nogil=True)
def _client(row: np.void) -> tuple[int, int]:
    """Which side is the client (0: the sender of this first packet), and whether only its ports could tell."""
    is_tcp = row["protocol"] == TCP
    if is_tcp and row["flags"] & SYN:
        return int(row["flags"] & ACK != 0), 0
    source, target = int(np.int64(row["source_port"])), int(np.int64(row["target_port"]))
    fame = _fame(source) - _fame(target)
    if fame != 0:
        return int(fame > 0), int(is_tcp)
    return int(is_tcp and source < target), int(is_tcp)


@numba.njit(cache=True, nogil=True)
def _fame(port: int) -> int:
    """How well a port is known as a server's."""
    if port < 1024:
        return 2
    at = np.searchsorted(_SERVED, port)
    return int(at < len(_SERVED) and _SERVED[at] == port)


@numba.njit(cache=True, nogil=True)
def _count(place: np.void, row: np.void, side: int, time_ns: int) -> None:
    place["first_ns"] = min(place["first_ns"], time_ns)
    place["last_ns"] = max(place["last_ns"], time_ns)
    place["packets"][side] += 1
    if row["protocol"] != TCP:
        place["bytes"][side] += row["wire_payload_length"]
    elif row["flags"] & RST:  # its number may be anything, its text is no part of the stream
        place["state"] = _FINISHED
    else:
        _advance(place, row, side)


@numba.njit(cache=True, nogil=True)
def _advance(place: np.void, row: np.void, side: int) -> None:
    """Count by sequence number: bytes sent again count once, bytes that were not captured count too."""
    length = int(np.int64(row["wire_payload_length"]))
    begin = int(np.int64(row["sequence"]))
    if row["flags"] & SYN:
        place["initial"][side] = row["sequence"]
        place["seen"][side] |= _HAS_INITIAL
        begin += 1
    fin = int(row["flags"] & FIN != 0)
    end = (begin + length + fin) & 0xFFFFFFFF
    ahead = ((end - int(np.int64(place["next"][side])) + 0x80000000) & 0xFFFFFFFF) - 0x80000000
    if place["seen"][side] & _SEEN == 0 or abs(ahead) > _FAR:
        place["bytes"][side] += length
        place["next"][side] = end
    elif ahead > 0:
        place["bytes"][side] += ahead - fin
        place["next"][side] = end
    place["seen"][side] |= _SEEN | (_HAS_FIN if fin else 0)
    if place["seen"][0] & place["seen"][1] & _HAS_FIN:
        place["state"] = _FINISHED


@numba.njit(cache=True, nogil=True)
def _rebuild(slots: NDArray[np.void], index: NDArray[np.int32]) -> None:
    """Enter the flows in progress into an empty index."""
    mask = len(index) - 1
    for slot in range(len(slots)):
        if slots[slot]["state"] in (_OPEN, _FINISHED):
            at = int(np.int64(slots[slot]["key"] & np.uint64(mask)))
            while index[at] >= 0:
                at = (at + 1) & mask
            index[at] = slot
