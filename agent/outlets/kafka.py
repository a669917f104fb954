"""Envelopes to Kafka. The broker's acknowledgement (acks=all) is the durable one: replicate the topic."""

from collections.abc import Callable
from contextlib import suppress
import logging
from pathlib import Path
from threading import Lock
from typing import Any, Final

from kafka import KafkaProducer
from kafka.errors import (
    InvalidRecordError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    RetriableError,
)
from msgspec import Struct
from typing_extensions import override

from agent.outlets.lane import Parcel
from agent.outlets.outlet import Answer, Delivered, Later, Outlet, Refused
from wire.envelopes import AGENT_HEADER, EPOCH_HEADER, SCHEMA_HEADER, SEQUENCE_HEADER

_UNFIT: Final = (MessageSizeTooLargeError, RecordListTooLargeError, InvalidRecordError)
_WINDOW: Final = 64
_MOST_REQUEST: Final = 64 << 20
"""The broker decides what is too large, and says so."""
_DELIVERY_MS: Final = 15_000
_BLOCK_MS: Final = 5_000


class KafkaSettings(Struct, frozen=True, kw_only=True):
    """Which brokers, and how to be let in."""

    servers: tuple[str, ...]
    topic: str
    agent: str
    """Key of each message: the envelopes of an agent keep to one partition."""
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
        return f"KafkaSettings({','.join(self.servers)}/{self.topic})"


class KafkaOutlet(Outlet):
    """Sends to a topic. It connects when something is sent, and anew after an error that its producer cannot mend."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._producer: Any = None
        self._is_broken = False
        self._flying: dict[Parcel, bool] = {}
        """Each with whether it has been by itself all the time."""
        self._lock = Lock()
        logging.getLogger("kafka").setLevel(logging.CRITICAL)  # its errors come to us as answers

    @property
    @override
    def name(self) -> str:
        return "kafka"

    @property
    @override
    def window(self) -> int:
        return _WINDOW

    @override
    def send(self, parcel: Parcel, answer: Callable[[Parcel, Answer], None]) -> None:
        with self._lock:
            self._flying = dict.fromkeys(self._flying, False) | {parcel: not self._flying}
        try:
            future = self._connected().send(
                self._settings.topic,
                key=self._settings.agent.encode(),
                value=parcel.frame,
                headers=_headers(parcel, self._settings.agent),
            )
        except (KafkaError, OSError) as error:
            answer(parcel, self._failed(parcel, error))
            return
        future.add_callback(lambda _: answer(parcel, self._arrived(parcel)))
        future.add_errback(lambda error: answer(parcel, self._failed(parcel, error)))

    @override
    def close(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(KafkaError):
                producer.close(timeout=1)

    def _connected(self) -> Any:
        if self._is_broken:
            self.close()
        if self._producer is None:
            self._producer = KafkaProducer(**_options(self._settings))
            self._is_broken = False
        return self._producer

    def _arrived(self, parcel: Parcel) -> Answer:
        with self._lock:
            self._flying.pop(parcel, None)
        return Delivered()

    def _failed(self, parcel: Parcel, error: Exception) -> Answer:
        """May be called by the producer's own thread, which cannot close it.

        One message that a broker finds too large ends an idempotent producer, and all that was on its way fails with
        the same error. So only what was by itself is refused. The class names the reason; its text holds addresses.
        """
        with self._lock:
            was_alone = self._flying.pop(parcel, False)
        if not isinstance(error, RetriableError):
            self._is_broken = True
        reason = type(error).__name__
        if isinstance(error, _UNFIT):
            return Refused(reason) if was_alone else Later(reason, is_suspect=True)
        return Later(reason)


def _headers(parcel: Parcel, agent: str) -> list[tuple[str, bytes]]:
    return [
        (SCHEMA_HEADER, b"%d" % parcel.head.schema),
        (AGENT_HEADER, agent.encode()),
        (EPOCH_HEADER, parcel.epoch.encode()),
        (SEQUENCE_HEADER, b"%d" % parcel.head.sequence),
    ]


def _options(settings: KafkaSettings) -> dict[str, Any]:
    """The frame is compressed already; order within an epoch does not matter, so the window may be wide."""
    protocol = ("SASL_" if settings.user else "") + ("SSL" if settings.is_tls else "PLAINTEXT")
    options: dict[str, Any] = {
        "bootstrap_servers": list(settings.servers),
        "client_id": f"guanjin-{settings.agent}",
        "acks": "all",
        "enable_idempotence": True,
        "compression_type": None,
        "linger_ms": 0,
        "max_request_size": _MOST_REQUEST,
        "delivery_timeout_ms": _DELIVERY_MS,
        "request_timeout_ms": _DELIVERY_MS // 2,
        "max_block_ms": _BLOCK_MS,
        "bootstrap_timeout_ms": _BLOCK_MS,
        "reconnect_backoff_max_ms": _BLOCK_MS,
        "allow_auto_create_topics": False,
        "metrics_enabled": False,
        "security_protocol": protocol,
    }
    for name, path in (
        ("ssl_cafile", settings.authority),
        ("ssl_certfile", settings.certificate),
        ("ssl_keyfile", settings.key),
    ):
        if path is not None:
            options[name] = str(path)
    if settings.user:
        options |= {
            "sasl_mechanism": settings.mechanism,
            "sasl_plain_username": settings.user,
            "sasl_plain_password": settings.password,
        }
    return options
