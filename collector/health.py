"""Honest health: a stage that moves nothing while something waits for it is not ready."""

from collections.abc import Callable
from threading import Lock
from typing import Final

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wire.codec import json_line

PATIENCE_NS: Final = 30_000_000_000
"""So long may something wait while nothing moves."""


class Stage(Struct, frozen=True):
    """How one stage stands."""

    name: str
    is_well: bool
    waiting_s: float
    """How long the oldest thing has waited without anything moving; 0 if nothing waits."""
    moved: int
    """What it has moved since the process started."""
    trouble: str = ""


class Pulse:
    """One stage's input and progress; usable from several threads.

    Args:
        name: of the stage.
        patience_ns: after so long without progress it is not well.
    """

    def __init__(self, name: str, patience_ns: int = PATIENCE_NS) -> None:
        self.name = name
        self._patience_ns = patience_ns
        self._lock = Lock()
        self._since_ns: int | None = None
        self._moved = 0
        self._trouble = ""

    def came(self, now_ns: int) -> None:
        """Something waits for this stage."""
        with self._lock:
            if self._since_ns is None:
                self._since_ns = now_ns

    def moved(self, count: int, now_ns: int, *, is_empty: bool = True) -> None:
        """It moved so many; unless nothing is left, the rest has waited from now on."""
        with self._lock:
            self._moved += count
            self._since_ns = None if is_empty else now_ns
            self._trouble = ""

    def failed(self, what: str, now_ns: int) -> None:
        """It could not; what is wrong, without any value."""
        self.came(now_ns)
        with self._lock:
            self._trouble = what

    def stage(self, now_ns: int) -> Stage:
        """How it stands now."""
        with self._lock:
            waiting_ns = now_ns - self._since_ns if self._since_ns is not None else 0
            return Stage(self.name, waiting_ns <= self._patience_ns, waiting_ns / 1e9, self._moved, self._trouble)


def health_routes(pulses: list[Pulse], now_ns: Callable[[], int]) -> list[Route]:
    """``/healthz``: the process answers. ``/readyz``: every stage moves, 503 if one does not."""

    def alive(_: Request) -> Response:
        return Response(json_line({"status": "ok"}), media_type="application/json")

    def ready(_: Request) -> Response:
        stages = [pulse.stage(now_ns()) for pulse in pulses]
        is_well = all(stage.is_well for stage in stages)
        body = json_line({"status": "ok" if is_well else "stuck", "stages": stages})
        return Response(body, 200 if is_well else 503, media_type="application/json")

    return [Route("/healthz", alive), Route("/readyz", ready)]
