r"""Zeek's conn, http, ssl, quic and dns logs, as columns under a header or as JSON.

Columns are read by the names in ``#fields``, never by place. ``-`` is unset, ``(empty)`` is empty, ``\xNN`` is a byte.
The logs of one connection share its uid, so they fold into one conversation across files; conn.log alone counts bytes.
"""

from collections.abc import Callable, Iterator, Mapping
import re
from typing import Final

from typing_extensions import override

from agent.access import name_payload, request_payloads
from agent.log_format import LineReader, LogFormat
from agent.log_values import (
    Record,
    address_of,
    bytes_of,
    count_of,
    epoch_ns,
    host_of,
    part_of,
    port_of,
    record_of,
    text_of,
    time_ns_of,
    unescaped,
    word_of,
)
from agent.sighting import Media, Party, Payload, Sighting
from wire.faults import MalformedError

_SLACK_BYTES: Final = 65_536
"""How far sequence numbers may exceed what was seen on the wire before they are taken for broken."""
_HEADERS_BYTES: Final = 40
"""IPv4 and TCP headers of a packet without options: taken off where only bytes of packets are to be trusted."""
_LONGEST_UID: Final = 64
_ATTEMPTS: Final = frozenset({"S0", "REJ"})
"""States in which nothing but an attempt to connect was seen, so that unset counts mean none."""
_SERVICES: Final = {"ssl": "tls"}
_NUMBERED: Final = re.compile(r"-\d{1,3}")


class _Reader(LineReader):
    def __init__(self, source: str) -> None:
        self._source = source
        self._separator = "\t"
        self._set_separator = ","
        self._unset = "-"
        self._empty = "(empty)"
        self._path = ""
        self._fields: list[str] = []

    @override
    def read(self, line: bytes) -> Iterator[Sighting]:
        if line.startswith(b"#"):
            self._header(line.decode("utf-8", "replace"))
            return
        record = _flat(record_of(line)) if line.startswith(b"{") else self._row(line)
        says = _KINDS.get(_NUMBERED.sub("", text_of(record, "_path") or self._path) or _kind_of(record))
        if says is not None:
            yield says(record, self._source)

    def _header(self, line: str) -> None:
        if line.startswith("#separator "):
            self._separator = unescaped(line[11:].strip().encode()).decode("utf-8", "replace") or "\t"
            return
        name, _, value = line.partition(self._separator)
        if name == "#set_separator":
            self._set_separator = value or ","
        elif name == "#unset_field":
            self._unset = value
        elif name == "#empty_field":
            self._empty = value
        elif name == "#path":
            self._path = value
        elif name == "#fields":
            self._fields = value.split(self._separator)

    def _row(self, line: bytes) -> Record:
        if not self._fields:
            raise MalformedError("a row before any #fields line")
        values = line.decode("utf-8", "surrogateescape").split(self._separator)
        if len(values) != len(self._fields):
            raise MalformedError("a row with other columns than its header")
        row: dict[str, object] = {
            field: "" if value == self._empty else value
            for field, value in zip(self._fields, values, strict=True)
            if value != self._unset
        }
        for field in _SETS & row.keys():
            row[field] = str(row[field]).split(self._set_separator)
        return row


_SETS: Final = frozenset({"orig_filenames", "resp_filenames"})


def _flat(record: Record) -> Record:
    """The connection's address under dotted keys, as Zeek writes it, also where a shipper has nested it."""
    nested = part_of(record, "id")
    return {**record, **{f"id.{name}": value for name, value in nested.items()}} if nested else record


def _kind_of(record: Record) -> str:
    """Which log a JSON record without ``_path`` is of, by what only that log has."""
    if "conn_state" in record:
        return "conn"
    if "request_body_len" in record or "response_body_len" in record:
        return "http"
    if "client_initial_dcid" in record:
        return "quic"
    if "established" in record or "ssl_history" in record:
        return "ssl"
    return "dns" if "trans_id" in record and "rejected" in record else ""


def _ends(record: Record, host: str = "") -> tuple[Party, Party]:
    """Client and server; with ``Log::default_scope_sep`` set, the columns have another separator than a dot."""
    client, server = (address_of(text_of(record, f"id.{end}_h", f"id_{end}_h")) for end in ("orig", "resp"))
    if not client or not server:
        raise MalformedError("a record without addresses")
    return (
        Party(client, port_of(record, "id.orig_p", "id_orig_p")),
        Party(server, port_of(record, "id.resp_p", "id_resp_p"), host_of(host)),
    )


def _conversation(record: Record) -> str:
    uid = text_of(record, "uid")
    if not uid.isascii() or not uid.isalnum() or len(uid) > _LONGEST_UID:
        raise MalformedError("a record without uid")
    return f"zeek:{uid}"


def _connection(record: Record, source: str) -> Sighting:
    client, server = _ends(record)
    begun_ns = time_ns_of(record.get("ts"))
    client_bytes, server_bytes = _count(record, "orig"), _count(record, "resp")
    return Sighting(
        conversation=_conversation(record),
        client=client,
        server=server,
        protocol=_protocol(record),
        begun_ns=begun_ns,
        ended_ns=begun_ns + _duration_ns(record),
        client_bytes=client_bytes,
        server_bytes=server_bytes,
        is_total=True,
        unseen_client=client_bytes != 0,
        unseen_server=server_bytes != 0,
        source=source,
    )


def _count(record: Record, side: str) -> int | None:
    """Bytes of one side. Zeek counts by sequence numbers, which broken or hostile flows send into the gigabytes."""
    counted, on_wire = count_of(record, f"{side}_bytes"), count_of(record, f"{side}_ip_bytes")
    packets = count_of(record, f"{side}_pkts")
    if counted is None:
        return 0 if packets == 0 or text_of(record, "conn_state") in _ATTEMPTS else None
    if not on_wire or counted <= on_wire * 2 + _SLACK_BYTES:
        return counted
    return None if packets is None else max(on_wire - packets * _HEADERS_BYTES, 0)


def _duration_ns(record: Record) -> int:
    duration = record.get("duration")
    try:
        return epoch_ns(duration) if isinstance(duration, (str, int, float)) else 0
    except MalformedError:
        return 0


def _protocol(record: Record) -> str:
    services = [word_of(service) for service in text_of(record, "service").split(",")]
    service = "quic" if "quic" in services else services[0]
    return _SERVICES.get(service, service) or word_of(text_of(record, "proto"))


def _request(record: Record, source: str) -> Sighting:
    """One transaction. ``username`` and ``password`` are never read."""
    client, server = _ends(record, text_of(record, "host"))
    time_ns = time_ns_of(record.get("ts"))
    client_bytes, server_bytes = count_of(record, "request_body_len"), count_of(record, "response_body_len")
    return Sighting(
        conversation=_conversation(record),
        client=client,
        server=server,
        protocol="http",
        begun_ns=time_ns,
        ended_ns=time_ns,
        client_bytes=client_bytes or None,  # a request without a body was sent all the same: how long it was is unknown
        server_bytes=server_bytes,
        payloads=tuple(_request_payloads(record)),
        unseen_client=client_bytes != 0,
        unseen_server=server_bytes != 0,
        source=source,
    )


def _request_payloads(record: Record) -> Iterator[Payload]:
    yield from request_payloads(_raw(text_of(record, "uri")), _raw(text_of(record, "referrer")))
    for field in ("orig_filenames", "resp_filenames"):
        names = record.get(field)
        if isinstance(names, list) and names:
            joined = b"\n".join(_raw(name) for name in names if isinstance(name, str))
            yield name_payload(joined, by_client=field.startswith("orig"))


def _raw(text: str) -> bytes:
    return unescaped(bytes_of(text))


def _encrypted(protocol: str) -> Callable[[Record, str], Sighting]:
    def read(record: Record, source: str) -> Sighting:
        client, server = _ends(record, text_of(record, "server_name"))
        return _note(record, source, (client, server), protocol)

    return read


def _question(record: Record, source: str) -> Sighting:
    return _note(record, source, _ends(record), "dns", _raw(text_of(record, "query")))


def _note(record: Record, source: str, ends: tuple[Party, Party], protocol: str, asked: bytes = b"") -> Sighting:
    """A record that counts no bytes: what is encrypted stays unseen, a DNS question is all that was said."""
    time_ns = time_ns_of(record.get("ts"))
    return Sighting(
        conversation=_conversation(record),
        client=ends[0],
        server=ends[1],
        protocol=protocol,
        begun_ns=time_ns,
        ended_ns=time_ns,
        payloads=(Payload(asked, "query", Media.TEXT, by_client=True),) if asked else (),
        unseen_client=protocol != "dns",
        unseen_server=protocol != "dns",
        source=source,
    )


_KINDS: Final[Mapping[str, Callable[[Record, str], Sighting]]] = {
    "conn": _connection,
    "http": _request,
    "ssl": _encrypted("tls"),
    "quic": _encrypted("quic"),
    "dns": _question,
}


def _recognise(lines: list[bytes]) -> bool:
    if any(line.startswith((b"#fields", b"#separator ")) for line in lines):
        return True
    rows = [line for line in lines if not line.startswith(b"#")]
    return sum(map(_is_record, rows)) * 2 > len(rows)


def _is_record(line: bytes) -> bool:
    try:
        record = _flat(record_of(line))
    except MalformedError:
        return False
    return "ts" in record and any(name in record for name in ("id.orig_h", "id_orig_h", "uid", "fuid", "_path"))


_CONN: Final = (
    b"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
    b"#open\t2026-11-21-11-45-00\n"
    b"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes"
    b"\tconn_state\tmissed_bytes\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\n"
    b"#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tcount\tcount\tcount"
    b"\tcount\tcount\n"
    b"1795261500.250000\tCa1b2c3\t10.0.0.5\t51000\t104.16.5.9\t443\ttcp\tssl\t1.500000\t88000\t5120\tSF\t0\t70\t91000"
    b"\t60\t8000\n#close\t2026-11-21-12-00-00\n"
)
_HTTP: Final = (
    b"#separator ,\n#set_separator,;\n#empty_field,(empty)\n#unset_field,-\n#path,http\n"
    b"#fields,ts,uid,id.orig_h,id.orig_p,id.resp_h,id.resp_p,method,host,uri,request_body_len,response_body_len,"
    b"orig_filenames\n"
    b"1795261500.250000,Ca1b2c4,10.0.0.5,51001,104.16.5.9,80,POST,api.example.com,/up?to=a\\x2cb,300,2,a.csv;b.csv\n"
)
_SSL_JSON: Final = (
    b'{"ts":1795261500.25,"uid":"Ca1b2c5","id.orig_h":"10.0.0.5","id.orig_p":51002,"id.resp_h":"104.16.5.9",'
    b'"id.resp_p":443,"version":"TLSv13","cipher":"TLS_AES_128_GCM_SHA256","server_name":"api.example.com",'
    b'"resumed":false,"established":true}\n'
)
_DNS_JSON: Final = (
    b'{"_path":"dns","ts":"2026-11-21T11:45:00.250000Z","uid":"Ca1b2c6","id":{"orig_h":"10.0.0.5",'
    b'"orig_p":51003,"resp_h":"8.8.8.8","resp_p":53},"query":"api.example.com","qtype_name":"A"}\n'
)

FORMAT: Final = LogFormat(
    name="zeek", recognise=_recognise, open=_Reader, order=20, examples=(_CONN, _HTTP, _SSL_JSON, _DNS_JSON)
)
