"""``guanjin up``: agent, collector and console put together in one process on one SQLite file."""

from argparse import Namespace
from collections.abc import Callable
from contextlib import closing, suppress
import signal
import socket

from msgspec.structs import replace
from prometheus_client import CollectorRegistry
from starlette.routing import Route
import uvicorn

from agent.build import build_agent
from agent.pipeline import Agent
from agent.telemetry import AgentTelemetry
from collector.accounts import ANYBODY
from collector.book import Registry
from collector.console_file import ConsoleFile
from collector.gauges import Gauges
from collector.handle import handle
from collector.health import health_routes
from collector.law.shelf import routes_of_law
from collector.outlets.chat import chat_routes
from collector.precedents import Precedents
from collector.registry_edit_keeper import Keeper
from collector.stores.sqlite import SqliteStore
from collector.telemetry import CollectorTelemetry, expose
from dashboards.console.app import create_console
from dashboards.console.page import Desk
from guanjin import config
from guanjin.command import Exit, Speech
from guanjin.console_beside import callable_by, kind_titles
from guanjin.counter import FILE, newest_kept, office_for, registry_at_start, see_accounts
from guanjin.embedded import Embedded
from guanjin.listening import address_of, listening_at
from guanjin.registry_desk import record_at_start
from guanjin.rejudging import Rejudger
from guanjin.settings import agent_config, robots_at
from guanjin.station import Station
from wire.events import TransferEvent
from wire.legal_time import legal_year

_WINDOW_NS = 60_000_000_000
_KEEP_NS = 2_000_000_000
"""How often the totals are told."""
_OPEN = Speech(
    "控制台：{0}    指标：{0}/metrics    停止：Ctrl+C", "console: {0}    metrics: {0}/metrics    stop: Ctrl+C"
)


def serve(arguments: Namespace) -> int:
    """Run until the person stops it; gives the exit code."""
    with closing(ConsoleFile(arguments.state / FILE)) as file:
        see_accounts(arguments, file)
        kept = newest_kept(arguments.state)
        registry = registry_at_start(arguments, kept)
        record_at_start(arguments, registry)
        return _serve(arguments, file, registry, kept or registry)


def _serve(arguments: Namespace, file: ConsoleFile, registry: Registry, before: Registry) -> int:
    key = config.kept_key(arguments.state / "token.key")
    settings = agent_config(arguments, registry, name=socket.gethostname(), key=key)
    agent = build_agent(replace(settings, window_ns=_WINDOW_NS), started_ns=config.now_ns())
    store = SqliteStore(arguments.state / "guanjin.sqlite")
    rejudger = _rejudger(arguments, store, before, registry)
    office = office_for(arguments, file, store, registry, rejudger)
    desk = Desk(store, registry, kind_titles(), config.now_ns, settings.version, office)
    judge = _Judge(agent, desk, office.keeper)
    listening = listening_at(arguments.host, arguments.port)
    station = Station(agent, arguments.watch, arguments.interface or "", arguments.state)
    embedded = Embedded(station.look, judge.take, lambda: judge.rest(station), lambda: _end(server), config.now_ns)
    judge.waiting = lambda: embedded.waiting
    station.beat = embedded.beat
    console = create_console(desk, judge.expose, hosts=callable_by(arguments.host), more=_more(arguments, embedded))
    server = uvicorn.Server(uvicorn.Config(console, log_level="warning", lifespan="off", server_header=False))
    print(_OPEN.said(arguments.lang).format(address_of(listening)), flush=True)
    embedded.start()
    rejudger.start()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the server raises it anew when it has ended
    try:
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listening])
    finally:
        embedded.stop()
        rejudger.stop()
        station.close()
        store.close()
    if embedded.failure is not None:
        raise embedded.failure
    return Exit.CLEAN


def _rejudger(arguments: Namespace, store: SqliteStore, before: Registry, registry: Registry) -> Rejudger:
    """What judges again; it begins with what the last run did not come to."""
    rejudger = Rejudger(store, config.now_ns, arguments.state / "judged")
    rejudger.resume(before, registry)
    return rejudger


class _Judge:
    """What the judge's thread does with a batch, and what is kept between rounds."""

    def __init__(self, agent: Agent, desk: Desk, keeper: Keeper) -> None:
        self._agent, self._store, self._desk, self._keeper = agent, desk.store, desk, keeper
        self.waiting: Callable[[], int] = int
        self._routes = routes_of_law()
        self._said = Precedents(keeper.registry, self._routes)
        self._series = CollectorRegistry()
        read_ns = config.now_ns() if keeper.registry.exporters else 0
        self._collector_series = CollectorTelemetry(self._series, version=desk.version, registry_read_ns=read_ns)
        self._agent_series = AgentTelemetry(
            self._series, agent.bench.geo, meter=agent.bench.meter, build=(desk.version, agent.bench.ruleset)
        )
        self._gauges = Gauges(desk.store, keeper.registry, config.now_ns)
        self._kept_ns = 0

    def take(self, events: list[TransferEvent]) -> None:
        with self._keeper.lock:
            registry = self._keeper.registry
            if self._said.registry is not registry:
                self._said = Precedents(registry, self._routes)
            judged = handle(events, store=self._store, registry=registry, routes=self._routes, precedents=self._said)
        self._collector_series.count(judged, len(events), now_ns=config.now_ns())
        self._agent_series.found(events)
        self._agent_series.sent("embedded", len(events))

    def rest(self, station: Station) -> None:
        """Everything that was read is judged: the checkpoint may move, and the totals are told."""
        station.save()
        now_ns = config.now_ns()
        if now_ns - self._kept_ns < _KEEP_NS:
            return
        self._kept_ns = now_ns
        coverage = self._agent.coverage(now_ns)
        self._store.keep_coverage(coverage)
        self._agent_series.take(coverage)
        self._collector_series.take_exporters(self._desk.desks.of(ANYBODY).standings.of(legal_year(now_ns)))
        if self._gauges.registry is not self._keeper.registry:
            self._gauges.registry = self._keeper.registry
            self._collector_series.take_registry(now_ns)
        self._collector_series.take_gauges(self._gauges.read())

    def expose(self) -> tuple[bytes, str]:
        self._collector_series.take_waiting(self.waiting())
        return expose(self._series)


def _more(arguments: Namespace, embedded: Embedded) -> list[Route]:
    robots = robots_at(arguments.robots)
    return [*health_routes(embedded.pulses, config.now_ns), *chat_routes(robots, config.now_ns)]


def _end(server: uvicorn.Server) -> None:
    server.should_exit = True
