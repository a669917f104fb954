"""The store in memory: of the tests, and of a scan that keeps nothing."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock

from collector.ledger import Cell, Ledger
from collector.ports import Judged, Past, Query, Revision, Stretch
from collector.stores.cases_memory import MemoryCases
from collector.stores.intake_memory import MemoryIntake, MemoryIntakeWriter, MemoryKeeping, MemoryKeepingWriter, Tables
from collector.stores.intake_sql import day_of
from collector.verdicts import Status
from wire.coverage import Coverage
from wire.legal_time import legal_year
from wire.subjects import Subjects

_Key = tuple[str, int]


class MemoryStore:
    """Keeps everything until the process ends. Usable from several threads."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._judged: dict[str, Judged] = {}
        self._cells: dict[_Key, dict[Cell, Subjects]] = {}
        self._open: dict[_Key, Ledger] = {}
        self._tables = Tables()
        self._pasts: dict[str, list[Past]] = {}
        self.cases = MemoryCases(self._lock)
        self.intake = MemoryIntake(self._tables, self._lock)
        self.keeping = MemoryKeeping(self._tables, self._lock)

    @contextmanager
    def begin(self) -> Iterator["_MemoryTransaction"]:
        """Open a transaction; only one at a time."""
        with self._lock:
            transaction = _MemoryTransaction(self._judged, self._opened, self.cases, self._tables)
            transaction.keeping.deletes = self._deleted, self._forgotten
            try:
                yield transaction
            except BaseException:
                # The ledgers grew in place: what was not kept is forgotten with them.
                self._open.clear()
                self.cases.undone()
                raise
            self._keep(transaction)
            self.cases.kept()

    def keep_coverage(self, coverage: Coverage) -> None:
        """Store an agent's totals."""
        with self.begin() as transaction:
            transaction.intake.keep_coverage([coverage])

    def transfers(self, query: Query) -> list[Judged]:
        """Judged transfers, newest first."""
        with self._lock:
            found = [each for each in self._judged.values() if _matches(each, query)]
        return sorted(found, key=_place, reverse=True)[: query.most]

    def transfer(self, event_id: str) -> Judged | None:
        """One judged transfer."""
        with self._lock:
            return self._judged.get(event_id)

    def past(self, event_id: str) -> list[Past]:
        """The verdicts that one transfer had before, oldest first."""
        with self._lock:
            return list(self._pasts.get(event_id, ()))

    def stretches(self) -> list[Stretch]:
        """Every exporter with transfers, by organisation code."""
        times: dict[str, list[int]] = {}
        with self._lock:
            for each in self._judged.values():
                times.setdefault(each.event.organisation, []).append(each.event.begun_ns)
        return [Stretch(name, min(some), max(some)) for name, some in sorted(times.items())]

    def in_time(self, organisation: str, from_ns: int, until_ns: int) -> Iterator[Judged]:
        """An exporter's transfers that began in a span of time, oldest first."""
        with self._lock:
            found = [each for each in self._judged.values() if each.event.organisation == organisation]
        return iter(sorted((each for each in found if from_ns <= each.event.begun_ns < until_ns), key=_place))

    def count_between(self, organisation: str, from_ns: int, until_ns: int) -> int:
        """How many of an exporter's transfers began in a span of time."""
        return sum(1 for _ in self.in_time(organisation, from_ns, until_ns))

    def counts(self, organisation: str = "") -> dict[Status, int]:
        """How many transfers of each status, of one exporter where it is named."""
        found: dict[Status, int] = {}
        with self._lock:
            for each in self._judged.values():
                if organisation in ("", each.event.organisation):
                    found[each.verdict.status] = found.get(each.verdict.status, 0) + 1
        return found

    def ledgers(self, year: int, organisation: str = "") -> list[Ledger]:
        """Every exporter's ledger of the year, by organisation code; that of one exporter where it is named."""
        with self._lock:
            kept = sorted(
                (key, dict(cells))
                for key, cells in self._cells.items()
                if key[1] == year and organisation in ("", key[0])
            )
        return [Ledger(*key, cells.items()) for key, cells in kept]

    def coverages(self) -> list[Coverage]:
        """The newest record of each agent and start, newest first."""
        with self._lock:
            return sorted(self._tables.coverages.values(), key=lambda each: each.seen_ns, reverse=True)

    def close(self) -> None:
        """Nothing to release."""

    def _opened(self, organisation: str, year: int) -> Ledger:
        """The ledger that grows with the transactions."""
        key = organisation, year
        if key not in self._open:
            self._open[key] = Ledger(*key, self._cells.get(key, {}).items())
        return self._open[key]

    def _keep(self, transaction: "_MemoryTransaction") -> None:
        for ledger in transaction.ledgers:
            self._cells.setdefault((ledger.organisation, ledger.year), {}).update(ledger.changed())
            ledger.saved()
        self._judged.update((each.event.event_id, each) for each in transaction.judged)
        for each in transaction.revisions:
            name = each.verdict.event_id
            self._pasts.setdefault(name, []).append(each.past)
            self._judged[name] = Judged(self._judged[name].event, each.verdict)
        for ledger in transaction.rebuilt:
            key = ledger.organisation, ledger.year
            self._open.pop(key, None)
            self._cells.pop(key, None)
            if cells := dict(ledger.cells()):
                self._cells[key] = cells
        transaction.settle(self._judged)

    def _deleted(self, organisation: str, before_ns: int) -> int:
        """Delete an exporter's old transfers but those of cases at work."""
        names = [
            name
            for name, each in self._judged.items()
            if each.event.organisation == organisation and each.event.begun_ns < before_ns
            and not self._is_at_work(name)
        ]  # fmt: skip
        for name in names:
            del self._judged[name]
            self._pasts.pop(name, None)
        return len(names)

    def _is_at_work(self, event_id: str) -> bool:
        case = self.cases.case(self.cases.case_of(event_id))
        return case is not None and case.state.is_open

    def _forgotten(self, before_ns: int) -> int:
        """Delete the ledgers of earlier years but those held."""
        held = self._tables.holds.keys()
        keys = [key for key in self._cells if key[1] < legal_year(before_ns) and key[0] not in held]
        for key in keys:
            del self._cells[key]
            self._open.pop(key, None)
        return len(keys)


class _MemoryTransaction:
    def __init__(
        self, kept: Container[str], opened: Callable[[str, int], Ledger], cases: MemoryCases, tables: Tables
    ) -> None:
        self._kept = kept
        self.cases = cases
        self.intake = MemoryIntakeWriter(tables)
        self.keeping = MemoryKeepingWriter(tables)
        self.ledger = opened
        self.judged: list[Judged] = []
        self.ledgers: list[Ledger] = []
        self.revisions: list[Revision] = []
        self.rebuilt: list[Ledger] = []

    def known(self, event_ids: Sequence[str]) -> frozenset[str]:
        return frozenset(name for name in event_ids if name in self._kept)

    def reserve(self, keys: Iterable[tuple[str, int]]) -> None:
        """The whole store is this transaction's alone."""

    def keep(self, judged: Sequence[Judged], ledgers: Iterable[Ledger]) -> None:
        self.judged.extend(judged)
        self.ledgers.extend(ledgers)

    def revise(self, revisions: Sequence[Revision]) -> None:
        self.revisions.extend(revisions)

    def rebuild(self, ledger: Ledger) -> None:
        self.rebuilt.append(ledger)

    def settle(self, kept: Mapping[str, Judged]) -> None:
        """Do what was put off until the end."""
        changed = [*self.judged, *(kept[each.verdict.event_id] for each in self.revisions)]
        self.keeping.mark_due((each.event.organisation, day_of(each.event.begun_ns)) for each in changed)
        self.intake.settle()
        self.keeping.settle()


def _place(judged: Judged) -> tuple[int, str]:
    return judged.event.begun_ns, judged.event.event_id


def _matches(judged: Judged, query: Query) -> bool:
    return (
        (not query.statuses or judged.verdict.status in query.statuses)
        and (not query.organisation or judged.event.organisation == query.organisation)
        and (query.before is None or _place(judged) < query.before)
    )
