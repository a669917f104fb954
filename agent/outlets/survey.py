"""A spool seen from outside, without its key and while an agent uses it."""

from pathlib import Path
from typing import Final

from msgspec import Struct

from agent.outlets.dead_letters import SUFFIX
from agent.outlets.disk import LocalDisk
from agent.outlets.ledger import LedgerFile
from agent.outlets.segment import Name, records
from wire.envelopes import Gap
from wire.faults import UnavailableError

LANE_TITLES: Final = (
    ("未发现", "nothing found"),
    ("个人信息", "personal"),
    ("敏感或疑似重要", "sensitive or important"),
)


class LaneSurvey(Struct, frozen=True):
    """One lane: what is there, acknowledged or not since the ledger was written last."""

    title: str
    title_en: str
    records: int = 0
    items: int = 0
    size: int = 0
    """Bytes of its segments."""
    oldest_ns: int = 0


class Survey(Struct, frozen=True):
    """A spool."""

    lanes: tuple[LaneSurvey, ...]
    untold: tuple[Gap, ...]
    """Losses that are not on their way yet."""
    dropped: dict[str, int]
    dead: int


def survey(folder: Path) -> Survey:
    """Look at a spool.

    Raises:
        UnavailableError: it is not there, or cannot be read.
    """
    disk = LocalDisk()
    try:
        sizes = disk.sizes(folder)
        ledger = LedgerFile(disk, folder / "ledger").load()
        dead = sum(name.endswith(SUFFIX) for name in disk.sizes(folder / "dead"))
        names = sorted(name for file in sizes if (name := Name.read(file)) is not None)
        lanes = [
            _lane(folder, [name for name in names if name.lane == lane], lane, mark.sequence)
            for lane, mark in enumerate(ledger.marks)
        ]
    except OSError as error:
        raise UnavailableError(f"no spool can be read at {folder}: {error.strerror}") from error
    return Survey(tuple(lanes), ledger.gaps, ledger.dropped, dead)


def _lane(folder: Path, names: list[Name], lane: int, acknowledged: int) -> LaneSurvey:
    found, size = [], 0
    for place, name in enumerate(names):
        try:
            content = (folder / name.file).read_bytes()
        except FileNotFoundError:  # delivered meanwhile
            continue
        size += len(content)
        heads = (record.head for record in records(content))
        found += [head for head in heads if place or head.sequence > acknowledged]
    return LaneSurvey(
        *LANE_TITLES[lane],
        records=len(found),
        items=sum(head.items for head in found),
        size=size,
        oldest_ns=min((head.made_ns for head in found), default=0),
    )
