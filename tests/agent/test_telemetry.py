from itertools import product

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
import pytest

from agent.telemetry import AgentTelemetry
from wire import metrics
from wire.coverage import Coverage
from wire.events import GeoSource
from wire.faults import MalformedError


def a_coverage(seen_ns: int = 5_000_000_000, **totals: object) -> Coverage:
    return Coverage(agent="edge-01", started_ns=1, seen_ns=seen_ns, version="0.1.0", **totals)  # type: ignore[arg-type]  # a builder


def samples_of(registry: CollectorRegistry) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(generate_latest(registry).decode())
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


def test_every_series_of_the_agent_exists_at_zero_before_anything_was_read() -> None:
    registry = CollectorRegistry()
    AgentTelemetry(registry)
    samples = samples_of(registry)
    mine = [series for series in metrics.ALL if series.name.startswith(("guanjin_agent_", "guanjin_geoip_"))]
    expected = {(series.name, *labels) for series in mine for labels in product(*series.labels.values())}
    assert set(samples) == expected
    assert set(samples.values()) == {0.0}


def test_totals_follow_the_running_coverage() -> None:
    registry = CollectorRegistry()
    telemetry = AgentTelemetry(registry, GeoSource("country", "1970-01-02"))
    telemetry.take(a_coverage(packets=3))
    telemetry.take(
        a_coverage(
            seen_ns=9_000_000_000,
            packets=10,
            lines=4,
            captured_bytes=900,
            conversations={"outbound": 2},
            outbound_bytes={"seen": 100, "unseen": 7},
            faults={"truncated packet": 2, "bad chunk": 1},
            events=2,
        )
    )
    samples = samples_of(registry)
    assert samples[("guanjin_agent_capture_packets_total",)] == 10
    assert samples[("guanjin_agent_log_records_total",)] == 4
    assert samples[("guanjin_agent_faults_total",)] == 3
    assert samples[("guanjin_agent_conversations_total", "outbound")] == 2
    assert samples[("guanjin_agent_outbound_bytes_total", "unseen")] == 7
    assert samples[("guanjin_agent_outbound_bytes_total", "partial")] == 0
    assert samples[("guanjin_agent_last_record_timestamp_seconds",)] == 9
    assert samples[("guanjin_geoip_database_build_timestamp_seconds",)] == 86_400


def test_the_last_record_stands_still_while_nothing_new_is_read() -> None:
    registry = CollectorRegistry()
    telemetry = AgentTelemetry(registry)
    telemetry.take(a_coverage(seen_ns=5_000_000_000, packets=1))
    telemetry.take(a_coverage(seen_ns=9_000_000_000, packets=1))
    assert samples_of(registry)[("guanjin_agent_last_record_timestamp_seconds",)] == 5


def test_a_label_value_outside_the_list_is_refused() -> None:
    telemetry = AgentTelemetry(CollectorRegistry())
    with pytest.raises(MalformedError):
        telemetry.take(a_coverage(conversations={"10.0.0.1": 1}))


def test_no_label_bears_a_reserved_name() -> None:
    names = {label for series in metrics.ALL for label in series.labels}
    assert not names & {"severity", "team", "alertname", "job", "instance"}
