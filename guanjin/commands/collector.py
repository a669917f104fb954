"""``guanjin collector``: what agents deliver is taken in, over HTTPS or from Kafka."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from guanjin import config
from guanjin.command import Command, Speech

_CONSOLE = ("127.0.0.1", 8844)
_LAST_PORT = 65_535


def _arguments(parser: ArgumentParser, lang: str) -> None:
    shelf = parser.add_subparsers(metavar="ACTION", required=True, dest="action")
    serve = Speech("经 HTTPS 接收探针送来的信封", "take envelopes from agents over HTTPS")
    work = Speech("从 Kafka 接收，可同时运行多个", "take envelopes from Kafka; run as many as you like")
    again = Speech("重新读取搁置的信封（升级之后）", "read again what was set aside (after an upgrade)")
    for name, says in (("serve", serve), ("worker", work), ("reread", again)):
        one = shelf.add_parser(name, help=says.said(lang), description=says.said(lang))
        one.add_argument("--lang", choices=config.LANGUAGES, default=lang, help=Speech("语言", "language").said(lang))
        store = Speech(
            "存储：SQLite 文件，或 postgresql://角色@主机/库", "SQLite file or postgresql://role@host/database"
        )
        registry = Speech(
            "申报登记（YAML）；不给出时取 PostgreSQL 中的最新版本并随之更新",
            "registry (YAML); without it the newest version in PostgreSQL is followed",
        )
        one.add_argument("--store", default="guanjin-state/guanjin.sqlite", metavar="ADDRESS", help=store.said(lang))
        one.add_argument("--registry", type=Path, metavar="FILE", help=registry.said(lang))
        if name != "reread":
            _add_serving(one, lang, 8843 if name == "serve" else 8842)
        if name == "serve":
            _add_console(one, lang)
        if name == "worker":
            _add_kafka(one, lang)
        one.set_defaults(action=name)


def _add_serving(parser: ArgumentParser, lang: str, port: int) -> None:
    host = Speech("监听地址（非本机须用证书）", "address to listen on (others than loopback need certificates)")
    number = Speech("端口，0 为任意空闲端口", "port, 0 for any free one")
    authority = Speech("签发对方证书的机构（PEM）", "who signs the others' certificates (PEM)")
    certificate = Speech("本方证书（PEM）", "our certificate (PEM)")
    key = Speech("本方私钥（PEM）", "our private key (PEM)")
    robots = Speech("转发告警的群机器人（TOML 文件）", "chat robots that pass alerts on (TOML file)")
    parser.add_argument("--host", default="127.0.0.1", help=host.said(lang))
    parser.add_argument("--port", type=int, default=port, help=number.said(lang))
    parser.add_argument("--authority", type=Path, metavar="FILE", help=authority.said(lang))
    parser.add_argument("--certificate", type=Path, metavar="FILE", help=certificate.said(lang))
    parser.add_argument("--key", type=Path, metavar="FILE", help=key.said(lang))
    parser.add_argument("--robots", type=Path, metavar="FILE", help=robots.said(lang))


def _add_console(parser: ArgumentParser, lang: str) -> None:
    console = Speech(
        "同时打开控制台和接口（默认 127.0.0.1:8844；本机以外须先有账号；每个库只开一处）",
        "console and API as well (127.0.0.1:8844; others than loopback need accounts; one for each database)",
    )
    state = Speech("控制台保存账号与审计记录的文件夹", "folder for the console's accounts and audit trail")
    parser.add_argument(
        "--console", type=_address, nargs="?", const=_CONSOLE, metavar="ADDRESS", help=console.said(lang)
    )
    parser.add_argument("--state", type=Path, default=Path("guanjin-state"), metavar="DIR", help=state.said(lang))


def _address(text: str) -> tuple[str, int]:
    """``HOST:PORT``, ``[::1]:PORT``, or ``PORT`` alone, which is on loopback."""
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdigit()) or int(port) > _LAST_PORT:
        raise ArgumentTypeError(f"{text!r}: HOST:PORT")
    return host.strip("[]") or _CONSOLE[0], int(port)


def _add_kafka(parser: ArgumentParser, lang: str) -> None:
    source = Speech("来源：kafka://主机:端口,…/主题；kafkas:// 为 TLS", "kafka://host:port,.../topic; kafkas:// is TLS")
    group = Speech("消费组", "consumer group")
    user = Speech("SASL 用户（口令取自 GUANJIN_KAFKA_PASSWORD）", "SASL user (password: GUANJIN_KAFKA_PASSWORD)")
    parser.add_argument("--from", dest="source", required=True, metavar="ADDRESS", help=source.said(lang))
    parser.add_argument("--group", default="guanjin-collector", metavar="NAME", help=group.said(lang))
    parser.add_argument("--user", default="", metavar="NAME", help=user.said(lang))


def _run(arguments: Namespace) -> int:
    from guanjin import collecting  # noqa: PLC0415  # --help must not pay for the server

    deeds = {"serve": collecting.serve, "worker": collecting.work, "reread": collecting.read_again}
    return int(deeds[arguments.action](arguments))


COMMAND = Command(
    "collector",
    Speech("接收端：HTTPS 入口、Kafka 工作进程、搁置重读", "collector: HTTPS inlet, Kafka workers, what was set aside"),
    (
        "guanjin collector serve --store guanjin-state/guanjin.sqlite --registry registry.yaml",
        "guanjin collector serve --store postgresql://guanjin@db/guanjin --console --state /var/lib/guanjin",
        "guanjin collector serve --host 0.0.0.0 --certificate c.pem --key k.pem --authority agents-ca.pem",
        "guanjin collector worker --from kafka://127.0.0.1:9092/guanjin.transfers --store postgresql://guanjin@db/guanjin",
        "guanjin collector reread --store guanjin-state/guanjin.sqlite --registry registry.yaml",
    ),
    _arguments,
    _run,
)
