"""What a protocol decoder is: fed the ordered bytes of both directions, it yields messages and touches no socket."""

from collections.abc import Callable, Iterator
from typing import Protocol

from msgspec import Struct

from agent.sighting import Payload


class Message(Struct, frozen=True):
    """What a decoder has understood so far."""

    protocol: str
    host: str = ""
    """Name of the server as the client gave it; empty if not told."""
    payloads: tuple[Payload, ...] = ()
    unseen_client: bool = False
    unseen_server: bool = False
    names: tuple[tuple[str, str], ...] = ()
    """(address, name) pairs that DNS answers taught."""
    is_last: bool = False
    """Nothing more will come of the content: the rest need only be counted (TLS after its hello)."""
    is_swapped: bool = False
    """The capture took the server for the client (it lost the handshake). ``by_client`` and ``unseen_*`` stay as the
    capture has them; ``host`` is the true server's, which is the capture's client."""


class Dialogue(Protocol):
    """One conversation in one protocol. Bad bytes are a counted reason in ``faults``, never an exception."""

    faults: dict[str, int]
    """Reasons and how often: ``chunk_size``, ``gzip``, ``body_limit`` ..."""

    def feed(self, content: bytes, *, by_client: bool) -> Iterator[Message]:
        """Take the next bytes of one direction, in order."""
        ...

    def gap(self, missing: int, *, by_client: bool) -> Iterator[Message]:
        """Take notice that ``missing`` bytes of one direction were not captured."""
        ...

    def close(self) -> Iterator[Message]:
        """The conversation is over: give what is still held."""
        ...


class Decoder(Struct, frozen=True, kw_only=True):
    """A protocol on the shelf. Its examples are replayed whole and cut at every byte by the shelf's tests."""

    name: str
    sniff: Callable[[bytes, bytes], bool | None]
    """(first bytes of the client, of the server) -> yes, no, or None for: not enough bytes yet."""
    open: Callable[[], Dialogue]
    order: int = 50
    """Decoders are asked in this order; the catch-all comes last."""
    datagrams: "Datagrams | None" = None
    """How it is spoken over UDP; None where it is not."""
    examples: tuple["Exchange", ...] = ()


class Datagrams(Struct, frozen=True):
    """A protocol over UDP: each ``feed`` of its dialogues takes one whole datagram."""

    sniff: Callable[[bytes, tuple[int, int]], bool]
    """(first datagram, its ports) -> whether it is of this protocol."""
    open: Callable[[], Dialogue]


class Exchange(Struct, frozen=True):
    """An example: what each side sent and how many payload bytes of each side must come out."""

    client: bytes
    server: bytes = b""
    host: str = ""
    client_content: bytes = b""
    """The joined content of the client's body payloads."""
    server_content: bytes = b""
