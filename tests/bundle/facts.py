"""What tshark tells of each conversation in a capture: the facts that sensors' logs are written from."""

from pathlib import Path
from typing import Final

from msgspec import Struct

from tests.bundle.truth import tshark_fields

FIELDS: Final = (
    "frame.time_epoch", "tcp.stream", "ip.src", "tcp.srcport", "ip.dst", "tcp.dstport", "tcp.len", "ip.len",
    "tcp.flags.syn", "tcp.analysis.retransmission", "frame.len", "http.request.method", "http.host", "http.request.uri",
    "http.user_agent", "http.content_length", "http.content_type", "http.response.code",
    "http.chunk_size",
    "tls.handshake.extensions_server_name",
)  # fmt: skip


class Request(Struct):
    """One HTTP transaction."""

    time: float
    method: str
    host: str
    uri: str
    agent: str
    request_length: int
    request_type: str
    status: int = 0
    response_length: int = 0
    response_type: str = ""


class Conversation(Struct):
    """One TCP connection; index 0 is the client."""

    begun: float
    client: str
    client_port: int
    server: str
    server_port: int
    ended: float = 0.0
    content: list[int] = []
    packets: list[int] = []
    network_bytes: list[int] = []
    frame_bytes: list[int] = []
    server_name: str = ""
    sensor: str = ""
    """Which sensor logs it: each gives its connections names of its own."""
    requests: list[Request] = []


def conversations(capture: Path) -> list[Conversation]:
    """The TCP connections of a capture over IPv4, in the order of their beginnings."""
    found: dict[str, Conversation] = {}
    for row in tshark_fields(capture, "tcp && ip", FIELDS):
        packet = dict(zip(FIELDS, row, strict=True))
        stream = packet["tcp.stream"]
        if stream not in found:
            found[stream] = Conversation(
                float(packet["frame.time_epoch"]), packet["ip.src"], int(packet["tcp.srcport"]),
                packet["ip.dst"], int(packet["tcp.dstport"]),
                content=[0, 0], packets=[0, 0], network_bytes=[0, 0], frame_bytes=[0, 0],
            )  # fmt: skip
        _count(found[stream], packet)
        _tell(found[stream], packet)
    return list(found.values())


def _count(conversation: Conversation, packet: dict[str, str]) -> None:
    side = int(packet["tcp.srcport"] != str(conversation.client_port))
    conversation.ended = float(packet["frame.time_epoch"])
    conversation.packets[side] += 1
    conversation.network_bytes[side] += int(packet["ip.len"])
    conversation.frame_bytes[side] += int(packet["frame.len"])
    if not packet["tcp.analysis.retransmission"]:
        conversation.content[side] += int(packet["tcp.len"])


def _tell(conversation: Conversation, packet: dict[str, str]) -> None:
    conversation.server_name = conversation.server_name or packet["tls.handshake.extensions_server_name"]
    length = int(packet["http.content_length"] or 0)
    if packet["http.request.method"]:
        conversation.requests.append(
            Request(
                float(packet["frame.time_epoch"]), packet["http.request.method"], packet["http.host"],
                packet["http.request.uri"], packet["http.user_agent"], length, packet["http.content_type"],
            )
        )  # fmt: skip
    elif packet["http.response.code"] and conversation.requests:
        request = conversation.requests[-1]
        chunks = sum(int(size, 0) for size in packet["http.chunk_size"].split(",") if size)
        request.status, request.response_length = int(packet["http.response.code"]), length or chunks
        request.response_type = packet["http.content_type"]
