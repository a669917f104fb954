"""What a way to a collector is."""

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from agent.outlets.lane import Parcel


class Delivered(Struct, frozen=True):
    """The collector has it for good."""


class Later(Struct, frozen=True):
    """It may have arrived or not, and must come again."""

    reason: str
    wait_s: float = 0.0
    """At least so long, if the collector asked for it."""
    is_suspect: bool = False
    """It may be the one that made others fail with it: to be sent by itself."""


class Refused(Struct, frozen=True):
    """It will never be taken."""

    reason: str


Answer = Delivered | Later | Refused


class Outlet(Protocol):
    """Sends envelopes; each gets exactly one answer, in any order, from any thread."""

    @property
    def name(self) -> str:
        """Of the kind, as metrics call it: ``kafka`` or ``http``."""
        ...

    @property
    def window(self) -> int:
        """How many may be on their way at a time."""
        ...

    def send(self, parcel: Parcel, answer: Callable[[Parcel, Answer], None]) -> None:
        """Send one; ``answer`` is called when it is known what became of it, at the latest after a minute."""
        ...

    def close(self) -> None:
        """Give up what is on its way."""
        ...
