"""What a reader of bytes could not read: counted by reason, and told once to whoever asks."""

from collections.abc import Iterator
from typing import Protocol

from agent.sighting import Payload


class Notes:
    """Reasons and how often, and whether anything stayed unseen since it was last asked."""

    def __init__(self, faults: dict[str, int]) -> None:
        self.faults = faults
        self._is_unseen = False

    def count(self, reason: str) -> None:
        """Something odd that hides nothing."""
        self.faults[reason] = self.faults.get(reason, 0) + 1

    def unseen(self, reason: str) -> None:
        """Content that could not be read."""
        self.count(reason)
        self._is_unseen = True

    def take(self) -> bool:
        """Whether something stayed unseen since the last call."""
        was, self._is_unseen = self._is_unseen, False
        return was


class Sink(Protocol):
    """Takes content in order and gives it back in pieces. Each answer must be read to its end."""

    def feed(self, content: bytes) -> Iterator[Payload]:
        """Take the next bytes."""
        ...

    def gap(self) -> Iterator[Payload]:
        """Some bytes are missing here: nothing may be joined across."""
        ...

    def close(self) -> Iterator[Payload]:
        """Give what is still held."""
        ...
