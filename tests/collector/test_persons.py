from collections.abc import Sequence

import pytest

from collector.columns import NOMINAL
from collector.persons import Persons
from wire.subjects import Gathering, Span, Subjects

SOME = Subjects.of({"cn.mobile": range(300)})


@pytest.mark.parametrize("counts", [(0,), (1,), (2, 1), (300, 50_000), (90_000, 90_000), (200_000, 3, 150_000, 40)])
def test_counts_and_bytes_are_those_of_the_library(counts: Sequence[int]) -> None:
    oracle, ours, first = Gathering(), Persons(), 0
    for count in counts:
        some = Subjects.of({"cn.mobile": range(first, first + count)})
        oracle.add(some)
        ours.add(some)
        assert ours.span == oracle.span
        first += count - count // 10
    assert ours.subjects() == oracle.subjects()


def test_a_count_is_exact_up_to_the_nominal_size() -> None:
    ours = Persons([Subjects.of({"email": range(NOMINAL)})])
    assert ours.span == Span(NOMINAL, NOMINAL, NOMINAL)


def test_types_that_cannot_be_joined_give_an_interval() -> None:
    assert Persons([Subjects.of({"email": range(5), "cn.mobile": range(7)})]).span == Span(7, 7, 12)


def test_types_that_were_seen_together_give_less_of_an_interval() -> None:
    some = Subjects.of({"cn.resident_id": range(7), "cn.mobile": range(9), "cn.mobile+": range(6)})
    assert Persons([some]).span == some.span == Span(9, 9, 10)


def test_only_something_new_counts_as_a_change() -> None:
    ours = Persons()
    assert ours.add(SOME)
    assert not ours.add(SOME)
    assert not ours.add(Subjects())
