"""Agent and judge in one process: which of the two stands still is told, and by nobody else's name."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from time import monotonic, sleep

import httpx
from starlette.applications import Starlette

from collector.health import health_routes
from guanjin.embedded import Embedded
from tests.collector.builders import event
from wire.events import TransferEvent

MINUTE_NS = 60_000_000_000


class Bench:
    """An agent that finds one event, and a judge; either can be made to stand still."""

    def __init__(self) -> None:
        self.now_ns = 1
        self.may_read, self.may_judge, self.is_reading = Event(), Event(), Event()
        self.found = [event(1)]
        self.judged: list[TransferEvent] = []
        self.embedded = Embedded(self.look, self.judge, lambda: None, lambda: None, lambda: self.now_ns)
        self._app = Starlette(routes=health_routes(self.embedded.pulses, lambda: self.now_ns))

    def look(self) -> Iterator[TransferEvent]:
        self.is_reading.set()
        assert self.may_read.wait(20)
        while self.found:
            yield self.found.pop()

    def judge(self, batch: list[TransferEvent]) -> None:
        assert self.may_judge.wait(20)
        self.judged += batch

    def stuck(self) -> list[str]:
        """The stages that are not well; asserts that the answer's status says the same."""
        answer = asyncio.run(self._asked("/readyz"))
        names = [each["name"] for each in answer.json()["stages"] if not each["is_well"]]
        assert answer.status_code == (503 if names else 200)
        return names

    async def _asked(self, path: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app), base_url="http://127.0.0.1") as client:
            return await client.get(path)

    def comes_to(self, *names: str) -> None:
        deadline = monotonic() + 20
        while self.stuck() != list(names):
            assert monotonic() < deadline, self.stuck()
            sleep(0.02)


@contextmanager
def running() -> Iterator[Bench]:
    bench = Bench()
    bench.embedded.start()
    yield bench
    bench.may_read.set()
    bench.may_judge.set()
    bench.embedded.stop()


def test_a_judge_that_stands_still_is_not_ready_and_the_agent_that_waits_for_it_is() -> None:
    with running() as bench:
        bench.may_read.set()
        while not bench.embedded.waiting:
            sleep(0.02)
        assert bench.stuck() == []
        bench.now_ns += MINUTE_NS
        bench.comes_to("judge")
        assert bench.embedded.waiting == 1
        bench.may_judge.set()
        bench.comes_to()
        assert (bench.embedded.waiting, len(bench.judged)) == (0, 1)
        bench.now_ns += MINUTE_NS
        bench.comes_to()


def test_an_agent_that_stands_still_is_not_ready_until_it_reads_something() -> None:
    with running() as bench:
        assert bench.is_reading.wait(20)
        bench.now_ns += MINUTE_NS
        bench.comes_to("agent")
        bench.embedded.beat()
        assert bench.stuck() == []
