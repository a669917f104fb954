"""What the agents have looked at and what they have not, as the console shows it."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from dashboards.console.figures import age, digits, percent, volume
from dashboards.console.words import say
from wire.coverage import Coverage

_CONTENTS: Final = ("seen", "partial", "unseen")
_SILENT_NS: Final = 60_000_000_000
"""An agent reports every few seconds; after a minute someone should look."""
_MOST_FAULTS: Final = 20


class Part(Struct, frozen=True):
    """A piece of the bar of outbound bytes, in percent of its width."""

    content: str
    start: float
    width: float


class Agent(Struct, frozen=True):
    """One line of the table of agents."""

    agent: str
    sources: str
    seen_ns: int
    is_silent: bool
    packets: int
    lines: int
    read: str
    parts: tuple[Part, ...]
    shares: str
    faults: tuple[tuple[str, int], ...]
    fault_total: int


def agents_of(coverages: Sequence[Coverage], now_ns: int, language: int) -> list[Agent]:
    """The newest record of each agent; an earlier start of the same agent is history."""
    newest: dict[str, Coverage] = {}
    for coverage in coverages:
        newest.setdefault(coverage.agent, coverage)
    return [_agent(coverage, now_ns, language) for coverage in newest.values()]


def proof(coverages: Sequence[Coverage], judged: int, now_ns: int, language: int) -> str:
    """A sentence that shows an empty table to be the truth and not a failure; empty if there is nothing to show."""
    if not coverages:
        return ""
    return say(
        "proof",
        language,
        agents=len({coverage.agent for coverage in coverages}),
        age=age(max(coverage.seen_ns for coverage in coverages), now_ns, language),
        packets=digits(sum(coverage.packets for coverage in coverages)),
        lines=digits(sum(coverage.lines for coverage in coverages)),
        judged=digits(judged),
    )


def _agent(coverage: Coverage, now_ns: int, language: int) -> Agent:
    faults = sorted(coverage.faults.items(), key=lambda fault: (-fault[1], fault[0]))
    return Agent(
        agent=coverage.agent,
        sources=("、", ", ")[language].join(coverage.sources[:4]) + ("…" if len(coverage.sources) > 4 else ""),
        seen_ns=coverage.seen_ns,
        is_silent=now_ns - coverage.seen_ns > _SILENT_NS,
        packets=coverage.packets,
        lines=coverage.lines,
        read=volume(coverage.captured_bytes, language),
        parts=_parts(coverage.outbound_bytes),
        shares=_shares(coverage.outbound_bytes, language),
        faults=tuple(faults[:_MOST_FAULTS]),
        fault_total=sum(coverage.faults.values()),
    )


def _parts(outbound: dict[str, int]) -> tuple[Part, ...]:
    total = sum(outbound.get(content, 0) for content in _CONTENTS)
    parts, start = [], 0.0
    for content in _CONTENTS:
        width = 100 * outbound.get(content, 0) / total if total else 0
        if width:
            parts.append(Part(content, round(start, 2), round(width, 2)))
        start += width
    return tuple(parts)


def _shares(outbound: dict[str, int], language: int) -> str:
    present = [content for content in _CONTENTS if outbound.get(content)]
    total = sum(outbound[content] for content in present)
    return " · ".join(
        f"{say(f'content.{content}', language)} {percent(outbound[content], total)}"
        f" ({volume(outbound[content], language)})"
        for content in present
    )
