"""The registry in force while the service runs: who reads it, who may put another in its place, and what follows."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from threading import RLock
from typing import Final, Protocol

from msgspec import Struct
from typing_extensions import override

from collector.book import Registry
from collector.registry import read_registry
from collector.registry_diff import Change, changes_between
from collector.registry_edit import RegistryEditError
from collector.registry_edit_file import put_registry
from collector.registry_history import Entry, Version, VersionStore, entry_as_of, record, sealed
from wire.faults import ConfigurationError


class Rejudging(Struct, frozen=True):
    """How far the judging that follows a change has come."""

    state: str = "idle"
    """``idle``, ``running`` or ``failed``."""
    changed: int = 0
    """Transfers that the last run judged otherwise."""
    ended_ns: int = 0
    """0: it has not run yet."""


class Judge(Protocol):
    """Who judges again."""

    def rejudge(self, before: Registry, after: Registry) -> None:
        """Begin; it goes on by itself."""
        ...

    @property
    def state(self) -> Rejudging:
        """How far it has come."""
        ...


class IdleJudge(Judge):
    """Where nothing is judged."""

    @override
    def rejudge(self, before: Registry, after: Registry) -> None:
        pass

    @property
    @override
    def state(self) -> Rejudging:
        return Rejudging()


class Keeper:
    """One registry, its versions, and its file where it came from one.

    Args:
        registry: as it was at the start.
        versions: opens the store of versions; each thread its own.
        file: the YAML file that is written anew with each change; None: the versions alone keep it.
        judge: what judges again after a change.
    """

    def __init__(
        self,
        registry: Registry,
        versions: Callable[[], AbstractContextManager[VersionStore]],
        *,
        file: Path | None = None,
        judge: Judge | None = None,
    ) -> None:
        self.lock: Final = RLock()
        """Held while a batch is judged and while the registry is changed: no batch is judged half by one of them."""
        self._registry = registry
        self._versions = versions
        self._file = file
        self._judge = judge or IdleJudge()

    @property
    def registry(self) -> Registry:
        """As it stands."""
        return self._registry

    @property
    def rejudging(self) -> Rejudging:
        """How far the judging that follows a change has come."""
        return self._judge.state

    def save(self, make: Callable[[Registry], Registry], *, author: str, reason: str, now_ns: int) -> Version | None:
        """Put what ``make`` gives for the registry in its place; None if it says the same.

        Raises:
            RegistryEditError: the file was changed by hand meanwhile, or another process saved a version.
            ConfigurationError: the file cannot be written; nothing was changed.
        """
        with self.lock:
            before = self._registry
            after = make(before)
            if not changes_between(before, after):
                return None
            self._see_file()
            with self._versions() as versions:
                self._see_newest(versions)
                if not versions.entries():
                    record(versions, before, author=author, reason="as it stood before the first change", now_ns=now_ns)
                if self._file is not None:
                    put_registry(self._file, after)
                version = record(versions, after, author=author, reason=reason, now_ns=now_ns)
            self._registry = after
            self._judge.rejudge(before, after)  # within the lock: of two changes the later one must be the last asked
        return version

    def entries(self) -> list[Entry]:
        """Every version, oldest first."""
        with self._versions() as versions:
            return versions.entries()

    def history(self, most: int) -> list[tuple[Entry, tuple[Change, ...]]]:
        """The newest versions with what each changed, newest first.

        Raises:
            MalformedError: a version was altered.
        """
        found: list[tuple[Entry, tuple[Change, ...]]] = []
        before = Registry()
        with self._versions() as versions:
            for version in sealed(_each(versions, versions.entries())):
                after = version.registry
                found.append((version.entry, changes_between(before, after)))
                found = found[-most:]
                before = after
        return found[::-1]

    def as_of(self, day: date) -> tuple[Entry, Registry] | None:
        """The registry as it stood at the end of a day of Shanghai; None before the first version."""
        with self._versions() as versions:
            entry = entry_as_of(versions.entries(), day)
            version = versions.version(entry.number) if entry else None
        return (version.entry, version.registry) if version else None

    def _see_newest(self, versions: VersionStore) -> None:
        """Two consoles may share the versions: neither may undo what the other saved."""
        entries = versions.entries()
        newest = versions.version(entries[-1].number) if entries else None
        if newest is None or not changes_between(newest.registry, self._registry):
            return
        if self._file is None:
            before, self._registry = self._registry, newest.registry
            self._judge.rejudge(before, newest.registry)
        raise RegistryEditError("another process changed the registry meanwhile: look at it again and repeat it")

    def _see_file(self) -> None:
        if self._file is None:
            return
        try:
            standing = read_registry(self._file.read_bytes(), self._file.name)
        except OSError as error:
            raise ConfigurationError(f"the registry's file cannot be read: {error.strerror}") from error
        if changes_between(self._registry, standing):
            raise RegistryEditError(
                "the registry's file was changed by hand since the service started: restart guanjin up to read it"
            )


def _each(versions: VersionStore, entries: Sequence[Entry]) -> Iterator[Version]:
    return (version for entry in entries if (version := versions.version(entry.number)))
