"""From an event to its durable verdict over HTTPS and Kafka."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
import tempfile
import time
from typing import Final

from typing_extensions import override

from agent.outlets.delivery import Delivery
from agent.outlets.kafka import KafkaOutlet, KafkaSettings
from agent.outlets.lane import Parcel
from agent.outlets.outlet import Answer, Delivered, Outlet
from agent.outlets.spool import Spool, SpoolSettings
from benchmarks import Result
from benchmarks.served import Served
from benchmarks.transport_world import (
    ROUND_S,
    TOPIC,
    Kept,
    Stream,
    await_count,
    database_server,
    kept_in,
    load,
    percentile,
    program,
    registry_at,
)
from tests.services.broker import Brokers
from tests.services.processes import wait_for
from wire.envelopes import decode

NAME: Final = "transport"
TITLE: Final = "Transport: from an event to its durable verdict"

_SECONDS: Final = 60
_WARM_S: Final = 5
_RATE: Final = 1_000

Row = tuple[str, str]


def run() -> Result:
    """Waits in seconds of the wall, memory in MB."""
    before = load()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [*_waits("HTTPS", 2, _over_https(folder / "https")), *_waits("Kafka", 3, _over_kafka(folder / "kafka"))]
    return Result(
        ("what", "figure"),
        tuple(rows),
        f"One agent's spool and delivery, fed every {ROUND_S} s with what happened since, {_RATE:,} events a second of"
        f" the wall for {_SECONDS} s; the wait begins when an event happened and ends with the agent's acknowledgement,"
        " which follows the commit (HTTPS: mTLS, `guanjin collector serve`, SQLite), or by PostgreSQL's own time of"
        " the commit (Kafka: one broker, acks=all, `guanjin collector worker`). The first"
        f" {_WARM_S} s, in which modules load, are left out. Generator, broker, database and collector share the"
        f" machine with others: load {before} at the beginning, {load()} at the end.",
    )


def _waits(what: str, wanted_s: int, kept: list[Kept]) -> list[Row]:
    first = min(one.made_s for one in kept) + _WARM_S
    waits = [one.wait_s for one in kept if one.made_s >= first]
    return [
        (f"{what}: events measured", f"{len(waits):,}"),
        (f"{what}: median wait, s", percentile(waits, 0.5)),
        (f"{what}: p99, s (wanted: {wanted_s})", percentile(waits, 0.99)),
        (f"{what}: longest, s", percentile(waits, 1)),
    ]


class _Timed(Outlet):
    """An outlet that notes when each envelope was acknowledged."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._arrived: list[tuple[bytes, float]] = []

    @property
    @override
    def name(self) -> str:
        return self._outlet.name

    @property
    @override
    def window(self) -> int:
        return self._outlet.window

    @override
    def send(self, parcel: Parcel, answer: Callable[[Parcel, Answer], None]) -> None:
        def told(parcel: Parcel, what: Answer) -> None:
            if isinstance(what, Delivered):
                self._arrived.append((parcel.frame, time.time()))
            answer(parcel, what)

        self._outlet.send(parcel, told)

    @override
    def close(self) -> None:
        self._outlet.close()

    def kept(self) -> list[Kept]:
        """Every event that was acknowledged."""
        return [
            Kept(item.begun_ns / 1e9, at_s)
            for frame, at_s in self._arrived
            for item in decode(frame).items
            if hasattr(item, "begun_ns")
        ]


def _over_https(folder: Path) -> list[Kept]:
    folder.mkdir()
    with ExitStack() as stack:
        served, stream = Served(folder, stack), Stream(0, _RATE)
        outlet = _Timed(served.outlet(stream.agent))
        _feed(folder / "spool", outlet, stream)
    return outlet.kept()


def _over_kafka(folder: Path) -> list[Kept]:
    folder.mkdir()
    with database_server() as server, Brokers(folder / "kafka") as brokers:
        brokers.make_topic(TOPIC)
        url, address = server.database(), f"kafka://{brokers.bootstrap[0]}/{TOPIC}"
        working = ("collector", "worker", "--from", address, "--store", url, "--registry", registry_at(folder))
        with program(folder / "log", *working, "--port", 0):
            wait_for(lambda: "http" in (folder / "log").read_text(), 60, "the worker")
            stream = Stream(0, _RATE)
            outlet = KafkaOutlet(KafkaSettings(servers=tuple(brokers.bootstrap), topic=TOPIC, agent=stream.agent))
            made = _feed(folder / "spool", outlet, stream)
            await_count(server, url, made, 60)
        return kept_in(server, url)


def _feed(folder: Path, outlet: Outlet, stream: Stream) -> int:
    """An agent's delivery, fed at the pace of the stream; gives how many events it had."""
    spool = Spool(folder, SpoolSettings(agent=stream.agent, key=bytes(32)), time.time_ns)
    delivery = Delivery(spool, outlet, lambda: 0.5)
    delivery.start()
    made, end = 0, time.monotonic() + _SECONDS + _WARM_S
    while time.monotonic() < end:
        events = stream.due()
        spool.append(events)
        made += len(events)
        time.sleep(ROUND_S)
    wait_for(lambda: delivery.progress.items >= made, 60, "every acknowledgement")
    delivery.stop()
    spool.close()
    return made
