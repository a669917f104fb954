"""A network card is read as it happens: a real upload over loopback, declared abroad by the registry."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
import signal
import socket
import subprocess
import sys
from threading import Thread
import time
from typing import Any

import httpx
import msgspec
import pytest
from typing_extensions import override

REGISTRY = """
exporters:
  - {organisation: 91350100M000100Y43, name: 某公司, networks: [127.0.0.1/32]}
recipients:
  - {id: far, name: Far Example Ltd, country: US, networks: [127.0.0.2/32]}
"""


class Sink(BaseHTTPRequestHandler):
    """Takes what it is sent."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def a_far_server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.2", 0), Sink) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.2:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def may_listen() -> bool:
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()
    except (AttributeError, PermissionError):
        return False
    return True


def until(client: httpx.Client, path: str, wanted: Any) -> Any:
    """The items at a path, once they are as wanted."""
    seen: Any = None
    for _ in range(400):
        try:
            seen = msgspec.json.decode(client.get(path).content)["items"]
        except httpx.TransportError:
            seen = []
        if wanted(seen):
            return seen
        time.sleep(0.25)
    raise AssertionError(seen)


@pytest.mark.slow
@pytest.mark.skipif(not may_listen(), reason="reading a network card needs CAP_NET_RAW")
def test_an_upload_is_seen_on_the_card_and_judged(tmp_path: Path) -> None:
    registry = tmp_path / "registry.yaml"
    registry.write_text(REGISTRY)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [
        "up",
        "--interface",
        "lo",
        "--registry",
        str(registry),
        "--state",
        str(tmp_path / "s"),
        "--port",
        str(port),
    ]
    process = subprocess.Popen([sys.executable, "-m", "guanjin", *words], stdout=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client, a_far_server() as far:
            until(client, "/api/v1/coverage", lambda items: items and items[0]["packets"] > 0)
            people = [{"mobile": f"139000000{row:02d}", "诊断": "高血压"} for row in range(30)]
            httpx.post(f"{far}/people", json=people, headers={"Connection": "close"}).raise_for_status()
            (row,) = until(client, "/api/v1/transfers?status=unfiled", bool)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    assert process.returncode == 0
    assert (row["organisation"], row["target"]["country"], row["direction"]) == ("91350100M000100Y43", "US", "push")
    assert {tally["kind"]: tally["persons_at_least"] for tally in row["tallies"]}["cn.mobile"] == 30
