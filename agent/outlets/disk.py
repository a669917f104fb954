"""The few things that a spool asks of a disk, in one place, so that each of them can be made to fail."""

import os
from pathlib import Path
from typing import Protocol

from typing_extensions import override


class Disk(Protocol):
    """Every method may raise OSError."""

    def create(self, path: Path) -> int:
        """A new file, open for appending; the folder knows it for good when this returns."""
        ...

    def write(self, file: int, content: bytes) -> None:
        """Append all of it; it is not durable yet."""
        ...

    def sync(self, file: int) -> None:
        """What was written is durable when this returns."""
        ...

    def close(self, file: int) -> None:
        """Let go of an open file."""
        ...

    def read(self, path: Path, offset: int, length: int) -> bytes:
        """Up to so many bytes."""
        ...

    def overwrite(self, path: Path, offset: int, content: bytes) -> None:
        """Replace bytes of a file that may not be there yet, durably."""
        ...

    def truncate(self, path: Path, size: int) -> None:
        """Cut a file, durably."""
        ...

    def remove(self, path: Path) -> None:
        """Remove a file; nothing happens if it is gone."""
        ...

    def sizes(self, folder: Path) -> dict[str, int]:
        """Name and size of each file of a folder."""
        ...


class LocalDisk(Disk):
    """Files of this machine. Never mapped into memory: a full disk would end the process instead of raising."""

    @override
    def create(self, path: Path) -> int:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            _sync_folder(path.parent)
        except OSError:
            os.close(file)
            path.unlink(missing_ok=True)
            raise
        return file

    @override
    def write(self, file: int, content: bytes) -> None:
        left = memoryview(content)
        while left:
            left = left[os.write(file, left) :]

    @override
    def sync(self, file: int) -> None:
        os.fdatasync(file)

    @override
    def close(self, file: int) -> None:
        os.close(file)

    @override
    def read(self, path: Path, offset: int, length: int) -> bytes:
        with path.open("rb", buffering=0) as file:
            return os.pread(file.fileno(), length, offset)

    @override
    def overwrite(self, path: Path, offset: int, content: bytes) -> None:
        is_new = not path.exists()
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            done = 0
            while done < len(content):
                done += os.pwrite(file, content[done:], offset + done)
            os.fdatasync(file)
        finally:
            os.close(file)
        if is_new:
            _sync_folder(path.parent)

    @override
    def truncate(self, path: Path, size: int) -> None:
        file = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.ftruncate(file, size)
            os.fsync(file)
        finally:
            os.close(file)

    @override
    def remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)

    @override
    def sizes(self, folder: Path) -> dict[str, int]:
        with os.scandir(folder) as entries:
            return {entry.name: entry.stat().st_size for entry in entries if entry.is_file()}


def _sync_folder(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)
