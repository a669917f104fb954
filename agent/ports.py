"""What the agent's core is given: everything that it may not fetch itself."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from msgspec import Struct, field

from agent.evidence import Tokeniser
from agent.geo import Located
from agent.meter import Meter
from agent.sighting import Party, Payload
from detectors.detector import Detector
from detectors.finding import Finding
from wire.events import GeoSource
from wire.kinds import Kind, Profile


class Bench(Struct, frozen=True, kw_only=True):
    """The tools and settings of one agent."""

    agent: str
    """Its name, as events carry it."""
    organisation: str
    """The exporter where the registry names none."""
    profile: Profile
    rate: float
    """Probability with which a conversation is read."""
    window_ns: int
    """Length of a window; 0 keeps a conversation whole, within its Shanghai day: no window spans two legal years."""
    geo: GeoSource
    ruleset: str
    detectors: Mapping[Kind, Detector]
    locate: Callable[[Party], Located]
    scan: Callable[[Payload, date], Iterable[Finding]]
    tokeniser: Callable[[str, int], Tokeniser]
    """(organisation, legal year) -> tokeniser."""
    name_of: Callable[[str], str]
    """Address -> the name that DNS gave for it; empty if none."""
    wants_domestic: Callable[[], bool]
    """Asked for each domestic conversation: whether it becomes an event (a scan lists some, a live agent none)."""
    meter: Meter = field(default_factory=Meter)
    """Counts what ``scan`` and the masks do."""
