from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from collector.ledger import COUNTED, Cell, CountOf, Ledger
from tests.collector.builders import diagnoses, event, phones
from wire.events import Tally
from wire.kinds import Grade, Kind
from wire.subjects import Gathering, Span, Subjects

SECOND = 1_000_000_000
LAST_OF_JANUARY_UTC = 1_769_875_200 * SECOND
"""2026-01-31T16:00:00Z: the first moment of February in Shanghai."""


def exactly(count: int) -> Span:
    return Span(count, count, count)


def a_ledger() -> Ledger:
    return Ledger("91310000MA1FL0000N", 2026)


def test_persons_are_counted_once_whatever_carries_them() -> None:
    ledger = a_ledger()
    ledger.absorb(event(1, phones(10)))
    ledger.absorb(event(2, phones(range(5, 15))))
    assert ledger.span(CountOf.ANY) == exactly(15)


def test_sensitive_and_ordinary_persons_are_told_apart() -> None:
    ledger = a_ledger()
    ledger.absorb(event(1, phones(10), diagnoses(range(8, 12))))
    assert ledger.span(CountOf.ANY) == exactly(12)
    assert ledger.span(CountOf.SENSITIVE) == exactly(4)
    assert ledger.span(CountOf.ORDINARY_ONLY) == exactly(8)


def linked(first: int, last: int, kind: str, grade: Grade) -> Tally:
    some = range(first, last)
    return Tally(Kind(kind), grade, 1, Subjects.of({"cn.resident_id": some, "cn.mobile": some, "cn.mobile+": some}))


def test_persons_told_by_id_and_phone_together_are_counted_exactly() -> None:
    ledger = a_ledger()
    ledger.absorb(event(1, linked(0, 300, "person.name", Grade.GENERAL)))
    ledger.absorb(event(2, linked(200, 500, "medical.diagnosis", Grade.SENSITIVE)), recipient="a")
    assert [ledger.span(each) for each in CountOf] == [exactly(500), exactly(300), exactly(200)]
    assert ledger.recipient_span("a") == exactly(300)


def test_whoever_is_ordinary_by_phone_may_be_sensitive_by_mail() -> None:
    ledger = a_ledger()
    ledger.absorb(event(1, phones(10)))
    ledger.absorb(event(2, Tally(Kind("medical.diagnosis"), Grade.SENSITIVE, 1, Subjects.of({"email": range(4)}))))
    assert ledger.span(CountOf.ORDINARY_ONLY) == Span(6, 10, 10)


def test_covered_persons_who_are_sensitive_are_taken_out_once() -> None:
    """One person is told by phone with ID in ordinary, by each alone in sensitive records; two are ordinary."""
    ledger = a_ledger()
    ledger.absorb(event(1, linked(0, 1, "person.name", Grade.GENERAL), phones(range(1, 2))))
    ledger.absorb(event(2, diagnoses(1)))
    alone = Subjects.of({"cn.resident_id": range(1)})
    ledger.absorb(event(3, Tally(Kind("medical.diagnosis"), Grade.SENSITIVE, 1, alone)))
    ledger.absorb(event(4, Tally(Kind("email"), Grade.GENERAL, 1, Subjects.of({"email": range(2, 3)}))))
    assert ledger.span(CountOf.ORDINARY_ONLY).at_most >= 2


def test_whoever_is_sensitive_later_is_no_longer_ordinary() -> None:
    ledger = a_ledger()
    ledger.absorb(event(1, phones(10)))
    ledger.absorb(event(2, diagnoses(3)))
    assert ledger.span(CountOf.ORDINARY_ONLY) == exactly(7)


def test_exempt_transfers_are_kept_and_not_counted() -> None:
    ledger = a_ledger()
    ledger.absorb(event(1, phones(10)), basis="exempt_hr", recipient="parent")
    assert ledger.span(CountOf.ANY) == exactly(0)
    assert ledger.recipient_span("parent") == exactly(0)
    assert [cell.basis for cell, _ in ledger.cells()] == ["exempt_hr"]


def test_suspected_important_data_are_no_persons() -> None:
    ledger = a_ledger()
    ledger.absorb(event(1, Tally(Kind("geo.survey"), Grade.IMPORTANT, 9, Subjects.of({"cn.mobile": range(9)}))))
    assert list(ledger.cells()) == []


def test_a_recipient_and_a_group_of_recipients_have_their_own_counts() -> None:
    ledger = a_ledger()
    ledger.absorb(event(1, phones(10)), recipient="a")
    assert ledger.recipients_span(("a", "b")) == exactly(10)
    ledger.absorb(event(2, phones(range(5, 20))), recipient="b")
    ledger.absorb(event(3, phones(range(50, 60))), recipient="c")
    assert ledger.recipient_span("b") == exactly(15)
    assert ledger.recipients_span(("a", "b")) == exactly(20)


@pytest.mark.parametrize(("begun_ns", "month"), [(LAST_OF_JANUARY_UTC - 1, 1), (LAST_OF_JANUARY_UTC, 2)])
def test_months_begin_at_midnight_in_shanghai(begun_ns: int, month: int) -> None:
    ledger = a_ledger()
    ledger.absorb(event(1, phones(1), begun_ns=begun_ns))
    assert [cell.month for cell, _ in ledger.cells()] == [month]


def test_a_damaged_sketch_leaves_the_ledger_as_it_was() -> None:
    ledger = a_ledger()
    damaged = Tally(Kind("email"), Grade.SENSITIVE, 1, Subjects((("email", b"nonsense"),)))
    assert not ledger.absorb(event(1, phones(10), damaged))
    assert list(ledger.cells()) == []
    assert ledger.span(CountOf.ANY) == exactly(0)


def test_only_cells_that_grew_are_written_again() -> None:
    ledger = a_ledger()
    ledger.absorb(event(1, phones(10)), recipient="a")
    ledger.absorb(event(2, phones(10)), recipient="b")
    ledger.saved()
    ledger.absorb(event(3, phones(10)), recipient="a")
    assert list(ledger.changed()) == []
    ledger.absorb(event(4, phones(11)), recipient="b")
    assert [cell for cell, _ in ledger.changed()] == [Cell(3, COUNTED, "b", Grade.GENERAL)]


CELLS = st.builds(
    Cell,
    st.integers(1, 3),
    st.sampled_from([COUNTED, "exempt_hr"]),
    st.sampled_from(["", "a"]),
    st.sampled_from([Grade.GENERAL, Grade.SENSITIVE]),
)
FULL = Subjects.of({"email": range(140_000)})
ENTRIES = st.lists(st.tuples(CELLS, st.lists(st.integers(0, 60), max_size=10)), max_size=10)


@given(ENTRIES, st.permutations(range(10)))
@settings(max_examples=40, deadline=None)
def test_order_and_repetition_change_nothing(entries: list[tuple[Cell, list[int]]], order: list[int]) -> None:
    parts = [(cell, Subjects.of({"email": tokens})) for cell, tokens in entries]
    straight = Ledger("x", 2026, parts)
    shuffled = Ledger("x", 2026, [parts[place] for place in order if place < len(parts)] + parts[:3])
    restored = Ledger("x", 2026, list(straight.cells()))
    for other in (shuffled, restored):
        assert list(other.cells()) == list(straight.cells())
        assert [other.span(count) for count in CountOf] == [straight.span(count) for count in CountOf]
        assert other.recipient_span("a") == straight.recipient_span("a")


@given(st.lists(st.tuples(CELLS, st.integers(0, 120), st.integers(0, 12)), min_size=1, max_size=30))
@settings(max_examples=40, deadline=None)
def test_totals_are_the_unions_of_their_cells_whatever_is_handed_on(entries: list[tuple[Cell, int, int]]) -> None:
    """Only what is new to a cell is handed on to its totals: the library, given everything, must count the same."""
    ledger = a_ledger()
    every, sensitive, to_a = Gathering(), Gathering(), Gathering()
    for cell, first, many in entries:
        subjects = Subjects.of(
            {
                "email": range(first, first + many),
                "email+": range(first, first + many, 2),
                "cn.mobile": range(first % 7),
            }
        )
        ledger.add(cell, subjects)
        if cell.basis != COUNTED:
            continue
        every.add(subjects)
        for oracle, is_of_it in ((sensitive, cell.grade is Grade.SENSITIVE), (to_a, cell.recipient == "a")):
            if is_of_it:
                oracle.add(subjects)
        assert ledger.span(CountOf.ANY) == every.span
        assert ledger.span(CountOf.SENSITIVE) == sensitive.span
        assert ledger.recipient_span("a") == to_a.span


@given(st.lists(st.tuples(CELLS, st.integers(0, 80), st.integers(0, 20)), max_size=40))
@settings(max_examples=40, deadline=None)
def test_very_many_at_once_are_the_same_as_one_by_one(entries: list[tuple[Cell, int, int]]) -> None:
    parts = [
        (
            cell,
            Subjects.of(
                {
                    "email": range(first, first + many),
                    "email+": range(first, first + many, 2),
                    "cn.mobile": range(first % 5),
                }
            ),
        )
        for cell, first, many in entries
    ]
    parts.append((Cell(12, COUNTED, "a", Grade.GENERAL), FULL))
    at_once, one_by_one = a_ledger(), a_ledger()
    at_once.merge(parts)
    for cell, subjects in parts:
        one_by_one.add(cell, subjects)
    assert list(at_once.cells()) == list(one_by_one.cells())
    assert list(at_once.growth()) == list(one_by_one.growth())
    assert [at_once.span(count) for count in CountOf] == [one_by_one.span(count) for count in CountOf]


def test_growth_holds_what_is_new_and_a_full_sketch_whole() -> None:
    ledger = a_ledger()
    cell = Cell(1, COUNTED, "a", Grade.GENERAL)
    ledger.add(cell, Subjects.of({"email": range(10)}))
    ledger.saved()
    ledger.add(cell, Subjects.of({"email": range(5, 12)}))
    assert list(ledger.growth()) == [(cell, Subjects.of({"email": range(10, 12)}))]
    ledger.saved()
    ledger.add(cell, FULL)
    assert list(ledger.growth()) == [(cell, FULL)]
    assert ledger.span(CountOf.ANY) == FULL.span
