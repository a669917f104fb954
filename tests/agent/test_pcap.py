from collections.abc import Callable
import gzip
from pathlib import Path
import struct
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
import pytest

from agent.batch import Link
from agent.inlets.pcap import MOST_PACKETS, CaptureFile, is_capture, packets
from wire.faults import MalformedError, UnavailableError

CAPTURES = Path(__file__).parents[1] / "captures" / "public"


class Seen(NamedTuple):
    content: bytes
    wire: int
    time_ns: int
    link: int


def read(path: Path, most_bytes: int = 8 << 20) -> tuple[list[Seen], MalformedError | None]:
    seen: list[Seen] = []
    try:
        for batch in CaptureFile(path, most_bytes):
            columns = (batch.start, batch.length, batch.wire_length, batch.time_ns, batch.link)
            for start, length, wire, time_ns, link in zip(*(column.tolist() for column in columns), strict=True):
                seen.append(Seen(batch.data[start : start + length].tobytes(), wire, time_ns, link))
    except MalformedError as error:
        return seen, error
    return seen, None


def a_file(folder: Path, content: bytes) -> Path:
    path = folder / "x.pcap"
    path.write_bytes(content)
    return path


def pcap(order: str, magic: int, records: list[tuple[int, int, bytes]], link: int = 1) -> bytes:
    extra = bytes(8) if magic == 0xA1B2CD34 else b""
    head = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link)
    body = (struct.pack(order + "IIII", s, f, len(c), len(c) + 2) + extra + c for s, f, c in records)
    return head + b"".join(body)


def block(order: str, kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    return struct.pack(order + "II", kind, len(body) + 12) + body + struct.pack(order + "I", len(body) + 12)


def section(order: str) -> bytes:
    return block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))


def interface(order: str, link: int, options: bytes = b"", snap: int = 0) -> bytes:
    return block(order, 1, struct.pack(order + "HHI", link, 0, snap) + options)


def option(order: str, code: int, value: bytes) -> bytes:
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def enhanced(order: str, number: int, stamp: int, content: bytes) -> bytes:
    head = struct.pack(order + "IIIII", number, stamp >> 32, stamp & 0xFFFFFFFF, len(content), len(content) + 2)
    return block(order, 6, head + content)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("magic", "unit"), [(0xA1B2C3D4, 1000), (0xA1B23C4D, 1), (0xA1B2CD34, 1000)])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_pcap_in_both_byte_orders_and_units(
    tmp_path: Path, order: str, magic: int, unit: int, pack: Callable[[bytes], bytes]
) -> None:
    content = pack(pcap(order, magic, [(1_700_000_000, 5, b"one"), (1_700_000_001, 999_999, b""), (2, 0, b"three")]))
    assert is_capture(content[:64])
    seen, error = read(a_file(tmp_path, content))
    assert error is None
    assert seen == [
        Seen(b"one", 5, 1_700_000_000_000_000_000 + 5 * unit, 1),
        Seen(b"", 2, 1_700_000_001_000_000_000 + 999_999 * unit, 1),
        Seen(b"three", 7, 2_000_000_000, 1),
    ]


@pytest.mark.parametrize("order", ["<", ">"])
def test_pcapng_with_sections_interfaces_and_blocks_of_every_kind(tmp_path: Path, order: str) -> None:
    other = "><"["><".index(order) - 1]
    seconds = struct.pack(order + "q", -100)
    content = b"".join([
        section(order),
        interface(order, 1, option(order, 2, b"eth0") + option(order, 9, b"\x09") + option(order, 0, b"")),
        interface(order, 101, option(order, 9, bytes([0x80 | 20])) + option(order, 14, seconds)),
        interface(order, 1, snap=6),
        enhanced(order, 0, 1_700_000_000_123_456_789, b"nano"),
        block(order, 10, b"secrets are not for us" * 9),
        enhanced(order, 1, (2000 << 20) + (1 << 19), b"binary"),
        block(order, 2, struct.pack(order + "HHIIII", 2, 7, 0, 5_000_000, 3, 3) + b"old"),
        section(other),
        interface(other, 113, option(other, 9, b"\x0c"), snap=6),
        enhanced(other, 0, 7_000_000_000_000, b"pico"),
        block(other, 3, struct.pack(other + "I", 9) + b"simple"),
        block(other, 0x0BAD, bytes(3 << 20)),
        block(other, 3, struct.pack(other + "I", 2) + b"si"),
    ])  # fmt: skip
    seen, error = read(a_file(tmp_path, content), most_bytes=1)
    assert error is None
    assert seen == [
        Seen(b"nano", 6, 1_700_000_000_123_456_789, 1),
        Seen(b"binary", 8, 1900_500_000_000, 101),
        Seen(b"old", 3, 5_000_000_000, 1),
        Seen(b"pico", 6, 7_000_000_000, 113),
        Seen(b"simple", 9, 7_000_000_000, 113),
        Seen(b"si", 2, 7_000_000_000, 113),
    ]


def test_old_numbers_of_raw_ip_are_raw_ip(tmp_path: Path) -> None:
    seen, _ = read(a_file(tmp_path, pcap("<", 0xA1B2C3D4, [(0, 0, b"E")], link=12)))
    assert seen[0].link == Link.RAW


def test_many_packets_come_in_bounded_batches_through_a_small_buffer(tmp_path: Path) -> None:
    records = [(i, 0, bytes([i % 251]) * (i % 400)) for i in range(MOST_PACKETS + 3000)]
    path = a_file(tmp_path, pcap("<", 0xA1B2C3D4, records))
    capture = CaptureFile(path, most_bytes=1 << 20)
    assert max(len(batch) for batch in capture) <= MOST_PACKETS
    assert (capture.packets, capture.position) == (len(records), capture.size)
    seen, error = read(path, 1 << 20)
    assert error is None
    assert [packet.content for packet in seen] == [content for _, _, content in records]


OPENED = section("<") + interface("<", 1)


@pytest.mark.parametrize(
    ("content", "count", "what", "offset"),
    [
        (b"", 0, "empty", 0),
        (b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", 0, "not a capture", 0),
        (pcap("<", 0xA1B2C3D4, [])[:20], 0, "first header", 20),
        (pcap("<", 0xA1B2C3D4, [(0, 0, b"abcd")] * 2)[:-1], 1, "within a record", 44),
        (pcap("<", 0xA1B2C3D4, [(0, 0, b"abcd")]) + b"\xff" * 40, 1, "length", 44),
        (section("<")[:20], 0, "within a", 0),
        (section("<")[:8] + b"\0" * 20, 0, "damaged", 0),
        (OPENED + enhanced("<", 0, 0, b"abcd") + b"\x06\0\0\0\xff\xff\xff\xff\0\0\0\0", 1, "length", 84),
        (OPENED + enhanced("<", 0, 0, b"ab") + enhanced("<", 7, 0, b"cd"), 1, "interface", 84),
        (section("<") + block("<", 3, bytes(4)), 0, "interface", 28),
        (section("<") + b"\x0a\0\0\0\xfc\xff\xff\x7f" + bytes(30), 0, "within a block", 66),
        (OPENED + enhanced("<", 0, 0, b"abcd")[:-4] + bytes(4), 0, "length", 48),
        (section("<") + b"\x01\0\0\0\x0c\0\0\0\x0c\0\0\0", 0, "damaged", 28),
    ],
)  # fmt: skip
def test_a_damaged_file_is_read_as_far_as_it_goes(
    tmp_path: Path, content: bytes, count: int, what: str, offset: int
) -> None:
    seen, error = read(a_file(tmp_path, content))
    assert error is not None
    assert what in error.what
    assert (len(seen), error.offset) == (count, offset)


def test_a_capture_without_packets_is_sound(tmp_path: Path) -> None:
    capture = CaptureFile(a_file(tmp_path, pcap("<", 0xA1B2C3D4, [])))
    assert list(capture) == []
    assert (capture.packets, capture.position) == (0, 24)


def test_a_broken_gzip_gives_what_came_before(tmp_path: Path) -> None:
    whole = gzip.compress(pcap("<", 0xA1B2C3D4, [(i, 0, bytes(range(256)) * 5) for i in range(500)]), compresslevel=0)
    for content in (whole[: len(whole) // 2], whole[: len(whole) // 2] + bytes(200), whole[:-8] + bytes(8)):
        seen, error = read(a_file(tmp_path, content))
        assert len(seen) >= 200
        assert error is not None
        assert "compressed" in error.what


def test_a_file_that_cannot_be_opened_is_said_so(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.pcap"):
        with pytest.raises(UnavailableError, match="cannot read"):
            next(packets(path))


def test_only_captures_are_taken_for_captures() -> None:
    assert all(is_capture(path.read_bytes()[:64]) for path in CAPTURES.glob("*.pcap*"))
    assert not any(
        is_capture(first) for first in (b"", b"\x1f\x8b", b"\x1f\x8b" * 9, gzip.compress(b"x"), b"{}", b"#sep")
    )


SAMPLES = [
    pcap(">", 0xA1B23C4D, [(1, 2, b"abcdefgh"), (3, 4, b"ij")]),
    (CAPTURES / "pcapng-multi-interface.pcapng").read_bytes(),
    section(">")
    + interface(">", 1, option(">", 9, b"\xff") + option(">", 14, b"\x7f" * 8))
    + enhanced(">", 0, 1 << 63, b"x"),
]  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=8), st.data())
def test_no_damage_does_worse_than_end_the_reading(
    tmp_path: Path, sample: bytes, damage: list[tuple[int, int]], data: st.DataObject
) -> None:
    content = bytearray(sample[: data.draw(st.integers(0, len(sample)))])
    for at, value in damage:
        if content:
            content[at % len(content)] = value
    seen, error = read(a_file(tmp_path, bytes(content)), 1)
    assert sum(len(packet.content) for packet in seen) <= len(content)
    assert error is None or 0 <= error.offset <= len(content)
