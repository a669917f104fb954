"""``guanjin user``: who may sign in to the console and the API, and who wrote what."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from pathlib import Path

from guanjin import config
from guanjin.command import Command, Speech

_ROLES = ("regulator", "officer", "analyst", "admin")
"""As ``collector.accounts`` has them; a test holds them together, so that --help need not load it."""


def _arguments(parser: ArgumentParser, lang: str) -> None:
    shelf = parser.add_subparsers(metavar="ACTION", required=True, dest="action")
    for name, says, add in (
        ("add", Speech("建立账号（口令由终端或标准输入读入）", "make an account; asks for the password"), _add_add),
        ("list", Speech("列出账号", "list the accounts"), _add_nothing),
        ("password", Speech("更换口令", "change a password"), _add_name),
        ("disable", Speech("停用", "bar one"), _add_name),
        ("enable", Speech("重新启用", "let one in again"), _add_name),
        ("token", Speech("发放接口令牌", "make a bearer token for the API"), _add_token),
        ("audit", Speech("核对并查看审计记录", "verify and show the audit trail"), _add_audit),
    ):
        one = shelf.add_parser(name, help=says.said(lang), description=says.said(lang))
        one.add_argument("--lang", choices=config.LANGUAGES, default=lang, help=Speech("语言", "language").said(lang))
        state = Speech("guanjin up 保存数据的文件夹", "folder in which guanjin up keeps its data")
        one.add_argument("--state", type=Path, default=Path("guanjin-state"), metavar="DIR", help=state.said(lang))
        one.add_argument("--json", action="store_true", help=Speech("以 JSON 输出", "print JSON").said(lang))
        add(one, lang)
        one.set_defaults(run=_runner(name))


def _add_nothing(_: ArgumentParser, __: str) -> None:
    """Nothing more to say."""


def _add_name(parser: ArgumentParser, lang: str) -> None:
    name = Speech("账号名称（岗位或工号，不写个人号码）", "account (a post or staff number)")
    parser.add_argument("name", metavar="NAME", help=name.said(lang))


def _add_add(parser: ArgumentParser, lang: str) -> None:
    _add_name(parser, lang)
    role = Speech(
        "角色：监管、企业合规负责人（仅见本单位）、研判（只读）、系统管理",
        "regulator, officer (sees its own organisation only), analyst (read-only), admin",
    )
    organisation = Speech("officer 所属单位的统一社会信用代码", "of an officer: the organisation's credit code")
    parser.add_argument("--role", choices=_ROLES, required=True, help=role.said(lang))
    parser.add_argument("--organisation", default="", metavar="CODE", help=organisation.said(lang))


def _add_token(parser: ArgumentParser, lang: str) -> None:
    _add_name(parser, lang)
    days = Speech("有效天数（1 - 366）", "days for which it holds (1 - 366)")
    parser.add_argument("--label", default="", metavar="TEXT", help=Speech("用途", "what for").said(lang))
    parser.add_argument("--days", type=_days, default=90, metavar="N", help=days.said(lang))
    parser.add_argument("--read-only", action="store_true", help=Speech("只读", "for reading only").said(lang))


def _add_audit(parser: ArgumentParser, lang: str) -> None:
    seal = Speech(
        "另处留存的校验值：末尾被截去或整体重写时可以发现", "a seal noted elsewhere: finds a cut or rewritten trail"
    )
    most = Speech("最多显示几条", "lines shown at most")
    parser.add_argument("--seal", default="", metavar="HEX", help=seal.said(lang))
    parser.add_argument("--most", type=_days, default=50, metavar="N", help=most.said(lang))


def _days(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text[:6]) <= 100_000:
        raise ArgumentTypeError(f"{text!r}: 1 - 100000")
    return int(text)


def _runner(name: str) -> Callable[[Namespace], int]:
    def run(arguments: Namespace) -> int:
        from guanjin import users  # noqa: PLC0415  # --help must not pay for the database

        return int(users.DEEDS[name](arguments))

    return run


def _run(_: Namespace) -> int:
    raise AssertionError("every action has a run of its own")


COMMAND = Command(
    "user",
    Speech("账号：建立、停用、令牌、审计记录", "accounts: make, bar, tokens, the audit trail"),
    (
        "guanjin user add 监管一组 --role regulator",
        "guanjin user add officer-a --role officer --organisation 91350100M000100Y43",
        "guanjin user token 监管一组 --label 报送接口 --days 30",
        "guanjin user audit --seal 0f3c6d1e2b4a59788f6e5d4c3b2a1900",
    ),
    _arguments,
    _run,
)
