"""Taking in (接收入库): what a transport brought becomes verdicts, totals, gaps and marks in one transaction.

Each envelope counts once, whatever was repeated, reordered or cut: by its sequence first, by the ids of its events
after that. Nothing that comes is dropped: what cannot be read is set aside with its reason.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import blake2b
import re
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from collector.book import Registry
from collector.handle import handle_within
from collector.intake_ports import Aside, EpochKey, Position
from collector.law.route import Route
from collector.ports import Judged, Store, Transaction
from collector.precedents import Precedents
from wire.coverage import Coverage
from wire.envelopes import Envelope, Gap, Item, UnknownSchemaError, decode
from wire.events import TransferEvent
from wire.faults import MalformedError
from wire.legal_time import legal_year

_EVENT_ID: Final = re.compile(r"[0-9a-f]{32}")
_LONGEST: Final = 256
_LATEST_NS: Final = 1 << 63


class Delivery(Struct, frozen=True):
    """One message as a transport brought it."""

    content: bytes
    source: str
    """Transport and place; of a partitioned source all its partitions bear the same."""
    part: int = 0
    offset: int = -1
    """Place in the partition; -1 where the transport has none."""
    envelope: Envelope | None = None
    """What is in the content, where the transport has opened it already."""


class Rules:
    """What is judged by, with the precedents that it has made; not shared between threads.

    Args:
        registry: what was declared.
        routes: the shelf.
    """

    def __init__(self, registry: Registry, routes: Sequence[Route]) -> None:
        self.registry = registry
        self.routes = routes
        self.precedents = Precedents(registry, routes)


class Taken(Struct, frozen=True, kw_only=True):
    """What became of some deliveries."""

    judged: tuple[Judged, ...] = ()
    """The new transfers with their verdicts."""
    events: int = 0
    """Events that came, repeated ones included."""
    envelopes: int = 0
    repeated: int = 0
    """Envelopes that had come before."""
    set_aside: int = 0
    refused: Mapping[str, int] = {}
    """What was set aside, by the reasons of ``wire.metrics``."""


class _Opened(Struct, frozen=True):
    """The deliveries, read; nothing is kept yet."""

    envelopes: list[Envelope]
    asides: list[Aside]
    positions: list[Position]
    refused: Counter[str]


def refusal(error: UnknownSchemaError | MalformedError) -> str:
    """The reason of ``wire.metrics`` under which it is counted that something could not be read."""
    if isinstance(error, UnknownSchemaError):
        return "schema"
    return "too_large" if "at most" in error.what else "malformed"


def take_in(deliveries: Sequence[Delivery], store: Store, rules: Rules, now_ns: int) -> Taken:
    """Keep what came, all of it or nothing; once this returns it is durable and may be acknowledged.

    Raises:
        UnavailableError: the store is away; nothing was kept, and all may come again.
    """
    opened = _opened(deliveries, now_ns)
    with store.begin() as transaction:
        fresh = _unmarked(transaction, opened.envelopes, now_ns)
        judged = _kept(transaction, fresh, rules)
        transaction.intake.set_aside(opened.asides)
        transaction.intake.advance(opened.positions)
    return Taken(
        judged=tuple(judged),
        events=_events_in(opened.envelopes),
        envelopes=len(opened.envelopes),
        repeated=len(opened.envelopes) - len(fresh),
        set_aside=len(opened.asides),
        refused=opened.refused,
    )


def reread(store: Store, rules: Rules, now_ns: int) -> Taken:
    """Read again what was set aside; what this version reads whole is taken in, the rest stays where it is."""
    judged: list[Judged] = []
    events, envelopes, left, after = 0, 0, 0, ""
    while page := store.intake.asides(after=after):
        after = page[-1].aside_id
        for aside in page:
            envelope = _second_look(aside, now_ns)
            if envelope is None:
                left += 1
                continue
            try:
                judged += _taken_back(store, envelope, aside.aside_id, rules, now_ns)
            except Exception:  # noqa: BLE001  # that which was set aside because it could not be kept still cannot
                store.intake.asides(most=1)  # raises where the store is away
                left += 1
                continue
            events += _events_in([envelope])
            envelopes += 1
    return Taken(judged=tuple(judged), events=events, envelopes=envelopes, set_aside=left)


def put_aside(delivery: Delivery, reason: str, store: Store, now_ns: int) -> None:
    """Keep a delivery unread, and go on behind it.

    Raises:
        UnavailableError: the store is away; nothing was kept.
    """
    with store.begin() as transaction:
        transaction.intake.set_aside([_aside(delivery, reason, now_ns)])
        if delivery.offset >= 0:
            transaction.intake.advance([Position(delivery.source, delivery.part, delivery.offset + 1)])


def _taken_back(store: Store, envelope: Envelope, aside_id: str, rules: Rules, now_ns: int) -> list[Judged]:
    with store.begin() as transaction:
        _unmarked(transaction, [envelope], now_ns)
        judged = _kept(transaction, [envelope], rules)
        transaction.intake.take_back([aside_id])
    return judged


def _kept(transaction: Transaction, envelopes: Sequence[Envelope], rules: Rules) -> list[Judged]:
    items = [item for each in envelopes for item in each.items]
    events = [item for item in items if isinstance(item, TransferEvent)]
    transaction.reserve({(each.organisation, legal_year(each.begun_ns)) for each in events if _leaves(each)})
    judged = handle_within(
        transaction, events, registry=rules.registry, routes=rules.routes, precedents=rules.precedents
    )
    transaction.intake.keep_coverage([item for item in items if isinstance(item, Coverage)])
    transaction.intake.keep_gaps([item for item in items if isinstance(item, Gap)])
    return judged


def _events_in(envelopes: Sequence[Envelope]) -> int:
    return sum(isinstance(item, TransferEvent) for each in envelopes for item in each.items)


def _second_look(aside: Aside, now_ns: int) -> Envelope | None:
    """What is in it; None if it still cannot be read whole."""
    opened = _opened([Delivery(aside.content, aside.source)], now_ns)
    return opened.envelopes[0] if opened.envelopes and not opened.asides else None


def _opened(deliveries: Sequence[Delivery], now_ns: int) -> _Opened:
    opened = _Opened([], [], [], Counter())
    nexts: dict[tuple[str, int], int] = {}
    for delivery in deliveries:
        if delivery.offset >= 0:
            key = delivery.source, delivery.part
            nexts[key] = max(nexts.get(key, 0), delivery.offset + 1)
        try:
            envelope, fault = _storable(delivery.envelope or decode(delivery.content))
            opened.envelopes.append(envelope)
            why = "schema"
        except (UnknownSchemaError, MalformedError) as error:
            fault, why = str(error), refusal(error)
        if fault:
            opened.asides.append(_aside(delivery, fault, now_ns))
            opened.refused[why] += 1
    opened.positions.extend(Position(*key, offset) for key, offset in sorted(nexts.items()))
    return opened


def _storable(envelope: Envelope) -> tuple[Envelope, str]:
    """The envelope with the records that a store can hold, and what is wrong with the others.

    One with others is set aside whole as well: what was taken in of it counts once all the same.
    """
    if "\0" in envelope.agent or "\0" in envelope.epoch:
        raise MalformedError("an envelope with a name that cannot be")
    faults = [_fault_of(item) for item in envelope.items]
    sound = tuple(item for item, fault in zip(envelope.items, faults, strict=True) if not fault)
    wrong = [*(fault for fault in faults if fault), *(each.reason for each in envelope.set_aside)]
    said = f"{len(wrong)} of {len(faults) + len(envelope.set_aside)} records: {wrong[0]}" if wrong else ""
    return replace(envelope, items=sound), said


def _unmarked(transaction: Transaction, envelopes: Sequence[Envelope], now_ns: int) -> list[Envelope]:
    """The envelopes that had not come before; that they have now is noted."""
    ranges = transaction.intake.received([(each.agent, each.epoch) for each in envelopes], now_ns)
    fresh: dict[EpochKey, dict[int, Envelope]] = {}
    found: list[Envelope] = []
    for envelope in envelopes:
        key = envelope.agent, envelope.epoch
        if envelope.sequence in ranges[key] or envelope.sequence in fresh.setdefault(key, {}):
            continue
        fresh[key][envelope.sequence] = envelope
        found.append(envelope)
    transaction.intake.receive({key: ranges[key].including(some) for key, some in sorted(fresh.items()) if some})
    return found


def _leaves(event: TransferEvent) -> bool:
    """Whether it may count persons, for which its exporter's ledger is needed."""
    return event.target.place.region.is_outbound and not event.origin.place.region.is_outbound


def _aside(delivery: Delivery, reason: str, now_ns: int) -> Aside:
    return Aside(
        aside_id=blake2b(delivery.content, digest_size=16).hexdigest(),
        source=delivery.source,
        reason=reason,
        received_ns=now_ns,
        content=delivery.content,
    )


def _fault_of(item: Item) -> str:
    """Why no store could hold it; empty if one can."""
    if isinstance(item, TransferEvent) and not _EVENT_ID.fullmatch(item.event_id):
        return "an event with an id that cannot be"
    name = item.organisation if isinstance(item, TransferEvent) else item.agent
    if "\0" in name or len(name) > _LONGEST:
        return "a record with a name that cannot be"
    times = (item.started_ns, item.seen_ns) if isinstance(item, Coverage) else ()
    return "" if all(0 <= time < _LATEST_NS for time in times) else "a record with a time that cannot be"
