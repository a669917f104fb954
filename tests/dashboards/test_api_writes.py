from pathlib import Path
from typing import Any

import pytest

from collector.registry_text import registry_text
from tests.dashboards.counter import OURS, REGISTRY, THEIRS, Counter

CHANGES = "/api/v1/registry/changes"
FILING: dict[str, Any] = {
    "number": "甲标〔2026〕2号", "organisation": OURS, "route": "standard_contract", "recipients": ["ours-lab"],
    "valid_from": "2026-01-01", "valid_until": "2028-12-31",
    "kinds": ["cn.resident_id", "medical.diagnosis", "cn.mobile"],
}  # fmt: skip


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return Counter(tmp_path)


def told(counter: Counter, method: str, path: str, status: int = 200, **more: Any) -> Any:
    answer = counter.visitor().call(method, path, counter.token("watch-1"), **more)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_change_is_tried_then_made_then_logged(counter: Counter) -> None:
    body = {"put": {"filings": [FILING]}}
    tried = told(counter, "POST", f"{CHANGES}?dry_run=true", json=body)
    assert [each["entry"] for each in tried["changes"]] == [FILING["number"]]
    assert sum(each["changed"] for each in tried["verdicts"]) == 6
    assert tried["version"] is None
    assert counter.keeper.registry is REGISTRY
    assert "reason" in told(counter, "POST", CHANGES, 409, json=body)["what"]
    made = told(counter, "POST", CHANGES, 201, json={**body, "reason": "补报"})
    assert made["version"]["author"] == "watch-1"
    assert told(counter, "POST", CHANGES, 200, json={**body, "reason": "补报"})["version"] is None
    log = told(counter, "GET", "/api/v1/registry/versions")["items"]
    assert [each["version"]["number"] for each in log] == [2, 1]
    assert log[0]["changes"][0]["deed"] == "added"
    items = told(counter, "GET", "/api/v1/registry/sections/filings")["items"]
    assert FILING["number"] in [each["name"] for each in items]
    former = told(counter, "GET", f"/api/v1/transfers/{2:032x}/former")["items"]
    assert former[0]["superseded"].startswith("2026-11-21")
    explained = told(counter, "GET", f"/api/v1/transfers/{2:032x}/explanation")
    assert "past" in [each["name"] for each in explained["sections"]]


def test_entries_are_taken_out_and_settings_put(counter: Counter) -> None:
    body = {
        "drop": {"filings": ["甲标〔2026〕1号"]}, "settings": {"threshold_tally": "ordinary_only"},
        "calendar": {"holidays": ["2027-01-01"]}, "reason": "整理",
    }  # fmt: skip
    told(counter, "POST", CHANGES, 201, json=body)
    whole = told(counter, "GET", "/api/v1/registry")
    assert [each["number"] for each in whole["registry"]["filings"]] == ["乙标〔2026〕9号"]
    assert whole["registry"]["settings"] == {"threshold_tally": "ordinary_only"}
    before = told(counter, "GET", "/api/v1/registry?on=2026-11-21")
    assert before["version"]["number"] == 2
    assert told(counter, "GET", "/api/v1/registry?on=2020-01-01", 404)["what"].startswith("no version")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'{"put": {"filings": [{"number": 1}]}, "reason": "x"}', 400),
        (b'{"put": {"nonsense": [{}]}, "reason": "x"}', 400),
        (b'{"drop": {"nonsense": ["x"]}, "reason": "x"}', 400),
        (b'{"unknown": 1}', 400),
        (b'{"settings": {"profile": "none"}, "reason": "x"}', 409),
        (b'{"drop": {"recipients": ["ours-lab"]}, "reason": "x"}', 409),
        (b"[" * 100_000, 400),
        (b'{"reason": "\xff"}', 400),
    ],
)
def test_a_body_that_does_not_fit_changes_nothing(counter: Counter, body: bytes, status: int) -> None:
    told(counter, "POST", CHANGES, status, content=body)
    assert counter.keeper.registry is REGISTRY


def test_a_table_and_another_registry_come_in_as_the_body(counter: Counter) -> None:
    table = "编号,名称,国家或地区代码\nus-2,US 2,US\nbad id!,X,US\n".encode()
    faults = told(counter, "POST", "/api/v1/registry/import?name=recipients.csv&dry_run=true", content=table)["faults"]
    assert [(each["row"], each["column"]) for each in faults] == [(3, "id")]
    told(counter, "POST", "/api/v1/registry/import?name=recipients.csv&reason=x", 409, content=table)
    good = table.replace(b"bad id!", b"us-3")
    told(counter, "POST", "/api/v1/registry/import?name=recipients.csv&reason=x", 201, content=good)
    assert len(counter.keeper.registry.recipients) == 4
    items = told(counter, "POST", "/api/v1/whatif", content=registry_text(REGISTRY))["items"]
    assert {each["organisation"] for each in items} == {OURS, THEIRS}
    told(counter, "POST", "/api/v1/whatif", 400, content=b"filings: x")
    too_large = counter.visitor().call("POST", CHANGES, counter.token("watch-1"), content=b"x" * ((1 << 20) + 1))
    assert too_large.status_code == 413


def test_cases_checks_policies_and_the_outlook(counter: Counter) -> None:
    case_id = told(counter, "GET", "/api/v1/cases")["items"][0]["case_id"]
    acted = told(counter, "POST", f"/api/v1/cases/{case_id}/acts", 201, json={"move": "accept", "note": "属实"})
    assert acted["acts"][0]["who"] == "watch-1"
    told(counter, "POST", f"/api/v1/cases/{case_id}/acts", 409, json={"move": "close"})
    told(counter, "POST", f"/api/v1/cases/{case_id}/acts", 409, json={"move": "note", "note": "13800138000"})
    told(counter, "POST", "/api/v1/cases/none/acts", 404, json={"move": "accept"})
    incident = {"organisation": OURS, "what": "接口未鉴权", "known": "2026-11-21T08:00", "persons": 2_000_000}
    assert told(counter, "POST", "/api/v1/cases", 201, json=incident)["grade"] == "considerable"
    drawn = told(counter, "POST", "/api/v1/checks", 201, json={"day": "2026-11-20", "seed": "s", "rate": "1"})
    address = f"/api/v1/checks/{drawn['draw_id']}"
    event = told(counter, "GET", address)["draw"]["strata"][0]["drawn"][0]
    assert len(told(counter, "GET", f"{address}/{event}")["items"]) >= 5
    signed = told(counter, "POST", f"{address}/{event}", 201, json={"outcome": "inconsistent"})
    assert signed["who"] == "watch-1"
    assert signed["case_id"]
    told(counter, "GET", f"{address}/{'0' * 32}", 404)
    page = {"slug": "scope", "title": "范围", "text": "说明", "valid_from": "2026-01-01"}
    told(counter, "POST", "/api/v1/policies", 201, json={"page": page, "reason": "发布"})
    assert told(counter, "GET", "/api/v1/policies?on=2026-06-01")["items"][0]["page"]["slug"] == "scope"
    assert told(counter, "GET", "/api/v1/policies?on=2025-06-01")["items"] == []
    assert len(told(counter, "GET", "/api/v1/policies/scope")["items"]) == 1
    told(counter, "GET", "/api/v1/policies/none", 404)
    outlook = told(counter, "GET", "/api/v1/outlook?within=365&lang=en")
    assert {each["name"] for each in outlook["items"]} == {"threshold_forecast"}
    told(counter, "GET", "/api/v1/outlook?within=x", 400)
    told(counter, "GET", "/api/v1/outlook?on=tomorrow", 400)
    deeds = {each["deed"] for each in told(counter, "GET", "/api/v1/audit")["items"]}
    assert deeds >= {"api cases/{case_id}/acts", "api checks", "api policies"}


def test_an_address_that_names_somebody_is_not_kept_on_the_trail(tmp_path: Path) -> None:
    counter = Counter(tmp_path)
    told(counter, "POST", "/api/v1/cases/13800138000/acts", 404, json={"move": "accept"})
    assert {each.about for each in counter.office.trail.newest(2)} == {"(withheld)"}


def test_the_template_is_sent_as_a_file(counter: Counter) -> None:
    for path, head in (("", b"PK"), ("?format=filings.csv", b"\xef\xbb\xbf"), ("?filled=true", b"PK")):
        answer = counter.visitor().call("GET", f"/api/v1/registry/template{path}", counter.token("watch-1"))
        assert answer.content.startswith(head)
        assert answer.headers["content-type"] == "application/octet-stream"
    told(counter, "GET", "/api/v1/registry/template?format=../x", 400)
    told(counter, "GET", "/api/v1/registry/template?filled=maybe", 400)


def test_a_body_nested_without_end_is_refused_in_words(counter: Counter) -> None:
    deep = b'{"settings": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}"
    assert "does not fit" in told(counter, "POST", CHANGES, 400, content=deep)["what"]
