"""The console's office put together: accounts, audit trail, drafts, registry."""

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from collector.accounts_file import Accounts
from collector.audit import AuditTrail
from collector.book import Registry
from collector.console_file import ConsoleFile
from collector.office import Office
from collector.policies import Policies
from collector.ports import Store
from collector.registry_edit_drafts import Drafts
from collector.registry_edit_keeper import Judge, Keeper
from collector.registry_history import VersionStore
from guanjin.clerk import anonymous
from guanjin.command import Speech
from guanjin.registry_desk import versions_in
from guanjin.settings import registry_of
from wire.faults import ConfigurationError

FILE: Final = "console.sqlite"
OpenVersions = Callable[[], AbstractContextManager[VersionStore]]
_OPEN: Final = Speech(
    "尚无账号：本机可只读查看，办理和修改需先建立账号：guanjin user add 名称 --role regulator --state {0}",
    "no accounts yet: open for reading on this machine; to write make one: "
    "guanjin user add NAME --role regulator --state {0}",
)
_PLAIN: Final = Speech(
    "注意：本机以外可以访问，口令在未加密的连接上可被截获；请在前面设置 TLS 代理。",
    "note: others can reach this address, and passwords cross it in the clear: put a TLS proxy before it.",
)


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine can call an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def see_accounts(arguments: Namespace, file: ConsoleFile, *, is_tls: bool = False) -> None:
    """Say what stands open, and refuse to stand open to others.

    Args:
        arguments: ``host``, ``state`` and ``lang``.
        file: where the accounts are.
        is_tls: whether the console itself answers by TLS.

    Raises:
        ConfigurationError: others could call, and nobody has an account.
    """
    is_empty = Accounts(file).is_empty
    if is_loopback(arguments.host):
        if is_empty:
            print(_OPEN.said(arguments.lang).format(arguments.state), flush=True)
        return
    if is_empty:
        raise ConfigurationError(
            f"listening on {arguments.host} lets others call, and there is no account to sign in with",
            cure=f"guanjin user add NAME --role admin --state {arguments.state}",
        )
    if not is_tls:
        print(_PLAIN.said(arguments.lang), flush=True)


def newest_kept(state: Path) -> Registry | None:
    """The newest version of the registry; None where none was kept."""
    with versions_in(state, must_exist=False) as versions:
        entries = versions.entries()
        newest = versions.version(entries[-1].number) if entries else None
    return newest.registry if newest else None


def registry_at_start(arguments: Namespace, kept: Registry | None) -> Registry:
    """The registry that was named, else the newest that the console kept, else an empty one."""
    return registry_of(arguments) if arguments.registry is not None else kept or Registry()


def office_for(  # noqa: PLR0913  # an office's parts
    arguments: Namespace,
    file: ConsoleFile,
    store: Store,
    registry: Registry,
    judge: Judge,
    *,
    versions: OpenVersions | None = None,
) -> Office:
    """What the console and the API write with; the registry's versions are in the state's folder by default."""
    kept = arguments.registry if arguments.keeps_file else None
    return Office(
        store,
        Accounts(file),
        AuditTrail(file),
        Drafts(file),
        Policies(file),
        Keeper(registry, versions or partial(_versions, arguments.state), file=kept, judge=judge),
        anonymous,
        is_loopback(arguments.host),
    )


@contextmanager
def _versions(state: Path) -> Iterator[VersionStore]:
    with versions_in(state, must_exist=False) as versions:
        yield versions
