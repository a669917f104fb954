"""The SQLite file of the console: accounts, audit trail, drafts, policy pages. It holds nothing that was observed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
import os
from pathlib import Path
import sqlite3
from threading import RLock
from typing import Any, Final

from wire.faults import ConfigurationError, UnavailableError

_PATIENCE_S: Final = 30.0
_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS account (
        name TEXT PRIMARY KEY,
        role TEXT NOT NULL,
        organisation TEXT NOT NULL,
        made_ns INTEGER NOT NULL,
        is_disabled INTEGER NOT NULL DEFAULT 0,
        password TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE IF NOT EXISTS session (
        digest BLOB PRIMARY KEY,
        name TEXT NOT NULL,
        made_ns INTEGER NOT NULL,
        used_ns INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS token (
        id TEXT PRIMARY KEY,
        digest BLOB NOT NULL UNIQUE,
        name TEXT NOT NULL,
        label TEXT NOT NULL,
        made_ns INTEGER NOT NULL,
        until_ns INTEGER NOT NULL,
        is_reading_only INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE IF NOT EXISTS failure (
        key BLOB PRIMARY KEY,
        count INTEGER NOT NULL,
        last_ns INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS audit (
        number INTEGER PRIMARY KEY,
        at_ns INTEGER NOT NULL,
        who TEXT NOT NULL,
        role TEXT NOT NULL,
        deed TEXT NOT NULL,
        about TEXT NOT NULL,
        outcome TEXT NOT NULL,
        seal TEXT NOT NULL
    ) STRICT""",
    """CREATE TRIGGER IF NOT EXISTS audit_is_not_edited BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit trail is never edited'); END""",
    """CREATE TRIGGER IF NOT EXISTS audit_is_not_deleted BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit trail is never cut'); END""",
    """CREATE TABLE IF NOT EXISTS policy (
        number INTEGER PRIMARY KEY,
        recorded_ns INTEGER NOT NULL,
        author TEXT NOT NULL,
        reason TEXT NOT NULL,
        slug TEXT NOT NULL,
        content BLOB NOT NULL
    ) STRICT""",
    """CREATE TRIGGER IF NOT EXISTS policy_is_not_edited BEFORE UPDATE ON policy
        BEGIN SELECT RAISE(ABORT, 'an edition is never edited'); END""",
    """CREATE TRIGGER IF NOT EXISTS policy_is_not_deleted BEFORE DELETE ON policy
        BEGIN SELECT RAISE(ABORT, 'an edition is never deleted'); END""",
    """CREATE TABLE IF NOT EXISTS draft (
        id TEXT PRIMARY KEY,
        author TEXT NOT NULL,
        made_ns INTEGER NOT NULL,
        content BLOB NOT NULL
    ) STRICT""",
)


class ConsoleFile:
    """One connection that threads take in turns; other processes may write beside it.

    Args:
        path: the file; it is made if it is not there, readable by its owner only.

    Raises:
        ConfigurationError: it is no such file, or cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._lock = RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._connection = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise ConfigurationError(f"the accounts cannot be opened: {error}", at=str(path)) from error
        try:
            for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", *_TABLES):
                self._connection.execute(statement)
        except sqlite3.Error as error:
            self._connection.close()
            raise ConfigurationError(f"no file of accounts: {error}", at=str(path)) from error

    def read(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows that a query gives."""
        with self._lock, _away():
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it is kept, or nothing."""
        with self._lock, _away():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._connection.close()


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise UnavailableError(f"the accounts' file failed: {error}") from error
