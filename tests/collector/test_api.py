import asyncio
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from typing_extensions import override

from collector.api import Fixed, api_routes, cursor_of, cursor_text
from collector.causes import findings
from collector.ports import Query, Store
from collector.stores.memory import MemoryStore
from collector.verdicts import Status
from tests.dashboards import scene
from wire.coverage import Coverage
from wire.envelopes import Gap
from wire.faults import MalformedError, UnavailableError

MINUTE_NS = 60 * scene.SECOND


@pytest.fixture(scope="module")
def store() -> Store:
    return scene.a_store()


def asked(store: Store, path: str, now_ns: int = scene.NOW_NS) -> httpx.Response:
    async def ask() -> httpx.Response:
        def clock() -> int:
            return now_ns

        bench = Fixed(store, scene.REGISTRY, clock)
        app = Starlette(routes=api_routes(lambda _: bench))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            return await client.get(path)

    return asyncio.run(ask())


def test_transfers_come_newest_first_and_page_by_page(store: Store) -> None:
    found: list[str] = []
    cursor = ""
    while True:
        page = asked(store, f"/api/v1/transfers?limit=7{f'&cursor={cursor}' if cursor else ''}").json()
        found += [item["event_id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == [judged.event.event_id for judged in scene.a_scene()]


def test_transfers_are_chosen_by_several_statuses_and_by_exporter(store: Store) -> None:
    path = f"/api/v1/transfers?status=unfiled&status=expired&organisation={scene.SHOP}"
    items = asked(store, path).json()["items"]
    expected = [
        judged.event.event_id
        for judged in scene.a_scene()
        if judged.verdict.status in {Status.UNFILED, Status.EXPIRED} and judged.event.organisation == scene.SHOP
    ]
    assert [item["event_id"] for item in items] == expected


def test_a_transfer_is_told_as_scan_tells_it(store: Store) -> None:
    item = asked(store, "/api/v1/transfers/00000000000000000000000000000001").json()
    assert item["verdict"]["status"] == "out_of_scope"
    assert item["verdict"]["reasons"][0]["article"] == "第八条"
    assert item["origin"].keys() >= {"address", "port", "host", "region", "country"}
    assert item["target"]["region"] == "hong_kong"
    assert item["begun"] == "2026-11-21T09:09:23Z"
    assert item["tallies"][0].keys() >= {"kind", "grade", "hits", "persons_at_least", "exemplars"}


def test_exporters_stand_against_the_next_limit(store: Store) -> None:
    answer = asked(store, "/api/v1/exporters").json()
    assert answer["year"] == 2026
    first = answer["items"][0]
    assert (first["organisation"], first["name"]) == (scene.HOSPITAL, "和元医药研究院")
    assert first["sensitive"] == {"at_least": 12_840, "estimate": 12_840, "at_most": 12_840}
    assert first["limit_sensitive"] == 10_000
    assert all(item["counted"]["at_most"] == 0 for item in asked(store, "/api/v1/exporters?year=2025").json()["items"])


def test_counts_name_every_status(store: Store) -> None:
    counts = asked(store, "/api/v1/counts").json()
    assert set(counts) == {status.value for status in Status}
    assert counts["unfiled"] == 16


def test_coverage_is_told_whole(store: Store) -> None:
    items = asked(store, "/api/v1/coverage").json()["items"]
    assert [item["agent"] for item in items] == ["bj-edge-01", "sh-log-02"]
    assert items[0]["outbound_bytes"]["unseen"] == 410_000


def test_coverage_names_the_minutes_that_are_known_to_be_incomplete(store: Store) -> None:
    gap = Gap(
        agent="bj-edge-01",
        epoch="e",
        from_sequence=1,
        reason="spool_full",
        items=40,
        from_ns=scene.NOW_NS - 7_200 * scene.SECOND,
        until_ns=scene.NOW_NS - 7_140 * scene.SECOND,
    )
    with store.begin() as transaction:
        transaction.intake.keep_gaps([gap])
    said = asked(store, "/api/v1/coverage?hours=3").json()
    assert [(each["agent"], each["cause"], each["items"]) for each in said["holes"]] == [
        ("bj-edge-01", "lost", 40), ("sh-log-02", "silent", None),
    ]  # fmt: skip
    assert said["incomplete_minutes"] == 1 + 15
    assert [each["cause"] for each in asked(store, "/api/v1/coverage?hours=1").json()["holes"]] == ["silent"]
    assert asked(store, "/api/v1/coverage?hours=0").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "transfers?status=nonsense", "transfers?limit=0", "transfers?limit=501", "transfers?limit=-1",
        "transfers?limit=", "transfers?limit=%D9%A3", "transfers?cursor=abc",
        f"transfers?cursor=99999999999999999999.{'0' * 32}",
        "transfers?stauts=unfiled", "exporters?year=1999", "exporters?year=x", f"transfers?organisation={'x' * 101}",
        f"transfers?{'&'.join(['status=unfiled'] * 200)}", "counts?x=1",
    ],
)  # fmt: skip
def test_a_question_that_means_nothing_is_answered_with_a_problem(store: Store, query: str) -> None:
    answer = asked(store, f"/api/v1/{query}")
    assert answer.status_code == 400
    assert answer.json().keys() == {"what", "at", "help"}


@pytest.mark.parametrize("event_id", ["f" * 32, "none", "%00", "..%2f.."])
def test_a_transfer_that_is_not_there_is_404(store: Store, event_id: str) -> None:
    assert asked(store, f"/api/v1/transfers/{event_id}").status_code == 404


def test_a_cursor_survives_its_text() -> None:
    judged = scene.a_judged(3)
    assert cursor_of(cursor_text(judged)) == (judged.event.begun_ns, judged.event.event_id)
    with pytest.raises(MalformedError):
        cursor_of(f"-1.{'0' * 32}")


class AwayStore(MemoryStore):
    @override
    def transfers(self, query: Query) -> Any:
        raise UnavailableError("the store is away")


def test_a_store_that_is_away_is_a_problem_of_the_moment() -> None:
    answer = asked(AwayStore(), "/api/v1/transfers")
    assert answer.status_code == 503
    assert answer.json()["what"] == "the store is away"


def a_coverage(started_ns: int, seen_ns: int, events: int = 0) -> Coverage:
    return Coverage(agent="a", started_ns=started_ns, seen_ns=seen_ns, version="0", events=events)


def test_a_process_without_agents_is_ready() -> None:
    assert asked(MemoryStore(), "/readyz").status_code == 200
    assert asked(MemoryStore(), "/healthz").json() == {"status": "ok"}


def test_an_agent_that_stopped_reporting_is_unwell() -> None:
    store = MemoryStore()
    store.keep_coverage(a_coverage(0, 0))
    assert asked(store, "/readyz", MINUTE_NS).status_code == 200
    assert asked(store, "/readyz", MINUTE_NS + 1).json()["stage"] == "agent"


def test_a_collector_that_judges_nothing_while_events_come_is_unwell() -> None:
    store = MemoryStore()
    store.keep_coverage(a_coverage(0, 2 * MINUTE_NS, events=3))
    assert asked(store, "/readyz", 2 * MINUTE_NS).json()["stage"] == "collector"


def case_store() -> Store:
    store = scene.a_store()
    with store.begin() as transaction:
        transaction.cases.join(findings(scene.a_scene(), scene.REGISTRY))
    return store


def test_cases_are_listed_page_by_page_and_by_state(store: Store) -> None:
    assert asked(store, "/api/v1/cases").json() == {"items": [], "next": None}
    some = case_store()
    found: list[str] = []
    cursor = ""
    while True:
        page = asked(some, f"/api/v1/cases?limit=7{f'&cursor={cursor}' if cursor else ''}").json()
        found += [item["case_id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    every = asked(some, "/api/v1/cases?state=all&limit=100").json()["items"]
    assert found == [item["case_id"] for item in every]
    assert len(set(found)) == len(found) > 7
    assert asked(some, "/api/v1/cases?state=closed&state=dismissed").json()["items"] == []
    shop = asked(some, f"/api/v1/cases?organisation={scene.SHOP}").json()["items"]
    assert {item["organisation"] for item in shop} == {scene.SHOP}


def test_a_case_is_told_whole_in_either_language() -> None:
    some = case_store()
    case_id = some.cases.case_of(f"{1:032x}")
    item = asked(some, f"/api/v1/cases/{case_id}?lang=en").json()
    assert item["title"] == "Out of scope · Found"
    assert item["risk"] == sum(part["points"] for part in item["risk_parts"])
    assert item["possible"] == ["assign", "accept", "dismiss", "note"]
    assert f"{1:032x}" in item["members"]
    assert asked(some, f"/api/v1/cases/{case_id}").json()["title"] == "超范围 · 发现"


def test_a_transfer_is_explained_in_either_language(store: Store) -> None:
    path = f"/api/v1/transfers/{1:032x}/explanation"
    assert [asked(store, f"{path}{lang}").json()["title"] for lang in ("", "?lang=en")] == ["超范围", "Out of scope"]
    assert asked(store, f"/api/v1/transfers/{'e' * 32}/explanation").status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/cases?state=open", 400), ("/api/v1/cases?limit=101", 400),
        ("/api/v1/cases?cursor=1.2", 400), ("/api/v1/cases?stage=found", 400),
        ("/api/v1/cases/nothing", 404), ("/api/v1/cases/" + "0" * 16, 404), ("/api/v1/cases/x?lang=fr", 404),
        (f"/api/v1/transfers/{1:032x}/explanation?lang=fr", 400),
    ],
)  # fmt: skip
def test_what_is_asked_wrongly_of_cases_is_a_problem_with_help(store: Store, path: str, status: int) -> None:
    answer = asked(store, path)
    assert (answer.status_code, answer.json().keys()) == (status, {"what", "at", "help"})
