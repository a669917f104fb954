"""The records of a spot check (合规抽验): the draw, and the result of each check."""

from enum import StrEnum

from msgspec import Struct


class Stratum(Struct, frozen=True):
    """Transfers that are drawn from together."""

    sector: str
    route: str
    risk: str
    size: int
    drawn: tuple[str, ...]
    """Event ids in the order in which they were drawn."""


class Draw(Struct, frozen=True, kw_only=True):
    """What was drawn, and all that is needed to draw it again."""

    draw_id: str
    """Derived from all that decides it: the same question has the same number."""
    day: str
    """ISO 8601, Asia/Shanghai."""
    digest: str
    """Of the day's event ids."""
    seed: str
    rate: str
    """As it was given: a decimal number."""
    factors: str
    """Digest of the risk factors by which the strata were made."""
    registry: str
    """Digest of the registry, which names the sectors."""
    events: int
    """Transfers of the day."""
    exports: int
    """Those of them that left the mainland: what is drawn from."""
    strata: tuple[Stratum, ...]

    @property
    def drawn(self) -> tuple[str, ...]:
        """Every transfer drawn, stratum by stratum."""
        return tuple(event_id for stratum in self.strata for event_id in stratum.drawn)


class Outcome(StrEnum):
    """What a check found."""

    CONSISTENT = "consistent"
    """一致."""
    INCONSISTENT = "inconsistent"
    """不一致: a case follows."""
    UNCLEAR = "unclear"
    """待补充材料."""


class Result(Struct, frozen=True, kw_only=True):
    """What the person who checked says; a later one stands beside the earlier, never in its place."""

    draw_id: str
    event_id: str
    at_ns: int
    who: str
    outcome: Outcome
    note: str = ""
    attachments: tuple[str, ...] = ()
    """SHA-256 of each document, the signed protocol among them."""
    case_id: str = ""
    """The case that follows; empty if none."""
