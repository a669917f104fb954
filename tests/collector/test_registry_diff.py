from msgspec.structs import replace

from collector.registry_diff import Deed, changes_between, named_entries, plain
from tests.collector.builders import COMPANY, the_registry


def test_the_same_entries_in_another_order_are_no_change() -> None:
    registry = the_registry()
    assert changes_between(registry, replace(registry, filings=registry.filings[::-1])) == ()


def test_what_is_added_changed_and_removed_is_told_with_before_and_after() -> None:
    before = the_registry()
    new = {"most_persons: 5000": "most_persons: 6000", "threshold_tally: any": "threshold_tally: ordinary_only"}
    after = the_registry(**new)
    after = replace(after, lines=(), recipients=(*after.recipients, replace(after.recipients[0], id="new")))
    found = [(each.section, each.entry, each.deed) for each in changes_between(before, after)]
    assert found == [
        ("settings", "", Deed.CHANGED),
        ("recipients", "new", Deed.ADDED),
        ("filings", "沪数据出境备字〔2026〕第0001号", Deed.CHANGED),
        ("lines", "line-mo-1", Deed.REMOVED),
    ]
    (difference,) = changes_between(before, after)[2].differences
    assert (difference.key, difference.before, difference.after) == ("most_persons", 5000, 6000)


def test_entries_of_one_name_are_told_apart() -> None:
    registry = the_registry()
    twice = replace(registry, exemptions=registry.exemptions * 2)
    name = f"{COMPANY} · cbdf_5_1_2 · 集团人力资源管理 · 2026-01-01"
    assert list(named_entries(twice, "exemptions")) == [name, f"{name} #2"]
    assert plain(None) == {}
