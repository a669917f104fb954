from random import Random

import datasketches
from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from collector.columns import Counted, opened
from wire.faults import MalformedError
from wire.subjects import Subjects

SKETCH = Subjects.of({"cn.mobile": range(300)}).sketches[0][1]
PARTS = [Subjects.of({"email": range(part * 45_000, part * 45_000 + 75_000)}).sketches[0][1] for part in range(6)]


@given(
    st.lists(st.lists(st.integers(0, 500), max_size=40), max_size=12),
    st.randoms(use_true_random=False),
    st.integers(8, 64),
)
@settings(max_examples=60, deadline=None)
def test_order_repetition_and_grouping_change_nothing(groups: list[list[int]], random: Random, nominal: int) -> None:
    sketches = [sketch for tokens in groups for _, sketch in Subjects.of({"email": tokens}).sketches]
    shuffled = sketches + sketches[::2]
    random.shuffle(shuffled)
    once, other = Counted(nominal), Counted(nominal)
    for sketch in sketches:
        once.add(sketch)
    for place, sketch in enumerate(shuffled):
        other.add(sketch)
        if place % 3 == 0:
            assert other.serialised()
    assert once.bounds == other.bounds
    assert once.serialised() == other.serialised()


def test_many_at_once_are_the_same_as_few_at_a_time() -> None:
    few, many = Counted(3_000), Counted(3_000)
    for first in range(0, 6_000, 500):
        few.add(Subjects.of({"email": range(first, first + 500)}).sketches[0][1])
    for some in (range(2_000), range(1_500, 6_000), range(6_000)):
        many.add(Subjects.of({"email": some}).sketches[0][1])
    assert many.bounds == few.bounds
    assert many.serialised() == few.serialised()
    assert not many.add(Subjects.of({"email": range(6_000)}).sketches[0][1])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        SKETCH[:7],
        SKETCH[:-1],
        SKETCH[:-8],
        SKETCH + b"\0" * 8,
        b"\x09" + SKETCH[1:],
        SKETCH[:1] + b"\x04" + SKETCH[2:],
        SKETCH[:5] + b"\0" + SKETCH[6:],
        SKETCH[:6] + b"\0\0" + SKETCH[8:],
        SKETCH[:8] + b"\xff\xff\xff\xff" + SKETCH[12:],
        SKETCH[:16] + b"\0" * 8 + SKETCH[24:],
        SKETCH[:16] + SKETCH[24:32] + SKETCH[16:24] + SKETCH[32:],
        SKETCH[:-8] + b"\xff" * 8,
        b"\x03" + SKETCH[1:16] + b"\x01" + b"\0" * 7 + SKETCH[16:],
    ],
)
def test_bytes_that_are_no_sketch_of_ours_are_refused_and_change_nothing(content: bytes) -> None:
    column = Counted.of(SKETCH)
    with pytest.raises(MalformedError):
        column.add(content)
    assert column.serialised() == SKETCH


def test_a_low_theta_cannot_claim_persons_that_nobody_has_seen() -> None:
    forged = (
        b"\x03" + SKETCH[1:8] + (1).to_bytes(8, "little") + (1 << 20).to_bytes(8, "little") + (5).to_bytes(8, "little")
    )
    with pytest.raises(MalformedError):
        opened(forged)


@given(st.binary(max_size=80))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    try:
        Counted.of(content)
    except MalformedError:
        return


@pytest.mark.parametrize("lg_k", [10, 12, 14, 16])
def test_a_sketch_of_another_size_is_refused_once_it_estimates(lg_k: int) -> None:
    """Sizes are never mixed: a HyperLogLog union of mixed sizes lost two of three persons (datasketches-cpp#512)."""
    foreign = datasketches.update_theta_sketch(lg_k)
    for token in range(1 << (lg_k + 2)):
        foreign.update(token)
    column = Counted.of(SKETCH)
    with pytest.raises(MalformedError):
        column.add(foreign.compact().serialize())
    assert column.serialised() == SKETCH


def test_a_hyperloglog_is_refused() -> None:
    other = datasketches.hll_sketch(14)
    for token in range(300):
        other.update(token)
    for content in (other.serialize_compact(), other.serialize_updatable()):
        with pytest.raises(MalformedError):
            opened(content)


@given(st.permutations(range(6)))
@settings(max_examples=8, deadline=None)
def test_no_order_of_merging_loses_persons(order: list[int]) -> None:
    """Six parts of 300,000 persons, as in the defect: HyperLogLog gave 100,597 in two orders of six."""
    column = Counted()
    for part in order:
        column.add(PARTS[part])
    assert column.bounds.at_least <= 300_000 <= column.bounds.at_most
    assert abs(column.bounds.estimate - 300_000) <= 3_000
