"""A bounded inbox before a store: many requests wait, one thread keeps them, many in one transaction."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from threading import Condition, Thread
from typing import Final

from collector.health import Pulse
from collector.intake import Delivery, Taken
from wire.faults import UnavailableError

_AT_ONCE: Final = 100
"""Envelopes in one transaction at most."""

_Waiting = tuple[Delivery, "Future[None]"]


class Inbox:
    """Takes deliveries until it is full; each is answered when it is durable.

    Args:
        take: keeps a batch, all or nothing.
        pulse: how it goes.
        now_ns: the clock.
        most: deliveries that may wait.
        most_bytes: and bytes of them.
    """

    def __init__(
        self,
        take: Callable[[Sequence[Delivery]], Taken],
        pulse: Pulse,
        now_ns: Callable[[], int],
        most: int = 1_000,
        most_bytes: int = 64 << 20,
    ) -> None:
        self._take = take
        self._pulse = pulse
        self._now_ns = now_ns
        self._most = most
        self._most_bytes = most_bytes
        self._waiting: deque[_Waiting] = deque()
        self._held_bytes = 0
        self._held = 0
        self._held_records = 0
        self._changed = Condition()
        self._is_closing = False
        self._thread = Thread(target=self._work, name="inbox", daemon=True)

    def start(self) -> None:
        """Begin to keep."""
        self._thread.start()

    def offer(self, delivery: Delivery) -> "Future[None] | None":
        """Let a delivery wait; None if there is no room.

        Returns:
            What ends when the delivery is durable, or with UnavailableError when it could not be kept.
        """
        size = len(delivery.content)
        with self._changed:
            if self._is_closing or self._held >= self._most or self._held_bytes + size > self._most_bytes:
                return None
            self._held += 1
            self._held_bytes += size
            self._held_records += _records_in(delivery)
            future: Future[None] = Future()
            self._waiting.append((delivery, future))
            self._pulse.came(self._now_ns())
            self._changed.notify()
        return future

    @property
    def waiting(self) -> int:
        """Records that have come and are not kept yet."""
        with self._changed:
            return self._held_records

    def close(self) -> None:
        """Keep what waits and end."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._thread.join()

    def _work(self) -> None:
        while batch := self._next():
            self._keep(batch)
            with self._changed:
                self._held -= len(batch)
                self._held_bytes -= sum(len(delivery.content) for delivery, _ in batch)
                self._held_records -= sum(_records_in(delivery) for delivery, _ in batch)
                if self._waiting:
                    self._pulse.came(self._now_ns())

    def _next(self) -> list[_Waiting]:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_closing)
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), _AT_ONCE))]

    def _keep(self, batch: list[_Waiting]) -> None:
        failure: BaseException | None = None
        try:
            self._take([delivery for delivery, _ in batch])
            self._pulse.moved(len(batch), self._now_ns())
        except UnavailableError as error:
            failure = error
            self._pulse.failed(str(error), self._now_ns())
        except BaseException as error:  # noqa: BLE001  # whoever waits must hear of it, or waits for ever
            failure = error
            self._pulse.failed(type(error).__name__, self._now_ns())
        for _, future in batch:
            with suppress(Exception):  # who asked has gone
                future.set_exception(failure) if failure else future.set_result(None)


def _records_in(delivery: Delivery) -> int:
    return len(delivery.envelope.items) if delivery.envelope else 1
