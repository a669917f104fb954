"""风险总览: is there something that a person must do now."""

from typing import Final

from dashboards.board import BAD, GOOD, NEAR, Board, Look, Panel, Prom, Sql

BOARD: Final = Board(
    "guanjin-risk",
    ("风险总览", "Risk overview"),
    ("现在有什么必须由人处理", "What needs a person now"),
    (
        Panel(
            title=("待处置案件", "Open cases"),
            says=("尚未办结的案件", "cases that are not ended"),
            asks=(Prom("sum(max without (instance) (guanjin_cases))"),),
            look=Look.STAT,
            width=4,
            height=4,
        ),
        Panel(
            title=("超期案件", "Overdue cases"),
            says=("期限已过而未完成", "with a deadline that has passed"),
            asks=(Prom("sum(max without (instance) (guanjin_cases_overdue))"),),
            steps=((GOOD, None), (NEAR, 1), (BAD, 10)),
            look=Look.STAT,
            width=4,
            height=4,
        ),
        Panel(
            title=("存疑占比", "Flagged share of transfers"),
            says=("存疑传输占全部判定，五分钟", "flagged among all judged, five minutes"),
            asks=(Prom("max(job:guanjin_transfers_flagged_per_transfers:ratio_rate5m)"),),
            unit="percentunit",
            steps=((GOOD, None), (NEAR, 0.05), (BAD, 0.1)),
            look=Look.STAT,
            width=4,
            height=4,
        ),
        Panel(
            title=("疑似重要数据（24 小时）", "Suspected important data (24 h)"),
            says=("没有备案覆盖的；“疑似”须由人确认", "not covered by a filing; a suspicion that a person confirms"),
            asks=(Prom('sum(increase(guanjin_important_data_transfers_total{verdict!~"covered|not_export"}[24h]))'),),
            steps=((GOOD, None), (BAD, 1)),
            look=Look.STAT,
            width=4,
            height=4,
        ),
        Panel(
            title=("达到门槛的主体", "Entities at a threshold"),
            says=("本年人数已达到下一道法定门槛", "persons of this year reach the next legal threshold"),
            asks=(Prom('sum(max without (instance) (guanjin_threshold_entities{band="ge100"}))'),),
            steps=((GOOD, None), (BAD, 1)),
            look=Look.STAT,
            width=4,
            height=4,
        ),
        Panel(
            title=("在线探针", "Agents online"),
            says=("两分钟内有上报的占比", "share heard of within two minutes"),
            asks=(
                Prom(
                    'max(guanjin_collector_agents{state="online"}) / '
                    "sum(max without (instance) (guanjin_collector_agents))"
                ),
            ),
            unit="percentunit",
            steps=((BAD, None), (NEAR, 0.9), (GOOD, 0.98)),
            look=Look.STAT,
            width=4,
            height=4,
        ),
        Panel(
            title=("判定走势", "Transfers by verdict"),
            says=("每秒传输数，颜色与控制台相同", "transfers a second, in the console's colours"),
            asks=(Prom("sum by (verdict) (job_verdict:guanjin_transfers:rate5m)", "{{verdict}}"),),
            look=Look.TIMESERIES,
            unit="reqps",
        ),
        Panel(
            title=("存疑传输的目的地（24 小时）", "Flagged transfers by destination (24 h)"),
            says=("国家/地区代码", "code of the country or region"),
            asks=(
                Prom(
                    "topk(10, sum by (destination) (increase(guanjin_flagged_transfers_total[24h])))", "{{destination}}"
                ),
            ),
            look=Look.BARGAUGE,
        ),
        Panel(
            title=("出境流量，按数据级别", "Bytes abroad by data level"),
            says=("取该次传输中最重的级别；none 为未发现", "by the gravest data found; none: nothing was found"),
            asks=(Prom("sum by (level) (rate(guanjin_transfer_bytes_total[$__rate_interval]))", "{{level}}"),),
            look=Look.TIMESERIES,
            unit="Bps",
        ),
        Panel(
            title=("现有判定", "Verdicts in the store"),
            says=("重判之后以最新判定为准", "re-judged transfers by their newest verdict"),
            asks=(Prom("max by (verdict) (guanjin_stored_transfers)", "{{verdict}}"),),
            look=Look.BARGAUGE,
        ),
        Panel(
            title=("主体 Top 20（存疑）", "Entities by flagged transfers"),
            says=("点击进入控制台查看该主体", "a row leads to the entity in the console"),
            asks=(
                Sql(
                    "SELECT organisation, count(*) AS flagged, "
                    "count(*) FILTER (WHERE status = 'unfiled') AS unfiled, "
                    "count(*) FILTER (WHERE status = 'out_of_scope') AS out_of_scope, "
                    "count(*) FILTER (WHERE status = 'over_volume') AS over_volume, "
                    "to_timestamp(max(begun_ns) / 1e9) AS newest FROM guanjin.transfer "
                    "WHERE $__unixEpochNanoFilter(begun_ns) AND status IN ("
                    "'unfiled','expired','not_yet_effective','out_of_scope','over_volume','wrong_route') "
                    "GROUP BY organisation ORDER BY flagged DESC LIMIT 20"
                ),
            ),
            look=Look.TABLE,
            width=24,
            link=("/?organisation=${__data.fields.organisation}", "organisation"),
        ),
    ),
)
