"""Envelopes by HTTPS: an agent is who its certificate says, and is answered once its envelope is durable."""

import asyncio
from asyncio import sslproto
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import Future
import ssl
from typing import Any, Final
import zlib

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol

from collector.inlets.inbox import Inbox
from collector.intake import Delivery, refusal
from wire.codec import json_line
from wire.envelopes import PATH, Envelope, UnknownSchemaError, decode
from wire.faults import MalformedError, UnavailableError

MOST_BODY: Final = 16 << 20
_READ_AT_ONCE: Final = 32 << 10
_BODY_S: Final = 30.0
_RETRY_FULL: Final = "1"
_RETRY_AWAY: Final = "5"
_PEER: Final = "guanjin.peer"
_NO_CERTIFICATE: Final = "PEER_DID_NOT_RETURN_A_CERTIFICATE"
"""What OpenSSL says of a client that shows no certificate where one is asked for."""

_App = Callable[[MutableMapping[str, Any], Any, Any], Awaitable[None]]
Refuse = Callable[[str], None]
"""Told the reason of every refusal, by the list of ``wire.metrics``."""


# asyncio keeps a buffer of this size for each TLS connection, as long as it is open: 256 KB, times a thousand agents.
sslproto.SSLProtocol.max_size = _READ_AT_ONCE


class PeerProtocol(H11Protocol):
    """Tells the application the names in the client's certificate; None in its place without TLS."""

    @override
    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        certificate = transport.get_extra_info("peercert")
        names = None if certificate is None else names_of(certificate)
        app: _App = self.app

        async def told(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
            await app({**scope, _PEER: names}, receive, send)

        self.app = told


def names_of(certificate: dict[str, Any]) -> frozenset[str]:
    """The common name and the DNS names of a certificate, as the ssl module gives it."""
    common = (value for part in certificate.get("subject", ()) for key, value in part if key == "commonName")
    others = (value for key, value in certificate.get("subjectAltName", ()) if key == "DNS")
    return frozenset((*common, *others))


def counted_handshakes(refuse: Refuse) -> type[ssl.SSLObject]:
    """A TLS connection for ``SSLContext.sslobject_class``: who fails to prove a name never reaches a route.

    Args:
        refuse: told ``signature`` for a certificate that does not hold, ``stranger`` where none was shown.
    """

    class Handshake(ssl.SSLObject):
        @override
        def do_handshake(self) -> None:
            try:
                super().do_handshake()
            except ssl.SSLCertVerificationError:
                refuse("signature")
                raise
            except ssl.SSLError as error:
                if error.reason == _NO_CERTIFICATE:
                    refuse("stranger")
                raise

    return Handshake


def inlet_route(inbox: Inbox, *, asks_for_certificate: bool, refuse: Refuse = lambda _: None) -> Route:
    """POST one envelope.

    Args:
        inbox: where it waits to be kept.
        asks_for_certificate: whether the agent must be named by the certificate that it came with.
        refuse: told of every refusal.
    """

    def refused(status: int, reason: str, what: str, retry_after: str = "") -> Response:
        refuse(reason)
        return _said(status, what, retry_after)

    async def take(request: Request) -> Response:
        try:
            envelope = _opened(content := await _body(request))
        except MalformedError as error:
            reason = refusal(error)
            return refused(413 if reason == "too_large" else 400, reason, error.what)
        except TimeoutError:
            return refused(408, "slow", "the body did not come in time")
        if asks_for_certificate and not _speaks_for_itself(envelope, request.scope.get(_PEER)):
            return refused(403, "stranger", "the certificate does not name the agent of the envelope")
        kept = inbox.offer(Delivery(content, "https", envelope=envelope))
        if kept is None:
            return refused(429, "full", "the inbox is full", _RETRY_FULL)
        return await _answer(kept)

    return Route(PATH, take, methods=["POST"])


async def _answer(kept: "Future[None]") -> Response:
    try:
        await asyncio.wrap_future(kept)
    except UnavailableError:
        return _said(503, "the store is away", _RETRY_AWAY)
    except Exception:  # noqa: BLE001  # told by the stage's health; the agent keeps its envelope
        return _said(500, "the envelope could not be kept")
    return Response(status_code=204)


async def _body(request: Request) -> bytes:
    """The envelope as it was sent, with gzip around it if the sender says so.

    Raises:
        MalformedError: too large, or no gzip.
        TimeoutError: it trickles.
    """
    parts, size = [], 0
    async with asyncio.timeout(_BODY_S):
        async for part in request.stream():
            size += len(part)
            if size > MOST_BODY:
                raise MalformedError(f"a body of more than {MOST_BODY} bytes; at most that many are read")
            parts.append(part)
    content = b"".join(parts)
    coding = request.headers.get("content-encoding", "identity")
    if coding == "gzip":
        return _unzipped(content)
    if coding not in ("identity", "zstd"):  # the envelope itself is the zstd frame
        raise MalformedError("a content coding that is not read here; gzip and zstd are")
    return content


def _unzipped(content: bytes) -> bytes:
    opener = zlib.decompressobj(wbits=31)
    try:
        found = opener.decompress(content, MOST_BODY)
    except zlib.error as error:
        raise MalformedError("not gzip") from error
    if opener.unconsumed_tail:
        raise MalformedError(f"a body of more than {MOST_BODY} bytes; at most that many are read")
    if not opener.eof or opener.unused_data:
        raise MalformedError("gzip that is cut or goes on")
    return found


def _opened(content: bytes) -> Envelope | None:
    """The envelope; None if it is of a version that this one does not read, which is kept unread."""
    try:
        return decode(content)
    except UnknownSchemaError:
        return None


def _speaks_for_itself(envelope: Envelope | None, names: frozenset[str] | None) -> bool:
    """Whether the envelope and all in it are of the agent that the certificate names."""
    if not names:
        return False
    if envelope is None:
        return True
    agents = {envelope.agent, *(item.agent for item in envelope.items)}
    return len(agents) == 1 and envelope.agent in names


def _said(status: int, what: str, retry_after: str = "") -> Response:
    headers = {"retry-after": retry_after} if retry_after else {}
    return Response(json_line({"what": what}), status, headers, media_type="application/json")
