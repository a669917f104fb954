"""Two network namespaces with a wire between them and no way out: the stage on which the programs talk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
import subprocess
import sys
from time import sleep
from typing import Final, Self

INSIDE: Final = "guanjin-inside"
OUTSIDE: Final = "guanjin-outside"
ADDRESSES: Final = {INSIDE: ("10.99.0.1", "fd99::1"), OUTSIDE: ("10.99.0.2", "fd99::2")}
"""What the wire's ends are called while the programs talk; the capture's addresses are rewritten afterwards."""
RESOLVER: Final = "10.99.0.53"
MACS: Final = {INSIDE: "02:00:5e:10:00:01", OUTSIDE: "02:00:5e:10:00:02"}
WIRE: Final = "wire0"
_OFFLOADS: Final = ("tso", "gso", "gro", "lro", "tx", "rx", "sg", "txvlan", "rxvlan")


class Lab:
    """The namespaces; a context manager that takes them down again."""

    def __enter__(self) -> Self:
        self._take_down()
        for name in ADDRESSES:
            _run("ip", "netns", "add", name)
        _run("ip", "link", "add", WIRE, "netns", INSIDE, "type", "veth", "peer", "name", WIRE, "netns", OUTSIDE)
        for name in ADDRESSES:
            self._raise(name)
        for name, other in ((INSIDE, OUTSIDE), (OUTSIDE, INSIDE)):
            for address in ADDRESSES[other]:
                _run("ip", "-n", name, "neigh", "replace", address, "lladdr", MACS[other], "dev", WIRE)
        _run("ip", "-n", INSIDE, "neigh", "replace", RESOLVER, "lladdr", MACS[OUTSIDE], "dev", WIRE)
        return self

    def __exit__(self, *_: object) -> None:
        self._take_down()

    def run(self, where: str, *command: str) -> str:
        """Run a program to its end in a namespace; its standard output."""
        return _run("ip", "netns", "exec", where, *command)

    @contextmanager
    def service(self, where: str, *command: str, ready: str = "ready") -> Iterator[None]:
        """Keep a program running that prints a line with ``ready`` when it can be spoken to."""
        program = subprocess.Popen(
            ["ip", "netns", "exec", where, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert program.stdout is not None
        try:
            for line in program.stdout:
                if ready in line:
                    break
            else:
                raise RuntimeError(f"{command[0]} did not start")
            yield
        finally:
            program.terminate()
            program.communicate(timeout=20)

    @contextmanager
    def captured(self, path: Path, *, interface: str = WIRE) -> Iterator[None]:
        """Record what crosses the wire's inner end, with nanoseconds."""
        options = ["-U", "--immediate-mode", "-s2048", "-B16384", "--time-stamp-precision=nano", "-Z", "root"]
        command = ("tcpdump", "-i", interface, *options, "-w", str(path), "tcp or udp port 53")
        with self.service(INSIDE, *command, ready="listening on"):
            yield
            sleep(0.3)

    def _raise(self, name: str) -> None:
        four, six = ADDRESSES[name]
        _run("ip", "-n", name, "link", "set", "lo", "up")
        _run("ip", "-n", name, "link", "set", WIRE, "address", MACS[name], "mtu", "1500")
        for offload in _OFFLOADS:
            subprocess.run(
                ["ip", "netns", "exec", name, "ethtool", "-K", WIRE, offload, "off"], check=False, capture_output=True
            )
        _run("ip", "-n", name, "link", "set", WIRE, "up")
        _run("ip", "-n", name, "addr", "add", f"{four}/24", "dev", WIRE)
        _run("ip", "-n", name, "addr", "add", f"{six}/64", "dev", WIRE, "nodad")
        if name == OUTSIDE:
            _run("ip", "-n", name, "addr", "add", f"{RESOLVER}/24", "dev", WIRE)

    @staticmethod
    def _take_down() -> None:
        for name in ADDRESSES:
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


def python(module: str, *arguments: str) -> tuple[str, ...]:
    """The command that runs one of this folder's programs."""
    return (sys.executable, str(Path(__file__).with_name(f"{module}.py")), *arguments)


def _run(*command: str) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout
