from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
import re

from hypothesis import given, settings
from hypothesis import strategies as st
import msgspec
import pytest

from collector.case_clocks import Clock, clocks, keep_until
from collector.case_ports import CaseQuery
from collector.case_words import destination_title
from collector.cases import (
    MOST_ACTS,
    Act,
    Case,
    CaseType,
    Cause,
    Move,
    Opening,
    RefusedError,
    State,
    after,
    case_id_of,
    check,
    fold,
)
from collector.handle import handle
from collector.incidents import HOUR_NS, Incident, IncidentGrade, Operator, grade_of
from collector.law.shelf import routes_of_law
from collector.stores.memory import MemoryStore
from tests.collector.builders import COMPANY, LAB, NOWHERE, at, diagnoses, event, names, the_registry
from wire.events import Direction, Endpoint, TransferEvent
from wire.places import place_of

REGISTRY = the_registry()
ROUTES = routes_of_law()
DAY_NS = 24 * HOUR_NS
FOUND_NS = 1_772_416_800_000_000_000
"""2026-03-02 10:00 in Shanghai."""
CAUSE = Cause(COMPANY, "host:unknown.example.com", "unfiled", ("medical.diagnosis",))
OPENING = Opening(case_id_of(CaseType.UNFILED_EXPORT, CAUSE), CaseType.UNFILED_EXPORT, CAUSE)
FOUND = Case(opening=OPENING, events=1, first_ns=FOUND_NS, last_ns=FOUND_NS)


def an_act(case: Case, move: Move, **changes: object) -> Act:
    number = len(case.acts) + 1
    usual = {
        "case_id": case.case_id, "number": number, "move": move, "at_ns": FOUND_NS + number * HOUR_NS,
        "who": "值班一组",
        "note": "见附件" if move in (Move.DISMISS, Move.REOPEN, Move.NOTE) else "",
        "owner": "二组" if move is Move.ASSIGN else "",
        "due_ns": FOUND_NS + 30 * DAY_NS + number * HOUR_NS if move is Move.NOTIFY else None,
        "passed": True if move is Move.RECHECK else None,
    }  # fmt: skip
    return Act(**{**usual, **changes})  # type: ignore[arg-type]  # a builder's changes


def acted(case: Case, *moves: Move, **changes: object) -> Case:
    for move in moves:
        act = an_act(case, move, **changes)
        check(case, act)
        case = after(case, act)
    return case


WHOLE = (Move.ASSIGN, Move.ACCEPT, Move.NOTIFY, Move.RECTIFY, Move.RECHECK, Move.CLOSE)


def test_a_case_goes_from_found_to_closed() -> None:
    states = [acted(FOUND, *WHOLE[:number]).state for number in range(len(WHOLE) + 1)]
    assert states == ["found", "found", "judged", "notified", "rectifying", "rechecked", "closed"]
    assert acted(FOUND, *WHOLE).owner == "二组"


@pytest.mark.parametrize(
    ("before", "move", "says"),
    [
        ((), Move.CLOSE, "a case that is found takes no close; possible now: assign, accept, dismiss, note"),
        ((), Move.NOTIFY, "found takes no notify"),
        (WHOLE[:2], Move.ACCEPT, "judged takes no accept"),
        (WHOLE[:3], Move.RECHECK, "notified takes no recheck"),
        (WHOLE, Move.ASSIGN, "closed takes no assign; possible now: reopen, note"),
        (WHOLE, Move.DISMISS, "closed takes no dismiss"),
        ((Move.DISMISS,), Move.ACCEPT, "dismissed takes no accept"),
    ],
)
def test_a_step_out_of_turn_is_refused_and_says_what_is_possible(before: Sequence[Move], move: Move, says: str) -> None:
    with pytest.raises(RefusedError, match=re.escape(says)):
        acted(acted(FOUND, *before), move)


@pytest.mark.parametrize(
    ("before", "move", "changes", "says"),
    [
        ((), Move.DISMISS, {"note": ""}, "needs a reason"),
        ((Move.DISMISS,), Move.REOPEN, {"note": ""}, "needs a reason"),
        ((), Move.ASSIGN, {"owner": ""}, "needs an owner"),
        (WHOLE[:2], Move.NOTIFY, {"due_ns": None}, "needs the day"),
        (WHOLE[:2], Move.NOTIFY, {"due_ns": FOUND_NS}, "has passed already"),
        (WHOLE[:4], Move.RECHECK, {"passed": None}, "passed or failed"),
        ((), Move.ACCEPT, {"who": " "}, "name of who"),
        ((), Move.ACCEPT, {"who": "a\u202eb"}, "printable"),
        ((), Move.NOTE, {"note": "x" * 2_001}, "2000 characters"),
        ((), Move.NOTE, {"note": "\x1b[31m"}, "printable"),
        ((), Move.ACCEPT, {"attachments": ("report.pdf",)}, "SHA-256"),
        ((), Move.ACCEPT, {"attachments": ("a" * 64,) * 21}, "at most 20"),
        ((), Move.ACCEPT, {"number": 2}, "somebody else"),
        ((), Move.ACCEPT, {"case_id": "0" * 16}, "somebody else"),
    ],
)
def test_an_act_without_what_it_needs_is_refused(
    before: Sequence[Move], move: Move, changes: dict[str, object], says: str
) -> None:
    with pytest.raises(RefusedError, match=re.escape(says)):
        acted(acted(FOUND, *before), move, **changes)


def test_a_recheck_that_fails_asks_for_rectification_again() -> None:
    failed = acted(acted(FOUND, *WHOLE[:4]), Move.RECHECK, passed=False)
    assert failed.state is State.NOTIFIED
    assert acted(failed, Move.RECTIFY, Move.RECHECK, Move.CLOSE).state is State.CLOSED


def test_a_recheck_cannot_pass_while_the_traffic_goes_on() -> None:
    mending = acted(FOUND, *WHOLE[:4])
    flowing = msgspec.structs.replace(mending, events=2, last_ns=FOUND_NS + DAY_NS)
    with pytest.raises(RefusedError, match=r"a transfer of this case began at 2026-03-03T02:00:00Z"):
        acted(flowing, Move.RECHECK)
    assert acted(flowing, Move.RECHECK, passed=False).state is State.NOTIFIED


def test_a_closed_case_recurs_when_its_cause_shows_again_and_a_late_transfer_does_not_do_so() -> None:
    closed = acted(FOUND, *WHOLE)
    assert not closed.recurs
    late, again = (msgspec.structs.replace(closed, last_ns=closed.acts[-1].at_ns + shift) for shift in (0, 1))
    assert not late.recurs
    assert again.recurs
    assert not msgspec.structs.replace(acted(FOUND, Move.DISMISS), last_ns=again.last_ns).recurs


def test_a_case_does_not_grow_without_end() -> None:
    full = msgspec.structs.replace(FOUND, acts=(an_act(FOUND, Move.NOTE),) * MOST_ACTS)
    with pytest.raises(RefusedError, match="at most 1000 acts"):
        acted(full, Move.NOTE)


@given(st.lists(st.tuples(st.sampled_from(Move), st.booleans()), max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_sequence_of_acts_ends_in_a_lawful_state(wanted: list[tuple[Move, bool]]) -> None:
    case, path = FOUND, [State.FOUND]
    for move, passed in wanted:
        act = an_act(case, move, **({"passed": passed} if move is Move.RECHECK else {}))
        try:
            check(case, act)
        except RefusedError:
            assert move not in case.possible
            continue
        case = after(case, act)
        path.append(case.state)
    assert set(pairwise(path)) <= LAWFUL
    assert case == fold(FOUND, case.acts)
    assert [act.number for act in case.acts] == list(range(1, len(case.acts) + 1))


LAWFUL = {(state, state) for state in State} | {
    (State.FOUND, State.JUDGED), (State.JUDGED, State.NOTIFIED), (State.NOTIFIED, State.RECTIFYING),
    (State.RECTIFYING, State.RECHECKED), (State.RECTIFYING, State.NOTIFIED), (State.RECHECKED, State.NOTIFIED),
    (State.RECHECKED, State.CLOSED), (State.CLOSED, State.FOUND), (State.DISMISSED, State.FOUND),
    *((state, State.DISMISSED) for state in State if state.is_open),
}  # fmt: skip

# ---- one cause is one case

HR = at("hr.example.no", country="NO")
POOL = [
    event(number, diagnoses(range(number, number + 3)), target=(NOWHERE, HR, LAB)[number % 3],
          begun_ns=FOUND_NS + number * 37 % 11 * HOUR_NS)
    for number in range(18)
] + [event(90, diagnoses(2), names(2), target=NOWHERE), event(91, names(5), target=NOWHERE)]  # fmt: skip


def cases_of(batches: Iterable[Sequence[TransferEvent]]) -> list[Case]:
    store = MemoryStore()
    for batch in batches:
        handle(batch, store=store, registry=REGISTRY, routes=ROUTES)
    return store.cases.cases(CaseQuery())


def test_transfers_of_one_cause_are_one_case() -> None:
    found = cases_of([POOL])
    assert sorted((each.opening.cause.destination, each.opening.cause.ground, each.events) for each in found) == [
        ("host:unknown.example.com", "unfiled", 1),
        ("host:unknown.example.com", "unfiled", 6),
        ("recipient:parent-no", "unfiled", 6),
    ]
    assert {each.opening.cause.kinds for each in found} == {("medical.diagnosis",), ("email", "medical.diagnosis")}


def test_readers_from_many_addresses_are_one_case_of_the_server_they_read() -> None:
    pulled = [
        event(number, diagnoses(3), target=at("", f"192.0.2.{number}"), direction=Direction.PULL,
              origin=Endpoint("10.0.0.1", 443, "HIS.example.", place_of("CN")))
        for number in range(9)
    ]  # fmt: skip
    (case,) = cases_of([pulled])
    assert (case.opening.cause.destination, case.events) == ("server:his.example", 9)
    assert destination_title(case, REGISTRY, "zh") == "读取 his.example 的境外来访者"


@given(st.permutations(POOL), st.integers(1, 7))
@settings(max_examples=25, deadline=None)
def test_order_repetition_and_cutting_of_transfers_change_no_case(stream: list[TransferEvent], size: int) -> None:
    batches = [stream[first : first + size] for first in range(0, len(stream), size)]
    assert cases_of([*batches, stream[::-1], *batches]) == cases_of([POOL])


# ---- clocks

NIGHT_NS = 1_780_272_000_000_000_000
"""2026-06-01 08:00 in Shanghai."""


def an_incident(**facts: object) -> Case:
    incident = Incident(**{"known_ns": NIGHT_NS, "what": "导出接口未鉴权", "persons": 1_000_000, **facts})  # type: ignore[arg-type]  # a builder's changes
    cause = Cause(COMPANY, "", "incident", ())
    opening = Opening(case_id_of(CaseType.INCIDENT, cause, "1"), CaseType.INCIDENT, cause, incident)
    return Case(opening=opening, events=0, first_ns=incident.known_ns, last_ns=incident.known_ns)


def clock(case: Case, name: str) -> Clock:
    return next(each for each in clocks(case) if each.name == name)


@pytest.mark.parametrize(
    ("persons", "yuan", "grade"),
    [
        (0, 0, "general"), (999_999, 4_999_999, "general"), (1_000_000, 0, "considerable"),
        (0, 5_000_000, "considerable"), (9_999_999, 0, "considerable"), (10_000_000, 0, "major"),
        (0, 19_999_999, "considerable"), (0, 20_000_000, "major"),
        (99_999_999, 99_999_999, "major"), (100_000_000, 0, "extreme"), (0, 100_000_000, "extreme"),
    ],
)  # fmt: skip
def test_an_incident_is_graded_by_persons_and_by_money_the_number_included(persons: int, yuan: int, grade: str) -> None:
    assert grade_of(Incident(NIGHT_NS, "x", persons=persons, loss_yuan=yuan)) == grade


def test_a_person_may_raise_a_grade_and_never_lower_it() -> None:
    assert grade_of(Incident(NIGHT_NS, "x", at_least=IncidentGrade.MAJOR)) is IncidentGrade.MAJOR
    assert grade_of(Incident(NIGHT_NS, "x", persons=10**8, at_least=IncidentGrade.MAJOR)) is IncidentGrade.EXTREME


@pytest.mark.parametrize(("operator", "hours"), [("cii", 1), ("central", 2), ("other", 4)])
def test_the_first_report_falls_due_by_who_operates(operator: str, hours: int) -> None:
    report = clock(an_incident(operator=Operator(operator)), "first_report")
    due_ns = NIGHT_NS + hours * HOUR_NS
    assert report.due_ns == due_ns
    assert (report.is_late(due_ns), report.is_late(due_ns + 1)) == (False, True)
    assert report.citation.instrument == "国家网络安全事件报告管理办法"
    assert report.citation.in_force_from == "2025-11-01"


def test_the_summary_falls_due_thirty_days_after_handling() -> None:
    case = an_incident()
    assert clock(case, "summary").due_ns is None
    times = {"at_ns": NIGHT_NS + DAY_NS, "due_ns": None}
    handled = acted(case, Move.ACCEPT, Move.NOTIFY, Move.RECTIFY, Move.RECHECK, **{**times, "passed": True})
    assert clock(handled, "summary").due_ns == NIGHT_NS + 31 * DAY_NS
    assert clock(handled, "first_report").met_ns == NIGHT_NS + DAY_NS
    assert clock(handled, "first_report").is_late(NIGHT_NS + DAY_NS)


def test_below_its_grade_or_before_the_measures_no_hour_is_invented() -> None:
    for case in (an_incident(persons=999_999), an_incident(known_ns=1_761_926_399_000_000_000)):
        assert {each.name for each in clocks(case)} == {"report", "persons"}
        assert all(each.due_ns is None for each in clocks(case))
    assert clock(an_incident(known_ns=1_761_926_400_000_000_000), "first_report").due_ns


def test_an_export_is_mended_by_the_day_of_the_notice() -> None:
    assert clock(FOUND, "rectification").due_ns is None
    notified = acted(FOUND, *WHOLE[:3])
    due_ns = notified.acts[-1].due_ns
    assert due_ns
    assert clock(notified, "rectification").due_ns == due_ns
    assert clock(notified, "rectification").is_late(due_ns + 1)
    assert not clock(acted(notified, *WHOLE[3:]), "rectification").is_late(due_ns + 1)


@pytest.mark.parametrize(
    ("last_ns", "day"),
    [
        (FOUND_NS, date(2029, 3, 2)),
        (1_835_366_400_000_000_000, date(2031, 3, 1)),
        (1_835_366_399_999_999_999, date(2031, 2, 28)),
    ],
)
def test_records_are_kept_for_three_years_after_the_last_transfer(last_ns: int, day: date) -> None:
    assert keep_until(msgspec.structs.replace(FOUND, last_ns=last_ns))[0] == day
