"""备案与门槛: who comes near to which number. The numbers themselves are series."""

from typing import Final

from dashboards.board import BAD, GOOD, NEAR, Board, Look, Panel, Prom, Sql

_USE: Final = ((GOOD, None), (NEAR, 0.8), (BAD, 1.0))

BOARD: Final = Board(
    "guanjin-thresholds",
    ("备案与门槛", "Filings and thresholds"),
    ("谁接近哪一道门槛；人数为去重后的下限", "Who comes near to which number; persons are distinct, at least"),
    (
        Panel(
            title=("门槛使用区间", "Entities by share of the next threshold"),
            says=("本年累计人数占下一道法定门槛的比例", "persons of this year against the next legal threshold"),
            asks=(Prom("max by (kind, band) (guanjin_threshold_entities)", "{{kind}} {{band}}"),),
            look=Look.BARGAUGE,
        ),
        Panel(
            title=("现行法定门槛（人）", "Legal thresholds in force (persons)"),
            says=("来自程序中的法条表，不写在查询里", "from the table of law in the program, not from this query"),
            asks=(Prom("max by (threshold) (guanjin_threshold_limit_subjects)", "{{threshold}}"),),
            look=Look.BARGAUGE,
        ),
        Panel(
            title=("备案用量", "Persons per declared number, by filing"),
            says=("最接近上限或到期的六十项", "the sixty that press most"),
            asks=(Prom("sort_desc(max by (filing) (filing:guanjin_subjects_per_limit:ratio))", "{{filing}}"),),
            look=Look.BARGAUGE,
            unit="percentunit",
            steps=_USE,
        ),
        Panel(
            title=("三十天后的用量（按近一日走势）", "Use in thirty days at the last day's pace"),
            says=("预测，不是判定", "a forecast, not a verdict"),
            asks=(
                Prom(
                    "max by (filing) (predict_linear(guanjin_filing_subjects[1d], 30 * 86400) / "
                    "guanjin_filing_subject_limit)",
                    "{{filing}}",
                ),
            ),
            look=Look.BARGAUGE,
            unit="percentunit",
            steps=_USE,
        ),
        Panel(
            title=("到期倒计时", "Days to expiry"),
            says=("有效期最后一日结束时起算", "until the end of its last day"),
            asks=(
                Prom(
                    "sort(min by (filing) ((guanjin_filing_expiry_timestamp_seconds - time()) / 86400))", "{{filing}}"
                ),
            ),
            look=Look.BARGAUGE,
            unit="d",
            steps=((BAD, None), (NEAR, 30), (GOOD, 90)),
        ),
        Panel(
            title=("申报人数走势", "Persons by filing"),
            says=("发往该备案接收方的本年人数", "persons of this year sent to the filing's recipients"),
            asks=(Prom("max by (filing) (guanjin_filing_subjects)", "{{filing}}"),),
            look=Look.TIMESERIES,
        ),
        Panel(
            title=("超范围、超量、过期", "Out of scope, over volume, expired"),
            says=("有备案而不相符的主体", "entities whose transfers do not fit what they filed"),
            asks=(
                Sql(
                    "SELECT organisation, status, count(*) AS transfers, to_timestamp(max(begun_ns) / 1e9) AS newest "
                    "FROM guanjin.transfer WHERE $__unixEpochNanoFilter(begun_ns) AND status IN "
                    "('out_of_scope','over_volume','expired','not_yet_effective','wrong_route') "
                    "GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 50"
                ),
            ),
            look=Look.TABLE,
            link=("/?organisation=${__data.fields.organisation}", "organisation"),
        ),
        Panel(
            title=("本年计数台账", "Ledgers of this year"),
            says=("主体、接收方、级别与有计数的月份数", "entity, recipient, grade and in how many months"),
            asks=(
                Sql(
                    "SELECT organisation, recipient, grade, count(DISTINCT month) AS months FROM "
                    "(SELECT organisation, recipient, grade, month, year, basis FROM guanjin.cell UNION ALL "
                    "SELECT organisation, recipient, grade, month, year, basis FROM guanjin.growth) AS counted "
                    "WHERE year = extract(year FROM now() AT TIME ZONE 'Asia/Shanghai') AND basis = '' "
                    "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT 100"
                ),
            ),
            look=Look.TABLE,
            link=("/?organisation=${__data.fields.organisation}", "organisation"),
        ),
    ),
    "now-30d",
)
