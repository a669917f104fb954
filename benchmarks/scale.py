"""What 100,000 exporters and a million agents would ask of it: arithmetic from measured costs; rewrites docs/scale.md.

``python -m benchmarks.scale``. Nothing here is measured at that scale; every constant says where it comes from.
"""

from bisect import bisect_left
from collections.abc import Callable
from itertools import accumulate, pairwise
from math import ceil
from pathlib import Path
import re
from typing import Final

from msgspec import Struct

PAGE: Final = Path(__file__).parents[1] / "docs" / "scale.md"

EXPORTERS: Final = 100_000
AGENTS: Final = 1_000_000

ENVELOPE_ITEMS: Final = 200
ENVELOPE_WAIT_S: Final = 5.0
"""An agent sends what it has after so long: an assumption; longer makes envelopes fuller and verdicts later."""
COVERAGE_S: Final = 60.0
"""An agent tells its totals so often: an assumption."""
BYTES_ONE, BYTES_TEN, BYTES_FULL = 476, 127, 66
"""Bytes an event in envelopes of 1, 10 and 200 (40,000 invented events of ``benchmarks.ingest_world``)."""
STORE_BYTES: Final = 2_778
"""Bytes an event in PostgreSQL with its indexes, ledgers and cases (the same events)."""
ARCHIVE_BYTES: Final = 192
"""Bytes an event in Parquet, event and verdict whole (the same events)."""
WORKER_EVENTS_S: Final = 4_300
"""Events a second that one core takes in, decode to commit (``python -m benchmarks ingest`` on a busy machine)."""
STORE_EVENTS_S: Final = 50_000
"""Rows a second that one PostgreSQL takes from many workers (collector engine study: 45,000 to 58,000 by COPY)."""
TRANSACTION_EVENTS: Final = 5_000
PARTITION_BYTES_S: Final = 10e6
"""What a partition bears with three replicas; the usual planning figure, not measured here."""
CONNECTION_BYTES: Final = 300_000
"""Memory of one mTLS connection (reliability study: 1,000 take 311 MB)."""
HOT_DAYS: Final = 30
ARCHIVE_DAYS: Final = 1_096
FLAGGED: Final = 0.19
"""Share of flagged transfers among the invented ones; a guess for real ones."""
SKEW: Final = 1.0
"""Exporter n has a share of events in proportion to n to the power of minus this (Zipf)."""
UNKNOWN: Final = 0.02
"""Share of events whose exporter no registry names; they share one ledger. A guess."""


class Load(Struct, frozen=True):
    """How much there is to tell."""

    name: str
    agent_events_s: float
    """Events a second of one agent, mean of day and night: one event is a minute of one conversation."""


LOADS: Final = (Load("light", 1 / 60), Load("middle", 0.1), Load("heavy", 1.0))


class Need(Struct, frozen=True):
    """What that load asks for."""

    events_s: float
    messages_s: float
    event_bytes: float
    broker_mb_s: float
    partitions: int
    workers: int
    stores: int
    hot_tb: float
    archive_tb: float
    unknown_share_of_worker: float
    """Of the time of one lock: the ledger of events without a known exporter, taken by one worker at a time."""
    largest_share_of_worker: float
    """The same for the largest exporter."""


def need(load: Load, wait_s: float = ENVELOPE_WAIT_S) -> Need:
    """The arithmetic."""
    events_s = AGENTS * load.agent_events_s
    items = min(ENVELOPE_ITEMS, max(1.0, load.agent_events_s * wait_s))
    messages_s = events_s / items + AGENTS / COVERAGE_S
    event_bytes = _between(items, ((1, BYTES_ONE), (10, BYTES_TEN), (200, BYTES_FULL)))
    broker = events_s * event_bytes + AGENTS / COVERAGE_S * BYTES_ONE
    workers = ceil(events_s / WORKER_EVENTS_S)
    return Need(
        events_s=events_s,
        messages_s=messages_s,
        event_bytes=event_bytes,
        broker_mb_s=broker / 1e6,
        partitions=max(ceil(broker / PARTITION_BYTES_S), 2 * workers),
        workers=workers,
        stores=ceil(events_s / STORE_EVENTS_S),
        hot_tb=events_s * 86_400 * HOT_DAYS * STORE_BYTES / 1e12,
        archive_tb=events_s * 86_400 * ARCHIVE_DAYS * ARCHIVE_BYTES / 1e12,
        unknown_share_of_worker=events_s * UNKNOWN / WORKER_EVENTS_S,
        largest_share_of_worker=events_s * largest_share(EXPORTERS) / WORKER_EVENTS_S,
    )


def largest_share(exporters: int) -> float:
    """The share of the largest exporter."""
    total = sum(1 / n**SKEW for n in range(1, exporters + 1))
    return float(1 / total)


def exporters_of_half(exporters: int) -> int:
    """How many of the largest have half of all events."""
    shares = list(accumulate(1 / n**SKEW for n in range(1, exporters + 1)))
    return bisect_left(shares, shares[-1] / 2) + 1


def _between(x: float, points: tuple[tuple[float, float], ...]) -> float:
    for (left, low), (right, high) in pairwise(points):
        if x <= right:
            return low + (high - low) * (x - left) / (right - left)
    return points[-1][1]


_SHOWN: Final[tuple[tuple[str, Callable[[Need], str]], ...]] = (
    ("events/s", lambda some: f"{some.events_s:,.0f}"),
    ("Kafka messages/s (coverage included)", lambda some: f"{some.messages_s:,.0f}"),
    ("bytes an event on the wire", lambda some: f"{some.event_bytes:,.0f}"),
    ("broker MB/s before replicas", lambda some: f"{some.broker_mb_s:,.0f}"),
    ("partitions (two a worker)", lambda some: f"{some.partitions:,}"),
    ("worker cores", lambda some: f"{some.workers:,}"),
    ("PostgreSQL servers by write rate", lambda some: f"{some.stores:,}"),
    (f"hot store, {HOT_DAYS} days, TB", lambda some: f"{some.hot_tb:,.0f}"),
    ("archive, three years, TB", lambda some: f"{some.archive_tb:,.0f}"),
    ("lock of the largest exporter, of one core", lambda some: f"{some.largest_share_of_worker:,.1f}"),
    ("lock of unknown exporters, of one core", lambda some: f"{some.unknown_share_of_worker:,.1f}"),
)


def table() -> str:
    """The needs of every load, as the page shows them."""
    needs = [need(load) for load in LOADS]
    rows = [("", *(load.name for load in LOADS)), ("---", *("---" for _ in LOADS))]
    rows += [(title, *map(show, needs)) for title, show in _SHOWN]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def page_with(text: str) -> str:
    """The page with the table of now."""
    return re.sub(
        "<!-- table -->.*<!-- /table -->", f"<!-- table -->\n{table()}\n<!-- /table -->", text, flags=re.DOTALL
    )


def main() -> None:
    """Rewrite the table of the page."""
    PAGE.write_text(page_with(PAGE.read_text()))
    print(table())
    print(f"{exporters_of_half(EXPORTERS):,} exporters have half of all events")


if __name__ == "__main__":
    main()
