"""What a spool knows beside its segments: how far all is acknowledged, and which losses are not told yet.

Two slots of one file that never grows are written in turn, so that a full disk cannot keep a spool from moving on and
a write that is torn leaves the slot before it.
"""

from pathlib import Path
import struct
from typing import Final
from zlib import crc32

import msgspec

from agent.outlets.disk import Disk
from wire.envelopes import Gap

_SLOT_BYTES: Final = 1 << 16
_SLOT: Final = struct.Struct("<QII")


class Mark(msgspec.Struct, frozen=True):
    """How far one lane is acknowledged."""

    first: int = 1
    """Number of its oldest segment; those before it are gone for good."""
    sequence: int = 0
    """Up to which record of that segment all is acknowledged; 0 if none is."""


class Ledger(msgspec.Struct, frozen=True):
    """The state of a spool."""

    check: bytes = b""
    """Tells the spool's key from another, and nothing else about it."""
    marks: tuple[Mark, Mark, Mark] = (Mark(), Mark(), Mark())
    gaps: tuple[Gap, ...] = ()
    dropped: dict[str, int] = {}
    """Records that were dropped since the spool was made, by reason."""


class LedgerFile:
    """Reads and writes the ledger of one spool."""

    def __init__(self, disk: Disk, path: Path) -> None:
        self._disk = disk
        self._path = path
        self._generation = 0
        self.is_damaged = False
        """Whether something was there and could not be read."""

    def load(self) -> Ledger:
        """The newest state that is whole; a fresh one if there is none."""
        try:
            content = self._disk.read(self._path, 0, 2 * _SLOT_BYTES)
        except FileNotFoundError:
            return Ledger()
        slots = [_slot(content[at : at + _SLOT_BYTES]) for at in (0, _SLOT_BYTES)]
        whole = [slot for slot in slots if slot is not None]
        self.is_damaged = not whole
        if not whole:
            return Ledger()
        self._generation, ledger = max(whole, key=lambda slot: slot[0])
        return ledger

    def save(self, ledger: Ledger) -> None:
        """Keep a state; durable when this returns.

        Raises:
            OSError: the state before it still holds.
        """
        generation = self._generation + 1
        slot = _packed(generation, ledger)
        if generation == 1:
            self._disk.overwrite(self._path, 0, slot + _packed(0, ledger))
        else:
            self._disk.overwrite(self._path, _SLOT_BYTES * ((generation + 1) % 2), slot)
        self._generation = generation


def _packed(generation: int, ledger: Ledger) -> bytes:
    content = msgspec.msgpack.encode(ledger)
    checksum = crc32(content, generation & 0xFFFFFFFF)
    return (_SLOT.pack(generation, len(content), checksum) + content).ljust(_SLOT_BYTES, b"\0")


def _slot(content: bytes) -> tuple[int, Ledger] | None:
    if len(content) < _SLOT.size:
        return None
    generation, length, checksum = _SLOT.unpack_from(content)
    body = content[_SLOT.size : _SLOT.size + length]
    if len(body) != length or crc32(body, generation & 0xFFFFFFFF) != checksum:
        return None
    try:
        return generation, msgspec.msgpack.decode(body, type=Ledger)
    except msgspec.DecodeError:
        return None
