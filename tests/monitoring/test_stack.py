from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
import re
import shutil
import subprocess
from tempfile import TemporaryDirectory
from threading import Thread
import time
from typing import Any, ClassVar

import httpx
import msgspec
from prometheus_client.parser import text_string_to_metric_families
import pytest
from typing_extensions import override

from dashboards.board import Panel, Prom
from dashboards.grafana import every_board
from dashboards.rules import RECORDINGS, every_alert, of_site
from dashboards.site import Site
from guanjin.stack import ALERT, asked, firing, raise_alert, running
from guanjin.stack_parts import Places
from tests.services import broker, postgres
from wire.metrics import AGENT, ALL, COLLECTOR, Series

ROOT = Path(__file__).parents[2]
NO_BROKER = broker.why_not()
pytestmark = [
    pytest.mark.service,
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("prometheus") and shutil.which("prometheus-alertmanager")),
        reason="needs Debian's prometheus and prometheus-alertmanager",
    ),
]


class Room(BaseHTTPRequestHandler):
    """A chat room whose robot is kind."""

    heard: ClassVar[list[Any]] = []

    def do_POST(self) -> None:
        self.heard.append(msgspec.json.decode(self.rfile.read(int(self.headers["Content-Length"]))))
        answer = b'{"errcode": 0}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """The whole, after the important transfer and all of the demo have gone through it."""
    folder = tmp_path_factory.mktemp("stack")
    with ThreadingHTTPServer(("127.0.0.1", 0), Room) as room:
        thread = Thread(target=room.serve_forever)
        thread.start()
        robots = folder / "robots.toml"
        robots.write_text(f'[[robot]]\nchat = "dingtalk"\nurl = "http://127.0.0.1:{room.server_port}/robot"\n')
        try:
            with running(folder, is_whole=False, robots=robots, chats=("dingtalk",), interval_s=1) as found:
                raise_alert(found)
                for path in sorted((ROOT / "tests" / "captures").glob("*.pcap*")):
                    shutil.copyfile(path, found.inbox / path.name)
                shutil.copyfile(ROOT / "tests" / "logs" / "portal-json.log", found.inbox / "portal-json.log")
                until(lambda: value(found, "sum(guanjin_collector_events_received_total)") > 20)
                until(lambda: bool(asked(found, "sum(guanjin_detector_findings_total offset 20s)")))
                yield found
        finally:
            room.shutdown()
            thread.join()


def until(is_so: Any) -> None:
    deadline = time.monotonic() + 90
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def value(places: Places, query: str) -> float:
    found = asked(places, query)
    return float(found[0]["value"][1]) if found else 0.0


def scraped(places: Places) -> str:
    return httpx.get(f"{places.console}/metrics").text


def test_the_flagged_transfer_fires_and_reaches_the_chat(places: Places) -> None:
    until(lambda: {ALERT, "GuanjinWatchdog"} <= firing(places))
    until(lambda: any(ALERT in told["text"]["content"] for told in Room.heard))
    (text,) = [told["text"]["content"] for told in Room.heard if ALERT in told["text"]["content"]][:1]
    assert "疑似重要数据" in text
    assert f"{places.console}/runbooks/{ALERT.lower()}.md" in text
    page = httpx.get(f"{places.console}/runbooks/{ALERT.lower()}.md")
    assert page.text.startswith(f"# {ALERT}")
    assert httpx.get(f"{places.console}/runbooks/none.md").status_code == 404


def test_an_alert_is_delivered_and_resolved(places: Places) -> None:
    def post(ends: str) -> None:
        labels = {"alertname": "GuanjinMaskingFailed", "severity": "critical", "team": "privacy", "instance": "x"}
        alert = {"labels": labels, "annotations": {"summary": "s"}, "startsAt": "2026-01-01T00:00:00Z", "endsAt": ends}
        httpx.post(f"{places.alertmanager}/api/v2/alerts", json=[alert]).raise_for_status()

    def heard(state: str) -> bool:
        return any(f"关津 {state}】GuanjinMaskingFailed" in told["text"]["content"] for told in Room.heard)

    post("2099-01-01T00:00:00Z")
    until(lambda: heard("告警 firing"))
    post("2026-01-02T00:00:00Z")
    until(lambda: heard("恢复 resolved"))


def test_every_rule_is_evaluated_without_an_error(places: Places) -> None:
    data = httpx.get(f"{places.prometheus}/api/v1/rules").json()["data"]
    rules = [rule for group in data["groups"] for rule in group["rules"]]
    assert {rule["name"] for rule in rules} == {a.name for a in every_alert()} | {r.name for r in RECORDINGS}
    assert {rule["health"] for rule in rules} == {"ok"}
    assert value(places, "sum(prometheus_rule_evaluation_failures_total)") == 0


def test_an_inhibited_alert_is_not_sent(places: Places) -> None:
    def post(name: str, **labels: str) -> None:
        told = {"alertname": name, "team": "ops", "severity": "warning", **labels}
        httpx.post(f"{places.alertmanager}/api/v2/alerts", json=[{"labels": told}]).raise_for_status()

    post("GuanjinSpoolFull", instance="i1", severity="critical")
    post("GuanjinSpoolFilling", instance="i1")
    post("GuanjinSpoolFilling", instance="i2")

    def inhibited() -> set[str]:
        call = ["amtool", "alert", "query", f"--alertmanager.url={places.alertmanager}", "--inhibited", "-o", "json"]
        ran = subprocess.run(call, capture_output=True, check=True)
        return {alert["labels"].get("instance", "") for alert in msgspec.json.decode(ran.stdout)}

    until(lambda: inhibited() == {"i1"})


def test_only_series_on_the_list_are_emitted_within_the_budget_and_promtool_is_content(places: Places) -> None:
    text = scraped(places)
    families = list(text_string_to_metric_families(text))
    names = {sample.name for family in families for sample in family.samples}
    assert {re.sub(r"_(bucket|sum|count)$", "", name) for name in names} == {series.name for series in ALL}
    assert samples_of(families, AGENT) <= 120
    assert samples_of(families, COLLECTOR) <= 3_000
    subprocess.run(["promtool", "check", "metrics"], input=text.encode(), check=True)


def samples_of(families: list[Any], some: tuple[Series, ...]) -> int:
    names = {series.name.removesuffix("_total") for series in some}
    return sum(len(family.samples) for family in families if family.name in names)


def test_each_job_gets_its_own_series_of_the_one_process(places: Places) -> None:
    for job, some in (("guanjin-agent", AGENT), ("guanjin-collector", COLLECTOR)):
        found = asked(places, f'count by (__name__) ({{job="{job}", __name__=~"guanjin_.*"}})')
        names = {re.sub(r"_(bucket|sum|count)$", "", each["metric"]["__name__"]) for each in found}
        assert names == {series.name for series in some}


PANELS = [(board.uid, panel) for board in every_board() for panel in board.panels if isinstance(panel.asks[0], Prom)]


@pytest.mark.parametrize(("uid", "panel"), PANELS, ids=lambda each: each if isinstance(each, str) else each.title[1])
def test_every_question_of_a_board_has_an_answer(places: Places, uid: str, panel: Panel) -> None:
    for ask in panel.asks:
        assert isinstance(ask, Prom)
        # In a stack this young there is no half hour and no day to look back on.
        query = of_site(ask.expr, Site()).replace("$__rate_interval", "30s")
        until_found = time.monotonic() + 20
        while not asked(places, query):
            assert time.monotonic() < until_found, f"{uid}: nothing for {query}"
            time.sleep(0.5)


@pytest.mark.skipif(bool(NO_BROKER), reason=NO_BROKER)
@pytest.mark.skipif(not (postgres.PROGRAMS / "postgres").exists(), reason="needs Debian's postgresql")
def test_the_whole_with_kafka_and_postgresql_raises_the_alert_too() -> None:
    # PostgreSQL's account must be able to reach the folder, which it cannot below pytest's own.
    with TemporaryDirectory(prefix="guanjin-stack-") as folder, running(Path(folder), interval_s=1) as places:
        raise_alert(places)
        text = httpx.get(f"{places.collector}/metrics").text
        families = list(text_string_to_metric_families(text))
        assert samples_of(families, COLLECTOR) <= 3_000
        assert re.search(r'events_received_total{transport="kafka"} [1-9]', text)
        until(lambda: value(places, "guanjin_stored_transfers{verdict='unfiled'}") == 1)
        subprocess.run(["promtool", "check", "metrics"], input=text.encode(), check=True)
        told = httpx.get(f"{places.agent}/metrics").text
        assert samples_of(list(text_string_to_metric_families(told)), AGENT) <= 120
        assert re.search(r'events_sent_total{sink="kafka"} [1-9]', told)
        until(lambda: value(places, "guanjin_collector_agents{state='online'}") == 1)
        assert httpx.get(f"{places.collector}/runbooks/{ALERT.lower()}.md").status_code == 200
