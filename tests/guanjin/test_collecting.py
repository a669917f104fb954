"""``guanjin collector serve`` as a program: whoever it turns away is counted, so that somebody is woken."""

from collections.abc import Iterator
from pathlib import Path
import signal
import ssl
import sys

import httpx
import pytest

from tests.services.certificates import Authority
from tests.services.processes import free_ports, listens, spawn, wait_for
from wire.envelopes import PATH, Envelope, encode

Identity = tuple[Path, Path] | None


class Served:
    """One running collector that asks for certificates."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder / "pki")
        certificate, key = self.authority.issue("collector")
        (port,) = free_ports(1)
        self._url = f"https://127.0.0.1:{port}"
        command = (
            sys.executable, "-m", "guanjin", "collector", "serve", "--store", folder / "guanjin.sqlite", "--port",
            str(port), "--authority", self.authority.path, "--certificate", certificate, "--key", key,
        )  # fmt: skip
        self.process = spawn(command, folder / "log")
        wait_for(lambda: listens(port), 60, "the collector")

    def asked(self, method: str, path: str, identity: Identity, content: bytes = b"") -> httpx.Response:
        context = ssl.create_default_context(cafile=str(self.authority.path))
        if identity:
            context.load_cert_chain(*identity)
        with httpx.Client(verify=context, trust_env=False, timeout=20) as client:
            return client.request(method, self._url + path, content=content)

    def refused(self, identity: Identity) -> dict[str, float]:
        """By reason, as Prometheus reads it; those at 0 are left out."""
        lines = self.asked("GET", "/metrics", identity).text.splitlines()
        counts = [line.split('"') for line in lines if line.startswith("guanjin_collector_events_rejected_total{")]
        return {reason: float(rest[2:]) for _, reason, rest in counts if float(rest[2:])}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    made = Served(tmp_path)
    yield made
    made.process.send_signal(signal.SIGTERM)
    made.process.wait(60)


def test_the_collector_counts_whom_it_turns_away_by_reason(served: Served, tmp_path: Path) -> None:
    agent = served.authority.issue("agent-1")
    forged = Authority(tmp_path / "other").issue("agent-1")
    assert served.refused(agent) == {}
    for identity in (None, forged):
        with pytest.raises(httpx.TransportError):
            served.asked("POST", PATH, identity, b"")
    foreign = encode(Envelope(agent="agent-2", epoch="e", sequence=1, items=()))
    assert served.asked("POST", PATH, agent, foreign).status_code == 403
    assert served.asked("POST", PATH, agent, b"garbage").status_code == 400
    assert served.refused(agent) == {"stranger": 2, "signature": 1, "malformed": 1}
