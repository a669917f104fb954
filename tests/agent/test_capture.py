from collections.abc import Iterator
import struct

import pytest

from agent.batch import Link
from agent.build import protocol_decoders
from agent.capture import CaptureReader
from agent.dissect import Dissector
from agent.geo import Located, MmdbLocator
from agent.names import Names
from agent.sighting import Party, Sighting
from tests.agent.packets import ACK, FIN, PSH, SYN, a_batch, tcp, udp

INSIDE, ABROAD = "10.0.0.5", "8.8.8.8"
RESOLVER = ("114.114.114.114", 53)
REQUEST = b"POST /up HTTP/1.1\r\nHost: api.example\r\nContent-Length: 4\r\n\r\nbody"
LOCATOR = MmdbLocator()


def locate(party: Party) -> Located:
    return LOCATOR.locate(party.address)


def a_reader(**changes: float) -> tuple[CaptureReader, Names]:
    names = Names()
    dissector = Dissector(protocol_decoders(), int(changes.get("most_open", 64)))
    domestic, rate = int(changes.get("domestic", 0)), changes.get("rate", 1.0)
    return CaptureReader(locate, dissector, names, rate=rate, most_domestic=domestic, seed=7), names


def an_upload(port: int, *, server: str = ABROAD, is_closed: bool = True) -> list[bytes]:
    here, there = (INSIDE, port), (server, 80)
    packets = [
        tcp(here, there, 0, SYN),
        tcp(there, here, 0, SYN | ACK),
        tcp(here, there, 1, PSH | ACK, REQUEST),
        tcp(there, here, 1, PSH | ACK, b"HTTP/1.1 204 No Content\r\n\r\n"),
    ]
    ends = [tcp(here, there, 1 + len(REQUEST), FIN | ACK), tcp(there, here, 28, FIN | ACK)]
    return packets + ends * is_closed


def an_answer(port: int, name: bytes, address: bytes) -> list[bytes]:
    question = b"".join(bytes([len(label)]) + label for label in name.split(b".")) + b"\0\0\1\0\1"
    record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + address
    return [
        udp((INSIDE, port), RESOLVER, struct.pack(">6H", 1, 0x100, 1, 0, 0, 0) + question),
        udp(RESOLVER, (INSIDE, port), struct.pack(">6H", 1, 0x8180, 1, 1, 0, 0) + question + record),
    ]


def read(reader: CaptureReader, packets: list[bytes]) -> list[Sighting]:
    def sightings() -> Iterator[Sighting]:
        yield from reader.read(
            a_batch(packets, link=Link.RAW, times=[row * 1_000 for row in range(len(packets))]), "eth0"
        )
        yield from reader.finish("eth0")

    return list(sightings())


def test_an_upload_is_heard_and_counted() -> None:
    reader, _ = a_reader()
    *said, counted = read(reader, an_upload(5_000))
    assert said[0].server.host == "api.example"
    assert b"".join(payload.content for one in said for payload in one.payloads if payload.where == "body") == b"body"
    assert (counted.client_bytes, counted.server_bytes, counted.is_total, counted.is_closed) == (
        len(REQUEST),
        27,
        True,
        True,
    )
    assert len({sighting.conversation for sighting in (*said, counted)}) == 1
    assert reader.totals.conversations == {"outbound": 1}


def test_domestic_conversations_are_counted_told_only_as_far_as_wanted_and_never_heard() -> None:
    reader, _ = a_reader(domestic=2)
    packets = [packet for port in range(5_000, 5_005) for packet in an_upload(port, server="114.114.114.114")]
    sightings = read(reader, packets)
    assert [sighting.payloads for sighting in sightings] == [(), ()]
    assert reader.totals.conversations == {"domestic": 5}


def test_names_are_learnt_from_answers_however_many_there_are() -> None:
    reader, names = a_reader(most_open=4)
    packets = [
        packet
        for port in range(5_000, 5_200)
        for packet in an_answer(port, b"far.example", bytes([9, 9, 9, port % 200]))
    ]
    assert read(reader, packets) == []
    assert names.of("9.9.9.7") == "far.example"
    assert reader.faults == {}


def test_what_is_finished_makes_room_for_what_begins() -> None:
    reader, _ = a_reader(most_open=4)
    bodies = 0
    for port in range(5_000, 5_040):
        sightings = reader.read(a_batch(an_upload(port), link=Link.RAW, times=[port * 1_000] * 6), "eth0")
        bodies += sum(payload.where == "body" for one in sightings for payload in one.payloads)
    assert bodies == 40
    assert reader.faults == {}


def test_what_was_not_drawn_is_counted_and_said_to_be_unseen() -> None:
    reader, _ = a_reader(rate=0.5)
    sightings = read(reader, [packet for port in range(5_000, 5_100) for packet in an_upload(port)])
    totals = [sighting for sighting in sightings if sighting.is_total]
    assert len(totals) == 100
    assert {sighting.client_bytes for sighting in totals} == {len(REQUEST)}
    assert 20 < sum(sighting.unseen_client for sighting in totals) < 80


@pytest.mark.parametrize("order", ["as it was", "backwards"])
def test_a_server_that_seemed_the_client_is_turned_round(order: str) -> None:
    """Without a handshake the ports lie here: the one who asks has the lower one."""
    here, there = (INSIDE, 80), (ABROAD, 40_000)
    packets = [tcp(here, there, 1, PSH | ACK, REQUEST), tcp(there, here, 1, PSH | ACK, b"HTTP/1.1 204 No\r\n\r\n")]
    reader, _ = a_reader()
    sightings = read(reader, packets if order == "as it was" else packets[::-1])
    assert {sighting.client.address for sighting in sightings if sighting.payloads} == {INSIDE}
    assert sum(sighting.client_bytes or 0 for sighting in sightings) == len(REQUEST)
