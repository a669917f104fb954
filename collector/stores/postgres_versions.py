"""The registry's versions in PostgreSQL: a table that takes rows and gives none up."""

from collections.abc import Callable
from typing import Final

from collector.registry_history import Entry, Version
from collector.stores.postgres_link import Link, away, check, migrate

_ENTRY: Final = "number, recorded_ns, author, reason, seal"


class PostgresVersions:
    """Versions of one tenant's registry; several processes may append.

    Args:
        url: ``postgresql://role@host/database``.

    Raises:
        ConfigurationError: the database cannot be reached or used.
    """

    def __init__(self, url: str) -> None:
        migrate(url)
        check(url)
        self._link = Link(url)

    def entries(self) -> list[Entry]:
        """The log, oldest first."""
        with away():
            return [Entry(*row) for row in self._link.run(f"SELECT {_ENTRY} FROM registry_version ORDER BY number")]  # noqa: S608  # our own words

    def version(self, number: int) -> Version | None:
        """One version."""
        with away():
            return self._one("WHERE number = ?", number)

    def extend(self, make: Callable[[Version | None], Version | None]) -> Version | None:
        """Append what ``make`` gives for the newest version, in one transaction; nothing if it gives None."""
        with away(), self._link.connection.transaction():
            self._link.run("LOCK TABLE registry_version IN SHARE ROW EXCLUSIVE MODE")
            fresh = make(self._one("ORDER BY number DESC LIMIT 1"))
            if fresh is not None:
                entry = fresh.entry
                row = (entry.number, entry.recorded_ns, entry.author, entry.reason, entry.seal, fresh.content)
                text = f"INSERT INTO registry_version ({_ENTRY}, content) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608  # our own words
                self._link.run(text, row)
        return fresh

    def close(self) -> None:
        """Let go of the server."""
        self._link.close()

    def _one(self, which: str, *values: int) -> Version | None:
        rows = self._link.run(f"SELECT {_ENTRY}, content FROM registry_version {which}", values)  # noqa: S608  # our own words
        return Version(Entry(*rows[0][:5]), rows[0][5]) if rows else None
