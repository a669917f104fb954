"""The one use case of the stream: a batch of events becomes verdicts, in one transaction."""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from collector.book import Registry
from collector.causes import findings
from collector.facts import Facts, counted_facts, declared_facts
from collector.judge import exemption_of, judge
from collector.law.route import Route
from collector.ledger import Ledger
from collector.ports import Judged, Store, Transaction
from collector.precedents import Precedent, Precedents
from collector.tracing import UntraceableError
from collector.verdicts import Verdict
from wire.events import TransferEvent
from wire.legal_time import legal_day, legal_year


def handle(
    events: Iterable[TransferEvent],
    *,
    store: Store,
    registry: Registry,
    routes: Sequence[Route],
    precedents: Precedents | None = None,
) -> list[Judged]:
    """Judge what is new and keep it.

    Each event is judged with itself and all before it in the ledger, so the verdicts do not depend on how the stream
    is cut into batches; an event that was judged before changes nothing.

    Args:
        events: as they came.
        store: where transfers, verdicts, ledgers and cases are kept.
        registry: what was declared.
        routes: the shelf.
        precedents: to be kept between batches; begun anew where there are none of this registry.

    Returns:
        The new transfers with their verdicts, in the order of the events.

    Raises:
        UnavailableError: the store is away; nothing of the batch was kept.
    """
    with store.begin() as transaction:
        return handle_within(transaction, events, registry=registry, routes=routes, precedents=precedents)


def handle_within(
    transaction: Transaction,
    events: Iterable[TransferEvent],
    *,
    registry: Registry,
    routes: Sequence[Route],
    precedents: Precedents | None = None,
) -> list[Judged]:
    """As ``handle`` does, in a transaction that keeps more than the events."""
    batch: dict[str, TransferEvent] = {}
    for event in events:
        batch.setdefault(event.event_id, event)
    known = transaction.known(list(batch))
    ledgers = _Ledgers(transaction)
    said = precedents if precedents and precedents.registry is registry else Precedents(registry, routes)
    judged = [Judged(event, judge_next(event, ledgers.of, said)) for name, event in batch.items() if name not in known]
    transaction.keep(judged, ledgers.used())
    transaction.cases.join(findings(judged, registry))
    return judged


def judge_next(event: TransferEvent, ledger_of: Callable[[TransferEvent], Ledger], said: Precedents) -> Verdict:
    """Judge one event with itself and all before it in its ledger: the one rule of stream, re-judging and what-if."""
    precedent = said.of(event)
    if precedent is None:
        return judge_alone(event, ledger_of, said)
    try:
        found = _as_before(event, ledger_of, precedent)
    except UntraceableError:
        said.give_up(precedent)
        found = None
    return found or judge_alone(event, ledger_of, said)


def _as_before(event: TransferEvent, ledger_of: Callable[[TransferEvent], Ledger], like: Precedent) -> Verdict | None:
    """None where the event's counts cannot be read."""
    day, volume = legal_day(event.begun_ns).toordinal(), event.sent_bytes or 0
    if not like.is_export:
        return like.template([day, volume]).filled(event.event_id, (day, volume))
    ledger = ledger_of(event)
    if not ledger.absorb(event, basis=like.basis(day), recipient=like.flow.recipient):
        return None
    numbers = like.numbers(day, volume, ledger)
    return like.template(numbers).filled(event.event_id, numbers)


def judge_alone(event: TransferEvent, ledger_of: Callable[[TransferEvent], Ledger], said: Precedents) -> Verdict:
    """As ``judge_next``, whatever was said before: the oracle of its tests."""
    facts = declared_facts(event, said.registry)
    if facts.is_export:
        ledger = ledger_of(event)
        is_counted = count_in(facts, ledger, said.routes)
        facts = msgspec.structs.replace(counted_facts(facts, ledger), is_counted=is_counted)
    return judge(facts, said.routes)


def count_in(facts: Facts, ledger: Ledger, routes: Sequence[Route]) -> bool:
    """Take the persons of an export into the ledger, under the exemption that holds it if one does.

    Returns:
        Whether the event's counts could be read.
    """
    recipient = facts.recipient.id if facts.recipient else ""
    return ledger.absorb(facts.event, basis=exemption_of(facts, routes), recipient=recipient)


class _Ledgers:
    """The ledgers that a batch touches, each fetched once."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._used: dict[tuple[str, int], Ledger] = {}

    def of(self, event: TransferEvent) -> Ledger:
        key = event.organisation, legal_year(event.begun_ns)
        if key not in self._used:
            self._used[key] = self._transaction.ledger(*key)
        return self._used[key]

    def used(self) -> list[Ledger]:
        return list(self._used.values())
