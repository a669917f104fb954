"""Access logs of one JSON object a line: nginx ``escape=json``, Caddy, Traefik, Envoy and whoever names alike."""

from collections.abc import Iterator
from typing import Final

from typing_extensions import override

from agent.access import Access, client_address, name_of, sightings_of
from agent.log_format import LineReader, LogFormat
from agent.log_values import Record, bytes_of, count_of, endpoint_of, part_of, port_of, record_of, text_of, time_ns_of
from agent.sighting import Sighting
from wire.faults import MalformedError

_CLIENT: Final = (
    "remote_addr", "client_ip", "remote_ip", "clientip", "ClientHost", "downstream_remote_address", "ClientAddr",
    "realip_remote_addr",
)  # fmt: skip
_TIME: Final = ("time_iso8601", "@timestamp", "timestamp", "start_time", "StartUTC", "time", "ts", "msec", "time_local")
_FORWARDED: Final = ("http_x_forwarded_for", "x_forwarded_for", "xff", "request_X-Forwarded-For")
_METHOD: Final = ("request_method", "method", "RequestMethod", "verb")
_TARGET: Final = ("request_uri", "uri", "path", "RequestPath", "url")
_SERVER: Final = ("server_name", "vhost")
_HOST: Final = ("host", "http_host", "authority", "RequestHost", "ssl_server_name", "requested_server_name")
_REFERER: Final = ("http_referer", "referer", "referrer", "request_Referer")
_REQUEST_BYTES: Final = ("request_length", "bytes_received", "bytes_in", "bytes_read", "RequestContentSize")
_SENT_BYTES: Final = ("bytes_sent", "bytes_out")
_BODY_BYTES: Final = ("body_bytes_sent", "size", "DownstreamContentSize", "response_size")
_STATUS: Final = ("status", "response_code", "DownstreamStatus", "status_code")
_CONTENT_TYPE: Final = ("content_type", "http_content_type", "Content-Type")
_UPSTREAM: Final = ("upstream_addr", "upstream_host", "ServiceAddr")
"""The synonyms of each field, nginx's first. User names (``remote_user``, ``ClientUsername``) are not among them."""
_HEADERS: Final = (
    ("X-Forwarded-For", "x_forwarded_for"), ("Referer", "referer"), ("Content-Type", "content_type"),
)  # fmt: skip
_DAY_NS: Final = 86_400_000_000_000


class _Reader(LineReader):
    def __init__(self, source: str) -> None:
        self._source = source

    @override
    def read(self, line: bytes) -> Iterator[Sighting]:
        record = _flat(record_of(line))
        if _is_access(record):
            yield from sightings_of(_access(record), self._source)


def _flat(record: Record) -> Record:
    """Caddy nests the request: brought to the top, with those headers that are wanted and no other (they may lie)."""
    request = part_of(record, "request")
    if not request:
        return record
    headers = part_of(request, "headers")
    return {**{ours: headers.get(name) for name, ours in _HEADERS}, **request, **record}


def _is_access(record: Record) -> bool:
    """A client that was answered: other lines (Caddy's start-up messages) are of no interest."""
    asked = text_of(record, *_METHOD, *_TARGET, "request") or count_of(record, *_STATUS)
    return bool(asked) and bool(text_of(record, *_CLIENT))


def _access(record: Record) -> Access:
    method, target = _request(record)
    client = text_of(record, *_CLIENT)
    body_bytes = count_of(record, *_BODY_BYTES)
    sent_bytes = count_of(record, *_SENT_BYTES)
    return Access(
        ended_ns=_time_ns(record),
        took_ns=_took_ns(record),
        client=endpoint_of(client)[0] or client_address(client),
        forwarded=text_of(record, *_FORWARDED),
        host=_host(record),
        port=port_of(record, "server_port"),
        method=method,
        target=target,
        referer=bytes_of(text_of(record, *_REFERER)),
        request_bytes=count_of(record, *_REQUEST_BYTES),
        response_bytes=body_bytes if sent_bytes is None else sent_bytes,
        has_response_body=body_bytes != 0 and method != "HEAD" and count_of(record, *_STATUS) not in (204, 304),
        body=bytes_of(text_of(record, "request_body")),
        content_type=text_of(record, *_CONTENT_TYPE),
        upstream=text_of(record, *_UPSTREAM),
        upstream_host=name_of(text_of(record, "proxy_host")),
    )


def _host(record: Record) -> str:
    """The configured name before the one that the client gave, which may be anything."""
    return name_of(*(text_of(record, name) for name in (*_SERVER, *_HOST)))


def _request(record: Record) -> tuple[str, bytes]:
    """(Method, target with query), from fields of their own or from the request line."""
    words = text_of(record, "request").split(" ")
    method = text_of(record, *_METHOD) or words[0]
    target = text_of(record, *_TARGET) or (words[1] if len(words) > 1 else "")
    arguments = text_of(record, "args", "query_string", "query").removeprefix("?")
    if arguments and "?" not in target:
        target = f"{target}?{arguments}"
    return (method.upper() if method.isalpha() else ""), bytes_of(target)


def _time_ns(record: Record) -> int:
    for name in _TIME:
        if record.get(name) not in (None, "", "-"):
            return time_ns_of(record[name])
    raise MalformedError("no time")


def _took_ns(record: Record) -> int:
    """Seconds of nginx; the others' ``duration`` is in a unit of each one's own and is left alone."""
    seconds = record.get("request_time")
    try:
        return min(time_ns_of(seconds), _DAY_NS) if seconds is not None else 0
    except MalformedError:
        return 0


def _recognise(lines: list[bytes]) -> bool:
    return sum(map(_is_of_this_format, lines)) * 2 > len(lines)


def _is_of_this_format(line: bytes) -> bool:
    try:
        return _is_access(_flat(record_of(line)))
    except MalformedError:
        return False


_NGINX: Final = (
    b'{"time_iso8601":"2026-11-21T19:45:00+08:00","remote_addr":"104.16.5.9","http_x_forwarded_for":"",'
    b'"server_name":"hr.example.cn","host":"hr.example.cn","request_method":"POST","scheme":"https",'
    b'"uri":"/staff","args":"page=2","status":"200","request_length":"412","bytes_sent":"5380",'
    b'"body_bytes_sent":"5120","content_type":"application/json","upstream_addr":"127.0.0.1:8000",'
    b'"request_body":"{\\"page\\":2}"}\n'
)
_CADDY: Final = (
    b'{"level":"info","ts":1795261500.25,"logger":"http.log.access","msg":"handled request","request":'
    b'{"remote_ip":"104.16.5.9","remote_port":"51000","proto":"HTTP/2.0","method":"GET","host":"hr.example.cn",'
    b'"uri":"/staff?page=2","headers":{"Referer":["https://hr.example.cn/"]}},"bytes_read":0,"duration":0.01,'
    b'"size":5120,"status":200}\n'
)
_TRAEFIK: Final = (
    b'{"ClientHost":"104.16.5.9","RequestHost":"hr.example.cn","RequestMethod":"GET","RequestPath":"/staff",'
    b'"DownstreamContentSize":5120,"DownstreamStatus":200,"StartUTC":"2026-11-21T11:45:00.5Z",'
    b'"ServiceAddr":"10.0.0.3:80","time":"2026-11-21T11:45:01Z"}\n'
)
_ENVOY: Final = (
    b'{"start_time":"2026-11-21T11:45:00.500Z","downstream_remote_address":"10.0.0.4:51000","method":"PUT",'
    b'"path":"/v1/patients","authority":"api.example.com","response_code":201,"bytes_received":88000,'
    b'"bytes_sent":12,"upstream_host":"104.16.5.9:443"}\n'
)

FORMAT: Final = LogFormat(
    name="access_json",
    recognise=_recognise,
    open=_Reader,
    order=50,
    examples=(_NGINX, _CADDY, _TRAEFIK, _ENVOY),
)
