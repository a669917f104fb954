"""Envelopes: about 200 records in one zstd frame, the unit of delivery, acknowledgement and deduplication.

``(agent, epoch, sequence)`` names an envelope for ever: an epoch is one opening of an agent's spool, in which
sequences count up from one and are never used twice. Each schema only adds: a record may have fields that its reader
does not know, and lack those that it does. So a reader understands one schema older and one newer than its own.
"""

from typing import Annotated, Final

import msgspec
import zstandard

from wire import codec
from wire.codec import UNREADABLE
from wire.coverage import Coverage
from wire.events import TransferEvent
from wire.faults import GuanjinError, MalformedError
from wire.kinds import Grade

SCHEMA: Final = 1
"""Number of the envelope's schema; a change that one schema older cannot bear takes two steps."""

MOST_BYTES: Final = 32 << 20
"""Bytes of an envelope once decompressed."""
MOST_ITEMS: Final = 10_000

SCHEMA_HEADER: Final = "guanjin-schema"
AGENT_HEADER: Final = "guanjin-agent"
EPOCH_HEADER: Final = "guanjin-epoch"
SEQUENCE_HEADER: Final = "guanjin-sequence"
MEDIA_TYPE: Final = "application/vnd.guanjin.envelope"
PATH: Final = "/v1/envelopes"
"""Where a collector takes envelopes by POST, one frame a body. 2xx: durable. 400, 413, 422: never to come again.
429, 503 (Retry-After is honoured) and all else: later."""

_MOST_NAME: Final = 256
_LATEST: Final = 1 << 63
_LEVEL: Final = 3


class UnknownSchemaError(GuanjinError):
    """An envelope that a later version will read: set it aside, do not drop it.

    Args:
        schema: the number it bears.
        content: the envelope as it came.
    """

    def __init__(self, schema: int, content: bytes) -> None:
        super().__init__(f"envelope schema {schema} is unknown here (this version reads {SCHEMA - 1} to {SCHEMA + 1})")
        self.schema: Final = schema
        self.content: Final = content


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Records that an agent made and that will never come: a loss that is told is not a silence."""

    agent: str
    epoch: str
    """Epoch of what is missing, which need not be that of the envelope that tells it."""
    from_sequence: int
    count: int = 1
    """Envelopes missing from there on; 0 where a single record of an envelope is."""
    items: int | None = None
    """Records in them; None if nobody can say."""
    reason: str = ""
    grade: Grade | None = None
    """The gravest of what is missing; None if nothing graded, or nobody can say."""
    from_ns: int = 0
    """The times between which something is missing; both 0 if nobody can say."""
    until_ns: int = 0


Item = TransferEvent | Coverage | Gap


class SetAside(msgspec.Struct, frozen=True):
    """A record of an envelope that could not be read; the others could."""

    position: int
    reason: str
    content: bytes


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Records of one agent on their way, in the order in which they were made."""

    agent: str
    epoch: str
    sequence: int
    items: tuple[Item, ...]
    schema: int = SCHEMA
    set_aside: tuple[SetAside, ...] = ()
    """Filled by the reader only; never sent."""


class _Sent(msgspec.Struct, frozen=True, array_like=True):
    """The envelope as it is sent: each record apart, so that one that is damaged does not take the others along."""

    schema: int
    agent: str
    epoch: str
    sequence: int
    items: Annotated[list[tuple[str, bytes]], msgspec.Meta(max_length=MOST_ITEMS)]
    """Bounded before they are read: an empty record takes two bytes of the frame and a hundred of memory."""


class _Schema(msgspec.Struct, frozen=True, array_like=True):
    schema: int


_encoder: Final = msgspec.msgpack.Encoder()
_sent: Final = msgspec.msgpack.Decoder(_Sent)
_schemas: Final = msgspec.msgpack.Decoder(_Schema)
_coverages: Final = msgspec.msgpack.Decoder(Coverage)
_gaps: Final = msgspec.msgpack.Decoder(Gap)


def encode(envelope: Envelope) -> bytes:
    """The envelope as one zstd frame that declares its size."""
    items = [_pack(item) for item in envelope.items]
    sent = _Sent(envelope.schema, envelope.agent, envelope.epoch, envelope.sequence, items)
    return zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(_encoder.encode(sent))


def decode(content: bytes, most_bytes: int = MOST_BYTES) -> Envelope:
    """The envelope behind the bytes; a record in it that cannot be read is set aside, not dropped.

    Raises:
        MalformedError: not an envelope, or one that is larger than ``most_bytes``.
        UnknownSchemaError: an envelope of a version too far from this one.
    """
    packed = _decompressed(content, most_bytes)
    try:
        schema = _schemas.decode(packed).schema
        if abs(schema - SCHEMA) > 1:
            raise UnknownSchemaError(schema, content)
        sent = _sent.decode(packed)
    except UNREADABLE as error:
        raise MalformedError("not an envelope") from error
    if not _is_possible(sent):
        raise MalformedError("an envelope with a name, a number or a size that cannot be")
    items: list[Item] = []
    set_aside: list[SetAside] = []
    for position, (kind, body) in enumerate(sent.items):
        try:
            items.append(_unpack(kind, body))
        except MalformedError as error:
            set_aside.append(SetAside(position, error.what, body))
    return Envelope(
        agent=sent.agent,
        epoch=sent.epoch,
        sequence=sent.sequence,
        items=tuple(items),
        schema=sent.schema,
        set_aside=tuple(set_aside),
    )


def headers(envelope: Envelope) -> dict[str, str]:
    """What a transport says beside the frame, so that a reader need not open it."""
    return {
        SCHEMA_HEADER: str(envelope.schema),
        AGENT_HEADER: envelope.agent,
        EPOCH_HEADER: envelope.epoch,
        SEQUENCE_HEADER: str(envelope.sequence),
    }


def _decompressed(content: bytes, most_bytes: int) -> bytes:
    """The size is asked of the frame first: the library ignores its own limit where a frame declares one."""
    try:
        size = zstandard.get_frame_parameters(content).content_size
        if size == zstandard.CONTENTSIZE_UNKNOWN:
            raise MalformedError("an envelope that does not declare its size")
        if size > most_bytes:
            raise MalformedError(f"an envelope of {size} bytes; at most {most_bytes} are read")
        return zstandard.ZstdDecompressor().decompress(content, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise MalformedError("not a zstd frame") from error


def _pack(item: Item) -> tuple[str, bytes]:
    match item:
        case TransferEvent():
            return "event", codec.encode(item)
        case Coverage():
            return "coverage", _encoder.encode(item)
        case Gap():
            return "gap", _encoder.encode(item)


def _unpack(kind: str, body: bytes) -> Item:
    try:
        match kind:
            case "event":
                return codec.decode(body)
            case "coverage":
                return _coverages.decode(body)
            case "gap":
                return _checked(_gaps.decode(body))
            case _:
                raise MalformedError("a kind of record that is unknown here")
    except UNREADABLE as error:
        raise MalformedError(f"not a {kind} record") from error


def _checked(gap: Gap) -> Gap:
    numbers = (gap.from_sequence, gap.count, gap.items or 0, gap.from_ns, gap.until_ns)
    if not all(0 <= number < _LATEST for number in numbers) or max(len(gap.agent), len(gap.epoch)) > _MOST_NAME:
        raise MalformedError("a gap with a name or a number that cannot be")
    return gap


def _is_possible(sent: _Sent) -> bool:
    return 0 < len(sent.agent) <= _MOST_NAME and 0 < len(sent.epoch) <= _MOST_NAME and 0 <= sent.sequence < _LATEST
