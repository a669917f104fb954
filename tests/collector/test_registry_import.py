from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
import pytest

from collector.book import Registry
from collector.declarations import FilingRoute, FilingState
from collector.registry import read_registry
from collector.registry_import import Plan, plan_import
from collector.registry_sheets import csv_files, xlsx_file
from collector.registry_table import csv_text, grids_of
from collector.registry_text import registry_text
from tests.collector.builders import COMPANY, the_registry

HERE = the_registry()
BUNDLE = (Path(__file__).parents[1] / "captures" / "registry.yaml").read_bytes()


def plan(registry: Registry, name: str, *rows: list[str]) -> Plan:
    return plan_import(registry, grids_of(csv_text(rows), name), "registry.yaml")


def said(given: Plan) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.reason_en) for fault in given.faults]


@pytest.mark.parametrize("registry", [HERE, read_registry(BUNDLE, "r.yaml"), Registry()])
def test_what_goes_out_as_a_table_comes_back_the_same(registry: Registry) -> None:
    tables = [(name, content) for name, content in csv_files(registry)]
    for files in (tables, [("a.xlsx", xlsx_file(registry))]):
        grids = [grid for name, content in files for grid in grids_of(content, name)]
        fresh = plan_import(Registry(settings=registry.settings), grids, "r.yaml")
        assert fresh.faults == ()
        assert fresh.registry == registry
        again = plan_import(registry, grids, "r.yaml")
        assert (again.faults, again.changes) == ((), ())


TEXT = st.text(st.characters(blacklist_categories=["C", "Z"]), min_size=1, max_size=12).map(str.strip).filter(bool)


@given(TEXT, st.lists(TEXT, max_size=3))
@settings(max_examples=60, deadline=None)
def test_any_name_survives_yaml_and_tables(name: str, fields: list[str]) -> None:
    filing = replace(HERE.filings[0], purpose=name, fields=tuple(fields))
    registry = replace(HERE, filings=(filing, *HERE.filings[1:]))
    assert read_registry(registry_text(registry), "r.yaml") == registry
    grids = [grid for name, content in csv_files(registry) for grid in grids_of(content, name)]
    assert plan_import(HERE, grids, "r.yaml").registry == registry


def test_an_entry_takes_the_columns_of_the_table_and_keeps_the_rest() -> None:
    given = {
        "文号": "沪数据出境备字〔2026〕第0001号",
        "统一社会信用代码": COMPANY,
        "出境路径": "个人信息出境标准合同",
        "接收方编号": "lab-us；registry-nl",
        "生效日期": "2026/1/15",
        "届满日期": "2029年1月14日",
        "数据类型": "cn.mobile",
        "年度人数上限": "8,000",
        "办理状态": "撤回",
    }
    head, row = list(given), list(given.values())
    found = plan(HERE, "filings.csv", head, row)
    assert found.faults == ()
    filing = found.registry.filings[0]
    assert (filing.most_persons, filing.recipients, filing.state) == (8000, ("lab-us", "registry-nl"), "withdrawn")
    assert filing.purpose == "临床检验"
    (change,) = found.changes
    assert {each.key for each in change.differences} == {"recipients", "kinds", "most_persons", "state"}
    assert filing.route is FilingRoute.STANDARD_CONTRACT
    assert filing.state is FilingState.WITHDRAWN


def test_every_fault_names_row_and_column() -> None:
    found = plan(
        HERE,
        "recipients.csv",
        ["id", "name", "country", "asns", "hosts"],
        ["r1", "", "US", "", ""],
        ["r 2", "B", "usa", "x", ""],
        ["r3", "C", "CN", "", ""],
        ["r4", "D", "US", "", "api.lab.example.com"],
        ["r5", "E", "US", "", "", "beyond"],
        ["r4", "F", "JP", "", ""],
        ["#说明", "for people"],
    )
    assert [(row, column) for row, column, _ in said(found)] == [
        (2, "name"), (3, "asns"), (3, "country"), (3, "id"), (4, "country"), (5, "hosts"), (6, ""), (7, ""),
    ]  # fmt: skip
    assert all(fault.file == "recipients.csv" and fault.reason for fault in found.faults)
    assert "stands already in recipients[0]" in said(found)[5][2]


@pytest.mark.parametrize(
    ("name", "head", "says"),
    [
        ("recipients.csv", ["id", "name"], "this column is missing"),
        ("recipients.csv", ["id", "name", "country", "nmae"], "there is no such column"),
        ("recipients.csv", ["id", "name", "country", "name"], "this column is given twice"),
        ("what.csv", ["id"], "for which section?"),
        ("settings.csv", ["profile"], "only be written in YAML"),
    ],
)
def test_a_head_that_does_not_fit_is_told(name: str, head: list[str], says: str) -> None:
    assert [each for _, _, each in said(plan(HERE, name, head)) if says in each]


def test_a_fault_of_the_file_itself_is_told_as_such() -> None:
    broken = replace(HERE, recipients=HERE.recipients[1:])
    found = plan(broken, "recipients.csv", ["id", "name", "country"], ["new", "N", "US"])
    assert {(fault.file, fault.row) for fault in found.faults} == {("registry.yaml", 0)}
