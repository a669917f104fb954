"""Alertmanager's file: who is woken by what, what silences what, and when nobody is woken."""

from typing import Any, Final

from dashboards.rules import bearer
from dashboards.site import Site

QUIET: Final = "quiet-hours"
_DEAFENED_BY_COLLECTOR: Final = (
    "NoEvents|PipelineStuck|ConsumerLagGrowing|VerdictSlow|RegistryStale|AgentsOffline|EventSendFailing"
)
_DEAFENED_BY_AGENT: Final = "LogSourceStalled|LogParseErrors|SpoolFilling|SpoolFull|CaptureDropping.*|Detector.*"
RECEIVERS: Final = ("ops", "privacy", "duty", "desk", "deadman")


def alertmanager_file(site: Site) -> dict[str, Any]:
    """Routes, receivers, inhibitions, quiet hours."""
    config: dict[str, Any] = {"global": _mail(site)} if site.mail_to else {}
    return {
        **config,
        "route": {
            "receiver": "ops",
            "group_by": ["alertname", "job"],
            "group_wait": "10s",
            "group_interval": f"{4 * site.interval_s}s",
            "repeat_interval": "4h",
            "routes": _routes(),
        },
        "inhibit_rules": [
            _inhibition("GuanjinCollectorDown", f"Guanjin({_DEAFENED_BY_COLLECTOR})"),
            _inhibition("GuanjinAgentDown", f"Guanjin({_DEAFENED_BY_AGENT})", "instance"),
            _inhibition("GuanjinAgentsManyDown", "GuanjinAgentDown"),
            _inhibition("GuanjinCaptureDroppingHeavily", "GuanjinCaptureDropping", "instance"),
            _inhibition("GuanjinSpoolFull", "GuanjinSpoolFilling", "instance"),
            _inhibition("GuanjinSubjectsOverLimit", "GuanjinSubjects(NearLimit|ForecastOverLimit)", "filing"),
            _inhibition("GuanjinFilingExpired", "GuanjinFilingExpiring", "filing"),
            _inhibition("GuanjinRegistryStale", "Guanjin(UnfiledSurge|FlaggedRatioHigh)"),
        ],
        "time_intervals": [{"name": QUIET, "time_intervals": _nights()}],
        "receivers": [_receiver(name, site) for name in RECEIVERS],
    }


def _routes() -> list[dict[str, Any]]:
    """The first that matches. What is critical is never muted; all else waits for the office to open."""
    quick: dict[str, Any] = {"group_wait": "5s"}
    return [
        {
            "receiver": "deadman",
            "matchers": ['alertname="GuanjinWatchdog"'],
            "group_wait": "0s",
            "group_interval": "1m",
            "repeat_interval": "1m",
        },
        {"receiver": "privacy", "matchers": ['team="privacy"'], **quick},
        {
            "receiver": "duty",
            "matchers": ['team="compliance"', 'severity="critical"'],
            "group_by": ["alertname", "filing", "verdict"],
            **quick,
        },
        {"receiver": "desk", "matchers": ['team="compliance"'], "mute_time_intervals": [QUIET]},
        {"receiver": "ops", "matchers": ['severity="critical"'], **quick},
        {"receiver": "ops", "matchers": ['severity!="critical"'], "mute_time_intervals": [QUIET]},
    ]


def _nights() -> list[dict[str, Any]]:
    nights = [{"start_time": "20:00", "end_time": "24:00"}, {"start_time": "00:00", "end_time": "08:00"}]
    weekend = {"weekdays": ["saturday", "sunday"], "location": "Asia/Shanghai"}
    return [{"times": nights, "location": "Asia/Shanghai"}, weekend]


def _inhibition(source: str, target: str, *equal: str) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "source_matchers": [f'alertname="{source}"'],
        "target_matchers": [f'alertname=~"{target}"'],
    }
    return {**rule, "equal": list(equal)} if equal else rule


def _receiver(name: str, site: Site) -> dict[str, Any]:
    if name == "deadman":
        hooks = [{"url": site.deadman, "send_resolved": False}] if site.deadman else []
        return {"name": name, "webhook_configs": hooks} if hooks else {"name": name}
    receiver: dict[str, Any] = {"name": name}
    shown = {"http_config": bearer(site)} if site.token_file else {}
    if site.chats:
        receiver["webhook_configs"] = [
            {"url": f"{site.bridge}/hooks/alertmanager/{chat}", "send_resolved": True, "max_alerts": 20, **shown}
            for chat in site.chats
        ]
    if site.mail_to:
        receiver["email_configs"] = [{"to": site.mail_to, "send_resolved": True}]
    return receiver


def _mail(site: Site) -> dict[str, str]:
    return {"smtp_smarthost": site.smarthost or "localhost:25", "smtp_from": site.mail_from or site.mail_to}
