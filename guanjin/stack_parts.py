"""The parts of ``make stack``: how each is started, and when it is ready."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
import os
from pathlib import Path
import pwd
import shutil
import socket
import subprocess
import sys
from typing import Final

import httpx
from msgspec import Struct

from wire.faults import ConfigurationError

ROOT: Final = Path(__file__).parents[1]
REGISTRY: Final = ROOT / "tests" / "captures" / "registry.yaml"
TOPIC: Final = "guanjin.envelopes"
_BROKER: Final = ROOT / "deploy" / "kafka"
_POSTGRES: Final = Path("/usr/lib/postgresql/15/bin")
_ACCOUNT: Final = "postgres"
"""PostgreSQL refuses to run as root; this is Debian's account for it."""
_HERE: Final = "127.0.0.1"


class Places(Struct, frozen=True):
    """Where each part answers, and the folder of its files."""

    folder: Path
    prometheus: str
    alertmanager: str
    collector: str
    agent: str
    """The same where one process is both."""
    console: str
    """Empty where none runs."""
    postgres: str = ""
    kafka: str = ""

    @property
    def inbox(self) -> Path:
        """What guanjin watches."""
        return self.folder / "inbox"


class Part(Struct, frozen=True):
    """One program."""

    name: str
    command: tuple[str | Path, ...]
    is_ready: Callable[[], bool]
    once_ready: Callable[[], None] = lambda: None


def places_in(folder: Path, *, is_whole: bool) -> Places:
    """Free ports of loopback, held together for a moment, so that none comes twice."""
    probes = [socket.create_server((_HERE, 0)) for _ in range(6)]
    prometheus, alertmanager, collector, agent, postgres, kafka = (probe.getsockname()[1] for probe in probes)
    for probe in probes:
        probe.close()
    at = f"http://{_HERE}:"
    web = {"prometheus": f"{at}{prometheus}", "alertmanager": f"{at}{alertmanager}", "collector": f"{at}{collector}"}
    if not is_whole:
        return Places(folder, **web, agent=web["collector"], console=web["collector"])
    store = f"postgresql://guanjin@{_HERE}:{postgres}/guanjin"
    return Places(folder, **web, agent=f"{at}{agent}", console="", postgres=store, kafka=f"{_HERE}:{kafka}")


def parts(places: Places, robots: Path | None) -> Iterator[Part]:
    """Every part in the order in which they are started.

    Raises:
        ConfigurationError: a program is not installed.
    """
    if places.kafka:
        yield _broker(places)
        yield _database(places)
        yield _collector(places, robots)
        yield _agent(places)
    else:
        yield _guanjin(places, robots)
    yield _alertmanager(places)
    # The last one: what Prometheus sends before Alertmanager listens comes again after a while only.
    yield _prometheus(places)


def port_of(address: str) -> str:
    """The port of an address."""
    return address.rpartition(":")[2].partition("/")[0]


def _guanjin(places: Places, robots: Path | None) -> Part:
    command = (
        *_own("up"), "--watch", places.inbox, "--registry", REGISTRY, "--state", places.folder / "state",
        "--port", port_of(places.collector), *_robots(robots),
    )  # fmt: skip
    return Part("guanjin", command, partial(_is_ok, f"{places.collector}/healthz"))


def _collector(places: Places, robots: Path | None) -> Part:
    command = (
        *_own("collector", "worker"), "--from", f"kafka://{places.kafka}/{TOPIC}", "--store", places.postgres,
        "--registry", REGISTRY, "--port", port_of(places.collector), *_robots(robots),
    )  # fmt: skip
    return Part("collector", command, partial(_is_ok, f"{places.collector}/healthz"))


def _agent(places: Places) -> Part:
    command: tuple[str | Path, ...] = (
        *_own("agent", "run"), "--watch", places.inbox, "--registry", REGISTRY, "--state", places.folder / "agent",
        "--to", f"kafka://{places.kafka}/{TOPIC}", "--status-port", port_of(places.agent),
    )  # fmt: skip
    return Part("agent", command, partial(_is_ok, f"{places.agent}/healthz"))


def _alertmanager(places: Places) -> Part:
    config = places.folder / "monitoring" / "alertmanager" / "alertmanager.yml"
    command: tuple[str | Path, ...] = (
        _program("prometheus-alertmanager"), f"--config.file={config}",
        f"--storage.path={places.folder / 'alertmanager'}", "--cluster.listen-address=",
        f"--web.listen-address={_HERE}:{port_of(places.alertmanager)}",
    )  # fmt: skip
    return Part("alertmanager", command, partial(_is_ok, f"{places.alertmanager}/-/ready"))


def _prometheus(places: Places) -> Part:
    config = places.folder / "monitoring" / "prometheus" / "prometheus.yml"
    command = (
        _program("prometheus"), f"--config.file={config}", f"--storage.tsdb.path={places.folder / 'prometheus'}",
        f"--web.listen-address={_HERE}:{port_of(places.prometheus)}", "--rules.alert.resend-delay=15s",
    )  # fmt: skip
    return Part("prometheus", command, partial(_is_ok, f"{places.prometheus}/-/ready"))


def _broker(places: Places) -> Part:
    """One broker of the published jars, which ``deploy/kafka/install.sh`` fetches once."""
    _program("java")
    subprocess.run([str(_BROKER / "install.sh")], check=True)  # noqa: S603  # our own script
    folder, port = places.folder / "kafka", port_of(places.kafka)
    folder.mkdir(exist_ok=True)
    with socket.create_server((_HERE, 0)) as probe:
        controller = probe.getsockname()[1]
    settings = {
        "process.roles": "broker,controller", "node.id": 1, "controller.quorum.voters": f"1@{_HERE}:{controller}",
        "listeners": f"PLAINTEXT://{_HERE}:{port},CONTROLLER://{_HERE}:{controller}",
        "controller.listener.names": "CONTROLLER", "log.dirs": folder / "data", "num.partitions": 2,
        "offsets.topic.replication.factor": 1, "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": 1, "transaction.state.log.min.isr": 1,
        "group.initial.rebalance.delay.ms": 0, "message.max.bytes": 8 << 20, "replica.fetch.max.bytes": 8 << 20,
    }  # fmt: skip
    (folder / "server.properties").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    return Part("kafka", (_BROKER / "broker.sh", folder), partial(_listens, int(port)), partial(_make_topic, places))


def _database(places: Places) -> Part:
    if not (_POSTGRES / "postgres").exists():
        raise ConfigurationError("PostgreSQL is not installed", cure="sudo apt-get install -y postgresql")
    folder = places.folder / "postgres"
    if not folder.exists():
        folder.mkdir()
        _hand_over(folder)
        command = _as_postgres(
            _POSTGRES / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8"
        )
        made = subprocess.run(command, check=False, capture_output=True, cwd="/")  # noqa: S603  # Debian's program
        if made.returncode:
            raise ConfigurationError(
                f"no database can be made: {made.stderr.decode(errors='replace').strip()}",
                at=str(folder),
                cure=f"name a folder with --state that the account {_ACCOUNT} can reach",
            )
    run = _as_postgres(
        _POSTGRES / "postgres", "-D", folder / "data", "-h", _HERE, "-p", port_of(places.postgres), "-k", folder
    )
    return Part("postgres", run, partial(_make_database, places.postgres))


def _make_database(url: str) -> bool:
    """A role that row-level security binds, and its database; says whether the server answers."""
    import psycopg  # noqa: PLC0415  # the collector's, and heavy

    root = url.replace("//guanjin@", "//postgres@").removesuffix("/guanjin") + "/postgres"
    with suppress(psycopg.OperationalError), psycopg.connect(root, autocommit=True, connect_timeout=2) as connection:
        if not connection.execute("SELECT FROM pg_roles WHERE rolname = 'guanjin'").fetchone():
            connection.execute("CREATE ROLE guanjin LOGIN")
            connection.execute("CREATE DATABASE guanjin OWNER guanjin")
        return True
    return False


def _make_topic(places: Places) -> None:
    from kafka.admin import KafkaAdminClient, NewTopic  # noqa: PLC0415  # heavy
    from kafka.errors import TopicAlreadyExistsError  # noqa: PLC0415

    admin = KafkaAdminClient(bootstrap_servers=[places.kafka])
    try:
        with suppress(TopicAlreadyExistsError):
            admin.create_topics([NewTopic(TOPIC, 2, 1)])
    finally:
        admin.close()


def _as_postgres(*command: str | Path) -> tuple[str, ...]:
    words = tuple(str(word) for word in command)
    if os.geteuid() != 0:
        return words
    return "setpriv", f"--reuid={_ACCOUNT}", f"--regid={_ACCOUNT}", "--clear-groups", "--pdeathsig=KILL", *words


def _hand_over(folder: Path) -> None:
    if os.geteuid() == 0:
        account = pwd.getpwnam(_ACCOUNT)
        os.chown(folder, account.pw_uid, account.pw_gid)
        folder.parent.chmod(0o755)  # that account must be able to pass through


def _own(*words: str) -> tuple[str, ...]:
    return sys.executable, "-m", "guanjin", *words


def _robots(robots: Path | None) -> tuple[str | Path, ...]:
    return ("--robots", robots) if robots else ()


def _program(name: str) -> str:
    if shutil.which(name) is None:
        package = {"java": "default-jre-headless"}.get(name, name)
        raise ConfigurationError(f"not installed: {name}", cure=f"sudo apt-get install -y {package}")
    return name


def _is_ok(address: str) -> bool:
    return httpx.get(address).status_code == httpx.codes.OK


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((_HERE, port)) == 0
