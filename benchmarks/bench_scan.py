"""``guanjin scan`` end to end against tshark on the same file, and its memory against the file's size."""

from pathlib import Path
import shutil
import statistics
import subprocess
import sys
from typing import Final

from benchmarks import Result
from benchmarks.capture_file import capture_file

NAME: Final = "scan"
TITLE: Final = "Scan end to end"

_MEGABYTES: Final = 250
_LARGE: Final = 1_000
_ABROAD: Final = 0.05
_TIMES: Final = 3
_MEASURE: Final = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


def run() -> Result:
    """CPU seconds of whole processes, start-up included."""
    paths = {megabytes: capture_file(megabytes, _ABROAD) for megabytes in (_MEGABYTES, _LARGE)}
    scans = {megabytes: _scan(path) for megabytes, path in paths.items()}
    rows = [_row(f"guanjin scan, {megabytes:,} MB", megabytes, used) for megabytes, used in scans.items()]
    if shutil.which("tshark"):
        tshark = _used("tshark", "-n", "-r", str(paths[_MEGABYTES]), "-T", "fields", "-e", "http.file_data")
        rows.append(_row(f"tshark -T fields -e http.file_data, {_MEGABYTES} MB", _MEGABYTES, tshark))
        rows.append(("ratio on the same file", f"{tshark[0] / scans[_MEGABYTES][0]:,.1f}", "", ""))
    return Result(
        ("what", "MB per CPU second", "CPU seconds", "resident set at most, MB"),
        tuple(rows),
        f"Captures of {_MEGABYTES} MB and {_LARGE:,} MB, {_ABROAD:.0%} of whose payload goes to the United States as"
        " JSON uploads of invented persons; the rest stays inside. guanjin reads, finds, masks, counts persons, judges"
        " and prints JSON; tshark prints the HTTP bodies and finds nothing in them. Whole processes, start-up included;"
        f" guanjin the median of {_TIMES} runs with compiled kernels, tshark one run.",
    )


def _scan(path: Path) -> tuple[float, float]:
    words = (sys.executable, "-m", "guanjin", "scan", str(path), "--json")
    runs = [_used(*words) for _ in range(_TIMES + 1)][1:]
    return statistics.median(seconds for seconds, _ in runs), max(megabytes for _, megabytes in runs)


def _used(*words: str) -> tuple[float, float]:
    """CPU seconds and peak resident megabytes of a command."""
    done = subprocess.run([sys.executable, "-c", _MEASURE, *words], capture_output=True, text=True, check=True)
    seconds, kibibytes = done.stdout.split()
    return float(seconds), int(kibibytes) * 1024 / 1e6


def _row(what: str, megabytes: int, used: tuple[float, float]) -> tuple[str, ...]:
    return what, f"{megabytes / used[0]:,.1f}", f"{used[0]:.1f}", f"{used[1]:,.0f}"
