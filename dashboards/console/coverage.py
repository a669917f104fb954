"""What the agents have looked at and what they have not, as the console shows it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from collector.completeness import Cause, Hole, incomplete_minutes
from dashboards.console.figures import age, digits, percent, volume
from dashboards.console.words import say
from wire.coverage import Coverage
from wire.events import TransferEvent

_CONTENTS: Final = ("seen", "partial", "unseen")
_MINUTE_NS: Final = 60_000_000_000
_SILENT_NS: Final = 60_000_000_000
"""An agent reports every few seconds; after a minute someone should look."""
_MOST_FAULTS: Final = 20
_MOST_SOURCES: Final = 4


_MOST_HOLES: Final = 20


class Lack(Struct, frozen=True):
    """A time that is not known whole."""

    from_ns: int
    until_ns: int
    agent: str
    why: str


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
    """Every agent with the sum of all its starts, for the transfers of earlier starts are in the table too."""
    by_agent: dict[str, list[Coverage]] = {}
    for coverage in coverages:
        by_agent.setdefault(coverage.agent, []).append(coverage)
    return [_agent(starts, now_ns, language) for starts in by_agent.values()]


def lacks_of(found: Sequence[Hole], language: int) -> list[Lack]:
    """The newest holes first, no more than a page bears."""
    return [
        Lack(each.from_ns, each.until_ns, each.agent, _why(each, language)) for each in found[: -_MOST_HOLES - 1 : -1]
    ]


def said_of_minutes(found: Sequence[Hole], since_ns: int, now_ns: int, language: int) -> str:
    """How many minutes are incomplete: unseen is not absent."""
    count = incomplete_minutes(found, since_ns, now_ns)
    return say("lacks", language, minutes=digits(count)) if count else say("lacks.none", language)


def lack_of_event(event: TransferEvent, found: Iterable[Hole], language: int) -> str:
    """Why the minutes of a transfer are not known whole to the agent that saw it; empty if they are."""
    begin_ns, end_ns = event.begun_ns // _MINUTE_NS * _MINUTE_NS, -(-(event.ended_ns + 1) // _MINUTE_NS) * _MINUTE_NS
    own = (each for each in found if each.agent == event.agent)
    reaching = [each for each in own if each.from_ns < end_ns and each.until_ns > begin_ns]
    whys = dict.fromkeys(_why(each, language) for each in reaching[:_MOST_SOURCES])
    return say("lack.here", language, why=("；", "; ")[language].join(whys)) if whys else ""


def _why(hole: Hole, language: int) -> str:
    if hole.cause is not Cause.LOST or hole.items is None:
        return say(f"lack.{hole.cause}", language, reason=hole.reason)
    return say("lack.counted", language, reason=hole.reason, items=digits(hole.items))


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


def _agent(starts: list[Coverage], now_ns: int, language: int) -> Agent:
    faults, outbound = _sum(start.faults for start in starts), _sum(start.outbound_bytes for start in starts)
    sources = list(dict.fromkeys(source for start in starts for source in start.sources))
    seen_ns = max(start.seen_ns for start in starts)
    return Agent(
        agent=starts[0].agent,
        sources=("、", ", ")[language].join(sources[:_MOST_SOURCES]) + ("…" if len(sources) > _MOST_SOURCES else ""),
        seen_ns=seen_ns,
        is_silent=now_ns - seen_ns > _SILENT_NS,
        packets=sum(start.packets for start in starts),
        lines=sum(start.lines for start in starts),
        read=volume(sum(start.captured_bytes for start in starts), language),
        parts=_parts(outbound),
        shares=_shares(outbound, language),
        faults=tuple(sorted(faults.items(), key=lambda fault: (-fault[1], fault[0]))[:_MOST_FAULTS]),
        fault_total=faults.total(),
    )


def _sum(some: Iterable[dict[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counts in some:
        total.update(counts)
    return total


def _parts(outbound: Mapping[str, int]) -> tuple[Part, ...]:
    total = sum(outbound.get(content, 0) for content in _CONTENTS)
    parts, start = [], 0.0
    for content in _CONTENTS:
        width = 100 * outbound.get(content, 0) / total if total else 0
        if width:
            parts.append(Part(content, round(start, 2), round(width, 2)))
        start += width
    return tuple(parts)


def _shares(outbound: Mapping[str, int], language: int) -> str:
    present = [content for content in _CONTENTS if outbound.get(content)]
    total = sum(outbound[content] for content in present)
    return " · ".join(
        f"{say(f'content.{content}', language)} {percent(outbound[content], total)}"
        f" ({volume(outbound[content], language)})"
        for content in present
    )
