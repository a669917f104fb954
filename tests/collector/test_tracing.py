from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import pytest

from collector.tracing import CLOSE, OPEN, Day, Named, Number, Trace, Tree, Unread, UntraceableError, shown

TODAY = date(2026, 3, 2)


def asked(work: Callable[[Any, Any], object], *numbers: int) -> tuple[Tree[object], object]:
    tree: Tree[object] = Tree()
    return tree, tree.run(list(numbers), lambda trace: work(Number(trace, 0), Number(trace, 1)))


def way(one: Any, other: Any) -> str:
    """Every question that there is, in some order."""
    if one < 3:
        return "less" if one <= other else "small"
    if one >= 9 or other > 7:
        return "equal" if one == other else "zero" if not other else "great"
    return "six" if one == 6 else "same" if one not in (5, other) else "rest"


@given(st.lists(st.tuples(st.integers(-1, 12), st.integers(-1, 12)), min_size=1, max_size=60))
def test_a_tree_answers_as_the_function_does(pairs: list[tuple[int, int]]) -> None:
    tree: Tree[str] = Tree()
    for pair in pairs:
        numbers = list(pair)
        found = tree.find(numbers)
        if found is None:
            found = tree.run(numbers, lambda trace: way(Number(trace, 0), Number(trace, 1)))
        assert found == way(*pair)
        assert tree.find(numbers) == found


def test_what_is_not_asked_is_not_noted() -> None:
    tree, _ = asked(lambda one, _: "many" if one > 5 else "few", 9, 1)
    assert len(tree.questions) == 1
    assert [tree.find([number, 77]) for number in (6, 5)] == ["many", None]


def test_days_are_compared_from_both_sides_and_written_as_days() -> None:
    tree: Tree[list[bool]] = Tree()
    day = TODAY.toordinal()

    def questions(trace: Trace) -> list[bool]:
        on, same = Day(trace, 0), Day(trace, 0)
        plain = [on >= TODAY, on <= TODAY, on > TODAY, on == TODAY, TODAY - timedelta(1) < on, bool(on)]
        return [*plain, on <= same, on < same]

    assert tree.run([day], questions) == [True, True, False, True, True, True, True, False]
    trace = Trace(Tree(), [day])
    assert f"{Day(trace, 0)}" == f"{OPEN}0{CLOSE}"
    assert [shown(day, how) for _, how in trace.shown] == ["2026-03-02"]
    assert shown(1_234_567, ",") == "1,234,567"


UNREAD: Any = Unread()
THERE: Any = Named(is_there=True)


@pytest.mark.parametrize(
    "use",
    [
        lambda one, _: one + 1, lambda one, _: 1 - one, lambda one, _: one * 2, lambda one, _: {one},
        lambda one, _: int(one), lambda one, _: range(one), lambda one, _: one < 2.5, lambda one, _: one == "1",
        lambda one, _: one < None, lambda one, _: repr(one), lambda one, _: one.real, lambda one, _: [1, 2, 3][one],
        lambda one, _: one % 2, lambda one, _: max(one, 0) + 1,
        lambda *_: bool(UNREAD), lambda *_: str(UNREAD), lambda *_: UNREAD == 1, lambda *_: f"{UNREAD}",
        lambda *_: UNREAD.host, lambda *_: list(UNREAD), lambda *_: {UNREAD}, lambda *_: "a" in UNREAD,
        lambda *_: THERE == "a", lambda *_: str(THERE), lambda *_: len(THERE),
    ],
)  # fmt: skip
def test_what_cannot_be_noted_is_refused(use: Callable[[Any, Any], object]) -> None:
    with pytest.raises(UntraceableError):
        asked(use, 1, 2)


@pytest.mark.parametrize(
    "use", [lambda on: on.year, lambda on: on - timedelta(1), lambda on: f"{on:%Y}", lambda on: on < 3]
)
def test_of_a_day_only_its_place_may_be_asked(use: Callable[[Any], object]) -> None:
    tree: Tree[object] = Tree()
    with pytest.raises(UntraceableError):
        tree.run([TODAY.toordinal()], lambda trace: use(Day(trace, 0)))


def test_whether_there_is_a_name_may_be_asked() -> None:
    assert [bool(Named(is_there=there)) for there in (True, False)] == [True, False]


def test_what_follows_from_an_answer_is_not_asked_again() -> None:
    tree, answers = asked(lambda one, _: [one < 9, one < 12, one > 20, one == 9, one >= 5, one >= 2, one == 7], 7, 0)
    assert answers == [True, True, False, False, True, True, True]
    assert [question[3] for question in tree.questions] == [9, 5, 7]


def test_a_function_that_asks_without_end_is_left_alone() -> None:
    with pytest.raises(UntraceableError):
        asked(lambda one, _: [one < number for number in range(2_000, 0, -1)], 1, 2)


def test_a_function_that_changes_its_mind_is_left_alone() -> None:
    tree, _ = asked(lambda one, _: one < 5, 1, 2)
    with pytest.raises(UntraceableError):
        tree.run([1, 2], lambda trace: Number(trace, 0) < 6)
    with pytest.raises(UntraceableError):
        tree.run([1, 2], lambda trace: Number(trace, 0) < 5 and Number(trace, 1) < 9)
