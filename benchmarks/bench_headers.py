"""Headers, flows and sampling over a capture of domestic traffic, against dpkt and scapy on the same file."""

from itertools import islice
from pathlib import Path
from typing import Final

import dpkt
from scapy.layers.inet import IP
from scapy.layers.l2 import Ether
from scapy.utils import RawPcapReader

from agent.batch import PacketBatch
from agent.flows import Fate, FlowTable
from agent.headers import parse_headers
from agent.inlets.pcap import CaptureFile
from agent.sampling import choose, keys_of
from benchmarks import Result, cpu_seconds
from benchmarks.capture_file import capture_file

NAME: Final = "headers"
TITLE: Final = "Headers, flows and sampling"

_MEGABYTES: Final = 250
_DPKT_PACKETS: Final = 50_000
_SCAPY_PACKETS: Final = 5_000
_REPEATS: Final = 100
_RATE: Final = 0.05


def run() -> Result:
    """Packets per second of CPU time, reading the file included."""
    path = capture_file(_MEGABYTES)
    count = _headers(path)
    _chosen(path)
    batch = next(iter(CaptureFile(path)))
    work = {
        "guanjin: headers, packets in memory": (len(batch) * _REPEATS, lambda: _in_memory(batch)),
        "guanjin: headers": (count, lambda: _headers(path)),
        "guanjin: headers, flows, sampling": (count, lambda: _chosen(path)),
        f"dpkt, first {_DPKT_PACKETS:,} packets": (_DPKT_PACKETS, lambda: _dpkt(path)),
        f"scapy, first {_SCAPY_PACKETS:,} packets": (_SCAPY_PACKETS, lambda: _scapy(path)),
    }
    seconds = cpu_seconds([do for _, do in work.values()])
    rates = [packets / taken for (packets, _), taken in zip(work.values(), seconds, strict=True)]
    rows = (
        (name, f"{rate:,.0f}", f"{rate / rates[-2]:,.1f}", f"{rate / rates[-1]:,.1f}")
        for name, rate in zip(work, rates, strict=True)
    )
    return Result(
        ("what", "packets per CPU second", "times dpkt", "times scapy"),
        tuple(rows),
        f"A capture of {_MEGABYTES} MB and {count:,} packets (TLS, HTTP and DNS between mainland addresses, made by"
        " `benchmarks/capture_file.py`) is read from its file by each, but for the first row. Headers are addresses,"
        " ports, sequence number, flags and payload of every packet; flows are counted in one table,"
        f" {_RATE:.0%} of them are chosen by hash, finished and idle ones are taken out. dpkt and scapy read the"
        " beginning of the same file up to TCP and UDP. Medians of five runs taken in turn on one core, after a first"
        " one that compiled the kernels.",
    )


def _in_memory(batch: PacketBatch) -> None:
    for _ in range(_REPEATS):
        parse_headers(batch)


def _headers(path: Path) -> int:
    return sum(len(parse_headers(batch)) for batch in CaptureFile(path))


def _chosen(path: Path) -> int:
    """How many packets belong to chosen flows."""
    table, chosen = FlowTable(seed=1), 0
    for batch in CaptureFile(path):
        headers = parse_headers(batch)
        update = table.update(batch.time_ns, headers)
        is_read = choose(keys_of(headers, seed=1), _RATE) & (update.flow >= 0)
        table.decide(update.flow[is_read], Fate.READ)
        chosen += int(is_read.sum())
        table.expire(int(batch.time_ns[-1]), 60_000_000_000)
    return chosen


def _dpkt(path: Path) -> int:
    payload = 0
    with path.open("rb") as file:
        for _, frame in islice(dpkt.pcap.Reader(file), _DPKT_PACKETS):
            ip = dpkt.ethernet.Ethernet(frame).data
            key = (ip.src, ip.dst, ip.p, ip.data.sport, ip.data.dport)
            payload += len(key) and len(ip.data.data)
    return payload


def _scapy(path: Path) -> int:
    payload = 0
    with RawPcapReader(str(path)) as reader:
        for frame, _ in islice(reader, _SCAPY_PACKETS):
            ip = Ether(frame)[IP]
            key = (ip.src, ip.dst, ip.proto, ip.payload.sport, ip.payload.dport)
            payload += len(key) and len(ip.payload.payload)
    return payload
