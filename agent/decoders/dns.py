"""DNS over UDP and TCP: the names that clients ask for, and which address bears which name."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from msgspec import Struct

from agent.bodies.charset import as_utf8
from agent.bodies.headers import host_of
from agent.bodies.notes import Notes
from agent.decoder import Datagrams, Decoder, Exchange, Message
from agent.sighting import Media, Payload

_PORT: Final = 53
_HEADER: Final = 12
_MOST_RECORDS: Final = 256
_MOST_QUESTIONS: Final = 16
_MOST_NAME: Final = 255
_A, _CNAME, _AAAA = 1, 5, 28


class _Answer(Struct, frozen=True):
    owner: bytes
    kind: int
    at: int
    length: int


class DnsMessage(Struct, frozen=True):
    """What one message says."""

    is_response: bool
    questions: tuple[bytes, ...]
    names: tuple[tuple[str, str], ...]
    """(address, queried name) pairs."""


def read_message(content: bytes) -> DnsMessage:
    """The message in these bytes.

    Raises:
        IndexError: they are not a DNS message.
    """
    if len(content) < _HEADER or content[2] & 0x78 or content[3] & 0x40:
        raise IndexError
    is_response = bool(content[2] & 0x80)
    question_count, answer_count = int.from_bytes(content[4:6]), int.from_bytes(content[6:8])
    if question_count > _MOST_QUESTIONS or (not is_response and not question_count):
        raise IndexError
    at = _HEADER
    questions: list[bytes] = []
    for _ in range(question_count):
        name, at = _read_name(content, at)
        at += 4
        questions.append(name)
    if at > len(content):
        raise IndexError
    answers = _read_answers(content, at, min(answer_count, _MOST_RECORDS))
    return DnsMessage(is_response, tuple(questions), _names(content, questions, answers))


def _read_answers(content: bytes, at: int, count: int) -> list[_Answer]:
    """As many records as are there: a truncated answer teaches what it holds."""
    answers: list[_Answer] = []
    for _ in range(count):
        if at >= len(content):
            break
        owner, at = _read_name(content, at)
        length = int.from_bytes(content[at + 8 : at + 10])
        if at + 10 + length > len(content):
            break
        answers.append(_Answer(owner.lower(), int.from_bytes(content[at : at + 2]), at + 10, length))
        at += 10 + length
    return answers


def _read_name(content: bytes, at: int) -> tuple[bytes, int]:
    """The name at an offset and the offset behind it; a pointer may only lead backwards, so none leads in a circle."""
    labels: list[bytes] = []
    size, end, lowest = 0, -1, at
    while length := content[at]:
        if length >= 0xC0:
            target = (length & 0x3F) << 8 | content[at + 1]
            if target >= lowest:
                raise IndexError
            end = end if end >= 0 else at + 2
            at = lowest = target
            continue
        size += length + 1
        if length > 63 or size > _MOST_NAME:
            raise IndexError
        labels.append(content[at + 1 : at + 1 + length])
        at += 1 + length
    return b".".join(labels), end if end >= 0 else at + 1


def _names(content: bytes, questions: list[bytes], answers: list[_Answer]) -> tuple[tuple[str, str], ...]:
    """Address records of the queried names, also behind aliases. Records of other names prove nothing."""
    if not questions:
        return ()
    host = host_of(questions[0])
    known = {questions[0].lower()}
    for answer in answers:
        if answer.kind == _CNAME and answer.owner in known:
            known.add(_read_name(content, answer.at)[0].lower())
    sizes = {_A: 4, _AAAA: 16}
    return tuple(
        (str(ip_address(content[answer.at : answer.at + answer.length])), host)
        for answer in answers
        if host and answer.owner in known and sizes.get(answer.kind) == answer.length
    )


class Dns:
    """One conversation.

    Args:
        is_stream: whether messages come over TCP with their lengths in front, else each ``feed`` is a datagram.
    """

    def __init__(self, *, is_stream: bool) -> None:
        self.faults: dict[str, int] = {}
        self._notes = Notes(self.faults)
        self._is_stream = is_stream
        self._held = {True: b"", False: b""}
        self._is_over = False

    def feed(self, content: bytes, *, by_client: bool) -> Iterator[Message]:
        """Take the next bytes, or a datagram."""
        if self._is_over:
            return
        if not self._is_stream:
            yield self._read(content, by_client=by_client)
            return
        content = self._held[by_client] + content
        at = 0
        while len(content) - at >= 2 and not self._is_over:
            size = int.from_bytes(content[at : at + 2])
            if len(content) - at - 2 < size:
                break
            yield self._read(content[at + 2 : at + 2 + size], by_client=by_client)
            at += 2 + size
        self._held[by_client] = content[at:]

    def gap(self, missing: int, *, by_client: bool) -> Iterator[Message]:
        """A stream with a gap is out of step for good."""
        if missing and self._is_stream and not self._is_over:
            yield self._fail("gap", by_client=by_client)

    def close(self) -> Iterator[Message]:
        """A message that never ended was not read."""
        for by_client, held in self._held.items():
            if held and not self._is_over:
                yield self._fail("unfinished", by_client=by_client)

    def _read(self, content: bytes, *, by_client: bool) -> Message:
        try:
            message = read_message(content)
        except IndexError:
            return self._fail("malformed", by_client=by_client)
        asked = as_utf8(b"\n".join(message.questions)) if not message.is_response else b""
        payloads = (Payload(asked, "dns.question", Media.TEXT, by_client),) if asked else ()
        return Message("dns", payloads=payloads, names=message.names if message.is_response else ())

    def _fail(self, reason: str, *, by_client: bool) -> Message:
        """What is no DNS may be anything: it stays unseen, and a stream cannot go on."""
        self._notes.unseen(reason)
        self._is_over = self._is_stream
        return Message("dns", unseen_client=by_client, unseen_server=not by_client, is_last=self._is_over)


def _sniff(client: bytes, server: bytes) -> bool | None:
    verdicts = [_is_dns(side) for side in (client, server) if side]
    if True in verdicts:
        return True
    return None if None in verdicts or not verdicts else False


def _is_dns(content: bytes) -> bool | None:
    """Whether a length and a header of one question lead on to a name."""
    head = content[2 : 2 + _HEADER]
    if content[:1] > b"\x0f" or (len(head) > 3 and (head[2] & 0x78 or head[3] & 0x40)):
        return False
    if len(head) < _HEADER:
        return None
    is_long_enough = int.from_bytes(content[:2]) > _HEADER + 4
    return is_long_enough and head[4:6] == b"\0\x01" and int.from_bytes(head[8:10]) <= _MOST_RECORDS


def _is_datagram(_: bytes, ports: tuple[int, int]) -> bool:
    return _PORT in ports


_QUESTION: Final = b"\x03www\x07Example\x03com\0\0\x01\0\x01"
_ALIAS: Final = b"\xc0\x0c\0\x05\0\x01\0\0\0\x3c\0\x06\x03cdn\xc0\x10"
_ADDRESS: Final = b"\xc0\x2d\0\x01\0\x01\0\0\0\x3c\0\x04\xcb\0\x71\x07"
_QUERY: Final = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0" + _QUESTION
_RESPONSE: Final = b"\x12\x34\x81\x80\0\x01\0\x02\0\0\0\0" + _QUESTION + _ALIAS + _ADDRESS

DECODER: Final = Decoder(
    name="dns",
    sniff=_sniff,
    open=lambda: Dns(is_stream=True),
    order=30,
    datagrams=Datagrams(_is_datagram, lambda: Dns(is_stream=False)),
    examples=(
        Exchange(
            client=len(_QUERY).to_bytes(2) + _QUERY,
            server=len(_RESPONSE).to_bytes(2) + _RESPONSE,
            client_content=b"www.Example.com",
        ),
    ),
)
