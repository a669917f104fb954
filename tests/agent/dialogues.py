"""Conversations for the tests of the decoders."""

from collections.abc import Iterator

from agent import decoders
from agent.decoder import Decoder, Dialogue, Message
from wire.shelf import collect

SHELF = sorted(collect(decoders, "DECODER", Decoder), key=lambda decoder: decoder.order)
CONTENT = ("body", "stream", "dns.question")
Turns = list[tuple[bool, bytes]]


def replay(dialogue: Dialogue, turns: Turns, step: int = 0) -> list[Message]:
    """Everything that a conversation gives, fed in pieces of ``step`` bytes (0: each turn at once)."""

    def messages() -> Iterator[Message]:
        for by_client, content in turns:
            for at in range(0, len(content), step or max(1, len(content))):
                yield from dialogue.feed(content[at : at + (step or len(content))], by_client=by_client)
        yield from dialogue.close()

    return list(messages())


def http(*turns: tuple[bool, bytes], step: int = 0) -> tuple[list[Message], dict[str, int]]:
    dialogue = SHELF[0].open()
    return replay(dialogue, list(turns), step), dialogue.faults


def content_of(messages: list[Message], *, by_client: bool, where: tuple[str, ...] = CONTENT) -> bytes:
    return b"".join(
        payload.content
        for message in messages
        for payload in message.payloads
        if payload.by_client is by_client and payload.where.partition(":")[0] in where
    )


def where_of(messages: list[Message]) -> list[tuple[str, bytes]]:
    return [(payload.where, payload.content) for message in messages for payload in message.payloads]
