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


def test_an_unknown_schema_is_told_by_its_number() -> None:
    foreign = msgspec.msgpack.encode([SCHEMA + 1, {}])
    with pytest.raises(MalformedError, match=f"schema {SCHEMA + 1}"):
        decode(foreign)
