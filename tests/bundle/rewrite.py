"""Rewrites a capture: other addresses, another clock, another link; every checksum is reckoned anew."""

from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from pathlib import Path
import subprocess

from msgspec import Struct
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import CookedLinuxV2, Dot1Q, Ether
from scapy.packet import Packet, Raw
from scapy.utils import RawPcapReader, RawPcapWriter

ETHERNET, RAW, SLL2 = 1, 101, 276


class Style(Struct, frozen=True):
    """How a capture is written."""

    suffix: str = "pcap"
    """``pcap`` or ``pcapng``."""
    nano: bool = False
    endian: str = "<"
    vlan: int = 0
    """The tag that each frame gets; 0 for none."""
    raw: bool = False
    """Whether frames lose their Ethernet header."""
    cooked: bool = False
    """Whether it was taken on all interfaces at once (``tcpdump -i any``)."""


def rewrite(captured: Path, target: Path, addresses: dict[str, str], begun_ns: int, style: Style) -> None:
    """Write ``captured`` anew, its first packet at ``begun_ns``."""
    frames = list(_rewritten(captured, addresses, style))
    shift = begun_ns - frames[0][0]
    moved = ((time_ns + shift, frame) for time_ns, frame in frames)
    plain = target.with_suffix(".pcap")
    _write(plain, moved, style)
    if style.suffix == "pcapng":
        subprocess.run(["editcap", "-F", "pcapng", plain, target], check=True)
        plain.unlink()


def _rewritten(captured: Path, addresses: dict[str, str], style: Style) -> Iterator[tuple[int, bytes]]:
    first: type[Packet] = CookedLinuxV2 if style.cooked else Ether
    with RawPcapReader(str(captured)) as reader:
        for content, meta in reader:
            packet = _readdressed(first(content), addresses)
            if style.vlan:
                packet = _tagged(packet, style.vlan)
            yield meta.sec * 10**9 + meta.usec, bytes(packet.payload if style.raw else packet)


def _readdressed(packet: Packet, addresses: dict[str, str]) -> Packet:
    network = packet[IP] if IP in packet else packet[IPv6]
    network.src, network.dst = addresses[network.src], addresses[network.dst]
    if IP in packet:
        del network.chksum
    transport = packet[TCP] if TCP in packet else packet[UDP]
    if UDP in packet:
        transport.payload = _names_readdressed(bytes(transport.payload), addresses)
    del transport.chksum
    return packet


def _names_readdressed(answer: bytes, addresses: dict[str, str]) -> Packet:
    """Addresses in a DNS answer."""
    for old, new in addresses.items():
        was, becomes = ip_address(old).packed, ip_address(new).packed
        if len(was) == len(becomes):
            answer = answer.replace(was, becomes)
    return Raw(answer)


def _tagged(frame: Packet, vlan: int) -> Packet:
    kind = frame.type
    return Ether(src=frame.src, dst=frame.dst) / Dot1Q(vlan=vlan, type=kind) / frame.payload


def _write(path: Path, frames: Iterable[tuple[int, bytes]], style: Style) -> None:
    link = RAW if style.raw else SLL2 if style.cooked else ETHERNET
    with RawPcapWriter(str(path), linktype=link, endianness=style.endian, nano=style.nano) as writer:
        writer.write_header(None)
        for time_ns, frame in frames:
            part = time_ns % 10**9
            writer.write_packet(frame, sec=time_ns // 10**9, usec=part if style.nano else part // 1000)
