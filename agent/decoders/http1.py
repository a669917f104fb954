"""HTTP/1.x: requests and responses of one connection, pipelined or not, read as tolerantly as the laxest peer would."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import chain
import re
from typing import Final

from msgspec import Struct

from agent.bodies.body import Body, Shape, codings_of
from agent.bodies.framing import REQUEST_LINE, STATUS_LINE, Chunked, Endless, Framing, Length, Lost
from agent.bodies.headers import HEAD_END, Headers
from agent.bodies.http_head import read_request, read_response
from agent.bodies.notes import Notes
from agent.decoder import Decoder, Exchange, Message
from agent.sighting import Media, Payload

_MOST_HEAD: Final = 64 * 1024
_MOST_ASKED: Final = 1000
_MOST_TOLD: Final = 256 * 1024
_NO_BODY: Final = frozenset({204, 304})
_KNOWN: Final = re.compile(rb"(?:GET|POST|PUT|HEAD|DELETE|OPTIONS|PATCH|TRACE) +(?:/|https?://)|CONNECT +\S+:\d")
_UNFINISHED: Final = re.compile(rb"[A-Za-z][A-Za-z_-]{0,23}(?:[ \t]+[^\x00-\x08\x0a-\x1f]*)?")
_BLANK: Final = re.compile(rb"[\r\n]+")
_VERSION: Final = b"HTTP/1."
_DIGITS: Final = re.compile(rb"[0-9]{1,15}")


class _Asked(Struct, frozen=True):
    """A request that waits for its response."""

    method: str = ""
    host: str = ""
    is_hesitant: bool = False
    """Whether its body waits for a 100 Continue."""


class _Opened(Struct, frozen=True):
    """What a head says of what follows."""

    message: Message
    headers: Headers
    framing: Framing | None


class _Side:
    """One direction: heads and bodies in turn."""

    def __init__(self, faults: dict[str, int], open_head: Callable[[bytes], _Opened], *, by_client: bool) -> None:
        self.notes = Notes(faults)
        self.host = ""
        self.start = REQUEST_LINE if by_client else STATUS_LINE
        self.is_waiting = False
        """Whether its bytes wait until the other side has said what they are."""
        self.is_lost = False
        """Whether the last gap led out of step."""
        self.is_untouched = False
        """Whether its body may never be sent: what comes next is a body or the next head."""
        self._open_head = open_head
        self._by_client = by_client
        self._held = b""
        self._searched = 0
        self._framing: Framing | None = None
        self._body: Body | None = None

    def feed(self, content: bytes) -> Iterator[Message]:
        content = self._held + content if self._held else content
        self._held = b""
        at = 0
        while at < len(content):
            if self.is_waiting:
                self._held = content[at:]
                return
            if self.is_untouched:
                self._reconsider(content, at)
            if self._framing is None:
                at = yield from self._read_head(content, at)
            else:
                at = yield from self._read_body(self._framing, content, at)

    @property
    def held_bytes(self) -> int:
        return len(self._held)

    def gap(self, missing: int) -> Iterator[Message]:
        self.notes.unseen("gap")
        held, self._held, self._searched = self._held, b"", 0
        is_content = self._framing is None or self._framing.holds_content
        is_in_step = self._framing is not None and (is_content or not held) and self._framing.skip(missing)
        body = self._body = self._body or self._raw_body()
        yield from self._say(chain(body.feed(held if is_content else b""), body.gap()))
        self.is_lost = not is_in_step
        if self.is_lost:
            self._framing = Lost(self.start)

    def close(self) -> Iterator[Message]:
        held, self._held = self._held, b""
        if held and self._framing is None:
            if self.start.match(held):
                yield from self._begin(held)
                held = b""
            else:
                self._lose("head")
        if self._body is not None and self._framing is not None and self._framing.holds_content:
            yield from self._say(self._body.feed(held))
        if self._framing is not None and self._framing.is_cut and not self.is_untouched:
            self.notes.unseen("body_cut")
        yield from self.finish()

    def _lose(self, reason: str) -> None:
        """Go on without knowing where the next message starts; all is read as content until one does."""
        self.notes.unseen(reason)
        self._framing = Lost(self.start)
        self._body = self._raw_body()

    def _raw_body(self) -> Body:
        return Body(Shape("body", self._by_client), self.notes)

    def _reconsider(self, content: bytes, at: int) -> None:
        self.is_untouched = False
        if self.start.match(content, at):
            self._framing = self._body = None

    def _read_head(self, content: bytes, at: int) -> Generator[Message, None, int]:
        blank = _BLANK.match(content, at)
        at = blank.end() if blank else at
        searched, self._searched = self._searched, 0
        if content.find(b"\n", at) >= 0 and not self.start.match(content, at):
            self._lose("head")
            return at
        end = HEAD_END.search(content, max(at, searched))
        if end is not None:
            yield from self._begin(content[at : end.start()])
            return end.end()
        if len(content) - at > _MOST_HEAD:
            self._lose("head_limit")
            # Past its start line, or the same head would be found again.
            after = content.find(b"\n", at) + 1 or len(content)
            yield from self._say(self._body.feed(content[at:after]) if self._body else ())
            return after
        self._held = content[at:]
        self._searched = max(0, len(self._held) - 10)
        return len(content)

    def _begin(self, block: bytes) -> Iterator[Message]:
        opened = self._open_head(block)
        if opened.headers.is_cut:
            self.notes.unseen("header_lines")
        self.host = opened.message.host
        yield opened.message
        framing, headers = opened.framing, opened.headers
        self._framing = None if isinstance(framing, Length) and framing.is_empty else framing
        if self._framing is not None:
            shape = Shape(
                where="body",
                by_client=self._by_client,
                content_type=headers.get(b"content-type"),
                codings=codings_of(headers, b"content-encoding", b"transfer-encoding"),
            )
            self._body = Body(shape, self.notes)

    def _read_body(self, framing: Framing, content: bytes, at: int) -> Generator[Message, None, int]:
        slices, after, is_over = framing.take(content, at)
        if self._body is not None:
            yield from self._say(self._body.feed(slices[0] if len(slices) == 1 else b"".join(slices)))
        if is_over:
            yield from self.finish()
            return after
        self._held = content[after:]
        return len(content)

    def finish(self) -> Iterator[Message]:
        framing, self._framing = self._framing, None
        body, self._body = self._body, None
        yield from self._say(body.close() if body is not None else ())
        if isinstance(framing, Chunked) and framing.asides:
            yield from self._say((Payload(framing.asides, "header", Media.TEXT, self._by_client),))

    def _say(self, payloads: Iterable[Payload]) -> Iterator[Message]:
        """Messages of some payloads, several small ones in one."""
        told: list[Payload] = []
        size = 0
        for payload in payloads:
            told.append(payload)
            size += len(payload.content)
            if size >= _MOST_TOLD:
                yield Message("http", self.host, tuple(told))
                told, size = [], 0
        is_unseen = self.notes.take()
        if told or is_unseen:
            yield Message(
                "http",
                self.host,
                tuple(told),
                unseen_client=is_unseen and self._by_client,
                unseen_server=is_unseen and not self._by_client,
            )


class Http1:
    """One connection."""

    def __init__(self) -> None:
        self.faults: dict[str, int] = {}
        self._asked: deque[_Asked] = deque()
        self._is_over = False
        self._is_tunnel = False
        self._client = _Side(self.faults, self._open_request, by_client=True)
        self._server = _Side(self.faults, self._open_response, by_client=False)

    def feed(self, content: bytes, *, by_client: bool) -> Iterator[Message]:
        """Take the next bytes of one side."""
        if self._is_over:
            return
        was_waiting = self._client.is_waiting
        yield from (self._client if by_client else self._server).feed(content)
        if was_waiting and not self._client.is_waiting:
            yield from self._client.feed(b"")
        if self._client.is_waiting and self._client.held_bytes > _MOST_HEAD:
            self._is_tunnel = True
        yield from self._leave()

    def gap(self, missing: int, *, by_client: bool) -> Iterator[Message]:
        """Take notice of missing bytes: within a body they are skipped, elsewhere the next start line is looked for."""
        if self._is_over:
            return
        side = self._client if by_client else self._server
        yield from side.gap(missing)
        if by_client and side.is_lost:
            self._asked.clear()

    def close(self) -> Iterator[Message]:
        """Give what is held."""
        if self._client.is_waiting and not self._is_over:
            self._is_tunnel = self._client.held_bytes > 0
            yield from self._leave()
        if not self._is_over:
            yield from self._client.close()
            yield from self._server.close()

    def _leave(self) -> Iterator[Message]:
        """In a tunnel nothing can be read any more."""
        if self._is_tunnel and not self._is_over:
            self._is_over = True
            self.faults["tunnel"] = self.faults.get("tunnel", 0) + 1
            yield from self._client.finish()
            yield from self._server.finish()
            yield Message("http", self._client.host, unseen_client=True, unseen_server=True, is_last=True)

    def _open_request(self, block: bytes) -> _Opened:
        request = read_request(block)
        headers = request.headers
        framing = _framing_of(headers, self._client)
        is_hesitant = framing is not None and "100-continue" in headers.text(b"expect")
        if len(self._asked) < _MOST_ASKED:
            self._asked.append(_Asked(request.method, request.host, is_hesitant))
        # What follows a CONNECT is a tunnel or the next request: the answer tells.
        self._client.is_waiting = request.method == "CONNECT"
        return _Opened(Message("http", request.host, request.payloads), headers, framing)

    def _open_response(self, block: bytes) -> _Opened:
        response = read_response(block)
        asked = self._asked[0] if self._asked else _Asked(host=self._client.host)
        # Without its request it may be the answer to a HEAD: what follows may be the next head at once.
        self._server.is_untouched = not self._asked
        is_final = not 100 <= response.status < 200
        if is_final and self._asked:
            self._asked.popleft()
        if response.status == 101 or (asked.method == "CONNECT" and 200 <= response.status < 300):
            self._is_tunnel = self._server.is_waiting = True
        elif is_final:
            self._client.is_waiting = False
            self._client.is_untouched = asked.is_hesitant and response.status >= 300
        framing: Framing | None = None
        if is_final and response.status not in _NO_BODY and asked.method != "HEAD" and not self._is_tunnel:
            framing = _framing_of(response.headers, self._server) or Endless()
        return _Opened(Message("http", asked.host, response.payloads), response.headers, framing)


def _framing_of(headers: Headers, side: _Side) -> Framing | None:
    lost = Lost(side.start)
    said = headers.every(b"content-length")
    numbers = {number.strip() for value in said for number in value.split(b",")}
    length: Framing | None = lost if numbers else None
    if len(numbers) == 1 and _DIGITS.fullmatch(number := numbers.pop()):
        length = Length(int(number))
    if "chunked" in headers.text(b"transfer-encoding"):
        return Chunked(length or lost, lost, side.notes)
    if length is lost:
        side.notes.count("content_length")
    return length


def _sniff(client: bytes, server: bytes) -> bool | None:
    verdicts = [_is_request(client.lstrip(b"\r\n")), _is_response(server.lstrip(b"\r\n"))]
    if True in verdicts:
        return True
    is_open = None in verdicts or not (client or server)
    return None if is_open else False


def _is_request(content: bytes) -> bool | None:
    if _KNOWN.match(content):
        return True
    line, end, _ = content.partition(b"\n")
    if end:
        match = REQUEST_LINE.match(line)
        return match is not None and match[0][-1:] in b"01"
    return None if _UNFINISHED.fullmatch(line) else False


def _is_response(content: bytes) -> bool | None:
    if content.startswith(_VERSION):
        return True
    return None if content and _VERSION.startswith(content) else False


_FORM: Final = b"id=11010519491231002X&name=%E6%9D%8E"
_JSON: Final = b'{"records": 1, "phone": "+86 138 0013 8000"}'

DECODER: Final = Decoder(
    name="http",
    sniff=_sniff,
    open=Http1,
    order=10,
    examples=(
        Exchange(
            client=b"POST /in?a=1 HTTP/1.1\r\nHost: API.example.com:8080\r\nContent-Length: %d\r\n\r\n" % len(_FORM)
            + _FORM,
            server=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2c;x=y\r\n" + _JSON + b"\r\n0\r\n\r\n",
            host="api.example.com",
            client_content=_FORM,
            server_content=_JSON,
        ),
    ),
)
