"""Makes the bundle anew, as root, on Linux: ``python -m tests.bundle.make [--truths] [CASE... | portal]``.

With ``--truths`` the captures stay as they are and only what is derived from them is written again.
"""

import argparse
from datetime import datetime
from pathlib import Path
import sys
from tempfile import TemporaryDirectory
from typing import Final

from tests.bundle.cases import CASES, Case
from tests.bundle.lab import ADDRESSES, INSIDE, OUTSIDE, RESOLVER, WIRE, Lab
from tests.bundle.plays import Capture, Stage
from tests.bundle.portal import make_portal_logs, write_portal_truths
from tests.bundle.rewrite import rewrite
from tests.bundle.sensors import write_sensor_logs
from tests.bundle.truth import assert_sound, tear, truth_of, write_truth

CAPTURES: Final = Path(__file__).parents[1] / "captures"
LOGS: Final = CAPTURES.with_name("logs")


def main() -> None:
    """Make the named captures, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--truths", action="store_true")
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    cases = [case for case in CASES if not given.names or case.name in given.names]
    if not given.truths:
        with Lab() as lab:
            for case in cases:
                make(lab, case)
            if not given.names or "portal" in given.names:
                make_portal_logs(lab, LOGS)
    for case in cases:
        write_truth(_path(case), truth_of(case, _path(case)))
    write_portal_truths(LOGS)
    write_sensor_logs(CAPTURES, LOGS)


def make(lab: Lab, case: Case) -> None:
    """Play one case, record it and rewrite it."""
    target = _path(case)
    with TemporaryDirectory() as folder:
        recorded = Path(folder) / "recorded.pcap"
        interface = "any" if case.style.cooked else WIRE
        case.play(_stage(lab, case, Path(folder), lambda: lab.captured(recorded, interface=interface)))
        begun_ns = int(datetime.fromisoformat(case.at).timestamp()) * 10**9
        rewrite(recorded, target, _addresses(case), begun_ns, case.style)
    assert_sound(target, case.sent)
    if case.is_torn:
        tear(target)
    sys.stdout.write(f"{target.name}: {target.stat().st_size} bytes\n")


def _path(case: Case) -> Path:
    return CAPTURES / f"{case.name}.{case.style.suffix}"


def _stage(lab: Lab, case: Case, folder: Path, capture: Capture) -> Stage:
    is_pull = case.direction == "pull"
    server, client = (case.origin, case.target) if is_pull else (case.target, case.origin)
    return Stage(
        lab=lab, folder=folder, capture=capture, host=server.host or f"{case.name}.example", port=server.port,
        client_port=client.port, is_pull=is_pull, is_ipv6=":" in case.origin.address,
    )  # fmt: skip


def _addresses(case: Case) -> dict[str, str]:
    place = 1 if ":" in case.origin.address else 0
    return {
        ADDRESSES[INSIDE][place]: case.origin.address,
        ADDRESSES[OUTSIDE][place]: case.target.address,
        **({} if place else {RESOLVER: case.origin.address.rsplit(".", 1)[0] + ".53"}),
    }


if __name__ == "__main__":
    main()
