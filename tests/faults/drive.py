"""A disk whose power can be cut: a loop-mounted ext4 that forgets, on command, all that was not made durable."""

import fcntl
import os
from pathlib import Path
import shutil
import struct
import subprocess
from types import TracebackType
from typing import Self

_SHUTDOWN = 0x8004587D
"""FS_IOC_SHUTDOWN of linux/fs.h."""
_NO_LOG_FLUSH = 2


def why_not() -> str:
    """Why no power can be cut here; empty if it can."""
    if os.geteuid() != 0:
        return "loop mounts need root"
    if shutil.which("mkfs.ext4") is None or not Path("/dev/loop-control").exists():
        return "no mkfs.ext4 or no loop devices"
    return ""


class Drive:
    """Mounted at ``folder`` until the block ends.

    Args:
        image: the file that is the disk.
        folder: where it is mounted.
        megabytes: its size.
    """

    def __init__(self, image: Path, folder: Path, megabytes: int = 64) -> None:
        self._image, self.folder, self._megabytes = image, folder, megabytes

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._image.open("wb") as image:
            image.truncate(self._megabytes << 20)
        _run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=1", self._image)
        self._mount()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        _run("umount", "-l", self.folder)

    def cut(self) -> None:
        """From here on nothing reaches the disk. End the processes that use it, then ``restore``."""
        at = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(at, _SHUTDOWN, struct.pack("I", _NO_LOG_FLUSH))
        finally:
            os.close(at)

    def restore(self) -> None:
        """The power is back: the journal is replayed."""
        _run("umount", self.folder)
        self._mount()

    def _mount(self) -> None:
        _run("mount", "-o", "loop", self._image, self.folder)


def _run(*command: str | Path) -> None:
    subprocess.run([str(word) for word in command], check=True, capture_output=True)
