from typing import Any

import msgspec
import pytest

from wire.codec import SCHEMA, decode, encode
from wire.events import Content, Direction, Endpoint, Tally, TransferEvent
from wire.faults import MalformedError
from wire.kinds import Grade, Kind
from wire.places import Place, Region
from wire.subjects import Subjects


def an_event() -> TransferEvent:
    end = Endpoint("10.0.0.1", 5000, "", Place(Region.PRIVATE))
    return TransferEvent(
        event_id="0" * 32,
        agent="probe",
        organisation="",
        begun_ns=1,
        ended_ns=2,
        direction=Direction.PUSH,
        protocol="http",
        origin=end,
        target=end,
        sent_bytes=None,
        sampled=1.0,
        content=Content.SEEN,
        tallies=(Tally(Kind("email"), Grade.GENERAL, 3, Subjects.of({"email": range(3)}), ("a***@b.example",)),),
    )


def test_decoding_undoes_encoding() -> None:
    assert decode(encode(an_event())) == an_event()


@pytest.mark.parametrize("content", [b"", b"\x00", b"\xc1", encode(an_event())[:-1]])
def test_bytes_that_are_no_event_are_malformed(content: bytes) -> None:
    with pytest.raises(MalformedError):
        decode(content)


@pytest.mark.parametrize(
    "changes",
    [
        {"begun_ns": -1}, {"begun_ns": 1 << 63}, {"ended_ns": 1 << 63}, {"sent_bytes": -1}, {"sampled": 1.5},
        {"sampled": float("nan")}, {"tallies": (Tally(Kind("email"), Grade.GENERAL, -1),)},
    ],
)  # fmt: skip
def test_an_event_that_cannot_be_is_malformed(changes: dict[str, Any]) -> None:
    with pytest.raises(MalformedError, match="cannot be"):
        decode(encode(msgspec.structs.replace(an_event(), **changes)))


def test_an_unknown_schema_is_told_by_its_number() -> None:
    foreign = msgspec.msgpack.encode([SCHEMA + 2, {}])
    with pytest.raises(MalformedError, match=f"schema {SCHEMA + 2}"):
        decode(foreign)
