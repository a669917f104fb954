"""Delivery: the spool against a bare file, Kafka through it against a bare client."""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
import os
from pathlib import Path
import secrets
import statistics
import tempfile
import time
from typing import Any, Final

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from agent.outlets.delivery import Delivery
from agent.outlets.kafka import KafkaOutlet, KafkaSettings
from agent.outlets.spool import Spool, SpoolSettings
from benchmarks import Result
from collector.law.examples import an_event
from tests.services.broker import Brokers
from tests.services.processes import wait_for
from wire.envelopes import Envelope, decode, encode
from wire.events import Tally, TransferEvent
from wire.kinds import Grade, Kind
from wire.subjects import Subjects

NAME: Final = "delivery"
TITLE: Final = "Delivery"

_BATCH: Final = 200
_BATCHES: Final = 100
_EVENTS: Final = _BATCH * _BATCHES
_TIMES: Final = 3
_ROUNDS: Final = 5
"""How often the same envelopes go through Kafka."""
_TOPIC: Final = "events"

_MEMORY: Final = Path("/dev/shm")  # noqa: S108  # a folder of our own in it
"""Where the spools for Kafka are filled without waiting for a disk."""

Moment = tuple[float, float]
"""Seconds of the wall and of the CPU."""


def run() -> Result:
    """Events per second, each beside the bare library doing the same."""
    batches = [_batch(number) for number in range(_BATCHES)]
    frames = [_frame(number, batch) for number, batch in enumerate(batches)]
    rows = [*_of_spool(batches, frames), *_of_kafka(batches, frames)]
    size = sum(map(len, frames)) / _EVENTS
    return Result(
        ("what", "events/s", "events per CPU second", "ratio by time", "ratio by CPU"),
        tuple(rows),
        f"{_EVENTS:,} events of one conversation each with a sketch of 20 persons, {_BATCH} an envelope ({size:,.0f}"
        " bytes an event in the frame). The spool encodes, compresses, seals and syncs every batch; the bare file gets"
        " the same frames, encoded and compressed in the same run, and syncs as often. Kafka is one broker on the same"
        f" machine, idempotent, acks=all; the envelopes go through it {_ROUNDS} times. The bare producer has the frames"
        " in memory; delivery reads and opens them from the spool and lets go of them when they are acknowledged. The"
        " bare consumer does not look at what it gets; decoding is what a collector does first. Connecting is not"
        " counted. Medians of three, taken in turn; time is of the wall and shared with the broker, CPU of the client's"
        f" process alone. Kafka's checksums are computed by {_checksums()}.",
    )


def _checksums() -> str:
    return "the crc32c package" if find_spec("crc32c") else "kafka-python itself, since there is no crc32c package"


def _of_spool(batches: list[list[TransferEvent]], frames: list[bytes]) -> list[tuple[str, ...]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        full = _filled(folder / "full", batches)
        file_, spool_, reading, opening = _measured(
            [
                lambda: _to_file(folder / "bare", batches),
                lambda: _filled(folder / secrets.token_hex(4), batches).close(),
                lambda: _read(full),
                lambda: _opened(frames),
            ]
        )
        full.close()
    return [
        _row("bare file: encode, write, fdatasync", file_, file_),
        _row("spool: append", spool_, file_),
        _row("spool: hand out", reading, opening),
        _row("envelope: decode", opening, opening),
    ]


def _to_file(path: Path, batches: list[list[TransferEvent]]) -> None:
    with path.open("wb", buffering=0) as file:
        for number, batch in enumerate(batches):
            file.write(_frame(number, batch))
            os.fdatasync(file.fileno())


def _filled(folder: Path, batches: list[list[TransferEvent]]) -> Spool:
    spool = Spool(folder, SpoolSettings(agent="probe", key=bytes(32)), time.time_ns)
    for batch in batches:
        spool.append(batch)
    return spool


def _read(spool: Spool) -> None:
    spool.rewind()
    while spool.hand_out() is not None:
        pass


def _opened(frames: list[bytes]) -> None:
    for frame in frames:
        decode(frame)


def _of_kafka(batches: list[list[TransferEvent]], frames: list[bytes]) -> list[tuple[str, ...]]:
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as spools_folder,
        Brokers(Path(folder) / "kafka") as brokers,
    ):
        brokers.make_topic(_TOPIC)
        spools = iter([_filled(Path(spools_folder) / str(number), batches * _ROUNDS) for number in range(_TIMES + 1)])
        bare, through = _measured(
            [lambda: _produce(brokers, frames * _ROUNDS), lambda: _deliver(brokers, next(spools))]
        )
        consuming, decoding = _measured([lambda: _consume(brokers, len), lambda: _consume(brokers, decode)])
    return [
        _row("kafka-python producer, bare", bare, bare, _ROUNDS),
        _row("spool to Kafka", through, bare, _ROUNDS),
        _row("kafka-python consumer, bare", consuming, consuming, _ROUNDS),
        _row("consumer and decode", decoding, consuming, _ROUNDS),
    ]


def _produce(brokers: Brokers, frames: list[bytes]) -> Moment:
    producer = KafkaProducer(bootstrap_servers=brokers.bootstrap, acks="all", metrics_enabled=False)
    producer.send(_TOPIC, b"").get(60)
    begun = _moment()
    for future in [producer.send(_TOPIC, key=b"probe", value=frame) for frame in frames]:
        future.get(60)
    taken = _since(begun)
    producer.close()
    return taken


def _deliver(brokers: Brokers, spool: Spool) -> Moment:
    settings = KafkaSettings(servers=tuple(brokers.bootstrap), topic=_TOPIC, agent="probe")
    delivery = Delivery(spool, KafkaOutlet(settings), lambda: 0.0)
    delivery.start()
    wait_for(lambda: delivery.progress.envelopes > 0, 60, "the first")
    first, begun = delivery.progress.envelopes, _moment()
    wait_for(lambda: delivery.progress.envelopes >= _BATCHES * _ROUNDS, 120, "delivery")
    share = (_BATCHES * _ROUNDS) / (_BATCHES * _ROUNDS - first)
    wall, cpu = _since(begun)
    delivery.stop()
    spool.close()
    return wall * share, cpu * share


def _consume(brokers: Brokers, take: Callable[[bytes], Any]) -> Moment:
    consumer = KafkaConsumer(bootstrap_servers=brokers.bootstrap, metrics_enabled=False)
    part = TopicPartition(_TOPIC, 0)
    consumer.assign([part])
    consumer.seek(part, 1)
    left = _BATCHES * _ROUNDS
    consumer.poll(10_000, max_records=1)
    begun = _moment()
    while left > 0:
        for message in consumer.poll(1_000).get(part, ())[:left]:
            take(message.value)
            left -= 1
    taken = _since(begun)
    consumer.close()
    return taken


def _moment() -> Moment:
    return time.perf_counter(), time.process_time()


def _since(begun: Moment) -> Moment:
    return time.perf_counter() - begun[0], time.process_time() - begun[1]


def _measured(work: Sequence[Callable[[], Moment | None]]) -> list[Moment]:
    """Median (wall, CPU) seconds of each, taken in turn after a first round that warms up; some measure themselves."""
    taken: list[list[Moment]] = [[] for _ in work]
    for _ in range(_TIMES + 1):
        for do, mine in zip(work, taken, strict=True):
            begun = _moment()
            mine.append(do() or _since(begun))
    return [
        (statistics.median(one for one, _ in mine[1:]), statistics.median(one for _, one in mine[1:])) for mine in taken
    ]


def _row(what: str, taken: Moment, bare: Moment, rounds: int = 1) -> tuple[str, ...]:
    wall, cpu = taken
    rates = f"{_EVENTS * rounds / wall:,.0f}", f"{_EVENTS * rounds / cpu:,.0f}"
    return what, *rates, f"{bare[0] / wall:.2f}", f"{bare[1] / cpu:.2f}"


def _batch(number: int) -> list[TransferEvent]:
    return [_event(number * _BATCH + place) for place in range(_BATCH)]


def _event(number: int) -> TransferEvent:
    subjects = Subjects.of({"cn.mobile": range(number * 20, number * 20 + 20)})
    tally = Tally(Kind("cn.mobile"), Grade.GENERAL, 20, subjects, ("138****0000",), ("body:mobile",))
    return an_event(tally, event_id=f"{number:032x}")


def _frame(number: int, batch: list[TransferEvent]) -> bytes:
    return encode(Envelope(agent="probe", epoch="0" * 16, sequence=number + 1, items=tuple(batch)))
