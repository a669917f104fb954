from ipaddress import ip_address
from pathlib import Path
import shutil
import struct
import subprocess

from hypothesis import given, settings
from hypothesis import strategies as st
import numpy as np
import pytest

from agent.batch import Fault, Link
from agent.headers import parse_headers
from agent.inlets.pcap import CaptureFile
from tests.agent.packets import ACK, PSH, a_batch, ip, tcp, udp

CAPTURES = Path(__file__).parents[1] / "captures" / "public"
CLIENT, SERVER = ("39.1.2.3", 50000), ("10.0.0.1", 80)
CLIENT6, SERVER6 = ("2001:db8::1:2", 50000), ("2001:db8::9", 80)
V4 = tcp(CLIENT, SERVER, 77, PSH | ACK, b"hello")
V6 = tcp(CLIENT6, SERVER6, 77, PSH | ACK, b"hello")
MACS = bytes(12)


def one(packet: bytes, link: int = Link.RAW, wire: int | None = None) -> tuple[np.void, bytes]:
    batch = a_batch([packet], link=link, wire=None if wire is None else [wire])
    row = parse_headers(batch)[0]
    begin = row["payload"]
    return row, batch.data[begin : begin + row["payload_length"]].tobytes()


def tag(kind: int, vlan: int) -> bytes:
    return struct.pack(">HH", kind, vlan | 0xE000)


@pytest.mark.parametrize(
    ("link", "before", "packet", "vlan"),
    [
        (Link.RAW, b"", V4, 0),
        (Link.RAW, b"", V6, 0),
        (Link.IPV4, b"", V4, 0),
        (Link.IPV6, b"", V6, 0),
        (Link.NULL, b"\x02\0\0\0", V4, 0),
        (Link.NULL, b"\0\0\0\x02", V4, 0),
        (Link.NULL, b"\x1e\0\0\0", V6, 0),
        (Link.NULL, b"\0\0\0\x1c", V6, 0),
        (Link.NULL, b"\x0a\0\0\0", V6, 0),
        (Link.LOOP, b"\0\0\0\x18", V6, 0),
        (Link.LOOP, b"\0\0\0\x02", V4, 0),
        (Link.LINUX_SLL, bytes(14) + b"\x08\x00", V4, 0),
        (Link.LINUX_SLL, bytes(14) + tag(0x8100, 9)[:2] + b"\0\x09\x86\xdd", V6, 9),
        (Link.LINUX_SLL2, b"\x86\xdd" + bytes(18), V6, 0),
        (Link.ETHERNET, MACS + b"\x08\x00", V4, 0),
        (Link.ETHERNET, MACS + tag(0x8100, 5) + b"\x86\xdd", V6, 5),
        (Link.ETHERNET, MACS + tag(0x88A8, 5) + tag(0x8100, 4095) + b"\x08\x00", V4, 5 << 12 | 4095),
        (Link.ETHERNET, MACS + tag(0x9100, 1) + tag(0x9100, 2) + tag(0x8100, 3) + b"\x08\x00", V4, 1 << 12 | 2),
    ],
)
def test_every_link_leads_to_the_same_packet(link: int, before: bytes, packet: bytes, vlan: int) -> None:
    row, payload = one(before + packet, link)
    assert (row["fault"], row["vlan"], row["sequence"], row["flags"], payload) == (0, vlan, 77, PSH | ACK, b"hello")
    assert (row["source_port"], row["target_port"], row["wire_payload_length"]) == (50000, 80, 5)
    expected = CLIENT[0] if row["version"] == 4 else CLIENT6[0]
    assert int(row["source_high"]) << 64 | int(row["source_low"]) == int(ip_address(expected))


@pytest.mark.parametrize(
    ("packet", "payload", "wire"),
    [
        (udp(CLIENT, SERVER, b"query"), b"query", 5),
        (ip("10.0.0.1", "10.0.0.2", 17, struct.pack(">HHHH", 1, 2, 0, 0) + b"no length"), b"no length", 9),
        (b"\x46" + V4[1:3] + b"\x31" + V4[4:20] + b"\x94\x04\0\0" + V4[20:], b"hello", 5),
        (V4[:2] + b"\0\0" + V4[4:], b"hello", 5),
        (V4 + b"\0" * 6, b"hello", 5),
        (V6 + b"\0" * 6, b"hello", 5),
        (ip(CLIENT6[0], SERVER6[0], 0, b"\x3c\0" + bytes(6) + b"\x2b\0" + bytes(6) + b"\x06\0" + bytes(6) + V6[40:]),
         b"hello", 5),
        (ip(CLIENT6[0], SERVER6[0], 44, b"\x06\0\0\0\0\0\0\x07" + V6[40:]), b"hello", 5),
        (ip(CLIENT6[0], SERVER6[0], 51, b"\x06\x04" + bytes(22) + V6[40:]), b"hello", 5),
    ],
    ids=["udp", "udp_without_length", "options", "offload", "padding", "padding6", "extensions", "atomic", "ah"],
)  # fmt: skip
def test_the_payload_is_found_and_padding_is_none(packet: bytes, payload: bytes, wire: int) -> None:
    row, found = one(packet)
    assert (row["fault"], found, row["wire_payload_length"]) == (0, payload, wire)


def test_a_short_snap_length_keeps_the_length_on_the_wire() -> None:
    row, payload = one(V4[:-3], wire=len(V4))
    assert (row["fault"], payload, row["wire_payload_length"]) == (0, b"he", 5)
    row, payload = one(V4[:36], wire=len(V4))
    assert (row["fault"], payload, row["wire_payload_length"], row["sequence"]) == (0, b"", 5, 77)


def test_a_first_fragment_counts_for_the_whole_datagram() -> None:
    whole = udp(CLIENT, SERVER, bytes(3000))[20:]
    row, payload = one(ip(CLIENT[0], SERVER[0], 17, whole[:1480], fragment=0x2000))
    assert (row["fault"], len(payload), row["wire_payload_length"], row["flags"]) == (0, 1472, 3000, 0)
    row, _ = one(ip(CLIENT[0], SERVER[0], 17, whole[1480:], fragment=185))
    assert (row["fault"], row["source_low"], row["payload_length"]) == (Fault.FRAGMENT, int(ip_address(CLIENT[0])), 0)


@pytest.mark.parametrize(
    ("packet", "link", "fault"),
    [
        (b"", Link.ETHERNET, Fault.TRUNCATED),
        (b"", Link.RAW, Fault.TRUNCATED),
        (b"\x02\0\0", Link.NULL, Fault.TRUNCATED),
        (V4, 147, Fault.LINK),
        (MACS + b"\x08\x06" + bytes(28), Link.ETHERNET, Fault.NOT_IP),
        (b"\x07\0\0\0" + V4, Link.NULL, Fault.NOT_IP),
        (b"\x02\x02\0\0" + V4, Link.NULL, Fault.NOT_IP),
        (b"\xff" + V4, Link.RAW, Fault.NOT_IP),
        (MACS + b"\x81\0\0", Link.ETHERNET, Fault.TRUNCATED),
        (MACS + b"\x81\0\0\x05\x81\0" * 9 + V4, Link.ETHERNET, Fault.NOT_IP),
        (MACS + b"\x08\x00" + V6, Link.ETHERNET, Fault.MALFORMED),
        (MACS + b"\x86\xdd" + V4, Link.ETHERNET, Fault.MALFORMED),
        (V4[:19], Link.RAW, Fault.TRUNCATED),
        (V4[:33], Link.RAW, Fault.TRUNCATED),
        (V6[:39], Link.RAW, Fault.TRUNCATED),
        (b"\x44" + V4[1:], Link.RAW, Fault.MALFORMED),
        (V4[:2] + b"\0\x13" + V4[4:], Link.RAW, Fault.MALFORMED),
        (V4[:2] + b"\0\x27" + V4[4:], Link.RAW, Fault.MALFORMED),
        (V4[:32] + b"\x40" + V4[33:], Link.RAW, Fault.MALFORMED),
        (V4[:32] + b"\xf0" + V4[33:], Link.RAW, Fault.MALFORMED),
        (ip("1.1.1.1", "2.2.2.2", 17, b"\0\1\0\2\0\x07\0\0"), Link.RAW, Fault.MALFORMED),
        (ip("1.1.1.1", "2.2.2.2", 17, b"\0\1\0\2\0\x09\0\0"), Link.RAW, Fault.MALFORMED),
        (ip("1.1.1.1", "2.2.2.2", 1, bytes(8)), Link.RAW, Fault.TRANSPORT),
        (ip("::1", "::2", 59, b""), Link.RAW, Fault.TRANSPORT),
        (ip("::1", "::2", 0, b"\0\0" + bytes(6)), Link.RAW, Fault.MALFORMED),
        (ip("::1", "::2", 0, (b"\0\0" + bytes(6)) * 20), Link.RAW, Fault.MALFORMED),
        (ip("::1", "::2", 44, b"\x06\0\0\x08" + bytes(4) + V6[40:]), Link.RAW, Fault.FRAGMENT),
    ],
)  # fmt: skip
def test_a_packet_that_cannot_be_read_says_why(packet: bytes, link: int, fault: Fault) -> None:
    row, payload = one(packet, link)
    assert (Fault(row["fault"]), payload) == (fault, b"")


def test_no_packets_give_no_rows() -> None:
    assert len(parse_headers(a_batch([]))) == 0


links = st.sampled_from([*Link, 12345])
sound = st.sampled_from(
    [
        MACS + b"\x08\x00" + V4,
        MACS + b"\x86\xdd" + V6,
        V4,
        V6,
        udp(CLIENT, SERVER, b"x" * 30),
        bytes(14) + b"\x08\0" + V4,
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    packet = bytearray(draw(sound))
    for at in draw(st.lists(st.integers(0, len(packet) - 1), max_size=6)):
        packet[at] = draw(st.integers(0, 255))
    return bytes(packet[: draw(st.integers(0, len(packet)))])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.binary(max_size=120) | damaged(), links, st.integers(0, 70_000)), min_size=1, max_size=8))
def test_no_bytes_lead_out_of_their_packet(packets: list[tuple[bytes, int, int]]) -> None:
    for packet, link, wire in packets:
        batch = a_batch([packet], link=link, wire=[wire])
        row = parse_headers(batch)[0]
        begin, end = int(batch.start[0]), int(batch.start[0] + batch.length[0])
        assert begin <= row["payload"] <= row["payload"] + row["payload_length"] <= end
        assert 0 <= row["payload_length"] <= max(row["wire_payload_length"], 0)
        assert row["fault"] in list(Fault)
        assert row["fault"] == 0 or row["payload_length"] == 0


@pytest.mark.service
@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize("name", sorted(path.name for path in CAPTURES.glob("*.pcap*") if "vxlan" not in path.name))
def test_tshark_reads_the_same_lengths_and_sequences(name: str) -> None:
    fields = ["ip.src", "ipv6.src", "tcp.srcport", "udp.srcport", "tcp.len", "udp.length", "tcp.seq_raw"]
    command = ["tshark", "-r", str(CAPTURES / name), "-T", "fields", "-E", "occurrence=f"]
    command += [argument for field in fields for argument in ("-e", field)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    (batch,) = CaptureFile(CAPTURES / name)
    rows = parse_headers(batch)
    on_wire = batch.start + batch.wire_length - rows["payload"]  # where a frame ends before its IP packet, tshark stops
    assert len(told) == len(rows)
    for line, row, most in zip(told, rows, on_wire, strict=True):
        v4, v6, tcp_port, udp_port, tcp_length, udp_length, sequence = (line + "\t" * 7).split("\t")[:7]
        if row["fault"]:
            assert not tcp_port + udp_port
            continue
        source = int(row["source_high"]) << 64 | int(row["source_low"])
        assert source == int(ip_address(v4 or v6))
        assert row["source_port"] == int(tcp_port or udp_port)
        assert min(row["wire_payload_length"], most) == (int(tcp_length) if tcp_length else int(udp_length) - 8)
        assert not sequence or row["sequence"] == int(sequence)
