"""Behind ``guanjin user``: accounts of the console and the API, tokens, and the audit trail."""

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from getpass import getpass
import secrets
import sys
from typing import Any, Final

from collector.accounts import Account, Principal, Role
from collector.accounts_file import Accounts, Token
from collector.audit import AuditTrail
from collector.console_file import ConsoleFile
from guanjin import config
from guanjin.clerk import anonymous
from guanjin.command import Exit, Speech
from guanjin.counter import FILE
from wire.codec import json_line
from wire.faults import ConfigurationError, GuanjinError
from wire.legal_time import rfc3339

_DAY_NS: Final = 86_400_000_000_000
_KEEPER: Final = Principal("guanjin user", Role.ADMIN)
"""Who signs for what is done at the terminal of the machine itself."""
_ROLES: Final = {
    Role.REGULATOR: Speech("监管人员", "regulator"),
    Role.OFFICER: Speech("企业数据合规负责人", "data-compliance officer"),
    Role.ANALYST: Speech("研判分析（只读）", "analyst (read-only)"),
    Role.ADMIN: Speech("系统管理员", "administrator"),
}


def _add(arguments: Namespace) -> Exit:
    account = Account(
        name=anonymous(arguments.name),
        role=Role(arguments.role),
        organisation=arguments.organisation.upper(),
        made_ns=config.now_ns(),
    )
    with _opened(arguments, must_exist=False) as (accounts, trail):
        _recorded(trail, "user add", account.name, lambda: accounts.add(account, _password(arguments)))
    _tell(arguments, {"name": account.name, "role": account.role}, Speech("已建立账号 {0}", "made the account {0}"))
    return Exit.CLEAN


def _list(arguments: Namespace) -> Exit:
    with _opened(arguments, must_exist=True) as (accounts, _):
        for each in accounts.all():
            if arguments.json:
                sys.stdout.buffer.write(json_line(each) + b"\n")
                continue
            barred = Speech("  已停用", "  barred").said(arguments.lang) if each.is_disabled else ""
            print(f"{each.name:<24}{_ROLES[each.role].said(arguments.lang)}  {each.organisation}{barred}".rstrip())
    return Exit.CLEAN


def _set_password(arguments: Namespace) -> Exit:
    with _opened(arguments, must_exist=True) as (accounts, trail):
        name = arguments.name
        _recorded(trail, "user password", name, lambda: accounts.set_password(name, _password(arguments)))
    _tell(arguments, {"name": name}, Speech("已更换 {0} 的口令", "changed the password of {0}"))
    return Exit.CLEAN


def _bar(arguments: Namespace) -> Exit:
    is_barred = arguments.action == "disable"
    with _opened(arguments, must_exist=True) as (accounts, trail):
        name = arguments.name
        _recorded(trail, f"user {arguments.action}", name, lambda: accounts.set_disabled(name, disabled=is_barred))
    said = Speech("已停用 {0}", "barred {0}") if is_barred else Speech("已启用 {0}", "let {0} in again")
    _tell(arguments, {"name": name, "is_disabled": is_barred}, said)
    return Exit.CLEAN


def _token(arguments: Namespace) -> Exit:
    now_ns = config.now_ns()
    token = Token(
        secrets.token_hex(4),
        arguments.name,
        anonymous(arguments.label),
        now_ns,
        now_ns + arguments.days * _DAY_NS,
        arguments.read_only,
    )
    made: list[str] = []
    with _opened(arguments, must_exist=True) as (accounts, trail):
        if arguments.name not in [each.name for each in accounts.all()]:
            raise GuanjinError(f"there is no {arguments.name!r}")
        _recorded(trail, "user token", arguments.name, lambda: made.append(accounts.make_token(token)))
    if arguments.json:
        sys.stdout.buffer.write(json_line({"id": token.id, "token": made[0], "until": rfc3339(token.until_ns)}) + b"\n")
    else:
        once = Speech("只显示这一次；请求头 Authorization: Bearer", "shown this once; header Authorization: Bearer")
        print(f"{once.said(arguments.lang)} {made[0]}")
    return Exit.CLEAN


def _audit(arguments: Namespace) -> Exit:
    with _opened(arguments, must_exist=True) as (_, trail):
        lines = trail.verify(arguments.seal)
        for each in reversed(trail.newest(arguments.most)):
            if arguments.json:
                sys.stdout.buffer.write(json_line(each) + b"\n")
            else:
                print(f"{each.number:>6}  {rfc3339(each.at_ns)}  {each.who}  {each.deed}  {each.about}  {each.outcome}")
        seal = "".join(each.seal for each in trail.newest(1))
    if not arguments.json:
        whole = Speech(
            "{0} 条，未被改动；末条校验值 {1}（请另处留存）", "{0} lines, unaltered; last seal {1} (note it elsewhere)"
        )
        print(whole.said(arguments.lang).format(lines, seal))
    return Exit.CLEAN


DEEDS: Final[dict[str, Callable[[Namespace], Exit]]] = {
    "add": _add,
    "list": _list,
    "password": _set_password,
    "disable": _bar,
    "enable": _bar,
    "token": _token,
    "audit": _audit,
}
"""By the name of the action."""


@contextmanager
def _opened(arguments: Namespace, *, must_exist: bool) -> Iterator[tuple[Accounts, AuditTrail]]:
    path = arguments.state / FILE
    if must_exist and not path.is_file():
        raise ConfigurationError("there are no accounts", at=str(path), cure="guanjin user add NAME --role admin")
    file = ConsoleFile(path)
    try:
        yield Accounts(file), AuditTrail(file)
    finally:
        file.close()


def _recorded(trail: AuditTrail, deed: str, about: str, do: Callable[[], object]) -> None:
    trail.append(_KEEPER, deed, about, "asked", config.now_ns())
    try:
        do()
    except GuanjinError as error:
        trail.append(_KEEPER, deed, about, f"refused: {type(error).__name__}", config.now_ns())
        raise
    trail.append(_KEEPER, deed, about, "done", config.now_ns())


def _password(arguments: Namespace) -> str:
    """Asked for twice at a terminal, one line where it is piped in; never an argument, for others see those."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass(Speech("口令（至少 12 个字符）：", "password (at least 12 characters): ").said(arguments.lang))
    if getpass(Speech("再输入一次：", "again: ").said(arguments.lang)) != first:
        raise GuanjinError("the two passwords differ")
    return first


def _tell(arguments: Namespace, record: dict[str, Any], said: Speech) -> None:
    if arguments.json:
        sys.stdout.buffer.write(json_line(record) + b"\n")
    else:
        print(said.said(arguments.lang).format(record["name"]))
