from hypothesis import given
from hypothesis import strategies as st

from collector.ranges import MOST, Ranges


@given(st.lists(st.integers(0, 60)), st.lists(st.integers(0, 60)))
def test_ranges_are_the_set_of_what_came_in_whatever_order(first: list[int], second: list[int]) -> None:
    ranges = Ranges().including(first).including(second)
    assert {number for number in range(62) if number in ranges} == {*first, *second}
    assert ranges == Ranges().including([*second, *first])
    assert all(after[0] > before[1] + 1 for before, after in zip(ranges.spans, ranges.spans[1:], strict=False))


def test_what_came_without_a_gap_is_known_by_its_last() -> None:
    assert Ranges().including([3, 2, 1, 7]).through == 3
    assert Ranges().including([2, 3]).through == 0
    assert Ranges().through == 0


def test_an_epoch_of_gaps_alone_takes_bounded_room_and_keeps_its_beginning() -> None:
    ranges = Ranges().including([1, 2, *range(10, 10 + 4 * MOST, 2)])
    assert len(ranges.spans) == MOST
    assert ranges.through == 2
    assert 10 + 4 * MOST - 2 in ranges
