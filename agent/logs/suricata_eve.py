"""Suricata's EVE: flow, http, tls, quic, dns, fileinfo, and the HTTP bodies that alerts carry.

Records of one flow share its flow_id and so fold into one conversation; ``flow`` alone counts the bytes of both sides.
"""

from base64 import b64decode
import binascii
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from typing_extensions import override

from agent.access import body_payload, may_send_body, name_payload, request_payloads
from agent.bodies.http_head import read_request, read_response
from agent.log_format import LineReader, LogFormat
from agent.log_values import (
    Record,
    address_of,
    bytes_of,
    count_of,
    host_of,
    part_of,
    port_of,
    record_of,
    text_of,
    time_ns_of,
    word_of,
)
from agent.sighting import Media, Party, Payload, Sighting
from wire.faults import MalformedError

_MOST_KNOWN: Final = 8192
"""Flows and names that are remembered; the oldest go first."""
_MOST_ITEMS: Final = 64
_PUSH: Final = 0x08
_BARE_BYTES: Final = 120
"""A packet without content is at most this long: Ethernet with two tags, IP and TCP with all their options."""
_UNKNOWN: Final = frozenset({"", "failed", "unknown"})
_PROTOCOLS: Final = {"http1": "http", "http_any": "http", "ftp-data": "ftp"}


class _Flow(Struct, frozen=True):
    """What the head of a record says, the ends in the order in which they stand there."""

    conversation: str
    time_ns: int
    source: Party
    target: Party
    protocol: str


class _Reader(LineReader):
    def __init__(self, source: str) -> None:
        self._source = source
        self._clients: dict[str, Party] = {}
        self._names: dict[str, str] = {}

    @override
    def read(self, line: bytes) -> Iterator[Sighting]:
        record = record_of(line)
        says = _EVENTS.get(text_of(record, "event_type"))
        if says is not None:
            yield from says(self, record, _flow_of(record))

    def on_flow(self, record: Record, flow: _Flow) -> Iterator[Sighting]:
        """The end of a flow. Its counts are of packets, headers included: Suricata tells no others."""
        counts, tcp = part_of(record, "flow"), part_of(record, "tcp")
        client_bytes, server_bytes = _volume(counts, tcp, "ts"), _volume(counts, tcp, "tc")
        yield Sighting(
            conversation=flow.conversation,
            client=flow.source,
            server=self._named(flow.target, ""),
            protocol=flow.protocol,
            begun_ns=time_ns_of(counts.get("start", record["timestamp"])),
            ended_ns=time_ns_of(counts.get("end", record["timestamp"])),
            client_bytes=client_bytes,
            server_bytes=server_bytes,
            is_total=True,
            unseen_client=client_bytes != 0,
            unseen_server=server_bytes != 0,
            is_closed=True,
            source=self._source,
        )
        self._clients.pop(flow.conversation, None)

    def on_request(self, record: Record, flow: _Flow) -> Iterator[Sighting]:
        """A transaction. ``length`` is the response's; how much was sent up is not told and stays unknown."""
        http = part_of(record, "http")
        self._remember(flow)
        payloads = tuple(_http_payloads(http))
        length = count_of(http, "length")
        sent_body = any(payload.by_client and payload.where == "body" for payload in payloads)
        gave_body = any(not payload.by_client and payload.where == "body" for payload in payloads)
        yield replace(
            self._message(flow, text_of(http, "hostname")),
            protocol="http",
            server_bytes=length,
            payloads=payloads,
            unseen_client=not sent_body and may_send_body(text_of(http, "http_method")),
            unseen_server=not gave_body and length != 0,
        )

    def on_alert(self, record: Record, flow: _Flow) -> Iterator[Sighting]:
        """The bodies that an alert shows beside what was alerted; a packet's direction, so the ends may be turned."""
        payloads = tuple(_bodies(part_of(record, "http")))
        if payloads:
            flow = self._turned(flow, is_answer=text_of(record, "direction") == "to_client")
            message = self._message(flow, text_of(part_of(record, "http"), "hostname"))
            yield replace(message, protocol="http", payloads=payloads)

    def on_encrypted(self, record: Record, flow: _Flow) -> Iterator[Sighting]:
        """A handshake: the name that was asked for, and nothing of the content."""
        self._remember(flow)
        protocol = text_of(record, "event_type")
        message = self._message(flow, text_of(part_of(record, protocol), "sni"))
        yield replace(message, protocol=protocol, unseen_client=True, unseen_server=True)

    def on_dns(self, record: Record, flow: _Flow) -> Iterator[Sighting]:
        """A question, or answers (version 2 and 3): names of the addresses that later flows go to."""
        dns = part_of(record, "dns")
        for name, address in _answers(dns):
            _keep(self._names, address, name)
        if text_of(dns, "type") in ("query", "request"):
            asked = [text_of(query, "rrname") for query in (dns, *_objects(dns, "queries"))]
            content = b"\n".join(bytes_of(name) for name in asked if name)
            payloads = (Payload(content, "query", Media.TEXT, by_client=True),) if content else ()
            yield replace(self._message(flow), protocol="dns", payloads=payloads)

    def on_file(self, record: Record, flow: _Flow) -> Iterator[Sighting]:
        """A file. Its sender stands first, whoever opened the flow.

        What a server sends over HTTP is in the transaction's ``length`` already and is not counted twice.
        """
        file = part_of(record, "fileinfo")
        size = count_of(file, "size")
        sender, turned = flow.source, self._turned(flow)
        by_client = turned.source == sender
        name = bytes_of(text_of(file, "filename"))
        counted = None if flow.protocol == "http" and not by_client else size
        yield replace(
            self._message(turned, text_of(part_of(record, "http"), "hostname")),
            client_bytes=counted if by_client else None,
            server_bytes=None if by_client else counted,
            payloads=(name_payload(name, by_client=by_client),) if name else (),
            unseen_client=by_client and size != 0,
            unseen_server=not by_client and size != 0,
        )

    def _message(self, flow: _Flow, host: str = "") -> Sighting:
        return Sighting(
            conversation=flow.conversation,
            client=flow.source,
            server=self._named(flow.target, host),
            protocol=flow.protocol,
            begun_ns=flow.time_ns,
            ended_ns=flow.time_ns,
            source=self._source,
        )

    def _named(self, server: Party, host: str) -> Party:
        return Party(server.address, server.port, host_of(host) or self._names.get(server.address, ""))

    def _remember(self, flow: _Flow) -> None:
        _keep(self._clients, flow.conversation, flow.source)

    def _turned(self, flow: _Flow, *, is_answer: bool | None = None) -> _Flow:
        """The flow with its client first: by what was seen of it before, by what the record says, or by its ports."""
        known = self._clients.get(flow.conversation)
        if known is not None:
            is_answer = known == flow.target
        elif is_answer is None:
            is_answer = 0 < flow.source.port < flow.target.port
        if not is_answer:
            return flow
        return _Flow(flow.conversation, flow.time_ns, flow.target, flow.source, flow.protocol)


def _flow_of(record: Record) -> _Flow:
    source = Party(address_of(text_of(record, "src_ip")), port_of(record, "src_port"))
    target = Party(address_of(text_of(record, "dest_ip")), port_of(record, "dest_port"))
    if not source.address or not target.address:
        raise MalformedError("a record without addresses")
    transport, protocol = word_of(text_of(record, "proto")), word_of(text_of(record, "app_proto"))
    number = count_of(record, "flow_id")
    # Without a flow_id the five-tuple stands for it, in the same order for both directions.
    ends = sorted((end.address, end.port) for end in (source, target))
    return _Flow(
        conversation=f"eve:{transport}:{ends}" if number is None else f"eve:{number}",
        time_ns=time_ns_of(record.get("timestamp")),
        source=source,
        target=target,
        protocol=transport if protocol in _UNKNOWN else _PROTOCOLS.get(protocol, protocol),
    )


def _volume(counts: Record, tcp: Record, side: str) -> int | None:
    """Bytes of one side; 0 for a TCP side whose packets were all bare (a scan and its refusal)."""
    word = "toserver" if side == "ts" else "toclient"
    sent_bytes, packets = count_of(counts, f"bytes_{word}"), count_of(counts, f"pkts_{word}")
    flags = text_of(tcp, f"tcp_flags_{side}")
    if sent_bytes is None or packets is None or sent_bytes > packets * _BARE_BYTES:
        return sent_bytes
    try:
        return sent_bytes if not flags or int(flags, 16) & _PUSH else 0
    except ValueError:
        return sent_bytes


def _http_payloads(http: Record) -> Iterator[Payload]:
    yield from request_payloads(bytes_of(text_of(http, "url")), bytes_of(text_of(http, "http_refer")))
    if "request_headers" in http:
        yield from read_request(_block(http, "request_headers")).payloads
    if "response_headers" in http:
        yield from read_response(_block(http, "response_headers")).payloads
    yield from _bodies(http)


def _block(http: Record, name: str) -> bytes:
    """Headers as they stand in a message, behind an empty start line: so they are read as those of captures are."""
    pairs = ((text_of(item, "name"), text_of(item, "value")) for item in _objects(http, name))
    lines = (f"{name}: {value}".replace("\n", " ") for name, value in pairs if name.lower() != "referer")
    return bytes_of("\n".join(("", *lines)))


def _bodies(http: Record) -> Iterator[Payload]:
    for side, by_client in (("request", True), ("response", False)):
        body = _body(http, f"http_{side}_body")
        if body:
            content_type = "" if by_client else text_of(http, "http_content_type")
            yield body_payload(body, content_type, by_client=by_client)


def _body(http: Record, name: str) -> bytes:
    """A body: exact in base64, else as Suricata prints it (bytes that do not print become dots)."""
    try:
        exact = b64decode(text_of(http, name).encode("ascii", "replace"), validate=True)
    except binascii.Error:
        exact = b""
    return exact or bytes_of(text_of(http, f"{name}_printable"))


def _answers(dns: Record) -> Iterator[tuple[str, str]]:
    """(Name asked for, address). Version 1 answers in the record itself, 2 and 3 in a list, or grouped by type."""
    asked = next((text_of(query, "rrname") for query in _objects(dns, "queries")), "") or text_of(dns, "rrname")
    name = host_of(asked)
    grouped = part_of(dns, "grouped")
    found = [text_of(answer, "rdata") for answer in (dns, *_objects(dns, "answers"))]
    for kind in ("A", "AAAA"):
        values = grouped.get(kind)
        found += [value for value in values[:_MOST_ITEMS] if isinstance(value, str)] if isinstance(values, list) else []
    for text in found:
        address = address_of(text)
        if name and address:
            yield name, address


def _objects(record: Record, name: str) -> list[Record]:
    items = record.get(name)
    return [item for item in items[:_MOST_ITEMS] if isinstance(item, dict)] if isinstance(items, list) else []


_Value = TypeVar("_Value")


def _keep(table: dict[str, _Value], key: str, value: _Value) -> None:
    if key not in table and len(table) >= _MOST_KNOWN:
        del table[next(iter(table))]
    table[key] = value


_EVENTS: Final[Mapping[str, Callable[[_Reader, Record, _Flow], Iterator[Sighting]]]] = {
    "flow": _Reader.on_flow,
    "http": _Reader.on_request,
    "tls": _Reader.on_encrypted,
    "quic": _Reader.on_encrypted,
    "dns": _Reader.on_dns,
    "fileinfo": _Reader.on_file,
    "alert": _Reader.on_alert,
}


def _recognise(lines: list[bytes]) -> bool:
    return sum(map(_is_record, lines)) * 2 > len(lines)


def _is_record(line: bytes) -> bool:
    try:
        record = record_of(line)
    except MalformedError:
        return False
    return "timestamp" in record and isinstance(record.get("event_type"), str)


_HEAD: Final = b'{"timestamp":"2026-11-21T11:45:01.250000+0000","flow_id":1031464864740687,"event_type":"%s",'
_ENDS: Final = b'"src_ip":"10.0.0.5","src_port":51000,"dest_ip":"104.16.5.9","dest_port":80,"proto":"TCP",'
_UPLOAD: Final = b"\n".join((
    _HEAD % b"http" + _ENDS + b'"http":{"hostname":"api.example.com","url":"/up?to=9","http_method":"POST",'
    b'"http_content_type":"application/json","status":200,"length":15}}',
    _HEAD % b"fileinfo" + _ENDS + b'"app_proto":"http","fileinfo":{"filename":"staff.csv","state":"CLOSED",'
    b'"stored":false,"size":88000,"tx_id":0}}',
    _HEAD % b"flow" + _ENDS + b'"app_proto":"http","flow":{"pkts_toserver":70,"pkts_toclient":60,'
    b'"bytes_toserver":92000,"bytes_toclient":5120,"start":"2026-11-21T11:45:00.250000+0000",'
    b'"end":"2026-11-21T11:45:01.250000+0000","state":"closed"}}\n',
))  # fmt: skip
_HELLO: Final = _HEAD % b"tls" + _ENDS + b'"tls":{"sni":"api.example.com","version":"TLS 1.3"}}\n'
_QUESTION: Final = (
    _HEAD % b"dns" + _ENDS + b'"dns":{"version":3,"type":"request","queries":[{"rrname":"api.example.com"}]}}\n'
)

FORMAT: Final = LogFormat(
    name="suricata_eve",
    recognise=_recognise,
    open=_Reader,
    order=10,
    examples=(_UPLOAD, _HELLO, _QUESTION),
)
