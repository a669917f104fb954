from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
import pytest

from collector.book import Registry
from collector.law.shelf import routes_of_law
from collector.ledger import Cell, Ledger
from collector.ports import Judged
from collector.report import exporter_views
from collector.telemetry import CollectorTelemetry, expose
from collector.verdicts import Status, Verdict
from wire import metrics
from wire.events import Content, Direction, Endpoint, TransferEvent
from wire.kinds import Grade
from wire.places import Place, Region
from wire.subjects import Subjects


def a_judged(status: Status, sent_bytes: int | None, country: str = "", **verdict: str) -> Judged:
    end = Endpoint("", 0, "", Place(Region.FOREIGN, country) if country else Place())
    event = TransferEvent(
        event_id="0" * 32, agent="a", organisation="", begun_ns=1, ended_ns=2, direction=Direction.PUSH, protocol="tls",
        origin=end, target=end, sent_bytes=sent_bytes, sampled=1, content=Content.SEEN,
    )  # fmt: skip
    route = {"route": "", "required_route": "", **verdict}
    return Judged(event, Verdict("0" * 32, status, reasons=(), **route))


def a_ledger(persons: int, grade: Grade) -> Ledger:
    ledger = Ledger("91110000000000001A", 2026)
    ledger.add(Cell(1, "", "", grade), Subjects.of({"cn.mobile": range(1, persons + 1)}))
    return ledger


def samples_of(registry: CollectorRegistry) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(expose(registry)[0].decode())
    samples = [sample for family in families for sample in family.samples]
    return {(sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value for sample in samples}


def test_every_series_exists_at_zero_before_the_first_event() -> None:
    registry = CollectorRegistry()
    CollectorTelemetry(registry, version="0.1.0")
    samples = samples_of(registry)
    assert samples.pop(("guanjin_collector_build_info", "0.1.0")) == 1
    expected = {
        (series.name, *(dict(zip(series.labels, labels, strict=True))[name] for name in sorted(series.labels)))
        for series in metrics.COLLECTOR
        for labels in series.children
        if not series.bounds
    }
    assert expected <= set(samples)
    assert set(samples.values()) == {0.0}
    lag = ("guanjin_collector_consumer_lag_records", "0")
    assert {name for name, *_ in samples if "event_age" not in name} == {name for name, *_ in {*expected, lag}}


@given(st.dictionaries(st.text(min_size=1, max_size=20).filter(str.isprintable), st.floats(0, 1e18), max_size=5))
def test_the_text_says_what_the_librarys_own_writer_says(filings: dict[str, float]) -> None:
    registry = CollectorRegistry()
    telemetry = CollectorTelemetry(registry)
    telemetry.count([a_judged(Status.UNFILED, 100, "US")], 1, now_ns=3)
    telemetry.take_gauges({metrics.FILING_LIMIT: {(number,): limit for number, limit in filings.items()}})
    ours, theirs = expose(registry)[0].decode(), generate_latest(registry).decode()
    assert list(text_string_to_metric_families(ours)) == list(text_string_to_metric_families(theirs))


def test_statuses_and_flags_are_those_of_the_judge() -> None:
    assert set(metrics.VERDICTS) == {status.value for status in Status}
    assert set(metrics.FLAGGED) == {status.value for status in Status if status.is_flagged}


def test_every_route_of_the_law_has_a_path() -> None:
    registry = CollectorRegistry()
    telemetry = CollectorTelemetry(registry)
    names = sorted({route.name for route in routes_of_law()})
    telemetry.count([a_judged(Status.COVERED, 1, route=name) for name in names], len(names))
    telemetry.count([a_judged(Status.UNFILED, 1, required_route="standard_contract")], 1)
    samples = samples_of(registry)
    assert samples[("guanjin_transfers_total", "none", "covered")] == 0
    assert samples[("guanjin_transfers_total", "standard_contract", "unfiled")] == 1


def test_a_batch_is_counted_by_verdict_and_repeated_events_apart() -> None:
    registry = CollectorRegistry()
    telemetry = CollectorTelemetry(registry)
    batch = [a_judged(Status.UNFILED, 100, "US"), a_judged(Status.UNFILED, None), a_judged(Status.COVERED, 7, "US")]
    telemetry.count(batch, 5)
    telemetry.count([a_judged(Status.UNFILED, 1)], 1, "kafka")
    samples = samples_of(registry)
    assert samples[("guanjin_collector_events_received_total", "embedded")] == 5
    assert samples[("guanjin_collector_events_received_total", "kafka")] == 1
    assert samples[("guanjin_collector_events_repeated_total",)] == 2
    assert samples[("guanjin_transfers_total", "none", "unfiled")] == 3
    assert samples[("guanjin_transfer_bytes_total", "US", "none")] == 107
    assert samples[("guanjin_flagged_transfers_total", "US", "unfiled")] == 1
    assert samples[("guanjin_flagged_transfers_total", "unknown", "unfiled")] == 2


def test_the_age_of_live_transfers_is_told_and_that_of_old_files_is_not() -> None:
    registry = CollectorRegistry()
    telemetry = CollectorTelemetry(registry)
    telemetry.count([a_judged(Status.COVERED, 1)], 1, now_ns=3_000_000_002)
    telemetry.count([a_judged(Status.COVERED, 1)], 1, now_ns=90_000 * 10**9)
    samples = samples_of(registry)
    assert samples[("guanjin_collector_event_age_seconds_count",)] == 1
    assert samples[("guanjin_collector_event_age_seconds_sum",)] == 3


def test_more_countries_than_there_are_become_other() -> None:
    registry = CollectorRegistry()
    telemetry = CollectorTelemetry(registry)
    codes = [first + second for first in "ABCDEFGHIJKL" for second in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    telemetry.count([a_judged(Status.UNFILED, 1, code) for code in codes], len(codes))
    telemetry.count([a_judged(Status.UNFILED, 1, hostile) for hostile in ("１２", "U\n", "USA")], 3)
    samples = samples_of(registry)
    destinations = {labels[0] for name, *labels in samples if name == "guanjin_flagged_transfers_total"}
    assert len(destinations) == 250
    assert samples[("guanjin_flagged_transfers_total", "other", "unfiled")] == len(codes) - 248
    assert samples[("guanjin_flagged_transfers_total", "unknown", "unfiled")] == 3


@pytest.mark.parametrize(
    ("persons", "band"),
    [(49_999, "lt50"), (50_000, "50to80"), (79_999, "50to80"), (80_000, "80to100"), (99_999, "80to100"),
     (100_000, "lt50")],
)  # fmt: skip
def test_an_exporter_stands_in_the_band_of_its_next_limit(persons: int, band: str) -> None:
    registry = CollectorRegistry()
    telemetry = CollectorTelemetry(registry)
    telemetry.take_exporters(exporter_views([a_ledger(persons, Grade.GENERAL)], Registry()))
    samples = samples_of(registry)
    bands = {labels[0] for name, *labels in samples if name == "guanjin_threshold_entities"}
    assert [one for one in bands if samples[("guanjin_threshold_entities", one, "general")]] == [band]


@pytest.mark.parametrize(("persons", "band"), [(1, "lt50"), (9_999, "80to100"), (10_000, "ge100")])
def test_sensitive_persons_have_their_own_limit(persons: int, band: str) -> None:
    registry = CollectorRegistry()
    telemetry = CollectorTelemetry(registry)
    telemetry.take_exporters(exporter_views([a_ledger(persons, Grade.SENSITIVE)], Registry()))
    telemetry.take_exporters(exporter_views([a_ledger(persons, Grade.SENSITIVE)], Registry()))
    assert samples_of(registry)[("guanjin_threshold_entities", band, "sensitive")] == 1
