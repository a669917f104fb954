"""The stores that speak SQL: what SQLite and PostgreSQL have in common, which is nearly everything."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from collector.ledger import Cell, Ledger
from collector.ports import Judged, Past, Query, Revision, Stretch
from collector.stores.cases_sql import SqlCases, SqlCaseWriter
from collector.stores.dialect import AT_ONCE, Run, RunMany, marks, pieces, readable
from collector.stores.intake_sql import DAY_SQL, SqlIntake, SqlIntakeWriter, SqlKeeping, SqlKeepingWriter, day_of
from collector.stores.open_ledgers import LedgerKey, OpenLedger, OpenLedgers
from collector.verdicts import Status, Verdict
from wire.codec import decode, encode
from wire.coverage import Coverage
from wire.kinds import Grade
from wire.subjects import Subjects

packed: Final = msgspec.msgpack.Encoder().encode
_verdicts: Final = msgspec.msgpack.Decoder(Verdict)
_coverages: Final = msgspec.msgpack.Decoder(Coverage)
_pasts: Final = msgspec.msgpack.Decoder(Past)
_subjects: Final = msgspec.msgpack.Decoder(Subjects)

_HEADS: Final = """INSERT INTO ledger_head (organisation, year, revision, era) VALUES {}
    ON CONFLICT (organisation, year) DO UPDATE SET revision = ledger_head.revision + 1
    RETURNING organisation, year, revision, era"""
_CELL: Final = """INSERT INTO cell (organisation, year, month, basis, recipient, grade, subjects, revision)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (organisation, year, month, basis, recipient, grade)
    DO UPDATE SET subjects = excluded.subjects, revision = excluded.revision"""
_GROWTH: Final = """INSERT INTO growth (organisation, year, month, basis, recipient, grade, subjects, revision)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""


class SqlReader:
    """What a store gives to read.

    Args:
        read: runs one query.
    """

    def __init__(self, read: Run) -> None:
        self._read = read
        self.cases = SqlCases(read)
        self.intake = SqlIntake(read)
        self.keeping = SqlKeeping(read)

    def transfers(self, query: Query) -> list[Judged]:
        """Judged transfers, newest first."""
        wheres, values = ["TRUE"], list[Any]()
        if query.statuses:
            wheres.append(f"status IN ({marks(query.statuses)})")
            values += [status.value for status in query.statuses]
        if query.organisation:
            wheres.append("organisation = ?")
            values.append(query.organisation)
        if query.before:
            wheres.append("(begun_ns, event_id) < (?, ?)")
            values += query.before
        # Only our own words and question marks are joined; every value is bound.
        text = f"SELECT event, verdict FROM transfer WHERE {' AND '.join(wheres)}"  # noqa: S608  # see above
        rows = self._read(f"{text} ORDER BY begun_ns DESC, event_id DESC LIMIT ?", (*values, query.most))
        with readable():
            return [judged_of(*row) for row in rows]

    def transfer(self, event_id: str) -> Judged | None:
        """One judged transfer."""
        rows = self._read("SELECT event, verdict FROM transfer WHERE event_id = ?", (event_id,))
        with readable():
            return judged_of(*rows[0]) if rows else None

    def past(self, event_id: str) -> list[Past]:
        """The verdicts that one transfer had before, oldest first."""
        rows = self._read("SELECT record FROM past_verdict WHERE event_id = ? ORDER BY number", (event_id,))
        with readable():
            return [_pasts.decode(record) for (record,) in rows]

    def stretches(self) -> list[Stretch]:
        """Every exporter with transfers, by organisation code."""
        text = "SELECT organisation, min(begun_ns), max(begun_ns) FROM transfer GROUP BY organisation"
        return [Stretch(*row) for row in self._read(f"{text} ORDER BY organisation")]

    def in_time(self, organisation: str, from_ns: int, until_ns: int) -> Iterator[Judged]:
        """An exporter's transfers that began in a span of time, oldest first, read page by page."""
        after = from_ns, ""
        while rows := self._read(
            "SELECT event, verdict FROM transfer WHERE organisation = ? AND (begun_ns, event_id) > (?, ?)"
            " AND begun_ns < ? ORDER BY begun_ns, event_id LIMIT ?",
            (organisation, *after, until_ns, AT_ONCE),
        ):
            with readable():
                page = [judged_of(*row) for row in rows]
            yield from page
            after = page[-1].event.begun_ns, page[-1].event.event_id

    def count_between(self, organisation: str, from_ns: int, until_ns: int) -> int:
        """How many of an exporter's transfers began in a span of time."""
        text = "SELECT count(*) FROM transfer WHERE organisation = ? AND begun_ns >= ? AND begun_ns < ?"
        return int(self._read(text, (organisation, from_ns, until_ns))[0][0])

    def counts(self, organisation: str = "") -> dict[Status, int]:
        """How many transfers of each status, of one exporter where it is named."""
        where, values = _whose(organisation, "WHERE")
        rows = self._read(f"SELECT status, count(*) FROM transfer{where} GROUP BY status", values)  # noqa: S608  # ours
        return {Status(status): count for status, count in rows}

    def ledgers(self, year: int, organisation: str = "") -> list[Ledger]:
        """Every exporter's ledger of the year, by organisation code; that of one exporter where it is named."""
        whose, values = _whose(organisation, "AND")
        some = f"SELECT organisation, month, basis, recipient, grade, subjects FROM {{}} WHERE year = ?{whose}"  # noqa: S608  # ours
        text = f"{some.format('cell')} UNION ALL {some.format('growth')} ORDER BY organisation"
        rows = self._read(text, (year, *values) * 2)
        cells: dict[str, list[tuple[Cell, Subjects]]] = {}
        with readable():
            for name, *row in rows:
                cells.setdefault(name, []).append(_cell(*row))
            return [Ledger(name, year, some) for name, some in cells.items()]

    def coverages(self) -> list[Coverage]:
        """The newest record of each agent and start, newest first."""
        rows = self._read("SELECT record FROM coverage ORDER BY seen_ns DESC, agent")
        with readable():
            return [_coverages.decode(record) for (record,) in rows]


class SqlTransaction:
    """A unit of work on one connection.

    Args:
        run: runs one statement.
        run_many: runs one statement for many rows.
        opened: ledgers that stayed open since earlier transactions.
    """

    def __init__(self, run: Run, run_many: RunMany, opened: OpenLedgers) -> None:
        self.sql = run
        self.sql_many = run_many
        self._open = opened
        self._heads: dict[LedgerKey, tuple[int, int]] = {}
        self.cases = SqlCaseWriter(run)
        self.intake = SqlIntakeWriter(run, run_many)
        self.keeping = SqlKeepingWriter(run, run_many)

    def known(self, event_ids: Sequence[str]) -> frozenset[str]:
        """Those of the events that were judged before."""
        found: set[str] = set()
        for some in pieces(event_ids):
            text = f"SELECT event_id FROM transfer WHERE event_id IN ({marks(some)})"  # noqa: S608  # question marks only
            found.update(name for (name,) in self.sql(text, some))
        return frozenset(found)

    def reserve(self, keys: Iterable[LedgerKey]) -> None:
        """Count up the ledgers' revisions, which locks their rows until the end, always in the same order."""
        for some in pieces(sorted(set(keys) - self._heads.keys())):
            text = _HEADS.format(marks(some, "(?, ?, 1, 0)"))
            for organisation, year, revision, era in self.sql(text, [value for key in some for value in key]):
                self._heads[organisation, year] = revision, era

    def ledger(self, organisation: str, year: int) -> Ledger:
        """The exporter's ledger of the year, with what others took in since it was opened."""
        key = organisation, year
        self.reserve([key])
        revision, era = self._heads[key]
        opened = self._open.take(key, era)
        if opened.revision < revision - 1:
            self._catch_up(opened, key)
        opened.revision = revision
        return opened.ledger

    def _catch_up(self, opened: OpenLedger, key: LedgerKey) -> None:
        for table in ("cell", "growth"):
            text = f"SELECT month, basis, recipient, grade, subjects FROM {table} WHERE organisation = ? AND year = ?"  # noqa: S608  # our own words only
            for row in self.sql(f"{text} AND revision > ?", (*key, opened.revision)):
                with readable():
                    cell, subjects = _cell(*row)
                    opened.ledger.add(cell, subjects)
                opened.weigh(cell, len(row[-1]), is_whole=table == "cell")
        opened.ledger.saved()

    def keep(self, judged: Sequence[Judged], ledgers: Iterable[Ledger]) -> None:
        """Store transfers, verdicts and ledgers."""
        self.put([row_of(each) for each in judged])
        self.keeping.mark_due((each.event.organisation, day_of(each.event.begun_ns)) for each in judged)
        grown: list[tuple[Any, ...]] = []
        due: list[tuple[OpenLedger, Cell]] = []
        for ledger in ledgers:
            opened = self._open[ledger.organisation, ledger.year]
            for cell, subjects in ledger.growth():
                row = self._cell_row(ledger, cell, subjects)
                grown.append(row)
                if opened.weigh(cell, len(row[6])).is_due:
                    due.append((opened, cell))
            ledger.saved()
        self.sql_many(_GROWTH, grown)
        for opened, cell in due:
            self._fold(opened, cell)

    def put(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert transfers: event_id, organisation, begun_ns, status, event, verdict."""
        self.sql_many(
            "INSERT INTO transfer (event_id, organisation, begun_ns, status, event, verdict) VALUES (?, ?, ?, ?, ?, ?)",
            rows,
        )

    def revise(self, revisions: Sequence[Revision]) -> None:
        """Put verdicts in the place of those that were kept, which stay beside them."""
        names = [each.verdict.event_id for each in revisions]
        verdicts = [(each.verdict.status.value, packed(each.verdict), each.verdict.event_id) for each in revisions]
        self.sql_many("UPDATE transfer SET status = ?, verdict = ? WHERE event_id = ?", verdicts)
        pasts = [(each.verdict.event_id, packed(each.past)) for each in revisions]
        self.sql_many("INSERT INTO past_verdict (event_id, record) VALUES (?, ?)", pasts)
        for some in pieces(names):
            text = f"SELECT DISTINCT organisation, {DAY_SQL} FROM transfer WHERE event_id IN ({marks(some)})"  # noqa: S608  # our own words
            self.keeping.mark_due(self.sql(text, some))

    def rebuild(self, ledger: Ledger) -> None:
        """Put a ledger in the place of the one that was kept; whoever has the old one open forgets it."""
        key = ledger.organisation, ledger.year
        self.reserve([key])
        self._open.drop(key)
        self.sql("UPDATE ledger_head SET era = era + 1 WHERE organisation = ? AND year = ?", key)
        revision, era = self._heads[key]
        self._heads[key] = revision, era + 1
        for table in ("cell", "growth"):
            self.sql(f"DELETE FROM {table} WHERE organisation = ? AND year = ?", key)  # noqa: S608  # our own words only
        self.sql_many(_CELL, [self._cell_row(ledger, *each) for each in ledger.cells()])

    def _fold(self, opened: OpenLedger, cell: Cell) -> None:
        row = self._cell_row(opened.ledger, cell, opened.ledger.whole(cell))
        self.sql(_CELL, row)
        self.sql(
            "DELETE FROM growth WHERE organisation = ? AND year = ? AND month = ? AND basis = ? AND recipient = ?"
            " AND grade = ?",
            row[:6],
        )
        opened.weigh(cell, len(row[6]), is_whole=True)

    def _cell_row(self, ledger: Ledger, cell: Cell, subjects: Subjects) -> tuple[Any, ...]:
        place = ledger.organisation, ledger.year, cell.month, cell.basis, cell.recipient, cell.grade.value
        return *place, packed(subjects), self._heads[ledger.organisation, ledger.year][0]


def row_of(judged: Judged) -> tuple[Any, ...]:
    """As ``put`` takes it."""
    event, verdict = judged.event, judged.verdict
    return (event.event_id, event.organisation, event.begun_ns, verdict.status.value, encode(event), packed(verdict))


def judged_of(event: bytes, verdict: bytes) -> Judged:
    """A row as it was kept."""
    return Judged(decode(event), _verdicts.decode(verdict))


def _whose(organisation: str, word: str) -> tuple[str, tuple[str, ...]]:
    """The clause that keeps one exporter's rows, and its value; nothing where none is named."""
    return (f" {word} organisation = ?", (organisation,)) if organisation else ("", ())


def _cell(month: int, basis: str, recipient: str, grade: str, subjects: bytes) -> tuple[Cell, Subjects]:
    return Cell(month, basis, recipient, Grade(grade)), _subjects.decode(subjects)
