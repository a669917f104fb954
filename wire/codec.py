"""Bytes and events: every schema ever sent stays readable."""

from typing import Any, Final

import msgspec

from wire.events import TransferEvent
from wire.faults import MalformedError

SCHEMA: Final = 1
"""Number of the event's schema; a new one comes with a function that lifts the old."""


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
        MalformedError: not an event, or of a schema that this version does not know.
    """
    try:
        envelope = _envelopes.decode(content)
        if envelope.schema != SCHEMA:
            raise MalformedError(f"event schema {envelope.schema} is unknown here (this version reads {SCHEMA})")
        return _events.decode(envelope.event)
    except msgspec.DecodeError as error:
        raise MalformedError("not a transfer event") from error


def json_line(value: Any) -> bytes:
    """Any record as one line of JSON, for machines that read what guanjin prints."""
    return msgspec.json.encode(value)
