"""The long archive: a Parquet file a day and exporter, which DuckDB reads and nothing ever changes.

A day that changed after it was archived, by a late transfer or by re-judging, is written again as the next version of
its file; the manifest, a log of lines, says which version holds. A file is named in the manifest only once it is whole
on the disk, so a crash leaves at worst a file that nobody names.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from hashlib import sha256
import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import msgspec
from msgspec import Struct

from collector.intake_ports import DueDay
from collector.ports import Judged, Store
from collector.stores.intake_sql import day_span
from collector.verdicts import Verdict
from wire import codec
from wire.faults import ConfigurationError, GuanjinError
from wire.kinds import Grade
from wire.legal_time import legal_day

_MANIFEST: Final = "manifest.jsonl"
_FIRST: Final = date(1970, 1, 1).toordinal()
_PART_ROWS: Final = 50_000
_LONGEST_NAME: Final = 200
_verdicts: Final = msgspec.msgpack.Decoder(Verdict)
_pack: Final = msgspec.msgpack.Encoder().encode


class Entry(Struct, frozen=True, kw_only=True):
    """One version of a day of an exporter."""

    organisation: str
    day: str
    """ISO 8601, Asia/Shanghai."""
    version: int
    path: str
    """Within the archive; empty where the day was deleted."""
    rows: int
    sha256: str
    made_ns: int


class Archive:
    """A folder of Parquet files with their manifest. One process writes at a time, any may read.

    Args:
        folder: made if it is not there.

    Raises:
        ConfigurationError: its manifest is damaged or cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._current: dict[tuple[str, str], Entry] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._load()
        except (OSError, msgspec.DecodeError) as error:
            raise ConfigurationError("the archive's manifest cannot be read", at=str(folder)) from error

    def export(self, store: Store, before_day: int, now_ns: int) -> Iterator[Entry]:
        """Write every closed day that changed since it was last written.

        Args:
            store: where the transfers are.
            before_day: days before this one are closed (``collector.stores.intake_sql.day_of``).
            now_ns: when.
        """
        while page := store.keeping.due(before_day):
            settled = False
            for due in page:
                entry = self._written(due, store, now_ns)
                with store.begin() as transaction:
                    settled |= transaction.keeping.archived(due)
                if entry is not None:
                    yield entry
            if not settled:  # all of it changes faster than it is written: the next run goes on
                return

    def entries(self, organisation: str = "", from_day: str = "", until_day: str = "9") -> list[Entry]:
        """The files that hold, by day and exporter, of days from one until before another."""
        found = [
            each
            for each in self._current.values()
            if each.path and organisation in ("", each.organisation) and from_day <= each.day < until_day
        ]
        return sorted(found, key=lambda each: (each.day, each.organisation))

    def judged(self, organisation: str, from_day: str = "", until_day: str = "9") -> Iterator[Judged]:
        """An exporter's transfers as they were archived, in the order in which they began.

        Raises:
            GuanjinError: a file is damaged or gone.
        """
        for entry in self.entries(organisation, from_day, until_day):
            for event, verdict in self._rows(entry):
                yield Judged(codec.decode(event), _verdicts.decode(verdict))

    def query(self, text: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Ask DuckDB about the view ``transfer``: the names of the columns, and the rows.

        The database sees the archive's files only, and writes nothing.

        Raises:
            GuanjinError: the query or a file is wrong.
        """
        import duckdb  # noqa: PLC0415  # heavy: only who asks pays for it

        paths = [str(self._folder / each.path) for each in self.entries()]
        if not paths:
            return [], []
        with duckdb.connect(":memory:") as database:
            try:
                database.execute("SET autoinstall_known_extensions = false; SET allowed_paths = ?", [paths])
                database.execute("SET enable_external_access = false; SET lock_configuration = true")
                database.from_parquet(paths, hive_partitioning=False).create_view("transfer")
                found = database.execute(text)
                return [name for name, *_ in found.description or ()], found.fetchall()
            except duckdb.Error as error:
                raise GuanjinError(f"the archive cannot answer: {error}") from error

    def faults(self) -> Iterator[str]:
        """What of the files is not as the manifest says."""
        for entry in self.entries():
            path = self._folder / entry.path
            if not path.is_file():
                yield f"{entry.path}: gone"
            elif _digest(path) != entry.sha256:
                yield f"{entry.path}: not the file that was written"

    def forget(self, before_day: str, held: Iterable[str], now_ns: int) -> int:
        """Delete days before one, but those of exporters that are held; every version of them goes."""
        kept = frozenset(held)
        old = [each for each in self.entries(until_day=before_day) if each.organisation not in kept]
        for entry in old:
            gone = msgspec.structs.replace(entry, path="", rows=0, sha256="", made_ns=now_ns)
            self._note(gone)
            for path in (self._folder / entry.path).parent.glob("*.parquet"):
                path.unlink()
        return len(old)

    def _written(self, due: DueDay, store: Store, now_ns: int) -> Entry | None:
        """The next version of a day; None if nothing of it is left."""
        judged = list(store.in_time(due.organisation, *day_span(due.day)))
        if not judged:
            return None
        day = date.fromordinal(_FIRST + due.day).isoformat()
        before = self._current.get((due.organisation, day))
        version = before.version + 1 if before else 1
        name = f"day={day}/organisation={_folder_of(due.organisation)}/transfers-{version}.parquet"
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, judged)
        entry = Entry(
            organisation=due.organisation, day=day, version=version, path=name, rows=len(judged),
            sha256=_digest(path), made_ns=now_ns,
        )  # fmt: skip
        self._note(entry)
        return entry

    def _rows(self, entry: Entry) -> Iterator[tuple[bytes, bytes]]:
        import pyarrow as pa  # noqa: PLC0415  # heavy: only who reads pays for it
        import pyarrow.parquet as pq  # noqa: PLC0415  # likewise

        try:
            with pq.ParquetFile(self._folder / entry.path) as file:
                for batch in file.iter_batches(columns=["event", "verdict"]):
                    yield from zip(batch["event"].to_pylist(), batch["verdict"].to_pylist(), strict=True)
        except (OSError, pa.ArrowException) as error:
            raise GuanjinError(f"a file of the archive is damaged or gone: {entry.path}") from error

    def _load(self) -> None:
        path = self._folder / _MANIFEST
        content = path.read_bytes() if path.exists() else b""
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:  # a line that a crash cut off: its file is written again
            with path.open("r+b") as file:
                file.truncate(len(whole))
        for line in whole.splitlines():
            entry = msgspec.json.decode(line, type=Entry)
            self._current[entry.organisation, entry.day] = entry

    def _note(self, entry: Entry) -> None:
        with (self._folder / _MANIFEST).open("ab") as file:
            file.write(codec.json_line(entry) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._current[entry.organisation, entry.day] = entry


def _folder_of(organisation: str) -> str:
    """The name in a path: agents send it, and one that no file system takes is replaced by its digest."""
    quoted = quote(organisation, safe="") or "-"
    return quoted if len(quoted) <= _LONGEST_NAME else sha256(organisation.encode()).hexdigest()


def _write(path: Path, judged: Sequence[Judged]) -> None:
    import pyarrow as pa  # noqa: PLC0415  # heavy: only who writes pays for it
    import pyarrow.parquet as pq  # noqa: PLC0415  # likewise

    columns = {name: [give(each) for each in judged] for name, give in _COLUMNS.items()}
    fresh = path.with_suffix(".new")
    pq.write_table(pa.table(columns), fresh, compression="zstd", row_group_size=_PART_ROWS)
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    fresh.replace(path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        state = sha256()
        while some := file.read(1 << 20):
            state.update(some)
    return state.hexdigest()


_COLUMNS: Final[dict[str, Callable[[Judged], object]]] = {
    "day": lambda each: legal_day(each.event.begun_ns).isoformat(),
    "event_id": lambda each: each.event.event_id,
    "organisation": lambda each: each.event.organisation,
    "begun_ns": lambda each: each.event.begun_ns,
    "ended_ns": lambda each: each.event.ended_ns,
    "agent": lambda each: each.event.agent,
    "direction": lambda each: each.event.direction.value,
    "protocol": lambda each: each.event.protocol,
    "country": lambda each: each.event.target.place.country,
    "host": lambda each: each.event.target.host,
    "line": lambda each: each.event.line,
    "sent_bytes": lambda each: each.event.sent_bytes,
    "sampled": lambda each: each.event.sampled,
    "content": lambda each: each.event.content.value,
    "kinds": lambda each: sorted({tally.kind for tally in each.event.tallies}),
    "is_sensitive": lambda each: any(tally.grade is Grade.SENSITIVE for tally in each.event.tallies),
    "status": lambda each: each.verdict.status.value,
    "route": lambda each: each.verdict.route,
    "required_route": lambda each: each.verdict.required_route,
    "filing": lambda each: each.verdict.filing,
    "event": lambda each: codec.encode(each.event),
    "verdict": lambda each: _pack(each.verdict),
}
