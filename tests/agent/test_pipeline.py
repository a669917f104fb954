from agent.build import build_agent
from agent.config import AgentConfig
from tests.agent.packets import a_batch


def test_the_coverage_names_the_newest_sources_without_identifiers_and_not_without_end() -> None:
    agent = build_agent(AgentConfig(name="probe", key=b"k" * 32, version="0"), started_ns=1)
    for number in range(100):
        assert list(agent.read_packets(a_batch([]), f"13900{number:06d}-{number}.pcap")) == []
    sources = agent.coverage(2).sources
    assert len(sources) == 64
    assert sources[-1] == "***********-99.pcap"
