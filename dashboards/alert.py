"""What an alert is: its rule, whom it wakes, its runbook page and the proof that it fires and keeps quiet."""

from enum import StrEnum

from msgspec import Struct

Both = tuple[str, str]
"""Chinese, English."""
AGENT_JOB = "@agent"
COLLECTOR_JOB = "@collector"
"""Stand for the names of the scrape jobs until the rules are rendered."""


class Severity(StrEnum):
    """How soon a person must look."""

    CRITICAL = "critical"
    """Now, at night too."""
    WARNING = "warning"
    """Today."""
    INFO = "info"
    """Put it on the calendar."""
    NONE = "none"
    """Always firing: proves that alerts get through."""


class Team(StrEnum):
    """Who looks."""

    OPS = "ops"
    PRIVACY = "privacy"
    COMPLIANCE = "compliance"


class Proof(Struct, frozen=True):
    """A case for ``promtool test rules``."""

    series: tuple[tuple[str, str], ...]
    """Name with labels, and values in promtool's notation."""
    at: str = "30m"
    labels: tuple[dict[str, str], ...] = ()
    """Of each alert that fires, without severity and team; empty: it keeps quiet."""
    every: str = "1m"
    """Interval of the samples."""


class Alert(Struct, frozen=True, kw_only=True):
    """One alert."""

    name: str
    title: Both
    """A sentence that is always true of it."""
    says: Both
    """What is so now; Prometheus' templates may stand in it."""
    expr: str
    lasts: str = "0s"
    """How long it must hold."""
    severity: Severity
    team: Team
    board: str
    """Uid of the board to look at first."""
    impact: Both
    """What it means for the work, and whether the counts of the period still hold."""
    look: tuple[str, ...]
    """PromQL, commands and console pages, in the order in which to look."""
    act: tuple[Both, ...]
    """What to do, step by step."""
    fires: Proof
    quiet: Proof


class Group(Struct, frozen=True):
    """Alerts that are evaluated together."""

    name: str
    alerts: tuple[Alert, ...]


class Recording(Struct, frozen=True):
    """A series that is computed once for many."""

    name: str
    expr: str
    says: Both
