"""案件与处置: is the work done in time."""

from typing import Final

from dashboards.board import BAD, GOOD, NEAR, Board, Look, Panel, Prom, Sql

BOARD: Final = Board(
    "guanjin-cases",
    ("案件与处置", "Cases and supervision"),
    ("案件、期限、事件通报、抽验", "Cases, deadlines, incidents, spot checks"),
    (
        Panel(
            title=("状态 × 优先级", "Cases by state and priority"),
            says=("优先级由风险因素加权得出，只用于排序", "weighed risk orders the work; it decides nothing"),
            asks=(Prom("max by (state, priority) (guanjin_cases) > 0", "{{state}} {{priority}}"),),
            look=Look.BARGAUGE,
        ),
        Panel(
            title=("超期", "Overdue"),
            says=("按优先级", "by priority"),
            asks=(Prom("max by (priority) (guanjin_cases_overdue)", "{{priority}}"),),
            look=Look.STAT,
            steps=((GOOD, None), (NEAR, 1), (BAD, 10)),
            width=6,
        ),
        Panel(
            title=("最久无人认领", "Longest without an owner"),
            says=("最旧未认领案件的等待时间", "how long the oldest unowned case waits"),
            asks=(
                Prom(
                    "max(time() - (guanjin_case_oldest_untriaged_timestamp_seconds != 0)) or vector(0)",
                ),
            ),
            look=Look.STAT,
            unit="s",
            steps=((GOOD, None), (NEAR, 3600), (BAD, 86_400)),
            width=6,
        ),
        Panel(
            title=("开立与办结（每日）", "Opened and ended, a day"),
            says=("指标自进程启动起计", "counted since the process started"),
            asks=(
                Prom("max(increase(guanjin_cases_opened_total[1d]))", "开立 opened"),
                Prom("max by (outcome) (increase(guanjin_cases_closed_total[1d]))", "{{outcome}}"),
            ),
            look=Look.TIMESERIES,
        ),
        Panel(
            title=("合规抽验", "Spot checks by result"),
            says=("pending 为已抽取、尚无结论", "pending: drawn, no result yet"),
            asks=(Prom("max by (state) (guanjin_spot_checks)", "{{state}}"),),
            look=Look.PIE,
        ),
        Panel(
            title=("待通报事件", "Incidents that await notification"),
            says=("按事件级别", "by grade"),
            asks=(Prom("max by (level) (guanjin_incidents_awaiting_notification)", "{{level}}"),),
            look=Look.BARGAUGE,
            steps=((GOOD, None), (BAD, 1)),
            width=6,
        ),
        Panel(
            title=("距首次报告时限", "Until the next first report"),
            says=("没有待报告事件时为空格，显示 -1", "-1 while no incident waits"),
            asks=(Prom("min((guanjin_incident_next_deadline_timestamp_seconds != 0) - time()) or vector(-1)"),),
            look=Look.STAT,
            unit="s",
            steps=((GOOD, None), (BAD, 0), (NEAR, 3600), (GOOD, 14_400)),
            width=6,
        ),
        Panel(
            title=("案件，按状态", "Case files by state"),
            says=("来自案件库，含已办结", "from the case store, ended ones too"),
            asks=(
                Sql(
                    "SELECT state, count(*) AS cases, sum(events)::bigint AS transfers FROM guanjin.casefile "
                    "GROUP BY 1 ORDER BY 2 DESC"
                ),
            ),
            look=Look.BARCHART,
            width=8,
        ),
        Panel(
            title=("办理时效：中位数与九成", "Days to close: median and nine tenths"),
            says=("自首次传输至办结；没有时为 0", "from the first transfer to the end; 0 while none is closed"),
            asks=(
                Sql(
                    "SELECT coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY days), 0) AS p50, "
                    "coalesce(percentile_cont(0.9) WITHIN GROUP (ORDER BY days), 0) AS p90 FROM "
                    "(SELECT (settled_ns - first_ns) / 8.64e13 AS days FROM guanjin.casefile "
                    "WHERE settled_ns IS NOT NULL) AS settled"
                ),
            ),
            look=Look.STAT,
            unit="d",
            width=4,
        ),
        Panel(
            title=("主体的未结案件", "Open cases by entity"),
            says=("点击进入控制台", "a row leads to the console"),
            asks=(
                Sql(
                    "SELECT organisation, count(*) AS cases, sum(events)::bigint AS transfers, "
                    "to_timestamp(max(last_ns) / 1e9) AS newest FROM guanjin.casefile "
                    "WHERE state NOT IN ('closed', 'dismissed') "
                    "GROUP BY 1 ORDER BY 2 DESC LIMIT 50"
                ),
            ),
            look=Look.TABLE,
            link=("/cases?organisation=${__data.fields.organisation}", "organisation"),
        ),
        Panel(
            title=("未结案件", "Open cases"),
            says=("最近有传输的在前；点击打开案件", "newest transfer first; a row opens the case"),
            asks=(
                Sql(
                    "SELECT case_id, organisation, state, events, to_timestamp(first_ns / 1e9) AS first, "
                    "to_timestamp(last_ns / 1e9) AS newest FROM guanjin.casefile "
                    "WHERE state NOT IN ('closed', 'dismissed') "
                    "ORDER BY last_ns DESC LIMIT 100"
                ),
            ),
            look=Look.TABLE,
            width=24,
            link=("/cases/${__data.fields.case_id}", "case_id"),
        ),
    ),
    "now-7d",
)
