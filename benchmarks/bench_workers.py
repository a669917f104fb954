"""Workers at Kafka: the inlet beside a bare consumer, and two workers beside one."""

from collections.abc import Callable
from pathlib import Path
import statistics
import tempfile
import time
from typing import Any, Final

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
import zstandard

from benchmarks import Result
from benchmarks.cluster import Cluster
from benchmarks.ingest_world import ITEMS, deliveries
from benchmarks.judge_world import the_registry
from benchmarks.transport_world import (
    await_count,
    count_in,
    database_server,
    kept_in,
    load,
    registry_at,
    tree_seconds,
)
from collector.health import Pulse
from collector.inlets.kafka import KafkaSource, Worker
from collector.intake import Delivery, Rules, Taken, take_in
from collector.law.shelf import routes_of_law
from collector.stores.postgres import PostgresStore
from tests.services.broker import Brokers
from tests.services.postgres import Server
from wire.envelopes import decode

NAME: Final = "workers"
TITLE: Final = "Workers at Kafka: beside a bare consumer, and two beside one"

_ENVELOPES: Final = 400
_PARTS: Final = 4
_TIMES: Final = 3
_FULL: Final = "full"

Row = tuple[str, str]


def run() -> Result:
    """CPU seconds where it can be, seconds of the wall where waiting is the point."""
    before = load()
    with tempfile.TemporaryDirectory() as name, database_server() as server, Brokers(Path(name) / "kafka") as brokers:
        folder = Path(name)
        registry = registry_at(folder)
        brokers.make_topic(_FULL, _PARTS)
        _fill(brokers)
        rows = _inlet(brokers, server)
        rows += _scaling(brokers, server, registry, folder)
    return Result(
        ("what", "figure"),
        tuple(rows),
        f"{_ENVELOPES * ITEMS:,} events in envelopes of {ITEMS}, of agents of 500 exporters, in {_PARTS} partitions of"
        " one broker. The inlet is the worker's loop; what it hands on is dropped, opened, or judged and committed in"
        " PostgreSQL (fsync; its CPU time and the client's together). The bare consumers are kafka-python's, which"
        f" drop what comes, or decompress it: medians of {_TIMES} in CPU time, taken in turn. One and two `guanjin"
        " collector worker` take the same topic into a fresh database; the rate is that between the commits of the"
        " first and the last fifth. All share two cores with others:"
        f" load {before} at the beginning, {load()} at the end.",
    )


def _fill(brokers: Brokers) -> None:
    producer = KafkaProducer(bootstrap_servers=brokers.bootstrap, acks="all", metrics_enabled=False)
    for each in deliveries(_ENVELOPES):
        producer.send(_FULL, key=decode(each.content).agent.encode(), value=each.content)
    producer.close()


def _inlet(brokers: Brokers, server: Server) -> list[Row]:
    opener = zstandard.ZstdDecompressor()
    rules, url = Rules(the_registry(), routes_of_law()), server.database()
    store = PostgresStore(url)
    work: list[Callable[[], float]] = [
        lambda: _bare(brokers, len),
        lambda: _bare(brokers, opener.decompress),
        lambda: _worked(brokers, len, "dropped"),
        lambda: _worked(brokers, lambda some: [decode(each.content) for each in some], "opened"),
    ]
    taken: list[list[float]] = [[] for _ in work]
    for _ in range(_TIMES):
        for do, mine in zip(work, taken, strict=True):
            mine.append(do())
    nothing, opened, inlet, decoded = (statistics.median(mine) for mine in taken)
    before = tree_seconds(server.process.pid)
    whole = _worked(brokers, lambda some: take_in(some, store, rules, time.time_ns()), "judged")
    whole += tree_seconds(server.process.pid) - before
    store.close()
    many = _ENVELOPES * ITEMS
    return [
        ("bare consumer that drops what comes, events per CPU second", f"{many / nothing:,.0f}"),
        ("bare consumer that decompresses", f"{many / opened:,.0f}"),
        ("inlet that drops what comes: ratio to the first / to the second",
         f"{nothing / inlet:.2f} / {opened / inlet:.2f}"),
        ("inlet that opens every envelope: likewise", f"{nothing / decoded:.2f} / {opened / decoded:.2f}"),
        ("inlet, judge, commit: events per CPU second", f"{many / whole:,.0f}"),
        ("inlet, judge, commit: ratios", f"{nothing / whole:.3f} / {opened / whole:.3f}"),
    ]  # fmt: skip


def _bare(brokers: Brokers, take: Callable[[bytes], Any]) -> float:
    consumer = KafkaConsumer(bootstrap_servers=brokers.bootstrap, metrics_enabled=False)
    parts = [TopicPartition(_FULL, part) for part in range(_PARTS)]
    consumer.assign(parts)
    consumer.seek_to_beginning()
    left, begun = _ENVELOPES, time.process_time()
    while left > 0:
        for messages in consumer.poll(500, max_records=100).values():
            for message in messages:
                take(message.value)
            left -= len(messages)
    taken = time.process_time() - begun
    consumer.close()
    return taken


def _worked(brokers: Brokers, take: Callable[[list[Delivery]], Any], group: str) -> float:
    left = _ENVELOPES

    def taking(some: list[Delivery]) -> Taken:
        nonlocal left
        take(some)
        left -= len(some)
        if left <= 0:
            worker.stop()
        return Taken(envelopes=len(some))

    source = KafkaSource(servers=tuple(brokers.bootstrap), topic=_FULL, group=group)
    worker = Worker(source, taking, lambda _: {}, Pulse("kafka"), time.time_ns)
    begun = time.process_time()
    worker.run()
    return time.process_time() - begun


def _scaling(brokers: Brokers, server: Server, registry: Path, folder: Path) -> list[Row]:
    (one, one_cpu, one_store), (two, two_cpu, two_store) = (
        _rate(count, Cluster(brokers, server, folder, (_FULL, registry)), server) for count in (1, 2)
    )
    return [
        ("one worker: events per second of the wall", f"{one:,.0f}"),
        ("two workers", f"{two:,.0f}"),
        ("two to one (wanted: 1.7 where the store is not the limit)", f"{two / one:.2f}"),
        ("events per CPU second of the workers: one / two", f"{one_cpu:,.0f} / {two_cpu:,.0f}"),
        ("events per CPU second of PostgreSQL: one / two", f"{one_store:,.0f} / {two_store:,.0f}"),
    ]


def _rate(count: int, cluster: Cluster, server: Server) -> tuple[float, float, float]:
    many = _ENVELOPES * ITEMS
    with cluster:
        for _ in range(count):
            cluster.add()
        await_count(server, cluster.url, 1, 60)
        here, there, had = cluster.cpu_s(), tree_seconds(server.process.pid), count_in(server, cluster.url)
        await_count(server, cluster.url, many, 240)
        mine, its = cluster.cpu_s() - here, tree_seconds(server.process.pid) - there
    kept = [one.kept_s for one in kept_in(server, cluster.url)]
    low, high = kept.index(kept[many // 5]), kept.index(kept[many * 4 // 5])
    return (high - low) / (kept[high] - kept[low]), (many - had) / mine, (many - had) / its
