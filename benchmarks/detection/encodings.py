"""The same payloads in twelve encodings, as programs send them."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
import json
from typing import Final
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from benchmarks.detection import own
from benchmarks.detection.record import ATTRIBUTES, KINDS, Record
from benchmarks.detection.score import Hit, Score
from benchmarks.detection.values import DAY
from detectors.scanner import Scanner

_MOST: Final = 200
_KINDS: Final = own.KINDS & KINDS
"""What the catalogue knows and the corpus tells the truth about."""
_FORMATS: Final = ("JSON object", "NDJSON", "nested JSON")


def _escaped(text: str) -> bytes:
    return "".join(sign if sign.isascii() else f"\\u{ord(sign):04x}" for sign in text).encode()


def _entities(text: str) -> bytes:
    """As a page would carry it: quotes and Han as numbers."""
    return "".join(sign if sign.isascii() and sign != '"' else f"&#{ord(sign)};" for sign in text).encode()


def _enclosed(text: bytes) -> bytes:
    return b'{"id":7,"data":"' + text + b'"}'


ENCODINGS: Final[dict[str, tuple[Callable[[str], bytes], str]]] = {
    "UTF-8": (str.encode, "json"),
    "GB18030": (lambda text: text.encode("gb18030"), "json"),
    "\\uXXXX in JSON": (_escaped, "json"),
    "numeric HTML entities": (_entities, "xml"),
    "JSON in a JSON string": (lambda text: _enclosed(json.dumps(text, ensure_ascii=False)[1:-1].encode()), "json"),
    "UTF-16 LE": (lambda text: text.encode("utf-16-le"), "json"),
    "UTF-16 BE with BOM": (lambda text: b"\xfe\xff" + text.encode("utf-16-be"), "json"),
    "percent, UTF-8": (lambda text: b"data=" + quote(text, safe="").encode(), "form"),
    "percent, GBK": (lambda text: b"data=" + quote(text.encode("gb18030"), safe="").encode(), "form"),
    "base64": (lambda text: _enclosed(b64encode(text.encode())), "json"),
    "base64url": (lambda text: _enclosed(urlsafe_b64encode(text.encode()).rstrip(b"=")), "json"),
    "hex": (lambda text: b"payload=" + text.encode().hex().encode(), "form"),
}
"""By name: how it is made, and the media that its carrier would tell."""


class Recall(Struct, frozen=True):
    """How an encoding fares."""

    name: str
    identifiers: float
    """Share of the identifiers found in UTF-8 that are found here, in per cent."""
    attributes: float
    precision: float


def payloads(records: Iterable[Record]) -> list[Record]:
    """Small JSON payloads with something to find."""
    chosen = (record for record in records if record.format in _FORMATS and record.gold and record.text.isprintable())
    return [record for record, _ in zip(chosen, range(_MOST), strict=False)]


def recalls(records: Sequence[Record], scanner: Scanner) -> list[Recall]:
    """Every encoding against plain UTF-8: what names and checks miss anyway is not the encoding's fault."""
    findable = []
    for record in records:
        score = Score(_KINDS)
        score.add(record, _hits(scanner, record, "UTF-8"))
        missed = {(miss.kind, miss.start) for miss in score.missed}
        gold = tuple(one for one in record.gold if one.kind in _KINDS and (one.kind, one.start) not in missed)
        findable.append(replace(record, gold=gold))
    return [_recall(name, records, findable, scanner) for name in ENCODINGS]


def _hits(scanner: Scanner, record: Record, name: str) -> list[Hit]:
    encode, media = ENCODINGS[name]
    found = scanner.scan(encode(record.text), media, "body", DAY)
    return [Hit(str(finding.kind), -1, -1, finding.value.decode("utf-8", "replace")) for finding in found]


def _recall(name: str, records: Sequence[Record], findable: Sequence[Record], scanner: Scanner) -> Recall:
    identifiers, attributes, every = Score(_KINDS - ATTRIBUTES), Score(_KINDS & ATTRIBUTES), Score(_KINDS)
    for record, known in zip(records, findable, strict=True):
        found = _hits(scanner, record, name)
        every.add(record, found)
        identifiers.add(known, found)
        attributes.add(known, found)
    return Recall(name, identifiers.total().figures()[1], attributes.total().figures()[1], every.total().figures()[0])
