"""Everything that supervision needs, as files: path below the output folder to content."""

from typing import Any

import yaml

from dashboards.alertmanager import alertmanager_file
from dashboards.metrics_page import metrics_page
from dashboards.rules import prometheus_file, rules_file, rules_test
from dashboards.runbook import runbooks
from dashboards.site import Site

_MADE = "# Made by guanjin monitoring render; do not edit by hand.\n"


def render(site: Site) -> dict[str, str]:
    """Every file for a site."""
    return {
        "prometheus/prometheus.yml": _yaml(prometheus_file(site)),
        "prometheus/rules/guanjin.rules.yml": _yaml(rules_file(site)),
        "prometheus/rules/guanjin.test.yml": _yaml(rules_test(site)),
        "alertmanager/alertmanager.yml": _yaml(alertmanager_file(site)),
        **{f"runbooks/{name}": content for name, content in runbooks(site).items()},
        "metrics.md": metrics_page(),
    }


def _yaml(value: dict[str, Any]) -> str:
    return _MADE + yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10_000)
