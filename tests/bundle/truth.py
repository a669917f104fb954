"""What is true of a capture, measured by tshark and not by guanjin."""

from collections.abc import Sequence
from pathlib import Path
import re
import subprocess
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec

from tests.bundle.cases import Case, Side
from tests.bundle.content import Tallies

_FILE_HEADER, _PACKET_HEADER, _LEFT = 24, 16, 20
"""Sizes in a pcap file, and how much of the last packet a torn one keeps."""
_CLINICAL_FIELDS: Final = (
    rb'"idCard":"[0-9X]{18}"', rb'"phone":"\d{11}"', rb'"diagnosis":"[^"]+"', rb'"name":"[^"]+"',
)  # fmt: skip
_LOST: Final = "tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment"


def tear(capture: Path) -> None:
    """End a capture in the middle of a packet, as a full disk does."""
    content = capture.read_bytes()
    at = _FILE_HEADER
    while at < len(content) * 3 // 5:
        at += _PACKET_HEADER + int.from_bytes(content[at + 8 : at + 12], "little")
    capture.write_bytes(content[: at + _PACKET_HEADER + _LEFT])


def write_truth(capture: Path, truth: dict[str, Any]) -> None:
    """Put the truth beside the file."""
    pretty = msgspec.json.format(msgspec.json.encode(truth), indent=2)
    capture.with_name(f"{capture.stem}.truth.json").write_bytes(pretty + b"\n")


def truth_of(case: Case, capture: Path) -> dict[str, Any]:
    """The truth file's content."""
    transfer = {
        "organisation": case.organisation,
        "origin": told_of(case.origin),
        "target": told_of(case.target),
        "direction": case.direction,
        "protocol": case.protocol,
        "content": _content(case),
        "sent_bytes": sent_bytes(capture, case.origin, case.target),
        "status": case.status,
        "tallies": _left(case, capture) if case.is_torn else case.tallies,
    }
    return {
        "what": case.what,
        "organisation": case.organisation,
        "registry": True,
        "transfers": [transfer],
        "flagged": int(case.is_flagged),
    }


def sent_bytes(capture: Path, origin: Side, target: Side) -> int:
    """Bytes of the transport's stream from origin to target: no headers below it, no repeats."""
    version = "ipv6" if ":" in origin.address else "ip"
    wanted = (
        f"{version}.src=={origin.address} && {version}.dst=={target.address} && tcp.srcport=={origin.port}"
        f" && tcp.dstport=={target.port} && !tcp.analysis.retransmission"
    )
    return sum(int(row[0]) for row in tshark(capture, wanted, "tcp.len"))


def _content(case: Case) -> str | None:
    """How much of what was sent can be read; None where nobody need (domestic)."""
    if case.status == "not_export":
        return None
    return "unseen" if case.protocol == "tls" else "partial" if case.is_torn else "seen"


def _left(case: Case, capture: Path) -> Tallies:
    """What stands in the part of a torn upload that can be read."""
    wanted = f"tcp.srcport=={case.origin.port} && !tcp.analysis.retransmission"
    stream = b"".join(bytes.fromhex(row[0]) for row in tshark(capture, wanted, "tcp.payload"))
    ids, mobiles, illnesses, names = (len(re.findall(pattern, stream)) for pattern in _CLINICAL_FIELDS)
    return {
        "cn.resident_id": {"hits": ids, "persons": ids},
        "cn.mobile": {"hits": mobiles, "persons": mobiles},
        "medical.diagnosis": {"hits": None, "persons": illnesses},
        "person.name": {"hits": names, "persons": ids},
    }


def assert_sound(capture: Path, sent: bytes) -> None:
    """Nothing is missing, every checksum is right, and tshark reads from the bodies just what was sent."""
    checks = [part for layer in ("tcp", "udp", "ip") for part in ("-o", f"{layer}.check_checksum:TRUE")]
    for fault in ("tcp.checksum.status==0", "udp.checksum.status==0", "ip.checksum.status==0", _LOST):
        bad = tshark(capture, fault, "frame.number", *checks)
        assert not bad, f"{capture.name}: {fault} in {len(bad)} packets"
    if sent:
        assert sent in http_bodies(capture), f"{capture.name}: tshark does not read what was sent"


def http_bodies(capture: Path) -> bytes:
    """All bodies that tshark reads, chunks joined and compression undone."""
    with TemporaryDirectory() as folder:
        command = ["tshark", "-r", str(capture), "-q", "--export-objects", f"http,{folder}"]
        subprocess.run(command, check=True, capture_output=True)
        return b"".join(path.read_bytes() for path in sorted(Path(folder).iterdir()))


def tshark(capture: Path, wanted: str, field: str, *options: str) -> list[list[str]]:
    """One field of the packets that a display filter lets through."""
    return tshark_fields(capture, wanted, (field,), *options)


def tshark_fields(capture: Path, wanted: str, fields: Sequence[str], *options: str) -> list[list[str]]:
    """Some fields of the packets that a display filter lets through; empty where a packet has none."""
    asked = [part for field in fields for part in ("-e", field)]
    command = ["tshark", "-r", str(capture), "-Y", wanted, "-T", "fields", *asked, *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0 or "cut short" in done.stderr, done.stderr
    return [line.split("\t") for line in done.stdout.splitlines()]


def told_of(side: Side) -> dict[str, Any]:
    """An end of a transfer for a truth file."""
    return {
        "address": side.address,
        "port": side.port,
        "host": side.host or None,
        "region": side.region,
        "country": side.country,
    }
