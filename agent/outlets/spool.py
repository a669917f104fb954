"""The disk queue between an agent and its collector: what ``append`` has returned from is not lost.

At its bound the oldest segment of the least grave lane gives way, and that is told as a gap. A segment is removed only
when all of it is acknowledged, and only after the ledger says so.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from errno import EDQUOT, ENOSPC
import fcntl
import os
from pathlib import Path
from threading import Lock
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

from agent.outlets.dead_letters import DeadLetter, DeadLetters
from agent.outlets.disk import Disk, LocalDisk
from agent.outlets.lane import Lane, Loss, Parcel
from agent.outlets.ledger import Ledger, LedgerFile
from agent.outlets.losses import Losses
from agent.outlets.packing import GRAVE, LANES, Parting, head_of, parted
from agent.outlets.segment import KEY_BYTES, Head, Name, sealed_size
from wire.envelopes import Envelope, Gap, Item, encode
from wire.faults import ConfigurationError, UnavailableError

_LEAST_SEGMENT: Final = 64 << 10
_MOST_SEGMENT: Final = 4 << 20
_LEAST_BOUND: Final = 1 << 20
_TELLING_BYTES: Final = 32 << 10
"""Room that must be free before losses are told."""
_ACKS_PER_SAVE: Final = 64
_MOST_NAME: Final = 128
"""Bytes of the agent's name: all gaps that may wait must fit into the ledger."""
_FULL: Final = (ENOSPC, EDQUOT)


class SpoolSettings(Struct, frozen=True, kw_only=True):
    """How a spool is kept."""

    agent: str
    """Name that the envelopes bear."""
    key: bytes
    """32 bytes; without it nothing can be read again."""
    most_bytes: int = 1 << 30
    """Bound of all segments, give or take one."""
    most_frame: int = 900_000
    """Bytes of one envelope: a broker takes 1 MiB unless it is told otherwise."""


class Depth(Struct, frozen=True):
    """How a spool stands."""

    records: int
    items: int
    size: int
    """Bytes of its segments."""
    oldest_ns: int
    """When the oldest record that is not acknowledged was put in; 0 if there is none."""
    untold: int
    """Losses that are not on their way yet."""
    dead: int
    """Letters that no collector took."""
    dropped: dict[str, int]
    """Records lost since the spool was made, by reason."""


class Spool:
    """Many threads may use it; opening it again takes over what is there.

    Args:
        folder: its own; nobody else may use it meanwhile.
        settings: how it is kept.
        now_ns: the clock.
        disk: what it writes to.

    Raises:
        ConfigurationError: the folder cannot be used, is in use, or was written with another key.
    """

    def __init__(
        self,
        folder: Path,
        settings: SpoolSettings,
        now_ns: Callable[[], int],
        disk: Disk | None = None,
    ) -> None:
        _check(settings)
        self._folder, self._settings, self._now_ns = folder, settings, now_ns
        self._disk = disk or LocalDisk()
        self._most_bytes = max(settings.most_bytes, _LEAST_BOUND)
        self._segment_bytes = min(max(self._most_bytes // 64, _LEAST_SEGMENT), _MOST_SEGMENT)
        self._lock = Lock()
        self._doomed: list[Name] = []
        """Segments that the ledger has let go and that are still there."""
        self._acks = 0
        self._guard = -1
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._guard = _guarded(folder)
            self._open()
        except OSError as error:
            self._let_go()
            raise ConfigurationError(f"the spool cannot be opened: {error.strerror}", str(folder)) from error
        except BaseException:
            self._let_go()
            raise

    def append(self, items: Iterable[Item]) -> None:
        """Take records in; they are durable when this returns, or their loss is.

        Raises:
            UnavailableError: the disk takes nothing for now. Append them again: what was kept all the same is
                recognised as a repetition.
        """
        with self._lock:
            try:
                for lane, partings in _by_lane(parted(items)):
                    self._append_somehow(self._lanes[lane], partings)
            except OSError as error:
                raise UnavailableError(f"the spool's disk: {error.strerror}") from error
            with suppress(OSError):
                self._tell()

    def hand_out(self) -> Parcel | None:
        """The next record to send, the gravest first; None if there is none.

        Raises:
            UnavailableError: the disk cannot be read for now.
        """
        with self._lock:
            try:
                for lane in reversed(self._lanes):
                    parcel, losses = lane.hand_out()
                    self._losses.note(losses)
                    if parcel is not None:
                        return parcel
            except OSError as error:
                raise UnavailableError(f"the spool's disk: {error.strerror}") from error
        return None

    def acknowledge(self, parcel: Parcel) -> bool:
        """The collector has it for good. Says whether that was awaited: twice, or after it was given up, it is not."""
        with self._lock:
            lane = self._lanes[parcel.segment.name.lane]
            if not lane.acknowledge(parcel):
                return False
            self._acks += 1
            self._doomed += lane.finished()
            if self._doomed or self._acks >= _ACKS_PER_SAVE or not lane.pending[0]:
                self._save_and_remove()
            return True

    def rewind(self) -> None:
        """All that is handed out and not acknowledged will be handed out again."""
        with self._lock:
            for lane in self._lanes:
                lane.rewind()

    def refuse(self, parcel: Parcel, reason: str) -> None:
        """No collector will ever take it: it is set aside on disk with the reason, and told as a gap.

        Raises:
            UnavailableError: it cannot be set aside for now; it stays in the spool.
        """
        with self._lock:
            try:
                self._bury(parcel.epoch, parcel.head, parcel.frame, reason, 1)
            except OSError as error:
                raise UnavailableError(f"the spool's disk: {error.strerror}") from error
        self.acknowledge(parcel)

    def report(self, gap: Gap) -> None:
        """Tell of a loss that happened before the spool."""
        with self._lock:
            self._losses.add(gap, max(gap.count, 1))

    def tend(self) -> None:
        """What may be done at any quiet moment: losses are told, and files that could not be removed go."""
        with self._lock, suppress(OSError):
            self._tell()
            if self._doomed or self._acks:
                self._save_and_remove()

    def depth(self) -> Depth:
        """How it stands.

        Raises:
            UnavailableError: the disk cannot be read for now.
        """
        with self._lock:
            pending = [lane.pending for lane in self._lanes]
            try:
                made = [lane.next_made_ns() for lane in self._lanes]
                dead = len(self._dead)
            except OSError as error:
                raise UnavailableError(f"the spool's disk: {error.strerror}") from error
            return Depth(
                records=sum(records for records, _ in pending),
                items=sum(items for _, items in pending),
                size=self._size(),
                oldest_ns=min((one for one in made if one), default=0),
                untold=len(self._losses.gaps),
                dead=dead,
                dropped=dict(self._losses.dropped),
            )

    def close(self) -> None:
        """Keep how far all went, and let go of the folder."""
        with self._lock, suppress(OSError):
            self._save_and_remove()
            for lane in self._lanes:
                lane.end_segment()
        self._let_go()

    def _open(self) -> None:
        self._file = LedgerFile(self._disk, self._folder / "ledger")
        ledger = self._file.load()
        check = HKDF(SHA256(), 16, salt=None, info=b"guanjin spool check").derive(self._settings.key)
        if ledger.check and ledger.check != check:
            raise ConfigurationError(
                "the spool was written with another key", str(self._folder), "give that key, or another folder"
            )
        self._check = check
        self._losses = Losses(self._settings.agent, ledger.gaps, ledger.dropped)
        self._dead = DeadLetters(self._disk, self._folder / "dead", self._settings.key)
        names = _names(self._disk.sizes(self._folder))
        if self._file.is_damaged and names:
            self._losses.note([Loss("", 0, 0, "ledger_damaged")])
        key = self._settings.key
        self._lanes = [Lane(self._disk, self._folder, key, lane, ledger.marks[lane]) for lane in LANES]
        for lane, mark in zip(self._lanes, ledger.marks, strict=True):
            mine = [(name, size) for name, size in names if name.lane == lane.index]
            self._doomed += [name for name, _ in mine if name.number < mark.first]
            self._losses.note(list(lane.recover([one for one in mine if one[0].number >= mark.first])))
            self._doomed += lane.finished()
        self._save_and_remove(must=True)

    def _append(self, lane: Lane, partings: Sequence[Parting]) -> None:
        batch: list[tuple[Head, bytes]] = []
        unfit: list[tuple[Head, bytes]] = []
        for parting in partings:
            self._frame(lane, parting, batch, unfit)
        if batch and self._has_room(lane, sum(sealed_size(len(frame)) for _, frame in batch)):
            lane.append(batch, self._segment_bytes)
        elif batch:
            self._losses.note_unkept([head for head, _ in batch], lane.epoch, "spool_full")
            self._save()
        for head, frame in unfit:
            self._bury(lane.epoch, head, frame, "oversized")

    def _append_somehow(self, lane: Lane, partings: Sequence[Parting]) -> None:
        """On a disk that is full before the spool is, what is less grave gives way once."""
        try:
            self._append(lane, partings)
        except OSError as error:
            if error.errno not in _FULL or not self._drop_below(lane.index):
                raise
            self._append(lane, partings)

    def _frame(
        self, lane: Lane, parting: Parting, batch: list[tuple[Head, bytes]], unfit: list[tuple[Head, bytes]]
    ) -> None:
        """Make an envelope; one that is too large is halved, and a single record that is too large is set aside."""
        sequence = lane.sequence + len(batch)
        envelope = Envelope(agent=self._settings.agent, epoch=lane.epoch, sequence=sequence, items=parting.items)
        made = head_of(parting.items, sequence, self._now_ns()), encode(envelope)
        if len(made[1]) <= self._settings.most_frame:
            batch.append(made)
        elif len(parting.items) > 1:
            for half in parting.halves():
                self._frame(lane, half, batch, unfit)
        else:
            unfit.append(made)

    def _bury(self, epoch: str, head: Head, frame: bytes, reason: str, count: int = 0) -> None:
        """Set an envelope aside."""
        self._dead.keep(DeadLetter(epoch, head.sequence, reason, frame), head.made_ns, head.items)
        self._losses.note_unkept([head], epoch, reason, count)
        self._save()

    def _has_room(self, lane: Lane, size: int) -> bool:
        """Make room for some bytes by giving up what is not graver; False if all that is there is graver."""
        while self._size() + size > self._most_bytes:
            if not self._drop_below(lane.index + 1):
                return self._size() == 0
        return True

    def _drop_below(self, index: int) -> bool:
        """Drop the oldest segment of the least grave of the lanes below; False if they are empty."""
        for lane in self._lanes[:index]:
            if lane.can_drop:
                name, losses = lane.drop_oldest()
                self._losses.note(losses)
                self._doomed.append(name)
                self._save_and_remove(must=True)
                return True
        return False

    def _size(self) -> int:
        return sum(lane.size for lane in self._lanes)

    def _tell(self) -> None:
        """Put the losses into the spool as records of their own, where there is room."""
        told = tuple(self._losses.gaps)
        if not told or self._size() + _TELLING_BYTES > self._most_bytes:
            return
        lane = self._lanes[GRAVE]
        envelope = Envelope(agent=self._settings.agent, epoch=lane.epoch, sequence=lane.sequence, items=told)
        lane.append([(head_of(told, lane.sequence, self._now_ns()), encode(envelope))], self._segment_bytes)
        self._losses.gaps.clear()
        self._save()

    def _save(self) -> None:
        marks = tuple(lane.mark for lane in self._lanes)
        self._file.save(
            Ledger(self._check, (marks[0], marks[1], marks[2]), tuple(self._losses.gaps), dict(self._losses.dropped))
        )
        self._acks = 0

    def _save_and_remove(self, *, must: bool = False) -> None:
        """Keep the ledger, then remove what it has let go. If it cannot be kept, nothing is removed yet."""
        try:
            self._save()
        except OSError:
            if must:
                raise
            return
        left: list[Name] = []
        for name in self._doomed:
            try:
                self._disk.remove(self._folder / name.file)
            except OSError:
                left.append(name)
        self._doomed = left

    def _let_go(self) -> None:
        if self._guard >= 0:
            os.close(self._guard)
            self._guard = -1


def _check(settings: SpoolSettings) -> None:
    if len(settings.key) != KEY_BYTES:
        raise ConfigurationError(f"the spool's key has {len(settings.key)} bytes", cure=f"give {KEY_BYTES}")
    if not 0 < len(settings.agent.encode()) <= _MOST_NAME:
        raise ConfigurationError("an agent's name has 1 to 128 bytes", cure="give another with --name")


def _guarded(folder: Path) -> int:
    guard = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(guard)
        raise ConfigurationError(
            "another agent uses this spool", str(folder), "give each a folder of its own"
        ) from error
    return guard


def _names(sizes: dict[str, int]) -> list[tuple[Name, int]]:
    """The segments in their order. Beside a segment there may be an empty one of its number, whose making failed."""
    found: dict[tuple[int, int], tuple[Name, int]] = {}
    for file, size in sizes.items():
        name = Name.read(file)
        if name is not None and size >= found.get((name.lane, name.number), (name, 0))[1]:
            found[name.lane, name.number] = (name, size)
    return sorted(found.values())


def _by_lane(partings: Iterable[Parting]) -> Iterator[tuple[int, list[Parting]]]:
    lanes: dict[int, list[Parting]] = {}
    for parting in partings:
        lanes.setdefault(parting.lane, []).append(parting)
    yield from lanes.items()
