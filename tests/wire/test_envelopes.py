from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import msgspec
import pytest
import zstandard

from collector.law.examples import an_event
from wire import codec
from wire.coverage import Coverage
from wire.envelopes import SCHEMA, Envelope, Gap, Item, UnknownSchemaError, decode, encode, headers
from wire.faults import MalformedError
from wire.kinds import Grade

EVENT = an_event()
COVERAGE = Coverage(agent="probe", started_ns=1, seen_ns=2, version="1", events=3)
GAP = Gap(agent="probe", epoch="e", from_sequence=7, count=2, items=9, reason="full", grade=Grade.SENSITIVE)


def an_envelope(*items: Item) -> Envelope:
    return Envelope(agent="probe", epoch="5f", sequence=4, items=items)


def frame(*fields: Any) -> bytes:
    return zstandard.compress(msgspec.msgpack.encode(fields))


@pytest.mark.parametrize("items", [(), (EVENT,), (EVENT, COVERAGE, GAP, EVENT)])
def test_decoding_undoes_encoding(items: tuple[Item, ...]) -> None:
    assert decode(encode(an_envelope(*items))) == an_envelope(*items)


@given(st.data())
def test_damage_is_malformed_and_never_another_envelope(data: st.DataObject) -> None:
    content = bytearray(encode(an_envelope(EVENT, GAP)))
    if data.draw(st.booleans()):
        content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    else:
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    with suppress(MalformedError):
        assert decode(bytes(content)) == an_envelope(EVENT, GAP)


@given(st.binary(max_size=200))
def test_rubbish_is_malformed(content: bytes) -> None:
    for attempt in (content, zstandard.compress(content)):
        with pytest.raises(MalformedError):
            decode(attempt)


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    bomb = zstandard.compress(bytes(64 << 20))
    assert len(bomb) < 10_000
    with pytest.raises(MalformedError, match="67108864 bytes"):
        decode(bomb)
    unsized = zstandard.ZstdCompressor().compressobj()
    with pytest.raises(MalformedError, match="does not declare"):
        decode(unsized.compress(bytes(1 << 20)) + unsized.flush())


def test_two_frames_are_not_one_envelope() -> None:
    with pytest.raises(MalformedError):
        decode(encode(an_envelope()) * 2)


@pytest.mark.parametrize("schema", [SCHEMA - 1, SCHEMA + 1])
def test_one_version_older_and_newer_is_read(schema: int) -> None:
    told = msgspec.to_builtins(EVENT, builtin_types=(bytes,))
    newer = {**told, "mood": {"of": ["tomorrow"]}}
    older = {name: value for name, value in told.items() if name not in {"line", "ruleset"}}
    bodies = [
        ("event", msgspec.msgpack.encode([schema, newer if schema > SCHEMA else older])),
        ("gap", msgspec.msgpack.encode({"agent": "a", "epoch": "e", "from_sequence": 1, "mood": 1})),
    ]
    extra = ("more",) if schema > SCHEMA else ()
    read = decode(frame(schema, "probe", "5f", 4, bodies, *extra))
    assert read.items == (EVENT, Gap(agent="a", epoch="e", from_sequence=1))
    assert (read.schema, read.set_aside) == (schema, ())


@pytest.mark.parametrize("schema", [SCHEMA - 2, SCHEMA + 2])
def test_a_version_too_far_is_given_back_whole(schema: int) -> None:
    content = frame(schema, {"quite": "different"})
    with pytest.raises(UnknownSchemaError, match=str(schema)) as refused:
        decode(content)
    assert refused.value.content == content


def test_a_record_that_cannot_be_read_does_not_take_the_others_along() -> None:
    event = ("event", codec.encode(EVENT))
    bad = [
        ("event", b"\x00"),
        ("dream", b"\x90"),
        ("gap", msgspec.msgpack.encode({**msgspec.to_builtins(GAP), "count": -1})),
    ]
    read = decode(frame(SCHEMA, "probe", "5f", 4, [bad[0], event, bad[1], bad[2], event]))
    assert read.items == (EVENT, EVENT)
    assert [(one.position, one.content) for one in read.set_aside] == [(0, b"\x00"), (2, b"\x90"), (3, bad[2][1])]
    assert all(one.reason for one in read.set_aside)


@pytest.mark.parametrize(
    "fields",
    [("", "5f", 4, []), ("probe", "", 4, []), ("probe", "5f", -1, []), ("probe", "5f", 1 << 63, []),
     ("p" * 300, "5f", 4, [])],
)  # fmt: skip
def test_an_envelope_that_cannot_be_is_malformed(fields: tuple[Any, ...]) -> None:
    with pytest.raises(MalformedError, match="cannot be"):
        decode(frame(SCHEMA, *fields))


@pytest.mark.parametrize(
    "packed",
    [b"\x92\x01" + b"\x91" * 100_000 + b"\x01", b"\x95\x01\xa1a\xa1b\x01" + b"\x91" * 100_000 + b"\x01",
     b"\x95\x01\xa1\xff\xa1b\x01\x90", msgspec.msgpack.encode((SCHEMA, "probe", "5f", 4, [("gap", b"")] * 10_001))],
    ids=["deep", "deep records", "not UTF-8", "too many records"],
)  # fmt: skip
def test_what_breaks_the_reader_is_malformed(packed: bytes) -> None:
    with pytest.raises(MalformedError, match="not an envelope"):
        decode(zstandard.compress(packed))


@pytest.mark.parametrize("kind", ["event", "coverage", "gap"])
@pytest.mark.parametrize("body", [b"\x81\xa3foo" + b"\x91" * 100_000 + b"\x01", b"\x81\xa5agent\xa1\xff"])
def test_a_record_that_breaks_the_reader_is_set_aside(kind: str, body: bytes) -> None:
    read = decode(frame(SCHEMA, "probe", "5f", 4, [("gap", msgspec.msgpack.encode(GAP)), (kind, body)]))
    assert read.items == (GAP,)
    assert [one.position for one in read.set_aside] == [1]


def test_headers_say_what_a_reader_needs_before_opening() -> None:
    assert headers(an_envelope()) == {
        "guanjin-schema": "1", "guanjin-agent": "probe", "guanjin-epoch": "5f", "guanjin-sequence": "4",
    }  # fmt: skip
