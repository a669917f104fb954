"""Precedents (判例): what THE judge said of a like transfer says what it says of this one (ADR 0017).

A ``Flow`` is what like transfers have in common. The judge is shown a transfer made of the flow alone: identity, times,
addresses and sketches stand there as ``Unread``, day, volume and persons as traced numbers. So a precedent cannot rest
on anything that is not in the flow, and it holds wherever every question that the judge asked of day, volume and
persons has the same answer. What cannot be traced is judged anew each time.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from functools import cached_property, lru_cache
import re
from typing import Any, Final, cast

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from collector.book import Registry
from collector.declarations import Recipient
from collector.facts import NOBODY, Counts, Facts, counted_facts, facts_on
from collector.judge import exemption_of, judge
from collector.law.route import Route
from collector.ledger import CountOf
from collector.tracing import CLOSE, OPEN, Day, Named, Number, Trace, Tree, Unread, UntraceableError, shown
from collector.verdicts import Citation, Reason, Verdict
from wire.events import Content, Direction, Endpoint, GeoSource, Tally, TransferEvent
from wire.kinds import Grade, Kind, Profile
from wire.places import Place
from wire.subjects import Span, Subjects

DAY: Final = 0
VOLUME: Final = 1
FIRST_SPAN: Final = 2
"""Slots of the numbers: day, volume, and three for each span: any, sensitive, ordinary only, then whose was asked."""
COUNTS: Final = tuple(CountOf)
_MOST_TEMPLATES: Final = 1 << 16
"""Templates and flows remembered at once, some 3 KB each; then all are forgotten and made anew."""
_MOST_ENDPOINTS: Final = 1 << 16
_UNREAD: Final[Any] = Unread()
_MARK: Final = re.compile(f"{OPEN}([0-9]+){CLOSE}")

_pack: Final = msgspec.msgpack.Encoder().encode

FoundKind = tuple[Kind, Grade, tuple[str, ...], tuple[str, ...]]
"""(kind, grade, identifier types of the persons concerned, fields)."""


class Flow(Struct, frozen=True):
    """What the judge reads of a transfer, day and numbers apart."""

    organisation: str
    direction: Direction
    protocol: str
    origin: Place
    target: Place
    recipient: str
    """Id in the registry; empty if it is not there."""
    is_named: bool
    """Whether a host name was seen."""
    is_weighed: bool
    """Whether the volume is known."""
    sampled: float
    content: Content
    line: str
    profile: Profile
    tallies: tuple[FoundKind, ...]


class Template:
    """A verdict whose numbers are left open."""

    def __init__(self, verdict: Verdict, slots: Sequence[tuple[int, str]]) -> None:
        self.verdict = verdict
        """With marks where numbers stand."""
        self._slots = slots
        self._last: list[int] | None = None
        self._filled: tuple[Reason, ...] = ()

    def filled(self, event_id: str, numbers: Sequence[int]) -> Verdict:
        """The verdict on one transfer."""
        mine = [numbers[slot] for slot, _ in self._slots]
        if mine != self._last:
            text, order, citations = self._blank
            words = [shown(number, how) for number, (_, how) in zip(mine, self._slots, strict=True)]
            texts = (text % tuple([words[at] for at in order])).split(OPEN)
            self._filled = tuple(map(Reason, texts[::2], texts[1::2], citations))
            self._last = mine
        return replace(self.verdict, event_id=event_id, reasons=self._filled)

    @cached_property
    def _blank(self) -> tuple[str, tuple[int, ...], tuple[Citation | None, ...]]:
        """All sentences in one, parted by our mark, which stands in none of them; what is to be filled in; citations.

        Made when first asked for: most templates of a batch are only counted.
        """
        reasons = self.verdict.reasons
        texts = [text for each in reasons for text in (each.says, each.says_en)]
        text = OPEN.join(_MARK.sub("%s", each.replace("%", "%%")) for each in texts)
        order = tuple(int(mark) for each in texts for mark in _MARK.findall(each))
        return text, order, tuple(each.citation for each in reasons)


class Precedent:
    """What was said of one flow so far.

    Raises:
        UntraceableError: by any of its questions; the flow is then judged without precedents.
    """

    def __init__(self, flow: Flow, recipient: Recipient | None, said: "Precedents") -> None:
        self.flow = flow
        self.is_export = flow.target.region.is_outbound and not flow.origin.region.is_outbound
        self.bases: Tree[str] = Tree()
        self.verdicts: Tree[Template] = Tree()
        self._recipient = recipient
        self._said = said
        self._event = _event_of(flow)
        self.asked = self._asked() if self.is_export else ()
        """Whose counts the judge is told besides the three: slots follow in this order."""

    def basis(self, day: int) -> str:
        """The exemption by which it is not counted; empty if there is none."""
        numbers = [day, 0]
        found = self.bases.find(numbers)
        if found is None:
            found = self.bases.run(numbers, lambda trace: exemption_of(self._declared(trace), self._said.routes))
        return found

    def template(self, numbers: list[int]) -> Template:
        """The verdict for these numbers, in their slots."""
        found = self.verdicts.find(numbers)
        return found if found is not None else self.verdicts.run(numbers, self._traced)

    def numbers(self, day: int, volume: int, counts: Counts) -> list[int]:
        """What the verdict on an export may rest on, in its slots."""
        spans = [counts.span(each) for each in COUNTS] + [counts.recipients_span(each) for each in self.asked]
        found = [day, volume]
        for span in spans:
            found += (span.at_least, span.estimate, span.at_most)
        return found

    def _asked(self) -> tuple[tuple[str, ...], ...]:
        listening = _Listening()
        counted_facts(facts_on(date.min, self._event, self._recipient, self._said.registry), listening)
        return tuple(listening.asked)

    def _traced(self, trace: Trace) -> Template:
        self._said.made += 1
        facts = self._declared(trace)
        if self.is_export:
            facts = counted_facts(facts, _Traces(trace, self.asked))
        verdict = judge(facts, self._said.routes)
        plain = replace(verdict, reasons=tuple(replace(each, says="", says_en="") for each in verdict.reasons))
        if OPEN.encode() in _pack(plain):
            raise UntraceableError("a number stands elsewhere than in a sentence")
        return Template(verdict, trace.shown)

    def _declared(self, trace: Trace) -> Facts:
        day, event = cast("Any", Day(trace, DAY)), self._event
        if self.flow.is_weighed:
            event = replace(event, sent_bytes=cast("int", Number(trace, VOLUME)))
        return facts_on(day, event, self._recipient, self._said.registry)


class _Traces:
    """A ledger that gives traced counts."""

    def __init__(self, trace: Trace, asked: tuple[tuple[str, ...], ...]) -> None:
        self._trace = trace
        self._asked = asked

    def span(self, count: CountOf) -> Span:
        return self._span(COUNTS.index(count))

    def recipients_span(self, recipients: tuple[str, ...]) -> Span:
        return self._span(len(COUNTS) + self._asked.index(recipients))

    def _span(self, place: int) -> Span:
        first = FIRST_SPAN + 3 * place
        return Span(self._number(first), self._number(first + 1), self._number(first + 2))

    def _number(self, slot: int) -> Any:
        return Number(self._trace, slot)


class _Listening:
    """A ledger that notes whose counts are asked for."""

    def __init__(self) -> None:
        self.asked: dict[tuple[str, ...], None] = {}

    def span(self, _: CountOf) -> Span:
        return NOBODY

    def recipients_span(self, recipients: tuple[str, ...]) -> Span:
        self.asked[recipients] = None
        return NOBODY


class Precedents:
    """What was said under one registry and law. Not shared between threads."""

    def __init__(self, registry: Registry, routes: Sequence[Route]) -> None:
        self.registry = registry
        self.routes = routes
        self.made = 0
        """Flows and templates that are remembered."""
        self._known: dict[tuple[Any, ...], Precedent | None] = {}
        self._recipients: dict[tuple[str, str, int], Recipient | None] = {}
        self._is_marked = OPEN.encode() in _pack(registry)

    def of(self, event: TransferEvent) -> Precedent | None:
        """That of the transfer's flow; None if it has to be judged without."""
        if self.made >= _MOST_TEMPLATES:
            self._known.clear()
            self.made = 0
        recipient = self._recipient_at(event.target)
        key = _key(event, recipient.id if recipient else "")
        try:
            return self._known[key]
        except KeyError:
            return self._begun(key, recipient)

    def give_up(self, precedent: Precedent) -> None:
        """Judge this flow without from now on."""
        self._known[tuple(getattr(precedent.flow, name) for name in Flow.__struct_fields__)] = None

    def _begun(self, key: tuple[Any, ...], recipient: Recipient | None) -> Precedent | None:
        flow = Flow(*key)
        made = None
        if not self._is_marked and OPEN.encode() not in _pack(flow):
            with suppress(UntraceableError):
                made = Precedent(flow, recipient, self)
        self.made += 1
        self._known[key] = made
        return made

    def _recipient_at(self, target: Endpoint) -> Recipient | None:
        key = target.host, target.address, target.place.asn
        try:
            return self._recipients[key]
        except KeyError:
            if len(self._recipients) >= _MOST_ENDPOINTS:
                self._recipients.clear()
            found = self._recipients[key] = self.registry.recipient_at(target)
            return found


def _key(event: TransferEvent, recipient: str) -> tuple[Any, ...]:
    """The fields of a flow, in order."""
    return (
        event.organisation, event.direction, event.protocol, event.origin.place, event.target.place, recipient,
        bool(event.target.host), event.sent_bytes is not None, event.sampled, event.content, event.line, event.profile,
        tuple([_found(each.kind, each.grade, each.subjects, each.fields) for each in event.tallies]),
    )  # fmt: skip


def _found(kind: Kind, grade: Grade, subjects: Subjects, fields: tuple[str, ...]) -> FoundKind:
    return kind, grade, tuple([name for name, _ in subjects.sketches]), fields


def _event_of(flow: Flow) -> TransferEvent:
    """The transfer that the judge is shown; its volume is traced anew in each run."""
    return TransferEvent(
        event_id="",
        agent=_UNREAD,
        organisation=flow.organisation,
        begun_ns=_UNREAD,
        ended_ns=_UNREAD,
        direction=flow.direction,
        protocol=flow.protocol,
        origin=Endpoint(_UNREAD, _UNREAD, _UNREAD, flow.origin),
        target=Endpoint(_UNREAD, _UNREAD, cast("Any", Named(is_there=flow.is_named)), flow.target),
        sent_bytes=_UNREAD if flow.is_weighed else None,
        sampled=flow.sampled,
        content=flow.content,
        tallies=_tallies_of(flow.tallies),
        line=flow.line,
        profile=flow.profile,
        geo=cast("GeoSource", _UNREAD),
        ruleset=_UNREAD,
        source=_UNREAD,
    )


@lru_cache(maxsize=1_024)
def _tallies_of(found: tuple[FoundKind, ...]) -> tuple[Tally, ...]:
    return tuple(
        Tally(kind, grade, _UNREAD, Subjects(tuple((name, _UNREAD) for name in names)), _UNREAD, fields)
        for kind, grade, names, fields in found
    )
