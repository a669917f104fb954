"""Networks that the registry declares: whose they are and, where geography is wrong, where they stand."""

from msgspec import Struct

from wire.places import Place


class Network(Struct, frozen=True):
    """A prefix that the registry knows. The longest matching prefix wins over any geography."""

    prefix: str
    """CIDR, IPv4 or IPv6."""
    organisation: str = ""
    """统一社会信用代码 of the exporter whose network it is; empty for a recipient's."""
    place: Place | None = None
    """Where it stands if that is declared: the far end of a dedicated line is abroad though its address is private."""
    line: str = ""
    """The international dedicated line (国际数据传输专线) that leads there; empty if none."""


class Host(Struct, frozen=True):
    """A server name that belongs to an exporter (logs carry names, not addresses)."""

    name: str
    organisation: str
