"""Behind ``guanjin collector``: an inlet, the judge and a store in one process."""

from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from importlib.metadata import version
import signal
import ssl
from threading import Event, Thread
from typing import Any

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
import uvicorn

from collector.book import Registry
from collector.gauges import Gauges
from collector.health import Pulse, health_routes
from collector.inlets.https import PeerProtocol, counted_handshakes, inlet_route
from collector.inlets.inbox import Inbox
from collector.inlets.kafka import KafkaSource, Worker
from collector.intake import Delivery, Rules, Taken, reread
from collector.law.shelf import routes_of_law
from collector.outlets.chat import chat_routes
from collector.patience import Taker
from collector.ports import Store
from collector.standings import Standings
from collector.telemetry import CollectorTelemetry, expose
from dashboards.console.runbooks import runbook_route
from guanjin import config
from guanjin.command import Exit, Speech
from guanjin.console_beside import ConsoleBeside
from guanjin.in_force import Followed, InForce, in_force
from guanjin.listening import address_of, listening_at
from guanjin.settings import robots_at
from guanjin.store_address import opened
from wire.faults import ConfigurationError, UnavailableError
from wire.legal_time import legal_year

_TELL_S = 2
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_OPEN = Speech("接收端：{0}    停止：Ctrl+C", "collector: {0}    stop: Ctrl+C")


class _Desk:
    """The judge with its store: what every inlet hands its deliveries to."""

    def __init__(self, store: Store, arguments: Namespace, registry: InForce) -> None:
        self.store = store
        self._in_force = registry
        self._judge_by(registry.registry)
        self._transport = "kafka" if arguments.action == "worker" else "http"
        self._series = CollectorRegistry()
        read_ns = config.now_ns() if registry.registry.exporters else 0
        self.telemetry = CollectorTelemetry(self._series, version=version("guanjin"), registry_read_ns=read_ns)
        self._gauges = Gauges(store, registry.registry, config.now_ns)
        self._standings = Standings(store, registry.registry, config.now_ns)

    def take(self, deliveries: Sequence[Delivery]) -> Taken:
        with self._in_force.lock:
            if self._in_force.registry is not self._rules.registry:
                self._judge_by(self._in_force.registry)
            taken = self._taker.take(deliveries, config.now_ns())
        self.telemetry.count(taken.judged, taken.events, self._transport, config.now_ns())
        for reason, count in taken.refused.items():
            self.telemetry.reject(reason, count)
        return taken

    def _judge_by(self, registry: Registry) -> None:
        self._rules = Rules(registry, routes_of_law())
        self._taker = Taker(self.store, self._rules)

    def expose(self) -> tuple[bytes, str]:
        """Every series; a scrape never waits for the store."""
        return expose(self._series)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Go on telling how the store stands; it stands still while the store is away."""
        is_over = Event()

        def tell() -> None:
            while not is_over.wait(_TELL_S):
                with suppress(UnavailableError):
                    self._see_registry()
                    self.telemetry.take_gauges(self._gauges.read())
                    self.telemetry.take_exporters(self._standings.of(legal_year(config.now_ns())))

        thread = Thread(target=tell, name="gauges", daemon=True)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()

    def _see_registry(self) -> None:
        if isinstance(self._in_force, Followed):
            self._in_force.look()
        registry = self._in_force.registry
        if registry is not self._gauges.registry:
            self._gauges.registry = registry
            self._standings = Standings(self.store, registry, config.now_ns)
            self.telemetry.take_registry(config.now_ns())

    def read_again(self) -> Taken:
        return reread(self.store, self._rules, config.now_ns())


def serve(arguments: Namespace) -> Exit:
    """Take envelopes over HTTPS until the person stops it; the console beside them where that is asked for."""
    safety = _safety(arguments)
    with opened(arguments.store) as store, ExitStack() as stack:
        console = ConsoleBeside(arguments, store, is_tls=bool(safety)) if arguments.console else None
        desk, pulse = _Desk(store, arguments, console.keeper if console else in_force(arguments)), Pulse("store")
        if console:
            stack.enter_context(console.answering(desk.expose, safety))
        inbox = Inbox(desk.take, pulse, config.now_ns)
        refuse = desk.telemetry.reject
        route = inlet_route(inbox, asks_for_certificate="ssl_ca_certs" in safety, refuse=refuse)
        inbox.start()
        try:
            with desk.telling():
                watched = _watched(desk, [pulse], arguments, lambda: desk.telemetry.take_waiting(inbox.waiting))
                _listen(arguments, [route, *watched], safety, refuse=refuse)
        finally:
            inbox.close()
    return Exit.CLEAN


def work(arguments: Namespace) -> Exit:
    """Take envelopes from Kafka until the person stops it."""
    source = _source(arguments)
    with opened(arguments.store) as store:
        desk, pulse = _Desk(store, arguments, in_force(arguments)), Pulse("kafka")
        worker = Worker(source, desk.take, store.intake.positions, pulse, config.now_ns)
        failures: list[BaseException] = []
        watched = _watched(desk, [pulse], arguments, lambda: desk.telemetry.take_lag(worker.lag))
        thread = Thread(target=_guarded, args=(worker.run, failures), name="worker")
        thread.start()
        try:
            with desk.telling():
                _listen(arguments, watched, {}, is_over=lambda: not thread.is_alive())
        finally:
            worker.stop()
            thread.join()
        if failures:
            raise failures[0]
    return Exit.CLEAN


def read_again(arguments: Namespace) -> Exit:
    """Take in what was set aside, as far as this version reads it."""
    with opened(arguments.store) as store:
        taken = _Desk(store, arguments, in_force(arguments)).read_again()
    said = Speech(
        f"读入 {taken.envelopes:,} 个信封（新传输 {len(taken.judged):,} 次），仍搁置 {taken.set_aside:,} 个",
        f"read {taken.envelopes:,} envelopes (new transfers: {len(taken.judged):,}), still aside: {taken.set_aside:,}",
    )
    print(said.said(arguments.lang))
    return Exit.FLAGGED if taken.set_aside else Exit.CLEAN


def _watched(
    desk: _Desk, pulses: list[Pulse], arguments: Namespace, look: Callable[[], None] = lambda: None
) -> list[Route]:
    def metrics(_: Request) -> Response:
        look()
        content, kind = desk.expose()
        return Response(content, headers={"content-type": kind})

    bridge = chat_routes(robots_at(arguments.robots), config.now_ns)
    return [*health_routes(pulses, config.now_ns), Route("/metrics", metrics), runbook_route(), *bridge]


def _listen(
    arguments: Namespace,
    routes: list[Route],
    safety: dict[str, Any],
    *,
    is_over: Callable[[], bool] | None = None,
    refuse: Callable[[str], None] | None = None,
) -> None:
    listening = listening_at(arguments.host, arguments.port)
    settings = uvicorn.Config(
        Starlette(routes=routes),
        http=PeerProtocol,
        log_level="warning",
        lifespan="off",
        server_header=False,
        timeout_keep_alive=75,
        callback_notify=_ender(is_over) if is_over else None,
        timeout_notify=1,
        **safety,
    )
    settings.load()
    if refuse is not None and settings.ssl is not None:
        settings.ssl.sslobject_class = counted_handshakes(refuse)
    server = uvicorn.Server(settings)
    # The server raises it anew when it has ended; before it has begun, it ends as soon as it begins.
    signal.signal(signal.SIGTERM, lambda *_: setattr(server, "should_exit", True))
    print(_OPEN.said(arguments.lang).format(address_of(listening, "https" if safety else "http")), flush=True)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listening])


def _ender(is_over: Callable[[], bool]) -> Callable[[], Any]:
    async def look() -> None:
        if is_over():
            signal.raise_signal(signal.SIGINT)

    return look


def _guarded(run: Callable[[], None], failures: list[BaseException]) -> None:
    try:
        run()
    except BaseException as error:  # noqa: BLE001  # the thread's error must reach the one who waits
        failures.append(error)


def _safety(arguments: Namespace) -> dict[str, Any]:
    """What uvicorn needs for TLS; nothing on loopback without certificates.

    Raises:
        ConfigurationError: other machines could reach an inlet that knows nobody.
    """
    files = arguments.certificate, arguments.key, arguments.authority
    if not any(files):
        if arguments.host not in _LOOPBACK:
            raise ConfigurationError(
                "an inlet for other machines must know its agents",
                at=f"--host {arguments.host}",
                cure="give --certificate, --key and --authority (who signs the agents' certificates)",
            )
        return {}
    if not all(files):
        raise ConfigurationError("--certificate, --key and --authority go together")
    for path in files:
        if not path.is_file():
            raise ConfigurationError("no such file", at=str(path))
    return {
        "ssl_certfile": str(arguments.certificate),
        "ssl_keyfile": str(arguments.key),
        "ssl_ca_certs": str(arguments.authority),
        "ssl_cert_reqs": ssl.CERT_REQUIRED,
    }


def _source(arguments: Namespace) -> KafkaSource:
    scheme, _, rest = arguments.source.partition("://")
    servers, _, topic = rest.partition("/")
    if scheme not in ("kafka", "kafkas") or not servers or not topic:
        raise ConfigurationError(
            f"{arguments.source} is no address of a topic", cure="for example kafka://127.0.0.1:9092/guanjin.transfers"
        )
    return KafkaSource(
        servers=tuple(servers.split(",")),
        topic=topic,
        group=arguments.group,
        is_tls=scheme == "kafkas",
        authority=arguments.authority,
        certificate=arguments.certificate,
        key=arguments.key,
        user=arguments.user,
        password=config.environment().get("GUANJIN_KAFKA_PASSWORD", ""),
    )
