"""The store of the embedded mode: one SQLite file that survives a crash and a second process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
import os
from pathlib import Path
import sqlite3
from threading import RLock
from typing import Any, Final

from collector.stores.backup import Stream
from collector.stores.open_ledgers import OpenLedgers
from collector.stores.schema import MIGRATIONS
from collector.stores.sql import SqlReader, SqlTransaction
from wire.coverage import Coverage
from wire.faults import ConfigurationError, UnavailableError

_PATIENCE_S: Final = 30.0
"""How long to wait for another process that writes to the same file."""


class SqliteStore(SqlReader):
    """Everything in one file. One thread writes at a time, others read meanwhile.

    Args:
        path: the file; it is made if it is not there, readable by its owner only.

    Raises:
        ConfigurationError: the file is no store of ours, was written by a later version, or cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(self._fetch)
        self._path = path
        self._write_lock = RLock()
        self._read_lock = RLock()
        self._open = OpenLedgers()
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite's own files beside it take its mode over
            self._writer = _connected(path)
            self._migrate(path.name)
            self._reader = _connected(path)
        except (OSError, sqlite3.Error) as error:
            raise ConfigurationError(f"the store cannot be opened: {error}", at=path.name) from error

    @contextmanager
    def begin(self) -> Iterator[SqlTransaction]:
        """Open a transaction; it commits on leaving the block and rolls back on an error."""
        with self._write_lock:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                yield SqlTransaction(self._run, self._run_many, self._open)
                self._writer.execute("COMMIT")
            except BaseException as error:
                self._open.clear()
                with suppress(sqlite3.Error):
                    self._writer.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    raise UnavailableError(f"the store failed: {error}") from error
                raise
            self._open.trim()

    def keep_coverage(self, coverage: Coverage) -> None:
        """Store an agent's totals; a later record of the same agent and start replaces the earlier one."""
        with self.begin() as transaction:
            transaction.intake.keep_coverage([coverage])

    @contextmanager
    def snapshot(self) -> Iterator[Stream]:
        """A view of one moment, while others go on writing."""
        with _away():
            connection = _connected(self._path)
            try:
                connection.execute("BEGIN")
                yield lambda text: iter(connection.execute(text))
            finally:
                connection.close()

    def close(self) -> None:
        """Release the file."""
        with self._write_lock, self._read_lock:
            self._reader.close()
            self._writer.close()

    def _fetch(self, text: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._read_lock, _away():
            return self._reader.execute(text, values).fetchall()

    def _run(self, text: str, values: Sequence[Any] = ()) -> list[Any]:
        return self._writer.execute(text, values).fetchall()

    def _run_many(self, text: str, rows: Sequence[Sequence[Any]]) -> None:
        self._writer.executemany(text, rows)

    def _migrate(self, name: str) -> None:
        writer = self._writer
        writer.execute("BEGIN IMMEDIATE")
        try:
            self._apply(name)
        except BaseException:
            with suppress(sqlite3.Error):
                writer.execute("ROLLBACK")
            writer.close()
            raise
        writer.execute("COMMIT")

    def _apply(self, name: str) -> None:
        writer = self._writer
        tables = {table for (table,) in writer.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and "migration" not in tables:
            raise ConfigurationError("this is another program's database", at=name, cure="name another file")
        writer.execute("CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY) STRICT")
        (done,) = writer.execute("SELECT coalesce(max(version), 0) FROM migration").fetchone()
        if done > len(MIGRATIONS):
            raise ConfigurationError(
                f"the store was written by a later version (schema {done}, known here: {len(MIGRATIONS)})",
                at=name,
                cure="run that version, or name another file",
            )
        for version, statements in enumerate(MIGRATIONS[done:], done + 1):
            for statement in statements:
                writer.execute(statement)
            writer.execute("INSERT INTO migration VALUES (?)", (version,))


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
