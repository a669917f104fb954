"""What the collector asks of the outer world."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from msgspec import Struct

from collector.case_ports import CaseStore, CaseWriter
from collector.ledger import Ledger
from collector.verdicts import Status, Verdict
from wire.coverage import Coverage
from wire.events import TransferEvent


class Judged(Struct, frozen=True):
    """A transfer with its verdict."""

    event: TransferEvent
    verdict: Verdict


class Query(Struct, frozen=True):
    """Which judged transfers to read, newest first."""

    statuses: tuple[Status, ...] = ()
    """Empty: all."""
    organisation: str = ""
    """Empty: all exporters."""
    most: int = 100
    before: tuple[int, str] | None = None
    """(begun_ns, event_id) of the last row already read: the next page starts behind it."""


class Transaction(Protocol):
    """A unit of work: all of it is kept, or nothing."""

    @property
    def cases(self) -> CaseWriter:
        """The cases, written in this transaction."""
        ...

    def known(self, event_ids: Sequence[str]) -> frozenset[str]:
        """Those of the events that were judged before."""
        ...

    def ledger(self, organisation: str, year: int) -> Ledger:
        """The exporter's ledger of the year; an empty one if there is none."""
        ...

    def keep(self, judged: Sequence[Judged], ledgers: Iterable[Ledger]) -> None:
        """Store transfers, verdicts and ledgers."""
        ...


class Store(Protocol):
    """Where events, verdicts, ledgers and coverage live. One contract test holds for every store."""

    @property
    def cases(self) -> CaseStore:
        """The cases for reading."""
        ...

    def begin(self) -> AbstractContextManager[Transaction]:
        """Open a transaction; it commits on leaving the block and rolls back on an error."""
        ...

    def keep_coverage(self, coverage: Coverage) -> None:
        """Store an agent's totals; a later record of the same agent and start replaces the earlier one."""
        ...

    def transfers(self, query: Query) -> list[Judged]:
        """Judged transfers, newest first."""
        ...

    def transfer(self, event_id: str) -> Judged | None:
        """One judged transfer."""
        ...

    def counts(self) -> dict[Status, int]:
        """How many transfers of each status."""
        ...

    def ledgers(self, year: int) -> list[Ledger]:
        """Every exporter's ledger of the year, by organisation code."""
        ...

    def coverages(self) -> list[Coverage]:
        """The newest record of each agent and start, newest first."""
        ...

    def close(self) -> None:
        """Release the store."""
        ...
