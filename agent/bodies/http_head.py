"""Heads of HTTP messages: what they ask or answer, and what content they carry themselves."""

import re
from typing import Final

from msgspec import Struct

from agent.bodies.charset import as_utf8
from agent.bodies.headers import Headers, host_of
from agent.sighting import Media, Payload

_STATUS: Final = re.compile(rb"\s*HTTP/[\d.]*[ \t]+([1-9]\d\d)")
_ABSOLUTE: Final = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]{0,20}://([^/?#]*)")
_COOKIE_BORDER: Final = re.compile(rb";[ \t]*")

# Headers that speak of the message, the programs or the connection, or that hold secrets which are not ours to read.
_PLAIN: Final = frozenset(
    b"""host user-agent accept accept-charset accept-encoding accept-language accept-ranges accept-ch age allow
    alt-svc authorization proxy-authorization authentication-info proxy-authentication-info www-authenticate
    proxy-authenticate cache-control connection proxy-connection keep-alive content-encoding content-language
    content-length content-location content-range content-security-policy content-security-policy-report-only
    content-type cookie date dnt etag expect expires if-match if-modified-since if-none-match if-range
    if-unmodified-since last-modified max-forwards origin permissions-policy pragma priority range referrer-policy
    retry-after sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform sec-fetch-dest sec-fetch-mode sec-fetch-site
    sec-fetch-user sec-websocket-accept sec-websocket-extensions sec-websocket-key sec-websocket-protocol
    sec-websocket-version server server-timing set-cookie strict-transport-security te timing-allow-origin trailer
    transfer-encoding upgrade upgrade-insecure-requests vary via x-content-type-options x-frame-options x-powered-by
    x-requested-with x-ua-compatible x-xss-protection""".split()
)


class Request(Struct, frozen=True):
    """A request's head."""

    method: str
    host: str
    headers: Headers
    payloads: tuple[Payload, ...]


class Response(Struct, frozen=True):
    """A response's head; the status is 0 if the line cannot be read."""

    status: int
    headers: Headers
    payloads: tuple[Payload, ...]


def read_request(block: bytes) -> Request:
    """The request whose start line and headers these are."""
    line, _, rest = block.partition(b"\n")
    headers = Headers(rest)
    method, target = _words(line)
    absolute = _ABSOLUTE.match(target)
    if absolute is not None:
        host, target = host_of(absolute[1]), target[absolute.end() :]
    else:
        host = host_of(target if method == b"CONNECT" else headers.get(b"host"))
    path, _, query = target.partition(b"?")
    payloads = (
        *_payload(path if len(path) > 1 and path != b"*" and method != b"CONNECT" else b"", "url"),
        *_payload(query, "query", Media.FORM),
        *_payload(_COOKIE_BORDER.sub(b"&", b"; ".join(headers.every(b"cookie"))), "cookie", Media.FORM),
        *_payload(_others(headers), "header"),
    )
    return Request(method.decode("latin-1"), host, headers, payloads)


def read_response(block: bytes) -> Response:
    """The response whose status line and headers these are."""
    line, _, rest = block.partition(b"\n")
    headers = Headers(rest)
    match = _STATUS.match(line)
    cookies = b"&".join(value.partition(b";")[0] for value in headers.every(b"set-cookie"))
    payloads = (
        *_payload(cookies, "cookie", Media.FORM, by_client=False),
        *_payload(_others(headers), "header", by_client=False),
    )
    return Response(int(match[1]) if match else 0, headers, payloads)


def _words(line: bytes) -> tuple[bytes, bytes]:
    """Method and target of a request line; the target may hold blanks."""
    method, _, rest = line.strip().replace(b"\t", b" ").partition(b" ")
    target, _, version = rest.rpartition(b" ")
    return method.upper(), (target if version.startswith(b"HTTP/") else rest).strip()


def _others(headers: Headers) -> bytes:
    return b"\n".join(
        name + b": " + value
        for name, value in headers
        if value and name not in _PLAIN and not name.startswith(b"access-control-")
    )


def _payload(content: bytes, where: str, media: Media = Media.TEXT, *, by_client: bool = True) -> tuple[Payload, ...]:
    return (Payload(as_utf8(content), where, media, by_client),) if content else ()
