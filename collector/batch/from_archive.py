"""Judge columns made from the archive: a file for each exporter's year, written anew only if its days changed.

A file says in its own footer which days of the archive it was made from, so a run that was cut off goes on where it
stopped, and one without news writes nothing. What the archive forgot goes from here too. One process writes at a time.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import islice
import os
from pathlib import Path
from typing import Final
from urllib.parse import quote

import msgspec
from msgspec import Struct
import pyarrow as pa
import pyarrow.parquet as pq

from collector.batch.archive import AT_ONCE, SCHEMA, columns_file, write_columns
from collector.ports import Judged
from collector.stores.archive import Archive, Entry
from collector.tracing import UntraceableError
from wire.faults import GuanjinError

_FILES: Final = "year=*/organisation=*.parquet"
_MADE_FROM: Final = b"guanjin.made_from"


class Columns(Struct, frozen=True, kw_only=True):
    """Judge columns of an exporter's year."""

    organisation: str
    year: int
    rows: int
    is_new: bool
    """Whether they were written now: they were there already otherwise."""
    refused: str = ""
    """Why there are none; the year is judged from the store."""


def columns_of(archive: Archive, folder: Path) -> Iterator[Columns]:
    """Bring a folder up to what the archive holds, exporter by exporter and year by year.

    At most ``AT_ONCE`` transfers are held in memory.

    Args:
        archive: where the transfers are.
        folder: made if it is not there; of other files in it none is touched.
    """
    wanted = _days_by_file(archive)
    for path in list(folder.glob(_FILES)):
        if path.relative_to(folder).as_posix() not in wanted and _made_from(path):
            path.unlink()
    for name, days in wanted.items():
        yield _brought_up(archive, days, folder / name)


def column_files(folder: Path) -> list[Path]:
    """The files of a folder and what is below it, for ``retell_all``."""
    return sorted(folder.rglob("*.parquet"))


def _days_by_file(archive: Archive) -> dict[str, list[Entry]]:
    found = defaultdict(list)
    for entry in archive.entries():
        found[f"year={entry.day[:4]}/organisation={quote(entry.organisation, safe='')}.parquet"].append(entry)
    return dict(sorted(found.items()))


def _brought_up(archive: Archive, days: Sequence[Entry], path: Path) -> Columns:
    organisation, year = days[0].organisation, int(days[0].day[:4])
    digest = sha256(msgspec.json.encode([str(SCHEMA), *((each.day, each.sha256) for each in days)])).hexdigest()
    is_new, rows, refused = _made_from(path) != digest, sum(each.rows for each in days), ""
    if is_new:
        # Of an archive, no name is that of everybody: who was not declared is asked for by it too.
        everyone = archive.judged(organisation, days[0].day, f"{days[-1].day}~")
        try:
            _write(path, (each for each in everyone if each.event.organisation == organisation), digest)
        except (UntraceableError, GuanjinError, msgspec.DecodeError) as error:
            path.unlink(missing_ok=True)
            is_new, rows, refused = False, 0, str(error)
    return Columns(organisation=organisation, year=year, rows=rows, is_new=is_new, refused=refused)


def _write(path: Path, judged: Iterator[Judged], digest: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh, part = path.parent / ".fresh", path.parent / ".part"
    with columns_file(fresh) as writer:
        while some := list(islice(judged, AT_ONCE)):
            write_columns(part, some)
            writer.write_table(pq.read_table(part, partitioning=None), row_group_size=AT_ONCE)
        writer.add_key_value_metadata({_MADE_FROM: digest})
    part.unlink(missing_ok=True)
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    fresh.replace(path)


def _made_from(path: Path) -> str:
    """Of what a file was made; empty if it is not there, or none of ours."""
    try:
        return ((pq.read_metadata(path).metadata or {}).get(_MADE_FROM) or b"").decode()
    except (OSError, pa.ArrowException):
        return ""
