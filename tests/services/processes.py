"""Programs from outside, started on free loopback ports and never left behind."""

from collections.abc import Callable, Sequence
import ctypes
from pathlib import Path
import signal
import socket
import subprocess
import time

_PR_SET_PDEATHSIG = 1


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody holds; all are held together for a moment, so that none comes twice."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def spawn(command: Sequence[str | Path], log: Path, *, cwd: Path | None = None) -> "subprocess.Popen[bytes]":
    """A program that the kernel ends with the test that started it."""
    with log.open("ab") as out:
        return subprocess.Popen(
            [str(word) for word in command],
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            preexec_fn=_die_with_parent,  # noqa: PLW1509  # one call into the kernel, no lock is taken
        )


def wait_for(is_ready: Callable[[], bool], seconds: float, what: str) -> None:
    """Ask until it is so."""
    deadline = time.monotonic() + seconds
    while not is_ready():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.02)


def listens(port: int) -> bool:
    """Whether somebody answers at a port of loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
