"""Where a store is, as a person writes it: a file, or ``postgresql://role@host/database``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collector.ports import Store

_SERVERS = ("postgresql://", "postgres://")


def is_server(address: str) -> bool:
    """Whether a PostgreSQL database is meant."""
    return address.startswith(_SERVERS)


@contextmanager
def opened(address: str) -> Iterator[Store]:
    """The store, open until the block ends.

    Raises:
        ConfigurationError: it cannot be opened.
    """
    store = _store(address)
    try:
        yield store
    finally:
        store.close()


def _store(address: str) -> Store:
    if is_server(address):
        from collector.stores.postgres import PostgresStore  # noqa: PLC0415  # only who asks for it needs the driver

        return PostgresStore(address)
    from collector.stores.sqlite import SqliteStore  # noqa: PLC0415  # --help must not pay for the database

    return SqliteStore(Path(address.removeprefix("sqlite:")))
