from hypothesis import given
from hypothesis import strategies as st

from collector.completeness import Cause, Hole, holes, incomplete_minutes
from wire.coverage import Coverage
from wire.envelopes import Gap

MINUTE = 60_000_000_000
NOW = 1_000 * MINUTE


def run(agent: str, started: float, seen: float) -> Coverage:
    return Coverage(agent=agent, started_ns=int(started * MINUTE), seen_ns=int(seen * MINUTE), version="1")


def gap(since: float, until: float, **more: object) -> Gap:
    return Gap(agent="a", epoch="e", from_sequence=1, from_ns=int(since * MINUTE), until_ns=int(until * MINUTE), **more)  # type: ignore[arg-type]  # a test's shorthand


def test_a_told_loss_says_when_why_and_how_much() -> None:
    (hole,) = holes([gap(5, 7, reason="spool_full", items=40)], [], 0, NOW)
    assert hole == Hole(5 * MINUTE, 7 * MINUTE, "a", Cause.LOST, "spool_full", 40)


def test_a_loss_without_times_is_no_hole_in_time() -> None:
    assert holes([gap(0, 0)], [], 0, NOW) == []


def test_the_time_between_two_runs_of_an_agent_and_its_silence_are_holes() -> None:
    found = holes([], [run("a", 1, 10), run("a", 30, 990), run("b", 1, 999.5)], 0, NOW)
    assert [(hole.agent, hole.cause, hole.from_ns // MINUTE, hole.until_ns // MINUTE) for hole in found] == [
        ("a", Cause.NOT_RUNNING, 10, 30), ("a", Cause.SILENT, 990, 1000),
    ]  # fmt: skip


def test_a_restart_within_a_minute_is_no_hole() -> None:
    assert holes([], [run("a", 1, 10), run("a", 10.5, 999.9)], 0, NOW) == []


def test_what_ended_before_the_time_asked_for_is_left_out() -> None:
    assert holes([gap(5, 7)], [], 8 * MINUTE, NOW) == []


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=8))
def test_a_minute_with_many_holes_counts_once(spans: list[tuple[int, int]]) -> None:
    found = [Hole(begin * MINUTE, (begin + length) * MINUTE, "a", Cause.LOST) for begin, length in spans]
    minutes = {minute for begin, length in spans for minute in range(begin, begin + length) if minute < 60}
    assert incomplete_minutes(found, 0, 60 * MINUTE) == len(minutes)
