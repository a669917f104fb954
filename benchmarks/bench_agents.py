"""A thousand agents at one collector: what they cost it in memory, and what they are answered."""

from collections import Counter
from contextlib import ExitStack
from pathlib import Path
import tempfile
import time
from typing import Final

from agent.outlets.lane import Parcel, Segment
from agent.outlets.outlet import Answer
from agent.outlets.segment import Head, Name
from benchmarks import Result
from benchmarks.served import Served
from benchmarks.transport_world import Stream, load
from tests.services.processes import wait_for
from wire.envelopes import SCHEMA, Envelope, encode

NAME: Final = "agents"
TITLE: Final = "A thousand agents at one collector"

_SECONDS: Final = 60
_AGENTS: Final = 1_000
_EACH_S: Final = 20
_ITEMS: Final = 10

Row = tuple[str, str]


def run() -> Result:
    """Memory in MB, answers by their kind."""
    before = load()
    with tempfile.TemporaryDirectory() as name:
        rows = _of_agents(Path(name) / "agents")
    return Result(
        ("what", "figure"),
        tuple(rows),
        f"{_AGENTS:,} outlets of agents, each with a certificate and a connection of its own, at one `guanjin collector"
        f" serve` (mTLS, SQLite), send an envelope of {_ITEMS} events every {_EACH_S} s for {_SECONDS} s, the first of"
        " each with its handshake, and then all of them one in the same moment. What is not delivered at once is"
        " counted by its reason and not sent again, which an agent would. All share two cores with others: load"
        f" {before} at the beginning, {load()} at the end.",
    )


def _of_agents(folder: Path) -> list[Row]:
    folder.mkdir()
    with ExitStack() as stack:
        served = Served(folder, stack)
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
            ("answers while they send now and then", _said(answers)),
            ("resident set before the first / at most, MB (wanted: 512)", f"{before} / {paced}"),
            ("one envelope of each in the same moment: answers", _said(crowd.answers - answers)),
            ("until the last answer, s", f"{burst_s:.1f}"),
            ("resident set at most after that, MB", f"{served.memory('VmHWM')}"),
        ]


def _said(answers: Counter[str]) -> str:
    return ", ".join(f"{count:,} {what}" for what, count in answers.most_common())


class _Crowd:
    """Agents without spools: each its certificate, its connection and its count of envelopes."""

    def __init__(self, served: Served, stack: ExitStack) -> None:
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
