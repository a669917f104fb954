from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path
import shutil
import subprocess

from hypothesis import given, settings
from hypothesis import strategies as st
import numpy as np
import pytest

from agent.batch import Link
from agent.flows import FlowTable
from agent.headers import parse_headers
from agent.inlets.pcap import CaptureFile
from agent.streams import Reassembler, Segment
from tests.agent.packets import ACK, FIN, RST, SYN, a_batch, tcp, udp

CAPTURES = Path(__file__).parents[1] / "captures" / "public"
CLIENT, SERVER = ("39.1.2.3", 50000), ("10.0.0.1", 80)
ISN = 0xFFFFFF00
TEXT = bytes(range(256)) * 40


class Bench:
    """A table and a reassembler that read every flow."""

    def __init__(self, memory_bytes: int = 1 << 20) -> None:
        self.table = FlowTable(1024)
        self.reassembler = Reassembler(memory_bytes)
        self.segments: list[Segment] = []

    def see(self, *packets: bytes, wire: Sequence[int] | None = None) -> list[Segment]:
        batch = a_batch(packets, link=Link.RAW, wire=wire)
        rows = parse_headers(batch)
        update = self.table.update(batch.time_ns, rows)
        found = list(self.reassembler.feed(batch, rows, update, np.flatnonzero(update.flow >= 0)))
        self.segments += found
        return found

    def close(self) -> list[Segment]:
        found = [part for slot in self.table.slots().tolist() for part in self.reassembler.close(slot)]
        self.segments += found
        return found

    def told(self, *, by_client: bool = True) -> list[tuple[int, bytes]]:
        return told(segment for segment in self.segments if segment.by_client is by_client)


def told(segments: Iterable[Segment]) -> list[tuple[int, bytes]]:
    """Missing bytes and the content after them, however it was cut."""
    parts: list[tuple[int, bytes]] = []
    for segment in segments:
        if segment.missing or not parts:
            parts.append((segment.missing, b""))
        parts[-1] = (parts[-1][0], parts[-1][1] + segment.content)
    return parts


def said(at: int, content: bytes, flags: int = ACK) -> bytes:
    return tcp(CLIENT, SERVER, ISN + 1 + at, flags, content)


OPENING = tcp(CLIENT, SERVER, ISN, SYN)


@st.composite
def cuts(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Pieces that cover TEXT, some of them more than once, in any order."""
    edges = sorted({0, len(TEXT), *draw(st.lists(st.integers(0, len(TEXT)), max_size=12))})
    pieces = list(pairwise(edges))
    extra = draw(st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(1, 2000)), max_size=6))
    pieces += [(begin, min(begin + size, len(TEXT))) for begin, size in extra]
    return draw(st.permutations(pieces))


@settings(max_examples=60, deadline=None)
@given(cuts(), st.integers(1, 5), st.sampled_from([ACK, FIN | ACK]))
def test_no_order_repetition_or_cut_changes_the_stream(pieces: list[tuple[int, int]], batches: int, last: int) -> None:
    bench = Bench()
    bench.see(OPENING)
    packets = [said(begin, TEXT[begin:end], last if end == len(TEXT) else ACK) for begin, end in pieces]
    for at in range(batches):
        bench.see(*packets[at * len(packets) // batches : (at + 1) * len(packets) // batches])
    assert bench.told() == [(0, TEXT)]
    assert bench.reassembler.conflicts == bench.reassembler.held_bytes == 0
    assert bench.close() == []


numbers = st.integers(0, 0xFFFFFFFF) | st.integers(-5000, 5000) | st.integers(-(1 << 27), 1 << 27)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(numbers, st.integers(0, 31), st.integers(0, 1400), st.integers(0, 2000)), max_size=40))
def test_no_packets_hold_more_than_they_may_or_are_given_twice(packets: list[tuple[int, int, int, int]]) -> None:
    bench = Bench(memory_bytes=20_000)
    sent = 0
    for number, flags, length, cut in packets:
        packet = said(number, b"x" * length, flags)
        bench.see(packet[: max(len(packet) - cut, 40)], wire=[len(packet)])
        sent += length
        assert 0 <= bench.reassembler.held_bytes <= 20_000
    bench.close()
    assert bench.reassembler.held_bytes == 0
    assert sum(len(part.content) for part in bench.segments) <= sent
    assert all(part.missing >= 0 and (part.content or part.missing) for part in bench.segments)


def test_packets_in_order_are_joined_and_both_directions_keep_their_turns() -> None:
    bench = Bench()
    answers = [tcp(SERVER, CLIENT, 900 + at, ACK, b"y" * 10) for at in (0, 10)]
    acknowledged = tcp(SERVER, CLIENT, 900, ACK)
    other = udp(("1.1.1.1", 9), ("2.2.2.2", 53), b"query")
    found = bench.see(OPENING, said(0, b"a" * 5), acknowledged, other, said(5, b"b" * 5), *answers, said(10, b"c"))
    assert [(part.by_client, part.content) for part in found if part.flow == 0] == [
        (True, b"aaaaabbbbb"),
        (False, b"y" * 20),
        (True, b"c"),
    ]
    assert [part.content for part in found if part.flow == 1] == [b"query"]
    assert found[0].time_ns == 1


def test_lost_bytes_are_told_at_the_end_or_when_too_much_waits() -> None:
    bench = Bench()
    bench.see(OPENING, said(0, b"start"), said(105, b"later"))
    assert bench.told() == [(0, b"start")]
    bench.close()
    assert bench.told() == [(0, b"start"), (100, b"later")]
    bench = Bench()
    bench.see(OPENING, *[said(1000 + at * 1400, b"x" * 1400) for at in range(200)])
    assert bench.told() == [(1000, b"x" * 1400 * 200)]
    assert bench.reassembler.faults == {"gap": 1}


def test_a_fin_tells_of_a_lost_end() -> None:
    bench = Bench()
    bench.see(OPENING, said(0, b"start"), said(50, b"", FIN | ACK))
    bench.close()
    assert [(part.missing, part.content) for part in bench.segments] == [(0, b"start"), (45, b"")]


def test_what_the_snap_length_cut_off_is_missing() -> None:
    bench = Bench()
    whole = [said(0, b"a" * 100), said(100, b"b" * 100), said(200, b"c" * 10)]
    bench.see(OPENING, *(packet[:60] for packet in whole), wire=[40, 140, 140, 50])
    bench.close()
    assert bench.told() == [(0, b"a" * 20), (80, b"b" * 20), (80, b"c" * 10)]
    bench = Bench()
    bench.see(OPENING, *(packet[:40] for packet in whole), wire=[40, 140, 140, 50])
    assert [(part.missing, part.content) for part in bench.segments] == [(210, b"")]
    bench = Bench()
    bench.see(udp(CLIENT, SERVER, b"z" * 50)[:48], wire=[78])
    assert [(part.missing, part.content) for part in bench.segments] == [(0, b"z" * 20), (30, b"")]


def test_the_first_copy_wins_and_a_different_second_is_counted() -> None:
    for packets in (
        [said(0, b"GOOD"), said(0, b"EVIL")],
        [said(4, b"GOOD"), said(2, b"xxEVIL"), said(0, b"ok")],
        [said(10, b"GOOD"), said(9, b"_EVIL_"), said(0, b"012345678_")],
    ):
        bench = Bench()
        bench.see(OPENING, *packets)
        content = bench.told()[0][1]
        assert (b"GOOD" in content, b"EVIL" in content) == (True, False)
        assert bench.reassembler.conflicts == 1


def test_a_stream_joined_midway_is_read_from_there() -> None:
    bench = Bench()
    bench.see(said(500, b"middle"), said(506, b" end"), said(100, b"before"))
    assert bench.told() == [(0, b"middle end")]


def test_memory_is_bounded_over_all_flows_and_evictions_are_counted() -> None:
    bench = Bench(memory_bytes=100_000)
    for host in range(50):
        one = (f"39.0.0.{host}", 5000)
        bench.see(tcp(one, SERVER, 0, SYN), *[tcp(one, SERVER, 2 + at, ACK, b"x") for at in range(0, 200, 2)])
        assert bench.reassembler.held_bytes <= 100_000
    assert bench.reassembler.faults["memory"] == 47
    bench.close()
    assert sum(len(part.content) for part in bench.segments) == 50 * 100
    assert sum(part.missing for part in bench.segments) == 50 * 100
    assert bench.reassembler.held_bytes == 0


def test_a_dropped_flow_is_forgotten() -> None:
    bench = Bench()
    bench.see(OPENING, said(100, b"later"))
    assert bench.reassembler.held_bytes > 0
    bench.reassembler.drop(0)
    assert (bench.reassembler.held_bytes, bench.close()) == (0, [])


def test_a_flow_may_be_dropped_while_it_is_being_given() -> None:
    bench = Bench()
    other = ("9.9.9.9", 5000)
    late = [said(at, b"x" * 10) for at in range(10, 500, 20)]
    packets = [OPENING, *late, said(0, b"y" * 10), said(20, b"z" * 2000), tcp(other, SERVER, 0, ACK, b"other")]
    batch = a_batch(packets, link=Link.RAW)
    rows = parse_headers(batch)
    update = bench.table.update(batch.time_ns, rows)
    for segment in bench.reassembler.feed(batch, rows, update, np.arange(len(packets))):
        bench.segments.append(segment)
        if segment.flow == 0:
            bench.reassembler.drop(0)
    assert [(part.flow, part.content) for part in bench.segments] == [(0, b"y" * 10 + b"x" * 10), (1, b"other")]
    assert (bench.reassembler.held_bytes, bench.close()) == (0, [])


def test_numbers_from_nowhere_are_left_out_until_they_go_on() -> None:
    bench = Bench()
    bench.see(
        OPENING, said(0, b"one"), said(3 - (1 << 30), b"stray"), said(3, b"two"), tcp(SERVER, CLIENT, 5, RST, b"no")
    )
    assert bench.told() == [(0, b"onetwo")]
    bench.see(said(8 - (1 << 30), b"other numbers"))
    bench.see(said(21 - (1 << 30), b" go on"))
    assert bench.told() == [(0, b"onetwo"), (1, b"other numbers go on")]
    assert bench.reassembler.faults == {"stray": 1, "renumbered": 1}


def test_a_new_handshake_in_the_same_flow_begins_the_stream_anew() -> None:
    bench = Bench()
    bench.see(OPENING, OPENING, tcp(CLIENT, SERVER, 5000, SYN), tcp(CLIENT, SERVER, 5001, ACK, b"fresh"))
    assert bench.told() == [(0, b"fresh")]


def test_nothing_shows_content() -> None:
    bench = Bench()
    assert "GOOD" not in repr(bench.see(OPENING, said(0, b"GOOD"))[0])


def read(name: str) -> Bench:
    bench = Bench()
    for batch in CaptureFile(CAPTURES / name):
        rows = parse_headers(batch)
        update = bench.table.update(batch.time_ns, rows)
        bench.segments += bench.reassembler.feed(batch, rows, update, np.flatnonzero(update.flow >= 0))
    bench.close()
    return bench


def test_the_public_overlap_keeps_good() -> None:
    bench = read("tcp-overlap-good-evil.pcap")
    assert bench.told() == [(0, b"GOOD")]
    assert bench.reassembler.conflicts == 1


def test_the_public_lossy_capture_accounts_for_every_byte() -> None:
    bench = read("tcp-retransmissions-loss.pcap")
    parts = bench.told()
    (row,) = bench.table.expire(1 << 62, -1)
    assert sum(missing + len(content) for missing, content in parts) == row["client_bytes"]
    assert len(parts) > 1


@pytest.mark.service
@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize(
    "name", ["http-post-form", "http-gzip-response", "http-qinq", "smtp-ipv6-attachment", "tls-ja4"]
)
def test_tshark_follows_the_same_stream(name: str) -> None:
    bench = read(f"{name}.pcap")
    command = ["tshark", "-q", "-r", str(CAPTURES / f"{name}.pcap"), "-z", "follow,tcp,raw,0"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    first = next(line for line in lines if line.startswith("Node 0:")).split()[-1].rsplit(":", 1)[0].strip("[]")
    body = lines[next(at for at, line in enumerate(lines) if line.startswith("Node 1:")) + 1 :]
    theirs = [
        bytes.fromhex("".join(line.strip() for line in body[:-1] if line.startswith("\t") is mark))
        for mark in (False, True)
    ]
    row = bench.table.rows(np.zeros(1, np.int32))[0]
    if int(ip_address(first)) != int(row["client_high"]) << 64 | int(row["client_low"]):
        theirs.reverse()
    assert not any(part.missing for part in bench.segments)
    for by_client, content in zip((True, False), theirs, strict=True):
        assert b"".join(part.content for part in bench.segments if part.by_client is by_client) == content
