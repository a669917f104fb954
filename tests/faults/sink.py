"""A collector that does nothing but remember, durably or not, and that misbehaves as it is told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import ssl
from threading import Lock, Thread

from typing_extensions import override

from wire.envelopes import SEQUENCE_HEADER, Envelope, decode

Reply = tuple[int, dict[str, str]]
"""Status and headers."""
TAKEN: Reply = (204, {})


class Sink:
    """What has arrived: every envelope as often as it came; where ``remember`` is given, only that knows."""

    def __init__(self, remember: Callable[[Envelope], None] | None = None) -> None:
        self.came: list[Envelope] = []
        self._remember = remember or self.came.append
        self.behaviour: Callable[[int, Envelope], Reply] = lambda _number, _envelope: TAKEN
        """(number of the request from 0, envelope) -> reply; what is answered 2xx is kept."""
        self.requests = 0
        self._lock = Lock()

    def take(self, frame: bytes) -> Reply:
        envelope = decode(frame)
        with self._lock:
            number, self.requests = self.requests, self.requests + 1
        status, headers = self.behaviour(number, envelope)
        if status < 300:
            self._remember(envelope)
        return status, {SEQUENCE_HEADER: str(envelope.sequence), **headers}

    @property
    def unique(self) -> list[Envelope]:
        """Each once, as a collector counts them."""
        return list({(one.agent, one.epoch, one.sequence): one for one in self.came}.values())


@contextmanager
def serving(sink: Sink, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port at which the sink takes envelopes."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            status, headers = sink.take(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(status)
            for name, value in {"content-length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        @override
        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        @override
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that goes away is what these tests are about."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
