"""One process: an agent's thread, a bounded queue, a judge's thread. An error in either ends both, and is told."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Event, Lock, Thread
from time import monotonic
from typing import Final

from collector.health import Pulse
from wire.events import TransferEvent

_DEPTH: Final = 4_096
"""Events between agent and judge: beyond it the agent waits, so memory has an end and nothing is dropped."""
_BATCH: Final = 256
_WAIT_S: Final = 0.2

Round = Callable[[], Iterable[TransferEvent]]
"""One look at what is new; it may wait a moment, never long."""


class Embedded:
    """Runs an agent's rounds and a judge side by side until it is stopped.

    Args:
        look: gives the events of one round.
        judge: takes a batch in.
        rest: called between rounds, when all that was read has been judged: what it saves is safe to resume from.
        at_end: called when a thread ends, whatever the reason.
        now_ns: the clock of the pulses.
    """

    def __init__(
        self,
        look: Round,
        judge: Callable[[list[TransferEvent]], None],
        rest: Callable[[], None],
        at_end: Callable[[], None],
        now_ns: Callable[[], int],
    ) -> None:  # fmt: skip
        self._look = look
        self._judge = judge
        self._rest = rest
        self._at_end = at_end
        self._now_ns = now_ns
        self._reading, self._judging = Pulse("agent"), Pulse("judge")
        self._queue: Queue[TransferEvent] = Queue(_DEPTH)
        self._stopping = Event()
        self._is_read = Event()
        self._counting = Lock()
        self._handed = 0
        self._judged = 0
        self.failure: BaseException | None = None
        """What ended it, if nobody stopped it."""
        self._threads = [
            Thread(target=self._guarded, args=(work,), name=name, daemon=True)
            for name, work in (("agent", self._read), ("judge", self._settle))
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    @property
    def is_running(self) -> bool:
        """Whether both threads are at work."""
        return all(thread.is_alive() for thread in self._threads)

    @property
    def waiting(self) -> int:
        """Events that are read and not judged yet: those in the judge's hands too."""
        return self._handed - self._judged

    @property
    def pulses(self) -> list[Pulse]:
        """How either thread goes."""
        return [self._reading, self._judging]

    def beat(self) -> None:
        """Something was read in the round under way, whether or not it becomes an event."""
        self._reading.moved(1, self._now_ns(), is_empty=False)

    def stop(self) -> None:
        """End: what was read is judged first."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  # a thread's error must reach the one who waits
            self.failure = error
        finally:
            self._stopping.set()
            self._at_end()

    def _read(self) -> None:
        try:
            while not self._stopping.is_set():
                self._reading.came(self._now_ns())
                for event in self._look():
                    self._hand_over(event)
                self._reading.moved(0, self._now_ns())
                if self._is_settled():
                    self._reading.came(self._now_ns())
                    self._rest()
                    self._reading.moved(0, self._now_ns())
                self._stopping.wait(_WAIT_S)
        finally:
            self._is_read.set()

    def _hand_over(self, event: TransferEvent) -> None:
        """Waiting for room is the judge's standing still and not the agent's."""
        self._reading.moved(0, self._now_ns())
        with self._counting:
            self._handed += 1
            self._judging.came(self._now_ns())
        while self._threads[1].is_alive():
            try:
                self._queue.put(event, timeout=_WAIT_S)
            except Full:
                continue
            break
        self._reading.came(self._now_ns())

    def _is_settled(self) -> bool:
        """Wait until all that was handed over is judged; False if the judge is gone."""
        while self._judged < self._handed:
            if not self._threads[1].is_alive():
                return False
            self._stopping.wait(0.01)
        return True

    def _settle(self) -> None:
        while not (self._is_read.is_set() and self._queue.empty()):
            batch = self._next_batch()
            if batch:
                self._judge(batch)
                with self._counting:
                    self._judged += len(batch)
                    self._judging.moved(len(batch), self._now_ns(), is_empty=self._judged == self._handed)

    def _next_batch(self) -> list[TransferEvent]:
        """What comes within a moment: one transaction for many events is what a large ledger can bear."""
        batch: list[TransferEvent] = []
        deadline = monotonic() + _WAIT_S
        with suppress(Empty):
            while len(batch) < _BATCH:
                batch.append(self._queue.get(timeout=max(0.0, deadline - monotonic())))
        return batch
