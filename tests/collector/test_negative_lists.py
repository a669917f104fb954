from datetime import date

from msgspec.structs import replace
import pytest

from collector.book import Registry
from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.ledger import CountOf
from collector.negative_lists import ListRoute, Metric, NegativeList, on_day, packaged_lists, reaching
from collector.ports import Query
from collector.reference import lists_page
from collector.registry import read_registry
from collector.registry_import import Plan, plan_import
from collector.registry_sheets import csv_files, xlsx_file
from collector.registry_table import csv_text, grids_of
from collector.registry_text import registry_text
from collector.rejudge import rejudge
from collector.stores.memory import MemoryStore
from collector.verdicts import Status
from collector.whatif import Rules, Scope
from tests.collector.builders import NOWHERE, diagnoses, event, phones, the_registry
from wire.faults import ConfigurationError

HERE = the_registry()
ROUTES = routes_of_law()
LIST = """
lists:
  - {id: zone, title: 示例清单, region: 上海, valid_from: 2025-02-08, sectors: [商贸], is_verified: true}
list_rows:
  - {list_id: zone, row: II-1, kinds: [cn.mobile], metric: persons, at_least: 50000, route: security_assessment}
"""
ROW_HEAD = ["清单编号", "条目编号", "数据类型", "条目计数口径", "以上（含本数）", "出境路径"]


def read(text: str) -> Registry:
    return read_registry(text.encode(), "r.yaml")


def plan(registry: Registry, name: str, *rows: list[str]) -> Plan:
    return plan_import(registry, grids_of(csv_text(rows), name), "r.yaml")


def test_what_was_read_second_hand_is_never_verified() -> None:
    lists = [each.list for each in packaged_lists()]
    assert len({each.id for each in lists}) == len(lists)
    assert {each.region for each in lists} >= {
        "北京",
        "上海",
        "天津",
        "海南",
        "浙江",
        "福建",
        "广东",
        "江苏",
        "重庆",
        "广西",
    }
    assert not any(each.is_verified or each.is_complete for each in lists)
    rows = [row for each in packaged_lists() for row in each.rows]
    assert not any(row.is_verified or row.is_decidable for row in rows)
    assert all(row.source for row in rows)
    assert all(each.source for each in lists)
    assert len({(row.list_id, row.row) for row in rows}) == len(rows)


def test_no_number_is_invented() -> None:
    """Of all rows that were read, six bear a number; every other one says that it was not seen."""
    numbered = {row.row: row.at_least for each in packaged_lists() for row in each.rows if row.at_least is not None}
    assert numbered == {
        "PHARMA-1": 50_000, "RULE-1": 10_000_001, "RULE-2": 1_000_001, "RULE-3": 100_001, "RULE-4": 100_001,
        "MEMBERS": 1_000_000,
    }  # fmt: skip
    pharma = next(row for each in packaged_lists() for row in each.rows if row.row == "PHARMA-1")
    assert pharma.metric is None


def test_a_list_and_its_rows_survive_yaml_csv_and_xlsx() -> None:
    registry = read(LIST)
    assert read_registry(registry_text(registry), "r.yaml") == registry
    for files in (list(csv_files(registry)), [("a.xlsx", xlsx_file(registry))]):
        grids = [grid for name, content in files for grid in grids_of(content, name)]
        found = plan_import(Registry(), grids, "r.yaml")
        assert (found.faults, found.registry) == ((), registry)


def test_rows_are_imported_by_their_chinese_heads() -> None:
    found = plan(
        read(LIST), "清单条目.csv", ROW_HEAD, ["zone", "I-2", "email；cn.passport", "任何数量", "", "数据出境安全评估"]
    )
    assert found.faults == ()
    row = found.registry.list_rows[1]
    assert (row.kinds, row.metric, row.route) == (("email", "cn.passport"), Metric.ANY, ListRoute.SECURITY_ASSESSMENT)
    assert row.at_least is None
    assert not row.is_verified


def test_a_wrong_row_is_refused_with_its_place() -> None:
    found = plan(
        read(LIST), "list_rows.csv", [*ROW_HEAD, "below"],
        ["zone", "I-2", "", "heads", "", "", ""],
        ["zone", "I-3", "", "persons", "-1", "", ""],
        ["other", "I-4", "", "", "", "", ""],
        ["zone", "I-5", "", "persons", "10", "", "10"],
        ["zone", "I-5", "", "", "", "", ""],
    )  # fmt: skip
    assert [(fault.row, fault.column) for fault in found.faults] == [
        (2, "metric"), (3, "at_least"), (4, "list_id"), (5, "below"), (6, ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("sectors: [商贸]", "sectors: []", "names them"),
        ("sectors: [商贸]", "sectors: [商贸], valid_until: 2025-02-07", "is before valid_from"),
        ("sectors: [商贸]", "sectors: [商贸], superseded_by: zone", "there is no other list"),
        ("list_id: zone", "list_id: CN-BJ-2024", "in this registry"),
        ("at_least: 50000", "at_least: 50000, below: 50000", "is not above"),
        ("at_least: 50000", "at_least: many", "at_least"),
    ],
)
def test_what_does_not_fit_is_refused(old: str, new: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        read(LIST.replace(old, new))


@pytest.mark.parametrize(
    ("keys", "says"),
    [("basis: cbdf_6, list_id: nowhere", "there is no negative list"), ("basis: cbdf_4, list_id: zone", "uses a list")],
)
def test_a_record_of_use_names_a_list(keys: str, says: str) -> None:
    use = f"""
exporters: [{{organisation: 91310000MA1FL0000N, name: 示例}}]
recipients: [{{id: r, name: R, country: US}}]
exemptions:
  - {{organisation: 91310000MA1FL0000N, kinds: [email], recipients: [r], purpose: p, valid_from: 2026-01-01,
      valid_until: 2026-12-31, {keys}}}
"""
    with pytest.raises(ConfigurationError, match=says):
        read(use + LIST)


def test_an_edition_ends_when_its_successor_begins() -> None:
    beijing = [each for each in packaged_lists() if each.list.region == "北京"]
    days = {date(2024, 8, 29): [], date(2024, 8, 30): ["CN-BJ-2024"], date(2026, 5, 10): ["CN-BJ-2024"],
            date(2026, 5, 11): ["CN-BJ-2025"]}  # fmt: skip
    assert {day: [each.list.id for each in on_day(beijing, day)] for day in days} == days


def test_the_packaged_lists_reach_whom_they_name() -> None:
    some = replace(
        HERE.exporters[0], ftz_zone="中国（北京）自由贸易试验区", ftz_group="亦庄组团", sector="汽车", province="北京"
    )
    assert [each.list.id for each in reaching(packaged_lists(), some)] == ["CN-BJ-2024", "CN-BJ-2025"]
    outside = replace(some, ftz_zone="", ftz_group="")
    assert [each.list.id for each in reaching(packaged_lists(), outside)] == ["CN-BJ-2025"]
    assert list(reaching(packaged_lists(), replace(some, is_ciio=True))) == []
    lingang = replace(some, ftz_zone="上海临港新片区", ftz_group="", sector="智能网联汽车", province="上海")
    assert [each.list.id for each in reaching(packaged_lists(), lingang)] == ["CN-SH-LG-GENERAL-2024"]


def test_a_list_is_verified_by_nobody_unless_it_says_so() -> None:
    bare = NegativeList(id="x", title="x", region="x")
    assert (bare.is_verified, bare.is_complete, bare.excludes_ciio, bare.needs_usage_filing) == (
        False,
        False,
        True,
        True,
    )


def test_the_example_of_the_reference_page_is_a_registry() -> None:
    example = lists_page().partition("```yaml\n")[2].partition("```")[0]
    exporters = "exporters: [{organisation: 91350100M000100Y43, name: 示例}]\n"
    registry = read(f"{exporters}recipients: [{{id: example, name: R, country: US}}]\n{example}")
    assert registry.list_rows[0].is_decidable
    assert registry.exemptions[0].list_id == registry.lists[0].id


def test_a_list_verified_later_judges_the_past_as_if_it_had_been_known() -> None:
    zoned = replace(HERE, exporters=(replace(HERE.exporters[0], ftz_zone="上海自贸试验区"), *HERE.exporters[1:]))
    some = NegativeList(
        id="zone", title="示例", region="上海", valid_from=date(2025, 2, 8), sectors=("卫生健康",),
        needs_usage_filing=False, is_complete=True,
    )  # fmt: skip
    unverified = replace(zoned, lists=(some,))
    verified = replace(zoned, lists=(replace(some, is_verified=True),))
    events = [event(number, diagnoses(range(number * 10)), phones(5), target=NOWHERE) for number in (1, 2, 3)]
    store, fresh = MemoryStore(), MemoryStore()
    handle(events, store=store, registry=unverified, routes=ROUTES)
    assert {each.verdict.status for each in store.transfers(Query())} == {Status.UNFILED}
    (difference,) = rejudge(store, Rules(verified, ROUTES), Scope(), 1_774_000_000_000_000_000)
    assert (difference.changed, difference.after) == (3, {Status.EXEMPT: 3})
    handle(events, store=fresh, registry=verified, routes=ROUTES)
    assert [(each.event, each.verdict.unversioned) for each in store.transfers(Query())] == [
        (each.event, each.verdict.unversioned) for each in fresh.transfers(Query())
    ]
    assert [list(each.cells()) for each in store.ledgers(2026)] == [list(each.cells()) for each in fresh.ledgers(2026)]
    (ledger,) = store.ledgers(2026)
    assert ledger.span(CountOf.ANY).at_most == 0
