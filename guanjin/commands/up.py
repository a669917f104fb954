"""``guanjin up``: agent, collector and console in one process."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from guanjin.command import Command, Speech
from guanjin.commands.scan import add_reading_arguments


def add_serving_arguments(parser: ArgumentParser, lang: str) -> None:
    """The arguments that ``up`` and ``demo`` share: where it keeps things and where it answers."""
    state = Speech("保存事件、判定与密钥的文件夹", "folder for events, verdicts and the key")
    host = Speech("监听地址（默认仅本机）", "address to listen on (loopback by default)")
    port = Speech("控制台端口，0 为任意空闲端口", "console port, 0 for any free one")
    parser.add_argument("--state", type=Path, default=Path("guanjin-state"), metavar="DIR", help=state.said(lang))
    parser.add_argument("--host", default="127.0.0.1", help=host.said(lang))
    parser.add_argument("--port", type=int, default=8844, help=port.said(lang))
    robots = Speech(
        "群机器人（企业微信、钉钉、飞书）的 TOML 文件，用来转发告警", "TOML file of chat robots that pass alerts on"
    )
    parser.add_argument("--robots", type=Path, metavar="FILE", help=robots.said(lang))
    parser.set_defaults(keeps_file=True)


def add_source_arguments(parser: ArgumentParser, lang: str) -> None:
    """The arguments that ``up`` and ``agent run`` share: what is read as it happens."""
    watch = Speech(
        "持续读取这个文件夹中的日志与抓包（可多次给出）", "follow this folder's logs and captures (repeatable)"
    )
    interface = Speech("读取这块网卡（需要 CAP_NET_RAW）", "read this network card (needs CAP_NET_RAW)")
    parser.add_argument("--watch", type=Path, action="append", default=[], metavar="DIR", help=watch.said(lang))
    parser.add_argument("--interface", metavar="NAME", help=interface.said(lang))


def _arguments(parser: ArgumentParser, lang: str) -> None:
    add_source_arguments(parser, lang)
    add_serving_arguments(parser, lang)
    add_reading_arguments(parser, lang)


def _run(arguments: Namespace) -> int:
    from guanjin.serving import serve  # noqa: PLC0415  # the readers are heavy: --help must not pay for them

    return serve(arguments)


COMMAND = Command(
    "up",
    Speech("在一个进程里运行探针、研判与控制台", "run agent, collector and console in one process"),
    (
        "guanjin up --watch /var/log/nginx --registry registry.yaml",
        "guanjin up --interface eth0 --registry registry.yaml --state /var/lib/guanjin",
    ),
    _arguments,
    _run,
)
