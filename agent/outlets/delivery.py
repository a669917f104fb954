"""From the spool to the collector: at least once, within a window of our own, as fast as it is taken and no faster."""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Event, Thread
import time
from typing import Final

from msgspec import Struct

from agent.outlets.circuit import Circuit
from agent.outlets.lane import Parcel
from agent.outlets.outlet import Answer, Delivered, Later, Outlet, Refused
from agent.outlets.spool import Spool
from wire.faults import UnavailableError

_IDLE_S: Final = 0.1
_TENDING_S: Final = 1.0
_FAREWELL_S: Final = 5.0
_MOST_FLYING: Final = 8 << 20
"""Bytes on their way: no client bounds its own memory."""


class Progress(Struct, frozen=True):
    """How delivery stands."""

    envelopes: int
    """That have arrived since it began."""
    items: int
    failures: int
    """Attempts that failed since it began."""
    refused: int
    reason: str
    """Why it is not going on; empty while it is."""


class Delivery:
    """Empties a spool through an outlet until it is stopped.

    Args:
        spool: what to empty.
        outlet: where to.
        jitter: gives a number from 0 to 1 at random.
        monotonic: a clock that no one sets.
    """

    def __init__(
        self,
        spool: Spool,
        outlet: Outlet,
        jitter: Callable[[], float],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._spool, self._outlet, self._monotonic = spool, outlet, monotonic
        self._circuit = Circuit(jitter)
        self._answers: SimpleQueue[tuple[Parcel, Answer]] = SimpleQueue()
        self._again: list[Parcel] = []
        self._suspects: list[Parcel] = []
        self._is_trying_suspect = False
        self._flying = self._flying_bytes = 0
        self._envelopes = self._items = self._failures = self._refused = 0
        self._reason = ""
        self._tended = 0.0
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="delivery", daemon=True)
        self.failure: BaseException | None = None
        """What ended it, if nobody stopped it."""

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    @property
    def sink(self) -> str:
        """What kind of outlet it goes through."""
        return self._outlet.name

    @property
    def is_running(self) -> bool:
        """Whether its thread is at work."""
        return self._thread.is_alive()

    @property
    def progress(self) -> Progress:
        """How it stands."""
        return Progress(self._envelopes, self._items, self._failures, self._refused, self._reason)

    def stop(self) -> None:
        """End: what is on its way is awaited for a moment; the rest stays in the spool."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._outlet.close()
        self._spool.rewind()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self.step()
            end = self._monotonic() + _FAREWELL_S
            while self._flying and self._monotonic() < end:
                self._take_answers(_IDLE_S)
        except BaseException as error:  # noqa: BLE001  # a thread's error must reach the one who waits
            self.failure = error

    def step(self) -> None:
        """Send what may be sent, then wait a moment for answers."""
        now = self._monotonic()
        if now - self._tended >= _TENDING_S:
            self._tended = now
            self._spool.tend()
        if self._circuit.wait_s(now) == 0:
            self._send()
        self._take_answers(_IDLE_S)

    def _send(self) -> None:
        while self._may_send():
            try:
                parcel = self._next()
            except UnavailableError as error:
                self._reason = str(error)
                return
            if parcel is None:
                return
            self._flying += 1
            self._flying_bytes += len(parcel.frame)
            self._outlet.send(parcel, lambda parcel, answer: self._answers.put((parcel, answer)))

    def _next(self) -> Parcel | None:
        self._is_trying_suspect = bool(self._suspects)
        for waiting in (self._suspects, self._again):
            if waiting:
                return waiting.pop()
        return self._spool.hand_out()

    def _may_send(self) -> bool:
        if self._suspects or self._is_trying_suspect:
            return self._flying == 0 and not self._stopping.is_set()
        return (
            self._flying < self._circuit.allowed(self._outlet.window)
            and self._flying_bytes < _MOST_FLYING
            and not self._stopping.is_set()
        )

    def _take_answers(self, wait_s: float) -> None:
        """Those that are there; if there are none, wait for one."""
        try:
            parcel, answer = self._answers.get(timeout=wait_s)
            while True:
                self._flying -= 1
                self._flying_bytes -= len(parcel.frame)
                self._settle(parcel, answer)
                parcel, answer = self._answers.get_nowait()
        except Empty:
            return

    def _settle(self, parcel: Parcel, answer: Answer) -> None:
        match answer:
            case Delivered():
                self._spool.acknowledge(parcel)
                self._circuit.succeed()
                self._envelopes += 1
                self._items += parcel.head.items
                self._reason = ""
            case Refused(reason):
                self._refuse(parcel, reason)
            case Later():
                self._postpone(parcel, answer)

    def _refuse(self, parcel: Parcel, reason: str) -> None:
        try:
            self._spool.refuse(parcel, reason)
            self._refused += 1
            self._circuit.succeed()
        except UnavailableError as error:
            self._postpone(parcel, Later(str(error)))

    def _postpone(self, parcel: Parcel, answer: Later) -> None:
        (self._suspects if answer.is_suspect else self._again).append(parcel)
        self._failures += 1
        self._reason = answer.reason
        self._circuit.fail(self._monotonic(), answer.wait_s)
