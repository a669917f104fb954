"""The catch-all: of protocols that nothing else here knows, text is read as text; of the rest the head is looked at.

A head tells formats of suspected important data (疑似重要数据): frames of vehicles, point clouds, genomes. What follows
stays unseen.
"""

from collections.abc import Iterator
from typing import Final

from agent.bodies.body import Leaf, Shape
from agent.bodies.charset import SAMPLE, text_share
from agent.bodies.notes import Notes
from agent.decoder import Datagrams, Decoder, Exchange, Message
from agent.sighting import Media, Payload

_MOST_BYTES: Final = 4 << 20
"""How much of one direction is read."""
_TEXT_SHARE: Final = 0.85
_HEAD: Final = 1 << 10
"""So many bytes that are no text decide, and are looked at; text waits for a full sample."""


class _Side:
    """One direction: undecided, read as text, or unseen."""

    def __init__(self, notes: Notes, *, by_client: bool) -> None:
        self.is_unseen = False
        self._notes = notes
        self._by_client = by_client
        self._held = b""
        self._binary = b""
        self._left = _MOST_BYTES
        self._leaf: Leaf | None = None

    def feed(self, content: bytes) -> Iterator[Payload]:
        if self.is_unseen:
            return
        if self._leaf is None:
            content, self._held = self._held + content, b""
            if not self._decide(content, is_end=False):
                yield from self._head()
                return
        yield from self._read(content)

    def gap(self) -> Iterator[Payload]:
        yield from self.close()
        self._notes.unseen("gap")

    def close(self) -> Iterator[Payload]:
        held, self._held = self._held, b""
        if held and self._decide(held, is_end=True):
            yield from self._read(held)
        yield from self._head()
        if self._leaf is not None:
            yield from self._leaf.close()

    def _decide(self, content: bytes, *, is_end: bool) -> bool:
        """Whether the content is to be read now."""
        if text_share(content[:SAMPLE]) >= _TEXT_SHARE:
            if len(content) >= SAMPLE or is_end:
                self._leaf = Leaf(Shape("stream", self._by_client), Media.TEXT, self._notes)
                return True
        elif len(content) >= _HEAD or is_end:
            self.is_unseen = True
            self._binary = content[:_HEAD]
            self._notes.unseen("binary")
            return False
        self._held = content
        return False

    def _head(self) -> Iterator[Payload]:
        """What came first of content that is no text, once."""
        head, self._binary = self._binary, b""
        if head:
            yield Payload(head, "stream", Media.BINARY, self._by_client)

    def _read(self, content: bytes) -> Iterator[Payload]:
        if self._leaf is None:
            return
        yield from self._leaf.feed(content[: self._left])
        self._left -= len(content)
        if self._left < 0:
            self.is_unseen = True
            self._notes.unseen("stream_limit")
            yield from self._leaf.close()


class Stream:
    """One conversation.

    Args:
        protocol: tcp or udp; over UDP each datagram ends a line.
    """

    def __init__(self, protocol: str) -> None:
        self.faults: dict[str, int] = {}
        self._protocol = protocol
        self._end = b"\n" if protocol == "udp" else b""
        self._notes = {by_client: Notes(self.faults) for by_client in (True, False)}
        self._sides = {by_client: _Side(notes, by_client=by_client) for by_client, notes in self._notes.items()}

    def feed(self, content: bytes, *, by_client: bool) -> Iterator[Message]:
        """Take the next bytes of one side."""
        yield from self._say(self._sides[by_client].feed(content + self._end), by_client=by_client)

    def gap(self, missing: int, *, by_client: bool) -> Iterator[Message]:
        """Read on behind the gap."""
        if missing:
            yield from self._say(self._sides[by_client].gap(), by_client=by_client)

    def close(self) -> Iterator[Message]:
        """Give what is held."""
        for by_client, side in self._sides.items():
            yield from self._say(side.close(), by_client=by_client)

    def _say(self, payloads: Iterator[Payload], *, by_client: bool) -> Iterator[Message]:
        for payload in payloads:
            yield Message(self._protocol, payloads=(payload,))
        if self._notes[by_client].take():
            is_last = all(side.is_unseen for side in self._sides.values())
            yield Message(self._protocol, unseen_client=by_client, unseen_server=not by_client, is_last=is_last)


def _sniff(client: bytes, server: bytes) -> bool:
    return bool(client or server)


def _is_datagram(datagram: bytes, _: tuple[int, int]) -> bool:
    return len(datagram) >= 0


_TEXT: Final = "USER 李\r\nLIST 11010519491231002X\r\n".encode()

DECODER: Final = Decoder(
    name="stream",
    sniff=_sniff,
    open=lambda: Stream("tcp"),
    order=1000,
    datagrams=Datagrams(_is_datagram, lambda: Stream("udp")),
    examples=(
        Exchange(client=_TEXT, server=b"220 ready\r\n", client_content=_TEXT, server_content=b"220 ready\r\n"),
        Exchange(client=bytes(range(256)), client_content=bytes(range(256))),
    ),
)
