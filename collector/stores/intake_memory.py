"""Marks, gaps, offsets, holds and days to archive in memory."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from threading import RLock

from collector.intake_ports import Aside, DueDay, EpochKey, Hold, Position
from collector.ranges import Ranges
from collector.stores.intake_sql import gap_id
from wire.coverage import Coverage
from wire.envelopes import Gap


class Tables:
    """What is kept beside events, ledgers and cases."""

    def __init__(self) -> None:
        self.received: dict[EpochKey, Ranges] = {}
        self.seen_ns: dict[EpochKey, int] = {}
        self.coverages: dict[tuple[str, int], Coverage] = {}
        self.gaps: dict[str, Gap] = {}
        self.asides: dict[str, Aside] = {}
        self.positions: dict[tuple[str, int], int] = {}
        self.due: dict[tuple[str, int], int] = {}
        self.holds: dict[str, Hold] = {}


class MemoryIntake:
    """What came with the events, for reading."""

    def __init__(self, tables: Tables, lock: RLock) -> None:
        self._tables = tables
        self._lock = lock

    def received(self, agent: str, epoch: str) -> Ranges:
        """Which sequences of an epoch are kept."""
        with self._lock:
            return self._tables.received.get((agent, epoch), Ranges())

    def gaps(self, since_ns: int = 0, most: int = 1_000) -> list[Gap]:
        """What will never come and reaches beyond a moment, newest first."""
        with self._lock:
            found = [(-gap.until_ns, name, gap) for name, gap in self._tables.gaps.items() if gap.until_ns >= since_ns]
        return [gap for _, _, gap in sorted(found, key=lambda each: each[:2])[:most]]

    def asides(self, most: int = 100, after: str = "") -> list[Aside]:
        """What was set aside, by id, behind the one last read."""
        with self._lock:
            return [aside for name, aside in sorted(self._tables.asides.items()) if name > after][:most]

    def positions(self, source: str) -> dict[int, int]:
        """Next offset of each partition of a source."""
        with self._lock:
            return {part: offset for (name, part), offset in self._tables.positions.items() if name == source}


class _Deferred:
    """Does nothing until the transaction is sure to be kept."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._deeds: list[Callable[[], object]] = []

    def settle(self) -> None:
        """Do it."""
        for deed in self._deeds:
            deed()


class MemoryIntakeWriter(_Deferred):
    """What comes with the events, within their transaction."""

    def received(self, keys: Iterable[EpochKey], now_ns: int) -> dict[EpochKey, Ranges]:
        """Which sequences of these epochs have come."""
        some = sorted(set(keys))
        self._deeds.append(lambda: self._tables.seen_ns.update(dict.fromkeys(some, now_ns)))
        return {key: self._tables.received.get(key, Ranges()) for key in some}

    def receive(self, ranges: Mapping[EpochKey, Ranges]) -> None:
        """Note which sequences have come by now."""
        self._deeds.append(lambda: self._tables.received.update(ranges))

    def keep_coverage(self, coverages: Sequence[Coverage]) -> None:
        """Store agents' totals; a later record of the same agent and start replaces the earlier one."""
        self._deeds += [partial(self._cover, each) for each in coverages]

    def _cover(self, coverage: Coverage) -> None:
        kept, key = self._tables.coverages, (coverage.agent, coverage.started_ns)
        if key not in kept or kept[key].seen_ns <= coverage.seen_ns:
            kept[key] = coverage

    def keep_gaps(self, gaps: Sequence[Gap]) -> None:
        """Store what will never come; the same gap told again changes nothing."""
        self._deeds.append(lambda: self._tables.gaps.update((gap_id(each), each) for each in gaps))

    def set_aside(self, asides: Sequence[Aside]) -> None:
        """Keep what cannot be read; the same thing again changes nothing."""
        self._deeds.append(lambda: [self._tables.asides.setdefault(each.aside_id, each) for each in asides])

    def take_back(self, aside_ids: Sequence[str]) -> None:
        """Forget what could be read after all."""
        self._deeds.append(lambda: [self._tables.asides.pop(name, None) for name in aside_ids])

    def advance(self, positions: Sequence[Position]) -> None:
        """Note up to where sources were taken in; never backwards."""
        self._deeds += [partial(self._move, each) for each in positions]

    def _move(self, position: Position) -> None:
        kept, key = self._tables.positions, (position.source, position.part)
        kept[key] = max(kept.get(key, 0), position.next_offset)


class MemoryKeeping:
    """What is to be done about old transfers."""

    def __init__(self, tables: Tables, lock: RLock) -> None:
        self._tables = tables
        self._lock = lock

    def due(self, before_day: int, most: int = 1_000) -> list[DueDay]:
        """Days before this one that the archive does not hold as they stand."""
        with self._lock:
            found = [DueDay(*key, changes) for key, changes in self._tables.due.items() if key[1] < before_day]
        return sorted(found, key=lambda each: (each.day, each.organisation))[:most]

    def holds(self) -> list[Hold]:
        """Every hold, by organisation code."""
        with self._lock:
            return sorted(self._tables.holds.values())


class MemoryKeepingWriter(_Deferred):
    """What is done about old transfers, within a transaction."""

    deletes: tuple[Callable[[str, int], int], Callable[[int], int]]
    """What the store does to forget transfers, and ledgers; done at once, for nothing can fail behind it."""

    def mark_due(self, days: Iterable[tuple[str, int]]) -> None:
        """Note that these days of these exporters changed."""
        for key in set(days):
            self._tables.due[key] = self._tables.due.get(key, 0) + 1

    def archived(self, due: DueDay) -> bool:
        """Note that a day is archived as it stood."""
        key = due.organisation, due.day
        if self._tables.due.get(key) != due.changes:
            return False
        self._deeds.append(lambda: self._tables.due.pop(key, None))
        return True

    def hold(self, hold: Hold) -> None:
        """Hold everything of an exporter."""
        self._deeds.append(lambda: self._tables.holds.update({hold.organisation: hold}))

    def lift(self, organisation: str) -> None:
        """End the hold of an exporter."""
        self._deeds.append(lambda: self._tables.holds.pop(organisation, None))

    def forget(self, organisation: str, before_ns: int) -> int:
        """Delete an exporter's transfers that began before a moment, but those of cases that are not settled."""
        return self.deletes[0](organisation, before_ns)

    def forget_rest(self, before_ns: int) -> int:
        """Delete coverage, gaps, marks and sketches of a time before a moment."""
        tables = self._tables
        coverages = [key for key, each in tables.coverages.items() if 0 < each.seen_ns < before_ns]
        gaps = [key for key, each in tables.gaps.items() if 0 < each.until_ns < before_ns]
        epochs = [key for key, seen_ns in tables.seen_ns.items() if 0 < seen_ns < before_ns]
        asides = [name for name, each in tables.asides.items() if each.received_ns < before_ns and not tables.holds]
        for name in asides:
            del tables.asides[name]
        for key in coverages:
            del tables.coverages[key]
        for name in gaps:
            del tables.gaps[name]
        for epoch in epochs:
            del tables.received[epoch], tables.seen_ns[epoch]
        return len(asides) + len(coverages) + len(gaps) + len(epochs) + self.deletes[1](before_ns)
