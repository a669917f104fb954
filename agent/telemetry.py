"""The agent's running totals as Prometheus series: wire.metrics and nothing else."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from agent.meter import Meter
from wire import metrics
from wire.coverage import Coverage
from wire.events import GeoSource, TransferEvent
from wire.faults import MalformedError
from wire.metrics import Labels

_NS_PER_SECOND: Final = 1_000_000_000
_NO_GEO: Final = GeoSource("", "")
_DROPPED: Final = "kernel_dropped_packets"
_PARTS: Final = {
    "packet": "capture", "kernel": "capture", "flow": "flow", "stray": "stream", "renumbered": "stream",
    "memory": "stream", "gap": "stream", "dialogues": "protocol", "http": "protocol", "dns": "protocol",
    "tls": "protocol", "tcp": "protocol", "udp": "protocol", "damaged": "file", "time": "file",
}  # fmt: skip
"""First word of a fault's reason to the part that met it; the reasons of log lines are sentences of their own."""


class AgentTelemetry(Collector):
    """Turns what the agents of this process tell into series, every label value present from the start.

    Args:
        registry: where to register; never the library's global one.
        geo: the database that says where addresses stand.
        meter: what counts scans and masks.
        build: version of the product and digest of its detectors.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        geo: GeoSource = _NO_GEO,
        *,
        meter: Meter | None = None,
        build: tuple[str, str] = (metrics.UNKNOWN, metrics.UNKNOWN),
    ) -> None:
        self._coverages: dict[str, Coverage] = {}
        self._last_ns = {"capture": 0, "log": 0}
        self._geo_built = _unix_day(geo.built)
        self._meter = meter or Meter()
        self._build = build
        self._findings: Counter[Labels] = Counter()
        self._sent: Counter[Labels] = Counter()
        self._failed: Counter[Labels] = Counter()
        self._spool = (0, 0, 0, 0)
        registry.register(self)

    def take(self, coverage: Coverage) -> None:
        """Replace the agent's totals by newer ones.

        Raises:
            MalformedError: a scope or content state that the series do not know.
        """
        _refuse_strangers(metrics.AGENT_CONVERSATIONS, coverage.conversations)
        _refuse_strangers(metrics.AGENT_OUTBOUND_BYTES, coverage.outbound_bytes)
        before = self._coverages.get(coverage.agent)
        if coverage.packets > (before.packets if before else 0):
            self._last_ns["capture"] = max(self._last_ns["capture"], coverage.seen_ns)
        if coverage.lines > (before.lines if before else 0):
            self._last_ns["log"] = max(self._last_ns["log"], coverage.seen_ns)
        self._coverages[coverage.agent] = coverage

    def found(self, events: Iterable[TransferEvent]) -> None:
        """Count what was found in events that were made."""
        for event in events:
            for tally in event.tallies:
                self._findings[metrics.category_of(tally.kind), tally.grade.value] += tally.hits

    def sent(self, sink: str, events: int) -> None:
        """Count events that a sink has acknowledged."""
        self._sent[(sink,)] += events

    def failed(self, sink: str, attempts: int = 1) -> None:
        """Count attempts to deliver that failed."""
        self._failed[(sink,)] += attempts

    def take_spool(self, waiting_bytes: int, limit_bytes: int, oldest_ns: int, dropped: int) -> None:
        """Replace the picture of the spool.

        Args:
            waiting_bytes: on disk.
            limit_bytes: that may be.
            oldest_ns: time of the oldest event that waits; 0 if none.
            dropped: events let go of since the process started.
        """
        self._spool = waiting_bytes, limit_bytes, oldest_ns, dropped

    @override
    def collect(self) -> Iterator[Metric]:
        every = tuple(self._coverages.values())
        faults = _sums(one.faults for one in every)
        waiting_bytes, limit_bytes, oldest_ns, dropped = self._spool
        single: dict[metrics.Series, float] = {
            metrics.AGENT_PACKETS: sum(one.packets for one in every),
            metrics.AGENT_LINES: sum(one.lines for one in every),
            metrics.AGENT_CAPTURE_BYTES: sum(one.captured_bytes for one in every),
            metrics.AGENT_EVENTS: sum(one.events for one in every),
            metrics.AGENT_DROPPED: faults.get((_DROPPED,), 0),
            metrics.AGENT_LINE_FAULTS: _by_part(faults).get(("log",), 0),
            metrics.SPOOL_BYTES: waiting_bytes,
            metrics.SPOOL_LIMIT: limit_bytes,
            metrics.SPOOL_OLDEST: oldest_ns / _NS_PER_SECOND,
            metrics.SPOOL_DROPPED: dropped,
            metrics.MASKING_FAILURES: self._meter.masking_failures,
            metrics.SCANNED_BYTES: self._meter.scanned_bytes,
            metrics.DETECTOR_ERRORS: self._meter.scan_errors,
            metrics.GEO_BUILT: self._geo_built,
        }
        yield from (_family(series, {(): value}) for series, value in single.items())
        yield _family(metrics.AGENT_BUILD, {self._build: 1})
        yield _family(metrics.AGENT_FAULTS, _by_part(faults))
        yield _family(metrics.AGENT_CONVERSATIONS, _sums(one.conversations for one in every))
        yield _family(metrics.AGENT_OUTBOUND_BYTES, _sums(one.outbound_bytes for one in every))
        yield _family(metrics.AGENT_LAST_RECORD, {(kind,): ns / _NS_PER_SECOND for kind, ns in self._last_ns.items()})
        yield _family(metrics.AGENT_SENT, self._sent)
        yield _family(metrics.AGENT_SEND_FAILURES, self._failed)
        yield _family(metrics.FINDINGS, self._findings)
        yield _histogram(metrics.SCAN_SECONDS, self._meter.scans)


def _sums(some: Iterable[dict[str, int]]) -> dict[Labels, float]:
    totals: dict[Labels, float] = {}
    for counts in some:
        for name, count in counts.items():
            totals[(name,)] = totals.get((name,), 0) + count
    return totals


def _by_part(faults: Mapping[Labels, float]) -> dict[Labels, float]:
    parts: Counter[Labels] = Counter()
    for (reason,), count in faults.items():
        parts[(_PARTS.get(reason.partition("_")[0], "log"),)] += int(count)
    return {**parts}


def _family(series: metrics.Series, values: Mapping[Labels, float]) -> Metric:
    shape = CounterMetricFamily if series.shape is metrics.Shape.COUNTER else GaugeMetricFamily
    family = shape(series.name, series.help, labels=tuple(series.labels))
    for labels, value in series.samples(values):
        family.add_metric(labels, value)
    return family


def _histogram(series: metrics.Series, counts: metrics.Histogram) -> Metric:
    return HistogramMetricFamily(series.name, series.help, buckets=counts.buckets, sum_value=counts.sum)


def _refuse_strangers(series: metrics.Series, counts: Mapping[str, int]) -> None:
    if not {(name,) for name in counts} <= set(series.children):
        raise MalformedError(f"coverage counts something that {series.name} does not know")


def _unix_day(iso_day: str) -> float:
    try:
        return (date.fromisoformat(iso_day) - date(1970, 1, 1)).total_seconds()
    except ValueError:
        return 0
