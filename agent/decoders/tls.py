"""TLS: the name that the client asks for in its hello; what follows is encrypted and only counted."""

from collections.abc import Iterator
from typing import Final

from agent.bodies.headers import host_of
from agent.decoder import Decoder, Exchange, Message

_HANDSHAKE: Final = 22
_CLIENT_HELLO: Final = 1
_TYPES: Final = frozenset({20, 21, 22, 23})
_MOST_RECORD: Final = (1 << 14) + 2048
_MOST_HELLO: Final = 64 * 1024
_SERVER_NAME: Final = 0
_RECORD_HEAD: Final = 5


class _Reader:
    """Reads numbers and length-prefixed parts; running out of bytes is an IndexError."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def number(self, size: int) -> int:
        return int.from_bytes(self.bytes(size))

    def bytes(self, size: int) -> bytes:
        end = self._at + size
        if end > len(self._content):
            raise IndexError
        part = self._content[self._at : end]
        self._at = end
        return part

    def vector(self, prefix: int) -> "_Reader":
        return _Reader(self.bytes(self.number(prefix)))

    @property
    def is_empty(self) -> bool:
        return self._at >= len(self._content)


def server_name(hello: bytes) -> str:
    """The host in a ClientHello without its handshake header; empty if it names none.

    Raises:
        IndexError: the hello contradicts its own lengths.
    """
    reader = _Reader(hello)
    reader.bytes(2 + 32)
    for prefix in (1, 2, 1):
        reader.vector(prefix)
    if reader.is_empty:
        return ""
    extensions = reader.vector(2)
    while not extensions.is_empty:
        kind, content = extensions.number(2), extensions.vector(2)
        if kind == _SERVER_NAME and not content.is_empty:
            names = content.vector(2)
            if names.number(1) == 0:
                return host_of(names.bytes(names.number(2)))
    return ""


class Tls:
    """One connection."""

    def __init__(self) -> None:
        self.faults: dict[str, int] = {}
        self._held = b""
        self._has_server_spoken = False
        self._is_over = False

    def feed(self, content: bytes, *, by_client: bool) -> Iterator[Message]:
        """Take the next bytes of one side."""
        if self._is_over:
            return
        if by_client:
            self._held += content
            yield from self._read()
        elif not self._has_server_spoken:
            self._has_server_spoken = True
            yield Message("tls", unseen_server=True)

    def gap(self, missing: int, *, by_client: bool) -> Iterator[Message]:
        """A hello with a gap is not read."""
        if by_client and missing and not self._is_over:
            yield self._last("", "gap")

    def close(self) -> Iterator[Message]:
        """The hello never ended."""
        if self._held and not self._is_over:
            yield self._last("", "hello")

    def _read(self) -> Iterator[Message]:
        hello = _handshake(self._held)
        if hello is None or len(self._held) > _MOST_HELLO:
            yield self._last("", "hello")
        elif len(hello) >= 4 and hello[0] != _CLIENT_HELLO:
            yield self._last("", "")
        elif len(hello) >= 4 and len(hello) >= 4 + int.from_bytes(hello[1:4]):
            try:
                yield self._last(server_name(hello[4 : 4 + int.from_bytes(hello[1:4])]), "")
            except IndexError:
                yield self._last("", "hello")

    def _last(self, host: str, reason: str) -> Message:
        if reason:
            self.faults[reason] = self.faults.get(reason, 0) + 1
        self._is_over = True
        self._held = b""
        return Message("tls", host, unseen_client=True, unseen_server=True, is_last=True)


def _handshake(content: bytes) -> bytes | None:
    """The handshake bytes of the records so far; None if they are no TLS or another record comes first."""
    joined = b""
    at = 0
    while at < len(content):
        if not _is_record(content[at : at + _RECORD_HEAD]) or content[at] != _HANDSHAKE:
            return joined or None
        length = int.from_bytes(content[at + 3 : at + _RECORD_HEAD])
        joined += content[at + _RECORD_HEAD : at + _RECORD_HEAD + length]
        at += _RECORD_HEAD + length
    return joined


def _is_record(head: bytes) -> bool:
    """Whether up to five bytes may begin a record."""
    return (
        head[0] in _TYPES
        and head[1:2] in (b"", b"\x03")
        and (len(head) < 3 or head[2] <= 4)
        and (len(head) < _RECORD_HEAD or 0 < int.from_bytes(head[3:5]) <= _MOST_RECORD)
    )


def _sniff(client: bytes, server: bytes) -> bool | None:
    verdicts = [_is_tls(side) for side in (client, server) if side]
    if True in verdicts:
        return True
    return None if None in verdicts or not verdicts else False


def _is_tls(content: bytes) -> bool | None:
    if not _is_record(content[:_RECORD_HEAD]):
        return False
    return True if len(content) >= _RECORD_HEAD else None


_NAME: Final = b"api.example.com"
_EXTENSIONS: Final = b"\0\0" + bytes([0, len(_NAME) + 5, 0, len(_NAME) + 3, 0, 0, len(_NAME)]) + _NAME
_HELLO: Final = (
    b"\x03\x03" + bytes(32) + b"\0" + b"\0\x02\x13\x01" + b"\x01\0" + bytes([0, len(_EXTENSIONS)]) + _EXTENSIONS
)
_MESSAGE: Final = b"\x01\0\0" + bytes([len(_HELLO)]) + _HELLO

DECODER: Final = Decoder(
    name="tls",
    sniff=_sniff,
    open=Tls,
    order=20,
    examples=(
        Exchange(client=b"\x16\x03\x01\0" + bytes([len(_MESSAGE)]) + _MESSAGE, host="api.example.com"),
        Exchange(
            client=b"\x16\x03\x01\0\x14"
            + _MESSAGE[:20]
            + b"\x16\x03\x01\0"
            + bytes([len(_MESSAGE) - 20])
            + _MESSAGE[20:],
            server=b"\x16\x03\x03\0\x04\x02\0\0\0",
            host="api.example.com",
        ),
    ),
)
