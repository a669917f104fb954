"""What log lines are made of: times, addresses, names, numbers and escapes. Pure; what cannot be read says so."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
import ipaddress
import re
from typing import Any, Final

import msgspec

from wire.faults import MalformedError

Record = Mapping[str, Any]
"""A line as a JSON object. Any key may be missing and any value of any type: read it with the functions below."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_MOST_SECONDS: Final = 9_223_372_036
"""The last whole second that fits 64-bit nanoseconds (2262-04-11)."""
_MOST_COUNT: Final = 1 << 62
_CACHED: Final = 8192
"""Values remembered by each reader below; none is longer than ``_LONGEST``."""
_LONGEST: Final = 300

_DECIMAL: Final = re.compile(r"(\d{1,10})(?:\.(\d{1,9})\d*)?")
_CLF_TIME: Final = re.compile(r"(\d{2})/([A-Z][a-z]{2})/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HOST: Final = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]*[a-z][a-z0-9_-]*")
_WORD: Final = re.compile(r"[a-z0-9_.-]{1,24}")
_ESCAPE: Final = re.compile(rb"\\(x[0-9a-fA-F]{2}|.)", re.DOTALL)
_PLAIN_ESCAPES: Final = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"b": b"\b", b"v": b"\v", b"f": b"\f"}

_INNER: Final = tuple(
    ipaddress.ip_network(prefix)
    for prefix in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
                   "::1/128", "fc00::/7", "fe80::/10")
)  # fmt: skip
"""Where proxies and upstreams of the same house stand: RFC 1918, 6598, 3927, 4193 and loopback."""


def record_of(line: bytes) -> Record:
    """The JSON object on a line. Bytes that are no UTF-8 (nginx passes them on) come as surrogate escapes.

    Raises:
        MalformedError: no JSON object.
    """
    try:
        record = msgspec.json.decode(line)
    except UnicodeDecodeError:
        record = _restored(_decoded(line.decode("latin-1")))
    except (ValueError, RecursionError) as error:
        raise MalformedError("not JSON") from error
    if not isinstance(record, dict):
        raise MalformedError("not a JSON object")
    return record


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError) as error:
        raise MalformedError("not JSON") from error


def _restored(value: Any) -> Any:
    """Undo the detour over Latin-1, so that each text stands for the bytes of the log."""
    if isinstance(value, str):
        try:
            return value.encode("latin-1").decode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            return value
    if isinstance(value, dict):
        return {key: _restored(item) for key, item in value.items()}
    return [_restored(item) for item in value] if isinstance(value, list) else value


def part_of(record: Record, name: str) -> Record:
    """The object under a key; an empty one if there is none."""
    part = record.get(name)
    return part if isinstance(part, dict) else {}


def text_of(record: Record, *names: str) -> str:
    """The first of the named texts that says something (``-`` does not); a list's first text stands for it."""
    for name in names:
        value = record.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str) and value not in ("", "-"):
            return value
    return ""


def count_of(record: Record, *names: str) -> int | None:
    """The first of the named counts that is one, as a number or as text; None if unknown, which is not 0."""
    for name in names:
        value = record.get(name)
        count = count_from(value) if isinstance(value, str) else value
        if isinstance(count, (int, float)) and not isinstance(count, bool) and 0 <= count < _MOST_COUNT:
            return int(count)
    return None


def count_from(text: str) -> int | None:
    """A count of at most 18 digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def port_of(record: Record, *names: str) -> int:
    """A port; 0 if there is none."""
    port = count_of(record, *names)
    return port if port is not None and port < 65_536 else 0


def bytes_of(text: str) -> bytes:
    """A text's bytes as they stood in the log; half a surrogate pair becomes ``?``."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def unescaped(content: bytes) -> bytes:
    r"""Bytes with ``\xhh``, ``\"``, ``\\`` and ``\n`` undone, as nginx, Apache and Zeek write them."""
    return _ESCAPE.sub(_unescape, content) if b"\\" in content else content


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes.fromhex(code[1:].decode()) if len(code) == 3 else _PLAIN_ESCAPES.get(code, code)


def address_of(text: str) -> str:
    """An IP address in its shortest form, without brackets and zone, IPv4 in IPv6 unwrapped; empty if it is none."""
    return _address_of(text) if len(text) <= _LONGEST else ""


@lru_cache(_CACHED)
def _address_of(text: str) -> str:
    try:
        address = ipaddress.ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if address.version == 6 else None
    return str(mapped or address)


def endpoint_of(text: str) -> tuple[str, int]:
    """Address and port from ``1.2.3.4:80``, ``[::1]:80`` or an address alone; ("", 0) if it is neither."""
    if address := address_of(text):
        return address, 0
    head, _, tail = text.strip().rpartition(":")
    port = count_from(tail)
    return (address_of(head), port) if port is not None and port < 65_536 and address_of(head) else ("", 0)


def host_of(text: str) -> str:
    """A host name: lower case, without port and last dot; empty for an address and for what cannot be a name."""
    return _host_of(text) if len(text) <= _LONGEST else ""


@lru_cache(_CACHED)
def _host_of(text: str) -> str:
    name = text.strip().lower()
    head, colon, port = name.rpartition(":")
    if colon and port.isdigit():
        name = head
    name = name.rstrip(".")
    if len(name) > 253 or address_of(name) or _HOST.fullmatch(name) is None:
        return ""
    return name


@lru_cache(_CACHED)
def is_inner(address: str) -> bool:
    """Whether an address is of a private range."""
    ip = ipaddress.ip_address(address)
    return any(ip in network for network in _INNER)


def word_of(text: str) -> str:
    """The name of a protocol, in lower case; empty for anything but a short word, so that nothing else gets by."""
    word = text.lower()
    return word if _WORD.fullmatch(word) else ""


def epoch_ns(seconds: str | float) -> int:
    """Seconds since 1970 as nanoseconds, exact for text; a JSON number holds microseconds at best.

    Raises:
        MalformedError: no such time.
    """
    match = _DECIMAL.fullmatch(seconds if isinstance(seconds, str) else f"{seconds:.6f}")
    if match is None or int(match[1]) >= _MOST_SECONDS:
        raise MalformedError("time cannot be read")
    return int(match[1]) * 1_000_000_000 + int((match[2] or "").ljust(9, "0"))


def iso_ns(text: str) -> int:
    """An ISO 8601 time with its zone as nanoseconds since 1970.

    Raises:
        MalformedError: no such time, or one without a zone, which could be eight hours off.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedError("time cannot be read") from error
    return _since_1970(moment)


def clf_ns(text: str) -> int:
    """``21/Nov/2026:19:45:00 +0800`` as nanoseconds since 1970.

    Raises:
        MalformedError: no such time.
    """
    if len(text) > _LONGEST:
        raise MalformedError("time cannot be read")
    return _clf_ns(text)


@lru_cache(_CACHED)
def _clf_ns(text: str) -> int:
    match = _CLF_TIME.fullmatch(text)
    if match is None or match[2] not in _MONTHS:
        raise MalformedError("time cannot be read")
    day, month, year, hour, minute, second, sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    try:
        zone = timezone(-offset if sign == "-" else offset)
        # A leap second is written as :60, which datetime does not know; it counts as the second before.
        numbers = (int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), min(int(second), 59))
        return _since_1970(datetime(*numbers, tzinfo=zone))
    except ValueError as error:
        raise MalformedError("time cannot be read") from error


def time_ns_of(value: object) -> int:
    """A time as JSON logs write it: seconds since 1970, ISO 8601, or nginx's local time.

    Raises:
        MalformedError: none of these.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return epoch_ns(value)
    if not isinstance(value, str):
        raise MalformedError("no time")
    if _DECIMAL.fullmatch(value):
        return epoch_ns(value)
    return clf_ns(value) if value[2:3] == "/" else iso_ns(value)


def _since_1970(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise MalformedError("time has no zone")
    microseconds = (moment - _EPOCH) // _MICROSECOND
    if not 0 <= microseconds < _MOST_SECONDS * 1_000_000:
        raise MalformedError("time is out of range")
    return microseconds * 1000
