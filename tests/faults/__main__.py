"""``python -m tests.faults [kills] [power cuts]``: the nightly numbers (1,000 and 500 unless others are given)."""

from pathlib import Path
import sys
import tempfile
import time

from tests.faults.campaigns import kills, power_cuts
from tests.faults.drive import why_not
from tests.faults.scenarios import SCENARIOS
from tests.faults.variants import VARIANTS

_ROUND = 50
"""Lives of one spool; each round has a seed of its own."""


def main() -> int:
    """Run all; the exit code says whether anything was violated."""
    wanted = [int(word) for word in sys.argv[1:]] or [1_000, 500]
    wrong = 0
    for title, campaign, cycles in zip(("kills", "power cuts"), (kills, power_cuts), wanted, strict=False):
        if campaign is power_cuts and why_not():
            _say(f"{title}: not run: {why_not()}")
            continue
        begun, found = time.monotonic(), []
        for seed in range(-(-cycles // _ROUND)):
            with tempfile.TemporaryDirectory() as folder:
                found += campaign(Path(folder), min(_ROUND, cycles - seed * _ROUND), seed=seed)
        _say(f"{cycles} {title}: {len(found)} violations {found[:3]}, {time.monotonic() - begun:.0f} s")
        wrong += len(found)
    caught = sum(any(_found(scenario, variant) for scenario in SCENARIOS) for variant in VARIANTS if variant)
    _say(f"broken spools caught without a power cut: {caught} of {len(VARIANTS) - 1} (no fsync needs one)")
    return 1 if wrong else 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _found(scenario: str, variant: str) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            return SCENARIOS[scenario](Path(folder), variant)
        except OSError as error:
            return [str(error)]


if __name__ == "__main__":
    sys.exit(main())
