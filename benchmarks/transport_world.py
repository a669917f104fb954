"""What the figures of transport share: the programs as they are installed, events at a pace, and when each was kept."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
import os
from pathlib import Path
from random import Random
import subprocess
import sys
import time
from typing import Final

import msgspec
import psycopg

from benchmarks.ingest_world import Sorts
from benchmarks.judge_world import the_registry
from collector.registry_text import registry_text
from tests.services.postgres import Server
from tests.services.processes import spawn
from wire.events import TransferEvent

TOPIC: Final = "guanjin.transfers"
ROUND_S: Final = 0.2
"""How often an agent looks at what is new."""
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_KEPT: Final = (
    "SELECT begun_ns, (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint FROM guanjin.transfer"
)


class Kept(msgspec.Struct, frozen=True):
    """One event that has its verdict for good."""

    made_s: float
    kept_s: float

    @property
    def wait_s(self) -> float:
        """From the one to the other."""
        return self.kept_s - self.made_s


class Stream:
    """The events of one agent, each made at its time of the wall: whoever is late makes the same ones later.

    Args:
        exporter: whose.
        rate: events a second.
    """

    def __init__(self, exporter: int, rate: int) -> None:
        self.agent: Final = f"agent-{exporter}"
        self._sorts = Sorts(exporter)
        self._chance = Random(exporter)  # noqa: S311  # reproducible, not secret
        self._step_ns = 1_000_000_000 // rate
        self._next_ns = time.time_ns()

    def due(self) -> tuple[TransferEvent, ...]:
        """Those that have happened since the last call."""
        return self.next(max(0, (time.time_ns() - self._next_ns) // self._step_ns))

    def next(self, count: int) -> tuple[TransferEvent, ...]:
        """So many more, due or not."""
        times = [self._next_ns + number * self._step_ns for number in range(count)]
        self._next_ns += count * self._step_ns
        return tuple(self._sorts.event(self._chance, begun_ns) for begun_ns in times)


@contextmanager
def program(log: Path, *arguments: object) -> Iterator["subprocess.Popen[bytes]"]:
    """``guanjin`` with these arguments, asked to end with the block."""
    process = spawn([sys.executable, "-m", "guanjin", *map(str, arguments)], log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def database_server() -> Iterator[Server]:
    """PostgreSQL that waits for its disk and remembers when each transaction was committed."""
    server = Server(fsync="on", max_wal_size="1GB", shared_buffers="256MB", track_commit_timestamp="on")
    try:
        yield server
    finally:
        server.stop()


def registry_at(folder: Path) -> Path:
    """The registry of the world, for programs to read."""
    path = folder / "registry.yaml"
    path.write_bytes(registry_text(the_registry()))
    return path


def kept_in(server: Server, url: str) -> list[Kept]:
    """All that a database has kept, by the database's own account, in the order of their commits."""
    with psycopg.connect(server.root(url.rsplit("/", 1)[1])) as connection:
        rows = connection.execute(_KEPT).fetchall()
    return sorted((Kept(begun_ns / 1e9, at_us / 1e6) for begun_ns, at_us in rows), key=lambda one: one.kept_s)


def count_in(server: Server, url: str) -> int:
    """How many it has kept; none while there is no table yet."""
    with psycopg.connect(server.root(url.rsplit("/", 1)[1])) as connection, suppress(psycopg.errors.UndefinedTable):
        found = connection.execute("SELECT count(*) FROM guanjin.transfer").fetchone()
        return int(found[0]) if found else 0
    return 0


def await_count(server: Server, url: str, count: int, seconds: float) -> None:
    """Wait until a database has kept so many, asking seldom: the question costs the server as much as an insert."""
    deadline = time.monotonic() + seconds
    while count_in(server, url) < count:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{count:,} events were not kept within {seconds:.0f} s")
        time.sleep(1)


def percentile(waits: list[float], share: float) -> str:
    """A share of the waits is no longer than this."""
    return f"{sorted(waits)[min(len(waits) - 1, int(len(waits) * share))]:.2f}"


def tree_seconds(root: int) -> float:
    """CPU time of a process, of its living children and of those that it has buried."""
    ticks = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                if int(folder.name) == root:
                    ticks += sum(map(int, fields[11:15]))
                elif int(fields[1]) == root:
                    ticks += sum(map(int, fields[11:13]))
    return ticks / _TICKS


def load() -> str:
    """How busy the machine has been in the last minute, on how many cores."""
    return f"{os.getloadavg()[0]:.0f} on {os.cpu_count()} cores"
