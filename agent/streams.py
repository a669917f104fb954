"""TCP byte order for chosen flows only, in bounded memory; the first copy of a byte wins, as the recipient's would."""

from bisect import bisect_left, insort
from collections import Counter, OrderedDict
from collections.abc import Iterator
from typing import Final, NamedTuple

from msgspec import Struct
import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from agent.batch import PacketBatch
from agent.flows import FlowUpdate
from agent.headers import FIN, RST, SYN, TCP

_MOST_HELD: Final = 256 << 10
"""Out-of-order bytes of one direction: when there are more, the gap before them is given up."""
_PIECE_COST: Final = 256
"""What a held piece counts at least, so that many small ones cannot fill the memory either."""
_TAIL: Final = 4096
"""Delivered bytes that are kept to be compared with what is sent again ..."""
_MOST_TAILS: Final = 2048
"""... and for how many directions."""
_FAR: Final = 1 << 26
"""So far back nothing is sent again: another numbering."""


class Segment(Struct, frozen=True):
    """The next bytes of one direction of a flow. Raw: its repr shows no content."""

    flow: int
    by_client: bool
    content: bytes
    time_ns: int
    missing: int = 0
    """Bytes of this direction, just before ``content``, that were not captured."""

    @override
    def __repr__(self) -> str:
        return f"Segment({self.flow}, by_client={self.by_client}, {len(self.content)} bytes, missing={self.missing})"


class _Piece(NamedTuple):
    """Bytes by their place in the stream, counted without wrapping; the capture may hold fewer than end - begin."""

    begin: int
    end: int
    content: bytes
    time_ns: int

    def between(self, begin: int, end: int) -> "_Piece":
        return _Piece(begin, end, self.content[begin - self.begin : end - self.begin], self.time_ns)

    def contradicts(self, begin: int, content: bytes) -> bool:
        """Whether both hold some byte, but not the same one."""
        first, last = max(self.begin, begin), min(self.begin + len(self.content), begin + len(content))
        mine = self.content[first - self.begin : max(last - self.begin, 0)]
        return first < last and mine != content[first - begin : last - begin]


class _Direction:
    """One direction of one flow."""

    __slots__ = ("final", "held", "held_bytes", "initial", "missing", "next", "stray_end", "time_ns")

    def __init__(self, first: int) -> None:
        self.next = first | 1 << 32
        """Place of the next byte; its low 32 bits are the sequence number."""
        self.missing = 0
        """Bytes before ``next`` whose loss has not been told."""
        self.initial = -1
        """Where the SYN said that content begins, if it was seen."""
        self.final = -1
        """Where a FIN without content said that the stream ends."""
        self.stray_end = -1
        self.time_ns = 0
        """When the bytes before ``next`` were sent."""
        self.held: list[_Piece] = []
        """Later pieces in order, without overlaps."""
        self.held_bytes = 0

    def place(self, sequence: int) -> int:
        """The place nearest to ``next`` that this sequence number can mean."""
        return self.next + ((sequence - self.next + 0x80000000) & 0xFFFFFFFF) - 0x80000000


_Key = tuple[int, bool]


class Reassembler:
    """Puts the packets of chosen flows in order.

    What a flow holds is let go by ``close`` or ``drop``, which the caller owes it before its slot is given again.

    Args:
        memory_bytes: most out-of-order bytes of all flows together. When there are more, the directions that have
            waited longest give up their gaps.
    """

    def __init__(self, memory_bytes: int = 64 << 20) -> None:
        self._memory_bytes = memory_bytes
        self._held_bytes = 0
        self._directions: dict[_Key, _Direction] = {}
        self._waiting: OrderedDict[_Key, None] = OrderedDict()
        """Directions that hold something, in the order in which they began to."""
        self._tails: OrderedDict[_Key, bytes] = OrderedDict()
        """What some directions delivered last; the oldest are forgotten."""
        self._dropped: set[int] = set()
        """Flows dropped since the last batch began."""
        self.conflicts = 0
        """Times that bytes were sent again with another content: an attempt to be read differently."""
        self.faults: Counter[str] = Counter()
        """``gap``: bytes given up; ``memory``: a direction had to give up its gaps because memory was short; ``stray``:
        numbers from nowhere; ``renumbered``: a stream that went on under other numbers."""

    @property
    def held_bytes(self) -> int:
        """Out-of-order bytes held now; a small piece counts 256."""
        return self._held_bytes

    def feed(
        self, batch: PacketBatch, headers: NDArray[np.void], update: FlowUpdate, rows: NDArray[np.intp]
    ) -> Iterator[Segment]:
        """Take the packets of chosen flows, given by their rows; each flow's segments come in its own order."""
        view = batch.data.data
        self._dropped.clear()
        for run in _runs(headers, update, rows):
            first = run[0]
            key = int(update.flow[first]), bool(update.by_client[first])
            if key[0] in self._dropped:
                continue
            spans = zip(headers["payload"][run].tolist(), headers["payload_length"][run].tolist(), strict=True)
            content = b"".join([view[at : at + length] for at, length in spans])
            wire = int(headers["wire_payload_length"][run].sum(dtype=np.int64))
            piece = _Piece(int(headers["sequence"][first]), wire, content, int(batch.time_ns[first]))
            if headers["protocol"][first] == TCP:
                yield from self._take(key, piece, is_syn=bool(headers["flags"][first] & SYN))
            else:
                yield Segment(*key, content, piece.time_ns)
                if wire > len(content):
                    yield Segment(*key, b"", piece.time_ns, wire - len(content))

    def close(self, flow: int) -> Iterator[Segment]:
        """A flow is over: give what is still held, gaps and all, and forget it."""
        for key in ((flow, True), (flow, False)):
            direction = self._directions.get(key)
            if direction is not None:
                yield from self._give_up(key, direction)
                missing = direction.missing + max(direction.final - direction.next, 0)
                if missing:
                    yield Segment(*key, b"", direction.time_ns, missing)
        self.drop(flow)

    def drop(self, flow: int) -> None:
        """Forget a flow and what is held of it, also while ``feed`` still gives: its packets there are passed over."""
        self._dropped.add(flow)
        for key in ((flow, True), (flow, False)):
            direction = self._directions.pop(key, None)
            if direction is not None:
                self._held_bytes -= direction.held_bytes
                direction.held_bytes = 0
                direction.held.clear()
                self._waiting.pop(key, None)
                self._tails.pop(key, None)

    def _take(self, key: _Key, piece: _Piece, *, is_syn: bool) -> Iterator[Segment]:
        """A piece that bears its sequence number and its length yet: find its place."""
        sequence, length = (piece.begin + is_syn) & 0xFFFFFFFF, piece.end
        direction = self._directions.get(key)
        if direction is None:
            direction = self._directions[key] = _Direction(sequence)
        if is_syn and direction.initial not in (-1, sequence):
            yield from self._renumber(key, direction, sequence)
        if is_syn:
            direction.initial = sequence
        elif self._is_stray(direction, sequence, length):
            if direction.stray_end != sequence:
                direction.stray_end = (sequence + length) & 0xFFFFFFFF
                self.faults["stray"] += 1
                return
            direction.missing += 1  # how many they are cannot be known
            yield from self._renumber(key, direction, sequence)
        if key[0] in self._dropped:
            return
        begin = direction.place(sequence)
        yield from self._order(key, direction, _Piece(begin, begin + length, piece.content, piece.time_ns))

    @staticmethod
    def _is_stray(direction: _Direction, sequence: int, length: int) -> bool:
        return direction.place(sequence) + length < direction.next - _FAR

    def _renumber(self, key: _Key, direction: _Direction, sequence: int) -> Iterator[Segment]:
        self.faults["renumbered"] += 1
        yield from self._give_up(key, direction)
        direction.next, direction.final = sequence | 1 << 32, -1
        self._tails.pop(key, None)

    def _order(self, key: _Key, direction: _Direction, piece: _Piece) -> Iterator[Segment]:
        if piece.begin == piece.end:
            direction.final = max(direction.final, piece.end)
            return
        if piece.begin == direction.next and not direction.held:
            yield from self._deliver(key, direction, piece)
            return
        tail = self._tails.get(key, b"")
        self.conflicts += piece.contradicts(direction.next - len(tail), tail)
        if piece.end <= direction.next:
            return
        self._hold(key, direction, piece.between(max(piece.begin, direction.next), piece.end))
        yield from self._drain(key, direction)
        while direction.held_bytes > _MOST_HELD:
            yield from self._give_up_one(key, direction)
        while self._held_bytes > self._memory_bytes:
            self.faults["memory"] += 1
            oldest = next(iter(self._waiting))
            yield from self._give_up(oldest, self._directions[oldest])

    def _hold(self, key: _Key, direction: _Direction, piece: _Piece) -> None:
        """Keep what is new in a piece that came too early."""
        held, begin = direction.held, piece.begin
        at = bisect_left(held, begin, key=_begin)
        at -= bool(at and held[at - 1].end > begin)
        parts = []
        while at < len(held) and held[at].begin < piece.end:
            other = held[at]
            self.conflicts += piece.contradicts(other.begin, other.content)
            if begin < other.begin:
                parts.append(piece.between(begin, other.begin))
            begin = max(begin, other.end)
            at += 1
        if begin < piece.end:
            parts.append(piece.between(begin, piece.end))
        for part in parts:
            insort(held, part, key=_begin)
            self._account(key, direction, _cost(part))

    def _account(self, key: _Key, direction: _Direction, cost: int) -> None:
        direction.held_bytes += cost
        self._held_bytes += cost
        if direction.held:
            self._waiting.setdefault(key)
        else:
            self._waiting.pop(key, None)

    def _drain(self, key: _Key, direction: _Direction) -> Iterator[Segment]:
        """Deliver what is held and due, joined as far as nothing is missing in it."""
        held = direction.held
        while held and held[0].begin == direction.next:
            count, place, is_whole = 0, direction.next, True
            while count < len(held) and held[count].begin == place and is_whole:
                is_whole = len(held[count].content) == held[count].end - place
                place = held[count].end
                count += 1
            ready = held[:count]
            del held[:count]
            self._account(key, direction, -sum(map(_cost, ready)))
            content = b"".join([piece.content for piece in ready])
            yield from self._deliver(key, direction, _Piece(direction.next, place, content, ready[0].time_ns))

    def _give_up_one(self, key: _Key, direction: _Direction) -> Iterator[Segment]:
        gap = direction.held[0].begin - direction.next
        direction.missing += gap
        direction.next += gap
        self._tails.pop(key, None)
        self.faults["gap"] += 1
        yield from self._drain(key, direction)

    def _give_up(self, key: _Key, direction: _Direction) -> Iterator[Segment]:
        while direction.held:
            yield from self._give_up_one(key, direction)

    def _deliver(self, key: _Key, direction: _Direction, piece: _Piece) -> Iterator[Segment]:
        direction.next, direction.time_ns = piece.end, piece.time_ns
        unseen = piece.end - piece.begin - len(piece.content)
        if unseen:
            self._tails.pop(key, None)
        elif piece.content:
            self._remember(key, piece.content)
        missing, direction.missing = direction.missing, unseen
        if not piece.content:
            missing, direction.missing = missing + unseen, 0
        if piece.content or missing:
            yield Segment(*key, piece.content, piece.time_ns, missing)

    def _remember(self, key: _Key, content: bytes) -> None:
        if len(content) < _TAIL:
            content = self._tails.pop(key, b"") + content
        self._tails[key] = content[-_TAIL:]
        self._tails.move_to_end(key)
        if len(self._tails) > _MOST_TAILS:
            self._tails.popitem(last=False)


def _begin(piece: _Piece) -> int:
    return piece.begin


def _cost(piece: _Piece) -> int:
    return max(len(piece.content), _PIECE_COST)


def _runs(headers: NDArray[np.void], update: FlowUpdate, rows: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """The packets that carry something, flow by flow, cut wherever one does not go on where the last one ended."""
    chosen = headers[rows]
    is_tcp, flags, wire = chosen["protocol"] == TCP, chosen["flags"], chosen["wire_payload_length"]
    carries = ~is_tcp | (flags & RST == 0) & ((wire > 0) | (flags & (SYN | FIN) != 0))
    rows = rows[carries]
    if len(rows) == 0:
        return
    rows = rows[np.argsort(update.flow[rows], kind="stable")]
    chosen, flow, by_client = headers[rows], update.flow[rows], update.by_client[rows]
    wire, length = chosen["wire_payload_length"], chosen["payload_length"]
    goes_on = (flow[1:] == flow[:-1]) & (by_client[1:] == by_client[:-1]) & (chosen["protocol"][1:] == TCP)
    goes_on &= (chosen["flags"][1:] | chosen["flags"][:-1]) & SYN == 0
    goes_on &= chosen["sequence"][1:] == chosen["sequence"][:-1] + wire[:-1].astype(np.uint32)
    goes_on &= (length == wire)[:-1] | (length[1:] == 0) & (length[:-1] == 0)
    yield from np.split(rows, np.flatnonzero(~goes_on) + 1)
