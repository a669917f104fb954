"""``guanjin agent``: an agent by itself, and its spool."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
import re

from guanjin import config
from guanjin.command import Command, Speech
from guanjin.commands.scan import add_reading_arguments
from guanjin.commands.up import add_source_arguments

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_STATE = Speech("保存缓存盘、密钥与进度的文件夹", "folder for the spool, the keys and how far all was read")


def _arguments(parser: ArgumentParser, lang: str) -> None:
    shelf = parser.add_subparsers(metavar="ACTION", required=True)
    for name, says, add, run in (
        ("run", Speech("读取、识别并送往研判端", "read, detect and send to a collector"), _add_run, _run),
        (
            "spool",
            Speech("查看缓存盘：积压、时长与缺口", "look at a spool: how much, how old, what gaps"),
            _add_spool,
            _spool,
        ),
        ("top", Speech("实时查看探针在做什么", "see what agents do right now"), _add_top, _top),
    ):
        one = shelf.add_parser(name, help=says.said(lang), description=says.said(lang))
        one.add_argument("--lang", choices=config.LANGUAGES, default=lang, help=Speech("语言", "language").said(lang))
        add(one, lang)
        one.set_defaults(run=run)


_TO = Speech(
    "研判端：https:// 或 kafkas://；不给则只存入缓存盘", "collector: https:// or kafkas://; none: the spool only"
)
_STATUS = Speech("在这个端口应答 /healthz /readyz /metrics", "answer /healthz /readyz /metrics on this port")
_BOUND = Speech("缓存盘上限（默认 1G）", "bound of the spool (1G by default)")


def _add_run(parser: ArgumentParser, lang: str) -> None:
    _add_state(parser, lang)
    add_source_arguments(parser, lang)
    for flag, kind, metavar, says in (
        ("--to", str, "URL", _TO),
        ("--name", str, "NAME", Speech("探针名称（默认主机名）", "name of the agent (the host's by default)")),
        ("--ca", Path, "FILE", Speech("签发研判端证书的机构（PEM）", "authority of the collector's certificate (PEM)")),
        ("--cert", Path, "FILE", Speech("本探针的证书（PEM）", "this agent's certificate (PEM)")),
        ("--key", Path, "FILE", Speech("本探针证书的私钥（PEM）", "key of the certificate (PEM)")),
        ("--user", str, "NAME", Speech("Kafka 用户（SCRAM-SHA-512）", "Kafka user (SCRAM-SHA-512)")),
        ("--password-file", Path, "FILE", Speech("存有 Kafka 口令的文件", "file that holds the Kafka password")),
        ("--token-file", Path, "FILE", Speech("存有访问令牌的文件", "file that holds an access token")),
        ("--spool-key", Path, "FILE", Speech("缓存盘密钥（默认与其同处）", "key of the spool (beside it by default)")),
        ("--status-port", int, "PORT", _STATUS),
    ):
        parser.add_argument(flag, type=kind, metavar=metavar, help=says.said(lang))
    host = Speech("上述端口的监听地址（默认仅本机）", "address of that port (loopback by default)")
    parser.add_argument("--status-host", default="127.0.0.1", help=host.said(lang))
    parser.add_argument("--spool-bytes", type=_size, default=1 << 30, metavar="SIZE", help=_BOUND.said(lang))
    add_reading_arguments(parser, lang)


def _add_state(parser: ArgumentParser, lang: str) -> None:
    parser.add_argument("--state", type=Path, default=Path("guanjin-agent"), metavar="DIR", help=_STATE.said(lang))


def _add_spool(parser: ArgumentParser, lang: str) -> None:
    _add_state(parser, lang)
    parser.add_argument("--json", action="store_true", help=Speech("以 JSON 输出", "print JSON").said(lang))


def _add_top(parser: ArgumentParser, lang: str) -> None:
    url = Speech("探针的地址（可多个）", "addresses of agents")
    every = Speech("多少秒一次", "seconds between two looks")
    rounds = Speech("看几次后结束（默认不结束）", "end after so many looks (never by default)")
    parser.add_argument("url", nargs="*", default=["http://127.0.0.1:8844"], metavar="URL", help=url.said(lang))
    parser.add_argument("--every", type=_seconds, default=2.0, metavar="S", help=every.said(lang))
    parser.add_argument("--rounds", type=int, default=0, metavar="N", help=rounds.said(lang))
    parser.add_argument("--json", action="store_true", help=Speech("以 JSON 输出", "print JSON").said(lang))


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0.1 <= seconds <= 3_600:
        raise ArgumentTypeError(f"{text}: 0.1 - 3600")
    return seconds


def _size(text: str) -> int:
    match = re.fullmatch(r"([0-9]{1,15})([KMGT]?)", text.upper())
    if match is None:
        raise ArgumentTypeError(f"{text} is no size: give a number with K, M, G or T")
    return int(match[1]) * _UNITS[match[2]]


def _run(arguments: Namespace) -> int:
    from guanjin.outpost import run  # noqa: PLC0415  # the readers are heavy: --help must not pay for them

    return run(arguments)


def _spool(arguments: Namespace) -> int:
    from guanjin.spool_desk import show  # noqa: PLC0415  # as above

    return show(arguments)


def _top(arguments: Namespace) -> int:
    from guanjin.watching import show_top  # noqa: PLC0415  # as above

    return show_top(arguments)


COMMAND = Command(
    "agent",
    Speech("单独运行探针，查看其缓存盘", "run an agent by itself, look at its spool"),
    (
        "guanjin agent run --watch /var/log/nginx --to https://collector.example:8843 --cert a.pem --key a.key",
        "guanjin agent run --interface eth0 --to kafkas://broker1:9093,broker2:9093 --user agent --password-file pw",
        "guanjin agent spool --state guanjin-agent",
        "guanjin agent top http://127.0.0.1:9464 http://127.0.0.1:9465",
    ),
    _arguments,
    _run,
)
