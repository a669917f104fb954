"""The registry's versions in a SQLite file of their own, which takes rows and gives none up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
import sqlite3
from typing import Final

from collector.registry_history import Entry, Version
from wire.faults import ConfigurationError, UnavailableError

_PATIENCE_S: Final = 30.0
_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS version (
        number INTEGER PRIMARY KEY,
        recorded_ns INTEGER NOT NULL,
        author TEXT NOT NULL,
        reason TEXT NOT NULL,
        seal TEXT NOT NULL,
        content BLOB NOT NULL
    ) STRICT""",
    """CREATE TRIGGER IF NOT EXISTS version_is_not_edited BEFORE UPDATE ON version
        BEGIN SELECT RAISE(ABORT, 'a version is never edited'); END""",
    """CREATE TRIGGER IF NOT EXISTS version_is_not_deleted BEFORE DELETE ON version
        BEGIN SELECT RAISE(ABORT, 'a version is never deleted'); END""",
)
_NEWEST: Final = "SELECT * FROM version ORDER BY number DESC LIMIT 1"


class SqliteVersions:
    """Versions in one file; several processes may append.

    Args:
        path: the file; it is made if it is not there.

    Raises:
        ConfigurationError: it is no such file, or cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._connection = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None)
        except sqlite3.Error as error:
            raise ConfigurationError(f"the registry's history cannot be opened: {error}", at=str(path)) from error
        try:
            self._connection.execute("PRAGMA synchronous = FULL")
            for table in _TABLES:
                self._connection.execute(table)
        except sqlite3.Error as error:
            self._connection.close()
            raise ConfigurationError(f"no history of a registry: {error}", at=str(path)) from error

    def entries(self) -> list[Entry]:
        """The log, oldest first."""
        with _away():
            rows = self._connection.execute("SELECT number, recorded_ns, author, reason, seal FROM version")
            return sorted((Entry(*row) for row in rows), key=lambda each: each.number)

    def version(self, number: int) -> Version | None:
        """One version."""
        with _away():
            row = self._connection.execute("SELECT * FROM version WHERE number = ?", (number,)).fetchone()
        return _version(row)

    def extend(self, make: Callable[[Version | None], Version | None]) -> Version | None:
        """Append what ``make`` gives for the newest version, in one transaction; nothing if it gives None."""
        connection = self._connection
        with _away():
            connection.execute("BEGIN IMMEDIATE")
            try:
                fresh = make(_version(connection.execute(_NEWEST).fetchone()))
                if fresh is not None:
                    entry = fresh.entry
                    row = (entry.number, entry.recorded_ns, entry.author, entry.reason, entry.seal, fresh.content)
                    connection.execute("INSERT INTO version VALUES (?, ?, ?, ?, ?, ?)", row)
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
        return fresh

    def close(self) -> None:
        """Release the file."""
        self._connection.close()


def _version(row: tuple[int, int, str, str, str, bytes] | None) -> Version | None:
    return Version(Entry(*row[:5]), row[5]) if row else None


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise UnavailableError(f"the registry's history failed: {error}") from error
