"""Where a store is, as a person writes it: a file, or ``postgresql://role@host/database``."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from typing_extensions import override

from collector.ports import Store
from collector.stores.backup import Source
from collector.stores.sql import SqlTransaction

_SERVERS = ("postgresql://", "postgres://")


class KeptStore(Store, Source, Protocol):
    """A store with an address: it can be backed up and restored."""

    @override
    def begin(self) -> AbstractContextManager[SqlTransaction]:
        """Open a transaction."""
        ...


def is_server(address: str) -> bool:
    """Whether a PostgreSQL database is meant."""
    return address.startswith(_SERVERS)


@contextmanager
def opened(address: str) -> Iterator[KeptStore]:
    """The store, open until the block ends.

    Raises:
        ConfigurationError: it cannot be opened.
    """
    store = _store(address)
    try:
        yield store
    finally:
        store.close()


def _store(address: str) -> KeptStore:
    if is_server(address):
        from collector.stores.postgres import PostgresStore  # noqa: PLC0415  # only who asks for it needs the driver

        return PostgresStore(address)
    from collector.stores.sqlite import SqliteStore  # noqa: PLC0415  # --help must not pay for the database

    return SqliteStore(Path(address.removeprefix("sqlite:")))
