"""Where things are on one site: what the rendered files must know and the product cannot."""

from typing import Final

from msgspec import Struct

INTERVAL_S: Final = 15
"""Of scraping and of evaluating: what is flagged is an alert within a minute."""
CHATS: Final = ("wecom", "dingtalk", "feishu")
"""企业微信、钉钉、飞书: what ``collector.outlets.chat`` passes alerts on to."""


class Site(Struct, frozen=True, kw_only=True):
    """Names and addresses; the defaults are those of ``deploy/compose.yaml``."""

    agent_job: str = "guanjin-agent"
    collector_job: str = "guanjin-collector"
    agents: tuple[str, ...] = ("agent:9464",)
    """Host and port of each agent's metrics; in one process with the collector, the collector's."""
    collectors: tuple[str, ...] = ("collector:8842",)
    alertmanager: str = "alertmanager:9093"
    prometheus: str = "http://prometheus:9090"
    grafana: str = "http://localhost:3000"
    """As a person's browser calls it."""
    console: str = "http://localhost:8844"
    runbook_base: str = "http://localhost:8842/runbooks"
    bridge: str = "http://collector:8842"
    """The collector as Alertmanager calls it."""
    token_file: str = ""
    """Holds the bearer token by which Prometheus and Alertmanager ask a console with accounts; empty: it has none."""
    chats: tuple[str, ...] = CHATS
    deadman: str = ""
    """Who misses the watchdog when it stops; empty: nobody outside."""
    mail_to: str = ""
    mail_from: str = ""
    smarthost: str = ""
    rules: str = "rules/*.rules.yml"
    """As Prometheus finds them, from its own configuration on."""
    interval_s: int = INTERVAL_S
