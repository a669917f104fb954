"""What a warning is, and how far one looks."""

from datetime import date

from msgspec import Struct

from collector.verdicts import Citation


class Horizon(Struct, frozen=True):
    """From where one looks, and how far."""

    on: date
    """Day in Shanghai; what came after it is not looked at."""
    within: int = 60
    """What falls due in so many days is soon."""
    recent: int = 14
    """What was first seen in the last so many days is new."""


class Alert(Struct, frozen=True, kw_only=True):
    """One warning."""

    name: str
    """``threshold_forecast``, ``threshold_crossed``, ``threshold_open``, the same three of a ``filing``, ``deadline``,
    ``new_destination``, ``new_kind``, ``new_system``, ``splitting_suspected``."""
    organisation: str
    what: str
    what_en: str
    due: date | None = None
    """When it is expected, falls due, or happened; None: not this year, or it has no day."""
    earliest: date | None = None
    """Of a forecast."""
    latest: date | None = None
    is_soon: bool = False
    """Whether somebody has to act in the days looked ahead."""
    is_estimate: bool = False
    citation: Citation | None = None
