"""Envelopes that no collector will take: kept on disk with the reason, bounded, never sent and never forgotten."""

from pathlib import Path
import secrets
from typing import Final

import msgspec

from agent.outlets.disk import Disk
from agent.outlets.segment import Head, Name, Seal, records

SUFFIX: Final = ".dead"
_MOST_BYTES: Final = 64 << 20


class DeadLetter(msgspec.Struct, frozen=True):
    """What was refused, and why."""

    epoch: str
    sequence: int
    reason: str
    frame: bytes


class DeadLetters:
    """A folder of sealed letters, one a file; when it is full the oldest gives way, which is counted.

    Args:
        disk: where the folder is.
        folder: the letters'.
        key: of the spool.
    """

    def __init__(self, disk: Disk, folder: Path, key: bytes) -> None:
        self._disk, self._folder, self._key = disk, folder, key
        folder.mkdir(parents=True, exist_ok=True)
        self.given_way = 0
        """Letters that the newer ones drove out since this was opened."""

    def keep(self, letter: DeadLetter, made_ns: int, items: int) -> None:
        """Keep one; durable when this returns.

        Raises:
            OSError: it is not kept.
        """
        name = Name(0, letter.sequence % 10**10, secrets.token_hex(8), letter.sequence)
        head = Head(letter.sequence, items, 0, 0, made_ns, 0, 0)
        content = Seal(self._key, name).record(head, msgspec.msgpack.encode(letter))
        self._make_room(len(content))
        file = self._disk.create(self._folder / (name.file + SUFFIX))
        try:
            self._disk.write(file, content)
            self._disk.sync(file)
        finally:
            self._disk.close(file)

    def read(self) -> list[DeadLetter]:
        """All that are kept and can be read."""
        letters: list[DeadLetter] = []
        for file in sorted(self._disk.sizes(self._folder)):
            name = Name.read(file.removesuffix(SUFFIX))
            if name is not None:
                content = self._disk.read(self._folder / file, 0, _MOST_BYTES)
                plain = [Seal(self._key, name).opened(found) for found in records(content)]
                letters += [msgspec.msgpack.decode(one, type=DeadLetter) for one in plain]
        return letters

    def __len__(self) -> int:
        return sum(name.endswith(SUFFIX) for name in self._disk.sizes(self._folder))

    def _make_room(self, wanted: int) -> None:
        sizes = self._disk.sizes(self._folder)
        oldest = sorted(sizes, key=lambda name: (self._folder / name).stat().st_mtime_ns)
        for name in oldest:
            if sum(sizes.values()) + wanted <= _MOST_BYTES:
                return
            self._disk.remove(self._folder / name)
            del sizes[name]
            self.given_way += 1
