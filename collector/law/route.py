"""What a route is: one lawful way out of the mainland, with its day in force and the examples that prove it."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum, auto

from msgspec import Struct

from collector.declarations import Basis
from collector.facts import Facts
from collector.verdicts import Citation, Reason


class Role(StrEnum):
    """What a route has to say about a transfer."""

    REQUIRED = auto()
    """The law asks for it."""
    ALTERNATIVE = auto()
    """May be held where a required route of the same strictness is."""
    EXEMPTION = auto()
    """Takes the transfer out of all three; its persons are not counted."""
    FLOOR = auto()
    """What holds where nothing is required."""


class Example(Struct, frozen=True):
    """A case from the law's text or its edge, and whether the route speaks."""

    says: str
    facts: Facts
    applies: bool


class Route(Struct, frozen=True, kw_only=True):
    """One way out. Old law is ended by ``in_force_until``, never edited."""

    name: str
    title: str
    title_en: str
    role: Role
    strictness: int
    """Greater is stricter: a filing of a stricter route serves where a lighter one is required."""
    citation: Citation
    in_force_from: date
    in_force_until: date | None = None
    """Last day."""
    basis: Basis | None = None
    """The registry's code of the declared exemption that this is."""
    applies: Callable[[Facts], tuple[Reason, ...]]
    """The reasons why it speaks here, with the arithmetic; empty if it does not."""
    examples: tuple[Example, ...]

    def is_in_force(self, on: date) -> bool:
        """Whether it is law on that day."""
        return self.in_force_from <= on and (self.in_force_until is None or on <= self.in_force_until)
