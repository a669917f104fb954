from datetime import date

import pytest

from collector.registry import read_registry
from tests.collector.builders import the_registry
from wire.faults import ConfigurationError

RESULT = "purpose: 国际多中心登记研究"


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("submitted_on: 2025-03-02\n    accepted_on: 2025-03-01", "filings[1].accepted_on: 2025-03-01 is before"),
        ("submitted_on: 2025-03-02\n    result_on: 2025-03-01", "filings[1].result_on: 2025-03-01 is before"),
        ("result_on: 2025-05-30", "filings[1].valid_until: 2028-05-31 is more than three years after result_on"),
        ("submitted_on: soon", "a day (YYYY-MM-DD)"),
    ],
)
def test_days_that_cannot_be_are_refused(new: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        the_registry(**{RESULT: new})
    assert says in str(caught.value)


def test_three_years_to_the_day_are_held() -> None:
    assert the_registry(**{RESULT: "result_on: 2025-05-31"}).filings[1].result_on == date(2025, 5, 31)


def test_the_registry_declares_days_off() -> None:
    registry = read_registry(b"calendar: {holidays: [2027-01-01], workdays: [2027-01-03]}", "r.yaml")
    assert registry.workdays.add_working_days(date(2026, 12, 31), 1) == (date(2027, 1, 3), False)
    with pytest.raises(ConfigurationError, match="stands under holidays too"):
        read_registry(b"calendar: {holidays: [2027-01-03], workdays: [2027-01-03]}", "r.yaml")


def test_onward_recipients_are_known() -> None:
    with pytest.raises(ConfigurationError, match="there is no recipient 'x'"):
        the_registry(**{"hosts: [registry.example.nl]": "onward: [x]"})


GROUPED = {
    "name: 示例健康科技（上海）有限公司": "name: 示例健康\n    group: 集团",
    "name: 示例医院": "name: 示例医院\n    group: 集团",
}


def test_a_group_files_for_its_own_affiliates_only() -> None:
    joint = {RESULT: "covers: [91310000MA1FL0000N]"}
    registry = the_registry(**joint, **GROUPED)
    assert [each.number for each in registry.filings_of("91310000MA1FL0000N")][-1] == "国数据出境评字〔2025〕第0002号"
    with pytest.raises(ConfigurationError, match="covered by no joint filing"):
        the_registry(**joint)
    with pytest.raises(ConfigurationError, match="there is no exporter"):
        the_registry(**{RESULT: "covers: [91350100M000100Y43]"}, **GROUPED)


@pytest.mark.parametrize("code", ["CN", "ZZ"])
def test_where_data_may_be_kept_is_a_place_abroad(code: str) -> None:
    with pytest.raises(ConfigurationError, match="no code of a place outside the mainland"):
        the_registry(**{RESULT: f"countries: [{code}]"})
