"""Makes deploy/demo/pipes-us-important.pcap, in which a water utility's pipes go abroad."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether
from scapy.utils import wrpcap

from wire.codec import json_line

FILE = Path(__file__).parents[2] / "deploy" / "demo" / "pipes-us-important.pcap"
BEGUN = datetime.fromisoformat("2026-11-20T10:00:00+08:00").timestamp()
CLIENT, SERVER, PORTS = "10.20.23.5", "52.52.10.10", (40_023, 80)
SEGMENT = 1_400


def body() -> bytes:
    """A pipe as a line of coordinates, and the engineers who look after it; both are invented."""
    line = [[round(117.20013 + step / 1_000, 5), round(39.12017 + step / 2_000, 5)] for step in range(400)]
    pipe = {"geometry": {"type": "LineString", "coordinates": line}, "properties": {"name": "输水干线"}}
    staff = [{"mobile": f"139000231{number:02d}"} for number in range(40)]
    return json_line({"type": "FeatureCollection", "features": [pipe], "staff": staff})


def segments() -> Iterator[tuple[bool, str, bytes]]:
    """By the client, flags, content."""
    sent = body()
    head = (
        f"POST /layers HTTP/1.1\r\nHost: gis.example\r\nContent-Type: application/json\r\nContent-Length: {len(sent)}"
    )
    request = f"{head}\r\nConnection: close\r\n\r\n".encode() + sent
    yield True, "S", b""
    yield False, "SA", b""
    yield True, "A", b""
    yield from ((True, "PA", request[at : at + SEGMENT]) for at in range(0, len(request), SEGMENT))
    yield False, "PA", b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
    yield False, "FA", b""
    yield True, "FA", b""
    yield False, "A", b""


def main() -> None:
    """Write the capture."""
    numbers = {True: 1_000, False: 9_000}
    packets = []
    for at, (by_client, flags, content) in enumerate(segments()):
        ends = (CLIENT, SERVER) if by_client else (SERVER, CLIENT)
        ports = PORTS if by_client else PORTS[::-1]
        seen = 0 if flags == "S" else numbers[not by_client]
        packet = (
            Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
            / IP(src=ends[0], dst=ends[1], id=at)
            / TCP(sport=ports[0], dport=ports[1], flags=flags, seq=numbers[by_client], ack=seen, window=64_240)
            / content
        )
        packet.time = BEGUN + at / 1_000
        packets.append(packet)
        numbers[by_client] += len(content) + ("S" in flags) + ("F" in flags)
    wrpcap(str(FILE), packets)


if __name__ == "__main__":
    main()
