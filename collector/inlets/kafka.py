"""Envelopes from Kafka: a consumer group spreads the partitions, the database holds the offsets (ADR 0025)."""

from collections.abc import Callable
from contextlib import suppress
import logging
from pathlib import Path
from threading import Event
from typing import Any, Final

from kafka import KafkaAdminClient, KafkaConsumer
from kafka.errors import KafkaConfigurationError, KafkaError
from msgspec import Struct
from typing_extensions import override

from collector.health import Pulse
from collector.intake import Delivery, Taken
from wire.faults import ConfigurationError, UnavailableError

_POLL_MS: Final = 500
_MOST_BYTES: Final = 32 << 20
_FIRST_WAIT_S: Final = 0.1
_LONGEST_WAIT_S: Final = 10.0


class KafkaSource(Struct, frozen=True, kw_only=True):
    """Which topic, and how to be let in."""

    servers: tuple[str, ...]
    topic: str
    group: str = "guanjin-collector"
    most: int = 25
    """Envelopes in one transaction: about a second's work, for which a rebalance waits."""
    is_tls: bool = False
    authority: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    user: str = ""
    """For SASL; empty for none."""
    password: str = ""
    mechanism: str = "SCRAM-SHA-512"

    @override
    def __repr__(self) -> str:
        return f"KafkaSource({','.join(self.servers)}/{self.topic})"


class Worker:
    """Takes in what its partitions hold until it is stopped. One thread runs it.

    Args:
        source: where from.
        take: keeps a batch with its offsets, all or nothing; UnavailableError if it could not.
        positions: the next offset of each partition of a source, as it was kept.
        pulse: how it goes.
        now_ns: the clock.
    """

    def __init__(
        self,
        source: KafkaSource,
        take: Callable[[list[Delivery]], Taken],
        positions: Callable[[str], dict[int, int]],
        pulse: Pulse,
        now_ns: Callable[[], int],
    ) -> None:  # fmt: skip
        self._source = source
        self._take = take
        self._positions = positions
        self._pulse = pulse
        self._now_ns = now_ns
        self._stopping = Event()
        self._wait_s = _FIRST_WAIT_S
        self._name = ""
        self._assigned: frozenset[Any] = frozenset()
        self.lag: dict[int, int] = {}
        """Records that wait, by partition, as of the last fetch."""
        logging.getLogger("kafka").setLevel(logging.CRITICAL)  # its errors come to us as exceptions

    def stop(self) -> None:
        """End after the batch under way."""
        self._stopping.set()

    def run(self) -> None:
        """Work; whatever is away is waited for."""
        while not self._stopping.is_set():
            try:
                self._name = self._name or self._named()
                consumer = KafkaConsumer(self._source.topic, **self._options(), **_client_options(self._source))
            except KafkaConfigurationError as error:
                raise ConfigurationError(
                    "Kafka cannot be reached like this: a certificate or a name is wrong"
                ) from error
            except (KafkaError, OSError) as error:
                self._rest(f"kafka: {type(error).__name__}")
                continue
            try:
                self._consume(consumer)
            except (KafkaError, OSError, AssertionError) as error:
                self._rest(f"kafka: {type(error).__name__}")
            finally:
                self._assigned = frozenset()
                with suppress(KafkaError, OSError):
                    consumer.close(autocommit=False)

    def _consume(self, consumer: Any) -> None:
        while not self._stopping.is_set():
            polled = consumer.poll(timeout_ms=_POLL_MS, max_records=self._source.most)
            if consumer.assignment() != self._assigned:
                self._resume(consumer)
                continue
            if not polled:
                continue
            self._pulse.came(self._now_ns())
            self.lag = self._behind(consumer, polled)
            try:
                taken = self._take(self._deliveries(polled))
            except UnavailableError as error:
                _go_back(consumer, polled)
                self._rest(str(error))
            else:
                self._wait_s = _FIRST_WAIT_S
                self.lag = self._behind(consumer, {})
                self._pulse.moved(taken.envelopes, self._now_ns())
                with suppress(KafkaError):
                    consumer.commit_async()  # for those who watch the lag; what counts is in the database

    def _resume(self, consumer: Any) -> None:
        """Go on where the database says: it knows what was kept, the broker only what it was told."""
        assigned = frozenset(consumer.assignment())
        try:
            kept = self._positions(self._name)
        except UnavailableError as error:
            self._rest(str(error))
            return
        for partition in assigned:
            if partition.partition in kept:
                consumer.seek(partition, kept[partition.partition])
            else:
                consumer.seek_to_beginning(partition)
        self._assigned = assigned

    def _behind(self, consumer: Any, in_hand: Any) -> dict[int, int]:
        """Records that are not kept yet: those in hand, and those at the broker behind them."""
        return {
            each.partition: len(in_hand.get(each, ()))
            + max(0, (consumer.highwater(each) or 0) - (consumer.position(each) or 0))
            for each in self._assigned
        }

    def _deliveries(self, polled: Any) -> list[Delivery]:
        return [
            Delivery(record.value or b"", self._name, partition.partition, record.offset)
            for partition, records in sorted(polled.items())
            for record in records
        ]

    def _named(self) -> str:
        """The topic with its id: of a topic that was made anew no old offset holds."""
        admin = KafkaAdminClient(**_client_options(self._source))
        try:
            (found,) = admin.describe_topics([self._source.topic])
            return f"kafka:{self._source.topic}@{found['topic_id']}"
        finally:
            admin.close()

    def _rest(self, trouble: str) -> None:
        self._pulse.failed(trouble, self._now_ns())
        self._stopping.wait(self._wait_s)
        self._wait_s = min(2 * self._wait_s, _LONGEST_WAIT_S)

    def _options(self) -> dict[str, Any]:
        return {
            "metrics_enabled": False,
            "group_id": self._source.group,
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest",
            "max_poll_records": self._source.most,
            "fetch_max_bytes": _MOST_BYTES,
            "max_partition_fetch_bytes": _MOST_BYTES // 4,
            "session_timeout_ms": 6_000,  # the least that a broker grants unless told otherwise
            "heartbeat_interval_ms": 1_000,
        }


def _go_back(consumer: Any, polled: Any) -> None:
    """Nothing of it was kept: it comes again."""
    for partition, records in polled.items():
        with suppress(AssertionError, KafkaError):  # taken from us meanwhile: another worker has it
            consumer.seek(partition, records[0].offset)


def _client_options(source: KafkaSource) -> dict[str, Any]:
    protocol = ("SASL_" if source.user else "") + ("SSL" if source.is_tls else "PLAINTEXT")
    options: dict[str, Any] = {
        "bootstrap_servers": list(source.servers),
        "client_id": "guanjin-collector",
        "security_protocol": protocol,
        "bootstrap_timeout_ms": 5_000,
    }
    files = {"ssl_cafile": source.authority, "ssl_certfile": source.certificate, "ssl_keyfile": source.key}
    options |= {name: str(path) for name, path in files.items() if path is not None}
    if source.user:
        options |= {
            "sasl_mechanism": source.mechanism,
            "sasl_plain_username": source.user,
            "sasl_plain_password": source.password,
        }
    return options
