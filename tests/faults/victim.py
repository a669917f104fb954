"""An agent's second half in a process of its own, to be killed: it appends, tells what was taken in, and delivers."""

from multiprocessing.connection import Connection
from pathlib import Path
import random
import struct
import time

from agent.outlets.delivery import Delivery
from agent.outlets.https import HttpsOutlet, HttpsSettings
from tests.agent.spools import a_spool, events
from tests.faults.variants import VARIANTS
from wire.faults import UnavailableError
from wire.kinds import Grade

OFFERED, TAKEN, OPEN = range(3)
MESSAGE = struct.Struct("<BQId")
"""What, first event, how many, and when."""
_GRADES = (None, Grade.GENERAL, Grade.SENSITIVE)


def work(folder: Path, variant: str, url: str, first: int, told: Connection) -> None:
    """Until it is killed.

    Args:
        folder: of the spool.
        variant: which way it is broken; empty for not at all.
        url: of the sink; empty to deliver nothing.
        first: number of the first event.
        told: takes messages.
    """

    def tell(what: int, at: int, count: int) -> None:
        told.send_bytes(MESSAGE.pack(what, at, count, time.monotonic()))

    chance = random.Random(first)  # noqa: S311  # repeatable, not secret
    with VARIANTS[variant]():
        spool = a_spool(folder, most_bytes=256 << 20)
        if url:
            Delivery(spool, HttpsOutlet(HttpsSettings(url=url, agent="probe")), chance.random).start()
        tell(OPEN, 0, 0)
        while True:
            count = chance.choice((1, 3, 20, 250))
            batch = events(range(first, first + count), chance.choice(_GRADES), chance.choice((0, 40)))
            tell(OFFERED, first, count)
            try:
                spool.append(batch)
            except UnavailableError:
                continue
            tell(TAKEN, first, count)
            first += count
