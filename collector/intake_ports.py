"""What taking in and keeping ask of a store: marks, gaps, what was set aside, offsets, days to archive, holds.

One contract test holds for every store.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from collector.ranges import Ranges
from wire.coverage import Coverage
from wire.envelopes import Gap

EpochKey = tuple[str, str]
"""(agent, epoch)."""


class Aside(Struct, frozen=True, kw_only=True):
    """What could not be read when it came: kept whole until a version that can reads it again."""

    aside_id: str
    """Digest of the content, so that the same thing is set aside once."""
    source: str
    """Transport and place, such as ``kafka:guanjin.transfers``."""
    reason: str
    received_ns: int
    content: bytes


class Position(Struct, frozen=True):
    """Up to where a partition of a source was taken in."""

    source: str
    part: int
    next_offset: int


class DueDay(Struct, frozen=True, order=True):
    """A day of an exporter whose transfers or verdicts changed since it was last archived."""

    organisation: str
    day: int
    """Days since 1970-01-01, Asia/Shanghai."""
    changes: int


class Hold(Struct, frozen=True, order=True):
    """A legal hold (封存): nothing of this exporter is deleted, however old, until it is lifted."""

    organisation: str
    reason: str
    who: str
    since_ns: int


class IntakeWriter(Protocol):
    """What comes with the events, within their transaction."""

    def received(self, keys: Iterable[EpochKey], now_ns: int) -> dict[EpochKey, Ranges]:
        """Which sequences of these epochs have come; nobody else can take more of them in until this ends."""
        ...

    def receive(self, ranges: Mapping[EpochKey, Ranges]) -> None:
        """Note which sequences have come by now."""
        ...

    def keep_coverage(self, coverages: Sequence[Coverage]) -> None:
        """Store agents' totals; a later record of the same agent and start replaces the earlier one."""
        ...

    def keep_gaps(self, gaps: Sequence[Gap]) -> None:
        """Store what will never come; the same gap told again changes nothing."""
        ...

    def set_aside(self, asides: Sequence[Aside]) -> None:
        """Keep what cannot be read; the same thing again changes nothing."""
        ...

    def take_back(self, aside_ids: Sequence[str]) -> None:
        """Forget what could be read after all."""
        ...

    def advance(self, positions: Sequence[Position]) -> None:
        """Note up to where sources were taken in; never backwards."""
        ...


class IntakeStore(Protocol):
    """What came with the events, for reading."""

    def received(self, agent: str, epoch: str) -> Ranges:
        """Which sequences of an epoch are durably kept."""
        ...

    def gaps(self, since_ns: int = 0, most: int = 1_000) -> list[Gap]:
        """What will never come and reaches beyond a moment, newest first."""
        ...

    def asides(self, most: int = 100, after: str = "") -> list[Aside]:
        """What was set aside, by id, behind the one last read."""
        ...

    def positions(self, source: str) -> dict[int, int]:
        """Next offset of each partition of a source."""
        ...


class KeepingWriter(Protocol):
    """What is done about old transfers, within a transaction."""

    def archived(self, due: DueDay) -> bool:
        """Note that a day is archived as it stood; says False and notes nothing if it has changed since."""
        ...

    def hold(self, hold: Hold) -> None:
        """Hold everything of an exporter."""
        ...

    def lift(self, organisation: str) -> None:
        """End the hold of an exporter."""
        ...

    def forget(self, organisation: str, before_ns: int) -> int:
        """Delete an exporter's transfers that began before a moment, but those of cases that are not settled.

        Returns:
            How many were deleted.
        """
        ...

    def forget_rest(self, before_ns: int) -> int:
        """Delete coverage, gaps, marks and sketches of a time before a moment; held exporters keep their sketches."""
        ...


class KeepingStore(Protocol):
    """What is to be done about old transfers."""

    def due(self, before_day: int, most: int = 1_000) -> list[DueDay]:
        """Days before this one that the archive does not hold as they stand."""
        ...

    def holds(self) -> list[Hold]:
        """Every hold, by organisation code."""
        ...
