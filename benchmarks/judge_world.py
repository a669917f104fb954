"""Very many invented transfers as judge columns: exporters, recipients and filings are made from numbers."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec.structs import replace
import numpy as np
from numpy.typing import NDArray
import pyarrow as pa

from collector.batch.archive import AT_ONCE, SCHEMA, Group, columns_file, flow_of
from collector.batch.shipment import parts_of
from collector.book import Registry
from collector.columns import Counted
from collector.declarations import Basis, Exemption, Exporter, Filing, FilingRoute, Recipient
from collector.registry_checks import has_check_character
from collector.whatif import day_begins_ns
from wire.events import Content, Direction, Endpoint, Tally, TransferEvent
from wire.kinds import Grade, Kind
from wire.places import place_of
from wire.subjects import Subjects

EXPORTERS: Final = 500
_RECIPIENTS: Final = 300
MOST_FLOWS, LEAST_FLOWS = 40, 8
_LAST: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_YEAR_NS: Final = 365 * 86_400_000_000_000
_COUNTRIES: Final = ("US", "SG", "DE", "HK", "JP", "NL")
_SENSITIVE: Final = Tally(Kind("medical.diagnosis"), Grade.SENSITIVE, 1, Subjects((("cn.mobile", b""),)))
_PHONE: Final = Tally(Kind("cn.mobile"), Grade.GENERAL, 1, Subjects((("cn.mobile", b""),)), (), ("body:mobile",))
_MAIL: Final = Tally(Kind("email"), Grade.GENERAL, 1, Subjects((("email", b""),)))
_FOUND: Final = ((_PHONE,), (_PHONE, _MAIL), (_MAIL,), (_PHONE, _SENSITIVE), ())
_WORD: Final = ("unfiled", "", "standard_contract", "")


@cache
def exporter_of(number: int) -> str:
    """An organisation code that no exporter has; its last character is right."""
    body = f"91000000MA{number:07d}"
    return next(code for last in _LAST if has_check_character(code := body + last))


def the_registry() -> Registry:
    """Every exporter has an exemption, and filings with some of its recipients that begin in the course of the year."""
    recipients = tuple(
        Recipient(id=f"r{n}", name=f"Recipient {n}", country=_COUNTRIES[n % 6], hosts=(f"r{n}.example",))
        for n in range(_RECIPIENTS)
    )
    return Registry(
        exporters=tuple(Exporter(organisation=exporter_of(n), name=f"示例 {n}", city="上海") for n in range(EXPORTERS)),
        recipients=recipients,
        filings=tuple(_filing(exporter, n) for exporter in range(EXPORTERS) for n in range(3)),
        exemptions=tuple(
            Exemption(
                organisation=exporter_of(n), basis=Basis.HR, kinds=("email",), recipients=(_recipient(n, 7),),
                purpose="人力资源管理", valid_from=date(2026, 1, 1), valid_until=date(2026, 9, 30),
            )
            for n in range(EXPORTERS)
        ),
    )  # fmt: skip


def _recipient(exporter: int, number: int) -> str:
    return f"r{(exporter * 7 + number * 31) % _RECIPIENTS}"


def _filing(exporter: int, number: int) -> Filing:
    return Filing(
        number=f"{exporter}-{number}",
        organisation=exporter_of(exporter),
        route=FilingRoute.SECURITY_ASSESSMENT if number == 1 else FilingRoute.STANDARD_CONTRACT,
        recipients=(_recipient(exporter, number), _recipient(exporter, number + 3)),
        valid_from=date(2026, 1 + 3 * number, 1),
        valid_until=date(2027, 1, 1) if number else date(2026, 6, 30),
        kinds=("cn.mobile", "email", "medical.diagnosis")[: 2 + number % 2],
        most_persons=200_000 if number else 5_000,
        submitted_on=date(2026, 1, 1),
    )


def flows_of(exporter: int) -> list[TransferEvent]:
    """The sorts of transfers that an exporter makes: the more it sends, the more there are."""
    return [flow_of(_sort(exporter, number)) for number in range(max(LEAST_FLOWS, MOST_FLOWS - exporter // 12))]


def _sort(exporter: int, number: int) -> TransferEvent:
    host = f"{_recipient(exporter, number % 8)}.example" if number % 8 < 7 else f"other{number}.example"
    found = _FOUND[number % 5]
    return TransferEvent(
        event_id="",
        agent="",
        organisation=exporter_of(exporter),
        begun_ns=0,
        ended_ns=0,
        direction=(Direction.PUSH, Direction.PULL)[number // 20],
        protocol=("http", "tls")[number % 2],
        origin=Endpoint("", 0, "", place_of("CN")),
        target=Endpoint("203.0.113.9", 0, host, place_of(_COUNTRIES[number % 6])),
        sent_bytes=0,
        sampled=1.0,
        content=Content.SEEN if found else Content.UNSEEN,
        tallies=found,
    )


def write_world(folder: Path, events: int, files: int) -> list[Path]:
    """So many transfers of 2026, in so many files; few exporters have most of them, as it is."""
    random = np.random.default_rng(7)
    share = 1 / np.arange(10, EXPORTERS + 10)
    many = np.maximum(1, (share / share.sum() * events).astype(int))
    many[0] += events - many.sum()
    paths = []
    for file in range(files):
        paths.append(folder / f"{file}.parquet")
        with columns_file(paths[-1]) as writer:
            for exporter in range(file, EXPORTERS, files):
                for table in _tables(exporter, int(many[exporter]), random):
                    writer.write_table(table, row_group_size=AT_ONCE)
    return paths


def _tables(exporter: int, events: int, random: np.random.Generator) -> list[pa.Table]:
    flows = flows_of(exporter)
    begun = np.sort(random.integers(0, _YEAR_NS, events)) + day_begins_ns(date(2026, 1, 1))
    pool = 2_000 + events * 3
    return [
        _table(exporter, flows, begun[first : first + AT_ONCE], pool, random) for first in range(0, events, AT_ONCE)
    ]


def _table(
    exporter: int, flows: list[TransferEvent], begun: NDArray[np.int64], pool: int, random: np.random.Generator
) -> pa.Table:
    events = len(begun)
    flow = np.minimum(random.geometric(0.12, events) - 1, len(flows) - 1).astype(np.int32)
    parts = np.array([len(parts_of(each)) for each in flows])[flow]
    sizes = np.minimum(random.geometric(0.4, parts.sum()), 9)
    of_part = np.repeat(np.arange(len(sizes)), sizes)
    # Most meet the same few persons again and again; some meet new ones.
    person = (random.random(len(of_part)) ** 3 * pool).astype(np.uint64) + np.uint64(exporter << 32)
    hashes = _mixed(person)
    hashes = hashes[np.lexsort((hashes, of_part))]
    is_new = np.ones(len(hashes), bool)
    is_new[1:] = (hashes[1:] != hashes[:-1]) | (of_part[1:] != of_part[:-1])
    sizes = np.bincount(of_part[is_new], minlength=len(sizes))
    return pa.table(
        [
            _same(exporter_of(exporter), events),
            pa.Array.from_buffers(pa.binary(16), events, [None, pa.py_buffer(random.bytes(16 * events))]),
            pa.array(begun),
            pa.array(random.integers(100, 100_000, events)),
            pa.DictionaryArray.from_arrays(flow, [msgspec.msgpack.encode(each) for each in flows]),
            _same(msgspec.msgpack.encode(_WORD), events),
            _binary(sizes.astype("<u4"), parts),
            _binary(hashes[is_new], np.add.reduceat(np.append(sizes, 0), _firsts(parts)) * (parts > 0)),
        ],
        schema=SCHEMA,
    )


def _mixed(person: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """63-bit hashes, by the finalizer of SplitMix64."""
    mixed = person * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(1)) | np.uint64(1)


def _firsts(many: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.cumsum(many) - many


def _same(value: str | bytes, events: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(np.zeros(events, np.int32), [value])


def _binary(values: NDArray[Any], many: NDArray[np.int64]) -> pa.Array:
    offsets = np.append(0, np.cumsum(many) * values.itemsize).astype(np.int32)
    return pa.Array.from_buffers(pa.binary(), len(many), [None, pa.py_buffer(offsets), pa.py_buffer(values)])


def events_of(group: Group, most: int) -> list[TransferEvent]:
    """The first transfers of a group as the records that the stream takes."""
    shipment, found, size_at, hash_at = group.shipment, [], 0, 0
    for row in range(min(most, len(shipment))):
        flow = shipment.flows[shipment.flow[row]]
        sketches: dict[tuple[Grade, str], bytes] = {}
        for part in parts_of(flow):
            size = int(shipment.sizes[size_at])
            sketches[part] = _sketch(shipment.hashes[hash_at : hash_at + size])
            size_at, hash_at = size_at + 1, hash_at + size
        tallies = tuple(replace(each, subjects=_filled(each, sketches)) for each in flow.tallies)
        found.append(
            replace(
                flow,
                event_id=bytes(group.event_ids[row]).hex(),
                begun_ns=int(group.begun_ns[row]),
                sent_bytes=int(shipment.volume[row]),
                tallies=tallies,
            )
        )
    return found


def _filled(tally: Tally, sketches: dict[tuple[Grade, str], bytes]) -> Subjects:
    return Subjects(tuple((name, sketches[tally.grade, name]) for name, _ in tally.subjects.sketches))


def _sketch(hashes: NDArray[np.uint64]) -> bytes:
    column = Counted()
    column.take((1 << 63) - 1, hashes)
    return column.serialised()
