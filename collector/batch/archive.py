"""Judge columns (判定列): stored transfers as Parquet, of which only what a judge reads is kept.

One row group holds transfers of one exporter and year, in the order in which they began; those of the same exporter and
year follow one another in one file. ``flow`` is a transfer without identity, times, origin and sketches, written once
for all that are alike; ``persons`` are the hashes of its sketches. Raw identifiers were in none of these.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace
import numpy as np
from numpy.typing import NDArray
import pyarrow as pa
import pyarrow.parquet as pq

from collector.batch.shipment import IrregularError, Shipment, persons_by_part
from collector.ports import Judged
from collector.verdicts import Status, Verdict
from wire.events import GeoSource, TransferEvent
from wire.faults import MalformedError
from wire.legal_time import SHANGHAI, legal_day, legal_year
from wire.subjects import Subjects

Word = tuple[Status, str, str, str]
"""Status, route, required route and filing of a verdict: what is left of it without its reasons."""

AT_ONCE: Final = 1 << 16
"""Transfers of a row group at most."""
_DICTIONARY_BYTES: Final = 64 << 20
_REPEATED: Final = ("organisation", "flow", "said", "sizes")
"""Columns of few values; a dictionary of hashes or numbers would be the column once more."""
_DAY_NS: Final = 86_400_000_000_000
_AHEAD_NS: Final = int(SHANGHAI.utcoffset(None).total_seconds()) * 1_000_000_000
_FIRST_DAY: Final = legal_day(-_AHEAD_NS).toordinal()
_NOWHERE: Final = GeoSource("", "")
SCHEMA: Final = pa.schema(
    [
        ("organisation", pa.dictionary(pa.int32(), pa.string())),
        ("event_id", pa.binary(16)),
        ("begun_ns", pa.int64()),
        ("volume", pa.int64()),
        ("flow", pa.dictionary(pa.int32(), pa.binary())),
        ("said", pa.dictionary(pa.int32(), pa.binary())),
        ("sizes", pa.binary()),
        ("persons", pa.binary()),
    ]
)

_pack: Final = msgspec.msgpack.Encoder().encode
_flows: Final = msgspec.msgpack.Decoder(TransferEvent)
_words: Final = msgspec.msgpack.Decoder(Word)


class Group(Struct, frozen=True):
    """Transfers of one exporter and year.

    Shape:
        event_ids: (n,) of 16 bytes; begun_ns: int64 (n,); said: int32 (n,), places in ``words``.
    """

    organisation: str
    year: int
    shipment: Shipment
    event_ids: NDArray[np.void]
    begun_ns: NDArray[np.int64]
    words: tuple[Word, ...]
    said: NDArray[np.int32]


def write_columns(path: Path, judged: Iterable[Judged]) -> int:
    """Write transfers with their verdicts, given by exporter and year and in the order in which they began.

    Returns:
        How many.

    Raises:
        IrregularError: a transfer whose number is no 32 hex digits, or whose sketches are damaged or not whole: it is
            for the store only.
    """
    written = 0
    with columns_file(path) as writer:
        for _, some in groupby(judged, lambda each: (each.event.organisation, legal_year(each.event.begun_ns))):
            year = list(some)
            for first in range(0, len(year), AT_ONCE):
                writer.write_table(_table(year[first : first + AT_ONCE]), row_group_size=AT_ONCE)
            written += len(year)
    return written


def columns_file(path: Path) -> Any:
    """A file to write tables of the schema to: each becomes a row group."""
    return pq.ParquetWriter(
        path, SCHEMA, compression="lz4", use_dictionary=list(_REPEATED), dictionary_pagesize_limit=_DICTIONARY_BYTES
    )


def read_columns(path: Path) -> Iterator[Group]:
    """The groups of a file, in order.

    Raises:
        MalformedError: no file of judge columns.
    """
    flows: dict[bytes, TransferEvent] = {}
    try:
        with pq.ParquetFile(path, read_dictionary=["flow", "said"], memory_map=True) as file:
            for number in range(file.num_row_groups):
                yield _group(file.read_row_group(number, use_threads=False), flows)
    except (pa.ArrowException, msgspec.DecodeError, KeyError, IndexError) as error:
        raise MalformedError(f"{path.name} holds no judge columns") from error


def flow_of(event: TransferEvent) -> TransferEvent:
    """What all transfers have in common that a judge takes for alike: nothing else is left of this one."""
    return replace(
        event,
        event_id="",
        agent="",
        begun_ns=0,
        ended_ns=0,
        origin=replace(event.origin, address="", port=0, host=""),
        target=replace(event.target, port=0),
        sent_bytes=None if event.sent_bytes is None else 0,
        tallies=tuple(replace(each, hits=0, exemplars=(), subjects=_unsaid(each.subjects)) for each in event.tallies),
        geo=_NOWHERE,
        ruleset="",
        source="",
    )


def _unsaid(subjects: Subjects) -> Subjects:
    return Subjects(tuple((name, b"") for name, _ in subjects.sketches))


def word_of(verdict: Verdict) -> Word:
    """A verdict without its reasons."""
    return verdict.status, verdict.route, verdict.required_route, verdict.filing


def _table(judged: Sequence[Judged]) -> pa.Table:
    events = [each.event for each in judged]
    parts = [persons_by_part(event) for event in events]
    columns = [
        _dictionary([event.organisation for event in events]),
        pa.array([_id_of(event) for event in events], pa.binary(16)),
        pa.array([event.begun_ns for event in events], pa.int64()),
        pa.array([-1 if event.sent_bytes is None else event.sent_bytes for event in events], pa.int64()),
        _dictionary([_pack(flow_of(event)) for event in events]),
        _dictionary([_pack(word_of(each.verdict)) for each in judged]),
        pa.array([np.array([some.size for some in each], "<u4").tobytes() for each in parts], pa.binary()),
        pa.array([b"".join(some.astype("<u8").tobytes() for some in each) for each in parts], pa.binary()),
    ]
    return pa.table(columns, schema=SCHEMA)


def _id_of(event: TransferEvent) -> bytes:
    try:
        found = bytes.fromhex(event.event_id)
    except ValueError:
        found = b""
    if len(found) != 16 or found.hex() != event.event_id:
        raise IrregularError("an event's number is not one of ours")
    return found


def _dictionary(values: Sequence[Any]) -> pa.DictionaryArray:
    return pa.array(values).dictionary_encode()


def _group(table: pa.Table, flows: dict[bytes, TransferEvent]) -> Group:
    known, flow = _coded(table, "flow")
    words, said = _coded(table, "said")
    begun_ns = _plain(table, "begun_ns").to_numpy()
    for content in known:
        if content not in flows:
            flows[content] = _flows.decode(content)
    some = tuple(flows[content] for content in known)
    shipment = Shipment(
        flows=some,
        flow=flow,
        day=_FIRST_DAY + (begun_ns + _AHEAD_NS) // _DAY_NS,
        volume=_plain(table, "volume").to_numpy(),
        sizes=_bytes(table, "sizes", "<u4").astype(np.int64),
        hashes=_bytes(table, "persons", "<u8"),
    )
    return Group(
        some[0].organisation, legal_year(int(begun_ns[0])), shipment, _ids(table), begun_ns,
        tuple(_words.decode(word) for word in words), said,
    )  # fmt: skip


def _coded(table: pa.Table, name: str) -> tuple[list[bytes], NDArray[np.int32]]:
    column = _plain(table, name)
    return column.dictionary.to_pylist(), column.indices.to_numpy()


def _plain(table: pa.Table, name: str) -> Any:
    column = table.column(name)
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _bytes(table: pa.Table, name: str, dtype: str) -> NDArray[Any]:
    column = _plain(table, name)
    _, offsets, content = column.buffers()
    places = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    if content is None:
        return np.empty(0, dtype)
    return np.frombuffer(content, np.uint8)[places[0] : places[-1]].view(dtype)


def _ids(table: pa.Table) -> NDArray[np.void]:
    column = _plain(table, "event_id")
    return np.frombuffer(column.buffers()[1], "V16")[column.offset : column.offset + len(column)]
