"""The one message that an agent sends: what one conversation carried out of the mainland within one window."""

from enum import StrEnum

from msgspec import Struct

from wire.kinds import Grade, Kind, Profile
from wire.places import Place
from wire.subjects import Subjects


class Direction(StrEnum):
    """How the data came to leave; each way is export."""

    PUSH = "push"
    """A mainland client sends out."""
    PULL = "pull"
    """A client outside reads from a mainland server (查询、调取、下载、导出)."""
    MIRROR = "mirror"
    """A store outside is kept the same as one in the mainland (镜像存储), whoever opens the conversation."""
    UNKNOWN = "unknown"
    """The source does not say who opened it; where the data went is known all the same."""


class Content(StrEnum):
    """How much of what was sent could be read. Unseen is never clean."""

    SEEN = "seen"
    """All that was sent was read."""
    PARTIAL = "partial"
    """Some was read: a body over the limit, a gap in the capture, a log that holds the URL only."""
    UNSEEN = "unseen"
    """Nothing was read: encrypted, unknown encoding, or a source that carries no content."""


class Endpoint(Struct, frozen=True, gc=False):
    """One end of a transfer."""

    address: str
    """IPv4 or IPv6 in its shortest form; empty where the source does not say."""
    port: int
    """0 where the source does not say."""
    host: str
    """The name by which it was addressed (Host, SNI, DNS); empty if none was seen."""
    place: Place


class Tally(Struct, frozen=True):
    """What was found of one kind, without any raw value."""

    kind: Kind
    grade: Grade
    hits: int
    subjects: Subjects = Subjects()
    """Persons concerned: those identified by this kind, or by identifiers in the same records as it."""
    exemplars: tuple[str, ...] = ()
    """At most three masked examples."""
    fields: tuple[str, ...] = ()
    """At most eight field names or places where it was found, such as ``body:idCard``; names, never values."""


class GeoSource(Struct, frozen=True, gc=False):
    """Which database said where the addresses stand."""

    name: str
    built: str
    """Day of the database, ISO 8601."""


class TransferEvent(Struct, frozen=True, kw_only=True):
    """One window of one conversation, as the agent saw it."""

    event_id: str
    """Derived from what was seen, so that the same transfer read twice is one event (32 hex digits)."""
    agent: str
    organisation: str
    """统一社会信用代码 of the exporter; empty if neither registry nor setting names one."""
    begun_ns: int
    """UTC, nanoseconds since 1970."""
    ended_ns: int
    direction: Direction
    protocol: str
    """http, tls, dns, quic, tcp, udp ..."""
    origin: Endpoint
    """Where the data come from: the exporter's side, whoever opened the conversation."""
    target: Endpoint
    """Where the data go: the recipient's side."""
    sent_bytes: int | None
    """Bytes that origin sent to target in the transport's stream (no lower headers, no repeats); None if unknown."""
    sampled: float
    """The probability with which this conversation was chosen to be read; 0 where none is read by rule (domestic)."""
    content: Content
    tallies: tuple[Tally, ...] = ()
    line: str = ""
    """The dedicated line it took; empty if none."""
    profile: Profile = Profile.GBT45574_2025
    """By which standard the grades were given."""
    geo: GeoSource = GeoSource("", "")
    ruleset: str = ""
    """Digest of the detectors that were at work."""
    source: str = ""
    """File or interface it was seen in; the name only, never a path."""
