"""``guanjin collector serve`` over mTLS, looked at from outside."""

from contextlib import ExitStack
from pathlib import Path
import re

from agent.outlets.https import HttpsOutlet, HttpsSettings
from benchmarks.transport_world import program, registry_at
from tests.services.certificates import Authority
from tests.services.processes import free_ports, listens, wait_for


class Served:
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
        """An agent's way to it, with a certificate of its own."""
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
