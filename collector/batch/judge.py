"""Transfers in columns judged at once: the precedents of the stream, and the counts after every transfer (ADR 0017)."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any, Final

from msgspec import Struct
import numpy as np
from numpy.typing import NDArray

from collector.batch.kernels import ASKED_SLOT
from collector.batch.leading import Trees, lead
from collector.batch.running import Counts
from collector.batch.shipment import Part, Shipment, parts_of
from collector.ledger import COUNTED
from collector.precedents import DAY, VOLUME, Precedent, Precedents, Template
from collector.tracing import UNKNOWN, Tree, UntraceableError
from collector.verdicts import Verdict

I64 = NDArray[np.int64]

_FIRST_LEAF: Final = -2


class Rulings(Struct, frozen=True):
    """What was said of a shipment.

    Shape:
        template: (n,), places in ``templates``; numbers: (n, slots), what is to be written into them; basis: (n,),
        places in ``bases``, of exports.
    """

    templates: tuple[Template, ...]
    template: I64
    numbers: I64
    bases: tuple[str, ...]
    basis: I64

    def verdict(self, place: int, event_id: str) -> Verdict:
        """The verdict on one of the transfers."""
        template: Template = self.templates[int(self.template[place])]
        return template.filled(event_id, self.numbers[place].tolist())


class BatchJudge:
    """Judges one exporter's year, shipment after shipment, in the order in which transfers began.

    Args:
        said: what was said of like transfers; the batch adds to it.
    """

    def __init__(self, said: Precedents) -> None:
        self.counts = Counts()
        self._said = said

    def judge(self, shipment: Shipment) -> Rulings:
        """The verdicts with each transfer and all before it in the count.

        Raises:
            UntraceableError: a transfer has to be judged one by one.
        """
        flow, lines = self._lines(shipment)
        like = [precedent for precedent, _ in lines]
        most = max((len(each.asked) for each in like), default=0)
        numbers = np.zeros((len(shipment), ASKED_SLOT + 3 * most), np.int64)
        numbers[:, DAY] = shipment.day
        numbers[:, VOLUME] = np.maximum(shipment.volume, 0)

        is_export = np.array([each.is_export for each in like], bool)[flow]
        exports = np.flatnonzero(is_export)
        days = shipment.day.reshape(-1, 1)
        basis = _led([each.bases for each in like], flow, days, exports, lambda at, row: like[at].basis(row[DAY]))
        bases = tuple(chain.from_iterable(each.bases.leaves for each in like))
        is_counted = is_export.copy()
        is_counted[exports] = np.array([each == COUNTED for each in bases], bool)[basis[exports]]
        self.counts.take(shipment, self.counts.admit(lines), flow, is_counted, numbers)

        every = np.arange(len(shipment))
        template = _led([each.verdicts for each in like], flow, numbers, every, lambda at, row: like[at].template(row))
        templates = tuple(chain.from_iterable(each.verdicts.leaves for each in like))
        return Rulings(templates, template, numbers, bases, basis)

    def _lines(self, shipment: Shipment) -> tuple[I64, list[tuple[Precedent, tuple[Part, ...]]]]:
        """Of each transfer its line, and of each line the precedent and the parts of its persons."""
        lines: dict[int, tuple[Precedent, tuple[Part, ...]]] = {}
        places: dict[int, int] = {}
        line_of = np.empty(len(shipment.flows), np.int64)
        for place, event in enumerate(shipment.flows):
            precedent = self._said.of(event)
            if precedent is None:
                raise UntraceableError("judged without precedents")
            lines.setdefault(id(precedent), (precedent, parts_of(event)))
            line_of[place] = places.setdefault(id(precedent), len(places))
        return line_of[shipment.flow], list(lines.values())


def _led(
    trees: Sequence[Tree[Any]], flow: I64, numbers: I64, rows: I64, run: Callable[[int, list[int]], object]
) -> I64:
    """The leaf of each of the rows, counted over all trees; what no run has met yet is run."""
    found = np.full(len(flow), UNKNOWN, np.int64)
    rest = rows
    while rest.size:
        rest, ends = lead(_packed(trees), flow, numbers, rest, found)
        for which in np.flatnonzero(ends[:, 0] >= 0).tolist():
            # Days and counts grow, so the last often goes another way than the first.
            for row in ends[which].tolist():
                run(which, numbers[row].tolist())
    firsts = np.cumsum([0, *(len(each.leaves) for each in trees)])
    found[rows] = firsts[flow[rows]] + _FIRST_LEAF - found[rows]
    return found


def _packed(trees: Sequence[Tree[Any]]) -> Trees:
    many = [len(tree.questions) for tree in trees]
    nodes = np.empty((sum(many), 6), np.int64)
    nodes[:, :4] = _flat(chain.from_iterable(tree.questions) for tree in trees).reshape(-1, 4)
    nodes[:, 4:] = _flat(tree.ways for tree in trees).reshape(-1, 2)
    return nodes, np.cumsum([0, *many[:-1]]), np.array([tree.root for tree in trees], np.int64)


def _flat(some: Iterable[Iterable[int]]) -> I64:
    return np.fromiter(chain.from_iterable(some), np.int64)
