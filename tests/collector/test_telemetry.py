from itertools import product

from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families
import pytest

from collector.book import Registry
from collector.ledger import Cell, Ledger
from collector.ports import Judged
from collector.report import exporter_views
from collector.telemetry import CollectorTelemetry, expose
from collector.verdicts import Status, Verdict
from wire import metrics
from wire.events import Content, Direction, Endpoint, TransferEvent
from wire.kinds import Grade
from wire.places import Place
from wire.subjects import Subjects

MINE = (metrics.COLLECTOR_RECEIVED, metrics.COLLECTOR_REPEATED, metrics.TRANSFERS, metrics.TRANSFER_BYTES,
        metrics.THRESHOLD_ENTITIES)  # fmt: skip


def a_judged(status: Status, sent_bytes: int | None) -> Judged:
    end = Endpoint("", 0, "", Place())
    event = TransferEvent(
        event_id="0" * 32, agent="a", organisation="", begun_ns=1, ended_ns=2, direction=Direction.PUSH, protocol="tls",
        origin=end, target=end, sent_bytes=sent_bytes, sampled=1, content=Content.SEEN,
    )  # fmt: skip
    return Judged(event, Verdict("0" * 32, status, "", "", ()))


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
    CollectorTelemetry(registry)
    samples = samples_of(registry)
    values = {series.name: [series.labels[label] for label in sorted(series.labels)] for series in MINE}
    assert set(samples) == {(name, *labels) for name, some in values.items() for labels in product(*some)}
    assert set(samples.values()) == {0.0}


def test_every_status_is_a_value_of_the_verdict_label() -> None:
    assert set(metrics.TRANSFERS.labels["verdict"]) == {status.value for status in Status}


def test_a_batch_is_counted_by_verdict_and_repeated_events_apart() -> None:
    registry = CollectorRegistry()
    telemetry = CollectorTelemetry(registry)
    telemetry.count([a_judged(Status.UNFILED, 100), a_judged(Status.UNFILED, None), a_judged(Status.COVERED, 7)], 5)
    telemetry.count([a_judged(Status.UNFILED, 1)], 1)
    samples = samples_of(registry)
    assert samples[("guanjin_collector_events_received_total",)] == 6
    assert samples[("guanjin_collector_events_repeated_total",)] == 2
    assert samples[("guanjin_transfers_total", "unfiled")] == 3
    assert samples[("guanjin_transfer_bytes_total", "unfiled")] == 101
    assert samples[("guanjin_transfer_bytes_total", "covered")] == 7


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
    bands = metrics.THRESHOLD_ENTITIES.labels["band"]
    assert [one for one in bands if samples[("guanjin_threshold_entities", one, "general")]] == [band]


@pytest.mark.parametrize(("persons", "band"), [(1, "lt50"), (9_999, "80to100"), (10_000, "ge100")])
def test_sensitive_persons_have_their_own_limit(persons: int, band: str) -> None:
    registry = CollectorRegistry()
    telemetry = CollectorTelemetry(registry)
    telemetry.take_exporters(exporter_views([a_ledger(persons, Grade.SENSITIVE)], Registry()))
    telemetry.take_exporters(exporter_views([a_ledger(persons, Grade.SENSITIVE)], Registry()))
    assert samples_of(registry)[("guanjin_threshold_entities", band, "sensitive")] == 1
