"""All that the law may ask about a transfer, gathered before it is asked."""

from datetime import date
from functools import cached_property
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from collector.book import Registry
from collector.declarations import (
    Basis,
    Exemption,
    Exporter,
    Filing,
    Line,
    Recipient,
    SensitiveReach,
    Settings,
    ThresholdTally,
)
from collector.filings import exempts, personal_kinds, spellings
from collector.ledger import CountOf
from collector.negative_lists import Listing, listing_of, on_day
from collector.workdays import PUBLISHED, Workdays
from wire.events import Content, TransferEvent
from wire.kinds import Grade, Kind
from wire.legal_time import legal_day
from wire.subjects import Span

NOBODY: Final = Span(0, 0, 0)


class Counts(Protocol):
    """Whoever can say how many persons there are this year: a ledger."""

    def span(self, count: CountOf) -> Span:
        """How many persons were counted this year so far."""
        ...

    def recipients_span(self, recipients: tuple[str, ...]) -> Span:
        """How many distinct persons were sent this year to any of these recipients."""
        ...


class Facts(Struct, frozen=True, kw_only=True, dict=True):
    """A transfer, what was declared about it, and how many persons there were before and with it."""

    event: TransferEvent
    on: date
    """The day on which it began, in Shanghai: whose law and whose filings hold."""
    settings: Settings = Settings()
    exporter: Exporter | None = None
    recipient: Recipient | None = None
    line: Line | None = None
    filings: tuple[Filing, ...] = ()
    """All of the exporter's, whatever their dates and recipients."""
    by_name_only: frozenset[str] = frozenset()
    """Numbers of those filings that have a recipient of whom domains are known and no network."""
    workdays: Workdays = PUBLISHED
    exemptions: tuple[Exemption, ...] = ()
    """The exporter's declared exemptions whose scope and dates hold this transfer."""
    onward: tuple[Recipient, ...] = ()
    """To whom the recipient supplies the data in turn, as registered."""
    listings: tuple[Listing, ...] = ()
    """What the negative lists say that are open to the exporter on that day."""
    registry_version: str = ""
    is_counted: bool = True
    """False if the event's sketches could not be read."""
    any: Span = NOBODY
    """Persons of this year with this transfer, exempt ones left out."""
    sensitive: Span = NOBODY
    ordinary_only: Span = NOBODY
    reached: dict[str, Span] = {}
    """By number of filing: persons of this year to that filing's recipients."""

    @property
    def is_export(self) -> bool:
        """Whether it left the mainland, as far as the places are known: only then is anyone counted."""
        return self.event.target.place.region.is_outbound and not self.event.origin.place.region.is_outbound

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of personal information found."""
        return personal_kinds(self.event)

    @cached_property
    def sensitive_kinds(self) -> tuple[Kind, ...]:
        """Those that are sensitive under the event's profile."""
        return tuple(sorted({tally.kind for tally in self.event.tallies if tally.grade is Grade.SENSITIVE}))

    @cached_property
    def important_kinds(self) -> tuple[Kind, ...]:
        """疑似重要数据: suspicions, which decide nothing."""
        return tuple(sorted({tally.kind for tally in self.event.tallies if tally.grade is Grade.IMPORTANT}))

    @cached_property
    def notified_kinds(self) -> tuple[Kind, ...]:
        """The important kinds that had been notified to the exporter or published by that day."""
        exporter = self.exporter
        if exporter is None or (exporter.notified_on and self.on < exporter.notified_on):
            return ()
        return tuple(kind for kind in self.important_kinds if kind in exporter.notified_important)

    @cached_property
    def listing(self) -> Listing | None:
        """The negative list that decides; None where no verified one does.

        Of what was not read whole, nobody can say that it is off the list; of two, the one that names the data decides.
        """
        if not self.kinds or self.notified_kinds:
            return None
        is_whole = self.event.content is Content.SEEN
        deciding = [each for each in self.listings if each.is_enforced and (each.rows or is_whole)]
        return min(deciding, key=lambda each: not each.rows, default=None)

    @property
    def is_ciio(self) -> bool:
        """关键信息基础设施运营者."""
        return self.exporter is not None and self.exporter.is_ciio

    @property
    def ordinary(self) -> Span:
        """The persons held against 100,000 and 1,000,000, by the setting."""
        return self.any if self.settings.threshold_tally is ThresholdTally.ANY else self.ordinary_only

    @property
    def is_sensitive_at_stake(self) -> bool:
        """Whether the limits for sensitive data bind this transfer, by the setting."""
        return bool(self.sensitive_kinds) or self.settings.sensitive_reach is SensitiveReach.EXPORTER

    @property
    def is_sensitive_unidentified(self) -> bool:
        """Whether something sensitive was found and nobody whom it concerns."""
        tallies = [tally for tally in self.event.tallies if tally.grade is Grade.SENSITIVE]
        return bool(tallies) and not any(tally.subjects.sketches for tally in tallies)


def _by_name_only(filings: tuple[Filing, ...], registry: Registry) -> frozenset[str]:
    nameable = {each.id for each in registry.recipients if each.hosts and not each.networks}
    return frozenset(each.number for each in filings if not nameable.isdisjoint(each.recipients))


def _listings(
    event: TransferEvent, registry: Registry, on: date, exemptions: tuple[Exemption, ...]
) -> tuple[Listing, ...]:
    known = registry.lists_of(event.organisation)
    if not known:
        return ()
    uses = {each.list_id: each for each in exemptions if each.basis is Basis.NEGATIVE_LIST}
    kinds = [tally.kind for tally in event.tallies]
    fields = {spelt for tally in event.tallies for field in tally.fields for spelt in spellings(field)}
    return tuple(listing_of(each, kinds, fields, uses.get(each.list.id)) for each in on_day(known, on))


def declared_facts(event: TransferEvent, registry: Registry) -> Facts:
    """The event with what the registry says about it; nobody is counted yet."""
    return facts_on(legal_day(event.begun_ns), event, registry.recipient_at(event.target), registry)


def facts_on(on: date, event: TransferEvent, recipient: Recipient | None, registry: Registry) -> Facts:
    """As ``declared_facts``, where day and recipient are known already."""
    filings = registry.filings_of(event.organisation)
    exemptions = tuple(
        each
        for each in (registry.exemptions_of(event.organisation) if recipient else ())
        if recipient and exempts(each, event, recipient.id, on)
    )
    is_nameless = not recipient and not event.target.host
    return Facts(
        event=event,
        on=on,
        settings=registry.settings,
        exporter=registry.exporter(event.organisation),
        recipient=recipient,
        line=registry.line(event.line),
        filings=filings,
        workdays=registry.workdays,
        by_name_only=_by_name_only(filings, registry) if is_nameless else frozenset(),
        exemptions=exemptions,
        onward=registry.onward_of(recipient) if recipient and recipient.onward else (),
        listings=_listings(event, registry, on, exemptions),
        registry_version=registry.version,
    )


def counted_facts(facts: Facts, ledger: Counts) -> Facts:
    """The facts with the ledger's counts, in which this event is already."""
    return msgspec.structs.replace(
        facts,
        any=ledger.span(CountOf.ANY),
        sensitive=ledger.span(CountOf.SENSITIVE),
        ordinary_only=ledger.span(CountOf.ORDINARY_ONLY),
        reached={
            filing.number: ledger.recipients_span(filing.recipients)
            for filing in facts.filings
            if facts.recipient and facts.recipient.id in filing.recipients
        },
    )
