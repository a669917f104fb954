from dashboards.console.coverage import agents_of, proof
from tests.dashboards.scene import SECOND
from wire.coverage import Coverage


def a_start(started_ns: int, **totals: object) -> Coverage:
    return Coverage(agent="edge", started_ns=started_ns, seen_ns=started_ns + SECOND, version="0", **totals)  # type: ignore[arg-type]  # a builder


STARTS = [
    a_start(100 * SECOND, packets=5, sources=("b", "a"), outbound_bytes={"unseen": 300}, faults={"gap": 1}),
    a_start(0, packets=7, sources=("a",), outbound_bytes={"seen": 100}, faults={"gap": 2, "chunk": 1}),
]


def test_the_starts_of_an_agent_are_one_line_with_their_sums() -> None:
    (agent,) = agents_of(STARTS, 102 * SECOND, 1)
    assert agent.packets == 12
    assert agent.sources == "b, a"
    assert agent.faults == (("gap", 3), ("chunk", 1))
    assert [(part.content, part.start, part.width) for part in agent.parts] == [("seen", 0, 25), ("unseen", 25, 75)]
    assert not agent.is_silent


def test_an_agent_is_silent_after_a_minute_without_a_report() -> None:
    assert not agents_of(STARTS, 161 * SECOND, 0)[0].is_silent
    assert agents_of(STARTS, 162 * SECOND, 0)[0].is_silent


def test_without_agents_there_is_nothing_to_prove() -> None:
    assert proof([], 0, 0, 0) == ""
    assert "12 packets" in proof(STARTS, 3, 102 * SECOND, 1)
