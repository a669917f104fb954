"""One request of an access log -> sightings: the client that reads, and the upstream that is sent to."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from typing_extensions import override

from agent.bodies.charset import SAMPLE, as_utf8
from agent.bodies.media import media_of
from agent.log_values import address_of, endpoint_of, host_of, is_inner
from agent.sighting import Media, Party, Payload, Sighting
from wire.faults import MalformedError

_BODILESS: Final = frozenset({"", "GET", "HEAD", "OPTIONS", "DELETE", "TRACE"})
_MOST_HOPS: Final = 16
"""Entries of X-Forwarded-For or of an upstream list that are looked at."""
_NAMELESS: Final = frozenset({"localhost", "localhost.localdomain"})


class Access(Struct, frozen=True, kw_only=True):
    """One request, as far as the access log tells. Raw: its repr shows no content."""

    ended_ns: int
    """When the line was written (nginx) or the request came (Apache)."""
    took_ns: int = 0
    client: str
    """The address that connected; empty if it is none (a Unix socket, a looked-up name)."""
    forwarded: str = ""
    """X-Forwarded-For."""
    host: str = ""
    port: int = 0
    method: str = ""
    target: bytes = b""
    """Path with query, escapes of the log undone."""
    referer: bytes = b""
    request_bytes: int | None = None
    """Of the whole request, or of its body where only that is told."""
    response_bytes: int | None = None
    has_response_body: bool = True
    body: bytes = b""
    """The request's body; empty if it is not logged."""
    content_type: str = ""
    """The request's."""
    upstream: str = ""
    """To which servers the request was passed on, as nginx writes it: ``a, b : c``."""
    upstream_host: str = ""

    @override
    def __repr__(self) -> str:
        return f"Access({self.method}, {len(self.target)} + {len(self.body)} bytes)"


def sightings_of(access: Access, source: str) -> Iterator[Sighting]:
    """What the request says: the server that wrote the log answered a client; maybe it asked a public upstream.

    The server's own address is not in the log. Requests of one client to one host are one conversation, whatever the
    file is called, so that a rotated log that is read again says nothing new; so the client's port is left out.

    Raises:
        MalformedError: nobody knows where the client stands.
    """
    client = client_of(access)
    if not client:
        # Without an address it would pass for one of our own machines.
        raise MalformedError("the client is no address")
    payloads = tuple(_payloads(access))
    hides_body = may_send_body(access.method) and not access.body and access.request_bytes != 0
    begun_ns = max(access.ended_ns - access.took_ns, 0)
    yield Sighting(
        conversation=f"access:{client}>{access.host}:{access.port}",
        client=Party(client),
        server=Party("", access.port, access.host),
        protocol="http",
        begun_ns=begun_ns,
        ended_ns=access.ended_ns,
        client_bytes=access.request_bytes,
        server_bytes=access.response_bytes,
        payloads=payloads,
        unseen_client=hides_body,
        unseen_server=access.has_response_body,
        source=source,
    )
    for address, port in public_upstreams(access.upstream):
        yield Sighting(
            conversation=f"access:{access.host}>{address}:{port}",
            client=Party("", 0, access.host),
            server=Party(address, port, access.upstream_host),
            protocol="http",
            begun_ns=begun_ns,
            ended_ns=access.ended_ns,
            client_bytes=access.request_bytes,
            payloads=payloads,
            unseen_client=hides_body,
            unseen_server=True,
            source=source,
        )


def client_of(access: Access) -> str:
    """The address that reads: behind a proxy of the house (a private address), the first public one it was sent for.

    A client may forge X-Forwarded-For; a server that trusts none of it should log ``$realip_remote_addr`` through
    nginx's realip module, which leaves only the true client in ``$remote_addr``.
    """
    if access.client and not is_inner(access.client):
        return access.client
    for hop in access.forwarded.split(",", _MOST_HOPS)[:_MOST_HOPS]:
        address, _ = endpoint_of(hop)
        if address and not is_inner(address):
            return address
    return access.client


def public_upstreams(upstream: str) -> list[tuple[str, int]]:
    """The distinct public (address, port) pairs of an upstream list: each of them was sent the request."""
    found: dict[tuple[str, int], None] = {}
    for item in upstream.replace(" : ", ",").split(",", _MOST_HOPS)[:_MOST_HOPS]:
        address, port = endpoint_of(item)
        if address and not is_inner(address):
            found[address, port] = None
    return list(found)


def name_of(*candidates: str) -> str:
    """The first candidate that is a host's own name: not nginx's ``_``, no pattern, not localhost."""
    names = (host_of(candidate) for candidate in candidates)
    return next((name for name in names if name and name not in _NAMELESS), "")


def client_address(text: str) -> str:
    """A client as access logs write it; what came over a Unix socket came from this machine."""
    return "127.0.0.1" if text.startswith("unix:") else address_of(text)


def request_payloads(target: bytes, referer: bytes = b"") -> Iterator[Payload]:
    """What a request line says: path, query, and the page it came from."""
    path, _, query = target.partition(b"?")
    if query:
        yield Payload(as_utf8(query), "query", Media.FORM, by_client=True)
    if path not in (b"", b"/"):
        yield Payload(as_utf8(path), "url", Media.TEXT, by_client=True)
    if referer:
        yield Payload(as_utf8(referer), "referer", Media.TEXT, by_client=True)


def may_send_body(method: str) -> bool:
    """Whether a request of this method is expected to carry content; what is not known is."""
    return method not in _BODILESS


def body_payload(body: bytes, content_type: str, *, by_client: bool) -> Payload:
    """A body as a log holds it."""
    return Payload(as_utf8(body), "body", media_of(content_type.lower(), body[:SAMPLE]), by_client=by_client)


def name_payload(names: bytes, *, by_client: bool) -> Payload:
    """Names of files that a side sent."""
    return Payload(as_utf8(names), "filename", Media.TEXT, by_client=by_client)


def _payloads(access: Access) -> Iterator[Payload]:
    yield from request_payloads(access.target, access.referer)
    if access.body:
        yield body_payload(access.body, access.content_type, by_client=True)
