"""Makes the bundle anew: ``python -m tests.bundle.make [CASE...]``, as root, on Linux."""

from datetime import datetime
from pathlib import Path
import sys
from tempfile import TemporaryDirectory
from typing import Final

import msgspec

from tests.bundle.cases import CASES, Case
from tests.bundle.lab import ADDRESSES, INSIDE, OUTSIDE, RESOLVER, WIRE, Lab
from tests.bundle.plays import Capture, Stage
from tests.bundle.rewrite import rewrite
from tests.bundle.truth import assert_sound, truth_of

CAPTURES: Final = Path(__file__).parents[1] / "captures"


def main(names: list[str]) -> None:
    """Make the named captures, or all."""
    with Lab() as lab:
        for case in CASES:
            if not names or case.name in names:
                make(lab, case)


def make(lab: Lab, case: Case) -> None:
    """Play one case, record it, rewrite it and write its truth beside it."""
    target = CAPTURES / f"{case.name}.{case.style.suffix}"
    with TemporaryDirectory() as folder:
        recorded = Path(folder) / "recorded.pcap"
        interface = "any" if case.style.cooked else WIRE
        case.play(_stage(lab, case, Path(folder), lambda: lab.captured(recorded, interface=interface)))
        begun_ns = int(datetime.fromisoformat(case.at).timestamp()) * 10**9
        rewrite(recorded, target, _addresses(case), begun_ns, case.style)
    assert_sound(target, case.sent)
    truth = msgspec.json.format(msgspec.json.encode(truth_of(case, target)), indent=2)
    target.with_name(f"{case.name}.truth.json").write_bytes(truth + b"\n")
    sys.stdout.write(f"{target.name}: {target.stat().st_size} bytes\n")


def _stage(lab: Lab, case: Case, folder: Path, capture: Capture) -> Stage:
    is_pull = case.direction == "pull"
    server, client = (case.origin, case.target) if is_pull else (case.target, case.origin)
    return Stage(
        lab=lab, folder=folder, capture=capture, host=server.host or case.name, port=server.port,
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
    main(sys.argv[1:])
