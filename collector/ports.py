"""What the collector asks of the outer world."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from msgspec import Struct

from collector.case_ports import CaseStore, CaseWriter
from collector.intake_ports import IntakeStore, IntakeWriter, KeepingStore, KeepingWriter
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


class Past(Struct, frozen=True):
    """A verdict that no longer holds."""

    verdict: Verdict
    superseded_by: str
    """Version of the registry under which the transfer was judged again."""
    superseded_ns: int


class Revision(Struct, frozen=True):
    """A verdict and the one that takes its place."""

    past: Past
    verdict: Verdict


class Stretch(Struct, frozen=True):
    """From when to when an exporter's transfers began."""

    organisation: str
    first_ns: int
    last_ns: int


class Transaction(Protocol):
    """A unit of work: all of it is kept, or nothing."""

    @property
    def cases(self) -> CaseWriter:
        """The cases, written in this transaction."""
        ...

    @property
    def intake(self) -> IntakeWriter:
        """Marks, gaps and offsets, written in this transaction."""
        ...

    @property
    def keeping(self) -> KeepingWriter:
        """Holds, archived days and deletion, written in this transaction."""
        ...

    def known(self, event_ids: Sequence[str]) -> frozenset[str]:
        """Those of the events that were judged before."""
        ...

    def reserve(self, keys: Iterable[tuple[str, int]]) -> None:
        """Take the ledgers of (organisation, year) for this transaction alone, in an order in which no two block."""
        ...

    def ledger(self, organisation: str, year: int) -> Ledger:
        """The exporter's ledger of the year; an empty one if there is none."""
        ...

    def keep(self, judged: Sequence[Judged], ledgers: Iterable[Ledger]) -> None:
        """Store transfers, verdicts and ledgers."""
        ...

    def revise(self, revisions: Sequence[Revision]) -> None:
        """Put verdicts in the place of those that were kept, which stay beside them."""
        ...

    def rebuild(self, ledger: Ledger) -> None:
        """Put a ledger in the place of the one that was kept."""
        ...


class Store(Protocol):
    """Where events, verdicts, ledgers and coverage live. One contract test holds for every store."""

    @property
    def cases(self) -> CaseStore:
        """The cases for reading."""
        ...

    @property
    def intake(self) -> IntakeStore:
        """Marks, gaps and offsets for reading."""
        ...

    @property
    def keeping(self) -> KeepingStore:
        """Holds and days to archive for reading."""
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

    def past(self, event_id: str) -> list[Past]:
        """The verdicts that one transfer had before, oldest first."""
        ...

    def stretches(self) -> list[Stretch]:
        """Every exporter with transfers, by organisation code."""
        ...

    def in_time(self, organisation: str, from_ns: int, until_ns: int) -> Iterator[Judged]:
        """An exporter's transfers that began in a span of time, oldest first, read page by page."""
        ...

    def count_between(self, organisation: str, from_ns: int, until_ns: int) -> int:
        """How many of an exporter's transfers began in a span of time."""
        ...

    def counts(self, organisation: str = "") -> dict[Status, int]:
        """How many transfers of each status, of one exporter where it is named."""
        ...

    def ledgers(self, year: int, organisation: str = "") -> list[Ledger]:
        """Every exporter's ledger of the year, by organisation code; that of one exporter where it is named."""
        ...

    def coverages(self) -> list[Coverage]:
        """The newest record of each agent and start, newest first."""
        ...

    def close(self) -> None:
        """Release the store."""
        ...
