"""Persons invented with random identifiers, sent in random records, held against what the ledger says of them."""

from collections.abc import Iterable
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from agent.evidence import Evidence, tokeniser_of
from collector.law.examples import an_event
from collector.ledger import COUNTED, CountOf, Ledger
from detectors.catalogue import catalogue
from detectors.finding import Finding
from wire.events import Tally
from wire.kinds import Grade, Kind, Profile
from wire.subjects import Span

DETECTORS: Final = {each.kind: each for each in catalogue()}
TOKEN: Final = tokeniser_of(b"k" * 32)
RESIDENT_ID: Final = "cn.resident_id"
TYPES: Final = (RESIDENT_ID, "cn.military_officer", "cn.mobile", "email", "account.qq")
"""General and sensitive ones under each profile."""
ATTRIBUTES: Final = ("person.name", "medical.diagnosis")

Value = tuple[str, int, int]
"""Identifier type, person, and which of the person's values."""


class Record(Struct, frozen=True):
    """One person's identifiers with attributes, and beside some of them those of other persons."""

    values: tuple[Value, ...]
    attributes: tuple[str, ...]


class Sending(Struct, frozen=True):
    """Pieces of content that one agent saw in one transfer."""

    pieces: tuple[tuple[Record, ...], ...]
    basis: str
    recipient: str
    profile: Profile


def _record(person: int, own: dict[str, int], others: list[Value], attributes: list[str]) -> Record:
    values = [(kind, person, which) for kind, which in own.items()]
    beside = [value for value in others if value[0] in own]
    return Record(tuple(dict.fromkeys(values + beside)), tuple(attributes))


def _records(most_values: int) -> st.SearchStrategy[Record]:
    person, which = st.integers(0, 4), st.integers(0, most_values - 1)
    return st.builds(
        _record, person, st.dictionaries(st.sampled_from(TYPES), which, min_size=1),
        st.lists(st.tuples(st.sampled_from(TYPES), person, which), max_size=2),
        st.lists(st.sampled_from(ATTRIBUTES), unique=True),
    )  # fmt: skip


def _sendings(records: st.SearchStrategy[Record]) -> st.SearchStrategy[list[Sending]]:
    piece = st.lists(records, max_size=5).map(tuple)
    sending = st.builds(
        Sending, st.lists(piece, max_size=2).map(tuple), st.sampled_from([COUNTED, COUNTED, "exempt_hr"]),
        st.sampled_from(["", "a"]), st.sampled_from(Profile),
    )  # fmt: skip
    return st.lists(sending, max_size=6)


def _tallies(sending: Sending) -> tuple[Tally, ...]:
    evidence = Evidence(DETECTORS, TOKEN, sending.profile)
    for piece in sending.pieces:
        findings = [
            Finding(Kind(kind), 0, 9, value, 1.0, place, "")
            for place, record in enumerate(piece)
            for kind, value in [
                *((kind, f"9{person}{which}000000".encode()) for kind, person, which in record.values),
                *((kind, b"I10") for kind in record.attributes),
            ]
        ]
        evidence.add(findings)
    return evidence.tallies()


def _ledger(sendings: Iterable[Sending]) -> Ledger:
    ledger = Ledger("91310000MA1FL0000N", 2026)
    for number, sending in enumerate(sendings):
        event = an_event(*_tallies(sending), event_id=f"{number:032x}", profile=sending.profile)
        assert ledger.absorb(event, basis=sending.basis, recipient=sending.recipient)
    return ledger


def _persons(sendings: Iterable[Sending]) -> dict[CountOf, set[int]]:
    every, sensitive = set(), set()
    for sending in sendings:
        for record in (record for piece in sending.pieces for record in piece):
            grades = {kind: DETECTORS[Kind(kind)].grades[sending.profile] for kind in (*TYPES, *ATTRIBUTES)}
            is_sensitive = any(grades[each] is Grade.SENSITIVE for each in record.attributes)
            for kind, person, _ in record.values:
                every.add(person)
                if is_sensitive or grades[kind] is Grade.SENSITIVE:
                    sensitive.add(person)
    return {CountOf.ANY: every, CountOf.SENSITIVE: sensitive, CountOf.ORDINARY_ONLY: every - sensitive}


def _counts(sendings: list[Sending]) -> list[tuple[Span, int]]:
    """What the ledger says, beside the truth."""
    ledger, counted = _ledger(sendings), [each for each in sendings if each.basis == COUNTED]
    truth = _persons(counted)
    to_a = _persons(each for each in counted if each.recipient == "a")
    spans = [(ledger.span(count), len(truth[count])) for count in CountOf]
    return [*spans, (ledger.recipient_span("a"), len(to_a[CountOf.ANY]))]


@given(_sendings(_records(1)))
@settings(max_examples=200, deadline=None)
def test_the_truth_is_never_outside_of_what_the_ledger_says(sendings: list[Sending]) -> None:
    for span, truth in _counts(sendings):
        assert span.at_least <= truth <= span.at_most
        assert span.at_least <= span.estimate <= span.at_most


@given(_sendings(_records(3)))
@settings(max_examples=200, deadline=None)
def test_never_more_than_at_most_are_there_whoever_has_several_phones(sendings: list[Sending]) -> None:
    for span, truth in _counts(sendings):
        assert truth <= span.at_most


def _with_id(record: Record) -> Record:
    (_, person, _), *_ = record.values
    own = {kind: 0 for kind, whose, _ in record.values if whose == person}
    return _record(person, {RESIDENT_ID: 0, **own}, [], list(record.attributes))


@given(_sendings(_records(1).map(_with_id)))
@settings(max_examples=100, deadline=None)
def test_where_every_record_tells_the_id_number_everybody_is_counted_exactly(sendings: list[Sending]) -> None:
    alike = [
        Sending(each.pieces, each.basis, each.recipient, Profile.GBT45574_2025)
        for each in sendings
        if not any(
            value[0] == "cn.military_officer" for piece in each.pieces for record in piece for value in record.values
        )
    ]
    for span, truth in _counts(alike):
        assert span == Span(truth, truth, truth)


@given(_sendings(_records(2)), st.data())
@settings(max_examples=60, deadline=None)
def test_order_repetition_and_agents_change_nothing(sendings: list[Sending], data: st.DataObject) -> None:
    again = data.draw(st.permutations([*sendings, *sendings[:2]]))
    straight, other = _ledger(sendings), _ledger(again)
    assert list(straight.cells()) == list(other.cells())
    assert [straight.span(count) for count in CountOf] == [other.span(count) for count in CountOf]
