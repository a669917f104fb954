"""What a changed registry makes of transfers kept as columns; nothing is written (ADR 0017)."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
import gc
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from msgspec import Struct
import numpy as np
from numpy.typing import NDArray

from collector.batch.archive import Group, Word, read_columns, word_of
from collector.batch.judge import BatchJudge, Rulings
from collector.batch.kernels import ANY, SENSITIVE
from collector.precedents import Precedents
from collector.verdicts import Status, Verdict
from collector.whatif import MOST_SHOWN, Change, Rules
from wire.subjects import Span


class Retold(Struct, frozen=True, kw_only=True):
    """An exporter's year, as it was said and as it would be."""

    organisation: str
    year: int
    events: int
    before: dict[Status, int]
    after: dict[Status, int]
    changed: int
    """Transfers whose status, route or filing is another."""
    first: tuple[Change, ...]
    """The earliest that changed; of the verdicts before, the reasons were not kept."""
    any: Span
    """Persons of the year, as it would be."""
    sensitive: Span


class _Year:
    def __init__(self, organisation: str, year: int, said: Precedents) -> None:
        self._place = organisation, year
        self._judge = BatchJudge(said)
        self._before: Counter[Status] = Counter()
        self._after: Counter[Status] = Counter()
        self._changed = 0
        self._first: list[Change] = []

    def take(self, group: Group, most: int) -> None:
        rulings = self._judge.judge(group.shipment)
        after = [word_of(template.verdict) for template in rulings.templates]
        is_other = np.array([[one != other for other in after] for one in group.words], bool)
        changed = np.flatnonzero(is_other[group.said, rulings.template])
        self._changed += len(changed)
        _count(self._before, group.words, group.said)
        _count(self._after, after, rulings.template)
        for place in changed[: most - len(self._first)].tolist():
            self._first.append(_change(group, rulings, place))

    def told(self) -> Retold:
        organisation, year = self._place
        return Retold(
            organisation=organisation,
            year=year,
            events=self._before.total(),
            before=dict(self._before),
            after=dict(self._after),
            changed=self._changed,
            first=tuple(self._first),
            any=self._judge.counts.span(ANY),
            sensitive=self._judge.counts.span(SENSITIVE),
        )


def retell(path: Path, rules: Rules, most: int = MOST_SHOWN) -> Iterator[Retold]:
    """What would be said of the transfers of one file, year by year.

    Raises:
        UntraceableError: a transfer has to be judged one by one, from the store.
    """
    said = Precedents(rules.registry, rules.routes)
    for (organisation, number), groups in groupby(read_columns(path), lambda each: (each.organisation, each.year)):
        year = _Year(organisation, number, said)
        for group in groups:
            year.take(group, most)
        yield year.told()


def retell_all(
    paths: Sequence[Path],
    rules: Rules,
    workers: int,
    most: int = MOST_SHOWN,
    done: Callable[[], None] = lambda: None,
) -> list[Retold]:
    """As ``retell``, of many files, by so many processes; by organisation and year.

    Args:
        paths: the files.
        rules: what is judged by.
        workers: processes.
        most: changes that are told one by one, of each year.
        done: called when another file has been told.
    """
    # Rules hold functions, which cannot be sent to another process; a forked one has them already.
    with get_context("fork").Pool(workers, _remember, (rules, most)) as pool:
        found = []
        for some in pool.imap_unordered(_retold, paths):
            found += some
            done()
    return sorted(found, key=lambda each: (each.organisation, each.year))


_OURS: Final[list[tuple[Rules, int]]] = []
"""In a worker: what it judges by."""


def _remember(rules: Rules, most: int) -> None:
    # Nothing here refers to itself: looking for that would take a tenth of the time.
    gc.disable()
    _OURS[:] = [(rules, most)]


def _retold(path: Path) -> list[Retold]:
    return list(retell(path, *_OURS[0]))


def _count(counts: Counter[Status], words: Sequence[Word], which: NDArray[np.integer]) -> None:
    many = np.bincount(which, minlength=len(words)).tolist()
    for (status, *_), number in zip(words, many, strict=True):
        if number:
            counts[status] += number


def _change(group: Group, rulings: Rulings, place: int) -> Change:
    event_id = bytes(group.event_ids[place]).hex()
    status, route, required, filing = group.words[group.said[place]]
    target = group.shipment.flows[group.shipment.flow[place]].target
    before = Verdict(event_id, status, route, required, (), filing)
    after = rulings.verdict(place, event_id)
    return Change(event_id, int(group.begun_ns[place]), target.host or target.address, before, after)
