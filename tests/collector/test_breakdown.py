from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from collector.breakdown import OTHERS, Breakdown, breakdown_of, views_of
from collector.facts import declared_facts
from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.stores.memory import MemoryStore
from collector.whatif import Rules
from tests.collector.builders import COMPANY, LAB, NOWHERE, at, diagnoses, event, phones, the_registry
from wire.events import TransferEvent
from wire.subjects import Span, Subjects

HERE = the_registry()
ROUTES = routes_of_law()
PARENT = at("hr.example.no", country="NO")
EVENTS = [
    event(1, phones(30), target=LAB),
    event(2, phones(range(20, 50)), diagnoses(range(10)), target=LAB),
    event(3, diagnoses(range(5, 40)), target=NOWHERE),
    event(4, phones(1_000), target=PARENT),
    event(5, phones(1_000), target=at("www.example.cn", country="CN")),
]


def kept(events: list[TransferEvent]) -> MemoryStore:
    store = MemoryStore()
    handle(events, store=store, registry=HERE, routes=ROUTES)
    return store


def test_the_ledger_is_seen_by_recipient_in_three_counts() -> None:
    (ledger,) = kept(EVENTS).ledgers(2026)
    views = {each.recipient: (each.any.at_least, each.sensitive.at_least, each.ordinary_only.at_least)
             for each in views_of(ledger)}  # fmt: skip
    assert views == {"lab-us": (50, 10, 40), "": (35, 35, 0)}


def test_persons_are_told_by_recipient_and_kind_without_exempt_and_domestic_ones() -> None:
    shares = breakdown_of(kept(EVENTS), Rules(HERE, ROUTES), COMPANY, 2026)
    assert [(each.recipient, each.kind, each.persons.at_least) for each in shares] == [
        ("lab-us", "cn.mobile", 50), ("", "medical.diagnosis", 35), ("lab-us", "medical.diagnosis", 10),
    ]  # fmt: skip
    assert breakdown_of(kept(EVENTS), Rules(HERE, ROUTES), COMPANY, 2025) == ()


@given(st.permutations(EVENTS[:3]), st.integers(1, 3))
@settings(max_examples=30, deadline=None)
def test_order_and_repetition_change_nothing(events: list[TransferEvent], times: int) -> None:
    found, wanted = Breakdown(), Breakdown()
    for some, into in ((events * times, found), (EVENTS[:3], wanted)):
        for each in some:
            assert into.take(declared_facts(each, HERE))
    assert list(found.shares()) == list(wanted.shares())


def test_what_is_too_much_to_be_told_apart_is_counted_as_one() -> None:
    breakdown = Breakdown(1)
    for each in EVENTS[:3]:
        breakdown.take(declared_facts(each, HERE))
    shares = {(each.recipient, each.kind): each.persons.at_least for each in breakdown.shares()}
    assert shares == {("lab-us", "cn.mobile"): 50, OTHERS: 40}


def test_persons_of_a_kind_are_not_covered_by_those_of_another() -> None:
    covered = replace(phones(5), subjects=Subjects.of({"cn.mobile": range(5), "cn.mobile+": range(5)}))
    mails = replace(diagnoses(4), subjects=Subjects.of({"email": range(4)}))
    breakdown = Breakdown(0)
    assert breakdown.take(declared_facts(event(1, covered, mails), HERE))
    assert [each.persons for each in breakdown.shares()] == [Span(5, 5, 9)]


def test_many_persons_are_estimated_within_bounds() -> None:
    breakdown = Breakdown()
    breakdown.take(declared_facts(event(1, phones(60_000), target=LAB), HERE))
    (share,) = breakdown.shares()
    assert share.persons.at_least <= 60_000 <= share.persons.at_most
    assert share.persons.at_most - share.persons.at_least < 3_000


def test_a_damaged_count_is_left_out_and_told() -> None:
    broken = replace(phones(3), subjects=Subjects((("cn.mobile", b"\x00\x01"),)))
    breakdown = Breakdown()
    assert not breakdown.take(declared_facts(event(1, broken, diagnoses(4), target=LAB), HERE))
    assert [each.persons.at_least for each in breakdown.shares() if each.kind == "medical.diagnosis"] == [4]
