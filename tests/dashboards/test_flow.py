from collections import defaultdict
from itertools import pairwise
import re

from hypothesis import given
from hypothesis import strategies as st

from dashboards.console.flow import HEIGHT, WIDTH, Journey, Stop, draw

HEADS = ("exporter", "grade", "verdict", "place")


def others(count: int) -> str:
    return f"{count} others"


def stops(prefix: str, most: int, *, is_verdict: bool = False) -> st.SearchStrategy[Stop]:
    return st.integers(0, most).map(lambda n: Stop(f"{prefix}{n}", f"tone-{n}", is_verdict=is_verdict))


journeys = st.lists(
    st.tuples(stops("exporter", 20), stops("grade", 3), stops("verdict", 5, is_verdict=True), stops("place", 20)),
    min_size=1,
    max_size=60,
)


@given(journeys)
def test_every_transfer_passes_every_column_and_nothing_leaves_the_picture(some: list[Journey]) -> None:
    flow = draw(some, HEADS, others)
    columns = defaultdict(list)
    for node in flow.nodes:
        columns[node.x].append(node)
        assert 0 <= node.y <= node.y + node.height <= HEIGHT + 1
        assert node.x < WIDTH
    assert [sum(node.count for node in nodes) for nodes in columns.values()] == [len(some)] * 4
    assert max(map(len, columns.values())) <= 6
    for upper, lower in ((a, b) for nodes in columns.values() for a, b in pairwise(nodes)):
        assert upper.y + upper.height < lower.y


@given(journeys)
def test_bands_beside_a_verdict_bear_its_colour(some: list[Journey]) -> None:
    flow = draw(some, HEADS, others)
    for band in flow.bands:
        verdict = re.search(r"verdict(\d)", band.says)
        assert band.tone == (f"tone-{verdict[1]}" if verdict else "")


def test_what_is_too_small_to_be_named_is_counted_and_stands_last() -> None:
    some = [(Stop(f"e{n}"), Stop("g"), Stop("v"), Stop("p")) for n in range(9)]
    first = [node for node in draw(some, HEADS, others).nodes if node.x == 0]
    assert [node.text for node in first][-1] == "4 others"
    assert [node.count for node in first] == [1, 1, 1, 1, 1, 4]


def test_a_long_name_is_cut_before_the_next_column_and_a_region_never_is() -> None:
    some = [(Stop("某某某某某某某某某某某某某某有限公司"), Stop("g"), Stop("v"), Stop("Hong Kong, China"))]
    texts = [node.text for node in draw(some, HEADS, others).nodes]
    assert texts == ["某某某某某某某某某某某某…", "g", "v", "Hong Kong, China"]


def test_nothing_to_draw_is_an_empty_picture() -> None:
    assert draw([], HEADS, others).count == 0
