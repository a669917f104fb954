"""Bytes and events: every schema ever sent stays readable."""

from typing import Any, Final

import msgspec

from wire.events import TransferEvent
from wire.faults import MalformedError

SCHEMA: Final = 1
"""Number of the event's schema; each only adds, and a change that one schema older cannot bear takes two steps."""

_LATEST_NS: Final = 1 << 63
"""2262-04-11: what a store's whole numbers hold."""

UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What reading bytes may raise: msgspec leaves text that is not UTF-8, and nesting without end, to Python."""


class _Envelope(msgspec.Struct, frozen=True, array_like=True):
    schema: int
    event: msgspec.Raw


_encoder: Final = msgspec.msgpack.Encoder()
_envelopes: Final = msgspec.msgpack.Decoder(_Envelope)
_events: Final = msgspec.msgpack.Decoder(TransferEvent)


def encode(event: TransferEvent) -> bytes:
    """The event as MessagePack in an envelope that names its schema."""
    return _encoder.encode(_Envelope(SCHEMA, msgspec.Raw(_encoder.encode(event))))


def decode(content: bytes) -> TransferEvent:
    """The event behind the bytes.

    Raises:
        MalformedError: not an event, not a possible one, or of a schema that this version does not know.
    """
    try:
        envelope = _envelopes.decode(content)
        if abs(envelope.schema - SCHEMA) > 1:
            raise MalformedError(f"event schema {envelope.schema} is unknown here (this version reads {SCHEMA} ± 1)")
        event = _events.decode(envelope.event)
    except UNREADABLE as error:
        raise MalformedError("not a transfer event") from error
    if not _is_possible(event):
        raise MalformedError("a transfer event with a time or a number that cannot be")
    return event


def _is_possible(event: TransferEvent) -> bool:
    """Whether its times are in a calendar and its numbers count something."""
    return (
        0 <= event.begun_ns < _LATEST_NS
        and 0 <= event.ended_ns < _LATEST_NS
        and (event.sent_bytes is None or event.sent_bytes >= 0)
        and 0 <= event.sampled <= 1
        and all(tally.hits >= 0 for tally in event.tallies)
    )


def json_line(value: Any) -> bytes:
    """Any record as one line of JSON, for machines that read what guanjin prints."""
    return msgspec.json.encode(value)
