from datetime import date

from msgspec.structs import replace
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
import pytest

from agent.meter import Meter
from agent.sighting import Media, Payload
from agent.telemetry import AgentTelemetry
from detectors.build import build_scanner
from detectors.catalogue import catalogue
from detectors.detector import Mask
from detectors.finding import Finding
from wire import metrics
from wire.coverage import Coverage
from wire.events import Content, Direction, Endpoint, GeoSource, Tally, TransferEvent
from wire.faults import MalformedError
from wire.kinds import Grade, Kind
from wire.places import Place


def an_event(tallies: tuple[Tally, ...]) -> TransferEvent:
    end = Endpoint("", 0, "", Place())
    return TransferEvent(
        event_id="0" * 32, agent="a", organisation="", begun_ns=1, ended_ns=2, direction=Direction.PUSH, protocol="tls",
        origin=end, target=end, sent_bytes=1, sampled=1, content=Content.SEEN, tallies=tallies,
    )  # fmt: skip


def a_coverage(seen_ns: int = 5_000_000_000, **totals: object) -> Coverage:
    return Coverage(agent="edge-01", started_ns=1, seen_ns=seen_ns, version="0.1.0", **totals)  # type: ignore[arg-type]  # a builder


def samples_of(registry: CollectorRegistry) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(generate_latest(registry).decode())
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


def test_every_series_of_the_agent_exists_at_zero_before_anything_was_read() -> None:
    registry = CollectorRegistry()
    AgentTelemetry(registry)
    samples = samples_of(registry)
    expected = {(series.name, *labels) for series in metrics.AGENT for labels in series.children if not series.bounds}
    assert expected <= set(samples)
    assert len(samples) <= 120
    built = ("guanjin_agent_build_info", "unknown", "unknown")
    assert samples.pop(built) == 1
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
            faults={"packet_short": 2, "http_bad_chunk": 1, "not a combined line": 4, "kernel_dropped_packets": 3},
            events=2,
        )
    )
    samples = samples_of(registry)
    assert samples[("guanjin_agent_capture_packets_total",)] == 10
    assert samples[("guanjin_agent_log_records_total",)] == 4
    parts = {part: samples[("guanjin_agent_faults_total", part)] for part in metrics.PARTS}
    assert parts == {"capture": 5, "flow": 0, "stream": 0, "protocol": 1, "log": 4, "file": 0}
    assert samples[("guanjin_agent_log_parse_errors_total",)] == 4
    assert samples[("guanjin_agent_capture_dropped_packets_total",)] == 3
    assert samples[("guanjin_agent_conversations_total", "outbound")] == 2
    assert samples[("guanjin_agent_outbound_bytes_total", "unseen")] == 7
    assert samples[("guanjin_agent_outbound_bytes_total", "partial")] == 0
    assert samples[("guanjin_agent_source_last_record_timestamp_seconds", "capture")] == 9
    assert samples[("guanjin_agent_source_last_record_timestamp_seconds", "log")] == 9
    assert samples[("guanjin_geoip_database_build_timestamp_seconds",)] == 86_400


def test_the_last_record_stands_still_while_nothing_new_is_read() -> None:
    registry = CollectorRegistry()
    telemetry = AgentTelemetry(registry)
    telemetry.take(a_coverage(seen_ns=5_000_000_000, packets=1))
    telemetry.take(a_coverage(seen_ns=9_000_000_000, packets=1))
    samples = samples_of(registry)
    assert samples[("guanjin_agent_source_last_record_timestamp_seconds", "capture")] == 5
    assert samples[("guanjin_agent_source_last_record_timestamp_seconds", "log")] == 0


def test_a_label_value_outside_the_list_is_refused() -> None:
    telemetry = AgentTelemetry(CollectorRegistry())
    with pytest.raises(MalformedError):
        telemetry.take(a_coverage(conversations={"10.0.0.1": 1}))


def test_findings_deliveries_and_the_spool_are_told() -> None:
    registry = CollectorRegistry()
    telemetry = AgentTelemetry(registry, build=("0.1.0", "abc"))
    tallies = (Tally(Kind("cn.mobile"), Grade.GENERAL, 3), Tally(Kind("acme.badge"), Grade.SENSITIVE, 2))
    telemetry.found([an_event(tallies), an_event(tallies[:1])])
    telemetry.sent("kafka", 2)
    telemetry.failed("kafka")
    telemetry.take_spool(10, 100, 7_000_000_000, 1)
    samples = samples_of(registry)
    assert samples[("guanjin_detector_findings_total", "contact", "general")] == 6
    assert samples[("guanjin_detector_findings_total", "custom", "sensitive")] == 2
    assert samples[("guanjin_agent_events_sent_total", "kafka")] == 2
    assert samples[("guanjin_agent_events_send_failures_total", "kafka")] == 1
    assert samples[("guanjin_agent_spool_oldest_event_timestamp_seconds",)] == 7
    assert samples[("guanjin_agent_spool_dropped_events_total",)] == 1
    assert samples[("guanjin_agent_build_info", "abc", "0.1.0")] == 1


def test_a_scan_that_fails_is_counted_and_told_as_content_that_was_not_read() -> None:
    meter, ticks = Meter(), iter(range(0, 10**9, 2_000_000))

    def broken(*_: object) -> list[Finding]:
        raise ZeroDivisionError

    payload = Payload(b"12345", "body", Media.TEXT, by_client=True)
    with pytest.raises(MalformedError, match="ZeroDivisionError"):
        meter.timed(broken, lambda: next(ticks))(payload, date(2026, 11, 21))
    assert (meter.scan_errors, meter.scanned_bytes, meter.scans.sum) == (1, 5, 0.002)


@pytest.mark.parametrize("mask", [lambda value: value.decode(), lambda value: str(1 // (len(value) - 11))])
def test_a_mask_that_fails_or_shows_everything_shows_nothing(mask: Mask) -> None:
    meter = Meter()
    mobile = next(each for each in catalogue() if each.kind == "cn.mobile")
    guarded = meter.guarded(replace(mobile, mask=mask))
    assert guarded.mask(b"13800000000") == "***"
    assert meter.masking_failures == 1


def test_every_mask_of_the_catalogue_passes_the_guard() -> None:
    meter = Meter()
    scanner = build_scanner(fast=False)
    for detector in catalogue():
        guarded = meter.guarded(detector)
        for example in detector.examples:
            for finding in scanner.scan(example.text.encode(), example.media, "body", date(2026, 11, 21)):
                if finding.kind == detector.kind:
                    assert guarded.mask(finding.value) == detector.mask(finding.value)
    assert meter.masking_failures == 0
