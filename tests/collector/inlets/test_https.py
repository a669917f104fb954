"""The HTTPS inlet on a real server, real TLS and a real store."""

from collections import Counter
from collections.abc import Iterator, Sequence
import gzip
from pathlib import Path
import socket
import ssl
from threading import Event, Thread
from typing import Any

import httpx
import msgspec
import pytest
from starlette.applications import Starlette
import uvicorn
import zstandard

from collector.health import Pulse, health_routes
from collector.inlets.https import MOST_BODY, PeerProtocol, counted_handshakes, inlet_route, names_of
from collector.inlets.inbox import Inbox
from collector.intake import Delivery, Rules, Taken, take_in
from collector.law.shelf import routes_of_law
from collector.ports import Query
from collector.stores.sqlite import SqliteStore
from tests.collector.builders import event, phones, the_registry
from tests.services.certificates import Authority
from tests.services.processes import wait_for
from wire.envelopes import PATH, Envelope, encode
from wire.faults import UnavailableError

NOW = 1_772_500_000_000_000_000


class Gate:
    """A store whose door can be shut, and which can be away."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.open = Event()
        self.open.set()
        self.is_away = False
        self._rules = Rules(the_registry(), routes_of_law())

    def take(self, deliveries: Sequence[Delivery]) -> Taken:
        assert self.open.wait(20)
        if self.is_away:
            raise UnavailableError("away")
        return take_in(deliveries, self.store, self._rules, NOW)


class Inlet:
    """One running inlet."""

    def __init__(self, gate: Gate, clock: list[int], safety: dict[str, Any]) -> None:
        self.gate = gate
        self.clock = clock
        pulse = Pulse("store")
        self.inbox = Inbox(gate.take, pulse, lambda: clock[0], most=3)
        self.refused: Counter[str] = Counter()

        def refuse(reason: str) -> None:
            self.refused[reason] += 1

        routes = [
            inlet_route(self.inbox, asks_for_certificate=bool(safety), refuse=refuse),
            *health_routes([pulse], lambda: clock[0]),
        ]
        self._socket = socket.create_server(("127.0.0.1", 0))
        scheme = "https" if safety else "http"
        self.url = f"{scheme}://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            Starlette(routes=routes), http=PeerProtocol, log_level="critical", lifespan="off", **safety
        )
        config.load()
        if config.ssl is not None:
            config.ssl.sslobject_class = counted_handshakes(refuse)
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run, kwargs={"sockets": [self._socket]})
        self.inbox.start()
        self._thread.start()

    def close(self) -> None:
        self.gate.open.set()
        self._server.should_exit = True
        self._thread.join()
        self.inbox.close()
        self._socket.close()

    def post(self, content: bytes, **headers: str) -> httpx.Response:
        return httpx.post(
            self.url + PATH, content=content, headers={name.replace("_", "-"): text for name, text in headers.items()},
            trust_env=False, timeout=20,
        )  # fmt: skip


@pytest.fixture
def inlet(tmp_path: Path) -> Iterator[Inlet]:
    store = SqliteStore(tmp_path / "guanjin.sqlite")
    made = Inlet(Gate(store), [NOW], {})
    yield made
    made.close()
    store.close()


def sealed(sequence: int, agent: str = "example", speaker: str = "example") -> bytes:
    items = (event(sequence, phones(2), agent=speaker),)
    return encode(Envelope(agent=agent, epoch="e", sequence=sequence, items=items))


def test_an_envelope_is_answered_once_it_is_durable_and_counts_once(inlet: Inlet) -> None:
    assert inlet.post(sealed(1)).status_code == 204
    assert len(inlet.gate.store.transfers(Query())) == 1
    assert inlet.post(sealed(1)).status_code == 204
    assert inlet.post(gzip.compress(sealed(2)), content_encoding="gzip").status_code == 204
    assert len(inlet.gate.store.transfers(Query())) == 2


@pytest.mark.parametrize(
    ("content", "coding", "status"),
    [
        (b"garbage", "identity", 400),
        (b"", "identity", 400),
        (sealed(1), "br", 400),
        (b"not gzip", "gzip", 400),
        (gzip.compress(sealed(1))[:-4], "gzip", 400),
        (gzip.compress(bytes(MOST_BODY + 1)), "gzip", 413),
        (bytes(MOST_BODY + 1), "identity", 413),
        (zstandard.compress(bytes(64 << 20)), "identity", 413),
    ],
    ids=["garbage", "empty", "coding", "no gzip", "cut gzip", "gzip bomb", "too large", "zstd bomb"],
)
def test_what_can_never_be_taken_is_refused_for_good(inlet: Inlet, content: bytes, coding: str, status: int) -> None:
    assert inlet.post(content, content_encoding=coding).status_code == status
    assert inlet.refused == {"too_large" if status == 413 else "malformed": 1}
    assert inlet.post(sealed(1)).status_code == 204


def test_an_envelope_of_a_later_version_is_kept_unread(inlet: Inlet) -> None:
    later = zstandard.compress(msgspec.msgpack.encode([9, "a", "e", 1, []]))
    assert inlet.post(later).status_code == 204
    assert [each.content for each in inlet.gate.store.intake.asides()] == [later]


def test_a_full_inbox_says_when_to_come_again_and_stuck_is_not_ready(inlet: Inlet) -> None:
    inlet.gate.open.clear()
    kept = [inlet.inbox.offer(Delivery(sealed(number), "test")) for number in range(1, 4)]
    refused = inlet.post(sealed(9))
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert (inlet.refused, inlet.inbox.waiting) == ({"full": 1}, 3)
    assert httpx.get(inlet.url + "/readyz", trust_env=False).status_code == 200
    inlet.clock[0] += 40_000_000_000
    stuck = httpx.get(inlet.url + "/readyz", trust_env=False)
    assert stuck.status_code == 503
    assert stuck.json()["stages"][0]["name"] == "store"
    assert httpx.get(inlet.url + "/healthz", trust_env=False).status_code == 200
    inlet.gate.open.set()
    for future in kept:
        assert future
        future.result(20)
    assert inlet.post(sealed(9)).status_code == 204
    assert httpx.get(inlet.url + "/readyz", trust_env=False).status_code == 200
    assert len(inlet.gate.store.transfers(Query())) == 4
    wait_for(lambda: inlet.inbox.waiting == 0, 20, "empty inbox")


def test_a_store_that_is_away_is_said_and_nothing_is_lost(inlet: Inlet) -> None:
    inlet.gate.is_away = True
    answer = inlet.post(sealed(1))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    inlet.gate.is_away = False
    assert inlet.post(sealed(1)).status_code == 204


def test_an_agent_is_who_its_certificate_says(tmp_path: Path) -> None:
    authority, stranger = Authority(tmp_path / "pki"), Authority(tmp_path / "other")
    certificate, key = authority.issue("collector")
    store = SqliteStore(tmp_path / "guanjin.sqlite")
    inlet = Inlet(
        Gate(store), [NOW],
        {"ssl_certfile": str(certificate), "ssl_keyfile": str(key), "ssl_ca_certs": str(authority.path),
         "ssl_cert_reqs": ssl.CERT_REQUIRED},
    )  # fmt: skip

    def posted(content: bytes, identity: tuple[Path, Path] | None) -> int:
        context = ssl.create_default_context(cafile=str(authority.path))
        if identity:
            context.load_cert_chain(*identity)
        with httpx.Client(verify=context, trust_env=False) as client:
            return client.post(inlet.url + PATH, content=content).status_code

    agent = authority.issue("agent-1")
    try:
        assert posted(sealed(1, "agent-1", "agent-1"), agent) == 204
        assert posted(sealed(2, "agent-2", "agent-2"), agent) == 403
        assert posted(sealed(3, "agent-1", "agent-2"), agent) == 403
        assert inlet.refused == {"stranger": 2}
        for identity in (None, stranger.issue("agent-1")):
            with pytest.raises(httpx.TransportError):
                posted(sealed(4, "agent-1", "agent-1"), identity)
        assert inlet.refused == {"stranger": 3, "signature": 1}
    finally:
        inlet.close()
    assert len(store.transfers(Query())) == 1
    store.close()


def test_the_names_of_a_certificate_are_its_common_name_and_its_dns_names() -> None:
    certificate = {
        "subject": ((("countryName", "CN"),), (("commonName", "agent-1"),)),
        "subjectAltName": (("DNS", "agent-1.example"), ("IP Address", "127.0.0.1")),
    }
    assert names_of(certificate) == {"agent-1", "agent-1.example"}
