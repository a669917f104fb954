"""The scanner on dense and on clean content, by Hyperscan and by its oracle."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from random import Random
from typing import Final

from benchmarks import Result, cpu_seconds
from detectors import build_scanner
from detectors.scanner import Scanner
from wire.codec import json_line

NAME: Final = "detectors"
TITLE: Final = "Detectors"

_SEED: Final = 20
_DAY: Final = date(2026, 11, 21)
_PIECE: Final = 1 << 18
_MEGABYTES: Final = 4
_ORACLE_BYTES: Final = 1 << 19
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def run() -> Result:
    """MB per second of CPU time, findings built as objects with record and field."""
    random = Random(_SEED)  # noqa: S311  # invented content, no secret
    contents = {
        "dense JSON: ID, telephone and diagnosis in each record": (_dense(random), "json"),
        "clean JSON: events with serials, times, hashes, prices": (_clean(random), "json"),
        "random bytes": (random.randbytes(_MEGABYTES * 1_000_000), "binary"),
    }
    fast, oracle = build_scanner(), build_scanner(fast=False)
    rows = []
    for name, (content, media) in contents.items():
        head = content[:_ORACLE_BYTES]
        quick, slow = cpu_seconds([partial(_scan, fast, content, media), partial(_scan, oracle, head, media)], times=3)
        speed, reference = len(content) / 1e6 / quick, len(head) / 1e6 / slow
        found = _scan(fast, content, media)
        rows.append((name, f"{speed:,.1f}", f"{speed / reference:,.1f}", f"{found / len(content) * 1e6:,.0f}"))
    return Result(
        ("content", "MB per CPU second", "times the `re` engine", "findings per MB"),
        tuple(rows),
        f"Pieces of {_PIECE // 1024} KiB of {_MEGABYTES} MB and more, one thread; persons are invented, born before"
        " 1900. Each finding is an object with its kind, canonical value, belief, field and record.",
    )


def _scan(scanner: Scanner, content: bytes, media: str) -> int:
    pieces = (content[at : at + _PIECE] for at in range(0, len(content), _PIECE))
    return sum(len(scanner.scan(piece, media, "body", _DAY)) for piece in pieces)


def _dense(random: Random) -> bytes:
    return _array(
        {
            "name": "甲乙丙",
            "idCard": _identity(random),
            "mobile": f"13{random.randrange(10**9):09}",
            "diagnosis": random.choice(("2型糖尿病伴肾病", "高血压病3级", "急性阑尾炎")),
            "visit": f"2026-05-{random.randrange(1, 29):02}",
        }
        for _ in range(_MEGABYTES * 7_000)
    )


def _clean(random: Random) -> bytes:
    return _array(
        {
            "event": "page_view",
            "message": f"rendered image in {random.randrange(1_000)} ms",
            "ts": 1_763_700_000_000 + at,
            "sessionId": f"{random.getrandbits(128):032x}",
            "orderNo": f"{random.randrange(10**18):018}",
            "price": random.random() * 1_000,
            "ok": True,
        }
        for at in range(_MEGABYTES * 5_000)
    )


def _array(records: Iterator[dict[str, object]]) -> bytes:
    return json_line(list(records))


def _identity(random: Random) -> str:
    born = f"18{random.randrange(60, 100)}{random.randrange(1, 13):02}{random.randrange(1, 29):02}"
    body = f"{random.choice((110105, 310101, 440301, 510104))}{born}{random.randrange(1_000):03}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]
