"""Alerts about what is done with content: masks, rules, cost."""

from typing import Final

from dashboards.alert import Alert, Group, Proof, Severity, Team

_A: Final = {"job": "@agent", "instance": "a"}
_MASKS: Final = 'guanjin_agent_masking_failures_total{job="@agent", instance="a"}'
_ERRORS: Final = 'guanjin_detector_errors_total{job="@agent", instance="a"}'
_BUCKET: Final = 'guanjin_detector_scan_duration_seconds_bucket{job="@agent", instance="a", le="%s"}'

GROUP: Final = Group(
    "guanjin-content",
    (
        Alert(
            name="GuanjinMaskingFailed",
            title=("有样例遮盖失败", "The mask of an example failed"),
            says=(
                "{{ $labels.instance }} 扣下了遮盖失败的样例；没有原文流出",
                "{{ $labels.instance }} withheld an example whose mask failed; no raw value left",
            ),
            expr=(
                "increase(guanjin_agent_masking_failures_total[10m]) > 0 or "
                "(guanjin_agent_masking_failures_total > 0 unless guanjin_agent_masking_failures_total offset 10m)"
            ),
            severity=Severity.CRITICAL,
            team=Team.PRIVACY,
            board="guanjin-fleet",
            impact=(
                "原文没有离开探针：该样例显示为 ***；人数与判定不受影响",
                "nothing left the agent: the example reads ***; counts and verdicts hold",
            ),
            look=("increase(guanjin_agent_masking_failures_total[1h])", "guanjin doctor", "guanjin rules list"),
            act=(
                ("停用最近加入的自定义规则", "switch off the rule that was added last"),
                ("报缺陷时只写规则编号，不写数据", "report the rule's id, never the data"),
            ),
            fires=Proof(((_MASKS, "0x20 1x40"),), "25m", (_A,)),
            quiet=Proof(((_MASKS, "1x60"),)),
        ),
        Alert(
            name="GuanjinDetectorErrors",
            title=("识别规则出错", "Detectors fail"),
            says=(
                "{{ $labels.instance }} 每秒 {{ $value | humanize }} 段内容识别出错",
                "{{ $labels.instance }}: {{ $value | humanize }} pieces of content a second could not be scanned",
            ),
            expr="rate(guanjin_detector_errors_total[15m]) > 0.05",
            lasts="15m",
            severity=Severity.WARNING,
            team=Team.OPS,
            board="guanjin-fleet",
            impact=(
                "这些内容按“未读到”处理，绝不当作没有问题",
                "that content counts as not read, never as clean",
            ),
            look=("rate(guanjin_detector_errors_total[15m])", "guanjin rules list"),
            act=(
                ("通常是自定义规则有误：逐条停用", "a rule of your own is the usual cause: switch them off one by one"),
                ("内置规则出错请报缺陷，不附数据", "if one of ours fails, report it without the data"),
            ),
            fires=Proof(((_ERRORS, "0+10x60"),), "45m", (_A,)),
            quiet=Proof(((_ERRORS, "0+1x60"),), "45m"),
        ),
        Alert(
            name="GuanjinDetectorSlow",
            title=("识别一段内容的耗时过长", "Scanning one piece of content takes too long"),
            says=(
                "{{ $labels.instance }} 的 99 分位为 {{ $value | humanizeDuration }}",
                "{{ $labels.instance }}: the 99th percentile is {{ $value | humanizeDuration }}",
            ),
            expr=(
                "histogram_quantile(0.99, "
                "sum without () (rate(guanjin_detector_scan_duration_seconds_bucket[15m]))) > 0.25"
            ),
            lasts="15m",
            severity=Severity.WARNING,
            team=Team.OPS,
            board="guanjin-fleet",
            impact=("探针可能跟不上流量而丢包", "the agent may fall behind the traffic and lose packets"),
            look=("guanjin_detector_scan_duration_seconds_bucket", "guanjin agent top"),
            act=(
                ("降低 --rate", "lower --rate"),
                ("检查自定义规则的表达式", "look at the patterns of your own rules"),
            ),
            fires=Proof(
                ((_BUCKET % "0.25", "0+1x60"), (_BUCKET % "1.0", "0+10x60"), (_BUCKET % "+Inf", "0+10x60")),
                "45m",
                (_A,),
            ),
            quiet=Proof(
                ((_BUCKET % "0.25", "0+10x60"), (_BUCKET % "1.0", "0+10x60"), (_BUCKET % "+Inf", "0+10x60")), "45m"
            ),
        ),
    ),
)
