"""Workers against a real broker and a real PostgreSQL, killed and added under load."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
import subprocess
import sys

from kafka import KafkaProducer
import pytest

from collector.contents import digests
from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.stores.postgres import PostgresStore
from collector.stores.sqlite import SqliteStore
from tests.collector.builders import COMPANY, EXAMPLE, HOSPITAL, LAB, diagnoses, event, phones, the_registry
from tests.services import broker, postgres
from tests.services.broker import Brokers
from tests.services.processes import wait_for
from wire.envelopes import Envelope, encode
from wire.events import TransferEvent

pytestmark = [*broker.marks(), *postgres.marks()]

ROOT = Path(__file__).parents[3]
TOPIC = "guanjin.transfers"
AGENTS = {"a": COMPANY, "b": HOSPITAL, "c": "91440300MA5EX00005", "d": "91350100M000100Y43"}
"""Each exporter has one agent: in the cluster too its transfers come in the order in which they were made."""


@pytest.fixture(scope="module")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Brokers]:
    with Brokers(tmp_path_factory.mktemp("kafka")) as made:
        made.make_topic(TOPIC, 4)
        yield made


def events_of(agent: str, count: int) -> list[TransferEvent]:
    begin = 1_772_416_800_000_000_000
    return [
        event(
            (ord(agent) << 20) + number, (phones if number % 3 else diagnoses)(range(number, number + 5)), target=LAB,
            organisation=AGENTS[agent], agent=agent, begun_ns=begin + number * 1_000_000_000,
        )
        for number in range(count)
    ]  # fmt: skip


class Workers:
    """``guanjin collector worker`` as separate processes."""

    def __init__(self, brokers: Brokers, url: str, folder: Path) -> None:
        registry = folder / "registry.yaml"
        registry.write_bytes(EXAMPLE)
        self._folder = folder
        self._logs: dict[int, Path] = {}
        self._command = [
            sys.executable, "-m", "guanjin", "collector", "worker", "--from", f"kafka://{brokers.bootstrap[0]}/{TOPIC}",
            "--store", url, "--registry", str(registry), "--port", "0", "--lang", "en",
        ]  # fmt: skip
        self.running: list[subprocess.Popen[bytes]] = []

    def add(self) -> None:
        path = self._folder / f"worker-{len(self._logs)}.log"
        with path.open("wb") as log:
            process = subprocess.Popen(self._command, cwd=ROOT, stdout=log, stderr=log)
        self._logs[process.pid] = path
        self.running.append(process)

    def _runs(self, process: subprocess.Popen[bytes]) -> bool:
        return b"collector:" in self._logs[process.pid].read_bytes()

    def kill(self) -> None:
        process = self.running.pop(0)
        process.kill()
        process.wait()

    def kill_all(self) -> None:
        while self.running:
            self.kill()

    def end(self) -> None:
        for process in self.running:
            wait_for(partial(self._runs, process), 60, "a worker that runs")
            process.terminate()
        for process in self.running:
            assert process.wait(30) in (0, 130), "a worker ends when it is asked to"


def send(producer: KafkaProducer, sent: dict[str, list[TransferEvent]], sequence: int) -> None:
    """The next envelope of every agent, every other one twice."""
    for agent, some in sent.items():
        items = tuple(some[sequence * 10 : sequence * 10 + 10])
        frame = encode(Envelope(agent=agent, epoch="e", sequence=sequence + 1, items=items))
        for _ in range(1 + sequence % 2):
            producer.send(TOPIC, key=agent.encode(), value=frame).get(30)


def test_workers_killed_and_added_under_load_lose_and_double_nothing_and_judge_as_one_process_does(
    brokers: Brokers, tmp_path: Path
) -> None:
    url = postgres.server().database()
    cluster, alone = PostgresStore(url), SqliteStore(tmp_path / "alone.sqlite")
    workers = Workers(brokers, url, tmp_path)
    producer = KafkaProducer(bootstrap_servers=brokers.bootstrap, acks="all")
    sent = {agent: events_of(agent, 300) for agent in AGENTS}
    try:
        for _ in range(2):
            workers.add()
        for sequence in range(30):
            send(producer, sent, sequence)
            if sequence == 20:
                wait_for(lambda: sum(cluster.counts().values()) > 0, 60, "the first transfers")
                workers.kill()
                workers.add()
        wait_for(lambda: sum(cluster.counts().values()) == 1200, 90, "every transfer")
        workers.end()
        for some in sent.values():
            handle(some, store=alone, registry=the_registry(), routes=routes_of_law())
        kept, expected = digests(cluster), digests(alone)
        for section in ("events", "verdicts", "ledgers", "cases", "past"):
            assert kept[section] == expected[section], section
        assert all(cluster.intake.received(agent, "e").through == 30 for agent in AGENTS)
    finally:
        producer.close()
        workers.kill_all()
        cluster.close()
        alone.close()
