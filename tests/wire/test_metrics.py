import re

from hypothesis import given
from hypothesis import strategies as st
import pytest

from wire import metrics
from wire.kinds import Kind
from wire.metrics import AGENT, ALL, COLLECTOR, Histogram, Open, Series, Shape
from wire.titles import KIND_TITLES

RESERVED = {"severity", "team", "alertname", "job", "instance", "le", "quantile"}
UNITS = ("_seconds", "_bytes", "_records", "_events", "_subjects", "_entities", "_transfers", "_info")


def test_names_follow_prometheus_and_no_label_is_reserved() -> None:
    for series in ALL:
        assert re.fullmatch(r"guanjin_[a-z_]+", series.name)
        assert series.name.endswith("_total") == (series.shape is Shape.COUNTER)
        assert not RESERVED & set(series.labels)
        assert bool(series.bounds) == (series.shape is Shape.HISTOGRAM)
        assert series.help.endswith(".")
    assert len({series.name for series in ALL}) == len(ALL)


def test_no_label_can_hold_a_person_an_entity_an_address_or_a_file() -> None:
    labels = {label for series in ALL for label in series.labels}
    assert not labels & {
        "entity",
        "organisation",
        "person",
        "address",
        "ip",
        "host",
        "url",
        "file",
        "path_name",
        "source_file",
    }
    opened = {label for series in ALL for label, values in series.labels.items() if isinstance(values, Open)}
    assert opened == {"version", "ruleset", "destination", "partition", "filing"}


def test_even_the_fullest_agent_and_collector_stay_within_their_budgets() -> None:
    assert sum(series.most for series in AGENT) <= 120
    assert sum(series.most for series in COLLECTOR) <= 3_000


def test_every_kind_has_a_category_that_the_series_knows() -> None:
    assert {metrics.category_of(Kind(kind)) for kind in KIND_TITLES} == set(metrics.CATEGORIES) - {"custom"}
    assert metrics.category_of(Kind("acme.badge")) == "custom"


def test_closed_children_exist_at_zero_and_open_ones_when_they_have_a_value() -> None:
    assert dict(metrics.AGENTS.samples({})) == {("online",): 0, ("stale",): 0, ("offline",): 0}
    assert dict(metrics.FILING_LIMIT.samples({})) == {}
    assert dict(metrics.FILING_LIMIT.samples({("SC-1",): 5})) == {("SC-1",): 5}


@pytest.mark.parametrize(
    ("series", "labels"),
    [(metrics.AGENTS, ("dead",)), (metrics.AGENTS, ()), (metrics.TRANSFER_BYTES, ("203.0.113.9", "none")),
     (metrics.TRANSFER_BYTES, ("us", "none"))],
)  # fmt: skip
def test_a_label_value_outside_the_list_is_refused(series: Series, labels: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=series.name):
        list(series.samples({labels: 1}))


def test_a_label_with_too_many_values_is_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        list(metrics.COLLECTOR_LAG.samples({(str(partition),): 0 for partition in range(33)}))


@given(st.lists(st.floats(0, 100, allow_nan=False)))
def test_a_histogram_counts_each_value_in_the_first_bucket_that_holds_it(values: list[float]) -> None:
    histogram = Histogram(metrics.SCAN_SECONDS)
    for value in values:
        histogram.observe(value)
    bounds = [*metrics.SCAN_SECONDS.bounds, float("inf")]
    assert [count for _, count in histogram.buckets] == [sum(v <= bound for v in values) for bound in bounds]
    assert histogram.sum == pytest.approx(sum(values))
