from collections.abc import Iterator, Sequence
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
import msgspec
import pytest
from typing_extensions import override

from collector.case_ports import CaseQuery
from collector.cases import Act, Move, after
from collector.desk import conclude
from collector.draws import Draw, Outcome, Result
from collector.explain import registry_version
from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.ledger import CountOf, Ledger
from collector.ports import Judged, Past, Query, Revision, Store
from collector.registry import Registry
from collector.rejudge import WHO, rejudge
from collector.stores.memory import MemoryStore
from collector.stores.sqlite import SqliteStore
from collector.verdicts import Status
from collector.whatif import Difference, Rules, Scope
from tests.collector.builders import COMPANY, HOSPITAL, LAB, NOWHERE, at, diagnoses, event, phones, the_registry
from wire.events import TransferEvent

ROUTES = routes_of_law()
FILED = the_registry()
BARE = Registry(exporters=FILED.exporters)
LATE = the_registry(**{"valid_from: 2026-01-15": "valid_from: 2026-03-20"})
SMALL = the_registry(**{"most_persons: 5000": "most_persons: 12"})
UNNAMED = msgspec.structs.replace(FILED, recipients=(), filings=(), exemptions=())
REGISTRIES = (FILED, BARE, LATE, SMALL, UNNAMED)
BEGUN_NS = 1_772_416_800_000_000_000
DRAW = Draw(
    draw_id="d1", day="2026-03-02", digest="ab", seed="s", rate="1", factors="f", registry="r", events=1, exports=1,
    strata=(),
)  # fmt: skip
DAY_NS = 86_400_000_000_000
NOW_NS = 1_790_000_000_000_000_000

TARGETS = (LAB, NOWHERE, at("hr.example.no", country="NO"), at("www.example.cn", country="CN"))
POOL = [
    event(
        number,
        (phones, diagnoses)[number % 2](range(number * 3, number * 3 + 9)),
        target=TARGETS[number // 2 % 4],
        organisation=(COMPANY, HOSPITAL)[number % 5 // 4],
        begun_ns=BEGUN_NS + number % 7 * 9 * DAY_NS - (number % 11 == 10) * 365 * DAY_NS,
    )
    for number in range(28)
]


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "guanjin.sqlite")
    yield made
    made.close()


def keep(store: Store, registry: Registry, *events: TransferEvent) -> None:
    handle(events, store=store, registry=registry, routes=ROUTES)


def again(store: Store, registry: Registry, scope: Scope | None = None) -> list[Difference]:
    return list(rejudge(store, Rules(registry, ROUTES), scope or Scope(), NOW_NS))


def in_time(events: Sequence[TransferEvent]) -> list[TransferEvent]:
    return sorted(events, key=lambda each: (each.begun_ns, each.event_id))


def state_of(store: Store) -> object:
    """All that a registry known from the start would have led to."""
    ledgers = [
        (each.organisation, each.year, list(each.cells()), [each.span(count) for count in CountOf])
        for year in (2025, 2026)
        for each in store.ledgers(year)
        if list(each.cells())
    ]
    cases = [
        (each.opening, each.events, each.first_ns, each.last_ns, store.cases.members(each.case_id, 999))
        for each in store.cases.cases(CaseQuery(most=999))
        if each.events
    ]
    judged = [(each.event, each.verdict.unversioned) for each in store.transfers(Query(most=999))]
    return judged, store.counts(), ledgers, cases


@given(
    st.lists(st.sampled_from(POOL), min_size=1, max_size=28, unique_by=lambda each: each.event_id),
    st.lists(st.tuples(st.integers(1, 9), st.sampled_from(REGISTRIES)), min_size=1, max_size=5),
    st.sampled_from(REGISTRIES),
)
@settings(max_examples=60, deadline=None)
def test_the_result_is_that_of_a_registry_known_from_the_start_whatever_came_when(
    stream: list[TransferEvent], cuts: list[tuple[int, Registry]], last: Registry
) -> None:
    store, fresh, rest = MemoryStore(), MemoryStore(), list(stream)
    for cut, registry in cuts:
        keep(store, registry, *rest[:cut])
        rest = rest[cut:]
        if cut % 3 == 0:
            again(store, registry)
    keep(store, cuts[-1][1], *rest)
    again(store, last)
    keep(fresh, last, *in_time(stream))
    assert state_of(store) == state_of(fresh)
    assert {(each.changed, each.reworded) for each in again(store, last)} == {(0, 0)}


def test_both_stores_end_in_the_same_state(tmp_path: Path) -> None:
    memory, file = MemoryStore(), SqliteStore(tmp_path / "guanjin.sqlite")
    for each in (memory, file):
        keep(each, BARE, *POOL[::-1])
    for registry in (FILED, LATE):
        assert again(memory, registry) == again(file, registry)
    assert state_of(memory) == state_of(file)
    openings = [[(each.opening, each.first_ns, each.last_ns, each.acts) for each in store.cases.cases(CaseQuery())]
                for store in (memory, file)]  # fmt: skip
    assert openings[0] == openings[1]
    assert [memory.past(each.event_id) for each in POOL] == [file.past(each.event_id) for each in POOL]
    file.close()


def test_a_filing_that_is_known_late_makes_lawful_and_the_old_verdict_stays(store: Store) -> None:
    keep(store, BARE, event(1, diagnoses(9), target=LAB))
    before = store.transfer(f"{1:032x}")
    (difference,) = again(store, FILED)
    (past,), now = store.past(f"{1:032x}"), store.transfer(f"{1:032x}")
    assert before
    assert now
    assert (before.verdict.status, now.verdict.status) == (Status.UNFILED, Status.COVERED)
    assert (past.verdict, past.superseded_by, past.superseded_ns) == (before.verdict, registry_version(FILED), NOW_NS)
    assert (difference.before, difference.after) == ({Status.UNFILED: 1}, {Status.COVERED: 1})
    assert [(each.event_id, each.after) for each in difference.first] == [(f"{1:032x}", now.verdict)]


def test_a_case_whose_transfers_became_lawful_stays_and_says_so(store: Store) -> None:
    keep(store, BARE, *(event(number, diagnoses(9), target=LAB, begun_ns=BEGUN_NS + number) for number in (1, 2)))
    (case,) = store.cases.cases(CaseQuery())
    with store.begin() as transaction:
        act = Act(case_id=case.case_id, number=1, move=Move.ACCEPT, at_ns=1, who="值班一组")
        transaction.cases.append(act, after(case, act))
    again(store, FILED)
    (left,) = store.cases.cases(CaseQuery())
    assert (left.opening, left.state, left.events) == (case.opening, "judged", 0)
    assert (left.first_ns, left.last_ns) == (BEGUN_NS + 1, BEGUN_NS + 1)
    note = left.acts[-1]
    assert (note.number, note.move, note.who, note.at_ns) == (2, Move.NOTE, WHO, NOW_NS)
    assert "2 次传输不再存疑" in note.note
    assert "2 transfers are no longer flagged" in note.note
    assert store.cases.former(case.case_id, 9) == [f"{2:032x}", f"{1:032x}"]
    assert [store.cases.case_of(f"{number:032x}") for number in (1, 2)] == ["", ""]
    again(store, BARE)
    (back,) = store.cases.cases(CaseQuery())
    assert (back.events, back.last_ns, len(back.acts)) == (2, BEGUN_NS + 2, 2)
    assert store.cases.former(case.case_id, 9) == []


def test_a_named_recipient_moves_transfers_to_the_case_of_that_recipient(store: Store) -> None:
    named = msgspec.structs.replace(FILED, filings=())
    keep(store, BARE, event(1, diagnoses(9), target=LAB))
    again(store, named)
    new, old = sorted(store.cases.cases(CaseQuery()), key=lambda each: len(each.acts))
    assert [new.opening.cause.destination, old.opening.cause.destination] == [
        "recipient:lab-us", "host:api.lab.example.com",
    ]  # fmt: skip
    assert new.case_id in old.acts[0].note
    assert (new.events, old.events) == (1, 0)


def test_what_a_spot_check_found_stays_in_its_case(store: Store) -> None:
    keep(store, BARE, event(1, diagnoses(9), target=LAB))
    judged = store.transfer(f"{1:032x}")
    assert judged
    with store.begin() as transaction:
        transaction.cases.keep_draw(DRAW)
    result = Result(draw_id="d1", event_id=judged.event.event_id, at_ns=1, who="甲", outcome=Outcome.INCONSISTENT)
    case_id = conclude(store, result, judged, BARE).case_id
    again(store, FILED)
    assert store.cases.case_of(judged.event.event_id) == case_id


def test_only_what_was_asked_for_is_judged_again(store: Store) -> None:
    keep(
        store, BARE,
        event(1, diagnoses(9), target=LAB),
        event(2, diagnoses(9), target=LAB, begun_ns=BEGUN_NS - 365 * DAY_NS),
        event(3, diagnoses(9), target=LAB, organisation=HOSPITAL),
    )  # fmt: skip
    assert [(each.organisation, each.year) for each in again(store, FILED, Scope(year=2025))] == [(COMPANY, 2025)]
    assert [each.organisation for each in again(store, FILED, Scope(HOSPITAL))] == [HOSPITAL]
    assert again(store, FILED, Scope("nobody")) == []
    assert store.past(f"{1:032x}") == []


def test_an_exemption_known_late_takes_persons_out_of_the_count(store: Store) -> None:
    target = at("hr.example.no", country="NO")
    keep(store, BARE, event(1, phones(30), target=target), event(2, phones(range(20, 40))))
    assert [each.span(CountOf.ANY).estimate for each in store.ledgers(2026)] == [40]
    again(store, FILED)
    assert [each.span(CountOf.ANY).estimate for each in store.ledgers(2026)] == [20]
    keep(store, FILED, event(3, phones(range(35, 50))))
    assert [each.span(CountOf.ANY).estimate for each in store.ledgers(2026)] == [30]


def test_an_error_leaves_the_year_as_it_was(store: Store) -> None:
    keep(store, BARE, *(event(number, diagnoses(9), target=LAB) for number in range(1, 4)))
    before = state_of(store)
    with pytest.raises(RuntimeError):
        _break_off(store)
    assert state_of(store) == before
    assert store.past(f"{1:032x}") == []
    (case,) = store.cases.cases(CaseQuery())
    assert store.cases.former(case.case_id, 9) == []
    again(store, FILED)
    assert store.counts() == {Status.COVERED: 3}


def _break_off(store: Store) -> None:
    judged = store.transfer(f"{1:032x}")
    assert judged
    other = msgspec.structs.replace(judged.verdict, status=Status.COVERED)
    with store.begin() as transaction:
        transaction.revise([Revision(Past(judged.verdict, "v", 1), other)])
        transaction.cases.leave([f"{1:032x}", f"{2:032x}", f"{9:032x}"])
        transaction.rebuild(Ledger(COMPANY, 2026))
        raise RuntimeError


def test_transfers_are_read_in_the_order_in_which_they_began_however_many_there_are(store: Store) -> None:
    many = [event(number, begun_ns=BEGUN_NS + number // 400) for number in range(1_100)]
    keep(store, BARE, *many[::-1], event(9_999, organisation=HOSPITAL))
    assert [each.event for each in store.in_time(COMPANY, BEGUN_NS, BEGUN_NS + 3)] == many
    assert [each.event for each in store.in_time(COMPANY, BEGUN_NS + 1, BEGUN_NS + 2)] == many[400:800]
    assert [store.count_between(COMPANY, BEGUN_NS + 1, BEGUN_NS + end) for end in (1, 2, 9)] == [0, 400, 700]
    assert [(each.organisation, each.first_ns, each.last_ns) for each in store.stretches()] == [
        (HOSPITAL, BEGUN_NS, BEGUN_NS), (COMPANY, BEGUN_NS, BEGUN_NS + 2),
    ]  # fmt: skip


class Busy(MemoryStore):
    """A store to which others write while a year is read."""

    def __init__(self, *late: TransferEvent) -> None:
        super().__init__()
        self.late = list(late)

    @override
    def in_time(self, organisation: str, from_ns: int, until_ns: int) -> Iterator[Judged]:
        yield from super().in_time(organisation, from_ns, until_ns)
        if self.late:
            keep(self, BARE, self.late.pop())


@pytest.mark.parametrize("begun_ns", [BEGUN_NS + 5, BEGUN_NS + 1, BEGUN_NS - 5])
@pytest.mark.parametrize("times", [1, 5])
def test_what_comes_while_a_year_is_judged_is_judged_in_its_place(begun_ns: int, times: int) -> None:
    late = [
        event(10 + n, diagnoses(range(20 + n, 25 + n)), target=LAB, begun_ns=begun_ns + n % 2) for n in range(times)
    ]
    first = [event(n, diagnoses(range(n, n + 9)), target=LAB, begun_ns=BEGUN_NS + n) for n in range(3)]
    busy, fresh = Busy(*late), MemoryStore()
    keep(busy, BARE, *first)
    again(busy, FILED)
    for each in busy.late:
        keep(busy, FILED, each)
    keep(fresh, FILED, *in_time([*first, *late]))
    again(busy, FILED)
    assert busy.late == []
    assert state_of(busy) == state_of(fresh)


class Watched(SqliteStore):
    """A store at which another process writes while a year is judged."""

    def __init__(self, path: Path, other: SqliteStore) -> None:
        super().__init__(path)
        self.other = other
        self.number = 100

    @override
    def in_time(self, organisation: str, from_ns: int, until_ns: int) -> Iterator[Judged]:
        for each in super().in_time(organisation, from_ns, until_ns):
            if self.number < 103:
                self.number += 1
                keep(self.other, FILED, event(self.number, phones(self.number), organisation=HOSPITAL))
            yield each


def test_others_write_while_a_year_is_judged(tmp_path: Path) -> None:
    other = SqliteStore(tmp_path / "guanjin.sqlite")
    store = Watched(tmp_path / "guanjin.sqlite", other)
    keep(store, BARE, *(event(n, diagnoses(range(n, n + 9)), target=LAB, begun_ns=BEGUN_NS + n) for n in range(5)))
    (difference,) = again(store, FILED, Scope(COMPANY))
    assert (difference.changed, store.number) == (5, 103)
    assert other.counts()[Status.COVERED] == 5
    for each in (store, other):
        each.close()


def test_another_process_counts_on_from_the_rebuilt_ledger(tmp_path: Path) -> None:
    one, other = (SqliteStore(tmp_path / "guanjin.sqlite") for _ in range(2))
    target = at("hr.example.no", country="NO")
    keep(other, BARE, event(1, phones(30), target=target), event(2, phones(range(20, 40))))
    again(one, FILED)
    keep(other, FILED, event(3, phones(range(35, 50))))
    assert [each.span(CountOf.ANY).estimate for each in one.ledgers(2026)] == [30]
    for each in (one, other):
        each.close()
