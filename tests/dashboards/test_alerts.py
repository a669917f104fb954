from argparse import ArgumentParser, _SubParsersAction
from pathlib import Path
import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from dashboards.alert import Severity, Team
from dashboards.alertmanager import alertmanager_file
from dashboards.grafana import every_board
from dashboards.rules import RECORDINGS, every_alert, groups, prometheus_file, rules_file, rules_test, runbook_name
from dashboards.site import Site
from guanjin import commands
from guanjin.command import Command
from wire.metrics import ALL, COLLECTOR, Shape
from wire.shelf import collect

SITE = Site()
FOREIGN = {"up", "ALERTS", "prometheus_rule_evaluation_failures_total", "scrape_duration_seconds"}
SERIES = {
    name
    for series in ALL
    for name in (
        [f"{series.name}{end}" for end in ("_bucket", "_sum", "_count")]
        if series.shape is Shape.HISTOGRAM
        else [series.name]
    )
}
KNOWN = SERIES | {each.name for each in RECORDINGS} | FOREIGN
promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool (Debian package prometheus)")
amtool = pytest.mark.skipif(shutil.which("amtool") is None, reason="needs amtool (Debian prometheus-alertmanager)")


def names_in(expr: str) -> set[str]:
    """What an expression draws on: everything that begins as our series or theirs do."""
    bare = re.sub(r'"[^"]*"', '""', expr)
    return set(re.findall(r"\b(?:guanjin_\w+|[a-z_]+:guanjin\w*:\w+|prometheus_\w+|scrape_\w+|up|ALERTS)\b", bare))


def written(value: dict[str, Any], path: Path) -> Path:
    path.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def test_every_alert_draws_on_series_that_are_on_the_list() -> None:
    for alert in every_alert():
        assert names_in(alert.expr) <= KNOWN, alert.name
    for recording in RECORDINGS:
        assert names_in(recording.expr) <= KNOWN, recording.name


def test_names_titles_and_boards_are_as_the_house_wants_them() -> None:
    boards = {board.uid for board in every_board()}
    names = [alert.name for alert in every_alert()]
    assert len(names) == len(set(names)) == 36
    for alert in every_alert():
        assert re.fullmatch(r"Guanjin([A-Z][A-Za-z]+)+", alert.name)
        assert alert.board in boards
        assert re.search(r"[\u4e00-\u9fff]", alert.title[0])
        assert alert.title[1].isascii()
        assert len(alert.act) >= 2
        assert alert.look
        assert alert.fires.series
        assert alert.fires.labels
        assert bool(alert.quiet.series) is (alert.severity is not Severity.NONE)


def test_every_alert_has_its_runbook_page_with_all_headings() -> None:
    folder = Path(__file__).parents[2] / "docs" / "runbooks"
    headings = [
        "含义 Meaning",
        "影响 Impact",
        "先看什么 Diagnosis",
        "怎么办 Mitigation",
        "何时上报 Escalation",
        "记录 Record",
    ]
    for alert in every_alert():
        text = (folder / runbook_name(alert)).read_text(encoding="utf-8")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == headings
    assert {path.name for path in folder.iterdir()} == {"README.md", *(runbook_name(each) for each in every_alert())}


def test_no_number_of_the_law_stands_in_an_expression() -> None:
    for alert in every_alert():
        if alert.team is Team.COMPLIANCE:
            assert not re.search(r"\b(100_?000|1_?000_?000|10_?000|100000|1000000|10000|1e[456])\b", alert.expr)


def test_every_counter_that_an_alert_watches_exists_from_the_start() -> None:
    closed = {series.name for series in ALL if series.children}
    for alert in every_alert():
        watched = {name for name in names_in(alert.expr) if name.startswith("guanjin_") and name.endswith("_total")}
        assert watched <= closed, alert.name


def actions_of(command: Command) -> set[str]:
    """The second words that it knows; none if it has no such."""
    parser = ArgumentParser()
    command.arguments(parser, "zh")
    shelves = [action.choices for action in parser._actions if isinstance(action, _SubParsersAction)]
    return {name for shelf in shelves for name in shelf}


def test_every_command_that_a_runbook_names_exists() -> None:
    known = {command.name: actions_of(command) for command in collect(commands, "COMMAND", Command)}
    for alert in every_alert():
        text = " ".join((*alert.look, *(part for both in alert.act for part in both)))
        for name, action in re.findall(r"guanjin ([a-z]+)(?: ([a-z]+))?", text):
            assert name in known, f"{alert.name}: guanjin {name}"
            assert not known[name] or action in known[name], f"{alert.name}: guanjin {name} {action}"


@promtool
@pytest.mark.service
def test_promtool_finds_nothing_to_say_about_rules_and_configuration(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    rules = written(rules_file(SITE), tmp_path / "rules" / "guanjin.rules.yml")
    config = written(prometheus_file(SITE), tmp_path / "prometheus.yml")
    subprocess.run(["promtool", "check", "rules", "--lint=all", "--lint-fatal", str(rules)], check=True)
    subprocess.run(["promtool", "check", "config", str(config)], check=True)


@promtool
@pytest.mark.service
@pytest.mark.slow
@pytest.mark.parametrize("group", groups(), ids=lambda group: group.name)
def test_every_alert_of_a_group_fires_when_it_should_and_keeps_quiet_when_not(group: Any, tmp_path: Path) -> None:
    names = {alert.name for alert in group.alerts}
    used = ("guanjin-recordings", group.name)
    written({"groups": [each for each in rules_file(SITE)["groups"] if each["name"] in used]},
            tmp_path / "guanjin.rules.yml")  # fmt: skip
    tests = rules_test(SITE)
    mine = [test for test in tests["tests"] if test["name"].split()[0] in names]
    path = written({**tests, "group_eval_order": list(used), "tests": mine}, tmp_path / "test.yml")
    ran = subprocess.run(["promtool", "test", "rules", str(path)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert len(mine) == sum(1 + bool(alert.quiet.series) for alert in group.alerts)


ROUTES = [
    ({"alertname": "GuanjinWatchdog", "severity": "none", "team": "ops"}, "deadman"),
    ({"alertname": "GuanjinMaskingFailed", "severity": "critical", "team": "privacy"}, "privacy"),
    ({"alertname": "GuanjinImportantDataExport", "severity": "critical", "team": "compliance"}, "duty"),
    ({"alertname": "GuanjinFilingExpiring", "severity": "warning", "team": "compliance"}, "desk"),
    ({"alertname": "GuanjinSubjectsForecastOverLimit", "severity": "info", "team": "compliance"}, "desk"),
    ({"alertname": "GuanjinCollectorDown", "severity": "critical", "team": "ops"}, "ops"),
    ({"alertname": "GuanjinAgentDown", "severity": "warning", "team": "ops"}, "ops"),
]


@amtool
@pytest.mark.service
def test_every_alert_goes_to_whom_it_concerns(tmp_path: Path) -> None:
    plain = written(alertmanager_file(SITE), tmp_path / "alertmanager.yml")
    mailed = Site(
        mail_to="duty@example.org", smarthost="mail.example.org:25", deadman="http://localhost:1/x", chats=("wecom",),
        token_file="/etc/guanjin/token",  # noqa: S106  # a path
    )  # fmt: skip
    written(alertmanager_file(mailed), tmp_path / "mailed.yml")
    for name in ("alertmanager.yml", "mailed.yml"):
        subprocess.run(["amtool", "check-config", str(tmp_path / name)], check=True)
    for labels, receiver in ROUTES:
        told = [f"{name}={value}" for name, value in labels.items()]
        call = ["amtool", "config", "routes", "test", f"--config.file={plain}", f"--verify.receivers={receiver}", *told]
        assert subprocess.run(call, capture_output=True, text=True, check=False).returncode == 0, labels
    routed = {tuple(sorted(labels.items()))[1:] for labels, _ in ROUTES}
    assert {(("severity", a.severity.value), ("team", a.team.value)) for a in every_alert()} <= routed


def test_nothing_critical_is_ever_muted_and_the_night_is_that_of_shanghai() -> None:
    config = alertmanager_file(SITE)
    muted = [route for route in config["route"]["routes"] if "mute_time_intervals" in route]
    assert len(muted) == 2
    assert all('severity="critical"' not in route["matchers"] for route in muted)
    (interval,) = config["time_intervals"]
    assert {night["location"] for night in interval["time_intervals"]} == {"Asia/Shanghai"}


def test_the_collectors_series_are_told_from_the_agents_by_their_names() -> None:
    agent, collector = prometheus_file(SITE)["scrape_configs"][1:]
    (keep,), (drop,) = agent["metric_relabel_configs"], collector["metric_relabel_configs"]
    assert (keep["action"], drop["action"]) == ("keep", "drop")
    assert not any(re.fullmatch(drop["regex"], series.name) for series in COLLECTOR)
