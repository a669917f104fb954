"""What is true of a capture, measured by tshark and not by guanjin."""

from pathlib import Path
import subprocess
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests.bundle.cases import Case, Side

_LOST: Final = "tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment"


def truth_of(case: Case, capture: Path) -> dict[str, Any]:
    """The truth file's content."""
    transfer = {
        "origin": _told(case.origin),
        "target": _told(case.target),
        "direction": case.direction,
        "protocol": case.protocol,
        "sent_bytes": sent_bytes(capture, case.origin, case.target),
        "status": case.status,
        "tallies": case.tallies,
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
    command = ["tshark", "-r", str(capture), "-Y", wanted, "-T", "fields", "-e", field, *options]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def _told(side: Side) -> dict[str, Any]:
    return {
        "address": side.address,
        "port": side.port,
        "host": side.host,
        "region": side.region,
        "country": side.country,
    }
