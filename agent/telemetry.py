"""The agent's running totals as Prometheus series: wire.metrics and nothing else."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import product
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from wire import metrics
from wire.coverage import Coverage
from wire.events import GeoSource
from wire.faults import MalformedError

_NS_PER_SECOND: Final = 1_000_000_000
_NO_GEO: Final = GeoSource("", "")


class AgentTelemetry(Collector):
    """Turns the newest coverage of each agent in this process into series, every label value present from the start.

    Args:
        registry: where to register; never the library's global one.
        geo: the database that says where addresses stand.
    """

    def __init__(self, registry: CollectorRegistry, geo: GeoSource = _NO_GEO) -> None:
        self._coverages: dict[str, Coverage] = {}
        self._last_record_ns = 0
        self._geo_built = _unix_day(geo.built)
        registry.register(self)

    def take(self, coverage: Coverage) -> None:
        """Replace the agent's totals by newer ones.

        Raises:
            MalformedError: a scope or content state that the series do not know.
        """
        _refuse_strangers(metrics.AGENT_CONVERSATIONS, coverage.conversations)
        _refuse_strangers(metrics.AGENT_OUTBOUND_BYTES, coverage.outbound_bytes)
        before = self._coverages.get(coverage.agent)
        if _records(coverage) > (_records(before) if before is not None else 0):
            self._last_record_ns = max(self._last_record_ns, coverage.seen_ns)
        self._coverages[coverage.agent] = coverage

    @override
    def collect(self) -> Iterator[Metric]:
        every = tuple(self._coverages.values())
        yield _family(metrics.AGENT_PACKETS, sum(one.packets for one in every))
        yield _family(metrics.AGENT_LINES, sum(one.lines for one in every))
        yield _family(metrics.AGENT_CAPTURE_BYTES, sum(one.captured_bytes for one in every))
        yield _family(metrics.AGENT_EVENTS, sum(one.events for one in every))
        yield _family(metrics.AGENT_FAULTS, sum(sum(one.faults.values()) for one in every))
        yield _family(metrics.AGENT_CONVERSATIONS, _sums(one.conversations for one in every))
        yield _family(metrics.AGENT_OUTBOUND_BYTES, _sums(one.outbound_bytes for one in every))
        yield _family(metrics.AGENT_LAST_RECORD, self._last_record_ns / _NS_PER_SECOND)
        yield _family(metrics.GEO_BUILT, self._geo_built)


def _records(coverage: Coverage) -> int:
    return coverage.packets + coverage.lines


def _sums(some: Iterable[dict[str, int]]) -> dict[tuple[str, ...], float]:
    totals: dict[tuple[str, ...], float] = {}
    for counts in some:
        for name, count in counts.items():
            totals[(name,)] = totals.get((name,), 0) + count
    return totals


def _family(series: metrics.Series, values: float | Mapping[tuple[str, ...], float]) -> Metric:
    shape = CounterMetricFamily if series.shape is metrics.Shape.COUNTER else GaugeMetricFamily
    family = shape(series.name, series.help, labels=tuple(series.labels))
    for labels in product(*series.labels.values()):
        family.add_metric(labels, values.get(labels, 0) if isinstance(values, Mapping) else values)
    return family


def _refuse_strangers(series: metrics.Series, counts: Mapping[str, int]) -> None:
    (known,) = series.labels.values()
    if not counts.keys() <= set(known):
        raise MalformedError(f"coverage counts something that {series.name} does not know")


def _unix_day(iso_day: str) -> float:
    try:
        return (date.fromisoformat(iso_day) - date(1970, 1, 1)).total_seconds()
    except ValueError:
        return 0
