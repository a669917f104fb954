"""Alerts about agents: are they there, do they see everything, do their events leave."""

from typing import Final

from dashboards.alert import Alert, Group, Proof, Severity, Team

_UP: Final = 'up{job="@agent", instance="%s"}'
_A: Final = {"job": "@agent", "instance": "a"}
_DROPS: Final = 'guanjin_agent_capture_dropped_packets_total{job="@agent", instance="a"}'
_PACKETS: Final = 'guanjin_agent_capture_packets_total{job="@agent", instance="a"}'
_SPOOL: Final = 'guanjin_agent_spool_bytes{job="@agent", instance="a"}'
_LIMIT: Final = 'guanjin_agent_spool_limit_bytes{job="@agent", instance="a"}'
_SENT: Final = 'guanjin_agent_events_sent_total{job="@agent", instance="a", sink="kafka"}'
_UNSENT: Final = 'guanjin_agent_events_send_failures_total{job="@agent", instance="a", sink="kafka"}'
_LAST: Final = 'guanjin_agent_source_last_record_timestamp_seconds{job="@agent", instance="a", source="log"}'
_LINES: Final = 'guanjin_agent_log_records_total{job="@agent", instance="a"}'
_MISREAD: Final = 'guanjin_agent_log_parse_errors_total{job="@agent", instance="a"}'
_SCOPE: Final = 'guanjin_agent_conversations_total{job="@agent", instance="a", scope="%s"}'
_BUILT: Final = 'guanjin_geoip_database_build_timestamp_seconds{job="@agent", instance="a"}'

GROUP: Final = Group(
    "guanjin-agents",
    (
        Alert(
            name="GuanjinAgentDown",
            title=("探针无法抓取指标", "An agent cannot be scraped"),
            says=(
                "探针 {{ $labels.instance }} 五分钟没有应答",
                "{{ $labels.instance }} has not answered for 5 minutes",
            ),
            expr='up{job="@agent"} == 0',
            lasts="5m",
            severity=Severity.WARNING,
            team=Team.OPS,
            board="guanjin-fleet",
            impact=(
                "该链路这段时间可能没有被看见；若探针进程已停，期间的计数是下限",
                "its link may not have been watched; if the process is down, counts of the period are lower bounds",
            ),
            look=('up{job="@agent"} == 0', "guanjin doctor", "guanjin agent top"),
            act=(
                ("看进程是否在运行，再看最后一行日志", "see whether the process runs, then its last log line"),
                ("检查从 Prometheus 到该地址的路由与防火墙", "check route and firewall from Prometheus to it"),
            ),
            fires=Proof(((_UP % "a", "0x30"), (_UP % "b", "1x30")), labels=(_A,)),
            quiet=Proof(((_UP % "a", "1x20 0 0 0 1x10"),)),
        ),
        Alert(
            name="GuanjinAgentsManyDown",
            title=("五分之一以上的探针同时失联", "More than a fifth of the agents are down at once"),
            says=(
                "{{ $value | humanizePercentage }} 的探针没有应答",
                "{{ $value | humanizePercentage }} do not answer",
            ),
            expr=(
                'count without (instance) (up{job="@agent"} == 0) / count without (instance) (up{job="@agent"}) > 0.2'
            ),
            lasts="5m",
            severity=Severity.CRITICAL,
            team=Team.OPS,
            board="guanjin-fleet",
            impact=(
                "多条链路同时失明；期间“未发现异常”不成立",
                "many links are blind at once; nothing found in the period proves nothing",
            ),
            look=('up{job="@agent"} == 0', "count by (version) (guanjin_agent_build_info)", "guanjin doctor"),
            act=(
                ("找共同点：机房、交换机、版本", "look for what they share: site, switch, release"),
                ("若版本一致，退回上一版", "if the version is the same, go back to the one before"),
            ),
            fires=Proof(((_UP % "a", "0x30"), (_UP % "b", "1x30")), labels=({"job": "@agent"},)),
            quiet=Proof(tuple((_UP % name, "0x30" if name == "a" else "1x30") for name in "abcdef")),
        ),
        Alert(
            name="GuanjinAgentsOffline",
            title=("有探针十分钟以上没有上报", "An agent has not reported for more than ten minutes"),
            says=("{{ $value }} 个探针离线", "{{ $value }} agents are offline"),
            expr='guanjin_collector_agents{state="offline"} > 0',
            lasts="15m",
            severity=Severity.WARNING,
            team=Team.OPS,
            board="guanjin-fleet",
            impact=(
                "该主体这段时间没有证据；检查期间关停探针本身就是一项发现",
                "no evidence of that entity for the time; an agent switched off during a check is itself a finding",
            ),
            look=("guanjin_collector_agents", "/api/v1/coverage", "guanjin doctor"),
            act=(
                ("在覆盖记录中找出是哪一个", "find out which one in the coverage records"),
                ("联系其单位的联系人，记下原因与时段", "call its entity's contact; note reason and period"),
            ),
            fires=Proof(
                (('guanjin_collector_agents{job="@collector", instance="c", state="offline"}', "1x30"),),
                labels=({"job": "@collector", "instance": "c", "state": "offline"},),
            ),
            quiet=Proof((('guanjin_collector_agents{job="@collector", instance="c", state="online"}', "5x30"),)),
        ),
        Alert(
            name="GuanjinCaptureDropping",
            title=("采集丢包超过百分之一", "Capture loses more than one packet in a hundred"),
            says=(
                "{{ $labels.instance }} 丢包 {{ $value | humanizePercentage }}",
                "{{ $labels.instance }} loses {{ $value | humanizePercentage }} of the packets",
            ),
            expr="instance:guanjin_capture_dropped_per_packets:ratio_rate5m > 0.01",
            lasts="10m",
            severity=Severity.WARNING,
            team=Team.OPS,
            board="guanjin-fleet",
            impact=("部分传输不完整；人数是下限", "some transfers are incomplete; counts of persons are lower bounds"),
            look=("instance:guanjin_capture_dropped_per_packets:ratio_rate5m", "guanjin agent top"),
            act=(
                ("降低 --rate，或把这条链路分给两个探针", "lower --rate, or share the link between two agents"),
                ("看同机有无抢占处理器的进程", "look for what else takes the processor on that host"),
            ),
            fires=Proof(((_DROPS, "0+20x60"), (_PACKETS, "0+1000x60")), labels=(_A,)),
            quiet=Proof(((_DROPS, "0+5x60"), (_PACKETS, "0+1000x60"))),
        ),
        Alert(
            name="GuanjinCaptureDroppingHeavily",
            title=("采集丢包超过一成", "Capture loses more than one packet in ten"),
            says=(
                "{{ $labels.instance }} 丢包 {{ $value | humanizePercentage }}",
                "{{ $labels.instance }} loses {{ $value | humanizePercentage }} of the packets",
            ),
            expr="instance:guanjin_capture_dropped_per_packets:ratio_rate5m > 0.1",
            lasts="5m",
            severity=Severity.CRITICAL,
            team=Team.OPS,
            board="guanjin-fleet",
            impact=(
                "这条链路的计数与门槛判断不再可靠，该时段须标记为不完整",
                "counts and thresholds of this link are no longer sound; mark the period as incomplete",
            ),
            look=("instance:guanjin_capture_dropped_per_packets:ratio_rate5m", "guanjin agent top"),
            act=(
                ("立即降低 --rate；抽样后的计数仍是可说明的下限", "lower --rate now: sampled counts are honest bounds"),
                ("在受影响的案件中注明起止时间", "write begin and end into the cases it touches"),
            ),
            fires=Proof(((_DROPS, "0+300x60"), (_PACKETS, "0+1000x60")), labels=(_A,)),
            quiet=Proof(((_DROPS, "0+50x60"), (_PACKETS, "0+1000x60"))),
        ),
        Alert(
            name="GuanjinLogSourceStalled",
            title=("数据源一刻钟没有新记录", "A source has given nothing new for a quarter of an hour"),
            says=(
                "{{ $labels.instance }} 的 {{ $labels.source }} 已静默 {{ $value | humanizeDuration }}",
                "{{ $labels.source }} of {{ $labels.instance }} is silent for {{ $value | humanizeDuration }}",
            ),
            expr="time() - (guanjin_agent_source_last_record_timestamp_seconds > 0) > 900",
            lasts="5m",
            severity=Severity.WARNING,
            team=Team.OPS,
            board="guanjin-fleet",
            impact=(
                "静默期间没有证据，不等于没有出境",
                "no evidence for that time, which is not the same as no export",
            ),
            look=("guanjin_agent_source_last_record_timestamp_seconds", "guanjin doctor"),
            act=(
                ("文件还在写吗？看轮转、改名与权限", "is the file still written? rotation, rename, permissions"),
                ("网卡还有流量吗？看镜像口", "does the card still get traffic? look at the mirror port"),
            ),
            fires=Proof(((_LAST, "60x40"),), labels=({**_A, "source": "log"},)),
            quiet=Proof(((_LAST, "0x40"),)),
        ),
        Alert(
            name="GuanjinLogParseErrors",
            title=("百分之五以上的日志行读不懂", "More than five log lines in a hundred cannot be read"),
            says=(
                "{{ $labels.instance }} 有 {{ $value | humanizePercentage }} 的日志行读不懂",
                "{{ $labels.instance }} cannot read {{ $value | humanizePercentage }} of its lines",
            ),
            expr=(
                "rate(guanjin_agent_log_parse_errors_total[15m]) / rate(guanjin_agent_log_records_total[15m]) > 0.05"
            ),
            lasts="15m",
            severity=Severity.WARNING,
            team=Team.OPS,
            board="guanjin-fleet",
            impact=("读不懂的行没有被检查", "lines that cannot be read were not looked at"),
            look=("guanjin_agent_log_parse_errors_total", "guanjin scan FILE", "/api/v1/coverage"),
            act=(
                (
                    "用 guanjin scan 读同一文件，看首个出错行",
                    "read the file with guanjin scan: the first bad line is named",
                ),
                ("格式变了：选对格式，或提交新的 log_format", "if the format changed, choose it or add a log_format"),
            ),
            fires=Proof(((_MISREAD, "0+10x60"), (_LINES, "0+100x60")), "45m", (_A,)),
            quiet=Proof(((_MISREAD, "0+1x60"), (_LINES, "0+100x60")), "45m"),
        ),
        Alert(
            name="GuanjinSpoolFilling",
            title=("待发缓存将在四小时内写满", "The spool will be full within four hours"),
            says=(
                "{{ $labels.instance }} 的缓存已用 {{ $value | humanizePercentage }}",
                "the spool of {{ $labels.instance }} is {{ $value | humanizePercentage }} full",
            ),
            expr=(
                "(guanjin_agent_spool_bytes / guanjin_agent_spool_limit_bytes > 0.5) and "
                "(predict_linear(guanjin_agent_spool_bytes[30m], 4 * 3600) > guanjin_agent_spool_limit_bytes)"
            ),
            lasts="15m",
            severity=Severity.WARNING,
            team=Team.OPS,
            board="guanjin-fleet",
            impact=(
                "暂未丢失；写满后最旧、最轻的事件先丢",
                "nothing is lost yet; when full, the lightest and oldest go",
            ),
            look=("guanjin_agent_spool_bytes / guanjin_agent_spool_limit_bytes", "guanjin doctor"),
            act=(
                ("恢复接收端（研判或 Kafka）", "bring back the sink: collector or Kafka"),
                ("停机是计划内的，就调大缓存上限", "if the outage is planned, raise the spool's limit"),
            ),
            fires=Proof(((_SPOOL, "500+10x60"), (_LIMIT, "1000x60")), "45m", (_A,)),
            quiet=Proof(((_SPOOL, "600x60"), (_LIMIT, "1000x60")), "45m"),
        ),
        Alert(
            name="GuanjinSpoolFull",
            title=("待发缓存已满", "The spool is full"),
            says=(
                "{{ $labels.instance }} 的缓存已用 {{ $value | humanizePercentage }}",
                "the spool of {{ $labels.instance }} is {{ $value | humanizePercentage }} full",
            ),
            expr="guanjin_agent_spool_bytes / guanjin_agent_spool_limit_bytes > 0.95",
            lasts="2m",
            severity=Severity.CRITICAL,
            team=Team.OPS,
            board="guanjin-fleet",
            impact=(
                "事件正在丢失并被计数；该时段的人数是下限",
                "events are being lost and counted; persons of the period are lower bounds",
            ),
            look=("increase(guanjin_agent_spool_dropped_events_total[1h])", "guanjin doctor"),
            act=(
                ("立即恢复接收端", "bring the sink back at once"),
                ("把缺口的起止写入相关案件", "write begin and end of the gap into the cases it touches"),
            ),
            fires=Proof(((_SPOOL, "990x60"), (_LIMIT, "1000x60")), labels=(_A,)),
            quiet=Proof(((_SPOOL, "0x60"), (_LIMIT, "0x60"))),
        ),
        Alert(
            name="GuanjinEventSendFailing",
            title=("事件投递失败超过百分之五", "More than five deliveries in a hundred fail"),
            says=(
                "{{ $labels.instance }} 投递失败 {{ $value | humanizePercentage }}",
                "{{ $labels.instance }} fails {{ $value | humanizePercentage }} of its deliveries",
            ),
            expr=(
                "sum without (sink) (rate(guanjin_agent_events_send_failures_total[5m])) / "
                "(sum without (sink) (rate(guanjin_agent_events_sent_total[5m])) + "
                "sum without (sink) (rate(guanjin_agent_events_send_failures_total[5m]))) > 0.05"
            ),
            lasts="10m",
            severity=Severity.WARNING,
            team=Team.OPS,
            board="guanjin-pipeline",
            impact=("事件留在探针缓存里，判定会迟到", "events stay in the spool; verdicts come late"),
            look=("rate(guanjin_agent_events_send_failures_total[5m])", "guanjin doctor"),
            act=(
                ("查证书到期、权限、主题是否存在", "look at expired certificates, rights, a missing topic"),
                ("查消息是否超过接收端上限", "see whether a message is too large for the sink"),
            ),
            fires=Proof(((_UNSENT, "0+10x60"), (_SENT, "0+50x60")), labels=(_A,)),
            quiet=Proof(((_UNSENT, "0+1x60"), (_SENT, "0+50x60"))),
        ),
        Alert(
            name="GuanjinGeoIPStale",
            title=("归属库超过半年没有更新", "The IP-to-country database is more than half a year old"),
            says=(
                "{{ $labels.instance }} 的归属库已 {{ $value | humanizeDuration }}",
                "the database of {{ $labels.instance }} is {{ $value | humanizeDuration }} old",
            ),
            expr="time() - (guanjin_geoip_database_build_timestamp_seconds != 0) > 180 * 86400",
            lasts="1h",
            severity=Severity.WARNING,
            team=Team.OPS,
            board="guanjin-fleet",
            impact=(
                "新分配的地址可能判错国家或地区；登记的网段不受影响",
                "newly given addresses may be put in the wrong country; networks in the registry are not touched",
            ),
            look=("time() - guanjin_geoip_database_build_timestamp_seconds", "guanjin doctor"),
            act=(
                ("换上新的 mmdb，用 --geo 指定", "put a newer mmdb in place and name it with --geo"),
                ("把已知接收方的网段写进登记", "write the networks of known recipients into the registry"),
            ),
            fires=Proof(((_BUILT, "-20000000x180"),), "2h", (_A,)),
            quiet=Proof(((_BUILT, "-10000000x180"),), "2h"),
        ),
        Alert(
            name="GuanjinDestinationUnknown",
            title=(
                "出境方向里位置不明的会话超过百分之五",
                "More than five conversations in a hundred go nobody knows where",
            ),
            says=(
                "{{ $labels.instance }} 有 {{ $value | humanizePercentage }} 位置不明",
                "{{ $labels.instance }}: {{ $value | humanizePercentage }} of unknown place",
            ),
            expr=(
                'sum without (scope) (rate(guanjin_agent_conversations_total{scope="unknown"}[30m])) / '
                'sum without (scope) (rate(guanjin_agent_conversations_total{scope=~"outbound|unknown"}[30m])) > 0.05'
            ),
            lasts="30m",
            severity=Severity.WARNING,
            team=Team.OPS,
            board="guanjin-fleet",
            impact=("位置不明的传输只能判为待定", "transfers to an unknown place can only be undetermined"),
            look=('rate(guanjin_agent_conversations_total{scope="unknown"}[30m])', "guanjin doctor"),
            act=(
                ("归属库是否损坏或过旧", "is the database damaged or old"),
                ("把云厂商新网段写进登记的接收方", "add a cloud's new ranges to the recipients in the registry"),
            ),
            fires=Proof(((_SCOPE % "unknown", "0+10x90"), (_SCOPE % "outbound", "0+50x90")), "80m", (_A,)),
            quiet=Proof(((_SCOPE % "unknown", "0+1x90"), (_SCOPE % "outbound", "0+50x90")), "80m"),
        ),
    ),
)
