"""The agent end to end: files, packets and lines in, events and a coverage record out."""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from agent.batch import PacketBatch
from agent.capture import CaptureReader
from agent.evidence import without_identifiers
from agent.inlets.pcap import CaptureFile
from agent.log_file import LogFile
from agent.ports import Bench
from agent.sighting import Sighting
from agent.window import Windows
from wire.coverage import Coverage
from wire.events import TransferEvent
from wire.faults import MalformedError

_EARLIEST_NS: Final = 0
_LATEST_NS: Final = 4_102_444_800 * 10**9
"""2100-01-01: a later time is a broken clock or a broken record, and no legal year."""


_DAMAGED: Final = "damaged_capture"
_MOST_PROBLEMS: Final = 1_000
_MOST_SOURCES: Final = 64
"""Names of sources in a coverage record: a watched folder is given new captures for years."""


class Problem(Struct, frozen=True):
    """Something of a file that could not be read; what came before it was."""

    source: str
    at: str
    """``byte 1234`` or ``line 56``; empty where it concerns the whole file."""
    what: str


class Agent:
    """Turns what it is given into events. One thread feeds it.

    Args:
        bench: its tools and settings.
        capture: the reader of packets.
        started_ns: when it started, for its coverage record.
        version: of the product.
    """

    def __init__(self, bench: Bench, capture: CaptureReader, *, started_ns: int, version: str) -> None:
        self.bench = bench
        self.problems: list[Problem] = []
        self._capture = capture
        self._windows = Windows(bench)
        self._started_ns = started_ns
        self._version = version
        self._sources: dict[str, None] = {}
        self._lines = 0
        self._log_bytes = 0
        self._log_faults: dict[str, int] = {}
        self._outbound_bytes: dict[str, int] = {}
        self._scopes: dict[str, int] = {}
        self._events = 0
        self.newest_ns = 0
        """Time of the newest packet or line."""

    def read_capture(self, file: CaptureFile, source: str) -> Iterator[TransferEvent]:
        """Read a capture file to its end, or to its first damage, which becomes a problem."""
        self._note_source(source)
        try:
            for batch in file:
                yield from self.read_packets(batch, source)
        except MalformedError as error:
            self._complain(source, f"byte {error.offset}" if error.offset >= 0 else "", error.what)
        yield from self._fold(self._capture.finish(source))

    def read_packets(self, batch: PacketBatch, source: str) -> Iterator[TransferEvent]:
        """Read some packets."""
        self._note_source(source)
        yield from self._fold(self._capture.read(batch, source))

    def read_log(self, file: LogFile, source: str) -> Iterator[TransferEvent]:
        """Read a log file; lines that cannot be read are counted, and the first of them becomes a problem."""
        self._note_source(source)
        yield from self.read_sightings(file)
        self.note_lines(file.lines, file.position, file.faults)
        for first in file.first_faults:
            self._complain(source, f"line {first.line}" if first.line else "", first.reason)

    def read_sightings(self, sightings: Iterable[Sighting]) -> Iterator[TransferEvent]:
        """Fold what a log said."""
        yield from self._fold(sightings)

    def note_lines(self, lines: int, log_bytes: int, faults: dict[str, int]) -> None:
        """Count what a log reader has read since it was last counted."""
        self._lines += lines
        self._log_bytes += log_bytes
        for reason, count in faults.items():
            self._log_faults[reason] = self._log_faults.get(reason, 0) + count

    def close_before(self, time_ns: int) -> Iterator[TransferEvent]:
        """The events of conversations in which nothing was seen since ``time_ns``."""
        yield from self._counted(self._windows.close_before(time_ns))

    def close(self) -> Iterator[TransferEvent]:
        """The events of all conversations still open."""
        yield from self._counted(self._windows.close())

    @property
    def is_busy(self) -> bool:
        """Whether a conversation is open whose beginning has been read and whose event has not been given."""
        return self._windows.is_busy

    def coverage(self, now_ns: int) -> Coverage:
        """What it has looked at since it started, and what it has not."""
        totals = self._capture.totals
        return Coverage(
            agent=self.bench.agent,
            started_ns=self._started_ns,
            seen_ns=now_ns,
            version=self._version,
            sources=tuple(self._sources),
            packets=totals.packets,
            lines=self._lines,
            captured_bytes=totals.captured_bytes + self._log_bytes,
            conversations=_sum(totals.conversations, self._scopes),
            outbound_bytes=dict(self._outbound_bytes),
            faults=_sum(self._capture.faults, self._log_faults),
            events=self._events,
        )

    def _fold(self, sightings: Iterable[Sighting]) -> Iterator[TransferEvent]:
        for sighting in sightings:
            if not (_EARLIEST_NS <= sighting.begun_ns <= sighting.ended_ns < _LATEST_NS):
                self.note_lines(0, 0, {"time_out_of_range": 1})
                continue
            self.newest_ns = max(self.newest_ns, sighting.ended_ns)
            yield from self._counted(self._windows.add(sighting))

    def _counted(self, events: Iterable[TransferEvent]) -> Iterator[TransferEvent]:
        for event in events:
            self._events += 1
            if event.target.place.region.is_outbound and event.sent_bytes:
                read = self._outbound_bytes
                read[event.content] = read.get(event.content, 0) + event.sent_bytes
            yield event

    def _note_source(self, source: str) -> None:
        """Remember what was read last, struck of identifiers as every name that leaves the agent; the oldest go."""
        name = without_identifiers(source)
        if name not in self._sources:
            while len(self._sources) >= _MOST_SOURCES:
                del self._sources[next(iter(self._sources))]
            self._sources[name] = None

    def _complain(self, source: str, at: str, what: str) -> None:
        """Files are counted among the faults; the first problems are kept for a person to read."""
        self.note_lines(0, 0, {_DAMAGED: 1} if at.startswith("byte") else {})
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(Problem(source, at, what))


def _sum(*counts: dict[str, int]) -> dict[str, int]:
    total: dict[str, int] = {}
    for some in counts:
        for name, count in some.items():
            total[name] = total.get(name, 0) + count
    return total
