"""Alerts about cases that wait. Cases are opened by the collector; alerts only wake people."""

from typing import Final

from dashboards.alert import Alert, Group, Proof, Severity, Team

_C: Final = {"job": "@collector", "instance": "c"}
_UNTRIAGED: Final = 'guanjin_case_oldest_untriaged_timestamp_seconds{job="@collector", instance="c", priority="%s"}'
_OVERDUE: Final = 'guanjin_cases_overdue{job="@collector", instance="c", priority="medium"}'
_DUE: Final = 'guanjin_incident_next_deadline_timestamp_seconds{job="@collector", instance="c"}'
_AWAITING: Final = 'guanjin_incidents_awaiting_notification{job="@collector", instance="c", level="major"}'

GROUP: Final = Group(
    "guanjin-casework",
    (
        Alert(
            name="GuanjinCaseUntriaged",
            title=("案件无人认领过久", "A case has waited too long for an owner"),
            says=(
                "{{ $labels.priority }} 级案件已等 {{ $value | humanizeDuration }}",
                "a {{ $labels.priority }} case waits for {{ $value | humanizeDuration }}",
            ),
            expr=(
                '(time() - (guanjin_case_oldest_untriaged_timestamp_seconds{priority="high"} != 0) > 3600) or '
                '(time() - (guanjin_case_oldest_untriaged_timestamp_seconds{priority="medium"} != 0) > 86400)'
            ),
            lasts="5m",
            severity=Severity.WARNING,
            team=Team.COMPLIANCE,
            board="guanjin-cases",
            impact=("处置迟延；判定与证据不受影响", "work is late; verdicts and evidence hold"),
            look=('sum by (priority) (guanjin_cases{state="found"})', "/cases?stage=found", "guanjin cases list"),
            act=(
                ("指派承办人：guanjin cases act", "give it an owner: guanjin cases act"),
                ("无人可派时报值班负责人", "with nobody to give it to, tell the duty lead"),
            ),
            fires=Proof(((_UNTRIAGED % "high", "60x120"),), "90m", ({**_C, "priority": "high"},)),
            quiet=Proof(((_UNTRIAGED % "high", "0x120"), (_UNTRIAGED % "medium", "60x120")), "90m"),
        ),
        Alert(
            name="GuanjinCaseOverdue",
            title=("有案件超期", "A case is overdue"),
            says=(
                "{{ $labels.priority }} 级 {{ $value }} 件超期",
                "{{ $value }} {{ $labels.priority }} cases are overdue",
            ),
            expr="guanjin_cases_overdue > 0",
            lasts="10m",
            severity=Severity.WARNING,
            team=Team.COMPLIANCE,
            board="guanjin-cases",
            impact=("整改或报告的期限已过", "a day set for mending or reporting has passed"),
            look=("guanjin_cases_overdue", "/cases", "guanjin cases list"),
            act=(
                ("承办人说明原因并定新的日期", "the owner gives a new date with a reason"),
                ("不能说明的，升级处理", "without one, escalate"),
            ),
            fires=Proof(((_OVERDUE, "2x60"),), labels=({**_C, "priority": "medium"},)),
            quiet=Proof(((_OVERDUE, "0x60"),)),
        ),
        Alert(
            name="GuanjinIncidentDeadlineNear",
            title=("事件首次报告的时限不足一小时", "Less than an hour is left for the first report of an incident"),
            says=(
                "还有 {{ $value | humanizeDuration }}",
                "{{ $value | humanizeDuration }} left",
            ),
            expr=(
                "((guanjin_incident_next_deadline_timestamp_seconds != 0) - time() < 3600) and on (job, instance) "
                "(sum without (level) (guanjin_incidents_awaiting_notification) > 0)"
            ),
            severity=Severity.CRITICAL,
            team=Team.COMPLIANCE,
            board="guanjin-cases",
            impact=(
                "逾期报告本身违反《国家网络安全事件报告管理办法》",
                "a late report is by itself against 国家网络安全事件报告管理办法",
            ),
            look=("guanjin_incidents_awaiting_notification", "/cases", "guanjin cases show CASE"),
            act=(
                ("立即提交报告：先报已知，后补其余", "hand the report in now: what is known first, the rest later"),
                ("在案件中登记 notify", "enter notify in the case"),
            ),
            fires=Proof(((_DUE, "5000x60"), (_AWAITING, "1x60")), labels=(_C,)),
            quiet=Proof(((_DUE, "9000x60"), (_AWAITING, "1x60"))),
        ),
    ),
)
