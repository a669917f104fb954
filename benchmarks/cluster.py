"""Workers as programs, added and ended one by one."""

from contextlib import ExitStack
from pathlib import Path
import signal
import subprocess
from typing import Self

from benchmarks.transport_world import program, tree_seconds
from collector.stores.postgres import PostgresStore
from tests.services.broker import Brokers
from tests.services.postgres import Server


class Cluster:
    """Workers as programs on one fresh database; all are ended with the block."""

    def __init__(self, brokers: Brokers, server: Server, folder: Path, arguments: tuple[str, Path]) -> None:
        topic, registry = arguments
        self.url = server.database()
        PostgresStore(self.url).close()
        self._log = folder / f"{topic}.log"
        self._stack = ExitStack()
        self._arguments: tuple[object, ...] = (
            "collector", "worker", "--from", f"kafka://{brokers.bootstrap[0]}/{topic}", "--store", self.url,
            "--registry", registry, "--group", self.url.rsplit("/", 1)[1], "--port", 0,
        )  # fmt: skip
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self) -> None:
        """One more."""
        self._running.append(self._stack.enter_context(program(self._log, *self._arguments)))

    def send(self, number: int, what: signal.Signals) -> None:
        """Tell one of them to end, or end it."""
        self._running[number].send_signal(what)

    def cpu_s(self) -> float:
        """Of all that run."""
        return sum(tree_seconds(worker.pid) for worker in self._running)
