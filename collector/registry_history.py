"""The registry's versions: who changed it when and why, and what it was. Appended to, never edited.

Each version carries a seal over itself and the seal before it, so that a version that was altered, put in or taken out
of the middle is found.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from hashlib import blake2b
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from collector.book import Registry
from collector.registry_diff import Change, changes_between
from wire.faults import MalformedError
from wire.legal_time import legal_day

_SEAL_BYTES: Final = 16


class Entry(Struct, frozen=True):
    """One line of the log."""

    number: int
    """From 1."""
    recorded_ns: int
    author: str
    reason: str
    seal: str


class Version(Struct, frozen=True):
    """A registry as it was recorded."""

    entry: Entry
    content: bytes

    @property
    def registry(self) -> Registry:
        """The registry.

        Raises:
            MalformedError: the content is not one, or one of a later version of guanjin.
        """
        try:
            return msgspec.json.decode(self.content, type=Registry)
        except msgspec.DecodeError as error:
            raise MalformedError(f"version {self.entry.number} of the registry cannot be read") from error


class VersionStore(Protocol):
    """Where versions are kept. Its clock and its file are the caller's."""

    def entries(self) -> list[Entry]:
        """The log, oldest first."""
        ...

    def version(self, number: int) -> Version | None:
        """One version."""
        ...

    def extend(self, make: Callable[[Version | None], Version | None]) -> Version | None:
        """Append what ``make`` gives for the newest version, in one transaction; nothing if it gives None."""
        ...


def record(store: VersionStore, registry: Registry, *, author: str, reason: str, now_ns: int) -> Version | None:
    """Append the registry as a new version, unless it says what the newest says already.

    A clock that was set back does not put a version before the one it follows.
    """

    def next_version(last: Version | None) -> Version | None:
        if last is not None and not changes_between(last.registry, registry):
            return None
        number = last.entry.number + 1 if last else 1
        recorded_ns = max(now_ns, last.entry.recorded_ns) if last else now_ns
        content = msgspec.json.encode(registry)
        entry = Entry(number, recorded_ns, author, reason, "")
        seal = _seal(last.entry.seal if last else "", entry, content)
        return Version(msgspec.structs.replace(entry, seal=seal), content)

    return store.extend(next_version)


def entry_as_of(entries: Sequence[Entry], day: date) -> Entry | None:
    """The version that stood at the end of a day in Shanghai; None before the first."""
    return next((each for each in reversed(entries) if legal_day(each.recorded_ns) <= day), None)


def sealed(versions: Iterable[Version]) -> Iterator[Version]:
    """The versions, oldest first, each looked at before it is given.

    Raises:
        MalformedError: a version is not what was recorded, or not in its place.
    """
    seal = ""
    for place, version in enumerate(versions, 1):
        entry = version.entry
        if entry.number != place or entry.seal != _seal(seal, entry, version.content):
            raise MalformedError(f"the registry's history was altered at version {place}")
        yield version
        seal = entry.seal


def history(versions: Iterable[Version]) -> Iterator[tuple[Entry, tuple[Change, ...]]]:
    """Every version with what it changed, oldest first.

    Raises:
        MalformedError: a version is not what was recorded, or not in its place.
    """
    before = Registry()
    for version in sealed(versions):
        after = version.registry
        yield version.entry, changes_between(before, after)
        before = after


def _seal(before: str, entry: Entry, content: bytes) -> str:
    head = msgspec.json.encode((before, entry.number, entry.recorded_ns, entry.author, entry.reason))
    return blake2b(head + content, digest_size=_SEAL_BYTES).hexdigest()
