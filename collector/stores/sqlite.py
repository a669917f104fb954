"""The store of the embedded mode: one SQLite file that survives a crash and a second process."""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
import sqlite3
from threading import RLock
from typing import Any, Final

import msgspec

from collector.ledger import Cell, Ledger
from collector.ports import Judged, Past, Query, Revision, Stretch
from collector.stores.cases_sqlite import SqliteCases, SqliteCaseWriter
from collector.stores.schema import MIGRATIONS
from collector.verdicts import Status, Verdict
from wire.codec import decode, encode
from wire.coverage import Coverage
from wire.faults import ConfigurationError, MalformedError, UnavailableError
from wire.kinds import Grade
from wire.subjects import Subjects

_PATIENCE_S: Final = 30.0
"""How long to wait for another process that writes to the same file."""
_OPEN_LEDGERS: Final = 256
"""Ledgers kept open between transactions; the rest are read again when they are needed."""
_AT_ONCE: Final = 500
_MOST_ROWS: Final = 512
_LEAST_FOLDED: Final = 64 << 10
"""A cell's growth is folded into it after so many rows, or once it outweighs both the cell and so many bytes: a person
is then written about twice, however large the ledger is."""

_pack: Final = msgspec.msgpack.Encoder().encode
_verdicts: Final = msgspec.msgpack.Decoder(Verdict)
_coverages: Final = msgspec.msgpack.Decoder(Coverage)
_pasts: Final = msgspec.msgpack.Decoder(Past)
_subjects: Final = msgspec.msgpack.Decoder(Subjects)


class SqliteStore:
    """Events, verdicts, ledgers and coverage in one file. One thread writes at a time, others read meanwhile.

    Args:
        path: the file; it is made if it is not there.

    Raises:
        ConfigurationError: the file is no store of ours, was written by a later version, or cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._write_lock = RLock()
        self._read_lock = RLock()
        self._open: _Open = OrderedDict()
        self._data_version = -1
        self.cases = SqliteCases(self._read)
        try:
            self._writer = _connected(path)
            self._migrate(path.name)
            self._reader = _connected(path)
        except sqlite3.Error as error:
            raise ConfigurationError(f"the store cannot be opened: {error}", at=path.name) from error

    @contextmanager
    def begin(self) -> Iterator["_SqliteTransaction"]:
        """Open a transaction; it commits on leaving the block and rolls back on an error."""
        with self._write_lock:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                self._forget_if_changed()
                yield _SqliteTransaction(self._writer, self._open)
                self._writer.execute("COMMIT")
            except BaseException as error:
                # The ledgers grew in place: what was not kept is forgotten with them.
                self._open.clear()
                with suppress(sqlite3.Error):
                    self._writer.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    raise UnavailableError(f"the store failed: {error}") from error
                raise
            while len(self._open) > _OPEN_LEDGERS:
                self._open.popitem(last=False)

    def keep_coverage(self, coverage: Coverage) -> None:
        """Store an agent's totals; a later record of the same agent and start replaces the earlier one."""
        row = (coverage.agent, coverage.started_ns, coverage.seen_ns, _pack(coverage))
        with self._write_lock, _away():
            self._writer.execute(
                "INSERT INTO coverage VALUES (?, ?, ?, ?) ON CONFLICT (agent, started_ns) DO UPDATE"
                " SET seen_ns = excluded.seen_ns, record = excluded.record WHERE excluded.seen_ns >= seen_ns",
                row,
            )

    def transfers(self, query: Query) -> list[Judged]:
        """Judged transfers, newest first."""
        wheres, values = ["1"], list[Any]()
        if query.statuses:
            wheres.append(f"status IN ({_marks(query.statuses)})")
            values += query.statuses
        if query.organisation:
            wheres.append("organisation = ?")
            values.append(query.organisation)
        if query.before:
            wheres.append("(begun_ns, event_id) < (?, ?)")
            values += query.before
        # Only our own words and question marks are joined; every value is bound.
        text = f"SELECT event, verdict FROM transfer WHERE {' AND '.join(wheres)}"  # noqa: S608  # see above
        rows = self._read(f"{text} ORDER BY begun_ns DESC, event_id DESC LIMIT ?", (*values, query.most))
        with _readable():
            return [_judged(*row) for row in rows]

    def transfer(self, event_id: str) -> Judged | None:
        """One judged transfer."""
        rows = self._read("SELECT event, verdict FROM transfer WHERE event_id = ?", (event_id,))
        with _readable():
            return _judged(*rows[0]) if rows else None

    def past(self, event_id: str) -> list[Past]:
        """The verdicts that one transfer had before, oldest first."""
        rows = self._read("SELECT record FROM past_verdict WHERE event_id = ? ORDER BY number", (event_id,))
        with _readable():
            return [_pasts.decode(record) for (record,) in rows]

    def stretches(self) -> list[Stretch]:
        """Every exporter with transfers, by organisation code."""
        return [
            Stretch(*row)
            for row in self._read(
                "SELECT organisation, min(begun_ns), max(begun_ns) FROM transfer GROUP BY organisation"
                " ORDER BY organisation"
            )
        ]

    def in_time(self, organisation: str, from_ns: int, until_ns: int) -> Iterator[Judged]:
        """An exporter's transfers that began in a span of time, oldest first, read page by page."""
        after = from_ns, ""
        while rows := self._read(
            "SELECT event, verdict FROM transfer WHERE organisation = ? AND (begun_ns, event_id) > (?, ?)"
            " AND begun_ns < ? ORDER BY begun_ns, event_id LIMIT ?",
            (organisation, *after, until_ns, _AT_ONCE),
        ):
            with _readable():
                page = [_judged(*row) for row in rows]
            yield from page
            after = page[-1].event.begun_ns, page[-1].event.event_id

    def counts(self) -> dict[Status, int]:
        """How many transfers of each status."""
        return {
            Status(status): count
            for status, count in self._read("SELECT status, count(*) FROM transfer GROUP BY status")
        }

    def ledgers(self, year: int) -> list[Ledger]:
        """Every exporter's ledger of the year, by organisation code."""
        rows = self._read(
            "SELECT organisation, month, basis, recipient, grade, subjects FROM cell WHERE year = ?1 UNION ALL"
            " SELECT organisation, month, basis, recipient, grade, subjects FROM growth WHERE year = ?1"
            " ORDER BY organisation",
            (year,),
        )
        cells: dict[str, list[tuple[Cell, Subjects]]] = {}
        with _readable():
            for organisation, *row in rows:
                cells.setdefault(organisation, []).append(_cell(*row))
            return [Ledger(organisation, year, some) for organisation, some in cells.items()]

    def coverages(self) -> list[Coverage]:
        """The newest record of each agent and start, newest first."""
        rows = self._read("SELECT record FROM coverage ORDER BY seen_ns DESC, agent")
        with _readable():
            return [_coverages.decode(record) for (record,) in rows]

    def close(self) -> None:
        """Release the file."""
        with self._write_lock, self._read_lock:
            self._reader.close()
            self._writer.close()

    def _read(self, text: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._read_lock, _away():
            return self._reader.execute(text, values).fetchall()

    def _migrate(self, name: str) -> None:
        writer = self._writer
        writer.execute("BEGIN IMMEDIATE")
        tables = {table for (table,) in writer.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and "migration" not in tables:
            writer.execute("ROLLBACK")
            writer.close()
            raise ConfigurationError("this is another program's database", at=name, cure="name another file")
        writer.execute("CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY) STRICT")
        (done,) = writer.execute("SELECT coalesce(max(version), 0) FROM migration").fetchone()
        if done > len(MIGRATIONS):
            writer.execute("ROLLBACK")
            writer.close()
            raise ConfigurationError(
                f"the store was written by a later version (schema {done}, known here: {len(MIGRATIONS)})",
                at=name,
                cure="run that version, or name another file",
            )
        for version, statements in enumerate(MIGRATIONS[done:], done + 1):
            for statement in statements:
                writer.execute(statement)
            writer.execute("INSERT INTO migration VALUES (?)", (version,))
        writer.execute("COMMIT")

    def _forget_if_changed(self) -> None:
        """Another process that wrote to the file makes the open ledgers stale."""
        (version,) = self._writer.execute("PRAGMA data_version").fetchone()
        if version != self._data_version:
            self._open.clear()
            self._data_version = version


class _Weight:
    """What a cell weighs in the file: itself, and the rows of its growth."""

    def __init__(self) -> None:
        self.cell_bytes = 0
        self.rows = 0
        self.growth_bytes = 0

    def grow(self, some_bytes: int) -> None:
        """One more row of growth."""
        self.rows += 1
        self.growth_bytes += some_bytes

    @property
    def is_due(self) -> bool:
        """Whether the growth is worth folding in."""
        return self.rows >= _MOST_ROWS or self.growth_bytes > max(_LEAST_FOLDED, self.cell_bytes)


_Open = OrderedDict[tuple[str, int], tuple[Ledger, defaultdict[Cell, _Weight]]]


class _SqliteTransaction:
    def __init__(self, writer: sqlite3.Connection, opened: _Open) -> None:
        self._writer = writer
        self._open = opened
        self.cases = SqliteCaseWriter(writer)

    def known(self, event_ids: Sequence[str]) -> frozenset[str]:
        found: set[str] = set()
        for first in range(0, len(event_ids), _AT_ONCE):
            some = event_ids[first : first + _AT_ONCE]
            text = f"SELECT event_id FROM transfer WHERE event_id IN ({_marks(some)})"  # noqa: S608  # question marks only
            found.update(name for (name,) in self._writer.execute(text, some))
        return frozenset(found)

    def ledger(self, organisation: str, year: int) -> Ledger:
        key = organisation, year
        if key not in self._open:
            self._open[key] = self._loaded(key)
        self._open.move_to_end(key)
        return self._open[key][0]

    def _loaded(self, key: tuple[str, int]) -> tuple[Ledger, defaultdict[Cell, _Weight]]:
        ledger, weights = Ledger(*key), defaultdict[Cell, _Weight](_Weight)
        for table in ("cell", "growth"):
            text = f"SELECT month, basis, recipient, grade, subjects FROM {table} WHERE organisation = ? AND year = ?"  # noqa: S608  # our own words only
            for row in self._writer.execute(text, key):
                with _readable():
                    cell, subjects = _cell(*row)
                    ledger.add(cell, subjects)
                if table == "cell":
                    weights[cell].cell_bytes = len(row[-1])
                else:
                    weights[cell].grow(len(row[-1]))
        ledger.saved()
        return ledger, weights

    def keep(self, judged: Sequence[Judged], ledgers: Iterable[Ledger]) -> None:
        self._writer.executemany("INSERT INTO transfer VALUES (?, ?, ?, ?, ?, ?)", [_row(each) for each in judged])
        for ledger in ledgers:
            weights = self._open[ledger.organisation, ledger.year][1]
            for cell, subjects in ledger.growth():
                row = _cell_row(ledger, cell, subjects)
                self._writer.execute("INSERT INTO growth VALUES (?, ?, ?, ?, ?, ?, ?)", row)
                weights[cell].grow(len(row[-1]))
                if weights[cell].is_due:
                    weights[cell] = self._folded(ledger, cell)
            ledger.saved()

    def revise(self, revisions: Sequence[Revision]) -> None:
        verdicts = [(each.verdict.status, _pack(each.verdict), each.verdict.event_id) for each in revisions]
        self._writer.executemany("UPDATE transfer SET status = ?, verdict = ? WHERE event_id = ?", verdicts)
        pasts = [(each.verdict.event_id, _pack(each.past)) for each in revisions]
        self._writer.executemany("INSERT INTO past_verdict (event_id, record) VALUES (?, ?)", pasts)

    def rebuild(self, ledger: Ledger) -> None:
        key = ledger.organisation, ledger.year
        self._open.pop(key, None)
        for table in ("cell", "growth"):
            self._writer.execute(f"DELETE FROM {table} WHERE organisation = ? AND year = ?", key)  # noqa: S608  # our own words only
        rows = [_cell_row(ledger, *each) for each in ledger.cells()]
        self._writer.executemany("INSERT INTO cell VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def _folded(self, ledger: Ledger, cell: Cell) -> _Weight:
        row = _cell_row(ledger, cell, ledger.whole(cell))
        self._writer.execute("INSERT OR REPLACE INTO cell VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        self._writer.execute(
            "DELETE FROM growth WHERE organisation = ? AND year = ? AND month = ? AND basis = ? AND recipient = ?"
            " AND grade = ?",
            row[:-1],
        )
        weight = _Weight()
        weight.cell_bytes = len(row[-1])
        return weight


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise UnavailableError(f"the store failed: {error}") from error


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (MalformedError, msgspec.DecodeError, ValueError) as error:
        raise UnavailableError("the store holds a record that cannot be read: the file is damaged") from error


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _row(judged: Judged) -> tuple[object, ...]:
    event, verdict = judged.event, judged.verdict
    return (event.event_id, event.organisation, event.begun_ns, verdict.status, encode(event), _pack(verdict))


def _judged(event: bytes, verdict: bytes) -> Judged:
    return Judged(decode(event), _verdicts.decode(verdict))


def _cell(month: int, basis: str, recipient: str, grade: str, subjects: bytes) -> tuple[Cell, Subjects]:
    return Cell(month, basis, recipient, Grade(grade)), _subjects.decode(subjects)


def _cell_row(ledger: Ledger, cell: Cell, subjects: Subjects) -> tuple[str, int, int, str, str, str, bytes]:
    place = ledger.organisation, ledger.year, cell.month, cell.basis, cell.recipient, cell.grade.value
    return *place, _pack(subjects)
