"""Marks, gaps, offsets, holds and days to archive in SQL that SQLite and PostgreSQL both understand."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Final

import msgspec

from collector.intake_ports import Aside, DueDay, EpochKey, Hold, Position
from collector.ranges import Ranges
from collector.stores.dialect import AT_ONCE, Run, RunMany, marks, pieces, readable
from wire.coverage import Coverage
from wire.envelopes import Gap
from wire.legal_time import legal_year

_DAY_NS: Final = 86_400_000_000_000
_SHANGHAI_NS: Final = 28_800_000_000_000
DAY_SQL: Final = "(begun_ns / 1000000000 + 28800) / 86400"
"""As ``day_of``, and never past what a column holds."""
_LATEST_NS: Final = (1 << 63) - 1

_pack: Final = msgspec.msgpack.Encoder().encode
_ranges: Final = msgspec.msgpack.Decoder(Ranges)
_gaps: Final = msgspec.msgpack.Decoder(Gap)

_DUE: Final = """INSERT INTO due_day (organisation, day, changes) VALUES (?, ?, 1)
    ON CONFLICT (organisation, day) DO UPDATE SET changes = due_day.changes + 1"""
_COVERAGE: Final = """INSERT INTO coverage (agent, started_ns, seen_ns, record) VALUES (?, ?, ?, ?)
    ON CONFLICT (agent, started_ns) DO UPDATE SET seen_ns = excluded.seen_ns, record = excluded.record
    WHERE excluded.seen_ns >= coverage.seen_ns"""
_POSITION: Final = """INSERT INTO source_position (source, part, next_offset) VALUES (?, ?, ?)
    ON CONFLICT (source, part) DO UPDATE SET next_offset = excluded.next_offset
    WHERE excluded.next_offset > source_position.next_offset"""
_HOLD: Final = """INSERT INTO legal_hold (organisation, reason, who, since_ns) VALUES (?, ?, ?, ?)
    ON CONFLICT (organisation) DO UPDATE SET reason = excluded.reason, who = excluded.who"""
_OLD: Final = """SELECT event_id FROM transfer WHERE organisation = ? AND begun_ns < ? AND event_id NOT IN
    (SELECT event_id FROM case_member JOIN casefile ON casefile.case_id = case_member.case_id
    WHERE casefile.organisation = ? AND state NOT IN ('closed', 'dismissed')) LIMIT ?"""


def day_of(begun_ns: int) -> int:
    """The day in Shanghai on which something began, counted from 1970-01-01."""
    return (begun_ns + _SHANGHAI_NS) // _DAY_NS


def day_span(day: int) -> tuple[int, int]:
    """From when to before when that day lasts."""
    return day * _DAY_NS - _SHANGHAI_NS, min((day + 1) * _DAY_NS - _SHANGHAI_NS, _LATEST_NS)


class SqlIntake:
    """What came with the events, for reading.

    Args:
        read: runs one query.
    """

    def __init__(self, read: Run) -> None:
        self._read = read

    def received(self, agent: str, epoch: str) -> Ranges:
        """Which sequences of an epoch are durably kept."""
        rows = self._read("SELECT ranges FROM received WHERE agent = ? AND epoch = ?", (agent, epoch))
        with readable():
            return _ranges.decode(rows[0][0]) if rows else Ranges()

    def gaps(self, since_ns: int = 0, most: int = 1_000) -> list[Gap]:
        """What will never come and reaches beyond a moment, newest first."""
        text = "SELECT record FROM gap WHERE until_ns >= ? ORDER BY until_ns DESC, gap_id LIMIT ?"
        rows = self._read(text, (since_ns, most))
        with readable():
            return [_gaps.decode(record) for (record,) in rows]

    def asides(self, most: int = 100, after: str = "") -> list[Aside]:
        """What was set aside, by id, behind the one last read."""
        rows = self._read(
            "SELECT aside_id, source, reason, received_ns, content FROM aside WHERE aside_id > ?"
            " ORDER BY aside_id LIMIT ?",
            (after, most),
        )
        return [
            Aside(aside_id=name, source=source, reason=reason, received_ns=time, content=content)
            for name, source, reason, time, content in rows
        ]

    def positions(self, source: str) -> dict[int, int]:
        """Next offset of each partition of a source."""
        return dict(self._read("SELECT part, next_offset FROM source_position WHERE source = ?", (source,)))


class SqlIntakeWriter:
    """What comes with the events, within their transaction."""

    def __init__(self, run: Run, run_many: RunMany) -> None:
        self._run = run
        self._run_many = run_many

    def received(self, keys: Iterable[EpochKey], now_ns: int) -> dict[EpochKey, Ranges]:
        """Which sequences of these epochs have come; in PostgreSQL their rows are locked, in order."""
        found: dict[EpochKey, Ranges] = {}
        for some in pieces(sorted(set(keys))):
            values = [value for key in some for value in (*key, now_ns, _pack(Ranges()))]
            text = f"INSERT INTO received (agent, epoch, seen_ns, ranges) VALUES {marks(some, '(?, ?, ?, ?)')}"  # noqa: S608  # question marks
            text += (
                " ON CONFLICT (agent, epoch) DO UPDATE SET seen_ns = excluded.seen_ns RETURNING agent, epoch, ranges"
            )
            found.update(((agent, epoch), _ranges.decode(ranges)) for agent, epoch, ranges in self._run(text, values))
        return found

    def receive(self, ranges: Mapping[EpochKey, Ranges]) -> None:
        """Note which sequences have come by now."""
        rows = [(_pack(some), *key) for key, some in ranges.items()]
        self._run_many("UPDATE received SET ranges = ? WHERE agent = ? AND epoch = ?", rows)

    def keep_coverage(self, coverages: Sequence[Coverage]) -> None:
        """Store agents' totals; a later record of the same agent and start replaces the earlier one."""
        ordered = sorted(coverages, key=lambda each: (each.agent, each.started_ns, each.seen_ns))
        rows = [(each.agent, each.started_ns, each.seen_ns, _pack(each)) for each in ordered]
        self._run_many(_COVERAGE, rows)

    def keep_gaps(self, gaps: Sequence[Gap]) -> None:
        """Store what will never come; the same gap told again changes nothing."""
        rows = sorted((gap_id(each), each.agent, each.from_ns, each.until_ns, _pack(each)) for each in gaps)
        text = (
            "INSERT INTO gap (gap_id, agent, from_ns, until_ns, record) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
        )
        self._run_many(text, rows)

    def set_aside(self, asides: Sequence[Aside]) -> None:
        """Keep what cannot be read; the same thing again changes nothing."""
        rows = [
            (each.aside_id, each.source, each.reason, each.received_ns, each.content)
            for each in sorted(asides, key=lambda each: each.aside_id)
        ]
        self._run_many(
            "INSERT INTO aside (aside_id, source, reason, received_ns, content) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            rows,
        )

    def take_back(self, aside_ids: Sequence[str]) -> None:
        """Forget what could be read after all."""
        self._run_many("DELETE FROM aside WHERE aside_id = ?", [(name,) for name in aside_ids])

    def advance(self, positions: Sequence[Position]) -> None:
        """Note up to where sources were taken in; never backwards."""
        self._run_many(_POSITION, [(each.source, each.part, each.next_offset) for each in positions])


class SqlKeeping:
    """What is to be done about old transfers."""

    def __init__(self, read: Run) -> None:
        self._read = read

    def due(self, before_day: int, most: int = 1_000) -> list[DueDay]:
        """Days before this one that the archive does not hold as they stand."""
        text = "SELECT organisation, day, changes FROM due_day WHERE day < ? ORDER BY day, organisation LIMIT ?"
        return [DueDay(*row) for row in self._read(text, (before_day, most))]

    def holds(self) -> list[Hold]:
        """Every hold, by organisation code."""
        rows = self._read("SELECT organisation, reason, who, since_ns FROM legal_hold ORDER BY organisation")
        return [Hold(*row) for row in rows]


class SqlKeepingWriter:
    """What is done about old transfers, within a transaction.

    Args:
        run: runs one statement in it.
        run_many: runs one for many rows.
        beside: tables that hold something of each transfer.
    """

    def __init__(self, run: Run, run_many: RunMany, beside: Sequence[str] = ("past_verdict",)) -> None:
        self._run = run
        self._run_many = run_many
        self._beside = beside

    def mark_due(self, days: Iterable[tuple[str, int]]) -> None:
        """Note that these days of these exporters changed."""
        self._run_many(_DUE, sorted(set(days)))

    def archived(self, due: DueDay) -> bool:
        """Note that a day is archived as it stood."""
        text = "DELETE FROM due_day WHERE organisation = ? AND day = ? AND changes = ? RETURNING day"
        return bool(self._run(text, (due.organisation, due.day, due.changes)))

    def hold(self, hold: Hold) -> None:
        """Hold everything of an exporter."""
        self._run(_HOLD, (hold.organisation, hold.reason, hold.who, hold.since_ns))

    def lift(self, organisation: str) -> None:
        """End the hold of an exporter."""
        self._run("DELETE FROM legal_hold WHERE organisation = ?", (organisation,))

    def forget(self, organisation: str, before_ns: int) -> int:
        """Delete an exporter's old transfers, but those of cases that are not settled."""
        deleted = 0
        for names in self._old(organisation, before_ns):
            some = f"event_id IN ({marks(names)})"
            text = f"DELETE FROM transfer WHERE organisation = ? AND begun_ns < ? AND {some}"  # noqa: S608  # question marks
            self._run(text, (organisation, before_ns, *names))
            for table in self._beside:
                self._run(f"DELETE FROM {table} WHERE {some}", names)  # noqa: S608  # our own words
            deleted += len(names)
        return deleted

    def _old(self, organisation: str, before_ns: int) -> Iterator[list[str]]:
        while rows := self._run(_OLD, (organisation, before_ns, organisation, AT_ONCE)):
            yield [name for (name,) in rows]

    def forget_rest(self, before_ns: int) -> int:
        """Delete coverage, gaps, marks and sketches of a time before a moment."""
        deleted = 0
        for table, column in (("coverage", "seen_ns"), ("received", "seen_ns"), ("gap", "until_ns")):
            text = f"DELETE FROM {table} WHERE {column} < ? AND {column} > 0 RETURNING 1"  # noqa: S608  # our own words
            deleted += len(self._run(text, (before_ns,)))
        unread = "DELETE FROM aside WHERE received_ns < ? AND NOT EXISTS (SELECT 1 FROM legal_hold) RETURNING 1"
        deleted += len(self._run(unread, (before_ns,)))  # whose it is cannot be read, so any hold holds it
        for table in ("cell", "growth", "ledger_head"):
            text = f"DELETE FROM {table} WHERE year < ? AND organisation NOT IN (SELECT organisation FROM legal_hold)"  # noqa: S608  # our own words
            deleted += len(self._run(f"{text} RETURNING 1", (legal_year(before_ns),)))
        return deleted


def gap_id(gap: Gap) -> str:
    """The same gap has the same id, however often it is told."""
    return blake2b(_pack(gap), digest_size=16).hexdigest()
