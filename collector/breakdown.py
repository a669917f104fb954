"""The year's persons looked at closer: by recipient, and by recipient and kind of data.

By recipient the ledger itself knows, exactly up to 131,072 persons. Kinds are no part of its cells, so they are counted
from the stored transfers when somebody asks, with smaller columns and within a bound.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from collector.columns import Counted
from collector.facts import Facts, declared_facts
from collector.judge import exemption_of
from collector.ledger import COUNTED, CountOf, Ledger
from collector.ports import Store
from collector.whatif import Rules, transfers_of
from wire.events import Tally
from wire.faults import MalformedError
from wire.kinds import Grade, Kind
from wire.subjects import Span, mark_of, span_over

NOMINAL: Final = 1 << 14
"""Hashes of one identifier type, recipient and kind: exact to 16,384 persons, 0.8 % standard error beyond, 131 KB."""
MOST_PAIRS: Final = 512
"""Recipients and kinds told apart; all that come later are one."""
OTHERS: Final = ("", Kind("others"))


class View(Struct, frozen=True):
    """What one recipient was sent this year, exempt transfers left out."""

    recipient: str
    """Id in the registry; empty for all that are not there."""
    any: Span
    sensitive: Span
    ordinary_only: Span


class Share(Struct, frozen=True):
    """Persons of whom one recipient was sent one kind of data."""

    recipient: str
    kind: Kind
    persons: Span


def views_of(ledger: Ledger) -> tuple[View, ...]:
    """The three counts by recipient, the most persons first."""
    recipients = {cell.recipient for cell, _ in ledger.cells() if cell.basis == COUNTED}
    found = (_view(ledger, each) for each in recipients)
    return tuple(sorted(found, key=lambda each: (-each.any.at_least, each.recipient)))


def _view(ledger: Ledger, recipient: str) -> View:
    cells = ((cell, subjects) for cell, subjects in ledger.cells() if cell.recipient == recipient)
    alone = Ledger(ledger.organisation, ledger.year, cells)
    return View(recipient, *(alone.span(each) for each in (CountOf.ANY, CountOf.SENSITIVE, CountOf.ORDINARY_ONLY)))


class Breakdown:
    """Distinct persons by recipient and kind; order and repetition of what is taken in change nothing within the bound.

    Args:
        most: recipients and kinds told apart.
    """

    def __init__(self, most: int = MOST_PAIRS) -> None:
        self._most = most
        self._columns: dict[tuple[str, Kind], dict[str, Counted]] = {}

    def take(self, facts: Facts) -> bool:
        """Take in the persons of an export that is counted.

        Returns:
            Whether all of its counts could be read; those that could not are left out.
        """
        recipient = facts.recipient.id if facts.recipient else ""
        personal = (tally for tally in facts.event.tallies if tally.grade is not Grade.IMPORTANT)
        damaged = [tally.kind for tally in personal if not self._take(recipient, tally)]
        return not damaged

    def _take(self, recipient: str, tally: Tally) -> bool:
        pair = recipient, tally.kind
        if pair not in self._columns and len(self._columns) >= self._most:
            pair = OTHERS
        columns = self._columns.setdefault(pair, {})
        try:
            for identifier, sketch in tally.subjects.sketches:
                # What covers the tokens of the kind itself stands in the tallies of other kinds.
                if identifier != mark_of(tally.kind):
                    columns.setdefault(identifier, Counted(NOMINAL)).add(sketch)
        except MalformedError:
            return False
        return True

    def shares(self) -> Iterator[Share]:
        """Every recipient and kind, the most persons first."""
        found = [
            Share(recipient, kind, span_over({name: each.bounds for name, each in columns.items()}))
            for (recipient, kind), columns in self._columns.items()
        ]
        return iter(sorted(found, key=lambda each: (-each.persons.at_least, each.recipient, each.kind)))


def breakdown_of(store: Store, rules: Rules, organisation: str, year: int) -> tuple[Share, ...]:
    """What an exporter sent in a year, by recipient and kind, exempt transfers left out.

    Raises:
        UnavailableError: the store is away.
    """
    breakdown = Breakdown()
    for judged in transfers_of(store, organisation, year):
        facts = declared_facts(judged.event, rules.registry)
        if facts.is_export and not exemption_of(facts, rules.routes):
            breakdown.take(facts)
    return tuple(breakdown.shares())
