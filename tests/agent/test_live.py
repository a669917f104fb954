from collections.abc import Iterator
import socket
import struct

import numpy as np
import pytest

from agent.headers import parse_headers
from agent.inlets.live import LiveSource, ScapySource, open_live
from tests.agent.packets import udp
from wire.faults import ConfigurationError

FRAME = bytes(12) + struct.pack(">HHHHH", 0x88A8, 55, 0x8100, 66, 0x0800)


def may_listen() -> bool:
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()
    except (AttributeError, PermissionError):
        return False
    return True


pytestmark = pytest.mark.skipif(not may_listen(), reason="listening needs Linux and CAP_NET_RAW")


@pytest.fixture
def port() -> Iterator[int]:
    """A port of loopback that is nobody else's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def send(port: int, *contents: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for content in contents:
            sender.sendto(content, ("127.0.0.1", port))


def listen(source: LiveSource | ScapySource, port: int, count: int) -> list[tuple[int, bytes, int]]:
    """VLAN tags, payload and time of so many packets to a port; stops after twenty batches in a row without one."""
    found: list[tuple[int, bytes, int]] = []
    idle = 0
    for batch in source:
        rows = parse_headers(batch)
        mine = np.flatnonzero((rows["fault"] == 0) & (rows["target_port"] == port))
        for at in mine:
            begin, length = int(rows["payload"][at]), int(rows["payload_length"][at])
            content = batch.data[begin : begin + length].tobytes()
            found.append((int(rows["vlan"][at]), content, int(batch.time_ns[at])))
        idle = 0 if len(mine) else idle + 1
        if len(found) >= count or idle == 20:
            source.close()
    return found


def test_what_is_sent_on_loopback_is_seen_once_and_in_order(port: int) -> None:
    contents = [bytes([at]) * (at * 7) for at in range(200)]
    with LiveSource("lo") as source:
        send(port, *contents)
        found = listen(source, port, len(contents))
        received, dropped = source.statistics()
    assert [content for _, content, _ in found] == contents
    assert received >= 2 * len(contents)
    assert dropped == 0
    assert [time_ns for *_, time_ns in found] == sorted(time_ns for *_, time_ns in found)


def test_a_vlan_tag_that_the_kernel_took_off_is_put_back(port: int) -> None:
    frame = FRAME + udp(("127.0.0.1", 9), ("127.0.0.1", port), b"tagged")
    source = open_live("lo")
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
        sender.bind(("lo", 0))
        sender.send(frame)
        found = listen(source, port, 1)
    assert [(vlan, content) for vlan, content, _ in found] == [(55 << 12 | 66, b"tagged")]


def test_a_quiet_interface_gives_empty_batches_and_a_full_ring_counts_its_drops(port: int) -> None:
    with LiveSource("lo", ring_bytes=1) as source:
        batches = iter(source)
        next(batches)
        send(port, *[bytes(60_000)] * 100)
        assert source.statistics()[1] > 0
        source.close()
        list(batches)
    assert source.statistics()[1] > 0


def test_scapy_sees_the_same(port: int) -> None:
    source = ScapySource("lo")
    send(port, b"one", b"two")
    found = listen(source, port, 2)
    assert {content for _, content, _ in found} == {b"one", b"two"}
    assert source.statistics()[0] >= 2


@pytest.mark.parametrize("source", [LiveSource, ScapySource])
def test_an_interface_that_is_not_there_is_said_so(source: type[LiveSource | ScapySource]) -> None:
    with pytest.raises(ConfigurationError, match="cannot read nowhere0"):
        source("nowhere0")
