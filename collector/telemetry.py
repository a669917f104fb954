"""What the collector did as Prometheus series: wire.metrics and nothing else."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from threading import Lock
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from collector.ports import Judged
from collector.report import ExporterView
from collector.verdicts import Verdict
from wire import metrics
from wire.events import TransferEvent
from wire.kinds import Grade
from wire.metrics import Labels, Series
from wire.places import Place

_KINDS: Final = ("general", "sensitive")
_BANDS: Final = ((0.5, "lt50"), (0.8, "50to80"), (1, "80to100"))
_NS: Final = 1_000_000_000
_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
_LIVE_NS: Final = 86_400 * _NS
"""A transfer that ended longer ago was read from a file; how long its verdict took says nothing."""


class CollectorTelemetry(Collector):
    """Counts since the process started; every label value is present from the start.

    Args:
        registry: where to register; never the library's global one.
        version: of the product.
        registry_read_ns: when the registry of declarations was read; 0 without one.
    """

    def __init__(
        self, registry: CollectorRegistry, *, version: str = metrics.UNKNOWN, registry_read_ns: int = 0
    ) -> None:
        self._counts: dict[Series, Counter[Labels]] = {series: Counter() for series in _COUNTED}
        self._gauges: dict[Series, Mapping[Labels, float]] = {
            **{series: {} for series in _GAUGES},
            metrics.COLLECTOR_BUILD: {(version,): 1},
            metrics.COLLECTOR_LAG: {("0",): 0},
            metrics.REGISTRY_READ: {(): registry_read_ns / _NS},
        }
        self._ages = metrics.Histogram(metrics.EVENT_AGE)
        self._refusing = Lock()
        self._destinations = {metrics.OTHER, metrics.UNKNOWN}
        registry.register(self)

    def count(self, judged: Sequence[Judged], received: int, transport: str = "embedded", now_ns: int = 0) -> None:
        """Add a batch.

        Args:
            judged: what of it was new.
            received: events that came in, repeated ones included.
            transport: how they came.
            now_ns: when the verdicts were kept; 0 leaves ages out.
        """
        self._counts[metrics.COLLECTOR_RECEIVED][(transport,)] += received
        self._counts[metrics.COLLECTOR_REPEATED][()] += received - len(judged)
        for one in judged:
            self._judged(one.event, one.verdict)
            age_ns = now_ns - one.event.ended_ns
            if 0 <= age_ns < _LIVE_NS:
                self._ages.observe(age_ns / _NS)

    def reject(self, reason: str, events: int = 1) -> None:
        """Count events or batches that were refused; any thread may."""
        with self._refusing:
            self._counts[metrics.COLLECTOR_REJECTED][(reason,)] += events

    def take_waiting(self, events: int) -> None:
        """Replace the number of events that are read and not judged yet."""
        self._gauges[metrics.COLLECTOR_WAITING] = {(): events}

    def take_lag(self, records: Mapping[int, int]) -> None:
        """Replace the broker's backlog by partition."""
        self._gauges[metrics.COLLECTOR_LAG] = {(str(partition),): count for partition, count in records.items()}

    def take_registry(self, read_ns: int) -> None:
        """Note that another registry of declarations is in use since then."""
        self._gauges[metrics.REGISTRY_READ] = {(): read_ns / _NS}

    def take_exporters(self, views: Iterable[ExporterView]) -> None:
        """Replace the picture of how near the exporters are to the next threshold of the current year."""
        shares = [(view.share, view.share_sensitive) for view in views]
        self._gauges[metrics.THRESHOLD_ENTITIES] = Counter(
            (kind, _band(share)) for pair in shares for kind, share in zip(_KINDS, pair, strict=True)
        )

    def take_gauges(self, gauges: Mapping[Series, Mapping[Labels, float]]) -> None:
        """Replace what the store says (``collector.gauges``)."""
        self._gauges.update(gauges)

    @override
    def collect(self) -> Iterator[Metric]:
        for values in (self._counts, self._gauges):
            yield from (_family(series, counts) for series, counts in tuple(values.items()))
        yield HistogramMetricFamily(
            metrics.EVENT_AGE.name, metrics.EVENT_AGE.help, buckets=self._ages.buckets, sum_value=self._ages.sum
        )

    def _judged(self, event: TransferEvent, verdict: Verdict) -> None:
        status, destination = verdict.status.value, self._destination(event.target.place)
        grades = {tally.grade for tally in event.tallies}
        level = next((grade.value for grade in reversed(Grade) if grade in grades), "none")
        self._counts[metrics.TRANSFERS][status, _path(verdict)] += 1
        self._counts[metrics.TRANSFER_BYTES][destination, level] += event.sent_bytes or 0
        if verdict.status.is_flagged:
            self._counts[metrics.FLAGGED_TRANSFERS][status, destination] += 1
        if Grade.IMPORTANT in grades:
            self._counts[metrics.IMPORTANT_TRANSFERS][(status,)] += 1

    def _destination(self, place: Place) -> str:
        code = place.country.upper()
        if len(code) != 2 or not (code.isascii() and code.isalpha()):
            return metrics.UNKNOWN
        if code not in self._destinations and len(self._destinations) >= metrics.MOST_DESTINATIONS:
            return metrics.OTHER
        self._destinations.add(code)
        return code


_COUNTED: Final = (
    metrics.COLLECTOR_RECEIVED, metrics.COLLECTOR_REPEATED, metrics.COLLECTOR_REJECTED, metrics.TRANSFERS,
    metrics.TRANSFER_BYTES, metrics.FLAGGED_TRANSFERS, metrics.IMPORTANT_TRANSFERS,
)  # fmt: skip
_GAUGES: Final = tuple(series for series in metrics.COLLECTOR if series not in (*_COUNTED, metrics.EVENT_AGE))

_PATHS: Final = {
    "gba_standard_contract": "standard_contract", "statutory_duty": "exempt", "negative_list": "exempt",
    "negative_list_floor": "below_threshold",
}  # fmt: skip
"""Routes that are counted under another's name."""


def expose(registry: CollectorRegistry) -> tuple[bytes, str]:
    """Every series of the registry in Prometheus' text format, and the content type to send it with.

    The library's own writer escapes every label anew and takes three times as long.
    """
    return "".join(line for metric in registry.collect() for line in _written(metric)).encode(), _TEXT


def _written(metric: Metric) -> Iterator[str]:
    name = f"{metric.name}_total" if metric.type == "counter" else metric.name
    yield f"# HELP {name} {metric.documentation}\n# TYPE {name} {metric.type}\n"
    for sample in metric.samples:
        yield f"{sample.name}{_inside(tuple(sample.labels.items()))} {float(sample.value)!r}\n"


@lru_cache(maxsize=8_192)
def _inside(labels: tuple[tuple[str, str], ...]) -> str:
    inside = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels)
    return f"{{{inside}}}" if inside else ""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _band(share: float) -> str:
    return next((band for end, band in _BANDS if share < end), "ge100")


def _path(verdict: Verdict) -> str:
    """The route that holds, else the one that the law asks for."""
    route = verdict.route or verdict.required_route
    if route.startswith("exempt_"):
        return "exempt"
    path = _PATHS.get(route, route)
    return path if path in metrics.PATHS else "none"


def _family(series: Series, values: Mapping[Labels, float]) -> Metric:
    shape = CounterMetricFamily if series.shape is metrics.Shape.COUNTER else GaugeMetricFamily
    family = shape(series.name, series.help, labels=tuple(series.labels))
    for labels, value in series.samples(values):
        family.add_metric(labels, value)
    return family
