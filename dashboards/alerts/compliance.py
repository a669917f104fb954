"""Alerts about what the law is about. Its numbers come from series, never from these expressions."""

from typing import Final

from dashboards.alert import Alert, Group, Proof, Severity, Team

_C: Final = {"job": "@collector", "instance": "c"}
_IMPORTANT: Final = 'guanjin_important_data_transfers_total{job="@collector", instance="c", verdict="%s"}'
_JUDGED: Final = 'guanjin_transfers_total{job="@collector", instance="c", verdict="%s", path="standard_contract"}'
_SUBJECTS: Final = 'guanjin_filing_subjects{job="@collector", instance="c", filing="SC-1"}'
_LIMIT: Final = 'guanjin_filing_subject_limit{job="@collector", instance="c", filing="SC-1"}'
_ENDS: Final = 'guanjin_filing_expiry_timestamp_seconds{job="@collector", instance="c", filing="SC-1"}'
_FILING: Final = {**_C, "filing": "SC-1"}

GROUP: Final = Group(
    "guanjin-compliance",
    (
        Alert(
            name="GuanjinImportantDataExport",
            title=("疑似重要数据出境，没有备案覆盖", "Suspected important data left without a filing that covers them"),
            says=("判定：{{ $labels.verdict }}", "verdict: {{ $labels.verdict }}"),
            expr=(
                'increase(guanjin_important_data_transfers_total{verdict!~"covered|not_export"}[10m]) > 0 or '
                '(guanjin_important_data_transfers_total{verdict!~"covered|not_export"} > 0 '
                "unless guanjin_important_data_transfers_total offset 10m)"
            ),
            severity=Severity.CRITICAL,
            team=Team.COMPLIANCE,
            board="guanjin-risk",
            impact=(
                "“疑似”须由人确认；确认后可能须按网络安全事件报告",
                "a suspicion that a person must confirm; once confirmed it may have to be reported as an incident",
            ),
            look=("increase(guanjin_important_data_transfers_total[1h])", "/cases", "guanjin explain EVENT_ID"),
            act=(
                ("打开它所立的案件，由第二人确认", "open the case that it made; a second person confirms it"),
                ("属实即登记事件：guanjin cases open，时限从此起算", "if so, guanjin cases open: the clock starts"),
            ),
            fires=Proof(((_IMPORTANT % "unfiled", "0x20 1x40"),), "25m", ({**_C, "verdict": "unfiled"},)),
            quiet=Proof(((_IMPORTANT % "covered", "0+1x60"), (_IMPORTANT % "unfiled", "3x60"))),
        ),
        Alert(
            name="GuanjinUnfiledSurge",
            title=("未备案传输突增", "Unfiled transfers surge"),
            says=(
                "每秒 {{ $value | humanize }} 条，是此前两小时的两倍以上",
                "{{ $value | humanize }} a second, more than twice the two hours before",
            ),
            expr=(
                '(sum without (instance, path) (rate(guanjin_transfers_total{verdict="unfiled"}[30m])) > 2 * '
                'sum without (instance, path) (rate(guanjin_transfers_total{verdict="unfiled"}[2h] offset 30m))) and '
                '(sum without (instance, path) (increase(guanjin_transfers_total{verdict="unfiled"}[30m])) > 100) and '
                # Before there are so many hours to compare with, whatever comes first would be a surge.
                'sum without (instance, path) (guanjin_transfers_total{verdict="unfiled"} offset 150m)'
            ),
            lasts="10m",
            severity=Severity.WARNING,
            team=Team.COMPLIANCE,
            board="guanjin-risk",
            impact=(
                "可能是新系统、新主体，也可能是登记导入丢了行",
                "a new system or entity, or rows lost in an import",
            ),
            look=(
                "topk(5, sum by (destination) (increase(guanjin_flagged_transfers_total[30m])))",
                "guanjin registry diff",
            ),
            act=(
                ("先排除登记导入有误", "rule out a broken import first"),
                ("与昨天比较前几位主体", "compare the top entities with yesterday"),
            ),
            fires=Proof(
                ((_JUDGED % "unfiled", "0+1x170 171+20x30"),), "200m", ({"job": "@collector", "verdict": "unfiled"},)
            ),
            quiet=Proof(((_JUDGED % "unfiled", "0+10x120"),), "110m"),
        ),
        Alert(
            name="GuanjinFlaggedRatioHigh",
            title=("存疑传输超过一成", "More than one transfer in ten is flagged"),
            says=("存疑占 {{ $value | humanizePercentage }}", "{{ $value | humanizePercentage }} are flagged"),
            expr="job:guanjin_transfers_flagged_per_transfers:ratio_rate5m > 0.1",
            lasts="15m",
            severity=Severity.WARNING,
            team=Team.COMPLIANCE,
            board="guanjin-risk",
            impact=(
                "若与登记陈旧同时出现，多半是登记的问题",
                "together with a stale registry it is likely the registry",
            ),
            look=(
                "sum by (verdict) (job_verdict:guanjin_transfers:rate5m)",
                "/?status=unfiled",
                "guanjin registry diff",
            ),
            act=(
                ("先看登记是否完整", "see whether the registry is whole"),
                ("再看占比最大的主体", "then the entity with the largest share"),
            ),
            fires=Proof(
                ((_JUDGED % "unfiled", "0+20x60"), (_JUDGED % "covered", "0+80x60")), "45m", ({"job": "@collector"},)
            ),
            quiet=Proof(((_JUDGED % "unfiled", "0+5x60"), (_JUDGED % "covered", "0+95x60")), "45m"),
        ),
        Alert(
            name="GuanjinSubjectsNearLimit",
            title=("人数达到申报数量的八成", "Persons reach four fifths of what a filing declares"),
            says=(
                "{{ $labels.filing }} 已用 {{ $value | humanizePercentage }}",
                "{{ $labels.filing }}: {{ $value | humanizePercentage }} used",
            ),
            expr="filing:guanjin_subjects_per_limit:ratio > 0.8 < 1",
            lasts="10m",
            severity=Severity.WARNING,
            team=Team.COMPLIANCE,
            board="guanjin-thresholds",
            impact=("尚未违反；超过后传输会判为超量", "nothing is violated yet; beyond it transfers are over volume"),
            look=("filing:guanjin_subjects_per_limit:ratio", "guanjin outlook", "guanjin registry show"),
            act=(
                ("告知主体；注意人数是下限", "tell the entity; the count is a lower bound"),
                ("准备变更申报", "prepare the next filing"),
            ),
            fires=Proof(((_SUBJECTS, "900x60"), (_LIMIT, "1000x60")), labels=(_FILING,)),
            quiet=Proof(((_SUBJECTS, "700x60"), (_LIMIT, "1000x60"))),
        ),
        Alert(
            name="GuanjinSubjectsOverLimit",
            title=("人数达到或超过申报数量", "Persons reach or pass what a filing declares"),
            says=(
                "{{ $labels.filing }} 已用 {{ $value | humanizePercentage }}",
                "{{ $labels.filing }}: {{ $value | humanizePercentage }} used",
            ),
            expr="filing:guanjin_subjects_per_limit:ratio >= 1",
            lasts="10m",
            severity=Severity.CRITICAL,
            team=Team.COMPLIANCE,
            board="guanjin-thresholds",
            impact=("此后的传输判为超量", "transfers from here on are over volume"),
            look=("filing:guanjin_subjects_per_limit:ratio", "/?status=over_volume", "guanjin explain EVENT_ID"),
            act=(
                ("处理超量案件；台账即证据", "work the over-volume case; the ledger is the evidence"),
                ("要求主体停止或变更申报", "ask the entity to stop or to file anew"),
            ),
            fires=Proof(((_SUBJECTS, "1200x60"), (_LIMIT, "1000x60")), labels=(_FILING,)),
            quiet=Proof(((_SUBJECTS, "999x60"), (_LIMIT, "1000x60"))),
        ),
        Alert(
            name="GuanjinSubjectsForecastOverLimit",
            title=(
                "按近一日走势，三十天内将超过申报数量",
                "At the last day's pace a filing is used up within thirty days",
            ),
            says=(
                "{{ $labels.filing }} 三十天后约 {{ $value | humanize }} 人",
                "{{ $labels.filing }}: about {{ $value | humanize }} persons in thirty days",
            ),
            expr=(
                "(predict_linear(guanjin_filing_subjects[1d], 30 * 86400) > guanjin_filing_subject_limit) and "
                "(guanjin_filing_subjects < guanjin_filing_subject_limit)"
            ),
            lasts="1h",
            severity=Severity.INFO,
            team=Team.COMPLIANCE,
            board="guanjin-thresholds",
            impact=("今天无须处理", "no action today"),
            look=("predict_linear(guanjin_filing_subjects[1d], 30 * 86400)", "guanjin outlook"),
            act=(
                ("列入申报日程", "put it on the filing calendar"),
                ("月底再看一次", "look again at the end of the month"),
            ),
            fires=Proof(((_SUBJECTS, "100+1x200"), (_LIMIT, "10000x200")), "3h", (_FILING,)),
            quiet=Proof(((_SUBJECTS, "100x200"), (_LIMIT, "10000x200")), "3h"),
        ),
        Alert(
            name="GuanjinFilingExpiring",
            title=("备案将在九十天内到期", "A filing ends within ninety days"),
            says=(
                "{{ $labels.filing }} 还有 {{ $value | humanizeDuration }}",
                "{{ $labels.filing }} ends in {{ $value | humanizeDuration }}",
            ),
            expr="guanjin_filing_expiry_timestamp_seconds - time() < 90 * 86400 > 0",
            lasts="1h",
            severity=Severity.WARNING,
            team=Team.COMPLIANCE,
            board="guanjin-thresholds",
            impact=(
                "到期后的传输判为备案过期；九十天是提醒的提前量，不是法定期限",
                "transfers after its end count as expired; ninety days is a reminder, not a term of the law",
            ),
            look=("(guanjin_filing_expiry_timestamp_seconds - time()) / 86400", "guanjin registry check"),
            act=(
                (
                    "发出提醒；法定期限见 guanjin registry check",
                    "send the reminder; guanjin registry check has the terms",
                ),
                ("确认续期是否已经提交", "see whether the renewal is under way"),
            ),
            fires=Proof(((_ENDS, "5000000x120"),), "2h", (_FILING,)),
            quiet=Proof(((_ENDS, "9000000x120"),), "2h"),
        ),
        Alert(
            name="GuanjinFilingExpired",
            title=("备案已到期，没有其他备案接续", "A filing has ended and no other one follows it"),
            says=("{{ $labels.filing }} 已到期", "{{ $labels.filing }} has ended"),
            expr="(guanjin_filing_expiry_timestamp_seconds != 0) - time() <= 0",
            severity=Severity.CRITICAL,
            team=Team.COMPLIANCE,
            board="guanjin-thresholds",
            impact=("此后的传输判为备案过期", "transfers from here on count as expired"),
            look=("(guanjin_filing_expiry_timestamp_seconds - time()) / 86400", "/?status=expired"),
            act=(
                ("要求出示延期证明", "ask for proof of an extension"),
                ("没有即立案；更新登记后 guanjin rejudge", "without it open a case; after an update guanjin rejudge"),
            ),
            fires=Proof(((_ENDS, "600x60"),), labels=(_FILING,)),
            quiet=Proof(((_ENDS, "6000x60"),)),
        ),
    ),
)
