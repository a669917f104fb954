"""Segments in, messages out: the protocol of each flow is sniffed once, then its decoder reads on."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from agent.decoder import Decoder, Dialogue, Message
from agent.streams import Segment

MOST_OPEN: Final = 16_384
"""Flows that are read at the same time; another one is told as unseen."""
_MOST_SNIFFED: Final = 4096
"""So many bytes of one side without an answer are an answer: none of those that want more."""


class _Chosen(Struct, frozen=True):
    name: str
    dialogue: Dialogue
    is_swapped: bool = False


class _Talk(Struct):
    """What is held of one flow: segments until its protocol is known, a dialogue until it has nothing more to say."""

    is_udp: bool
    ports: tuple[int, int]
    waiting: list[Segment] = []
    chosen: _Chosen | None = None
    is_over: bool = False


class Dissector:
    """Holds the dialogues of all flows that are read.

    Messages speak of client and server as the segments do, also where ``is_swapped`` says that it is the wrong way
    round.

    Args:
        decoders: in the order in which they are asked; the last one takes everything.
        most_open: bound on flows.
    """

    def __init__(self, decoders: Sequence[Decoder], most_open: int = MOST_OPEN) -> None:
        self._decoders = decoders
        self._most_open = most_open
        self._talks: dict[int, _Talk] = {}
        self.faults: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._talks)

    @property
    def is_crowded(self) -> bool:
        """Whether half of the places are taken: what is over should be closed."""
        return 2 * len(self._talks) >= self._most_open

    def feed(self, segment: Segment, *, is_udp: bool, port: int, client_port: int = 0) -> list[Message]:
        """What the next bytes of a flow say.

        Args:
            segment: the bytes, with the number of those missing before them; over UDP one datagram.
            is_udp: whether the flow is UDP.
            port: the server's port; only UDP protocols are told by ports.
            client_port: the client's; a flow whose first packet was lost may have them the wrong way round.
        """
        talk = self._talks.get(segment.flow)
        if talk is None:
            if len(self._talks) >= self._most_open:
                self._count("dialogues_full", 1)
                return [Message("udp" if is_udp else "tcp", unseen_client=True, unseen_server=True, is_last=True)]
            talk = self._talks[segment.flow] = _Talk(is_udp, (client_port, port))
        if talk.is_over:
            return []
        if talk.chosen is None:
            talk.waiting.append(segment)
            return self._try(talk, is_end=False)
        return self._read(talk, talk.chosen, [segment])

    def close(self, flow: int) -> list[Message]:
        """The flow is over: what is still held of it."""
        talk = self._talks.pop(flow, None)
        if talk is None or talk.is_over:
            return []
        messages = self._try(talk, is_end=True) if talk.chosen is None else []
        if talk.chosen is not None and not talk.is_over:
            messages += self._told(talk.chosen, list(talk.chosen.dialogue.close()))
        return messages

    def drop(self, flow: int) -> None:
        """Forget a flow: nothing more of it is wanted."""
        self._talks.pop(flow, None)

    def _try(self, talk: _Talk, *, is_end: bool) -> list[Message]:
        """Read on if the protocol can be told by what waits."""
        talk.chosen = self._datagram_protocol(talk) if talk.is_udp else self._stream_protocol(talk, is_end=is_end)
        if talk.chosen is None:
            return []
        waiting, talk.waiting = talk.waiting, []
        return self._read(talk, talk.chosen, waiting)

    def _datagram_protocol(self, talk: _Talk) -> _Chosen | None:
        datagram = talk.waiting[0].content
        for decoder in self._decoders:
            if decoder.datagrams is not None and decoder.datagrams.sniff(datagram, talk.ports):
                return _Chosen(decoder.name, decoder.datagrams.open())
        return None

    def _stream_protocol(self, talk: _Talk, *, is_end: bool) -> _Chosen | None:
        sides = [b"".join(one.content for one in talk.waiting if one.by_client is side) for side in (True, False)]
        is_enough = is_end or max(map(len, sides)) >= _MOST_SNIFFED or len(talk.waiting) >= _MOST_SNIFFED
        client, server = sides
        for decoder in self._decoders:
            verdict, is_swapped = decoder.sniff(client, server), False
            if verdict is False:
                verdict, is_swapped = decoder.sniff(server, client), True
            if verdict:
                return _Chosen(decoder.name, decoder.open(), is_swapped)
            if verdict is None and not is_enough:
                return None
        return _Chosen(self._decoders[-1].name, self._decoders[-1].open()) if is_enough else None

    def _read(self, talk: _Talk, chosen: _Chosen, segments: list[Segment]) -> list[Message]:
        messages: list[Message] = []
        for segment in segments:
            by_client = segment.by_client is not chosen.is_swapped
            if segment.missing:
                messages += chosen.dialogue.gap(segment.missing, by_client=by_client)
            if segment.content:
                messages += chosen.dialogue.feed(segment.content, by_client=by_client)
        talk.is_over = any(message.is_last for message in messages)
        return self._told(chosen, messages)

    def _told(self, chosen: _Chosen, messages: list[Message]) -> list[Message]:
        for reason, count in chosen.dialogue.faults.items():
            self._count(f"{chosen.name}_{reason}", count)
        chosen.dialogue.faults.clear()
        return [_turned(message) for message in messages] if chosen.is_swapped else messages

    def _count(self, reason: str, count: int) -> None:
        self.faults[reason] = self.faults.get(reason, 0) + count


def _turned(message: Message) -> Message:
    """The message in the roles that the segments name."""
    return replace(
        message,
        payloads=tuple(replace(payload, by_client=not payload.by_client) for payload in message.payloads),
        unseen_client=message.unseen_server,
        unseen_server=message.unseen_client,
        is_swapped=True,
    )
