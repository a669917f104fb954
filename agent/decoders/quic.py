"""QUIC: known by its first byte and port; its content is encrypted and only counted."""

from collections.abc import Iterator
from typing import Final

from agent.decoder import Datagrams, Decoder, Message

_HTTPS: Final = 443
_FIXED_BIT: Final = 0x40


class Quic:
    """One connection."""

    def __init__(self) -> None:
        self.faults: dict[str, int] = {}

    def feed(self, content: bytes, *, by_client: bool) -> Iterator[Message]:  # noqa: ARG002  # the port's signature
        """Whatever comes, it is encrypted."""
        yield Message("quic", unseen_client=True, unseen_server=True, is_last=True)

    def gap(self, missing: int, *, by_client: bool) -> Iterator[Message]:  # noqa: ARG002  # the port's signature
        """Nothing was read anyway."""
        yield from ()

    def close(self) -> Iterator[Message]:
        """Nothing is held."""
        yield from ()


def _sniff(datagram: bytes, ports: tuple[int, int]) -> bool:
    return _HTTPS in ports and bool(datagram[:1]) and bool(datagram[0] & _FIXED_BIT)


def _never(client: bytes, server: bytes) -> bool:  # noqa: ARG001  # the port's signature
    return False


DECODER: Final = Decoder(name="quic", sniff=_never, open=Quic, order=40, datagrams=Datagrams(_sniff, Quic))
