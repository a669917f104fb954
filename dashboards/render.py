"""Everything that supervision needs, as files: path below the output folder to content.

``python -m dashboards.render`` rewrites those of the sources; a test keeps them fresh.
"""

from pathlib import Path
from typing import Any

import yaml

from dashboards.alertmanager import alertmanager_file
from dashboards.grafana import board_json, datasources, every_board, providers
from dashboards.metrics_page import metrics_page
from dashboards.rules import prometheus_file, rules_file, rules_test
from dashboards.runbook import runbooks
from dashboards.site import Site

_MADE = "# Made by guanjin monitoring render; do not edit by hand.\n"


def render(site: Site) -> dict[str, str]:
    """Every file for a site."""
    return {
        **{f"grafana/boards/{board.uid}.json": board_json(board, site) for board in every_board()},
        "grafana/provisioning/datasources/guanjin.yaml": _yaml(datasources()),
        "grafana/provisioning/dashboards/guanjin.yaml": _yaml(providers()),
        "prometheus/prometheus.yml": _yaml(prometheus_file(site)),
        "prometheus/rules/guanjin.rules.yml": _yaml(rules_file(site)),
        "prometheus/rules/guanjin.test.yml": _yaml(rules_test(site)),
        "alertmanager/alertmanager.yml": _yaml(alertmanager_file(site)),
        **{f"runbooks/{name}": content for name, content in runbooks(site).items()},
        "metrics.md": metrics_page(),
    }


def _yaml(value: dict[str, Any]) -> str:
    return _MADE + yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10_000)


def in_repository(name: str) -> str:
    """Where a rendered file stands in the sources: what is read stands under docs, what is run under deploy."""
    if name == "metrics.md":
        return "docs/reference/metrics.md"
    return f"docs/{name}" if name.startswith("runbooks/") else f"deploy/{name}"


if __name__ == "__main__":
    for each, content in render(Site()).items():
        path = Path(in_repository(each))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
