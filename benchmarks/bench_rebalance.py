"""How long events wait while workers at Kafka are added, asked to end and killed."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
import signal
import tempfile
from threading import Event, Thread
import time
from typing import Final, Self

from kafka import KafkaProducer

from benchmarks import Result
from benchmarks.cluster import Cluster
from benchmarks.transport_world import (
    ROUND_S,
    Kept,
    Stream,
    await_count,
    database_server,
    kept_in,
    load,
    percentile,
    registry_at,
)
from tests.services.broker import Brokers
from tests.services.postgres import Server
from wire.envelopes import Envelope, encode

NAME: Final = "rebalance"
TITLE: Final = "Workers at Kafka come and go"

_PARTS: Final = 4
_AGENTS: Final = 8
_RATE: Final = 25
"""Events a second of each agent."""
_STEP_S: Final = 12.0
_PACED: Final = "paced"

Row = tuple[str, str]


def run() -> Result:
    """Longest waits in seconds of the wall."""
    before = load()
    with tempfile.TemporaryDirectory() as name, database_server() as server, Brokers(Path(name) / "kafka") as brokers:
        brokers.make_topic(_PACED, _PARTS)
        rows = _changes(brokers, server, registry_at(Path(name)), Path(name))
    return Result(
        ("what", "figure"),
        tuple(rows),
        f"{_AGENTS} agents make {_RATE} events a second each, in {_PARTS} partitions of one broker, for `guanjin"
        " collector worker` on PostgreSQL. The wait of an event is from its making to its commit; the longest is"
        f" that of the events made from a second before the change until {_STEP_S - 1:.0f} s after it. A worker that is"
        " killed is missed by the broker after 6 s, the least that a broker grants unless told otherwise. All share"
        f" two cores with others: load {before} at the beginning, {load()} at the end.",
    )


def _changes(brokers: Brokers, server: Server, registry: Path, folder: Path) -> list[Row]:
    marks: list[tuple[str, float]] = []
    with Cluster(brokers, server, folder, (_PACED, registry)) as cluster, _Agents(brokers) as agents:
        cluster.add()
        await_count(server, cluster.url, 1, 60)
        time.sleep(_STEP_S)
        deeds: list[tuple[str, Callable[[], object]]] = [
            ("nothing", lambda: None),
            ("a second worker is added", cluster.add),
            ("the second is asked to end", partial(cluster.send, 1, signal.SIGTERM)),
            ("a third is added", cluster.add),
            ("the first is killed (kill -9)", partial(cluster.send, 0, signal.SIGKILL)),
        ]
        for what, do in deeds:
            marks.append((what, time.time()))
            do()
            time.sleep(_STEP_S)
        made = agents.end()
        await_count(server, cluster.url, made, 60)
    kept = kept_in(server, cluster.url)
    return [(f"longest wait when {what}, s", _longest(kept, begun)) for what, begun in marks] + [
        ("events made / kept", f"{made:,} / {len(kept):,}")
    ]


def _longest(kept: list[Kept], begun_s: float) -> str:
    return percentile([one.wait_s for one in kept if begun_s - 1 <= one.made_s < begun_s + _STEP_S - 1], 1)


class _Agents:
    """Agents that send what happens, until they are asked to end."""

    def __init__(self, brokers: Brokers) -> None:
        self._producer = KafkaProducer(bootstrap_servers=brokers.bootstrap, acks="all", metrics_enabled=False)
        self._streams = [Stream(number, _RATE) for number in range(_AGENTS)]
        self._made = 0
        self._is_over = Event()
        self._thread = Thread(target=self._work, name="agents")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        self._producer.close()

    def end(self) -> int:
        """How many events they made."""
        self._is_over.set()
        self._thread.join()
        return self._made

    def _work(self) -> None:
        sequence = 0
        while not self._is_over.wait(ROUND_S):
            sequence += 1
            for stream in self._streams:
                items = stream.due()
                frame = encode(Envelope(agent=stream.agent, epoch="e", sequence=sequence, items=items))
                self._producer.send(_PACED, key=stream.agent.encode(), value=frame)
                self._made += len(items)
        self._producer.flush()
