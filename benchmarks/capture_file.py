"""A capture of invented traffic: mostly domestic TLS, HTTP and DNS, a share of it JSON uploads of persons abroad."""

from collections.abc import Iterator
from ipaddress import IPv4Address
import json
from pathlib import Path
import struct
import tempfile
from typing import Final

import numpy as np

_VERSION: Final = 2
"""Raised when the traffic changes, so that no older file is taken for it."""
_SEGMENT: Final = 1448
_AT_ONCE: Final = 256
"""Conversations going on at any time."""

_HOMES: Final = ("10.20.0.0", "10.31.0.0", "39.128.0.0", "39.144.0.0")
_DOMESTIC: Final = ("39.144.0.0", "114.80.0.0", "223.64.0.0", "10.99.0.0")
_ABROAD: Final = ("52.0.0.0", "54.160.0.0", "3.80.0.0")
"""Registered in the United States."""

_CLIENT: Final = True
_SERVER: Final = False

_Talk = list[tuple[bool, bytes]]
"""Who speaks (the client?), and what."""


def capture_file(megabytes: int, share_abroad: float = 0.0) -> Path:
    """A pcap of that size in a folder for temporary files, made once and always the same.

    ``share_abroad`` of its payload bytes are uploads to the United States: HTTP/1.1, several requests a connection.
    """
    folder = Path(tempfile.gettempdir()) / "guanjin-benchmarks"
    folder.mkdir(exist_ok=True)
    path = folder / f"traffic-{_VERSION}-{megabytes}-{round(share_abroad * 1000)}.pcap"
    if not path.exists():
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as file:
            file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
            for record in _records(megabytes * 1_000_000 - 24, share_abroad):
                file.write(record)
        unfinished.rename(path)
    return path


def _records(size: int, share_abroad: float) -> Iterator[bytes]:
    rng = np.random.default_rng(20240322)
    noise = rng.bytes(1 << 20)
    going: list[Iterator[bytes]] = []
    written = abroad = planned = 0
    now = 1_760_000_000_000_000
    while written < size:
        if len(going) < _AT_ONCE:
            is_abroad = abroad < planned * share_abroad
            talk = _upload(rng) if is_abroad else _domestic(rng, noise)
            length = sum(len(content) for _, content in talk)
            planned, abroad = planned + length, abroad + length * is_abroad
            going.append(_flow(rng, talk, is_abroad=is_abroad))
            continue
        turn = int(rng.integers(len(going)))
        frame = next(going[turn], None)
        if frame is None:
            del going[turn]
            continue
        now += int(rng.integers(1, 20))
        yield struct.pack("<IIII", now // 1_000_000, now % 1_000_000, len(frame), len(frame)) + frame
        written += 16 + len(frame)


def _host(rng: np.random.Generator, networks: tuple[str, ...]) -> bytes:
    network = IPv4Address(networks[int(rng.integers(len(networks)))])
    return (network + int(rng.integers(1, 1 << 16))).packed


def _flow(rng: np.random.Generator, talk: _Talk, *, is_abroad: bool) -> Iterator[bytes]:
    """The frames of a conversation: handshake, segments with an acknowledgement for every second, the end."""
    client, server = _host(rng, _HOMES), _host(rng, _ABROAD if is_abroad else _DOMESTIC)
    port = int(rng.integers(32768, 61000))
    if talk[0][1][:2] == _QUERY[:2]:
        for by_client, content in talk:
            ports = (port, 53) if by_client else (53, port)
            yield _frame(client, server, 17, struct.pack(">HHHH", *ports, 8 + len(content), 0) + content, by_client)
        return
    service = 443 if talk[0][1][0] == 22 else 80
    place = {True: int(rng.integers(1 << 32)), False: int(rng.integers(1 << 32))}

    def segment(by_client: bool, flags: int, content: bytes = b"") -> bytes:  # noqa: FBT001 - three lines, used below
        ports = (port, service) if by_client else (service, port)
        head = struct.pack(">HHIIBBHHH", *ports, place[by_client], place[not by_client], 0x80, flags, 502, 0, 0)
        place[by_client] = (place[by_client] + len(content) + (flags & 3 != 0)) & 0xFFFFFFFF
        return _frame(client, server, 6, head + _TIMESTAMPS + content, by_client)

    yield segment(_CLIENT, 2)
    yield segment(_SERVER, 18)
    for by_client, content in talk:
        for count, at in enumerate(range(0, len(content), _SEGMENT)):
            yield segment(by_client, 16, content[at : at + _SEGMENT])
            if count % 2:
                yield segment(not by_client, 16)
    yield segment(_CLIENT, 17)
    yield segment(_SERVER, 17)
    yield segment(_CLIENT, 16)


_TIMESTAMPS: Final = b"\x01\x01\x08\x0a" + bytes(8)


def _frame(client: bytes, server: bytes, protocol: int, content: bytes, by_client: bool) -> bytes:  # noqa: FBT001 - as above
    addresses = client + server if by_client else server + client
    head = struct.pack(">BBHHHBB", 0x45, 0, 20 + len(content), 0, 0x4000, 64, protocol)
    total = sum(struct.unpack(">10H", head + b"\0\0" + addresses))
    total = (total & 0xFFFF) + (total >> 16)
    checksum = 0xFFFF - (total & 0xFFFF) - (total >> 16)
    return b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x08\0" + head + struct.pack(">H", checksum) + addresses + content


_QUERY: Final = b"\x47\x4a\x01\0\0\x01\0\0\0\0\0\0\x03www\x07example\x02cn\0\0\x01\0\x01"


def _domestic(rng: np.random.Generator, noise: bytes) -> _Talk:
    kind = rng.random()
    if kind < 0.3:
        answer = _QUERY[:2] + b"\x81\x80\0\x01\0\x01" + _QUERY[8:] + b"\xc0\x0c\0\x01\0\x01\0\0\1\0\0\x04\x72\x50\1\1"
        return [(_CLIENT, _QUERY), (_SERVER, answer)]
    sizes = np.minimum(rng.pareto(1.1, int(rng.integers(1, 8))) * 4000 + 300, 400_000).astype(int)
    if kind < 0.5:
        return [part for size in sizes for part in _page(rng, noise, int(size))]
    hello = [(_CLIENT, _tls(22, noise[:512])), (_SERVER, _tls(22, noise[512:4000]))]
    return hello + [
        (by_client, b"".join(_tls(23, _some(rng, noise, min(size - at, 16_000))) for at in range(0, size, 16_000)))
        for answer in sizes.tolist()
        for by_client, size in ((_CLIENT, 400 + answer % 1000), (_SERVER, answer))
    ]


def _page(rng: np.random.Generator, noise: bytes, size: int) -> _Talk:
    page = _some(rng, noise, size * 3 // 4).hex().encode()[:size]
    request = b"GET /list?page=%d HTTP/1.1\r\nHost: www.example.cn\r\nAccept: */*\r\n\r\n" % (size % 97)
    return [
        (True, request),
        (False, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % size + page),
    ]


def _some(rng: np.random.Generator, noise: bytes, size: int) -> bytes:
    at = int(rng.integers(len(noise) - size))
    return noise[at : at + size]


def _tls(kind: int, content: bytes) -> bytes:
    return struct.pack(">BHH", kind, 0x0303, len(content)) + content


def _upload(rng: np.random.Generator) -> _Talk:
    talk: _Talk = []
    for _ in range(int(rng.integers(2, 6))):
        people = [_person(int(number)) for number in rng.integers(1 << 30, size=int(rng.integers(20, 200)))]
        body = json.dumps({"batch": len(talk), "customers": people}, ensure_ascii=False).encode()
        head = "POST /v1/customers HTTP/1.1\r\nHost: api.example.com\r\nContent-Type: application/json\r\n"
        talk.append((True, f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body))
        talk.append(
            (False, b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}')
        )
    return talk


def _person(number: int) -> dict[str, str]:
    """An invented person, born when no numbers were issued."""
    digits = f"110105{1800 + number % 99}{number % 12 + 1:02}{number % 28 + 1:02}{number % 1000:03}"
    check = "10X98765432"[sum(int(digit) * (1 << 17 - at) for at, digit in enumerate(digits)) % 11]
    return {
        "姓名": "张李王赵陈"[number % 5] + "伟芳娜敏静丽强磊"[number % 8],
        "身份证号": digits + check,
        "手机号": f"1{(38, 59, 86)[number % 3]}{number % 100_000_000:08}",
        "地址": f"北京市朝阳区建国路{number % 900}号",
    }
