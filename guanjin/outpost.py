"""``guanjin agent run``: an agent by itself. What it makes is in the spool before its checkpoint moves."""

from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from importlib.metadata import version
from itertools import islice
import secrets
import signal
import socket
from threading import Event
from typing import Final

from msgspec.structs import replace
from prometheus_client import CollectorRegistry, generate_latest

from agent.build import build_agent
from agent.outlets.delivery import Delivery
from agent.outlets.spool import Depth, Spool, SpoolSettings
from agent.pipeline import Agent
from agent.telemetry import AgentTelemetry
from guanjin import config
from guanjin.command import Exit, Speech
from guanjin.destinations import outlet_of
from guanjin.health import Health, Stage, serving_health
from guanjin.settings import agent_config, registry_of
from guanjin.station import Station
from wire.envelopes import Item
from wire.events import TransferEvent
from wire.faults import UnavailableError

_WINDOW_NS: Final = 60_000_000_000
_TELL_NS: Final = 10_000_000_000
"""How often the totals are told."""
_BATCH: Final = 1_000
_ROUND_S: Final = 0.2
_RETRY_S: Final = 1.0
_OPEN = Speech("探针 {0} 已启动，送往：{1}    停止：Ctrl+C", "agent {0} is at work, to: {1}    stop: Ctrl+C")
_NOWHERE = Speech("只存入缓存盘", "the spool only")


def run(arguments: Namespace) -> int:
    """Run until the person stops it; gives the exit code."""
    registry = registry_of(arguments)
    name = arguments.name or socket.gethostname()
    key = config.kept_key(arguments.state / "token.key")
    settings = agent_config(arguments, registry, name=name, key=key)
    outlet = outlet_of(arguments, name)
    spooling = SpoolSettings(
        agent=name,
        key=config.kept_key(arguments.spool_key or arguments.state / "spool.key"),
        most_bytes=arguments.spool_bytes,
    )
    with ExitStack() as open_things:
        spool = Spool(arguments.state / "spool", spooling, config.now_ns)
        open_things.callback(spool.close)
        agent = build_agent(replace(settings, window_ns=_WINDOW_NS), started_ns=config.now_ns())
        station = Station(agent, arguments.watch, arguments.interface or "", arguments.state)
        open_things.callback(station.close)
        delivery = Delivery(spool, outlet, _jitter) if outlet is not None else None
        outpost = _Outpost(agent, station, spool, delivery, spooling.most_bytes)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: outpost.stop())
        if arguments.status_port is not None:
            at = arguments.status_port, arguments.status_host
            open_things.enter_context(serving_health(outpost.health, outpost.expose, *at))
        if delivery is not None:
            delivery.start()
            open_things.callback(delivery.stop)
        print(_OPEN.said(arguments.lang).format(name, arguments.to or _NOWHERE.said(arguments.lang)), flush=True)
        outpost.work()
    return Exit.CLEAN


class _Outpost:
    """The agent's rounds, and what is known of each stage."""

    def __init__(
        self, agent: Agent, station: Station, spool: Spool, delivery: Delivery | None, most_bytes: int
    ) -> None:
        self._agent, self._station, self._spool, self._delivery = agent, station, spool, delivery
        self._most_bytes = most_bytes
        self._stopping = Event()
        self._told_ns = 0
        self._rounds = 0
        """Looks and batches: what stands still while the agent hangs."""
        self._trouble = ""
        """Why nothing can be kept; empty while it can."""
        self.health = Health(
            {
                "reading": lambda: Stage("", moved=self._rounds, waiting=1),
                "keeping": lambda: Stage(self._trouble),
                "delivering": self._delivering,
            },
            config.now_ns,
        )
        self._series = CollectorRegistry()
        bench = agent.bench
        build = version("guanjin"), bench.ruleset
        self._telemetry = AgentTelemetry(self._series, bench.geo, meter=bench.meter, build=build)
        self._counted = (0, 0)

    def stop(self) -> None:
        """End after what is under way."""
        self._stopping.set()

    def work(self) -> None:
        """Rounds until it is stopped."""
        while not self._stopping.is_set():
            if self._round():
                self._save()
            self._tell(config.now_ns())
            if self._delivery is not None and self._delivery.failure is not None:
                raise self._delivery.failure
            self._stopping.wait(_ROUND_S)

    def expose(self) -> bytes:
        """All series."""
        with suppress(UnavailableError):
            depth = self._spool.depth()
            self._telemetry.take_spool(depth.size, self._most_bytes, depth.oldest_ns, _dropped(depth))
        if self._delivery is not None:
            progress, (items, failures) = self._delivery.progress, self._counted
            self._telemetry.sent(self._delivery.sink, progress.items - items)
            self._telemetry.failed(self._delivery.sink, progress.failures - failures)
            self._counted = progress.items, progress.failures
        return generate_latest(self._series)

    def _round(self) -> bool:
        """One look at what is new; says whether all of it is in the spool."""
        self._rounds += 1
        return all(self._keep(batch) for batch in _batches(self._station.look(), _BATCH))

    def _keep(self, items: list[Item]) -> bool:
        """Wait until the spool takes it. Meanwhile nothing is read: files wait, a card's drops are counted."""
        while True:
            try:
                self._spool.append(items)
            except UnavailableError as error:
                self._trouble = str(error)
                if self._stopping.wait(_RETRY_S):
                    return False
                continue
            self._telemetry.found(item for item in items if isinstance(item, TransferEvent))
            self._trouble = ""
            self._rounds += 1
            return True

    def _save(self) -> None:
        try:
            self._station.save()
        except OSError as error:  # the files will be read again from where they were
            self._trouble = f"the checkpoint cannot be kept: {error.strerror}"

    def _tell(self, now_ns: int) -> None:
        if 0 <= now_ns - self._told_ns < _TELL_NS:
            return
        self._told_ns = now_ns
        try:
            depth = self._spool.depth()
            coverage = replace(self._agent.coverage(now_ns), waiting=depth.records, waiting_since_ns=depth.oldest_ns)
            self._telemetry.take(coverage)
            self._spool.append([coverage])
            self._trouble = ""
        except UnavailableError as error:
            self._trouble = str(error)

    def _delivering(self) -> Stage:
        if self._delivery is None:
            return Stage("")
        if not self._delivery.is_running:
            return Stage("delivery has ended")
        progress = self._delivery.progress
        with suppress(UnavailableError):
            waiting = self._spool.depth().records
            return Stage(progress.reason, moved=progress.envelopes, waiting=waiting)
        return Stage(progress.reason)


def _dropped(depth: Depth) -> int:
    return sum(depth.dropped.values())


def _jitter() -> float:
    return secrets.randbelow(1 << 20) / (1 << 20)


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch
