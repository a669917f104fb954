"""出境流向: what goes where, and under which path."""

from typing import Final

from dashboards.board import Board, Look, Panel, Prom, Sql

BOARD: Final = Board(
    "guanjin-transfers",
    ("出境流向", "Transfers"),
    ("什么数据去了哪里，走哪条合规路径", "What goes where, and by which path"),
    (
        Panel(
            title=("目的地流量", "Bytes by destination"),
            says=("国家/地区代码；位置不明为 unknown", "code of the country or region; unknown where nobody knows"),
            asks=(
                Prom(
                    "topk(8, sum by (destination) (rate(guanjin_transfer_bytes_total[$__rate_interval])))",
                    "{{destination}}",
                ),
            ),
            look=Look.TIMESERIES,
            unit="Bps",
        ),
        Panel(
            title=("出境内容的可见程度", "How much of it was read"),
            says=("unseen 为加密等读不到的，绝不等于没有问题", "unseen is encrypted or alike, never clean"),
            asks=(
                Prom("sum by (content) (rate(guanjin_agent_outbound_bytes_total[$__rate_interval]))", "{{content}}"),
            ),
            look=Look.TIMESERIES,
            unit="Bps",
        ),
        Panel(
            title=("数据类别", "Findings by category"),
            says=("出境传输中识别到的条数，每秒", "found in transfers abroad, a second"),
            asks=(
                Prom(
                    "topk(12, sum by (category) (rate(guanjin_detector_findings_total[$__rate_interval])))",
                    "{{category}}",
                ),
            ),
            look=Look.TIMESERIES,
            unit="ops",
        ),
        Panel(
            title=("敏感信息与疑似重要数据", "Sensitive and suspected important"),
            says=("按类别，每秒", "by category, a second"),
            asks=(
                Prom(
                    "topk(12, sum by (category, level) (rate(guanjin_detector_findings_total"
                    '{level=~"sensitive|important"}[$__rate_interval])))',
                    "{{category}} {{level}}",
                ),
            ),
            look=Look.TIMESERIES,
            unit="ops",
        ),
        Panel(
            title=("判定 × 路径（24 小时）", "Verdict by path (24 h)"),
            says=("已持有的路径，没有则为法律要求的路径", "the path held, else the one that the law asks for"),
            asks=(Prom("sum by (verdict, path) (increase(guanjin_transfers_total[24h])) > 0", "{{verdict}} {{path}}"),),
            look=Look.BARGAUGE,
        ),
        Panel(
            title=("会话去向", "Conversations by where they went"),
            says=("境内、出境、位置不明", "domestic, outbound, unknown"),
            asks=(Prom("sum by (scope) (rate(guanjin_agent_conversations_total[$__rate_interval]))", "{{scope}}"),),
            look=Look.TIMESERIES,
            unit="ops",
        ),
        Panel(
            title=("每日传输，按判定", "Transfers a day by verdict"),
            says=("以传输发生的时间计，与收到的时间无关", "by when they took place, not by when they arrived"),
            asks=(
                Sql(
                    "SELECT date_trunc('day', to_timestamp(begun_ns / 1e9)) AS time, status AS metric, "
                    "count(*)::float AS value FROM guanjin.transfer WHERE $__unixEpochNanoFilter(begun_ns) "
                    "GROUP BY 1, 2 ORDER BY 1",
                    is_series=True,
                ),
            ),
            look=Look.TIMESERIES,
        ),
        Panel(
            title=("主体 × 判定", "Entity by verdict"),
            says=("时间范围内的全部传输", "all transfers of the period"),
            asks=(
                Sql(
                    "SELECT organisation, status, count(*) AS transfers FROM guanjin.transfer "
                    "WHERE $__unixEpochNanoFilter(begun_ns) GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 100"
                ),
            ),
            look=Look.TABLE,
            link=("/?organisation=${__data.fields.organisation}", "organisation"),
        ),
    ),
    "now-24h",
)
