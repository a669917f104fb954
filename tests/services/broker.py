"""Real Kafka brokers (KRaft) for tests: one or three on free loopback ports, with or without TLS and SASL."""

import gc
from pathlib import Path
import shutil
import subprocess
from types import TracebackType
from typing import Self

from kafka import KafkaAdminClient
from kafka.admin import NewTopic
import pytest

from tests.services.certificates import Authority
from tests.services.processes import free_ports, listens, spawn, wait_for

DEPLOY = Path(__file__).parents[2] / "deploy" / "kafka"
USER, PASSWORD = "agent", "not a secret: lives for one test"


def marks() -> list[pytest.MarkDecorator]:
    """For the ``pytestmark`` of tests with a broker."""
    reason = why_not()
    return [
        pytest.mark.service,
        pytest.mark.slow,
        pytest.mark.skipif(bool(reason), reason=reason),
        # kafka-python 3.0 leaves the socket of a refused connection to the garbage collector.
        pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"),
    ]


def why_not() -> str:
    """Why no broker can be had here; empty if one can. The jars are fetched where they are missing."""
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            return f"no {program}: sudo apt-get install -y default-jre-headless maven"
    done = subprocess.run([DEPLOY / "install.sh"], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"deploy/kafka/install.sh: {done.stderr[-200:]}"


class Brokers:
    """One broker or three; ended with the block.

    Args:
        folder: where they keep everything.
        count: how many.
        authority: if given, clients must use TLS and SASL (SCRAM-SHA-512, ``USER`` and ``PASSWORD``).
    """

    def __init__(self, folder: Path, count: int = 1, authority: Authority | None = None) -> None:
        self._folder = folder
        self._authority = authority
        self._ports = free_ports(2 * count)
        self.count = count
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        for node in range(1, count + 1):
            (folder / str(node)).mkdir(parents=True)
            (folder / str(node) / "server.properties").write_text(self._properties(node))
            if authority is not None:
                scram = f"--add-scram\nSCRAM-SHA-512=[name={USER},password={PASSWORD}]\n"
                (folder / str(node) / "format.arguments").write_text(scram)

    @property
    def bootstrap(self) -> list[str]:
        """Where clients begin."""
        return [f"127.0.0.1:{port}" for port in self._ports[: self.count]]

    @property
    def security(self) -> dict[str, str]:
        """What kafka-python must be told to get in."""
        if self._authority is None:
            return {}
        return {
            "security_protocol": "SASL_SSL", "ssl_cafile": str(self._authority.path),
            "sasl_mechanism": "SCRAM-SHA-512", "sasl_plain_username": USER, "sasl_plain_password": PASSWORD,
        }  # fmt: skip

    def __enter__(self) -> Self:
        try:
            for node in range(1, self.count + 1):
                self._spawn(node)
            for node in range(1, self.count + 1):
                self._await(node)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def start(self, node: int) -> None:
        """Start one that was killed."""
        self._spawn(node)
        self._await(node)

    def kill(self, node: int) -> None:
        """kill -9."""
        process = self._processes.pop(node)
        process.kill()
        process.wait()

    def make_topic(self, name: str, partitions: int = 1) -> None:
        """A topic with as many replicas as there are brokers."""
        admin = KafkaAdminClient(bootstrap_servers=self.bootstrap, **self.security)
        try:
            admin.create_topics([NewTopic(name, partitions, self.count)])
        finally:
            admin.close()

    def _spawn(self, node: int) -> None:
        folder = self._folder / str(node)
        self._processes[node] = spawn([DEPLOY / "broker.sh", folder], folder / "log")

    def _await(self, node: int) -> None:
        def is_up() -> bool:
            assert self._processes[node].poll() is None, (self._folder / str(node) / "log").read_text()[-2000:]
            return listens(self._ports[node - 1])

        wait_for(is_up, 60, f"broker {node}")

    def _end(self) -> None:
        for node in list(self._processes):
            self.kill(node)
        gc.collect()

    def _properties(self, node: int) -> str:
        controllers = self._ports[self.count :]
        outer = "SASL_SSL" if self._authority else "PLAINTEXT"
        most, least = (3, 2) if self.count > 2 else (1, 1)
        lines = {
            "process.roles": "broker,controller",
            "node.id": node,
            "controller.quorum.voters": ",".join(f"{i}@127.0.0.1:{port}" for i, port in enumerate(controllers, 1)),
            "listeners": f"CLIENTS://127.0.0.1:{self._ports[node - 1]},CONTROLLER://127.0.0.1:{controllers[node - 1]}",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "CLIENTS",
            "listener.security.protocol.map": f"CLIENTS:{outer},CONTROLLER:PLAINTEXT",
            "log.dirs": self._folder / str(node) / "data",
            "auto.create.topics.enable": "false",
            "default.replication.factor": most,
            "min.insync.replicas": least,
            "offsets.topic.replication.factor": most,
            "offsets.topic.num.partitions": 4,
            "transaction.state.log.replication.factor": most,
            "transaction.state.log.min.isr": least,
            "transaction.state.log.num.partitions": 4,
            "group.initial.rebalance.delay.ms": 0,
            "broker.session.timeout.ms": 3000,
            "broker.heartbeat.interval.ms": 500,
            "message.max.bytes": 8 << 20,
            "replica.fetch.max.bytes": 8 << 20,
            **self._guarded(),
        }
        return "".join(f"{key}={value}\n" for key, value in lines.items())

    def _guarded(self) -> dict[str, object]:
        if self._authority is None:
            return {}
        certificate, key = self._authority.issue("broker")
        login = "org.apache.kafka.common.security.scram.ScramLoginModule required"
        return {
            "ssl.keystore.type": "PEM",
            "ssl.keystore.certificate.chain": _one_line(certificate),
            "ssl.keystore.key": _one_line(key),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.certificates": _one_line(self._authority.path),
            "sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
            "listener.name.clients.scram-sha-512.sasl.jaas.config": f'{login} username="{USER}" password="{PASSWORD}";',
        }


def _one_line(pem: Path) -> str:
    return pem.read_text().strip().replace("\n", "\\n")
