"""探针: do they see everything, and does it leave."""

from typing import Final

from dashboards.board import BAD, GOOD, NEAR, Board, Look, Panel, Prom, Sql

BOARD: Final = Board(
    "guanjin-fleet",
    ("探针", "Agents"),
    ("看见了多少、漏了多少、耗时多少", "How much is seen, how much is missed, what it costs"),
    (
        Panel(
            title=("采集丢包率", "Capture loss"),
            says=("内核丢弃的占比；之上为抽样之外的损失", "share that the kernel dropped, on top of sampling"),
            asks=(Prom("instance:guanjin_capture_dropped_per_packets:ratio_rate5m", "{{instance}}"),),
            look=Look.TIMESERIES,
            unit="percentunit",
            steps=((GOOD, None), (NEAR, 0.01), (BAD, 0.1)),
        ),
        Panel(
            title=("采集吞吐", "Capture throughput"),
            says=("读入的包与日志字节", "bytes of packets and log lines read"),
            asks=(
                Prom("sum by (instance) (rate(guanjin_agent_capture_bytes_total[$__rate_interval]))", "{{instance}}"),
            ),
            look=Look.TIMESERIES,
            unit="Bps",
        ),
        Panel(
            title=("日志速率", "Log records"),
            says=("每秒读入的日志行", "log lines a second"),
            asks=(Prom("sum by (instance) (rate(guanjin_agent_log_records_total[$__rate_interval]))", "{{instance}}"),),
            look=Look.TIMESERIES,
            unit="ops",
        ),
        Panel(
            title=("数据源静默", "Silence of sources"),
            says=("距最近一个包或一行日志", "since the last packet or line"),
            asks=(
                Prom(
                    "max by (instance, source) (time() - (guanjin_agent_source_last_record_timestamp_seconds != 0))",
                    "{{instance}} {{source}}",
                ),
            ),
            look=Look.TIMESERIES,
            unit="s",
        ),
        Panel(
            title=("读不懂或丢弃的", "Faults by part"),
            says=("原因见覆盖记录", "the reasons stand in the coverage record"),
            asks=(Prom("sum by (part) (rate(guanjin_agent_faults_total[$__rate_interval]))", "{{part}}"),),
            look=Look.TIMESERIES,
            unit="ops",
        ),
        Panel(
            title=("待发缓存", "Spool"),
            says=("等待投递的字节", "bytes that wait to be delivered"),
            asks=(
                Prom("guanjin_agent_spool_bytes", "{{instance}}"),
                Prom("guanjin_agent_spool_limit_bytes", "{{instance}} 上限 limit"),
            ),
            look=Look.TIMESERIES,
            unit="bytes",
        ),
        Panel(
            title=("识别耗时 p99", "Scan time p99"),
            says=("一段内容", "one piece of content"),
            asks=(
                Prom(
                    "histogram_quantile(0.99, sum by (le, instance) "
                    "(rate(guanjin_detector_scan_duration_seconds_bucket[$__rate_interval])))",
                    "{{instance}}",
                ),
            ),
            look=Look.TIMESERIES,
            unit="s",
        ),
        Panel(
            title=("识别耗时分布", "Scan time heatmap"),
            says=("一段内容", "one piece of content"),
            asks=(
                Prom(
                    "sum by (le) (increase(guanjin_detector_scan_duration_seconds_bucket[$__rate_interval]))", "{{le}}"
                ),
            ),
            look=Look.HEATMAP,
            unit="s",
        ),
        Panel(
            title=("位置不明的会话占比", "Conversations with an unknown place"),
            says=("占出境方向", "among those that leave"),
            asks=(
                Prom(
                    'sum by (instance) (rate(guanjin_agent_conversations_total{scope="unknown"}[30m])) / '
                    'sum by (instance) (rate(guanjin_agent_conversations_total{scope=~"outbound|unknown"}[30m]))',
                    "{{instance}}",
                ),
            ),
            look=Look.TIMESERIES,
            unit="percentunit",
        ),
        Panel(
            title=("遮盖失败与识别出错（24 小时）", "Masking failures and scan errors (24 h)"),
            says=("遮盖失败必须为 0", "masking failures must be 0"),
            asks=(
                Prom("sum(increase(guanjin_agent_masking_failures_total[24h]))", "遮盖失败 masks"),
                Prom("sum(increase(guanjin_detector_errors_total[24h]))", "识别出错 scans"),
            ),
            look=Look.STAT,
            steps=((GOOD, None), (BAD, 1)),
        ),
        Panel(
            title=("版本分布", "Agents by version"),
            says=("版本与规则集", "version and rule set"),
            asks=(Prom("count by (version, ruleset) (guanjin_agent_build_info)", "{{version}} {{ruleset}}"),),
            look=Look.BARGAUGE,
            width=8,
        ),
        Panel(
            title=("归属库库龄", "Age of the IP-to-country database"),
            says=("距建库日", "since the day it was built"),
            asks=(
                Prom(
                    "max by (instance) (time() - (guanjin_geoip_database_build_timestamp_seconds != 0))", "{{instance}}"
                ),
            ),
            look=Look.BARGAUGE,
            unit="s",
            width=8,
        ),
        Panel(
            title=("探针最近上报", "Agents by last word"),
            says=("最久未上报的在前", "the longest silent first"),
            asks=(
                Sql(
                    "SELECT agent, to_timestamp(max(seen_ns) / 1e9) AS seen, "
                    "round((extract(epoch FROM now()) - max(seen_ns) / 1e9) / 60) AS minutes "
                    "FROM guanjin.coverage GROUP BY 1 ORDER BY 2 LIMIT 100"
                ),
            ),
            look=Look.TABLE,
            width=8,
        ),
    ),
)
