"""Alerts about the way from event to verdict: a stage that moves nothing while input arrives is not well."""

from typing import Final

from dashboards.alert import Alert, Group, Proof, Severity, Team

_C: Final = {"job": "@collector", "instance": "c"}
_UP: Final = 'up{job="@collector", instance="c"}'
_RECEIVED: Final = 'guanjin_collector_events_received_total{job="@collector", instance="c", transport="kafka"}'
_MADE: Final = 'guanjin_agent_events_total{job="@agent", instance="a"}'
_WAITING: Final = 'guanjin_collector_waiting_events{job="@collector", instance="c"}'
_LAG: Final = 'guanjin_collector_consumer_lag_records{job="@collector", instance="c", partition="0"}'
_AGE: Final = 'guanjin_collector_event_age_seconds_bucket{job="@collector", instance="c", le="%s"}'
_REFUSED: Final = 'guanjin_collector_events_rejected_total{job="@collector", instance="c", reason="%s"}'
_LOST: Final = 'guanjin_collector_events_rejected_total{reason!~"full|slow"}'
"""Refused for good; what found no room, or came too slowly, comes again."""
_READ: Final = 'guanjin_collector_last_registry_import_timestamp_seconds{job="@collector", instance="c"}'

GROUP: Final = Group(
    "guanjin-pipeline",
    (
        Alert(
            name="GuanjinCollectorDown",
            title=("研判端无法抓取指标", "The collector cannot be scraped"),
            says=("研判端没有应答，或者没有配置抓取", "the collector does not answer, or is not scraped at all"),
            expr='absent(up{job="@collector"}) or (up{job="@collector"} == 0)',
            lasts="30s",
            severity=Severity.CRITICAL,
            team=Team.OPS,
            board="guanjin-pipeline",
            impact=(
                "没有新判定；探针把事件留在缓存里，恢复后补判，计数不变",
                "no new verdicts; agents keep their events and the counts come out the same afterwards",
            ),
            look=('up{job="@collector"}', "/healthz", "/readyz", "guanjin doctor"),
            act=(
                ("重启；看磁盘、数据库、端口", "restart; look at disk, database, port"),
                ("记下停机时间", "note the time of the outage"),
            ),
            fires=Proof(((_UP, "1x5 0x30"),), "10m", (_C,)),
            quiet=Proof(((_UP, "1x30"),)),
        ),
        Alert(
            name="GuanjinNoEvents",
            title=("探针有事件，研判端一刻钟没有收到", "Agents make events and none arrives for a quarter of an hour"),
            says=("研判端 {{ $labels.job }} 没有收到事件", "{{ $labels.job }} receives nothing"),
            expr=(
                "sum without (instance, transport) (rate(guanjin_collector_events_received_total[15m])) == 0 "
                "and on () (sum(increase(guanjin_agent_events_total[15m])) > 0 or absent(guanjin_agent_events_total))"
            ),
            lasts="5m",
            severity=Severity.CRITICAL,
            team=Team.OPS,
            board="guanjin-pipeline",
            impact=("判定停顿；事件在缓存或消息队列里", "verdicts stand still; events wait in spools or the broker"),
            look=("guanjin_collector_events_received_total", "guanjin_agent_events_sent_total", "guanjin doctor"),
            act=(
                ("自左向右看“链路”面板：探针、Kafka、研判", "read the Pipeline board from left to right"),
                ("主题与消费组是否正确", "are topic and group right"),
            ),
            fires=Proof(((_RECEIVED, "5x60"), (_MADE, "0+3x60")), "45m", ({"job": "@collector"},)),
            quiet=Proof(((_RECEIVED, "5x60"), (_MADE, "7x60")), "45m"),
        ),
        Alert(
            name="GuanjinPipelineStuck",
            title=("有事件在等，判定却不动", "Events wait and no verdict is reached"),
            says=(
                "{{ $labels.instance }} 有 {{ $value }} 个事件在等",
                "{{ $value }} events wait at {{ $labels.instance }}",
            ),
            expr=(
                "(guanjin_collector_waiting_events > 0 or "
                "sum without (partition) (guanjin_collector_consumer_lag_records) > 0) and on (job, instance) "
                "sum without (transport) (increase(guanjin_collector_events_received_total[45s])) == 0"
            ),
            severity=Severity.CRITICAL,
            team=Team.OPS,
            board="guanjin-pipeline",
            impact=("进程活着但不工作；事件没有丢", "the process lives and does not work; nothing is lost"),
            look=("guanjin_collector_waiting_events", "/readyz", "guanjin doctor"),
            act=(
                ("看存储是否被锁或磁盘已满", "is the store locked, or the disk full"),
                ("重启研判端：不会重复计数", "restart the collector: nothing is counted twice"),
            ),
            fires=Proof(((_WAITING, "0x40"), (_LAG, "9x40"), (_RECEIVED, "5x40")), "5m", (_C,), "15s"),
            quiet=Proof(((_WAITING, "9x40"), (_RECEIVED, "0+1x40")), "5m", every="15s"),
        ),
        Alert(
            name="GuanjinConsumerLagGrowing",
            title=("Kafka 积压在增长", "The backlog in Kafka grows"),
            says=(
                "{{ $labels.instance }} 积压 {{ $value }} 条",
                "{{ $labels.instance }} is {{ $value }} records behind",
            ),
            expr=(
                "(sum without (partition) (guanjin_collector_consumer_lag_records) > 10000) and "
                "(sum without (partition) (deriv(guanjin_collector_consumer_lag_records[10m])) > 0)"
            ),
            lasts="10m",
            severity=Severity.WARNING,
            team=Team.OPS,
            board="guanjin-pipeline",
            impact=("判定迟到；若超过保留期，事件会丢", "verdicts come late; beyond the retention events are lost"),
            look=("guanjin_collector_consumer_lag_records", "guanjin doctor"),
            act=(
                ("增加研判进程，至多与分区数相同", "add workers, up to the number of partitions"),
                ("看是否只有一个分区慢", "see whether one partition alone is slow"),
            ),
            fires=Proof(((_LAG, "9000+500x60"),), labels=(_C,)),
            quiet=Proof(((_LAG, "20000-100x60"),)),
        ),
        Alert(
            name="GuanjinVerdictSlow",
            title=("从传输结束到作出判定超过五分钟", "More than five minutes from transfer to verdict"),
            says=(
                "99 分位为 {{ $value | humanizeDuration }}（探针窗口本身一至两分钟）",
                "the 99th percentile is {{ $value | humanizeDuration }}; one or two minutes are the agent's window",
            ),
            expr="job:guanjin_collector_event_age_seconds:p99_rate5m > 300",
            lasts="10m",
            severity=Severity.WARNING,
            team=Team.OPS,
            board="guanjin-pipeline",
            impact=("告警与立案迟到；计数不受影响", "alerts and cases come late; counts hold"),
            look=("job:guanjin_collector_event_age_seconds:p99_rate5m", "guanjin_collector_waiting_events"),
            act=(
                ("看积压与数据库延迟", "look at the backlog and the database"),
                ("登记过大时拆分", "split a registry that has grown too large"),
            ),
            fires=Proof(
                ((_AGE % "300.0", "0+1x60"), (_AGE % "600.0", "0+100x60"), (_AGE % "+Inf", "0+100x60")),
                labels=({"job": "@collector"},),
            ),
            quiet=Proof(((_AGE % "120.0", "0+100x60"), (_AGE % "300.0", "0+100x60"), (_AGE % "+Inf", "0+100x60"))),
        ),
        Alert(
            name="GuanjinEventsRejected",
            title=("被拒收的事件超过百分之一", "More than one event in a hundred is refused"),
            says=(
                "{{ $labels.instance }} 拒收 {{ $value | humanizePercentage }}",
                "{{ $labels.instance }} refuses {{ $value | humanizePercentage }}",
            ),
            expr=(
                f"sum without (reason) (rate({_LOST}[15m])) / "
                f"(sum without (reason) (rate({_LOST}[15m])) + ignoring (transport) "
                "sum without (transport) (rate(guanjin_collector_events_received_total[15m]))) > 0.01"
            ),
            lasts="15m",
            severity=Severity.WARNING,
            team=Team.OPS,
            board="guanjin-pipeline",
            impact=("被拒的事件没有计数", "refused events are not counted"),
            look=("sum by (reason) (rate(guanjin_collector_events_rejected_total[15m]))", "guanjin doctor"),
            act=(
                ("schema：探针版本过新或过旧", "schema: the agent is too new or too old"),
                ("malformed：探针或途中损坏", "malformed: broken in the agent or on the way"),
            ),
            fires=Proof(((_REFUSED % "schema", "0+5x60"), (_RECEIVED, "0+100x60")), "45m", (_C,)),
            quiet=Proof(((_REFUSED % "full", "0+5x60"), (_RECEIVED, "0+100x60")), "45m"),
        ),
        Alert(
            name="GuanjinEventSignatureInvalid",
            title=("收到签名无效或身份不明的事件", "Events with a bad signature or of a stranger arrive"),
            says=(
                "{{ $labels.instance }} 一刻钟内 {{ $value | humanize }} 次（{{ $labels.reason }}）",
                "{{ $labels.instance }}: {{ $value | humanize }} within 15 minutes ({{ $labels.reason }})",
            ),
            expr='increase(guanjin_collector_events_rejected_total{reason=~"signature|stranger"}[15m]) > 10',
            severity=Severity.CRITICAL,
            team=Team.PRIVACY,
            board="guanjin-pipeline",
            impact=("这些事件未被接受；在查清之前视为恶意", "they were not taken in; hostile until shown otherwise"),
            look=('guanjin_collector_events_rejected_total{reason=~"signature|stranger"}', "guanjin doctor"),
            act=(
                ("查是哪个探针编号、哪个来源地址", "find the agent's id and the source address"),
                ("吊销其密钥或证书", "revoke its key or certificate"),
            ),
            fires=Proof(((_REFUSED % "signature", "0+2x60"),), labels=({**_C, "reason": "signature"},)),
            quiet=Proof(((_REFUSED % "signature", "50x60"),)),
        ),
        Alert(
            name="GuanjinRegistryStale",
            title=("登记已一周没有更新", "The registry has not been read for a week"),
            says=(
                "{{ $labels.instance }} 使用的登记读取于 {{ $value | humanizeDuration }} 之前",
                "{{ $labels.instance }} read its registry {{ $value | humanizeDuration }} ago",
            ),
            expr="time() - (guanjin_collector_last_registry_import_timestamp_seconds != 0) > 7 * 86400",
            lasts="30m",
            severity=Severity.WARNING,
            team=Team.OPS,
            board="guanjin-pipeline",
            impact=(
                "新备案可能还不在其中：恢复之前，不要只凭“未备案”立案",
                "new filings may be missing: do not open cases from verdict unfiled alone until it is renewed",
            ),
            look=("time() - guanjin_collector_last_registry_import_timestamp_seconds", "guanjin registry log"),
            act=(
                ("guanjin registry import 先加 --dry-run", "guanjin registry import, with --dry-run first"),
                ("更新后 guanjin rejudge 重判", "then guanjin rejudge"),
            ),
            fires=Proof(((_READ, "-700000x60"),), "45m", (_C,)),
            quiet=Proof(((_READ, "0x60"),), "45m"),
        ),
    ),
)
