"""``guanjin monitoring render``: rules, routes, boards and runbooks as files."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from dashboards.site import Site
from guanjin.command import Command, Exit, Speech
from guanjin.rendering import write_files

_ONE = (
    ("agent_job", Speech("探针的抓取任务名", "name of the agents' scrape job")),
    ("collector_job", Speech("研判端的抓取任务名", "name of the collector's scrape job")),
    ("alertmanager", Speech("Alertmanager 的主机与端口", "host and port of Alertmanager")),
    ("prometheus", Speech("Prometheus 的地址", "address of Prometheus")),
    ("grafana", Speech("浏览器里 Grafana 的地址", "address of Grafana in a browser")),
    ("console", Speech("浏览器里控制台的地址", "address of the console in a browser")),
    ("runbook_base", Speech("值班手册的地址前缀", "address below which the runbooks lie")),
    ("bridge", Speech("Alertmanager 访问研判端的地址", "address of the collector for Alertmanager")),
    ("token_file", Speech("控制台设有账户时，读取用的令牌文件", "file with the token for a console with accounts")),
    ("deadman", Speech("Watchdog 停止时会发觉的地址", "address that misses the watchdog when it stops")),
    ("mail_to", Speech("收告警的邮箱", "mailbox for alerts")),
    ("mail_from", Speech("发件人", "sender of the mail")),
    ("smarthost", Speech("邮件服务器的主机与端口", "host and port of the mail server")),
)
_MANY = (
    ("agents", Speech("探针指标的主机与端口（可多次给出）", "host and port of an agent's metrics (repeatable)")),
    ("collectors", Speech("研判端的主机与端口（可多次给出）", "host and port of a collector (repeatable)")),
    ("chats", Speech("用哪些群机器人：wecom、dingtalk、feishu（可多次给出）", "which chats (repeatable)")),
)


def _arguments(parser: ArgumentParser, lang: str) -> None:
    shelf = parser.add_subparsers(metavar="ACTION", required=True)
    says = Speech(
        "写出 Prometheus、Alertmanager、Grafana 的文件与值班手册",
        "write the files of Prometheus, Alertmanager and Grafana, and the runbooks",
    )
    render = shelf.add_parser("render", help=says.said(lang), description=says.said(lang))
    out = Speech("写到这个文件夹", "folder to write to")
    render.add_argument("--out", type=Path, required=True, metavar="DIR", help=out.said(lang))
    for name, title in _ONE:
        render.add_argument(_flag(name), metavar="TEXT", help=title.said(lang))
    for name, title in _MANY:
        flag = _flag(name).removesuffix("s")
        render.add_argument(flag, action="append", dest=name, metavar="TEXT", help=title.said(lang))


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _run(arguments: Namespace) -> int:
    given: dict[str, Any] = {name: value for name, _ in _ONE if (value := getattr(arguments, name)) is not None}
    given |= {name: tuple(value) for name, _ in _MANY if (value := getattr(arguments, name))}
    count = write_files(arguments.out, Site(**given))
    says = Speech("写出 {0} 个文件：{1}", "{0} files written: {1}")
    print(says.said(arguments.lang).format(count, arguments.out))
    return Exit.CLEAN


COMMAND = Command(
    "monitoring",
    Speech("监控：生成告警规则、路由、面板与值班手册", "supervision: make rules, routes, boards and runbooks"),
    (
        "guanjin monitoring render --out mon",
        "guanjin monitoring render --out mon --agent 10.0.0.5:9464 --collector 10.0.0.9:8844 --chat dingtalk",
    ),
    _arguments,
    _run,
)
