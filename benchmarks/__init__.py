"""Speeds and memory, as ratios in one run: each ``bench_*.py`` has a ``NAME``, a ``TITLE`` and ``run() -> Result``."""

from collections.abc import Callable, Sequence
import statistics
import time

from msgspec import Struct


class Result(Struct, frozen=True):
    """What a benchmark says: a table and how it came about."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    says: str
    """What was measured on what, in prose; no path and no name of the machine."""


def cpu_seconds(work: Sequence[Callable[[], object]], times: int = 5) -> list[float]:
    """Median CPU time of each piece of work, all of them taken in turn so that a busy machine burdens all alike."""
    taken: list[list[float]] = [[] for _ in work]
    for _ in range(times):
        for do, mine in zip(work, taken, strict=True):
            begun = time.process_time()
            do()
            mine.append(time.process_time() - begun)
    return [statistics.median(mine) for mine in taken]
