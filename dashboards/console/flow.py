"""Where flagged transfers go, as bands from column to column: the geometry only, without colour or words."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Final
from unicodedata import east_asian_width

from msgspec import Struct

WIDTH: Final = 640
HEIGHT: Final = 268
_TOP: Final = 24
_GAP: Final = 13
_NODE_WIDTH: Final = 9
_COLUMNS: Final = (0, 205, 362, 498)
_MOST_NODES: Final = 6
_LONGEST_TEXT: Final = 26
"""In half-width characters; a Chinese one is two wide."""


class Stop(Struct, frozen=True):
    """What a transfer passes in one column."""

    text: str
    tone: str = ""
    """CSS class that gives the colour."""
    is_verdict: bool = False
    """Verdicts lend their colour to the bands beside them."""
    is_rest: bool = False
    """Those too small to be named, always last."""


Journey = tuple[Stop, Stop, Stop, Stop]
"""Exporter, grade, verdict, place."""


class Node(Struct, frozen=True):
    """A stop drawn; heights in units of the picture."""

    text: str
    tone: str
    count: int
    x: float
    y: float
    height: float

    @property
    def text_x(self) -> float:
        """Where the label begins."""
        return self.x + _NODE_WIDTH + 5

    @property
    def text_y(self) -> float:
        """Base line of the label, level with the middle of the node."""
        return round(self.y + self.height / 2 + 4, 1)


class Band(Struct, frozen=True):
    """The transfers that pass from one stop to the next."""

    path: str
    tone: str
    says: str


class Head(Struct, frozen=True):
    """Title of a column."""

    text: str
    x: float


class Flow(Struct, frozen=True):
    """The picture."""

    count: int = 0
    heads: tuple[Head, ...] = ()
    nodes: tuple[Node, ...] = ()
    bands: tuple[Band, ...] = ()

    @property
    def box(self) -> str:
        """The picture's coordinates, as SVG takes them."""
        return f"0 0 {WIDTH} {HEIGHT + 4}"

    @property
    def summary(self) -> str:
        """The picture in words, for those who do not see it."""
        return "; ".join(band.says for band in self.bands[:24])


def draw(journeys: Sequence[Journey], heads: Sequence[str], others: Callable[[int], str]) -> Flow:
    """Lay the journeys out.

    Args:
        journeys: one a transfer.
        heads: titles of the four columns.
        others: the label of so many stops that are too small to be named.
    """
    if not journeys:
        return Flow()
    columns = [_folded([journey[place] for journey in journeys], others) for place in range(len(_COLUMNS))]
    unit = min((HEIGHT - _TOP - _GAP * (len(set(column)) - 1)) / len(journeys) for column in columns)
    nodes = [_nodes(column, x, unit) for column, x in zip(columns, _COLUMNS, strict=True)]
    bands: list[Band] = []
    for place, (left, right) in enumerate(pairwise(columns)):
        bands += _bands(Counter(zip(left, right, strict=True)), nodes[place : place + 2], unit)
    titles = tuple(Head(text, x) for text, x in zip(heads, _COLUMNS, strict=True))
    return Flow(len(journeys), titles, tuple(node for column in nodes for node in column.values()), tuple(bands))


def _folded(stops: list[Stop], others: Callable[[int], str]) -> list[Stop]:
    ranked = [stop for stop, _ in Counter(stops).most_common()]
    if len(ranked) <= _MOST_NODES:
        return stops
    kept = set(ranked[: _MOST_NODES - 1])
    rest = Stop(others(len(ranked) - len(kept)), is_rest=True)
    return [stop if stop in kept else rest for stop in stops]


def _nodes(column: list[Stop], x: float, unit: float) -> dict[Stop, Node]:
    nodes: dict[Stop, Node] = {}
    y: float = _TOP
    ranked = Counter(column).most_common()
    for stop, count in sorted(ranked, key=lambda item: item[0].is_rest):
        nodes[stop] = Node(_fitted(stop.text), stop.tone, count, x, round(y, 1), round(max(count * unit, 1), 1))
        y += count * unit + _GAP
    return nodes


def _fitted(text: str) -> str:
    """The text, cut where it would run into the next column."""
    ends = list(accumulate(2 if east_asian_width(char) in "WF" else 1 for char in text))
    return text if not ends or ends[-1] <= _LONGEST_TEXT else text[: bisect_right(ends, _LONGEST_TEXT - 1)] + "…"


def _bands(counts: Counter[tuple[Stop, Stop]], sides: list[dict[Stop, Node]], unit: float) -> list[Band]:
    left, right = sides
    leaving = {stop: node.y for stop, node in left.items()}
    arriving = {stop: node.y for stop, node in right.items()}
    bands = []
    for start, end in ((start, end) for start in left for end in right if (start, end) in counts):
        count = counts[start, end]
        path = _ribbon((left[start].x + _NODE_WIDTH, leaving[start]), (right[end].x, arriving[end]), count * unit)
        tone = next((stop.tone for stop in (start, end) if stop.is_verdict), "")
        bands.append(Band(path, tone, f"{start.text} → {end.text}: {count:,}"))
        leaving[start] += count * unit
        arriving[end] += count * unit
    return bands


def _ribbon(start: tuple[float, float], end: tuple[float, float], thickness: float) -> str:
    (x1, y1), (x2, y2) = start, end
    middle = (x1 + x2) / 2
    upper = f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    y1, y2 = y1 + thickness, y2 + thickness
    return f"{upper}V{y2:.1f}C{middle:.1f} {y2:.1f} {middle:.1f} {y1:.1f} {x1:.1f} {y1:.1f}z"
