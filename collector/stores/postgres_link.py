"""Connections to PostgreSQL: opened anew when they broke, and the shared SQL in its dialect."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

import psycopg
from psycopg import Connection, sql

from collector.stores.postgres_schema import MIGRATIONS, SCHEMA, granted
from wire.faults import ConfigurationError, UnavailableError

_PATIENCE_S: Final = 10


class Link:
    """One connection; it is not shared between threads.

    Args:
        url: ``postgresql://role@host/database``.
        prepare: statements that each new connection begins with.
    """

    def __init__(self, url: str, prepare: Sequence[str] = ()) -> None:
        self._url = url
        self._prepare = prepare
        self._connection: Connection[Any] | None = None

    @property
    def connection(self) -> Connection[Any]:
        """The open connection.

        Raises:
            UnavailableError: the server is away.
        """
        if self._connection is None or self._connection.closed:
            with away():
                self._connection = connected(self._url)
                for statement in self._prepare:
                    self._connection.execute(statement)
        return self._connection

    @property
    def is_broken(self) -> bool:
        """Whether the connection was lost: the next use opens another."""
        return self._connection is not None and self._connection.closed

    def run(self, text: str, values: Sequence[Any] = ()) -> list[Any]:
        """Run one statement of the shared SQL."""
        cursor = self.connection.execute(spoken(text), values)
        return cursor.fetchall() if cursor.description else []

    def run_many(self, text: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement of the shared SQL for many rows."""
        if rows:
            with self.connection.cursor() as cursor:
                cursor.executemany(spoken(text), rows)

    def close(self) -> None:
        """Let go."""
        if self._connection is not None:
            self._connection.close()


@lru_cache(maxsize=512)
def spoken(text: str) -> Any:
    """The shared SQL as PostgreSQL wants it: its marks, and keys that begin with the tenant.

    The type says Any because psycopg asks for a literal: every text here is ours, and every value is bound.
    """
    return text.replace("?", "%s").replace("ON CONFLICT (", "ON CONFLICT (tenant, ")


def connected(url: str) -> Connection[Any]:
    """A connection on our schema that commits each statement unless a transaction is open."""
    connection = psycopg.connect(url, autocommit=True, connect_timeout=_PATIENCE_S, application_name="guanjin")
    connection.execute(f"SET search_path = {SCHEMA}, pg_temp")
    return connection


@contextmanager
def away() -> Iterator[None]:
    """Says in our words that the server failed; never the values, which may stand in the server's."""
    try:
        yield
    except psycopg.Error as error:
        raise UnavailableError(f"the database failed: {said(error)}") from error


def said(error: psycopg.Error) -> str:
    """The server's message without the details, which may quote rows."""
    return error.diag.message_primary or type(error).__name__


def migrate(url: str, to: int = len(MIGRATIONS)) -> None:
    """Bring the schema to a version, forth or back, each step in a transaction of its own.

    Raises:
        ConfigurationError: written by a later version, or this role may not.
    """
    with _told(), connected(url) as connection:
        done = _version(connection)
        if done > len(MIGRATIONS):
            raise ConfigurationError(
                f"the store was written by a later version (schema {done}, known here: {len(MIGRATIONS)})",
                cure="run that version, or name another database",
            )
        while done != to:
            done = _step(connection, to)


def _step(connection: Connection[Any], to: int) -> int:
    """One version forth or back; of several processes that try, one does it and the others see that it is done."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('guanjin.migrate'))")
        if _version(connection) == 0:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            connection.execute("CREATE TABLE IF NOT EXISTS migration (version integer PRIMARY KEY)")
        done = _version(connection)
        if done < to:
            statements, mark = MIGRATIONS[done].forth, "INSERT INTO migration VALUES (%s)"
            done += 1
            version = done
        elif done > to:
            statements, mark = MIGRATIONS[done - 1].back, "DELETE FROM migration WHERE version = %s"
            version, done = done, done - 1
        else:
            return done
        for statement in statements:
            connection.execute(_ours(statement))
        connection.execute(mark, (version,))
    return done


def _version(connection: Connection[Any]) -> int:
    (table,) = connection.execute(f"SELECT to_regclass('{SCHEMA}.migration')").fetchone() or (None,)
    if table is None:
        return 0
    rows = connection.execute("SELECT coalesce(max(version), 0) FROM migration").fetchone()
    return int(rows[0]) if rows else 0


def seat(url: str, role: str, tenant: str, organisation: str = "") -> None:
    """Give a role its seat: all of a tenant, or for reading only one exporter of it. Said by the schema's owner.

    Raises:
        ConfigurationError: there is no such role, or this one may not.
    """
    quoted = sql.Identifier(role).as_string()
    with _told(), connected(url) as connection, connection.transaction():
        for statement in granted(quoted, organisation):
            connection.execute(_ours(statement))
        connection.execute(
            "INSERT INTO seat (role, tenant, organisation) VALUES (%s, %s, %s) ON CONFLICT (role)"
            " DO UPDATE SET tenant = excluded.tenant, organisation = excluded.organisation",
            (role, tenant, organisation),
        )


def check(url: str) -> None:
    """See that the role has a seat and cannot see past it.

    Raises:
        ConfigurationError: it has none, or goes past row-level security.
    """
    with _told(), connected(url) as connection:
        row = connection.execute(
            "SELECT rolsuper OR rolbypassrls, my_tenant() IS NOT NULL FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    if row is None or row[0]:
        raise ConfigurationError(
            "this role goes past row-level security, so tenants would mix",
            cure="connect as a role that is neither superuser nor BYPASSRLS",
        )
    if not row[1]:
        raise ConfigurationError("this role has no seat in the store", cure="guanjin store seat --role ROLE")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise ConfigurationError(f"the database cannot be used: {said(error)}") from error


def _ours(text: str) -> Any:
    """Statements of the schema are joined from our own words; psycopg asks for a literal."""
    return text
