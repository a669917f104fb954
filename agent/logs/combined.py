"""nginx and Apache access logs in text: common, combined, with what is often appended to them."""

from collections.abc import Iterator
import re
from typing import Final

from msgspec import Struct
from typing_extensions import override

from agent.access import Access, client_address, name_of, sightings_of
from agent.log_format import LineReader, LogFormat
from agent.log_values import clf_ns, count_from, endpoint_of, unescaped
from agent.sighting import Sighting
from wire.faults import MalformedError

_QUOTED: Final = rb'"((?:[^"\\]|\\.)*)"'
_LINE: Final = re.compile(
    rb"(?P<head>[^\[\"]{3,1000}) \[(?P<time>\d\d/[A-Z][a-z]{2}/\d{4}:[0-9:]{8} [+-]\d{4})\] "
    + _QUOTED
    + rb" (?P<status>\d{3}|-) (?P<size>\d{1,18}|-)(?P<rest>(?: .*)?)",
    re.DOTALL,
)
_TOKEN: Final = re.compile(_QUOTED + rb"|\[([^\]]*)\]|(\S+)")
_MOST_TOKENS: Final = 32
_MOST_REST_BYTES: Final = 1 << 16
_BODILESS: Final = frozenset({b"204", b"304"})


class _Rest(Struct, frozen=True):
    """What stands behind status and size."""

    referer: bytes = b""
    forwarded: str = ""
    request_bytes: int | None = None
    sent_bytes: int | None = None
    took_ns: int = 0
    upstream: str = ""


class _Reader(LineReader):
    def __init__(self, source: str) -> None:
        self._source = source

    @override
    def read(self, line: bytes) -> Iterator[Sighting]:
        match = _LINE.fullmatch(line)
        if match is None:
            raise MalformedError("not a line of an access log")
        yield from sightings_of(_access(match), self._source)


def _access(match: re.Match[bytes]) -> Access:
    host, client = _head(match["head"].split())
    size = count_from(match["size"].decode()) if match["size"] != b"-" else 0
    rest = _rest(match["rest"], size)
    method, target = _request(unescaped(match[3]))
    return Access(
        ended_ns=clf_ns(match["time"].decode()),
        took_ns=rest.took_ns,
        client=client,
        forwarded=rest.forwarded,
        host=host,
        method=method,
        target=target,
        referer=rest.referer,
        request_bytes=rest.request_bytes,
        response_bytes=size if rest.sent_bytes is None else rest.sent_bytes,
        has_response_body=size != 0 and method != "HEAD" and match["status"] not in _BODILESS,
        upstream=rest.upstream,
    )


def _head(words: list[bytes]) -> tuple[str, str]:
    """(Virtual host, client): Apache's ``vhost_combined`` puts ``name:port`` first. Ident and user are not kept."""
    first, second = (word.decode("latin-1") for word in [*words, b"-", b"-"][:2])
    client = client_address(first)
    return ("", client) if client or not client_address(second) else (name_of(first), client_address(second))


def _request(request: bytes) -> tuple[str, bytes]:
    """(Method, target); a request line that is none (a TLS hello on a plain port) says nothing."""
    words = request.split(b" ")
    if len(words) < 2 or not words[0].isalpha() or len(words[0]) > 20:
        return "", b""
    last = -1 if len(words) > 2 and words[-1].startswith(b"HTTP/") else len(words)
    return words[0].decode(), b" ".join(words[1:last])


def _rest(rest: bytes, size: int | None) -> _Rest:
    """Tell apart what was appended: quoted fields in their usual order, numbers by their shape.

    ``int decimal`` is nginx's ``$request_length $request_time`` (ingress-nginx); ``int int``, the second not below the
    response's size, is Apache's ``%I %O``. Anything else is left alone: a wrong volume is worse than none.
    """
    if len(rest) < 2:
        return _Rest()
    tokens = [
        match.groups() for match, _ in zip(_TOKEN.finditer(rest[:_MOST_REST_BYTES]), range(_MOST_TOKENS), strict=False)
    ]
    quoted = [unescaped(text) for text, _, _ in tokens if text is not None]
    words = [word.decode("latin-1") for _, _, word in tokens if word is not None]
    received, sent, took_ns = _numbers(words, size)
    referer = quoted[0] if quoted and quoted[0] != b"-" else b""
    forwarded = quoted[2].decode("latin-1") if len(quoted) > 2 else ""
    return _Rest(referer, forwarded, received, sent, took_ns, next((word for word in words if _is_upstream(word)), ""))


def _is_upstream(word: str) -> bool:
    return bool(endpoint_of(word)[1])


def _numbers(words: list[str], size: int | None) -> tuple[int | None, int | None, int]:
    """(Bytes received, bytes sent, nanoseconds taken)."""
    received = count_from(words[0]) if len(words) > 1 else None
    if received is None:
        return None, None, 0
    seconds, point, fraction = words[1].partition(".")
    if point and len(fraction) == 3 and fraction.isdecimal() and (whole := count_from(seconds)) is not None:
        return received, None, min(whole, 86_400) * 1_000_000_000 + int(fraction) * 1_000_000
    sent = count_from(words[1])
    if len(words) == 2 and sent is not None and sent >= (size or 0) and received > 0:
        return received, sent, 0
    return None, None, 0


def _recognise(lines: list[bytes]) -> bool:
    return sum(_LINE.fullmatch(line) is not None for line in lines) * 2 > len(lines)


_INGRESS: Final = (
    b'104.16.5.9 - - [21/Nov/2026:19:45:00 +0800] "POST /a HTTP/1.1" 200 7 "-" "curl" 1280 0.020 [app] [] '
    b"8.8.4.4:80 7 0.020 200 4f1c\n"
)
_VHOST: Final = (
    b'www.example.cn:443 2001:4860::9 - - [21/Nov/2026:19:45:00 +0800] "GET /a HTTP/1.1" 200 7 "-" "curl" 90 300\n'
)

FORMAT: Final = LogFormat(
    name="access_combined",
    recognise=_recognise,
    open=_Reader,
    order=60,
    examples=(
        b'104.16.5.9 - - [21/Nov/2026:19:45:00 +0800] "GET /staff?page=2 HTTP/1.1" 200 5120 "-" "curl/8.5"\n',
        b'104.16.5.9 - - [21/Nov/2026:19:45:00 +0800] "GET / HTTP/1.0" 304 -\n',
        b'10.0.0.2 - - [21/Nov/2026:11:45:00 +0000] "GET /a HTTP/1.1" 200 7 "-" "curl" "104.16.5.9, 10.0.0.9"\n',
        _INGRESS,
        _VHOST,
    ),
)
