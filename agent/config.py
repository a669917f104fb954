"""The agent's settings."""

from pathlib import Path

from msgspec import Struct

from agent.geo import EMBEDDED
from detectors.detector import Detector
from wire.kinds import Profile
from wire.networks import Host, Network


class AgentConfig(Struct, frozen=True, kw_only=True):
    """How an agent reads and what it calls itself."""

    name: str
    key: bytes
    """Master key of the tokens (32 bytes), held by the enterprise."""
    version: str
    seed: int = 0
    """Makes flow hashing and sampling unforeseeable; the same on agents that must choose the same conversations."""
    organisation: str = ""
    """统一社会信用代码 of the exporter where the registry names none."""
    profile: Profile = Profile.GBT45574_2025
    rate: float = 1.0
    window_ns: int = 0
    most_domestic: int = 0
    """How many domestic conversations become events; the others are only counted."""
    geo: Path = EMBEDDED
    networks: tuple[Network, ...] = ()
    hosts: tuple[Host, ...] = ()
    custom: tuple[Detector, ...] = ()
    """Detectors that the enterprise declared, beside those of the catalogue."""
