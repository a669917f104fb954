"""The store of the scaled mode: PostgreSQL, written by many workers at a time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from threading import RLock
from typing import Any, Final

import psycopg
from typing_extensions import override

from collector.ports import Judged, Revision
from collector.stores.backup import Stream
from collector.stores.dialect import pieces, readable
from collector.stores.intake_sql import SqlKeepingWriter, day_of
from collector.stores.open_ledgers import OpenLedgers
from collector.stores.postgres_link import Link, away, check, connected, migrate, said, spoken
from collector.stores.postgres_schema import INCOMING
from collector.stores.sql import SqlReader, SqlTransaction, judged_of, packed
from wire.coverage import Coverage
from wire.faults import UnavailableError
from wire.legal_time import legal_day

_ITERATED: Final = 2_000
_COPY: Final = "COPY incoming (event_id, organisation, begun_ns, status, event, verdict) FROM STDIN (FORMAT BINARY)"
_TYPES: Final = ("text", "text", "int8", "text", "bytea", "bytea")
_SEEN: Final = """INSERT INTO seen (tenant, event_id, begun_ns)
    SELECT (SELECT my_tenant()), event_id, begun_ns FROM incoming"""
_TRANSFERS: Final = """INSERT INTO transfer (tenant, event_id, organisation, begun_ns, status, event, verdict)
    SELECT (SELECT my_tenant()), event_id, organisation, begun_ns, status, event, verdict FROM incoming"""
_ONE: Final = """SELECT event, verdict FROM transfer
    WHERE begun_ns = (SELECT begun_ns FROM seen WHERE event_id = ?) AND event_id = ?"""


class PostgresStore(SqlReader):
    """Everything in one database, of which a role sees its tenant. Several processes write at a time.

    Args:
        url: ``postgresql://role@host/database``; the password comes from PGPASSFILE or PGPASSWORD.

    Raises:
        ConfigurationError: the database cannot be reached or used, or was written by a later version.
    """

    def __init__(self, url: str) -> None:
        migrate(url)
        check(url)
        super().__init__(self._fetch)
        self._url = url
        self._write_lock = RLock()
        self._read_lock = RLock()
        self._open = OpenLedgers()
        self._months: set[int] = set()
        self._writer = Link(url, (INCOMING,))
        self._reader = Link(url)

    @contextmanager
    def begin(self) -> Iterator["PostgresTransaction"]:
        """Open a transaction; it commits on leaving the block and rolls back on an error."""
        with self._write_lock:
            months = set(self._months)
            try:
                with self._writer.connection.transaction():
                    yield PostgresTransaction(self._writer, self._open, months)
            except BaseException as error:
                self._open.clear()
                if isinstance(error, psycopg.Error):
                    raise UnavailableError(f"the database failed: {said(error)}") from error
                raise
            self._months = months
            self._open.trim()

    def keep_coverage(self, coverage: Coverage) -> None:
        """Store an agent's totals; a later record of the same agent and start replaces the earlier one."""
        with self.begin() as transaction:
            transaction.intake.keep_coverage([coverage])

    @override
    def transfer(self, event_id: str) -> Judged | None:
        rows = self._fetch(_ONE, (event_id, event_id))
        with readable():
            return judged_of(*rows[0]) if rows else None

    @contextmanager
    def snapshot(self) -> Iterator[Stream]:
        """A view of one moment, while others go on writing."""
        with away(), connected(self._url) as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            numbers = count()

            def stream(text: str) -> Iterator[tuple[Any, ...]]:
                with connection.cursor(f"backup_{next(numbers)}") as cursor:
                    cursor.itersize = _ITERATED
                    cursor.execute(spoken(text))
                    yield from cursor

            yield stream

    def close(self) -> None:
        """Let go of the server."""
        with self._write_lock, self._read_lock:
            self._reader.close()
            self._writer.close()

    def _fetch(self, text: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._read_lock, away():
            try:
                return self._reader.run(text, values)
            except psycopg.OperationalError:
                if not self._reader.is_broken:
                    raise
            return self._reader.run(text, values)


class PostgresTransaction(SqlTransaction):
    """A unit of work; other processes have theirs at the same time.

    Args:
        link: the connection on which it is open.
        opened: ledgers that stayed open since earlier transactions.
        months: those of which there is a partition; it grows.
    """

    def __init__(self, link: Link, opened: OpenLedgers, months: set[int]) -> None:
        super().__init__(link.run, link.run_many, opened)
        self._connection = link.connection
        self._months = months
        self.keeping = SqlKeepingWriter(link.run, link.run_many, beside=("past_verdict", "seen"))

    @override
    def known(self, event_ids: Sequence[str]) -> frozenset[str]:
        rows = self.sql("SELECT event_id FROM seen WHERE event_id = ANY(?)", (list(event_ids),))
        return frozenset(name for (name,) in rows)

    @override
    def put(self, rows: Sequence[tuple[Any, ...]]) -> None:
        if not rows:
            return
        for month in {_month(row[2]) for row in rows} - self._months:
            self.sql("SELECT make_month(?::integer)", (month,))
            self._months.add(month)
        with self._connection.cursor() as cursor:
            with cursor.copy(_COPY) as copy:
                copy.set_types(_TYPES)
                for row in rows:
                    copy.write_row(row)
            cursor.execute(_SEEN)
            cursor.execute(_TRANSFERS)
            cursor.execute("TRUNCATE incoming")

    @override
    def revise(self, revisions: Sequence[Revision]) -> None:
        for some in pieces(revisions):
            self._revise(some)

    def _revise(self, revisions: Sequence[Revision]) -> None:
        names = [each.verdict.event_id for each in revisions]
        begun = dict(self.sql("SELECT event_id, begun_ns FROM seen WHERE event_id = ANY(?)", (names,)))
        self.sql_many(
            "UPDATE transfer SET status = ?, verdict = ? WHERE begun_ns = ? AND event_id = ?",
            [
                (each.verdict.status.value, packed(each.verdict), begun[name], name)
                for name, each in zip(names, revisions, strict=True)
            ],
        )
        pasts = [(name, packed(each.past)) for name, each in zip(names, revisions, strict=True)]
        self.sql_many("INSERT INTO past_verdict (event_id, record) VALUES (?, ?)", pasts)
        text = "SELECT organisation, begun_ns FROM transfer WHERE begun_ns = ANY(?) AND event_id = ANY(?)"
        rows = self.sql(text, (list(set(begun.values())), names))
        self.keeping.mark_due((organisation, day_of(begun_ns)) for organisation, begun_ns in rows)


def _month(begun_ns: int) -> int:
    day = legal_day(begun_ns)
    return day.year * 12 + day.month - 1
