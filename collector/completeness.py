"""Which minutes are incomplete, agent by agent: told gaps, and times in which an agent did not run or has gone silent.

A count over a time that stands here is a count of what was seen, never of what was.
"""

from collections.abc import Iterable
from enum import StrEnum, auto
from itertools import groupby, pairwise
from typing import Final

from msgspec import Struct

from collector.ports import Store
from wire.coverage import Coverage
from wire.envelopes import Gap

_SILENT_NS: Final = 60_000_000_000
"""An agent tells its totals every few seconds; after so long without them it is not watching, or cannot say so."""


class Cause(StrEnum):
    """Why nobody knows what was there."""

    LOST = auto()
    """The agent saw it, and what it saw never came."""
    NOT_RUNNING = auto()
    """Between two runs of the agent."""
    SILENT = auto()
    """The agent has not been heard of since."""


class Hole(Struct, frozen=True):
    """A time of one agent in which something is missing."""

    from_ns: int
    until_ns: int
    agent: str
    cause: Cause
    reason: str = ""
    """What the agent gave as the reason."""
    items: int | None = None
    """Records missing; None where nobody can say."""


def known_holes(store: Store, since_ns: int, now_ns: int) -> list[Hole]:
    """Every hole that a store knows of from a moment until now, oldest first; of very many gaps the newest."""
    return holes(store.intake.gaps(since_ns), store.coverages(), since_ns, now_ns)


def holes(gaps: Iterable[Gap], coverages: Iterable[Coverage], since_ns: int, now_ns: int) -> list[Hole]:
    """Every hole that reaches beyond a moment, oldest first.

    Args:
        gaps: what agents told (``Store.intake.gaps``). One without times is left out here: it says what, not when.
        coverages: the totals of every run (``Store.coverages``).
        since_ns: the beginning of what is asked for.
        now_ns: its end.
    """
    found = [
        Hole(gap.from_ns, gap.until_ns, gap.agent, Cause.LOST, gap.reason, gap.items) for gap in gaps if gap.until_ns
    ]
    ordered = sorted(coverages, key=lambda each: (each.agent, each.started_ns))
    for agent, some in groupby(ordered, key=lambda each: each.agent):
        runs = list(some)
        found += [
            Hole(before.seen_ns, after.started_ns, agent, Cause.NOT_RUNNING)
            for before, after in pairwise(runs)
            if after.started_ns - before.seen_ns > _SILENT_NS
        ]
        heard_ns = max(each.seen_ns for each in runs)
        if now_ns - heard_ns > _SILENT_NS:
            found.append(Hole(heard_ns, now_ns, agent, Cause.SILENT))
    return sorted((hole for hole in found if hole.until_ns > since_ns and hole.from_ns < now_ns), key=_place)


def incomplete_minutes(found: Iterable[Hole], since_ns: int, until_ns: int) -> int:
    """How many minutes from one moment until another have a hole of any agent in them."""
    minute_ns = 60_000_000_000
    first, last = since_ns // minute_ns, -(-until_ns // minute_ns)
    counted, reached = 0, first
    for hole in sorted(found, key=_place):
        begin, end = max(hole.from_ns // minute_ns, reached), min(-(-hole.until_ns // minute_ns), last)
        if end > begin:
            counted, reached = counted + end - begin, end
    return counted


def _place(hole: Hole) -> tuple[int, int, str]:
    return hole.from_ns, hole.until_ns, hole.agent
