"""What every store must do with cases, acts and draws."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from collector.case_ports import CaseQuery
from collector.cases import Act, Case, CaseType, Cause, Found, Move, Opening, State, after, case_id_of
from collector.draws import Draw, Outcome, Result, Stratum
from collector.handle import handle
from collector.incidents import Incident
from collector.law.shelf import routes_of_law
from collector.ports import Store
from tests.collector.builders import COMPANY, HOSPITAL, diagnoses, event, phones, the_registry
from tests.collector.stores.stores import STORES, a_store

REGISTRY = the_registry()
ROUTES = routes_of_law()
DRAW = Draw(
    draw_id="d1", day="2026-03-02", digest="ab", seed="s", rate="0.5", factors="f", registry="r", events=3, exports=2,
    strata=(Stratum("医疗", "unfiled", "high", 2, ("0" * 32,)),),
)  # fmt: skip


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = a_store(request.param, tmp_path)
    yield made
    made.close()


def found(number: int, begun_ns: int, organisation: str = COMPANY, host: str = "a.example") -> Found:
    cause = Cause(organisation, f"host:{host}", "unfiled", ("medical.diagnosis",))
    opening = Opening(case_id_of(CaseType.UNFILED_EXPORT, cause), CaseType.UNFILED_EXPORT, cause)
    return Found(f"{number:032x}", begun_ns, opening)


def join(store: Store, *findings: Found) -> None:
    with store.begin() as transaction:
        transaction.cases.join(findings)


def act(store: Store, case_id: str, *moves: Move) -> Case:
    with store.begin() as transaction:
        for move in moves:
            case = transaction.cases.case(case_id)
            assert case
            some = Act(case_id=case_id, number=len(case.acts) + 1, move=move, at_ns=50, who="甲", passed=True)
            transaction.cases.append(some, after(case, some))
    read = store.cases.case(case_id)
    assert read
    return read


CLOSING = (Move.ACCEPT, Move.NOTIFY, Move.RECTIFY, Move.RECHECK, Move.CLOSE)


def test_a_flagged_transfer_has_a_case_and_a_clean_one_none(store: Store) -> None:
    handle([event(1, diagnoses(2)), event(2, phones(2))], store=store, registry=REGISTRY, routes=ROUTES)
    (case,) = store.cases.cases(CaseQuery())
    assert store.cases.case_of(f"{1:032x}") == case.case_id
    assert store.cases.case_of(f"{2:032x}") == ""
    assert store.cases.members(case.case_id, 9) == [f"{1:032x}"]
    assert (case.opening.cause.organisation, case.events, case.state) == (COMPANY, 1, State.FOUND)


def test_transfers_join_their_case_once(store: Store) -> None:
    join(store, found(1, 20), found(2, 10), found(2, 10))
    join(store, found(3, 30), found(1, 20))
    (case,) = store.cases.cases(CaseQuery())
    assert (case.events, case.first_ns, case.last_ns) == (3, 10, 30)
    assert store.cases.members(case.case_id, 2) == [f"{3:032x}", f"{1:032x}"]


def test_acts_are_appended_and_folded(store: Store) -> None:
    join(store, found(1, 20))
    case = act(store, found(1, 20).opening.case_id, *CLOSING)
    assert [each.number for each in case.acts] == [1, 2, 3, 4, 5]
    assert (case.state, case.settled_ns) == (State.CLOSED, 50)
    assert store.cases.cases(CaseQuery()) == [case]
    assert store.cases.counts() == {State.CLOSED: 1}


def test_cases_are_chosen_by_state_exporter_and_work(store: Store) -> None:
    join(store, found(1, 20), found(2, 60, HOSPITAL), found(3, 40, host="b.example"), found(4, 30, host="c.example"))
    closed, again = found(3, 40, host="b.example").opening.case_id, found(4, 30, host="c.example").opening.case_id
    act(store, closed, *CLOSING)
    act(store, again, *CLOSING)
    join(store, found(5, 70, host="c.example"))

    def shown(**query: object) -> list[int]:
        return [case.last_ns for case in store.cases.cases(CaseQuery(**query))]  # type: ignore[arg-type]  # a test's shorthand

    assert shown() == [70, 60, 40, 20]
    assert shown(at_work=True) == [70, 60, 20]
    assert shown(states=(State.CLOSED,)) == [70, 40]
    assert shown(organisation=HOSPITAL) == [60]
    assert shown(most=2) == [70, 60]
    second = store.cases.cases(CaseQuery(most=2))[-1]
    assert shown(before=(second.last_ns, second.case_id)) == [40, 20]


def test_a_case_may_be_opened_before_any_transfer_shows_it(store: Store) -> None:
    opening = msgspec.structs.replace(found(1, 5).opening, incident=Incident(90, "x"))
    with store.begin() as transaction:
        transaction.cases.open(opening, 90)
        transaction.cases.open(opening, 10)
    (case,) = store.cases.cases(CaseQuery())
    assert (case.opening, case.events, case.first_ns, case.last_ns) == (opening, 0, 90, 90)
    join(store, found(1, 5))
    (case,) = store.cases.cases(CaseQuery())
    assert (case.events, case.first_ns, case.last_ns) == (1, 5, 5)


def test_a_failed_transaction_leaves_no_case_act_or_draw(store: Store) -> None:
    join(store, found(1, 20))
    with pytest.raises(RuntimeError):
        _break_off(store)
    (case,) = store.cases.cases(CaseQuery())
    assert (case.events, case.acts, case.last_ns) == (1, (), 20)
    assert store.cases.draws() == []
    assert store.cases.results("d1") == []
    join(store, found(2, 90))
    assert store.cases.members(case.case_id, 9) == [f"{2:032x}", f"{1:032x}"]


def _break_off(store: Store) -> None:
    with store.begin() as transaction:
        transaction.cases.join([found(2, 90), found(3, 95, host="new.example")])
        case = transaction.cases.case(found(1, 20).opening.case_id)
        assert case
        some = Act(case_id=case.case_id, number=1, move=Move.ACCEPT, at_ns=1, who="甲")
        transaction.cases.append(some, after(case, some))
        transaction.cases.keep_draw(DRAW)
        transaction.cases.keep_result(result(Outcome.UNCLEAR))
        raise RuntimeError


def result(outcome: Outcome) -> Result:
    return Result(draw_id="d1", event_id="0" * 32, at_ns=1, who="甲", outcome=outcome)


def test_draws_are_kept_once_and_results_as_often_as_they_are_given(store: Store) -> None:
    with store.begin() as transaction:
        transaction.cases.keep_draw(DRAW)
        transaction.cases.keep_draw(DRAW)
        transaction.cases.keep_draw(msgspec.structs.replace(DRAW, draw_id="d2", day="2026-03-03"))
        for outcome in (Outcome.UNCLEAR, Outcome.CONSISTENT):
            transaction.cases.keep_result(result(outcome))
    assert [each.draw_id for each in store.cases.draws()] == ["d2", "d1"]
    assert store.cases.draws()[1] == DRAW
    assert [each.outcome for each in store.cases.results("d1")] == [Outcome.UNCLEAR, Outcome.CONSISTENT]
    assert store.cases.results("d2") == []


def test_what_is_not_there_is_none(store: Store) -> None:
    assert store.cases.case("nothing") is None
    assert store.cases.members("nothing", 9) == []
    assert store.cases.counts() == {}
