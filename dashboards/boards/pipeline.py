"""采集与研判链路: from event to verdict, left to right."""

from typing import Final

from dashboards.board import BAD, GOOD, NEAR, Board, Look, Panel, Prom

BOARD: Final = Board(
    "guanjin-pipeline",
    ("采集与研判链路", "Pipeline"),
    ("从事件到判定，自左向右；只需要 Prometheus", "From event to verdict, left to right; Prometheus alone suffices"),
    (
        Panel(
            title=("事件产生", "Events made"),
            says=("探针每秒产生的事件", "events that agents make a second"),
            asks=(Prom("sum by (instance) (rate(guanjin_agent_events_total[$__rate_interval]))", "{{instance}}"),),
            look=Look.TIMESERIES,
            unit="ops",
            width=8,
        ),
        Panel(
            title=("投递成功与失败", "Delivered and failed"),
            says=("按去向", "by sink"),
            asks=(
                Prom("sum by (sink) (rate(guanjin_agent_events_sent_total[$__rate_interval]))", "{{sink}}"),
                Prom(
                    "sum by (sink) (rate(guanjin_agent_events_send_failures_total[$__rate_interval]))",
                    "{{sink}} 失败 failed",
                ),
            ),
            look=Look.TIMESERIES,
            unit="ops",
            width=8,
        ),
        Panel(
            title=("事件接收", "Events received"),
            says=("含重复；重复只计一次", "repeated ones included; they count once"),
            asks=(
                Prom(
                    "sum by (transport) (rate(guanjin_collector_events_received_total[$__rate_interval]))",
                    "{{transport}}",
                ),
                Prom("sum(rate(guanjin_collector_events_repeated_total[$__rate_interval]))", "重复 repeated"),
            ),
            look=Look.TIMESERIES,
            unit="ops",
            width=8,
        ),
        Panel(
            title=("拒收原因", "Refused by reason"),
            says=("被拒的事件没有计数", "refused events are not counted"),
            asks=(
                Prom("sum by (reason) (rate(guanjin_collector_events_rejected_total[$__rate_interval]))", "{{reason}}"),
            ),
            look=Look.TIMESERIES,
            unit="ops",
            width=8,
        ),
        Panel(
            title=("等待判定", "Waiting"),
            says=("已读入、尚未判定；Kafka 积压", "read and not judged yet; backlog in Kafka"),
            asks=(
                Prom("sum(guanjin_collector_waiting_events)", "进程内 in process"),
                Prom("sum by (partition) (guanjin_collector_consumer_lag_records)", "Kafka {{partition}}"),
            ),
            look=Look.TIMESERIES,
            width=8,
        ),
        Panel(
            title=("研判时延 p50 p99", "Transfer to verdict p50 p99"),
            says=("含探针窗口一至两分钟；读文件的不计", "a minute or two are the agent's window; files are left out"),
            asks=(
                Prom("histogram_quantile(0.5, job_le:guanjin_collector_event_age_seconds_bucket:rate5m)", "p50"),
                Prom("job:guanjin_collector_event_age_seconds:p99_rate5m", "p99"),
            ),
            look=Look.TIMESERIES,
            unit="s",
            width=8,
        ),
        Panel(
            title=("登记读取于", "Age of the registry"),
            says=("距最近一次读入", "since it was last read"),
            asks=(Prom("max(time() - (guanjin_collector_last_registry_import_timestamp_seconds != 0))"),),
            look=Look.STAT,
            unit="s",
            steps=((GOOD, None), (NEAR, 86_400), (BAD, 604_800)),
            width=8,
        ),
        Panel(
            title=("抓取是否成功", "Scraped"),
            says=("1 为正常", "1 is well"),
            asks=(Prom('up{job=~"@agent|@collector"}', "{{job}} {{instance}}"),),
            look=Look.STAT,
            steps=((BAD, None), (GOOD, 1)),
            width=8,
        ),
        Panel(
            title=("抓取耗时", "Scrape time"),
            says=("一次 /metrics", "one /metrics"),
            asks=(Prom('scrape_duration_seconds{job=~"@agent|@collector"}', "{{job}} {{instance}}"),),
            look=Look.TIMESERIES,
            unit="s",
            width=8,
        ),
        Panel(
            title=("正在触发的告警", "Alerts that fire"),
            says=("不含 Watchdog 时为空，故一并列出", "the watchdog is among them, so that it is never empty"),
            asks=(
                Prom(
                    'count by (alertname, severity) (ALERTS{alertname=~"Guanjin.*", alertstate="firing"})',
                    "{{alertname}} {{severity}}",
                ),
            ),
            look=Look.BARGAUGE,
            width=24,
        ),
    ),
)
