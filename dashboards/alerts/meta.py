"""Alerts about alerting itself."""

from typing import Final

from dashboards.alert import Alert, Group, Proof, Severity, Team

_FAILED: Final = 'prometheus_rule_evaluation_failures_total{job="prometheus", rule_group="r;guanjin-agents"}'

GROUP: Final = Group(
    "guanjin-meta",
    (
        Alert(
            name="GuanjinWatchdog",
            title=("告警链路正常（应始终触发）", "Alerting works (always firing)"),
            says=("收不到本条即告警链路中断", "if this one stops arriving, alerting is broken"),
            expr="vector(1)",
            severity=Severity.NONE,
            team=Team.OPS,
            board="guanjin-pipeline",
            impact=("收不到时，其他告警也都收不到", "while it does not arrive, none of the others does"),
            look=("ALERTS", "amtool alert"),
            act=(
                (
                    "依次看 Prometheus、Alertmanager、接收端",
                    "look at Prometheus, Alertmanager, receiver, in that order",
                ),
                ("恢复后补看这段时间的告警", "afterwards look at what fired meanwhile"),
            ),
            fires=Proof((("up", "1x5"),), "1m", ({},)),
            quiet=Proof(()),
        ),
        Alert(
            name="GuanjinRuleEvaluationFailing",
            title=("告警规则计算失败", "Rules cannot be evaluated"),
            says=(
                "{{ $labels.rule_group }} 五分钟内失败 {{ $value | humanize }} 次",
                "{{ $labels.rule_group }} failed {{ $value | humanize }} times within 5 minutes",
            ),
            expr='increase(prometheus_rule_evaluation_failures_total{rule_group=~".*guanjin.*"}[5m]) > 0',
            lasts="10m",
            severity=Severity.WARNING,
            team=Team.OPS,
            board="guanjin-pipeline",
            impact=("该组告警此刻不会触发", "the alerts of that group cannot fire now"),
            look=("prometheus_rule_evaluation_failures_total", "promtool check rules guanjin.rules.yml"),
            act=(
                ("在 Prometheus 的 Rules 页看错误原文", "read the error on Prometheus' page Rules"),
                ("升级后重新生成：guanjin monitoring render", "after an upgrade: guanjin monitoring render"),
            ),
            fires=Proof(((_FAILED, "0+1x60"),), labels=({"job": "prometheus", "rule_group": "r;guanjin-agents"},)),
            quiet=Proof(((_FAILED, "9x60"),)),
        ),
    ),
)
