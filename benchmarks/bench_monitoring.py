"""What supervision costs and how soon it speaks: series, scrapes, rules, boards over thirty days, alert latency."""

from collections.abc import Iterator
from pathlib import Path
import shutil
import statistics
import subprocess
from tempfile import TemporaryDirectory
import time
from typing import Final

import httpx
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from benchmarks import Result, cpu_seconds
from collector.book import Registry
from collector.gauges import Gauges
from collector.stores.memory import MemoryStore
from collector.telemetry import CollectorTelemetry, expose
from dashboards.board import Prom
from dashboards.grafana import every_board
from dashboards.rules import RECORDINGS, of_site
from dashboards.site import Site
from guanjin.rendering import write_files
from guanjin.stack import asked, raise_alert, running
from guanjin.stack_parts import ROOT, Places
from tests.services.processes import free_ports, spawn, wait_for
from wire import metrics
from wire.metrics import AGENT, COLLECTOR, Series

NAME: Final = "monitoring"
TITLE: Final = "Supervision"

_DAYS: Final = 30
_STEP_S: Final = 300
_POINTS: Final = 1_000
"""What a panel of a thousand pixels asks for."""
_SCRAPES: Final = 50

_Sample = tuple[str, float]
"""A series with its labels as text, and its last value."""


def run() -> Result:
    """Everything, on this machine."""
    rows: list[tuple[str, str]] = []
    # PostgreSQL's account must be able to reach the folder, so it is one of its own.
    with TemporaryDirectory(prefix="guanjin-bench-") as whole, running(Path(whole)) as places:
        rows.append(("alert latency, agent → Kafka → PostgreSQL → Alertmanager, s", f"{raise_alert(places):.0f}"))
    with TemporaryDirectory(prefix="guanjin-bench-") as name:
        folder = Path(name)
        one = folder / "one"
        one.mkdir()
        with running(one, is_whole=False) as places:
            latency = raise_alert(places)
            samples = _demo(places)
            rows.append(("alert latency, one process, s", f"{latency:.0f}"))
            rows += _counted(samples)
            rows.append(
                (f"GET /metrics of agent and collector in one, quickest of {_SCRAPES}, ms", f"{_scrape_ms(places):.1f}")
            )
        rows.append(("the fullest collector allowed, CPU ms a scrape", f"{_fullest_ms():.1f}"))
        rows += _over_time(folder / "past", samples)
    return Result(
        ("what", "figure"),
        tuple(rows),
        "Shipped intervals (15 s). Latency: from the moment a capture with suspected important data lies in the"
        " watched folder until Alertmanager holds the alert; the agent waits 2 s of that for the file to be complete."
        f" The past: {_DAYS} days of every series of the demo at one point in {_STEP_S} s, in blocks by promtool;"
        f" each panel is asked for all of it in {_POINTS:,} steps, the median of three, wall time. Budgets: 120 series"
        " an agent, 3,000 a collector with 250 destinations, 20 ms a scrape, 60 s to the alert.",
    )


def _demo(places: Places) -> list[_Sample]:
    for path in sorted((ROOT / "tests" / "captures").glob("*.pcap*")):
        shutil.copyfile(path, places.inbox / path.name)
    wait_for(lambda: _value(places, "sum(guanjin_collector_events_received_total)") > 20, 90, "the demo")
    time.sleep(20)
    text = httpx.get(f"{places.console}/metrics").text
    return [
        (_written(sample.name, sample.labels), sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]


def _value(places: Places, query: str) -> float:
    found = asked(places, query)
    return float(found[0]["value"][1]) if found else 0.0


def _written(name: str, labels: dict[str, str]) -> str:
    inside = ",".join(f'{label}="{value}"' for label, value in labels.items())
    return f"{name}{{{inside}}}"


def _counted(samples: list[_Sample]) -> Iterator[tuple[str, str]]:
    for title, some in (("agent", AGENT), ("collector", COLLECTOR)):
        names = tuple(series.name for series in some)
        here = sum(name.startswith(names) for name, _ in samples)
        yield f"series of the {title}: demo / at most", f"{here:,} / {sum(each.most for each in some):,}"


def _scrape_ms(places: Places) -> float:
    with httpx.Client() as client:
        taken = []
        for _ in range(_SCRAPES):
            begun = time.perf_counter()
            client.get(f"{places.console}/metrics")
            taken.append(time.perf_counter() - begun)
    return min(taken) * 1_000


def _fullest_ms() -> float:
    """250 destinations, sixty filings: more series than any collector may have."""
    registry = CollectorRegistry()
    telemetry = CollectorTelemetry(registry)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    codes = [first + second for first in letters for second in letters][: metrics.MOST_DESTINATIONS]
    filings = [f"filing {number}" for number in range(metrics.MOST_FILINGS)]
    full: dict[Series, dict[metrics.Labels, float]] = {
        metrics.TRANSFER_BYTES: {(code, level): 1e9 for code in codes for level in metrics.LEVELS},
        metrics.FLAGGED_TRANSFERS: {(verdict, code): 7 for code in codes for verdict in metrics.FLAGGED},
        **{each: {(name,): 5e5 for name in filings} for each in
           (metrics.FILING_SUBJECTS, metrics.FILING_LIMIT, metrics.FILING_EXPIRY)},
    }  # fmt: skip
    telemetry.take_gauges({**Gauges(MemoryStore(), Registry(), lambda: 0).read(), **full})
    (seconds,) = cpu_seconds([lambda: expose(registry)])
    return seconds * 1_000


def _over_time(folder: Path, samples: list[_Sample]) -> Iterator[tuple[str, str]]:
    """Thirty days of all of it in a real Prometheus, asked by every panel."""
    write_files(folder / "monitoring", Site())
    now_s = int(time.time()) // _STEP_S * _STEP_S  # blocks must end now
    _make_blocks(folder, samples, now_s)
    (port,) = free_ports(1)
    config = folder / "monitoring" / "prometheus"
    command = [
        "prometheus", f"--config.file={config / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}", "--storage.tsdb.retention.time=60d",
    ]  # fmt: skip
    process = spawn(command, folder / "log")
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: _is_ready(address), 120, "Prometheus")
        yield f"samples of {_DAYS} days", f"{len(samples) * _DAYS * 86_400 // _STEP_S:,}"
        time.sleep(40)  # two rounds of every rule
        yield "all rules once, ms", f"{_rules_ms(address):.1f}"
        for board in every_board():
            taken = [
                _asked_ms(address, of_site(ask.expr, Site()), now_s)
                for panel in board.panels
                for ask in panel.asks
                if isinstance(ask, Prom)
            ]
            says = f"{len(taken)} / {sum(taken):,.0f} / {max(taken):,.0f}"
            yield f"{board.uid}: questions / all of them, ms / slowest, ms", says
    finally:
        process.terminate()
        process.wait()


def _make_blocks(folder: Path, samples: list[_Sample], now_s: int) -> None:
    jobs = [(_labelled(name), value) for name, value in samples]
    recorded = [(f'{each.name}{{job="guanjin-collector",instance="demo"}}', 0.1) for each in RECORDINGS]
    for day in range(_DAYS):
        path = folder / "day.om"
        first = now_s - (_DAYS - day) * 86_400
        with path.open("w", encoding="utf-8") as file:
            for name, value in (*jobs, *recorded):
                for at in range(first, first + 86_400, _STEP_S):
                    share = (at - now_s + _DAYS * 86_400) / (_DAYS * 86_400)
                    file.write(f"{name} {value * share:.6g} {at}\n")
            file.write("# EOF\n")
        command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", str(path), str(folder / "data")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _labelled(name: str) -> str:
    """The series as the scrape job would have written it."""
    is_agents = name.startswith(("guanjin_agent", "guanjin_detector", "guanjin_geoip"))
    job = "guanjin-agent" if is_agents else "guanjin-collector"
    comma = "" if name.endswith("{}") else ","
    return f'{name[:-1]}{comma}job="{job}",instance="demo"}}'


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/-/ready").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _rules_ms(address: str) -> float:
    groups = httpx.get(f"{address}/api/v1/rules").json()["data"]["groups"]
    return 1_000 * sum(float(group["evaluationTime"]) for group in groups)


def _asked_ms(address: str, expr: str, now_s: int) -> float:
    step = _DAYS * 86_400 // _POINTS
    query = expr.replace("$__rate_interval", f"{step + 60}s")
    asked_for = {"query": query, "start": now_s - _DAYS * 86_400, "end": now_s, "step": step}
    taken = []
    for _ in range(3):
        begun = time.perf_counter()
        httpx.post(f"{address}/api/v1/query_range", data=asked_for, timeout=60).raise_for_status()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * 1_000
