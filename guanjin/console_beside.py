"""The console and the API beside an inlet, on an address of their own: people have passwords, agents certificates."""

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from threading import Thread
from typing import Any, Final

import uvicorn

from collector.book import Registry
from collector.console_file import ConsoleFile
from collector.ports import Store
from collector.registry_edit_keeper import Keeper
from collector.registry_history import record
from dashboards.console.app import LOOPBACK, create_console
from dashboards.console.page import Desk
from detectors.catalogue import catalogue
from guanjin import config
from guanjin.command import Speech
from guanjin.counter import FILE, OpenVersions, office_for, registry_at_start, see_accounts
from guanjin.in_force import newest
from guanjin.listening import address_of, listening_at
from guanjin.registry_desk import AT_START, versions_in
from guanjin.rejudging import Rejudger
from guanjin.store_address import is_server

_OPEN: Final = Speech("控制台：{0}", "console: {0}")
_EVERYWHERE: Final = ("0.0.0.0", "::")  # noqa: S104  # compared with, not listened on
_MARK: Final = "judged"
Expose = Callable[[], tuple[bytes, str]]


def versions_of(arguments: Namespace) -> OpenVersions:
    """Where the registry's versions are: in the database that all share, else in the folder of this machine."""
    if is_server(arguments.store):
        from collector.stores.postgres_versions import PostgresVersions  # noqa: PLC0415  # the driver is optional

        return lambda: closing(PostgresVersions(arguments.store))
    return partial(versions_in, arguments.state, must_exist=False)


def callable_by(host: str) -> tuple[str, ...]:
    """The names by which a browser may call: any where the person chose to listen on every address."""
    return ("*",) if host in _EVERYWHERE else (*LOOPBACK, host)


def kind_titles() -> dict[str, tuple[str, str]]:
    """What kinds of data are called."""
    return {each.kind: (each.title, each.title_en) for each in catalogue()}


class ConsoleBeside:
    """Everything that the console needs beside the inlet's own store.

    Args:
        arguments: of ``guanjin collector serve``.
        store: the inlet's.
        is_tls: whether it will answer by TLS.

    Raises:
        ConfigurationError: others could call and nobody has an account, or the address cannot be had.
    """

    def __init__(self, arguments: Namespace, store: Store, *, is_tls: bool) -> None:
        host, port = arguments.console
        here = Namespace(**{**vars(arguments), "host": host, "port": port, "keeps_file": True})
        self._arguments, self._store, self._is_tls = here, store, is_tls
        self._file = ConsoleFile(Path(here.state) / FILE)
        try:
            see_accounts(here, self._file, is_tls=is_tls)
            registry, before = self._registries()
            self._rejudger = Rejudger(store, config.now_ns, Path(here.state) / _MARK)
            self._rejudger.resume(before, registry)
            self._office = office_for(here, self._file, store, registry, self._rejudger, versions=versions_of(here))
            self._listening = listening_at(host, port)
        except BaseException:
            self._file.close()
            raise

    @property
    def keeper(self) -> Keeper:
        """The registry in force; held while a batch is judged."""
        return self._office.keeper

    @contextmanager
    def answering(self, expose: Expose, safety: dict[str, Any]) -> Iterator[None]:
        """Answer until the block ends.

        Args:
            expose: the inlet's metrics.
            safety: the inlet's certificate; people show none.
        """
        desk = Desk(self._store, self.keeper.registry, kind_titles(), config.now_ns, version("guanjin"), self._office)
        console = create_console(desk, expose, hosts=callable_by(self._arguments.host))
        own = {name: safety[name] for name in ("ssl_certfile", "ssl_keyfile") if name in safety}
        settings = uvicorn.Config(console, log_level="warning", lifespan="off", server_header=False, **own)
        server = uvicorn.Server(settings)
        thread = Thread(target=server.run, args=([self._listening],), name="console", daemon=True)
        scheme = "https" if own else "http"
        print(_OPEN.said(self._arguments.lang).format(address_of(self._listening, scheme)), flush=True)
        self._rejudger.start()
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join()
            self._rejudger.stop()
            self._file.close()

    def _registries(self) -> tuple[Registry, Registry]:
        """As it stands, and as the last run left it."""
        with versions_of(self._arguments)() as versions:
            kept = newest(versions)
            registry = registry_at_start(self._arguments, kept.registry if kept else None)
            if self._arguments.registry is not None:
                author, reason = AT_START
                record(versions, registry, author=author, reason=reason, now_ns=config.now_ns())
        return registry, kept.registry if kept else registry
