"""Records -> the envelopes of a spool: by gravity, so that the least grave can be given up first."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from agent.outlets.segment import Head
from wire.coverage import Coverage
from wire.envelopes import SCHEMA, Gap, Item
from wire.events import TransferEvent
from wire.kinds import Grade

LIGHT: Final = 0
"""Events in which nothing was found, and coverage, which the next coverage replaces."""
PERSONAL: Final = 1
"""Events with personal information."""
GRAVE: Final = 2
"""Events with sensitive personal information or suspected important data, and losses that must be told."""
LANES: Final = (LIGHT, PERSONAL, GRAVE)

GRADES: Final = (None, Grade.GENERAL, Grade.SENSITIVE, Grade.IMPORTANT)

_MOST_ITEMS: Final = 200


class Parting(Struct, frozen=True):
    """Records that go into one envelope."""

    lane: int
    items: tuple[Item, ...]

    def halves(self) -> tuple["Parting", "Parting"]:
        """The same in two envelopes."""
        middle = len(self.items) // 2
        return Parting(self.lane, self.items[:middle]), Parting(self.lane, self.items[middle:])


def parted(items: Iterable[Item]) -> Iterator[Parting]:
    """The records by gravity, the gravest first, in envelopes of at most 200."""
    lanes: dict[int, list[Item]] = {lane: [] for lane in LANES}
    for item in items:
        lanes[lane_of(item)].append(item)
    for lane in reversed(LANES):
        for some in _chunks(lanes[lane]):
            yield Parting(lane, some)


def lane_of(item: Item) -> int:
    """How grave it would be to lose it."""
    match item:
        case Gap():
            return GRAVE
        case Coverage():
            return LIGHT
        case TransferEvent():
            return min(_grade_of(item), GRAVE)


def head_of(items: Sequence[Item], sequence: int, made_ns: int) -> Head:
    """What the record of an envelope says openly."""
    events = [item for item in items if isinstance(item, TransferEvent)]
    return Head(
        sequence=sequence,
        items=len(items),
        grade=max((_grade_of(event) for event in events), default=0),
        schema=SCHEMA,
        made_ns=made_ns,
        from_ns=min((event.begun_ns for event in events), default=0),
        until_ns=max((event.ended_ns for event in events), default=0),
    )


def _grade_of(event: TransferEvent) -> int:
    return max((GRADES.index(tally.grade) for tally in event.tallies), default=0)


def _chunks(items: list[Item]) -> Iterator[tuple[Item, ...]]:
    for start in range(0, len(items), _MOST_ITEMS):
        yield tuple(items[start : start + _MOST_ITEMS])
