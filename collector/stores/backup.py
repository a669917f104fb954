"""Backup and restore, the same for every engine: what was backed up from a file may be restored into PostgreSQL.

A backup is a folder: one zstd stream of rows for each table, all of one moment, and a manifest with rows and digests.
It is complete once the manifest is there. A restore is one transaction into an empty store: all of it or nothing.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
import os
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec
from msgspec import Struct
import zstandard

from collector.stores.dialect import AT_ONCE, marks
from collector.stores.sql import SqlTransaction
from wire.faults import ConfigurationError, GuanjinError

_FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
_MOST_ROW: Final = 256 << 20
_CELL: Final = "organisation year month basis recipient grade subjects revision"
TABLES: Final = {
    "transfer": "event_id organisation begun_ns status event verdict",
    "past_verdict": "event_id record",
    "ledger_head": "organisation year revision era",
    "cell": _CELL,
    "growth": _CELL,
    "coverage": "agent started_ns seen_ns record",
    "casefile": "case_id organisation events first_ns last_ns state settled_ns opening",
    "case_member": "event_id case_id begun_ns",
    "case_former": "case_id event_id begun_ns",
    "case_act": "case_id number act",
    "draw": "draw_id day record",
    "draw_result": "draw_id record",
    "received": "agent epoch seen_ns ranges",
    "gap": "gap_id agent from_ns until_ns record",
    "aside": "aside_id source reason received_ns content",
    "source_position": "source part next_offset",
    "due_day": "organisation day changes",
    "legal_hold": "organisation reason who since_ns",
}
"""Table to its columns. Those numbered by the engine are written in that order and numbered anew."""
_NUMBERED: Final = ("past_verdict", "draw_result")

_rows: Final = msgspec.msgpack.Decoder(list[tuple[Any, ...]])
_pack: Final = msgspec.msgpack.Encoder().encode


class Stream(Protocol):
    """Reads the rows of one query, all queries at the same moment of the store."""

    def __call__(self, text: str) -> Iterator[tuple[Any, ...]]:
        """The rows, one after another."""
        ...


class Source(Protocol):
    """A store that can be backed up."""

    def snapshot(self) -> AbstractContextManager[Stream]:
        """A view of one moment, while others go on writing."""
        ...


class Target(Protocol):
    """A store that can be restored into."""

    def begin(self) -> AbstractContextManager[SqlTransaction]:
        """Open a transaction."""
        ...


class Part(Struct, frozen=True):
    """One table of a backup."""

    rows: int
    sha256: str
    """Of the rows before compression."""


class Manifest(Struct, frozen=True, kw_only=True):
    """What a backup holds."""

    format: int
    made_ns: int
    tables: dict[str, Part]


def back_up(store: Source, folder: Path, now_ns: int) -> Manifest:
    """Write a backup into a new or empty folder.

    Raises:
        ConfigurationError: the folder holds something or cannot be written.
        UnavailableError: the store is away.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(folder.iterdir()):
            raise ConfigurationError("the folder of a backup must be empty", at=str(folder))
        with store.snapshot() as stream:
            tables = {name: _written(folder / f"{name}.zst", _rows_of(stream, name)) for name in TABLES}
        manifest = Manifest(format=_FORMAT, made_ns=now_ns, tables=tables)
        fresh = folder / f"{_MANIFEST}.new"
        fresh.write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        for path in (*folder.glob("*.zst"), fresh):
            _synced(path)
        fresh.replace(folder / _MANIFEST)
        _synced(folder)
    except OSError as error:
        raise ConfigurationError(f"the backup cannot be written: {error.strerror}", at=str(folder)) from error
    return manifest


def restore(folder: Path, store: Target) -> Manifest:
    """Put a backup into an empty store, all of it or nothing.

    Raises:
        ConfigurationError: no complete backup, or the store is not empty.
        GuanjinError: the backup is damaged; nothing was restored.
        UnavailableError: the store is away; nothing was restored.
    """
    manifest = read_manifest(folder)
    with store.begin() as transaction:
        for name, part in manifest.tables.items():
            if transaction.sql(f"SELECT 1 FROM {name} LIMIT 1"):  # noqa: S608  # checked against our own names
                raise ConfigurationError("a backup is restored into an empty store only")
            with _readable(folder, name):
                _put(transaction, name, _checked(folder / f"{name}.zst", part))
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """What a backup says that it holds.

    Raises:
        ConfigurationError: no complete backup, or one of a later version.
    """
    try:
        manifest = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigurationError("no complete backup", at=str(folder)) from error
    if manifest.format > _FORMAT or not manifest.tables.keys() <= TABLES.keys():
        raise ConfigurationError("a backup of a later version", at=str(folder), cure="restore it with that version")
    return manifest


def _rows_of(stream: Stream, table: str) -> Iterator[tuple[Any, ...]]:
    order = " ORDER BY number" if table in _NUMBERED else ""
    return stream(f"SELECT {', '.join(TABLES[table].split())} FROM {table}{order}")  # noqa: S608  # our own names


def _written(path: Path, rows: Iterable[tuple[Any, ...]]) -> Part:
    digest, count = sha256(), 0
    with path.open("xb") as file, zstandard.ZstdCompressor(level=3).stream_writer(file) as packed:
        for some in _batched(rows):
            content = _pack(some)
            frame = len(content).to_bytes(8, "big") + content
            packed.write(frame)
            digest.update(frame)
            count += len(some)
    return Part(count, digest.hexdigest())


def _synced(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _batched(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    some: list[tuple[Any, ...]] = []
    for row in rows:
        some.append(row)
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _checked(path: Path, part: Part) -> Iterator[list[tuple[Any, ...]]]:
    """The rows in runs; an error at the end if they are not those that were written."""
    digest, count = sha256(), 0
    with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as opened:
        while head := opened.read(8):
            size = int.from_bytes(head, "big")
            if size > _MOST_ROW:
                raise _damaged(path.name)
            content = opened.read(size)
            digest.update(head + content)
            some = _rows.decode(content)
            count += len(some)
            yield some
    if (count, digest.hexdigest()) != (part.rows, part.sha256):
        raise _damaged(path.name)


def _put(transaction: SqlTransaction, table: str, batches: Iterable[list[tuple[Any, ...]]]) -> None:
    columns = TABLES[table].split()
    text = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks(columns)})"  # noqa: S608  # our own names
    for some in batches:
        if any(len(row) != len(columns) for row in some):
            raise _damaged(table)
        if table == "transfer":
            transaction.put(some)
        else:
            transaction.sql_many(text, some)


@contextmanager
def _readable(folder: Path, table: str) -> Iterator[None]:
    try:
        yield
    except (OSError, zstandard.ZstdError, msgspec.DecodeError) as error:
        raise _damaged(str(folder / table)) from error


def _damaged(name: str) -> GuanjinError:
    return GuanjinError(f"the backup is damaged at {name}: nothing was restored")
