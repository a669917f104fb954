"""Writes logs as Zeek and Suricata would, from the facts of captures. Neither program had a hand in them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Final

import msgspec

from tests.bundle.facts import Conversation, Request

_ENDS: Final = ("ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p")
_COLUMNS: Final = {
    "conn": (
        *_ENDS, "proto", "service", "duration", "orig_bytes", "resp_bytes", "conn_state", "local_orig", "local_resp",
        "missed_bytes", "history", "orig_pkts", "orig_ip_bytes", "resp_pkts", "resp_ip_bytes", "tunnel_parents",
        "ip_proto",
    ),
    "http": (
        *_ENDS, "trans_depth", "method", "host", "uri", "referrer", "version", "user_agent", "origin",
        "request_body_len", "response_body_len", "status_code", "status_msg", "info_code", "info_msg", "tags",
        "username", "password", "proxied", "orig_fuids", "orig_filenames", "orig_mime_types", "resp_fuids",
        "resp_filenames", "resp_mime_types",
    ),
    "ssl": (
        *_ENDS, "version", "cipher", "curve", "server_name", "resumed", "last_alert", "next_protocol", "established",
        "ssl_history",
    ),
}  # fmt: skip
_TYPES: Final = {
    "ts": "time", "duration": "interval", "id.orig_h": "addr", "id.resp_h": "addr", "id.orig_p": "port",
    "id.resp_p": "port", "proto": "enum", "local_orig": "bool", "local_resp": "bool", "resumed": "bool",
    "established": "bool", "tags": "set[enum]", "tunnel_parents": "set[string]", "proxied": "set[string]",
}  # fmt: skip
_COUNTS: Final = frozenset(
    {
        "orig_bytes", "resp_bytes", "missed_bytes", "orig_pkts", "orig_ip_bytes", "resp_pkts", "resp_ip_bytes",
        "ip_proto", "trans_depth", "request_body_len", "response_body_len", "status_code", "info_code",
    }
)  # fmt: skip


def zeek_tsv(kind: str, seen: Iterable[Conversation], opened: str) -> str:
    """One Zeek log as columns."""
    columns = _COLUMNS[kind]
    rows = ["\t".join(_cell(record.get(name)) for name in columns) for record in _records(kind, seen)]
    head = [
        "#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", f"#path\t{kind}",
        f"#open\t{opened}", "\t".join(("#fields", *columns)),
        "\t".join(("#types", *(_TYPES.get(name, "count" if name in _COUNTS else "string") for name in columns))),
    ]  # fmt: skip
    return "\n".join((*head, *rows, f"#close\t{opened}", ""))


def zeek_json(kind: str, seen: Iterable[Conversation]) -> str:
    """One Zeek log as JSON: what is unset is left out."""
    return "".join(msgspec.json.encode(record).decode() + "\n" for record in _records(kind, seen))


def eve(seen: Iterable[Conversation], bodies: Sequence[str] = ()) -> str:
    """A Suricata log: http and tls, alerts that carry the requests' bodies where these are given, and the flows."""
    records = [record for each in seen for record in _eve_of(each, bodies)]
    return "".join(msgspec.json.encode(record).decode() + "\n" for record in records)


def _records(kind: str, seen: Iterable[Conversation]) -> list[dict[str, Any]]:
    if kind == "conn":
        return [_conn(each) for each in seen]
    if kind == "ssl":
        return [_ssl(each) for each in seen if each.server_name]
    return [_http(each, depth, one) for each in seen for depth, one in enumerate(each.requests, 1)]


def _ends(seen: Conversation, time: float) -> dict[str, Any]:
    ends = (seen.client, seen.client_port, seen.server, seen.server_port)
    uid = "C" + blake2b(repr((*ends, seen.begun, seen.sensor)).encode(), digest_size=8).hexdigest()
    return dict(zip(_ENDS, (round(time, 6), uid, *ends), strict=True))


def _conn(seen: Conversation) -> dict[str, Any]:
    return {
        **_ends(seen, seen.begun),
        "proto": "tcp",
        "service": "ssl" if seen.server_name else "http",
        "duration": round(seen.ended - seen.begun, 6),
        "orig_bytes": seen.content[0],
        "resp_bytes": seen.content[1],
        "conn_state": "SF",
        "local_orig": seen.client.startswith("10."),
        "local_resp": seen.server.startswith("10."),
        "missed_bytes": 0,
        "history": "ShADadFf",
        "orig_pkts": seen.packets[0],
        "orig_ip_bytes": seen.network_bytes[0],
        "resp_pkts": seen.packets[1],
        "resp_ip_bytes": seen.network_bytes[1],
        "ip_proto": 6,
    }


def _http(seen: Conversation, depth: int, one: Request) -> dict[str, Any]:
    return {
        **_ends(seen, one.time),
        "trans_depth": depth,
        "method": one.method,
        "host": one.host,
        "uri": one.uri,
        "version": "1.1",
        "user_agent": one.agent,
        "request_body_len": one.request_length,
        "response_body_len": one.response_length,
        "status_code": one.status,
        "tags": [],
    }


def _ssl(seen: Conversation) -> dict[str, Any]:
    return {
        **_ends(seen, seen.begun),
        "version": "TLSv13",
        "cipher": "TLS_AES_256_GCM_SHA384",
        "curve": "x25519",
        "server_name": seen.server_name,
        "resumed": False,
        "established": True,
        "ssl_history": "CsiI",
    }


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, float):
        return f"{value:.6f}"
    if isinstance(value, list):
        return ",".join(value) or "(empty)"
    return "-" if value is None else str(value)


def _eve_of(seen: Conversation, bodies: Sequence[str]) -> Iterable[dict[str, Any]]:
    if seen.server_name:
        yield {**_head(seen, seen.begun, "tls"), "tls": {"sni": seen.server_name, "version": "TLS 1.3"}}
    for number, one in enumerate(seen.requests):
        http = {
            "hostname": one.host, "url": one.uri, "http_user_agent": one.agent, "http_method": one.method,
            "protocol": "HTTP/1.1", "status": one.status, "length": one.response_length,
            "http_content_type": one.response_type,
        }  # fmt: skip
        yield {**_head(seen, one.time, "http"), "tx_id": number, "http": http}
        if bodies:
            printable = {**http, "http_request_body_printable": bodies[number]}
            yield {
                **_head(seen, one.time, "alert"),
                "tx_id": number,
                "direction": "to_server",
                "app_proto": "http",
                "alert": {
                    "action": "allowed", "gid": 1, "signature_id": 9000001, "rev": 1, "signature": "FORM POST OUTBOUND",
                    "category": "Potential Corporate Privacy Violation", "severity": 1,
                },
                "http": printable,
            }  # fmt: skip
    yield {
        **_head(seen, seen.ended, "flow"),
        "app_proto": "tls" if seen.server_name else "http",
        "flow": {
            "pkts_toserver": seen.packets[0], "pkts_toclient": seen.packets[1],
            "bytes_toserver": seen.frame_bytes[0], "bytes_toclient": seen.frame_bytes[1],
            "start": _stamp(seen.begun), "end": _stamp(seen.ended), "age": round(seen.ended - seen.begun),
            "state": "closed", "reason": "timeout", "alerted": bool(bodies),
        },
        "tcp": {"tcp_flags": "1b", "tcp_flags_ts": "1b", "tcp_flags_tc": "1b", "syn": True, "fin": True, "psh": True,
                "ack": True, "state": "closed"},
    }  # fmt: skip


def _head(seen: Conversation, time: float, kind: str) -> dict[str, Any]:
    ends = (seen.client, seen.client_port, seen.server, seen.server_port)
    number = int.from_bytes(blake2b(repr((*ends, seen.begun)).encode(), digest_size=6).digest(), "big")
    return {
        "timestamp": _stamp(time), "flow_id": number, "in_iface": "wire0", "event_type": kind, "src_ip": seen.client,
        "src_port": seen.client_port, "dest_ip": seen.server, "dest_port": seen.server_port, "proto": "TCP",
    }  # fmt: skip


def _stamp(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+0000")
