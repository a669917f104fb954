"""The yearly ledger of distinct persons that an exporter sent abroad: a semilattice of cells (ADR 0011).

Law:
    促进和规范数据跨境流动规定 第五条、第七条、第八条 (自当年1月1日起累计), in force 2024-03-22; counted as natural
    persons without repetition (自然人（去重）, 数据出境安全评估申报指南（第三版） template 2(二)6).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

from collector.persons import Part, Persons, opened_parts, united_parts
from wire.events import TransferEvent
from wire.faults import MalformedError
from wire.kinds import Grade
from wire.legal_time import legal_day
from wire.subjects import NOBODY, Span, Subjects, is_mark, mark_of, span_over

_PERSONAL: Final = (Grade.GENERAL, Grade.SENSITIVE)
COUNTED = ""
"""The basis of a transfer that no declared exemption takes out of the count."""


class CountOf(StrEnum):
    """Which persons a count is about (law.md 1.2: the statute leaves open how the first and the last relate)."""

    ANY = "any"
    """Any personal information, sensitive or not."""
    SENSITIVE = "sensitive"
    """敏感个人信息."""
    ORDINARY_ONLY = "ordinary_only"
    """Persons of whom nothing sensitive was sent."""


class Cell(Struct, frozen=True, order=True):
    """What persons are kept by. Cells only grow; a changed judgement changes which cells are united."""

    month: int
    """1 to 12, Asia/Shanghai."""
    basis: str
    """``COUNTED``, or the exemption by which the transfer is not counted."""
    recipient: str
    """The recipient's id in the registry; empty if it is not there."""
    grade: Grade
    """General or sensitive."""


class Ledger:
    """An exporter's persons of one year. Not shared between threads while it grows."""

    def __init__(self, organisation: str, year: int, cells: Iterable[tuple[Cell, Subjects]] = ()) -> None:
        self.organisation = organisation
        self.year = year
        self._cells: dict[Cell, Persons] = {}
        self._totals = {CountOf.ANY: Persons(), CountOf.SENSITIVE: Persons()}
        self._ordinary: Span | None = None
        self._reached: dict[tuple[str, ...], Persons] = {}
        self._grown: dict[Cell, Persons] = {}
        self.merge(cells)
        self.saved()

    def merge(self, cells: Iterable[tuple[Cell, Subjects]]) -> None:
        """As ``add``, of very many, without a count in between.

        Raises:
            MalformedError: bytes that are no theta sketch of ours; some may have been taken in.
        """
        by_cell: dict[Cell, list[Subjects]] = {}
        for cell, subjects in cells:
            by_cell.setdefault(cell, []).append(subjects)
        for cell, some in by_cell.items():
            self.take(cell, united_parts(some))

    def add(self, cell: Cell, subjects: Subjects) -> None:
        """Take persons into a cell; those already there change nothing.

        Raises:
            MalformedError: bytes that are no theta sketch of ours.
        """
        if subjects.sketches:
            self.take(cell, opened_parts([subjects]))

    def take(self, cell: Cell, parts: Sequence[Part]) -> None:
        """As ``add``, of sketches that were opened already. What a cell holds, every count over it holds too."""
        if not parts:
            return
        news = self._cells.setdefault(cell, Persons()).take(parts)
        if not news:
            return
        self._grown.setdefault(cell, Persons()).take(news)
        if cell.basis != COUNTED:
            return
        self._totals[CountOf.ANY].take(news)
        if cell.grade is Grade.SENSITIVE:
            self._totals[CountOf.SENSITIVE].take(news)
        self._ordinary = None
        for recipients, reached in self._reached.items():
            if cell.recipient in recipients:
                reached.take(news)

    def absorb(self, event: TransferEvent, *, basis: str = COUNTED, recipient: str = "") -> bool:
        """Take in the persons of a transfer; order and repetition change nothing.

        Returns:
            Whether the event's counts could be read; of one that could not, nothing is taken in.
        """
        try:
            parts = [(grade, opened_parts(_subjects_of(event, grade))) for grade in _PERSONAL]
        except MalformedError:
            return False
        month = legal_day(event.begun_ns).month
        for grade, some in parts:
            self.take(Cell(month, basis, recipient, grade), some)
        return True

    def span(self, count: CountOf) -> Span:
        """How many persons were counted this year so far."""
        if count is not CountOf.ORDINARY_ONLY:
            return self._totals[count].span
        if self._ordinary is None:
            any_of, sensitive = (dict(self._totals[each].bounds()) for each in (CountOf.ANY, CountOf.SENSITIVE))
            self._ordinary = _ordinary_of(any_of, sensitive)
        return self._ordinary

    def recipients_span(self, recipients: tuple[str, ...]) -> Span:
        """How many distinct persons were sent this year to any of these recipients, exempt transfers left out."""
        if recipients not in self._reached:
            cells = [cell for cell in self._cells if cell.basis == COUNTED and cell.recipient in recipients]
            self._reached[recipients] = Persons(self._cells[cell].subjects() for cell in cells)
        return self._reached[recipients].span

    def recipient_span(self, recipient: str) -> Span:
        """How many distinct persons were sent this year to one recipient."""
        return self.recipients_span((recipient,))

    def cells(self) -> Iterator[tuple[Cell, Subjects]]:
        """Every cell, to be stored or merged into another ledger."""
        return ((cell, self._cells[cell].subjects()) for cell in sorted(self._cells))

    def changed(self) -> Iterator[tuple[Cell, Subjects]]:
        """The cells that grew since the ledger was last saved, whole."""
        return ((cell, self._cells[cell].subjects()) for cell in sorted(self._grown))

    def growth(self) -> Iterator[tuple[Cell, Subjects]]:
        """What those cells took in since then: united with what was saved it is the cell."""
        return ((cell, self._grown[cell].subjects()) for cell in sorted(self._grown))

    def whole(self, cell: Cell) -> Subjects:
        """All that is in one cell."""
        return self._cells[cell].subjects()

    def saved(self) -> None:
        """Note that what there is has been stored."""
        self._grown.clear()


def persons_of(event: TransferEvent, grade: Grade) -> Subjects:
    """The persons of whom the event carries something of this grade, united without touching any ledger.

    Raises:
        MalformedError: a tally holds bytes that are no theta sketch of ours.
    """
    return Persons(_subjects_of(event, grade)).subjects()


def _subjects_of(event: TransferEvent, grade: Grade) -> list[Subjects]:
    return [tally.subjects for tally in event.tallies if tally.grade is grade]


def _ordinary_of(any_of: Mapping[str, Span], sensitive: Mapping[str, Span]) -> Span:
    """How many persons are in the first count and not in the second, all of whose tokens the first holds too.

    At least as many as the persons of the one exceed those of the other. At most as many as there are tokens that are
    neither sensitive nor covered; some of those covered may be sensitive too, but no more than are sensitive.
    """
    estimate, greatest, uncovered = 0, 0, 0
    for kind, span in any_of.items():
        if not is_mark(kind):
            less = sensitive.get(kind, NOBODY)
            estimate = max(estimate, span.estimate - less.estimate)
            rest = max(0, span.at_most - less.at_least)
            greatest = max(greatest, rest)
            uncovered += max(0, rest - max(0, any_of.get(mark_of(kind), NOBODY).at_least - less.at_most))
    at_least = span_over(any_of).at_least - span_over(sensitive).at_most
    return Span(max(0, at_least), estimate, max(greatest, uncovered))
