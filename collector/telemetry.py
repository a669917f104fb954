"""What the collector did as Prometheus series: wire.metrics and nothing else."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from typing_extensions import override

from collector.ports import Judged
from collector.report import ExporterView
from wire import metrics

_Values = Mapping[tuple[str, ...], float]
_KINDS: Final = ("general", "sensitive")
_BANDS: Final = ((0.5, "lt50"), (0.8, "50to80"), (1, "80to100"))


class CollectorTelemetry(Collector):
    """Counts since the process started; every label value is present from the start.

    Args:
        registry: where to register; never the library's global one.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._received = 0
        self._repeated = 0
        self._transfers: Counter[tuple[str, ...]] = Counter()
        self._bytes: Counter[tuple[str, ...]] = Counter()
        self._exporters: Counter[tuple[str, ...]] = Counter()
        registry.register(self)

    def count(self, judged: Sequence[Judged], received: int) -> None:
        """Add a batch: so many events came in, and these of them were new."""
        self._received += received
        self._repeated += received - len(judged)
        for one in judged:
            status = (one.verdict.status.value,)
            self._transfers[status] += 1
            self._bytes[status] += one.event.sent_bytes or 0

    def take_exporters(self, views: Iterable[ExporterView]) -> None:
        """Replace the picture of how near the exporters are to the next threshold of the current year."""
        shares = [(view.share, view.share_sensitive) for view in views]
        self._exporters = Counter(
            (kind, _band(share)) for pair in shares for kind, share in zip(_KINDS, pair, strict=True)
        )

    @override
    def collect(self) -> Iterator[Metric]:
        yield _family(metrics.COLLECTOR_RECEIVED, {(): self._received})
        yield _family(metrics.COLLECTOR_REPEATED, {(): self._repeated})
        yield _family(metrics.TRANSFERS, self._transfers)
        yield _family(metrics.TRANSFER_BYTES, self._bytes)
        yield _family(metrics.THRESHOLD_ENTITIES, self._exporters)


def expose(registry: CollectorRegistry) -> tuple[bytes, str]:
    """Every series of the registry in Prometheus' text format, and the content type to send it with."""
    return generate_latest(registry), CONTENT_TYPE_LATEST


def _band(share: float) -> str:
    return next((band for end, band in _BANDS if share < end), "ge100")


def _family(series: metrics.Series, values: _Values) -> Metric:
    shape = CounterMetricFamily if series.shape is metrics.Shape.COUNTER else GaugeMetricFamily
    family = shape(series.name, series.help, labels=tuple(series.labels))
    for labels in product(*series.labels.values()):
        family.add_metric(labels, values.get(labels, 0))
    return family
