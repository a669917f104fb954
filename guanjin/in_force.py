"""The registry that an inlet judges by: a file's, or the newest version in the database that all share."""

from argparse import Namespace
from threading import RLock
from typing import Final, Protocol

from typing_extensions import override

from collector.book import Registry
from collector.registry_history import Version, VersionStore
from guanjin.settings import registry_of
from guanjin.store_address import is_server


class InForce(Protocol):
    """A registry that may change while batches are judged."""

    @property
    def lock(self) -> RLock:
        """Held while a batch is judged and while the registry changes."""
        ...

    @property
    def registry(self) -> Registry:
        """As it stands."""
        ...


class Standing(InForce):
    """A registry that stays as it was at the start."""

    def __init__(self, registry: Registry) -> None:
        self._lock: Final = RLock()
        self._registry = registry

    @property
    @override
    def lock(self) -> RLock:
        return self._lock

    @property
    @override
    def registry(self) -> Registry:
        return self._registry


class Followed(Standing):
    """The newest version: what the console beside another process saves is judged by here too.

    Args:
        versions: where they are.
    """

    def __init__(self, versions: VersionStore) -> None:
        self._versions = versions
        self._number = 0
        super().__init__(Registry())
        self.look()

    def look(self) -> None:
        """Take the newest version, if it is another.

        Raises:
            UnavailableError: the database is away.
        """
        entries = self._versions.entries()
        if not entries or entries[-1].number == self._number:
            return
        found = self._versions.version(entries[-1].number)
        if found is not None:
            with self._lock:
                self._registry, self._number = found.registry, found.entry.number


def newest(versions: VersionStore) -> Version | None:
    """The newest version; None where none was kept."""
    entries = versions.entries()
    return versions.version(entries[-1].number) if entries else None


def in_force(arguments: Namespace) -> Standing:
    """What a process without a console judges by.

    Raises:
        ConfigurationError: the file or the database cannot be read.
    """
    if arguments.registry is not None or not is_server(arguments.store):
        return Standing(registry_of(arguments))
    from collector.stores.postgres_versions import PostgresVersions  # noqa: PLC0415  # the driver is optional

    return Followed(PostgresVersions(arguments.store))
