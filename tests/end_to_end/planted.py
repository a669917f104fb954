"""Two hundred invented identifiers, and the capture and log that carry them."""

from pathlib import Path
import random

from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether
from scapy.packet import Raw
from scapy.utils import wrpcap

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ABOLISHED = "110103"
"""A county code that is no longer given, with births after its end: no living person's number."""
_NOON = 1_795_140_000
"""2026-11-20 in Shanghai, Unix time."""
_PIECE = 1_400


def identifiers(count: int = 200) -> list[str]:
    """A quarter each of resident IDs, mobile numbers, bank cards and e-mail addresses."""
    draw = random.Random(20_261_121)  # noqa: S311  # invented numbers, not keys
    each = count // 4
    return [
        *(_resident_id(draw, serial) for serial in range(each)),
        *(f"1390000{serial:04d}" for serial in draw.sample(range(10_000), each)),
        *(_card(f"621700{draw.randrange(10**12):012d}") for _ in range(each)),
        *(f"invented.person{serial}@mail{serial}.example.com" for serial in range(each)),
    ]


def a_capture(path: Path, values: list[str]) -> None:
    """A JSON upload of them all to an address abroad, as packets."""
    keys = ("idCard", "mobile", "bankCard", "email")
    each = len(values) // 4
    people = [{key: values[part * each + row] for part, key in enumerate(keys)} for row in range(each)]
    rows = ",".join("{" + ",".join(f'"{key}":"{value}"' for key, value in person.items()) + "}" for person in people)
    body = f"[{rows}]".encode()
    head = f"POST /people?mobile={values[each]} HTTP/1.1\r\nHost: api.example\r\nContent-Type: application/json\r\n"
    stream = head.encode() + f"Cookie: phone={values[each + 1]}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    ends = Ether() / IP(src="10.0.0.5", dst="52.52.10.10")
    packets = [ends / TCP(sport=40_000, dport=80, seq=1 + at, flags="PA") / Raw(stream[at : at + _PIECE])
               for at in range(0, len(stream), _PIECE)]  # fmt: skip
    packets.insert(0, ends / TCP(sport=40_000, dport=80, seq=0, flags="S"))
    for order, packet in enumerate(packets):
        packet.time = _NOON + order / 1000
    wrpcap(str(path), packets)


def a_log(path: Path, values: list[str]) -> None:
    """An access log in which a client abroad asks for each of them."""
    path.write_text(
        "".join(
            f"8.8.8.8 - - [20/Nov/2026:10:{row // 60:02d}:{row % 60:02d} +0800] "
            f'"GET /person/{value}?q={value}&idCard={value}&mobile={value} HTTP/1.1" 200 512 "-" "curl"\n'
            for row, value in enumerate(values)
        )
    )


def _resident_id(draw: random.Random, serial: int) -> str:
    digits = f"{_ABOLISHED}{draw.randint(2012, 2020)}{draw.randint(1, 12):02d}{draw.randint(1, 28):02d}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def _card(digits: str) -> str:
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(reversed(digits)))
    return digits + str(-total % 10)
