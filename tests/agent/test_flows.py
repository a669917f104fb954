from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
import numpy as np
from numpy.typing import NDArray
import pytest

from agent.batch import Link
from agent.flow_row import End, endpoints
from agent.flows import Fate, FlowTable, FlowUpdate
from agent.headers import parse_headers
from tests.agent.packets import ACK, FIN, RST, SYN, a_batch, ip, tcp, udp

CLIENT, SERVER = ("39.1.2.3", 50000), ("10.0.0.1", 80)
SECOND = 1_000_000_000
NO_MORE = 1 << 62


def see(table: FlowTable, *packets: bytes, at: int = SECOND) -> FlowUpdate:
    batch = a_batch(packets, link=Link.RAW, times=[at + i for i in range(len(packets))])
    return table.update(batch.time_ns, parse_headers(batch))


def the_rest(table: FlowTable) -> NDArray[np.void]:
    return table.expire(NO_MORE, -1)


def handshake(first: int = 100, second: int = 900) -> list[bytes]:
    return [
        tcp(CLIENT, SERVER, first, SYN),
        tcp(SERVER, CLIENT, second, SYN | ACK),
        tcp(CLIENT, SERVER, first + 1, ACK),
    ]


def test_a_conversation_is_one_flow_with_its_bytes_each_way() -> None:
    table = FlowTable(64, seed=3)
    update = see(
        table,
        *handshake(),
        tcp(CLIENT, SERVER, 101, ACK, b"x" * 10),
        tcp(SERVER, CLIENT, 901, ACK, b"y" * 300),
        tcp(SERVER, CLIENT, 1201, ACK | FIN),
        tcp(CLIENT, SERVER, 111, ACK | FIN),
        tcp(SERVER, CLIENT, 1202, ACK),
    )
    assert update.flow.tolist() == [0] * 8
    assert update.by_client.tolist() == [True, False, True, True, False, False, True, False]
    assert update.fresh.tolist() == [0]
    (row,) = table.expire(60 * SECOND, 30 * SECOND)
    assert endpoints(row) == (CLIENT[0], SERVER[0])
    assert (row["client_port"], row["server_port"], row["is_midstream"], row["end"]) == (50000, 80, False, End.FINISHED)
    assert (row["client_bytes"], row["server_bytes"], row["client_packets"], row["server_packets"]) == (10, 300, 4, 4)
    assert (row["first_ns"], row["last_ns"]) == (SECOND, SECOND + 7)
    assert len(table) == 0


@pytest.mark.parametrize(
    ("packet", "client", "is_midstream"),
    [
        (tcp(("1.1.1.1", 80), ("2.2.2.2", 5000), 1, SYN), "1.1.1.1", False),
        (tcp(("1.1.1.1", 80), ("2.2.2.2", 5000), 1, SYN | ACK), "2.2.2.2", False),
        (tcp(("1.1.1.1", 80), ("2.2.2.2", 50000), 1, ACK), "2.2.2.2", True),
        (tcp(("1.1.1.1", 50000), ("2.2.2.2", 443), 1, ACK), "1.1.1.1", True),
        (tcp(("1.1.1.1", 1500), ("2.2.2.2", 8080), 1, ACK), "1.1.1.1", True),
        (tcp(("1.1.1.1", 8080), ("2.2.2.2", 1500), 1, ACK), "2.2.2.2", True),
        (tcp(("1.1.1.1", 40000), ("2.2.2.2", 40001), 1, ACK), "2.2.2.2", True),
        (tcp(("1.1.1.1", 40000), ("2.2.2.2", 40000), 1, ACK), "1.1.1.1", True),
        (udp(("1.1.1.1", 53), ("2.2.2.2", 5000)), "2.2.2.2", False),
        (udp(("1.1.1.1", 40000), ("2.2.2.2", 40001)), "1.1.1.1", False),
        (udp(("2001:db8::1", 40000), ("2001:db8::2", 53)), "2001:db8::1", False),
    ],
)
def test_the_client_is_who_opened_or_whose_port_nobody_serves(packet: bytes, client: str, is_midstream: bool) -> None:
    table = FlowTable(8)
    see(table, packet)
    (row,) = the_rest(table)
    assert (endpoints(row)[0], row["is_midstream"]) == (client, is_midstream)


def test_bytes_sent_again_count_once_and_lost_ones_count() -> None:
    table = FlowTable(8)
    first = 0xFFFFFFF0
    see(
        table,
        tcp(CLIENT, SERVER, first - 1, SYN),
        tcp(CLIENT, SERVER, first, ACK, b"a" * 40),
        tcp(CLIENT, SERVER, first, ACK, b"a" * 40),
        tcp(CLIENT, SERVER, first + 20, ACK, b"a" * 30),
        tcp(CLIENT, SERVER, first + 1050, ACK, b"after a loss"),
        tcp(CLIENT, SERVER, first - 1, SYN),
        tcp(CLIENT, SERVER, first + 1061, ACK, b"c"),
        tcp(CLIENT, SERVER, first + 1062, ACK),
    )
    (row,) = the_rest(table)
    assert row["client_bytes"] == 1062


def test_a_jump_from_nowhere_does_not_explode() -> None:
    table = FlowTable(8)
    see(table, *handshake(), tcp(CLIENT, SERVER, 1 << 30, ACK, b"x" * 5), tcp(CLIENT, SERVER, (1 << 30) + 5, ACK, b"y"))
    see(table, tcp(SERVER, CLIENT, 1 << 31, RST, b"text"))
    (row,) = the_rest(table)
    assert (row["client_bytes"], row["server_bytes"]) == (6, 0)


def test_packets_without_transport_have_no_flow() -> None:
    update = see(FlowTable(8), ip("1.1.1.1", "2.2.2.2", 1, bytes(8)), b"", udp(CLIENT, SERVER))
    assert update.flow.tolist() == [-1, -1, 0]


def test_the_same_five_tuple_under_two_tags_is_two_flows() -> None:
    table = FlowTable(8)
    rows = parse_headers(a_batch([udp(CLIENT, SERVER)] * 2, link=Link.RAW))
    rows["vlan"] = [1, 2]
    assert len(set(table.update(np.zeros(2, np.int64), rows).flow.tolist())) == 2


@pytest.mark.parametrize(
    "end", [[tcp(SERVER, CLIENT, 901, RST)], [tcp(CLIENT, SERVER, 101, FIN), tcp(SERVER, CLIENT, 901, FIN)]]
)
def test_a_syn_with_a_new_number_after_the_end_begins_a_new_flow(end: Sequence[bytes]) -> None:
    table = FlowTable(8)
    update = see(
        table, *handshake(), *end, tcp(CLIENT, SERVER, 100, SYN), *handshake(5000), tcp(CLIENT, SERVER, 5001, 0, b"x")
    )
    assert update.flow.tolist() == [0] * (4 + len(end)) + [1] * 4
    assert update.fresh.tolist() == [0, 1]
    closed = table.expire(SECOND, 30 * SECOND)
    assert (closed["slot"].tolist(), closed["end"].tolist()) == ([0], [End.FINISHED])
    assert see(table, tcp(CLIENT, SERVER, 5002, 0, b"y")).flow.tolist() == [1]
    assert the_rest(table)["client_bytes"].tolist() == [2]


def test_a_handshake_is_not_put_down_to_a_flow_whose_start_was_missed() -> None:
    table = FlowTable(8)
    update = see(table, tcp(CLIENT, SERVER, 7, ACK, b"old"), *handshake())
    assert update.flow.tolist() == [0, 1, 1, 1]
    assert the_rest(table)["is_midstream"].tolist() == [True, False]


def test_a_report_tells_only_what_is_new_and_the_sum_is_the_total() -> None:
    table = FlowTable(8)
    slots = see(table, udp(CLIENT, SERVER, b"x" * 10), udp(SERVER, CLIENT, b"y" * 20)).fresh
    table.decide(slots, Fate.READ)
    assert table.fates(slots).tolist() == [Fate.READ]
    assert table.report(slots)[["client_bytes", "server_bytes", "fate"]].tolist() == [(10, 20, Fate.READ)]
    assert table.report(slots)["client_bytes"].tolist() == [0]
    see(table, udp(CLIENT, SERVER, b"x" * 5))
    assert table.rows(slots)[["client_bytes", "client_packets", "end"]].tolist() == [(5, 1, End.OPEN)]
    assert the_rest(table)["client_bytes"].tolist() == [5]


def test_idle_flows_go_and_others_stay_findable() -> None:
    table = FlowTable(64)
    old, new = (
        [udp((f"39.0.0.{i}", 9), SERVER) for i in range(20)],
        [udp((f"39.0.1.{i}", 9), SERVER) for i in range(20)],
    )
    see(table, *old, at=0)
    slots = see(table, *new, at=50 * SECOND).flow.tolist()
    closed = table.expire(60 * SECOND, 30 * SECOND)
    assert (len(closed), set(closed["end"].tolist()), len(table)) == (20, {End.IDLE}, 20)
    assert see(table, *new, at=60 * SECOND).flow.tolist() == slots
    serials = table.rows(see(table, *old, at=60 * SECOND).fresh)["serial"]
    assert not set(serials.tolist()) & set(closed["serial"].tolist())


def test_a_full_table_lets_go_of_the_longest_idle_with_their_bytes() -> None:
    table = FlowTable(16)
    talk = [udp((f"39.0.0.{i}", 9), SERVER, b"x" * i) for i in range(20)]
    update = see(table, *talk)
    assert update.flow.tolist() == [*range(16), -1, -1, -1, -1]
    assert table.untracked == (4, 16 + 17 + 18 + 19)
    closed = table.expire(SECOND, 30 * SECOND)
    assert sorted(closed["client_bytes"].tolist()) == [0, 1, 2, 3]
    assert (set(closed["end"].tolist()), table.evicted, len(table)) == ({End.EVICTED}, 4, 12)
    assert len(see(table, *talk[16:]).fresh) == 4


def test_unanswered_attempts_go_before_conversations() -> None:
    table = FlowTable(16)
    see(table, *handshake(), tcp(CLIENT, SERVER, 101, ACK, b"x"))
    see(table, *[tcp((f"9.9.9.{i}", 9), SERVER, 1, SYN) for i in range(15)], at=2 * SECOND)
    assert SERVER[0] not in {endpoints(row)[0] for row in table.expire(2 * SECOND, 30 * SECOND)}
    assert see(table, tcp(CLIENT, SERVER, 102, ACK)).flow.tolist() == [0]


def test_the_table_is_small() -> None:
    table = FlowTable()
    held = sum(part.nbytes for part in vars(table).values() if isinstance(part, np.ndarray))
    assert held < 20 << 20


class Talk(NamedTuple):
    """A packet of the oracle's: from which of a few ends to which, under which tag, at which place in the stream."""

    ends: tuple[int, int]
    vlan: int
    is_tcp: bool
    at: int
    length: int


ENDS = [("39.0.0.1", 1000), ("39.0.0.1", 2000), ("10.0.0.2", 80), ("2001:db8::1", 1000), ("2001:db8::2", 80)]
pairs = st.sampled_from([(0, 2), (2, 0), (1, 2), (2, 1), (0, 1), (3, 4), (4, 3)])
talks = st.builds(Talk, pairs, st.integers(0, 1), st.booleans(), st.integers(0, 3000), st.integers(0, 1400))


@settings(max_examples=40, deadline=None)
@given(st.lists(talks, min_size=1, max_size=60), st.integers(0, 0xFFFFFFFF), st.integers(1, 8), st.integers(0, 1 << 64))
def test_flows_and_bytes_are_those_of_a_plain_oracle(packets: list[Talk], isn: int, cuts: int, seed: int) -> None:
    table = FlowTable(256, seed)
    groups: dict[object, int] = {}
    totals: dict[tuple[int, tuple[int, int]], int] = {}
    tops: dict[tuple[int, tuple[int, int]], int] = {}
    for packet in packets:
        group = groups.setdefault((frozenset(packet.ends), packet.vlan, packet.is_tcp), len(groups))
        way = (group, packet.ends)
        top = tops.get(way, packet.at if packet.is_tcp else 0)
        end = packet.at + packet.length
        totals[way] = totals.get(way, 0) + (max(end - top, 0) if packet.is_tcp else packet.length)
        tops[way] = max(top, end)
    found: list[int] = []
    size = -(-len(packets) // cuts)
    for some in (packets[at : at + size] for at in range(0, len(packets), size)):
        rows = parse_headers(a_batch([_packet(packet, isn) for packet in some], link=Link.RAW))
        rows["vlan"] = [packet.vlan for packet in some]
        found += table.update(np.zeros(len(some), np.int64), rows).flow.tolist()
    assert found == [groups[frozenset(packet.ends), packet.vlan, packet.is_tcp] for packet in packets]
    rows = the_rest(table)
    for row in rows:
        for party, address in zip(("client", "server"), endpoints(row), strict=True):
            end = ENDS.index((address, int(row[f"{party}_port"])))
            assert row[f"{party}_bytes"] == sum(
                totals[way] for way in totals if (way[0], way[1][0]) == (row["slot"], end)
            )
    assert rows["client_packets"].sum() + rows["server_packets"].sum() == len(packets)


def _packet(packet: Talk, isn: int) -> bytes:
    source, target = (ENDS[end] for end in packet.ends)
    payload = bytes(packet.length)
    return tcp(source, target, isn + packet.at, ACK, payload) if packet.is_tcp else udp(source, target, payload)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 50)), max_size=20), st.booleans())))
def test_no_byte_is_lost_however_often_flows_are_ended(steps: list[tuple[list[tuple[int, int]], bool]]) -> None:
    table = FlowTable(16)
    sent = told = 0
    for now, (packets, is_ending) in enumerate(steps):
        update = see(
            table, *(udp((f"39.0.0.{host}", 9), SERVER, bytes(size)) for host, size in packets), at=now * SECOND
        )
        sent += sum(size for _, size in packets)
        held = table.rows(table.slots())
        assert {endpoints(row)[0]: row["slot"] for row in held}.items() >= {
            (f"39.0.0.{host}", slot) for (host, _), slot in zip(packets, update.flow.tolist(), strict=True) if slot >= 0
        }
        told += int(table.report(update.fresh)["client_bytes"].sum())
        if is_ending:
            told += int(table.expire(now * SECOND, 2 * SECOND)["client_bytes"].sum())
            assert len(table) <= 12
    told += int(the_rest(table)["client_bytes"].sum())
    assert told + table.untracked[1] == sent
