from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
import shutil
import subprocess

import dpkt
from hypothesis import given
from hypothesis import strategies as st
import pytest

from agent.decoder import Message
from agent.decoders.dns import DECODER as DNS
from agent.decoders.http1 import DECODER as HTTP
from agent.decoders.tls import DECODER as TLS
from agent.dissect import Dissector
from agent.streams import Segment
from tests.agent.dialogues import SHELF, content_of, where_of

CAPTURES = Path(__file__).parents[1] / "captures"
QUERY, RESPONSE = DNS.examples[0].client[2:], DNS.examples[0].server[2:]


def a_dissector(most_open: int = 100) -> Dissector:
    return Dissector(SHELF, most_open)


def tell(
    dissector: Dissector, *turns: tuple[bool, bytes], is_udp: bool = False, port: int = 80, client_port: int = 40_000
) -> list[Message]:
    """One flow from its begin to its end."""
    messages: list[Message] = []
    for by_client, content in turns:
        segment = Segment(1, by_client, content, 0)
        messages += dissector.feed(segment, is_udp=is_udp, port=port, client_port=client_port)
    return messages + dissector.close(1)


def test_a_flow_is_read_by_the_decoder_that_knows_it() -> None:
    for decoder in (HTTP, TLS, DNS):
        example = decoder.examples[0]
        messages = tell(a_dissector(), (True, example.client), (False, example.server))
        assert {message.protocol for message in messages} == {decoder.name}
        assert content_of(messages, by_client=True) == example.client_content


@pytest.mark.parametrize("size", [1, 2, 3])
def test_bytes_that_came_before_the_protocol_was_known_are_not_lost(size: int) -> None:
    example = HTTP.examples[0]
    turns = [(True, example.client[at : at + size]) for at in range(0, len(example.client), size)]
    messages = tell(a_dissector(), *turns)
    assert content_of(messages, by_client=True) == example.client_content


def test_a_flow_whose_roles_are_the_wrong_way_round_is_told_so() -> None:
    example = HTTP.examples[0]
    messages = tell(a_dissector(), (True, example.server), (False, example.client))
    assert all(message.is_swapped for message in messages)
    assert content_of(messages, by_client=False) == example.client_content
    assert content_of(messages, by_client=True) == example.server_content
    assert {message.host for message in messages} == {"", example.host}


def test_an_unknown_protocol_is_text_or_unseen() -> None:
    messages = tell(a_dissector(), (True, "ID 11010519491231002X 李雷\r\n".encode() * 200), (False, b"+OK\r\n"))
    assert content_of(messages, by_client=True).count(b"11010519491231002X") == 200
    assert not any(message.unseen_client or message.unseen_server for message in messages)
    messages = tell(a_dissector(), (True, bytes(range(256)) * 8), (False, b"\x00\x01\x02"))
    assert content_of(messages, by_client=True) == bytes(range(256)) * 4  # the head of it
    assert content_of(messages, by_client=False) == b"\x00\x01\x02"
    assert any(message.unseen_client for message in messages)
    assert messages[-1].unseen_server
    assert messages[-1].is_last


def test_text_beyond_the_cap_is_told_unseen() -> None:
    dissector = a_dissector()
    messages = tell(dissector, *[(True, b"x,y,z\n" * 10_000)] * 80)
    assert len(content_of(messages, by_client=True)) == 4 << 20
    assert [message.unseen_client for message in messages].count(True) == 1
    assert dissector.faults == {"stream_stream_limit": 1}


def test_datagrams_go_by_port() -> None:
    for port, client_port in ((53, 40_000), (40_000, 53)):
        messages = tell(
            a_dissector(), (True, QUERY), (False, RESPONSE), is_udp=True, port=port, client_port=client_port
        )
        assert where_of(messages) == [("dns.question", b"www.Example.com")]
        assert messages[-1].names == (("203.0.113.7", "www.example.com"),)
    quic = tell(a_dissector(), (True, b"\xc3\0\0\0\1" + bytes(1200)), is_udp=True, port=443)
    assert [(message.protocol, message.unseen_client, message.is_last) for message in quic] == [("quic", True, True)]
    syslog = tell(a_dissector(), (True, b"<13> 110105"), (True, b"19491231002X"), is_udp=True, port=514)
    assert where_of(syslog) == [("stream", b"<13> 110105\n19491231002X\n")]


def test_what_is_no_dns_on_its_port_is_unseen() -> None:
    dissector = a_dissector()
    messages = tell(dissector, (True, b"tunnel"), (True, QUERY), is_udp=True, port=53)
    assert messages[0].unseen_client
    assert where_of(messages) == [("dns.question", b"www.Example.com")]
    assert dissector.faults == {"dns_malformed": 1}


@pytest.mark.parametrize(
    "loop",
    [b"\xc0\x0c\0\1\0\1", b"\xc0\x0d\0\1\0\1", b"\1a\xc0\x0c\0\1\0\1", b"\x3f" + b"a" * 63 + b"\xff\xff\0\1\0\1"],
)
def test_names_that_point_in_a_circle_are_refused(loop: bytes) -> None:
    dissector = a_dissector()
    tell(dissector, (True, QUERY[:12] + loop), is_udp=True, port=53)
    assert dissector.faults == {"dns_malformed": 1}


def test_addresses_of_other_names_teach_nothing() -> None:
    stranger = b"\x05other\x02cn\0\0\1\0\1\0\0\0\x3c\0\4\xcb\0\x71\x08"
    messages = tell(a_dissector(), (False, RESPONSE[:7] + b"\3" + RESPONSE[8:] + stranger), is_udp=True, port=53)
    assert messages[0].names == (("203.0.113.7", "www.example.com"),)


def test_missing_bytes_are_told_even_if_nothing_else_comes() -> None:
    dissector = a_dissector()
    assert dissector.feed(Segment(1, by_client=True, content=b"", time_ns=0, missing=99), is_udp=False, port=80) == []
    assert any(message.unseen_client for message in dissector.close(1))


def test_behind_the_last_word_nothing_is_read_and_a_dropped_flow_is_forgotten() -> None:
    dissector = a_dissector()
    hello = Segment(1, by_client=True, content=TLS.examples[0].client, time_ns=0)
    assert dissector.feed(hello, is_udp=False, port=443)[-1].is_last
    assert dissector.feed(hello, is_udp=False, port=443) == []
    dissector.drop(1)
    assert len(dissector) == 0
    assert dissector.close(1) == []


def test_flows_beyond_the_bound_are_unseen_and_counted() -> None:
    dissector = a_dissector(most_open=2)
    for flow in range(5):
        messages = dissector.feed(Segment(flow, by_client=True, content=b"GET / H", time_ns=0), is_udp=False, port=80)
        assert (flow >= 2) == any(message.unseen_client and message.is_last for message in messages)
    assert len(dissector) == 2
    assert dissector.faults == {"dialogues_full": 3}


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.binary(max_size=300), st.integers(0, 2)), max_size=30))
def test_no_segments_make_it_raise(segments: list[tuple[int, bool, bytes, int]]) -> None:
    dissector = a_dissector(3)
    for flow, by_client, content, missing in segments:
        dissector.feed(Segment(flow, by_client, content, 0, missing), is_udp=flow == 0, port=(53, 443)[by_client])
    for flow in range(4):
        dissector.close(flow)


LINKS = {0: dpkt.loopback.Loopback, 1: dpkt.ethernet.Ethernet, 113: dpkt.sll.SLL, 276: dpkt.sll2.SLL2}
RAW = 101
READ_AS_TSHARK_DOES = [
    "http-gzip-request-body.pcap", "http-gzip-response.pcap", "http-post-form.pcap", "http-qinq.pcap",
    "http-linux-cooked-v2.pcap", "http-multipart-upload.pcap",
]  # fmt: skip


def messages_of(path: Path) -> list[Message]:
    """What a capture without loss says; retransmissions are left out by their sequence numbers."""
    dissector = a_dissector()
    messages: list[Message] = []
    flows: dict[frozenset[tuple[str, int]], tuple[int, tuple[str, int], int]] = {}
    following: dict[tuple[int, bool], int] = {}
    for source, target, layer in packets_of(path):
        flow, client, port = flows.setdefault(frozenset((source, target)), (len(flows), source, target[1]))
        is_udp, content = isinstance(layer, dpkt.udp.UDP), bytes(layer.data)
        if not is_udp and layer.seq != following.setdefault((flow, source == client), layer.seq):
            continue
        if not is_udp:
            following[flow, source == client] = layer.seq + len(content) + bool(layer.flags & dpkt.tcp.TH_SYN)
        segment = Segment(flow, source == client, content, 0)
        messages += dissector.feed(segment, is_udp=is_udp, port=port, client_port=client[1])
    return messages + [message for flow, _, _ in flows.values() for message in dissector.close(flow)]


def packets_of(path: Path) -> Iterator[tuple[tuple[str, int], tuple[str, int], dpkt.Packet]]:
    with path.open("rb") as file:
        reader = dpkt.pcapng.Reader(file) if path.suffix == ".pcapng" else dpkt.pcap.Reader(file)
        for _, content in reader:
            link = reader.datalink()
            version = dpkt.ip6.IP6 if content[0] >> 4 == 6 else dpkt.ip.IP
            packet = version(content) if link == RAW else LINKS[link](content).data
            layer = getattr(packet, "data", None)
            if isinstance(layer, dpkt.tcp.TCP | dpkt.udp.UDP):
                source, target = str(ip_address(packet.src)), str(ip_address(packet.dst))
                yield (source, layer.sport), (target, layer.dport), layer


def tshark(path: Path, *arguments: str) -> str:
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed")
    command = ["tshark", "-r", str(path), *arguments]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


@pytest.mark.service
@pytest.mark.parametrize("name", READ_AS_TSHARK_DOES)
def test_bodies_of_public_captures_are_those_that_tshark_exports(name: str, tmp_path: Path) -> None:
    path = CAPTURES / "public" / name
    tshark(path, "-Q", "--export-objects", f"http,{tmp_path}")
    expected = [file.read_bytes() for file in tmp_path.iterdir()]
    bodies = [content for where, content in where_of(messages_of(path)) if where.startswith("body")]
    assert all(any(content in whole for whole in expected) for content in bodies)
    assert len(bodies) == len(expected)


@pytest.mark.service
@pytest.mark.parametrize("name", ["tls-ja4.pcap", "http-gzip-response.pcap", "http-post-form.pcap"])
def test_hosts_of_public_captures_are_those_that_tshark_reads(name: str) -> None:
    path = CAPTURES / "public" / name
    fields = ("-e", "http.host", "-e", "tls.handshake.extensions_server_name")
    named = {word for word in tshark(path, "-T", "fields", *fields).split() if word[-1].isalpha()}
    assert {message.host for message in messages_of(path)} - {""} == named


def test_every_bundled_capture_is_read_to_its_end() -> None:
    for path in sorted(CAPTURES.glob("**/*.pcap*")):
        if path.name in ("truncated-ipv4.pcap", "pcapng-multi-interface.pcapng"):
            continue
        assert messages_of(path)
