"""Honest health: a stage that moves nothing while something waits for it is not ready."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import ClassVar, Final

from msgspec import Struct
from typing_extensions import override

from wire.codec import json_line
from wire.faults import ConfigurationError

_PATIENCE_NS: Final = 30_000_000_000
"""How long something may wait for a stage that moves nothing."""


class Stage(Struct, frozen=True):
    """How a stage stands right now."""

    trouble: str
    """What it says of itself; empty if nothing."""
    moved: int = 0
    """What it has moved since it began."""
    waiting: int = 0


class Health:
    """Asks the stages.

    Args:
        stages: by name.
        now_ns: the clock; if it is set back, patience begins anew.
    """

    def __init__(self, stages: Mapping[str, Callable[[], Stage]], now_ns: Callable[[], int]) -> None:
        self._stages, self._now_ns = stages, now_ns
        self._since: dict[str, tuple[int, int]] = {}
        """By stage: what it had moved, and since when."""
        self._lock = Lock()

    def troubles(self) -> dict[str, str]:
        """Each stage with what is wrong; empty where nothing is."""
        with self._lock:
            return {name: self._judged(name, stage()) for name, stage in self._stages.items()}

    def _judged(self, name: str, stage: Stage) -> str:
        now_ns = self._now_ns()
        moved, since_ns = self._since.get(name, (-1, now_ns))
        if stage.moved != moved or not stage.waiting or now_ns < since_ns:
            self._since[name] = (stage.moved, now_ns)
            since_ns = now_ns
        if stage.trouble:
            return stage.trouble
        return "moves nothing while something waits" if now_ns - since_ns > _PATIENCE_NS else ""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, at: tuple[str, int], health: Health, expose: Callable[[], bytes]) -> None:
        self.health, self.expose = health, expose
        super().__init__(at, _Handler)

    def answer(self, path: str) -> tuple[int, bytes, str]:
        """Status, content and type for an address."""
        match path:
            case "/healthz":
                return 200, b"ok\n", "text/plain"
            case "/readyz":
                troubles = self.health.troubles()
                return 503 if any(troubles.values()) else 200, json_line(troubles), "application/json"
            case "/metrics":
                return 200, self.expose(), "text/plain; version=0.0.4; charset=utf-8"
            case _:
                return 404, b"", "text/plain"


class _Handler(BaseHTTPRequestHandler):
    timeout: ClassVar[float | None] = 10

    def do_GET(self) -> None:
        """Answer; the name is the library's."""
        assert isinstance(self.server, _Server)  # noqa: S101  # tells the type, which the library leaves open
        status, content, media = self.server.answer(self.path)
        self.send_response(status)
        self.send_header("content-type", media)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving_health(health: Health, expose: Callable[[], bytes], port: int, host: str = "127.0.0.1") -> Iterator[int]:
    """Answer ``/healthz``, ``/readyz`` and ``/metrics``; gives the port.

    Raises:
        ConfigurationError: the port is taken.
    """
    try:
        server = _Server((host, port), health, expose)
    except (OSError, OverflowError) as error:
        raise ConfigurationError(
            f"cannot listen on port {port}: {error}", cure="choose another --status-port"
        ) from error
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="health", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
