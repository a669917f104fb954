"""When to try again: the longer a collector is away the more seldom, never all agents at once."""

from collections.abc import Callable
from typing import Final

_FIRST_S: Final = 0.2
_MOST_S: Final = 20.0
"""Fresh events must flow within 30 s after a collector is back."""
_MOST_ASKED_S: Final = 3600.0


class Circuit:
    """Closed: all may be sent. Open: nothing, until a time. Then one is sent, and its answer decides.

    Args:
        jitter: gives a number from 0 to 1 at random.
    """

    def __init__(self, jitter: Callable[[], float]) -> None:
        self._jitter = jitter
        self.failures = 0
        """In a row."""
        self._open_until = 0.0

    def wait_s(self, now: float) -> float:
        """How long nothing may be sent; 0 if something may."""
        return max(0.0, self._open_until - now)

    def allowed(self, window: int) -> int:
        """How many may be on their way."""
        return 1 if self.failures else window

    def succeed(self) -> None:
        """Something arrived."""
        self.failures = 0
        self._open_until = 0.0

    def fail(self, now: float, asked_s: float = 0.0) -> None:
        """Something did not. Those that were sent together and fail together count once."""
        if now < self._open_until:
            return
        ceiling = min(_MOST_S, _FIRST_S * 2 ** min(self.failures, 16))
        self.failures += 1
        wait = ceiling * (0.5 + self._jitter() / 2)
        self._open_until = now + max(wait, min(asked_s, _MOST_ASKED_S))
