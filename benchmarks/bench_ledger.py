"""The ledger: sketches merged, and what they cost."""

from typing import Final

import msgspec
import numpy as np

from benchmarks import Result, cpu_seconds
from collector.columns import NOMINAL
from collector.law.examples import an_event
from collector.ledger import COUNTED, Cell, CountOf, Ledger
from wire.events import Tally, TransferEvent
from wire.kinds import Grade, Kind
from wire.subjects import Gathering, Subjects

NAME: Final = "ledger"
TITLE: Final = "The ledger of persons"

_EVENTS: Final = 5_000
_KIND: Final = "cn.mobile"


def run() -> Result:
    """Sketches per second of CPU time, and bytes a person."""
    rows = [row for persons in (3, 20) for row in _rates(persons)]
    return Result(
        ("what", "result", "times the library"),
        (*rows, *_sizes()),
        f"{_EVENTS:,} transfers, one identifier type, persons drawn from 100,000 (they come again) or from 2^60 (all"
        " are new), are taken into a ledger with the counts of any and sensitive asked for after each, as the stream"
        " does; or into a cell at once, as a store's ledger is opened. The library (Apache DataSketches, lg_k 17) takes"
        " the same sketches into one union and is asked after each, or once; a ledger keeps three: the cell, its"
        " growth, and any. Sizes are of the serialised bytes. CPU medians of three, taken in turn.",
    )


def _rates(persons: int) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for what, pool in (("known", 100_000), ("new", 1 << 60)):
        events = _events(persons, pool)
        work = [
            lambda some=events: _asked_each(some),
            lambda some=events: _merged(some),
            lambda some=events: _by_library(some, is_asked=False),
            lambda some=events[:500]: _by_library(some, is_asked=True),
        ]
        seconds = cpu_seconds(work, times=3)
        rates = [_EVENTS / taken for taken in seconds[:3]] + [500 / seconds[3]]
        name = f"{persons} persons a sketch, {what}"
        rows.append((f"{name}: asked after each", f"{rates[0]:,.0f} sketches/s", f"{rates[0] / rates[3]:,.1f}"))
        rows.append((f"{name}: merged, asked once", f"{rates[1]:,.0f} sketches/s", f"{rates[1] / rates[2]:,.1f}"))
    return rows


def _events(persons: int, pool: int) -> list[TransferEvent]:
    random = np.random.default_rng(3)
    return [
        an_event(Tally(Kind(_KIND), Grade.GENERAL, 1, Subjects.of({_KIND: random.integers(0, pool, persons).tolist()})))
        for _ in range(_EVENTS)
    ]


def _asked_each(events: list[TransferEvent]) -> None:
    ledger = Ledger("", 2026)
    for event in events:
        ledger.absorb(event)
        ledger.span(CountOf.ANY)
        ledger.span(CountOf.SENSITIVE)


def _merged(events: list[TransferEvent]) -> None:
    cell = Cell(1, COUNTED, "", Grade.GENERAL)
    Ledger("", 2026, ((cell, event.tallies[0].subjects) for event in events)).span(CountOf.ANY)


def _by_library(events: list[TransferEvent], *, is_asked: bool) -> None:
    union = Gathering()
    for event in events:
        union.add(event.tallies[0].subjects)
        if is_asked:
            _ = union.span
    _ = union.span


def _sizes() -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for persons in (1, 10, 100, 1_000):
        bytes_each = len(Subjects.of({_KIND: range(persons)}).sketches[0][1]) / persons
        rows.append((f"an event's sketch of {persons:,}", f"{bytes_each:.2f} bytes a person", ""))
    for persons in (100_000, NOMINAL, 1_000_000):
        ledger, cell = Ledger("", 2026), Cell(1, COUNTED, "", Grade.GENERAL)
        ledger.add(cell, Subjects.of({_KIND: range(persons)}))
        size = len(msgspec.msgpack.encode(ledger.whole(cell)))
        rows.append((f"a cell of {persons:,}", f"{size / persons:.2f} bytes a person, {size / 1e6:.3f} MB", ""))
    return rows
