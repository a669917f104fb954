import re

from wire.metrics import ALL, Shape

RESERVED = {"severity", "team", "alertname", "job", "instance"}


def test_names_follow_prometheus_and_no_label_is_reserved() -> None:
    for series in ALL:
        assert re.fullmatch(r"guanjin_[a-z_]+", series.name)
        assert series.name.endswith("_total") == (series.shape is Shape.COUNTER)
        assert not RESERVED & set(series.labels)
    assert len({series.name for series in ALL}) == len(ALL)
