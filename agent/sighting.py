"""Where logs and packets meet: who sent what to whom, before anything is judged. Holds raw content."""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace
from typing_extensions import override


class Media(StrEnum):
    """How a payload is written, as far as its carrier said."""

    JSON = "json"
    FORM = "form"
    CSV = "csv"
    XML = "xml"
    TEXT = "text"
    BINARY = "binary"


class Party(Struct, frozen=True, gc=False):
    """One side of a conversation, as the source names it."""

    address: str = ""
    """IPv4 or IPv6; empty where the source does not say."""
    port: int = 0
    host: str = ""
    """A name it was addressed by, lower case, no port, never an address; empty if none."""


class Payload(Struct, frozen=True):
    """A piece of content with transfer and content encodings undone. Raw: its repr shows no content."""

    content: bytes
    where: str
    """Which part of the message: ``query``, ``header``, ``cookie``, ``body``, ``body:FIELD``, ``url``, ``stream``."""
    media: Media
    by_client: bool
    """Whether the client sent it (else the server did)."""

    @override
    def __repr__(self) -> str:
        return f"Payload({self.where}, {self.media}, {len(self.content)} bytes, by_client={self.by_client})"


class Sighting(Struct, frozen=True, kw_only=True):
    """One thing seen of one conversation. Many sightings of a conversation fold into one event."""

    conversation: str
    """The same for all sightings of one conversation, across a folder's files: five-tuple and VLAN, uid, flow_id."""
    client: Party
    """Who opened the conversation."""
    server: Party
    protocol: str = ""
    """http, tls, dns ...; empty if this sighting does not tell."""
    begun_ns: int
    ended_ns: int
    client_bytes: int | None = None
    """Bytes that the client sent, as far as this sighting tells."""
    server_bytes: int | None = None
    is_total: bool = False
    """Whether the counts are the transport's own (a flow's bytes since its last sighting): they beat messages' sums."""
    payloads: tuple[Payload, ...] = ()
    unseen_client: bool = False
    """Whether the client sent content that could not be read."""
    unseen_server: bool = False
    is_closed: bool = False
    """Whether the conversation is over, so that nothing more will be seen of it."""
    source: str = ""
    """File or interface: the name only."""


def named(sighting: Sighting, host: str) -> Sighting:
    """The sighting with the server's name, where there is one."""
    server = sighting.server
    return replace(sighting, server=Party(server.address, server.port, host)) if host else sighting


def turned(sighting: Sighting) -> Sighting:
    """The same with client and server the other way round."""
    return replace(
        sighting,
        client=sighting.server,
        server=sighting.client,
        client_bytes=sighting.server_bytes,
        server_bytes=sighting.client_bytes,
        unseen_client=sighting.unseen_server,
        unseen_server=sighting.unseen_client,
        payloads=tuple(replace(payload, by_client=not payload.by_client) for payload in sighting.payloads),
    )
