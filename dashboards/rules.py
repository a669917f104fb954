"""Prometheus' files: what it scrapes, what it computes, when it alerts, and the cases that prove it."""

from collections.abc import Iterator
from typing import Any, Final

from dashboards import alerts
from dashboards.alert import AGENT_JOB, COLLECTOR_JOB, Alert, Group, Proof, Recording
from dashboards.site import Site
from wire.metrics import AGENT, FLAGGED
from wire.shelf import collect

_FLAGGED: Final = "|".join(FLAGGED)

RECORDINGS: Final = (
    Recording(
        "instance:guanjin_capture_dropped_per_packets:ratio_rate5m",
        "rate(guanjin_agent_capture_dropped_packets_total[5m]) / (rate(guanjin_agent_capture_packets_total[5m]) + "
        "rate(guanjin_agent_capture_dropped_packets_total[5m]))",
        ("丢包占比", "share of packets lost"),
    ),
    Recording(
        "job_verdict:guanjin_transfers:rate5m",
        "sum without (instance, path) (rate(guanjin_transfers_total[5m]))",
        ("每秒传输数，按判定", "transfers a second by verdict"),
    ),
    Recording(
        "job:guanjin_transfers_flagged_per_transfers:ratio_rate5m",
        f'sum without (verdict) (job_verdict:guanjin_transfers:rate5m{{verdict=~"{_FLAGGED}"}}) / '
        "sum without (verdict) (job_verdict:guanjin_transfers:rate5m)",
        ("存疑占比", "share of flagged transfers"),
    ),
    Recording(
        "job_le:guanjin_collector_event_age_seconds_bucket:rate5m",
        "sum without (instance) (rate(guanjin_collector_event_age_seconds_bucket[5m]))",
        ("研判时延分布", "ages of events by bucket"),
    ),
    Recording(
        "job:guanjin_collector_event_age_seconds:p99_rate5m",
        "histogram_quantile(0.99, job_le:guanjin_collector_event_age_seconds_bucket:rate5m)",
        ("研判时延 99 分位", "99th percentile of the age of events"),
    ),
    Recording(
        "filing:guanjin_subjects_per_limit:ratio",
        "guanjin_filing_subjects / guanjin_filing_subject_limit",
        ("申报数量已用占比", "share used of what a filing declares"),
    ),
)


def groups() -> tuple[Group, ...]:
    """Every group of alerts."""
    return collect(alerts, "GROUP", Group)


def every_alert() -> tuple[Alert, ...]:
    """Every alert, group by group."""
    return tuple(alert for group in groups() for alert in group.alerts)


def runbook_name(alert: Alert) -> str:
    """The runbook's file."""
    return f"{alert.name.lower()}.md"


def rules_file(site: Site) -> dict[str, Any]:
    """Recording and alerting rules."""
    recordings = [{"record": each.name, "expr": each.expr} for each in RECORDINGS]
    return {
        "groups": [
            {"name": "guanjin-recordings", "interval": f"{site.interval_s}s", "rules": recordings},
            *(
                {
                    "name": group.name,
                    "interval": f"{site.interval_s}s",
                    "rules": [_rule(alert, site) for alert in group.alerts],
                }
                for group in groups()
            ),
        ]
    }


def rules_test(site: Site) -> dict[str, Any]:
    """The proofs for ``promtool test rules``: the ALERTS series is asked, so wording may change freely."""
    return {
        "rule_files": ["guanjin.rules.yml"],
        "evaluation_interval": "1m",
        "group_eval_order": ["guanjin-recordings", *(group.name for group in groups())],
        "tests": [test for alert in every_alert() for test in _tests(alert, site)],
    }


def prometheus_file(site: Site) -> dict[str, Any]:
    """What is scraped. One process that is both agent and collector is scraped once for each, and shared out."""
    agent_series = "guanjin_(agent|detector|geoip)_.*"
    names = {series.name for series in AGENT}
    if not all(name.startswith(("guanjin_agent_", "guanjin_detector_", "guanjin_geoip_")) for name in names):
        raise ValueError("a series of the agent cannot be told by its name")
    return {
        "global": {"scrape_interval": f"{site.interval_s}s", "evaluation_interval": f"{site.interval_s}s"},
        "rule_files": [site.rules],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [site.alertmanager]}]}]},
        "scrape_configs": [
            _scrape("prometheus", (site.prometheus.removeprefix("http://"),)),
            {**_scrape(site.agent_job, site.agents, {"regex": agent_series, "action": "keep"}), **bearer(site)},
            {**_scrape(site.collector_job, site.collectors, {"regex": agent_series, "action": "drop"}), **bearer(site)},
        ],
    }


def bearer(site: Site) -> dict[str, Any]:
    """How they show who they are, where it is asked for."""
    return {"authorization": {"credentials_file": site.token_file}} if site.token_file else {}


def of_site(text: str, site: Site) -> str:
    """A query or label with the site's names for the jobs."""
    return text.replace(AGENT_JOB, site.agent_job).replace(COLLECTOR_JOB, site.collector_job)


def _scrape(job: str, targets: tuple[str, ...], *relabelings: dict[str, Any]) -> dict[str, Any]:
    relabelled = [{"source_labels": ["__name__"], **each} for each in relabelings]
    config: dict[str, Any] = {"job_name": job, "static_configs": [{"targets": list(targets)}]}
    return {**config, "metric_relabel_configs": relabelled} if relabelled else config


def _rule(alert: Alert, site: Site) -> dict[str, Any]:
    return {
        "alert": alert.name,
        "expr": of_site(alert.expr, site),
        "for": alert.lasts,
        "labels": {"severity": alert.severity.value, "team": alert.team.value},
        "annotations": {
            "summary": " · ".join(alert.title),
            "description": " · ".join(alert.says),
            "runbook_url": f"{site.runbook_base}/{runbook_name(alert)}",
            "dashboard_url": f"{site.grafana}/d/{alert.board}",
        },
    }


def _tests(alert: Alert, site: Site) -> Iterator[dict[str, Any]]:
    for says, proof in (("fires", alert.fires), ("keeps quiet", alert.quiet)):
        if proof.series:
            yield {
                "name": f"{alert.name} {says}",
                "interval": proof.every,
                "input_series": [{"series": of_site(name, site), "values": values} for name, values in proof.series],
                "promql_expr_test": [_asked(alert, proof, site)],
            }


def _asked(alert: Alert, proof: Proof, site: Site) -> dict[str, Any]:
    return {
        "expr": f'ALERTS{{alertname="{alert.name}", alertstate="firing"}}',
        "eval_time": proof.at,
        "exp_samples": [{"labels": _firing(alert, labels, site), "value": 1} for labels in proof.labels],
    }


def _firing(alert: Alert, labels: dict[str, str], site: Site) -> str:
    told = {
        "alertname": alert.name,
        "alertstate": "firing",
        "severity": alert.severity.value,
        "team": alert.team.value,
        **labels,
    }
    inside = ", ".join(f'{name}="{of_site(value, site)}"' for name, value in sorted(told.items()))
    return f"ALERTS{{{inside}}}"
