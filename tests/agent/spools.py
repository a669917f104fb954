"""Spools and what goes through them, for the tests of delivery."""

from collections.abc import Iterable
from hashlib import shake_256
from pathlib import Path

from agent.outlets.disk import Disk
from agent.outlets.spool import Spool, SpoolSettings
from collector.law.examples import an_event
from wire.envelopes import Envelope, Gap, Item, decode
from wire.events import Tally, TransferEvent
from wire.kinds import Grade, Kind

KEY = bytes(range(32))


def a_spool(folder: Path, disk: Disk | None = None, *, most_bytes: int = 64 << 20, most_frame: int = 900_000) -> Spool:
    settings = SpoolSettings(agent="probe", key=KEY, most_bytes=most_bytes, most_frame=most_frame)
    return Spool(folder, settings, lambda: 1_700_000_000_000_000_000, disk)


def an(number: int, grade: Grade | None = None, noise: int = 0) -> TransferEvent:
    """The event of that number, made larger by so many bytes that do not compress."""
    tallies = (Tally(Kind("email"), grade, 1, exemplars=("a***@b.example",)),) if grade else ()
    source = shake_256(str(number).encode()).hexdigest(noise)
    return an_event(*tallies, event_id=f"{number:032x}", source=source)


def events(numbers: Iterable[int], grade: Grade | None = None, noise: int = 0) -> list[TransferEvent]:
    return [an(number, grade, noise) for number in numbers]


def drained(spool: Spool) -> list[Envelope]:
    """All that the spool hands out, acknowledged."""
    envelopes: list[Envelope] = []
    while (parcel := spool.hand_out()) is not None:
        envelopes.append(decode(parcel.frame))
        spool.acknowledge(parcel)
    return envelopes


def items_of(envelopes: Iterable[Envelope]) -> list[Item]:
    return [item for envelope in envelopes for item in envelope.items]


def numbers_of(envelopes: Iterable[Envelope]) -> list[int]:
    return [int(item.event_id, 16) for item in items_of(envelopes) if isinstance(item, TransferEvent)]


def gaps_of(envelopes: Iterable[Envelope]) -> list[Gap]:
    return [item for item in items_of(envelopes) if isinstance(item, Gap)]
