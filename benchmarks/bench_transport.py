"""From an event to its durable verdict over HTTPS and Kafka, and a thousand agents at one collector."""

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
import re
import tempfile
import time
from typing import Final

from typing_extensions import override

from agent.outlets.delivery import Delivery
from agent.outlets.https import HttpsOutlet, HttpsSettings
from agent.outlets.kafka import KafkaOutlet, KafkaSettings
from agent.outlets.lane import Parcel, Segment
from agent.outlets.outlet import Answer, Delivered, Outlet
from agent.outlets.segment import Head, Name
from agent.outlets.spool import Spool, SpoolSettings
from benchmarks import Result
from benchmarks.transport_world import (
    ROUND_S,
    TOPIC,
    Kept,
    Stream,
    count_in,
    database_server,
    kept_in,
    load,
    percentile,
    program,
    registry_at,
)
from tests.services.broker import Brokers
from tests.services.certificates import Authority
from tests.services.processes import free_ports, listens, wait_for
from wire.envelopes import SCHEMA, Envelope, decode, encode

NAME: Final = "transport"
TITLE: Final = "Transport: from an event to its durable verdict, and a thousand agents"

_SECONDS: Final = 60
_WARM_S: Final = 5
_RATE: Final = 1_000
_AGENTS: Final = 1_000
_EACH_S: Final = 20
_ITEMS: Final = 10

Row = tuple[str, str]


def run() -> Result:
    """Waits in seconds of the wall, memory in MB."""
    before = load()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [*_waits("HTTPS", 2, _over_https(folder / "https")), *_waits("Kafka", 3, _over_kafka(folder / "kafka"))]
        rows += _of_agents(folder / "agents")
    return Result(
        ("what", "figure"),
        tuple(rows),
        f"One agent's spool and delivery, fed every {ROUND_S} s with what happened since, {_RATE:,} events a second of"
        f" the wall for {_SECONDS} s; the wait begins when an event happened and ends with the agent's acknowledgement,"
        " which follows the commit (HTTPS: mTLS, `guanjin collector serve`, SQLite), or by PostgreSQL's own time of"
        " the commit (Kafka: one broker, acks=all, `guanjin collector worker`). The first"
        f" {_WARM_S} s, in which modules load, are left out. The {_AGENTS:,} agents are outlets each with a certificate"
        f" and a connection of its own, which send an envelope of {_ITEMS} events every {_EACH_S} s for {_SECONDS} s,"
        " and then all of them one in the same moment. Generator, broker, database and collector share the machine"
        f" with others: load {before} at the beginning, {load()} at the end.",
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


class _Served:
    """``guanjin collector serve`` on SQLite that asks for certificates."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.authority = Authority(folder / "pki")
        certificate, key = self.authority.issue("collector")
        (self._port,) = free_ports(1)
        self.process = stack.enter_context(
            program(
                folder / "log", "collector", "serve", "--store", folder / "guanjin.sqlite",
                "--registry", registry_at(folder), "--port", self._port, "--authority", self.authority.path,
                "--certificate", certificate, "--key", key,
            )
        )  # fmt: skip
        wait_for(lambda: self.process.poll() is not None or listens(self._port), 60, "the collector")
        if self.process.poll() is not None:
            raise RuntimeError((folder / "log").read_text()[-2000:])

    def outlet(self, agent: str) -> HttpsOutlet:
        certificate, key = self.authority.issue(agent)
        url = f"https://127.0.0.1:{self._port}"
        return HttpsOutlet(
            HttpsSettings(url=url, agent=agent, authority=self.authority.path, certificate=certificate, key=key)
        )

    def memory(self, what: str) -> int:
        """MB of the process: VmRSS now, VmHWM at most."""
        (found,) = re.findall(rf"{what}:\s+(\d+) kB", Path(f"/proc/{self.process.pid}/status").read_text())
        return int(found) // 1024

    def connections(self) -> int:
        """Of agents, at this moment."""
        mine = f":{self._port:04X}"
        lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
        return sum(line.split()[1].endswith(mine) and line.split()[3] == "01" for line in lines)


def _over_https(folder: Path) -> list[Kept]:
    folder.mkdir()
    with ExitStack() as stack:
        served, stream = _Served(folder, stack), Stream(0, _RATE)
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
            wait_for(lambda: count_in(server, url) >= made, 60, "every verdict")
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


def _of_agents(folder: Path) -> list[Row]:
    folder.mkdir()
    with ExitStack() as stack:
        served = _Served(folder, stack)
        crowd = _Crowd(served, stack)
        before = served.memory("VmRSS")
        for tick in range(_AGENTS * _SECONDS // _EACH_S):
            crowd.send(tick % _AGENTS)
            crowd.rest(tick * _EACH_S / _AGENTS)
        crowd.settle()
        connections, paced, answers = served.connections(), served.memory("VmHWM"), crowd.answers
        begun = time.monotonic()
        for number in range(_AGENTS):
            crowd.send(number)
        crowd.settle()
        burst_s = time.monotonic() - begun
        return [
            (f"{_AGENTS:,} agents: connections at once", f"{connections:,}"),
            ("envelopes sent / taken", f"{answers.total():,} / {answers['Delivered']:,}"),
            ("resident set before the first / at most, MB (wanted: 512)", f"{before} / {paced}"),
            ("one envelope of each in the same moment: answers", _said(crowd.answers - answers)),
            ("until the last answer, s", f"{burst_s:.1f}"),
            ("resident set at most after that, MB", f"{served.memory('VmHWM')}"),
        ]


def _said(answers: Counter[str]) -> str:
    return ", ".join(f"{count:,} {what}" for what, count in answers.most_common())


class _Crowd:
    """Agents without spools: each its certificate, its connection and its count of envelopes."""

    def __init__(self, served: _Served, stack: ExitStack) -> None:
        self._said: list[str] = []
        """Appended to by many threads, which a counter would not bear."""
        self._streams = [Stream(number, 1) for number in range(_AGENTS)]
        self._outlets = [served.outlet(stream.agent) for stream in self._streams]
        for outlet in self._outlets:
            stack.callback(outlet.close)
        self._sent = [0] * _AGENTS
        self._begun = time.monotonic()

    @property
    def answers(self) -> Counter[str]:
        """How many there were of each."""
        return Counter(self._said)

    def send(self, number: int) -> None:
        self._sent[number] += 1
        sequence, stream = self._sent[number], self._streams[number]
        items = stream.next(_ITEMS)
        frame = encode(Envelope(agent=stream.agent, epoch="e", sequence=sequence, items=items))
        head = Head(sequence, _ITEMS, 1, SCHEMA, time.time_ns(), 0, 0)
        self._outlets[number].send(Parcel(Segment(Name(0, 0, "0" * 16, 1)), head, frame), self._note)

    def rest(self, until_s: float) -> None:
        """Wait until so long after the beginning."""
        time.sleep(max(0.0, self._begun + until_s - time.monotonic()))

    def settle(self) -> None:
        """Wait for every answer."""
        wait_for(lambda: len(self._said) >= sum(self._sent), 120, "every answer")

    def _note(self, _: Parcel, answer: Answer) -> None:
        self._said.append(getattr(answer, "reason", type(answer).__name__))
