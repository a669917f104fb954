"""``guanjin doctor``: what works on this machine and what does not, with what to do about it."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from guanjin.command import Command, Speech


def _arguments(parser: ArgumentParser, lang: str) -> None:
    state = Speech("guanjin 保存数据的文件夹", "folder in which guanjin keeps its data")
    watch = Speech(
        "检查这个文件夹中的日志与抓包是否在更新（可多次给出）", "folder whose files should move (repeatable)"
    )
    interface = Speech("检查能否读取这块网卡", "see whether this network card can be read")
    geo = Speech("检查这个 IP 归属库（默认内置）", "IP-to-country database (the embedded one by default)")
    kafka = Speech("检查消息代理（主机:端口）", "broker to reach (host:port)")
    collector = Speech("检查收集端（http://主机:端口）", "collector to reach (http://host:port)")
    prometheus = Speech(
        "检查 Prometheus 是否在抓取（http://主机:端口）", "Prometheus that should scrape (http://host:port)"
    )
    parser.add_argument("--state", type=Path, default=Path("guanjin-state"), metavar="DIR", help=state.said(lang))
    parser.add_argument("--watch", type=Path, action="append", default=[], metavar="DIR", help=watch.said(lang))
    parser.add_argument("--interface", default="", metavar="NAME", help=interface.said(lang))
    parser.add_argument("--geo", type=Path, metavar="FILE", help=geo.said(lang))
    parser.add_argument("--kafka", default="", metavar="HOST:PORT", help=kafka.said(lang))
    parser.add_argument("--collector", default="", metavar="URL", help=collector.said(lang))
    parser.add_argument("--prometheus", default="", metavar="URL", help=prometheus.said(lang))
    parser.add_argument("--json", action="store_true", help=Speech("以 JSON 输出", "print JSON").said(lang))


def _run(arguments: Namespace) -> int:
    from guanjin.examining import doctor  # noqa: PLC0415  # the probes load what they probe

    return int(doctor(arguments))


COMMAND = Command(
    "doctor",
    Speech("体检：权限、数据源、时钟、数据库、磁盘、连通", "health check: rights, sources, clock, store, disk, links"),
    (
        "guanjin doctor --watch /var/log/nginx --interface eth0",
        "guanjin doctor --collector http://127.0.0.1:8844 --prometheus http://127.0.0.1:9090 --json",
    ),
    _arguments,
    _run,
)
