"""One lane of a spool: records of one gravity, in segments, appended at one end and acknowledged at the other."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
import secrets
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from agent.outlets.disk import Disk
from agent.outlets.ledger import Mark
from agent.outlets.segment import OVERHEAD, Found, Head, Name, Seal, length_at, record_at, records
from wire.faults import MalformedError

TORN: Final = "torn"
"""A record at the end that is not whole: a write that a crash cut short was not acknowledged, but who can tell."""


class Loss(Struct, frozen=True):
    """Records that are gone, of one segment and without a hole between them."""

    epoch: str
    from_sequence: int
    count: int
    reason: str
    items: int | None = None
    grade: int = 0
    from_ns: int = 0
    until_ns: int = 0


class Segment:
    """What is known of one file without reading it."""

    def __init__(self, name: Name, size: int = 0) -> None:
        self.name: Final = name
        self.size = size
        """Bytes that are durable."""
        self.last = name.first - 1
        self.pending = 0
        """Records that are neither acknowledged nor damaged."""
        self.items = 0
        self.grade = 0
        self.from_ns = 0
        self.until_ns = 0
        self.settled: set[int] = set()
        """Sequences beyond the lane's mark that are no longer pending."""

    def count(self, head: Head) -> None:
        """Take a record in."""
        self.pending += 1
        self.items += head.items
        self.grade = max(self.grade, head.grade)
        if head.from_ns:
            self.from_ns = min(self.from_ns or head.from_ns, head.from_ns)
            self.until_ns = max(self.until_ns, head.until_ns)

    def settle(self, sequence: int, items: int) -> None:
        """Take one out."""
        self.settled.add(sequence)
        self.pending -= 1
        self.items -= items

    def unsettled(self, first: int, end: int) -> Iterator[tuple[int, int]]:
        """(First sequence, count) of each stretch that is not settled."""
        for settled in sorted(one for one in self.settled if first <= one < end):
            if first < settled:
                yield first, settled - first
            first = settled + 1
        if first < end:
            yield first, end - first


class Parcel:
    """A record on its way: handed out, not yet acknowledged."""

    def __init__(self, segment: Segment, head: Head, frame: bytes) -> None:
        self.segment: Final = segment
        self.head: Final = head
        self.frame: Final = frame
        self.is_done = False

    @property
    def epoch(self) -> str:
        """Of the envelope."""
        return self.segment.name.epoch


class Lane:
    """Appends, hands out and forgets. Not shared between threads.

    Args:
        disk: where the files are.
        folder: their folder.
        key: of the spool.
        index: of the lane.
        mark: how far all is acknowledged.
    """

    def __init__(self, disk: Disk, folder: Path, key: bytes, index: int, mark: Mark) -> None:
        self._disk, self._folder, self._key = disk, folder, key
        self.index: Final = index
        self._segments: dict[int, Segment] = {}
        self._flying: deque[Parcel] = deque()
        self._active: Segment | None = None
        self._file = -1
        self._sealing: tuple[int, Seal] | None = None
        self._opening_seal: tuple[int, Seal] | None = None
        self._mark = mark
        self._number = mark.first
        """Of the next segment."""
        self._reading = (mark.first, 0, 0)
        """Segment, offset and sequence of the next record to hand out."""
        self._begin_epoch()

    def _begin_epoch(self) -> None:
        """After an opening and after a failed write: no sequence is ever used for two contents."""
        self._opening = secrets.token_hex(8)
        self.sequence = 1

    @property
    def epoch(self) -> str:
        """Of what is appended now."""
        return f"{self._opening}-{self.index}"

    @property
    def mark(self) -> Mark:
        """How far all is acknowledged."""
        first = next(iter(self._segments), self._number)
        return self._mark if self._mark.first == first else Mark(first)

    @property
    def size(self) -> int:
        """Bytes of its segments."""
        return sum(segment.size for segment in self._segments.values())

    @property
    def pending(self) -> tuple[int, int]:
        """Records and items that are not acknowledged."""
        every = self._segments.values()
        return sum(segment.pending for segment in every), sum(segment.items for segment in every)

    @property
    def can_drop(self) -> bool:
        """Whether a segment is left that would free some room."""
        return any(segment.size for segment in self._segments.values())

    def recover(self, names: Sequence[tuple[Name, int]]) -> Iterator[Loss]:
        """Take over the segments that are there, oldest first, and tell what is missing of them.

        Raises:
            OSError: one of them cannot be read, or not be cut.
        """
        expected = self._mark.first
        for position, (name, size) in enumerate(names):
            if name.number > expected:
                yield Loss(name.epoch, 0, 0, "segment_missing")
            expected = name.number + 1
            following = names[position + 1][0] if position + 1 < len(names) else None
            yield from self._recover(Segment(name, size), following)
        self._number = max(self._number, expected)

    def _recover(self, segment: Segment, following: Name | None) -> Iterator[Loss]:
        name = segment.name
        content = self._disk.read(self._path(name), 0, segment.size)
        acknowledged = self._acknowledged(segment)
        end, expected = 0, name.first
        for found in records(content):
            if not expected <= found.head.sequence <= name.first + segment.size // OVERHEAD:
                continue
            end = found.end
            yield from self._missing(segment, expected, found.head.sequence, "damaged")
            expected = found.head.sequence + 1
            if found.head.sequence > acknowledged:
                segment.count(found.head)
            segment.last = found.head.sequence
        tail = content[end:]
        if following is not None and following.opening == name.opening:
            yield from self._missing(segment, expected, following.first, "damaged")
        elif tail:
            yield from self._missing(segment, expected, expected + 1, TORN)
        if tail:
            self._disk.truncate(self._path(name), end)
            segment.size = end
        self._segments[name.number] = segment

    def append(self, batch: Sequence[tuple[Head, bytes]], most_bytes: int) -> None:
        """Write records and wait until they are durable; a segment that has so many bytes is followed by a new one.

        Raises:
            OSError: nobody knows how much of it is there. What is appended next is of another epoch.
        """
        try:
            active = self._opened(batch[0][0].sequence, most_bytes)
            seal = self._seal(active)
            content = b"".join(seal.record(head, frame) for head, frame in batch)
            self._disk.write(self._file, content)
            self._disk.sync(self._file)
        except OSError:
            self._abandon()
            raise
        active.size += len(content)
        for head, _ in batch:
            active.count(head)
            active.last = self.sequence = head.sequence
        self.sequence += 1

    def _opened(self, first: int, most_bytes: int) -> Segment:
        if self._active is not None and self._active.size < most_bytes:
            return self._active
        self.end_segment()
        segment = Segment(Name(self.index, self._number, self._opening, first))
        self._file = self._disk.create(self._path(segment.name))
        self._number += 1
        self._active = self._segments[segment.name.number] = segment
        return segment

    def _abandon(self) -> None:
        """Cut what a failed write left, where the disk lets us: it was not acknowledged and is not awaited."""
        active = self._active
        with suppress(OSError):
            self.end_segment()
        if active is not None:
            with suppress(OSError):
                self._disk.truncate(self._path(active.name), active.size)
        self._begin_epoch()

    def end_segment(self) -> None:
        """Nothing more is appended to the segment at the end."""
        self._active = None
        if self._file >= 0:
            file, self._file = self._file, -1
            self._disk.close(file)

    def hand_out(self) -> tuple[Parcel | None, list[Loss]]:
        """The next record, if there is one, and what was found damaged on the way to it.

        Raises:
            OSError: the disk cannot be read for now.
        """
        losses: list[Loss] = []
        while (segment := self._at_hand()) is not None:
            number, offset, expected = self._reading
            found = self._find(segment, offset, expected)
            upto = found.head.sequence if found else segment.last + 1
            losses += self._damaged(segment, expected, upto)
            self._reading = (number, found.end if found else segment.size, upto + 1)
            if found is None or upto <= self._acknowledged(segment) or upto in segment.settled:
                continue
            try:
                parcel = Parcel(segment, found.head, self._unsealing(segment).opened(found))
            except MalformedError:
                losses += self._damaged(segment, upto, upto + 1)
                continue
            self._flying.append(parcel)
            return parcel, losses
        return None, losses

    def next_made_ns(self) -> int:
        """When the oldest record that is not acknowledged was put in; 0 if there is none.

        Raises:
            OSError: the disk cannot be read for now.
        """
        if self._flying:
            return self._flying[0].head.made_ns
        segment = self._at_hand()
        found = self._find(segment, *self._reading[1:]) if segment is not None else None
        return found.head.made_ns if found is not None else 0

    def acknowledge(self, parcel: Parcel) -> bool:
        """It has arrived. Says whether that is news: not if it came twice, or too late."""
        segment, sequence = parcel.segment, parcel.head.sequence
        if self._segments.get(segment.name.number) is not segment:
            return False
        parcel.is_done = True
        is_news = sequence > self._acknowledged(segment) and sequence not in segment.settled
        if is_news:
            segment.settle(sequence, parcel.head.items)
        while self._flying and self._flying[0].is_done:
            done = self._flying.popleft()
            self._mark = Mark(done.segment.name.number, done.head.sequence)
        return is_news

    def rewind(self) -> None:
        """What is handed out and not acknowledged will be handed out again."""
        self._flying.clear()
        self._reading = (self.mark.first, 0, 0)

    def finished(self) -> list[Name]:
        """Forget the oldest segments of which nothing is pending; their files may go once that is kept."""
        names: list[Name] = []
        for segment in list(self._segments.values()):
            if segment.pending or segment is self._active:
                break
            del self._segments[segment.name.number]
            names.append(segment.name)
        return names

    def drop_oldest(self) -> tuple[Name, list[Loss]]:
        """Forget the oldest segment though some of it is pending, and tell what that is."""
        segment = next(iter(self._segments.values()))
        if segment is self._active:
            self.end_segment()
        first = max(segment.name.first, self._acknowledged(segment) + 1)
        losses = [
            Loss(segment.name.epoch, start, count, "spool_full", None, segment.grade, segment.from_ns, segment.until_ns)
            for start, count in segment.unsettled(first, segment.last + 1)
        ]
        if losses:
            losses[0] = replace(losses[0], items=segment.items)
            losses[1:] = [replace(loss, items=0) for loss in losses[1:]]
        self._flying = deque(parcel for parcel in self._flying if parcel.segment is not segment)
        del self._segments[segment.name.number]
        return segment.name, losses

    def _missing(self, segment: Segment, first: int, end: int, reason: str) -> Iterator[Loss]:
        """Sequences of which no record was found; they were never counted."""
        first = max(first, self._acknowledged(segment) + 1)
        if first < end:
            segment.settled.update(range(first, end))
            yield Loss(segment.name.epoch, first, end - first, reason)

    def _damaged(self, segment: Segment, first: int, end: int) -> list[Loss]:
        """Records that were counted and cannot be read any more."""
        first = max(first, self._acknowledged(segment) + 1)
        losses = [
            Loss(segment.name.epoch, start, count, "damaged", None, segment.grade, segment.from_ns, segment.until_ns)
            for start, count in segment.unsettled(first, end)
        ]
        for loss in losses:
            for sequence in range(loss.from_sequence, loss.from_sequence + loss.count):
                segment.settle(sequence, 0)
        return losses

    def _at_hand(self) -> Segment | None:
        """The segment in which the next record stands, if one does."""
        for number, segment in self._segments.items():
            if number > self._reading[0] or self._reading[2] == 0:
                self._reading = (number, 0, segment.name.first)
            if number == self._reading[0] and self._reading[1] < segment.size:
                return segment
        return None

    def _find(self, segment: Segment, offset: int, expected: int) -> Found | None:
        """The next record there; the rest of the file is searched only where it does not begin at once."""
        path = self._path(segment.name)
        length = length_at(self._disk.read(path, offset, OVERHEAD))
        if length is not None and offset + length <= segment.size:
            found = record_at(self._disk.read(path, offset, length), 0, offset)
            if found is not None and expected <= found.head.sequence <= segment.last:
                return found
        rest = records(self._disk.read(path, offset, segment.size - offset), offset)
        return next((found for found in rest if expected <= found.head.sequence <= segment.last), None)

    def _acknowledged(self, segment: Segment) -> int:
        return self._mark.sequence if segment.name.number == self._mark.first else 0

    def _seal(self, segment: Segment) -> Seal:
        """For writing; the key of a segment is derived once."""
        if self._sealing is None or self._sealing[0] != segment.name.number:
            self._sealing = (segment.name.number, Seal(self._key, segment.name))
        return self._sealing[1]

    def _unsealing(self, segment: Segment) -> Seal:
        """For reading."""
        if self._opening_seal is None or self._opening_seal[0] != segment.name.number:
            self._opening_seal = (segment.name.number, Seal(self._key, segment.name))
        return self._opening_seal[1]

    def _path(self, name: Name) -> Path:
        return self._folder / name.file
