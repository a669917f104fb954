"""The judge over very many transfers: one by one, by precedents, in columns, and ten million stored ones told again."""

from collections.abc import Iterable
import os
from pathlib import Path
import resource
from tempfile import TemporaryDirectory
import time
from typing import Final

from benchmarks import Result, cpu_seconds
from benchmarks.judge_world import EXPORTERS, LEAST_FLOWS, MOST_FLOWS, events_of, flows_of, the_registry, write_world
from collector.batch.archive import Group, read_columns
from collector.batch.judge import BatchJudge
from collector.batch.retold import retell_all
from collector.batch.shipment import Shipment
from collector.handle import judge_alone, judge_next
from collector.law.shelf import routes_of_law
from collector.ledger import Ledger
from collector.precedents import Precedents
from collector.verdicts import Verdict
from collector.whatif import Rules
from wire.events import TransferEvent

NAME: Final = "judge"
TITLE: Final = "The judge, in the stream and over stored transfers"

_EVENTS: Final = 10_000_000
_FILES: Final = 20
_SAMPLE: Final = 20_000
_WORKERS: Final = 2


def run() -> Result:
    """Verdicts per second of CPU time, and the wall time for all."""
    rules = Rules(the_registry(), routes_of_law())
    with TemporaryDirectory() as folder:
        begun = time.perf_counter()
        paths = write_world(Path(folder), _EVENTS, _FILES)
        made = time.perf_counter() - begun
        megabytes = sum(path.stat().st_size for path in paths) / 1e6
        group = next(read_columns(paths[0]))
        rows = _rates(group, rules)
        rows.append(_all_of(paths, rules, float(rows[0][1].replace(",", ""))))
    return Result(
        ("what", "transfers per CPU second", "times one by one"),
        tuple(rows),
        f"{EXPORTERS} exporters with {LEAST_FLOWS} to {MOST_FLOWS} sorts of transfers (recipient, kinds, country,"
        f" direction), {_sorts():,} in all, each with three filings that"
        " begin and end within the year and an exemption; few have most of the transfers, persons come again and again,"
        f" three hashes a transfer. The first rows judge the first {_SAMPLE:,} transfers of the largest exporter, the"
        " columns its first file's group; ledger and counts included, and asserted to give the same verdicts, every"
        " sentence of them. Known: every sort was judged before. The last row reads"
        f" {_EVENTS:,} stored transfers ({megabytes:,.0f} MB of Parquet, made in {made:.0f} s) and tells what a"
        " registry makes of each, by two processes that begin with nothing; the time is theirs. CPU medians of three,"
        " taken in turn.",
    )


def _sorts() -> int:
    return sum(len(flows_of(each)) for each in range(EXPORTERS))


def _rates(group: Group, rules: Rules) -> list[tuple[str, ...]]:
    events = events_of(group, _SAMPLE)
    shipment = group.shipment
    known = Precedents(rules.registry, rules.routes)
    if not _one_by_one(events, rules) == _in_stream(events, rules) == _told(events, BatchJudge(known), shipment):
        raise AssertionError("the ways of judging differ")
    work = {
        "one by one, the plain loop": (_SAMPLE, lambda: _one_by_one(events, rules)),
        "the stream: by precedents": (_SAMPLE, lambda: _in_stream(events, rules)),
        "columns, with every sentence written": (_SAMPLE, lambda: _told(events, BatchJudge(known), shipment)),
        "columns, nothing known": (
            len(shipment), lambda: BatchJudge(Precedents(rules.registry, rules.routes)).judge(shipment),
        ),
        "columns, known": (len(shipment), lambda: BatchJudge(known).judge(shipment)),
    }  # fmt: skip
    seconds = cpu_seconds([do for _, do in work.values()], times=3)
    rates = [many / taken for (many, _), taken in zip(work.values(), seconds, strict=True)]
    return [(name, f"{rate:,.0f}", f"{rate / rates[0]:,.1f}") for name, rate in zip(work, rates, strict=True)]


def _one_by_one(events: Iterable[TransferEvent], rules: Rules) -> list[Verdict]:
    said, ledger = Precedents(rules.registry, rules.routes), Ledger("", 2026)
    return [judge_alone(each, lambda _: ledger, said) for each in events]


def _in_stream(events: Iterable[TransferEvent], rules: Rules) -> list[Verdict]:
    said, ledger = Precedents(rules.registry, rules.routes), Ledger("", 2026)
    return [judge_next(each, lambda _: ledger, said) for each in events]


def _told(events: list[TransferEvent], judge: BatchJudge, shipment: Shipment) -> list[Verdict]:
    rulings = judge.judge(shipment)
    return [rulings.verdict(place, each.event_id) for place, each in enumerate(events)]


def _all_of(paths: list[Path], rules: Rules, plain: float) -> tuple[str, ...]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    told = retell_all(paths, rules, _WORKERS)
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if sum(each.events for each in told) != _EVENTS:
        raise AssertionError("transfers were lost")
    what = (
        f"{_EVENTS:,} stored, of {_sorts():,} sorts, {_WORKERS} processes: {wall:.1f} s wall at a load of"
        f" {os.getloadavg()[0]:.1f}, {cpu:.1f} s CPU, {after.ru_maxrss / 1024:,.0f} MB each at most"
    )
    return what, f"{_EVENTS / cpu:,.0f}", f"{_EVENTS / cpu / plain:,.0f}"
