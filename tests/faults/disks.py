"""Disks that fail on purpose, at the n-th thing that is asked of them."""

from collections.abc import Callable
import errno
from pathlib import Path

from typing_extensions import override

from agent.outlets.disk import Disk, LocalDisk

WRITING = ("create", "write", "sync", "overwrite", "truncate", "remove")


class PowerCutError(BaseException):
    """The process ends here: nothing of the product may catch it."""


class FaultyDisk(Disk):
    """A real disk; each call is shown to ``trouble`` first, which may raise.

    Args:
        trouble: called with the method's name and a function that does half of a write.
    """

    def __init__(self, trouble: Callable[[str, Callable[[], None]], None], inner: Disk | None = None) -> None:
        self._inner = inner or LocalDisk()
        self.trouble = trouble

    @override
    def create(self, path: Path) -> int:
        self.trouble("create", lambda: self._inner.close(self._inner.create(path)))
        return self._inner.create(path)

    @override
    def write(self, file: int, content: bytes) -> None:
        self.trouble("write", lambda: self._inner.write(file, content[: len(content) // 2]))
        self._inner.write(file, content)

    @override
    def sync(self, file: int) -> None:
        self.trouble("sync", lambda: self._inner.sync(file))
        self._inner.sync(file)

    @override
    def close(self, file: int) -> None:
        self._inner.close(file)

    @override
    def read(self, path: Path, offset: int, length: int) -> bytes:
        self.trouble("read", lambda: None)
        return self._inner.read(path, offset, length)

    @override
    def overwrite(self, path: Path, offset: int, content: bytes) -> None:
        self.trouble("overwrite", lambda: self._inner.overwrite(path, offset, content[: len(content) // 2]))
        self._inner.overwrite(path, offset, content)

    @override
    def truncate(self, path: Path, size: int) -> None:
        self.trouble("truncate", lambda: None)
        self._inner.truncate(path, size)

    @override
    def remove(self, path: Path) -> None:
        self.trouble("remove", lambda: None)
        self._inner.remove(path)

    @override
    def sizes(self, folder: Path) -> dict[str, int]:
        return self._inner.sizes(folder)


class FailNth:
    """Lets the n-th writing call fail, and as many after it as asked; the calls are counted.

    Args:
        nth: which, from 1.
        times: how many in a row; a large number is a disk that stays broken until ``mend``.
        code: of the error.
        halfway: whether half of a write is done before it fails.
    """

    def __init__(self, nth: int, times: int = 1, code: int = errno.EIO, *, halfway: bool = False) -> None:
        self.nth, self.times, self.code, self.halfway = nth, times, code, halfway
        self.calls = 0

    def __call__(self, name: str, half: Callable[[], None]) -> None:
        if name not in WRITING:
            return
        self.calls += 1
        if self.nth <= self.calls < self.nth + self.times:
            if self.halfway:
                half()
            self.fail()

    def fail(self) -> None:
        raise OSError(self.code, "injected")

    def mend(self) -> None:
        self.times = 0


class CrashNth(FailNth):
    """Ends the process at the n-th writing call instead."""

    @override
    def fail(self) -> None:
        raise PowerCutError
