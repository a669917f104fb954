"""What an agent has looked at and what it has not: the difference between clean and unseen."""

from msgspec import Struct


class Coverage(Struct, frozen=True, kw_only=True):
    """An agent's running totals since it started; a later record of the same start replaces an earlier one."""

    agent: str
    started_ns: int
    """Start of the agent's process: totals count from here."""
    seen_ns: int
    """When this record was made."""
    version: str
    sources: tuple[str, ...] = ()
    """Names of what it reads."""
    packets: int = 0
    lines: int = 0
    captured_bytes: int = 0
    """Bytes of packets and log lines read."""
    conversations: dict[str, int] = {}
    """By where they went: domestic, outbound, unknown."""
    outbound_bytes: dict[str, int] = {}
    """Bytes sent abroad by how much of them was read: seen, partial, unseen (wire.events.Content)."""
    faults: dict[str, int] = {}
    """What could not be read, by reason."""
    events: int = 0
    waiting: int = 0
    """Envelopes in its spool that no collector has acknowledged."""
    waiting_since_ns: int = 0
    """When the oldest of them was put there; 0 if none waits."""
