"""What a board is: panels with their queries, titles and links, independent of how Grafana writes them.

Every worker tells how the one store stands, so such series are taken as the greatest over instances, never as a sum.
"""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from dashboards.alert import Both


class Look(StrEnum):
    """Core panels of Grafana only; no map among them: its base layers come from outside and none is approved."""

    TIMESERIES = "timeseries"
    STAT = "stat"
    BARGAUGE = "bargauge"
    BARCHART = "barchart"
    TABLE = "table"
    HEATMAP = "heatmap"
    PIE = "piechart"


class Prom(Struct, frozen=True):
    """A question to Prometheus."""

    expr: str
    legend: str = ""
    """Grafana's template of a line's name."""


class Sql(Struct, frozen=True):
    """A question to PostgreSQL; the macros of Grafana's own plug-in may stand in it."""

    text: str
    is_series: bool = False
    """Whether its rows are points in time."""


class Panel(Struct, frozen=True, kw_only=True):
    """One panel."""

    title: Both
    says: Both
    look: Look
    asks: tuple[Prom | Sql, ...]
    """All of one kind."""
    unit: str = "short"
    steps: tuple[tuple[str, float | None], ...] = ()
    """Colour from which value on; the first without one."""
    width: int = 12
    height: int = 8
    link: Both = ("", "")
    """Path in the console for each row, ``${__data.fields.name}`` filled in, and the column that carries it."""


class Board(Struct, frozen=True):
    """One board."""

    uid: str
    title: Both
    says: Both
    panels: tuple[Panel, ...]
    since: str = "now-6h"


GOOD: Final = "green"
NEAR: Final = "orange"
BAD: Final = "red"

COLOURS: Final = {
    "unfiled": "#c23a2b", "wrong_route": "#c23a2b", "out_of_scope": "#a9570a", "over_volume": "#7346a0",
    "expired": "#6f6152", "not_yet_effective": "#6f6152", "covered": "#237a72", "below_threshold": "#237a72",
    "exempt": "#566b85", "not_export": "#566b85", "recipient_unknown": "#48576a", "undetermined": "#48576a",
    "content_unseen": "#48576a",
}  # fmt: skip
"""The verdicts' colours, as the console's style sheet has them."""
