"""An exporter's transfers as columns: what the batch judge reads, without a record for each."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct
import numpy as np
from numpy.typing import NDArray

from collector.columns import NOMINAL, Hashes, opened
from collector.tracing import UntraceableError
from wire.events import TransferEvent
from wire.faults import MalformedError
from wire.kinds import Grade
from wire.legal_time import legal_day

Part = tuple[Grade, str]
"""Persons of one grade by one identifier type."""

_PERSONAL: Final = (Grade.GENERAL, Grade.SENSITIVE)


class IrregularError(UntraceableError):
    """A transfer whose sketches are damaged or not whole: it is judged one by one."""


class Shipment(Struct, frozen=True):
    """Transfers of one exporter and year in the order in which they began.

    Shape:
        flow: int32 (n,), places in ``flows``; day: int64 (n,), date ordinals; volume: int64 (n,), -1 if unknown;
        sizes: int64, persons of each part of each transfer; hashes: uint64, ascending within a part.
    """

    flows: tuple[TransferEvent, ...]
    """One transfer of each sort, of which all but the columns is alike as far as a judge may see."""
    flow: NDArray[np.int32]
    day: NDArray[np.int64]
    volume: NDArray[np.int64]
    sizes: NDArray[np.int64]
    hashes: Hashes

    def __len__(self) -> int:
        return len(self.flow)


def parts_of(event: TransferEvent) -> tuple[Part, ...]:
    """What a transfer's persons are divided into, in order."""
    personal = [tally for tally in event.tallies if tally.grade in _PERSONAL]
    return tuple(sorted({(tally.grade, name) for tally in personal for name, _ in tally.subjects.sketches}))


def persons_by_part(event: TransferEvent) -> list[Hashes]:
    """The hashes of each part.

    Raises:
        IrregularError: a sketch cannot be read, or is of more persons than a sketch keeps apart.
    """
    found: dict[Part, list[Hashes]] = {part: [] for part in parts_of(event)}
    for tally in event.tallies:
        for name, content in tally.subjects.sketches if tally.grade in _PERSONAL else ():
            found[tally.grade, name].append(_whole(content))
    return [some[0] if len(some) == 1 else np.unique(np.concatenate(some)) for some in found.values()]


def shipment_of(events: Sequence[TransferEvent]) -> Shipment:
    """The columns of some transfers.

    Raises:
        IrregularError: see ``persons_by_part``.
    """
    parts = [persons_by_part(event) for event in events]
    return Shipment(
        flows=tuple(events),
        flow=np.arange(len(events), dtype=np.int32),
        day=np.array([legal_day(each.begun_ns).toordinal() for each in events], np.int64),
        volume=np.array([-1 if each.sent_bytes is None else each.sent_bytes for each in events], np.int64),
        sizes=np.array([some.size for each in parts for some in each], np.int64),
        hashes=joined(some for each in parts for some in each),
    )


def joined(some: Iterable[Hashes]) -> Hashes:
    """One array after the other."""
    return np.concatenate([np.empty(0, np.uint64), *some])


def _whole(content: bytes) -> Hashes:
    try:
        theta, hashes = opened(content)
    except MalformedError as error:
        raise IrregularError("a sketch cannot be read") from error
    if theta < (1 << 63) - 1 or hashes.size > NOMINAL:
        raise IrregularError("a sketch is not whole")
    return hashes
