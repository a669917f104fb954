"""From an envelope's bytes to a durable verdict, against the engine's own insert of the same rows."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
import os
from pathlib import Path
import sqlite3
from tempfile import TemporaryDirectory
import time
from typing import Any, Final

import psycopg

from benchmarks import Result
from benchmarks.ingest_world import ITEMS, deliveries
from benchmarks.judge_world import the_registry
from collector.intake import Rules, take_in
from collector.law.shelf import routes_of_law
from collector.ports import Judged, Store
from collector.stores.postgres import PostgresStore
from collector.stores.postgres_link import migrate
from collector.stores.postgres_schema import MIGRATIONS
from collector.stores.sql import row_of
from collector.stores.sqlite import SqliteStore
from tests.services.postgres import Server

NAME: Final = "ingest"
TITLE: Final = "Taking in: from an envelope to a durable verdict"

EVENTS: Final = int(os.environ.get("GUANJIN_BENCH_EVENTS", "1000000"))
_BATCH: Final = 25
"""Envelopes in one transaction."""
_NOW: Final = 1_772_500_000_000_000_000
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_INSERT: Final = (
    "INSERT INTO transfer (event_id, organisation, begun_ns, status, event, verdict) VALUES (?, ?, ?, ?, ?, ?)"
)
_COLUMNS: Final = "tenant, event_id, organisation, begun_ns, status, event, verdict"
_COPY: Final = f"COPY guanjin.transfer ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"

Rows = list[tuple[Any, ...]]


class _Clock:
    """CPU seconds of this process and of a server with its children."""

    def __init__(self, server: int = 0) -> None:
        self._server = server

    def __call__(self) -> float:
        return time.process_time() + (_tree_seconds(self._server) if self._server else 0.0)


def run() -> Result:
    """CPU seconds of both, in blocks of a tenth."""
    rows = []
    with TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "guanjin.sqlite")
        rows.append(_measured("SQLite", store, _Clock(), _bare_sqlite(Path(folder) / "bare.sqlite")))
        store.close()
    server = Server(fsync="on", max_wal_size="1GB", shared_buffers="256MB")
    try:
        url, other = server.database(), server.database()
        postgres = PostgresStore(url)
        bare = _bare_postgres(other, server.root(other.rsplit("/", 1)[1]))
        rows.append(_measured("PostgreSQL 15", postgres, _Clock(server.process.pid), bare))
        postgres.close()
    finally:
        server.stop()
    return Result(
        ("store", "events per CPU second", "bare insert", "ratio", "ratio of the last tenth", "last tenth to first"),
        tuple(rows),
        f"{EVENTS:,} events in envelopes of {ITEMS}, {_BATCH} envelopes a transaction, agents of 500 exporters with"
        " three filings each, about one transfer in two flagged. Taking in is: decompress, decode, marks, judge with"
        " the ledger's counts, cases, insert with all indexes, commit with fsync. The bare insert puts the very same"
        " rows into a table with the same columns and indexes: executemany for SQLite, COPY by a superuser past"
        " row-level security for PostgreSQL. CPU time of this process and of all of the server's, both in turn, one"
        " core; the first batch, in which modules load, is left out.",
    )


def _measured(name: str, store: Store, clock: Callable[[], float], insert: Callable[[Rows], None]) -> tuple[str, ...]:
    rules = Rules(the_registry(), routes_of_law())
    taken: list[float] = []
    bare: list[float] = []
    for number, batch in enumerate(_batches(deliveries(EVENTS // ITEMS))):
        begun = clock()
        judged = take_in(batch, store, rules, _NOW).judged
        middle = clock()
        rows = _rows_of(judged)
        before = clock()
        insert(rows)
        after = clock()
        if number:
            taken.append((middle - begun) / len(rows))
            bare.append((after - before) / len(rows))
    tenth = max(1, len(taken) // 10)
    first, last = _mean(taken[:tenth]), _mean(taken[-tenth:])
    return (
        name, f"{1 / _mean(taken):,.0f}", f"{1 / _mean(bare):,.0f}", f"{_mean(bare) / _mean(taken):.2f}",
        f"{_mean(bare[-tenth:]) / last:.2f}", f"{first / last:.2f}",
    )  # fmt: skip


def _batches(some: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(some, _BATCH)):
        yield batch


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _rows_of(judged: Sequence[Judged]) -> Rows:
    return [row_of(each) for each in judged]


def _bare_sqlite(path: Path) -> Callable[[Rows], None]:
    SqliteStore(path).close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")

    def insert(rows: Rows) -> None:
        connection.execute("BEGIN")
        connection.executemany(_INSERT, rows)
        connection.execute("COMMIT")

    return insert


def _bare_postgres(url: str, root: str) -> Callable[[Rows], None]:
    migrate(url, len(MIGRATIONS))
    connection = psycopg.connect(root, autocommit=True)
    connection.execute("SELECT guanjin.make_month(2026 * 12 + 2)")
    types = ("text", "text", "text", "int8", "text", "bytea", "bytea")

    def insert(rows: Rows) -> None:
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(("default", *row))

    return insert


def _tree_seconds(root: int) -> float:
    """CPU time of a process, of its living children and of those that it has buried."""
    ticks = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(folder.name) == root:
                ticks += sum(map(int, fields[11:15]))
            elif int(fields[1]) == root:
                ticks += sum(map(int, fields[11:13]))
    return ticks / _TICKS
