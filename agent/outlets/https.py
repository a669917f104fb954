"""Envelopes to a collector by HTTPS: its answer 2xx comes after its commit, so it is the durable one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import ssl
from typing import Final
from urllib.parse import quote

import httpx
from msgspec import Struct
from typing_extensions import override

from agent.outlets.lane import Parcel
from agent.outlets.outlet import Answer, Delivered, Later, Outlet, Refused
from wire.envelopes import AGENT_HEADER, EPOCH_HEADER, MEDIA_TYPE, PATH, SCHEMA_HEADER, SEQUENCE_HEADER
from wire.faults import ConfigurationError

_WINDOW: Final = 4
_TIMEOUT: Final = httpx.Timeout(30.0, connect=5.0)
_NEVER: Final = (httpx.codes.BAD_REQUEST, httpx.codes.REQUEST_ENTITY_TOO_LARGE, httpx.codes.UNPROCESSABLE_ENTITY)


class HttpsSettings(Struct, frozen=True, kw_only=True):
    """Which collector, and how we know each other."""

    url: str
    """Of the collector: ``https://collector.example:8843``."""
    agent: str
    authority: Path | None = None
    """Who signs the collector's certificate; the system's authorities if None."""
    certificate: Path | None = None
    """Ours, for mTLS."""
    key: Path | None = None
    token: str = ""
    """Sent as a bearer token; empty for none."""

    @override
    def __repr__(self) -> str:
        return f"HttpsSettings({self.url})"


class HttpsOutlet(Outlet):
    """Sends a few envelopes at a time over connections that stay open.

    Raises:
        ConfigurationError: a certificate or a key cannot be read.
    """

    def __init__(self, settings: HttpsSettings) -> None:
        self._settings = settings
        self._url = settings.url.rstrip("/") + PATH
        self._client = httpx.Client(
            verify=_context(settings),
            timeout=_TIMEOUT,
            limits=httpx.Limits(max_connections=_WINDOW, max_keepalive_connections=_WINDOW, keepalive_expiry=60),
            follow_redirects=False,
            trust_env=False,
        )
        self._threads = ThreadPoolExecutor(_WINDOW, thread_name_prefix="https")

    @property
    @override
    def name(self) -> str:
        return "http"

    @property
    @override
    def window(self) -> int:
        return _WINDOW

    @override
    def send(self, parcel: Parcel, answer: Callable[[Parcel, Answer], None]) -> None:
        self._threads.submit(lambda: answer(parcel, self._sent(parcel)))

    @override
    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    def _sent(self, parcel: Parcel) -> Answer:
        try:
            response = self._client.post(self._url, content=parcel.frame, headers=self._headers(parcel))
        except Exception as error:  # noqa: BLE001  # without an answer the record would be on its way for ever
            return Later(type(error).__name__)
        if response.headers.get(SEQUENCE_HEADER, str(parcel.head.sequence)) != str(parcel.head.sequence):
            response.close()
            return Later("an answer to another envelope")
        return _answer_of(response)

    def _headers(self, parcel: Parcel) -> dict[str, str]:
        headers = {
            "content-type": MEDIA_TYPE,
            SCHEMA_HEADER: str(parcel.head.schema),
            AGENT_HEADER: quote(self._settings.agent),
            EPOCH_HEADER: parcel.epoch,
            SEQUENCE_HEADER: str(parcel.head.sequence),
        }
        return headers | ({"authorization": f"Bearer {self._settings.token}"} if self._settings.token else {})


def _answer_of(response: httpx.Response) -> Answer:
    if response.is_success:
        return Delivered()
    reason = f"HTTP {response.status_code}"
    if response.status_code in _NEVER:
        return Refused(reason)
    return Later(reason, _seconds(response.headers.get("retry-after", "")))


def _seconds(retry_after: str) -> float:
    """A date is not read: it would need both clocks to agree."""
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 6 else 0.0


def _context(settings: HttpsSettings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=str(settings.authority) if settings.authority else None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if settings.certificate is not None:
            context.load_cert_chain(str(settings.certificate), str(settings.key) if settings.key else None)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(f"cannot read a certificate: {error}", cure="give PEM files") from error
    return context
