"""Kills and power cuts at random points, as many as asked; afterwards the four properties must hold."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
import math
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
import random
import time

from agent.outlets.delivery import Delivery
from agent.outlets.https import HttpsOutlet, HttpsSettings
from tests.agent.spools import a_spool, an
from tests.faults.drive import Drive
from tests.faults.oracle import Oracle
from tests.faults.sink import Sink, serving
from tests.faults.variants import VARIANTS
from tests.faults.victim import MESSAGE, TAKEN, work
from tests.services.processes import wait_for

_NUMBERS = 1_000_000
"""That one life may use."""
_FRESH = 1 << 60
_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.faults.victim"])


def kills(folder: Path, cycles: int, variant: str = "", seed: int = 1) -> list[str]:
    """kill -9 at a random point, while it appends and delivers."""
    campaign = _Campaign(folder / "spool", variant, seed)
    with campaign.listening():
        for _ in range(cycles):
            campaign.cycle(lambda: None)
        return campaign.aftermath()


def power_cuts(folder: Path, cycles: int, variant: str = "", seed: int = 1) -> list[str]:
    """The disk loses its power at a random point, while the process appends and delivers."""
    with Drive(folder / "image", folder / "drive") as drive:
        campaign = _Campaign(drive.folder / "spool", variant, seed)
        with campaign.listening():
            for _ in range(cycles):
                campaign.cycle(drive.cut)
                drive.restore()
            return campaign.aftermath()


class _Campaign:
    """Many lives of one spool."""

    def __init__(self, folder: Path, variant: str, seed: int) -> None:
        self._folder, self._variant = folder, variant
        self._chance = random.Random(seed)  # noqa: S311  # repeatable, not secret
        self._oracle = Oracle()
        self._url = ""
        self._lives = 0

    @contextmanager
    def listening(self) -> Iterator[None]:
        """A collector that now and then is busy, or slow, so that answers come in any order."""
        sink = Sink(self._oracle.arrive)
        sink.behaviour = self._moody
        with serving(sink) as port:
            self._url = f"http://127.0.0.1:{port}"
            yield

    def _moody(self, _number: int, _envelope: object) -> tuple[int, dict[str, str]]:
        lot = self._chance.random()
        if lot < 0.1:
            time.sleep(0.2 * lot)
        return (503, {}) if lot > 0.97 else (204, {})

    def cycle(self, fault: Callable[[], None]) -> None:
        """One life: it ends at a random moment."""
        ours, theirs = _CONTEXT.Pipe(duplex=False)
        url = self._url if self._chance.random() < 0.6 else ""
        first, self._lives = self._lives * _NUMBERS, self._lives + 1
        process = _CONTEXT.Process(target=work, args=(self._folder, self._variant, url, first, theirs), daemon=True)
        process.start()
        theirs.close()
        end = math.inf
        try:
            wait_for(lambda: ours.poll(0.01) or not process.is_alive(), 30, "the victim")
            time.sleep(self._chance.uniform(0.0, 0.12))
            end = time.monotonic()
            fault()
        finally:
            process.kill()
            process.join()
            self._hear(ours, end)

    def _hear(self, told: Connection, end: float) -> None:
        """What was said after the end does not count: a disk without power may tell a living process anything."""
        with told, suppress(EOFError, OSError):
            while True:
                what, first, count, when = MESSAGE.unpack(told.recv_bytes())
                self._oracle.tried.update(range(first, first + count))
                if what == TAKEN and when < end:
                    self._oracle.taken.update(range(first, first + count))

    def aftermath(self) -> list[str]:
        """No more faults: all that is left must arrive, and something fresh too."""
        with VARIANTS[self._variant]():
            spool = a_spool(self._folder, most_bytes=256 << 20)
            delivery = Delivery(spool, HttpsOutlet(HttpsSettings(url=self._url, agent="probe")), lambda: 0.0)
            delivery.start()
            try:
                self._oracle.tried.add(_FRESH)
                spool.append([an(_FRESH)])
                wait_for(lambda: _FRESH in self._oracle.arrived, 30, "liveness: a fresh event")
                wait_for(lambda: spool.depth().records == 0 and not spool.depth().untold, 60, "liveness: the rest")
            except AssertionError as error:
                return [str(error)]
            finally:
                delivery.stop()
                spool.close()
        return self._oracle.violations() + ([] if self._oracle.taken else ["nothing was taken in: no test"])
