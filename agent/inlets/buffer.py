"""A file seen through a buffer of fixed size, read on as it is used up; a gzip file is seen unpacked."""

import gzip
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Final, Self
import zlib

import numpy as np
from numpy.typing import NDArray

from wire.faults import GuanjinError, MalformedError, UnavailableError

GZIP_MAGIC: Final = b"\x1f\x8b"
LEAST_BYTES: Final = 1 << 20


class FileBuffer:
    """The bytes ``content[at:end]`` of a file's content. Reading on moves them to the buffer's front.

    Raises:
        UnavailableError: the file cannot be opened.
    """

    def __init__(self, path: Path, most_bytes: int) -> None:
        self._view = memoryview(bytearray(max(most_bytes, LEAST_BYTES)))
        self.content: Final[NDArray[np.uint8]] = np.frombuffer(self._view, np.uint8)
        self.at = 0
        self.end = 0
        self.position = 0
        """Bytes of the file itself that were read, as it lies on the disk."""
        self._base = 0
        self._fault: GuanjinError | None = None
        try:
            self._raw = FileIO(path, "rb")
            self._gzip = gzip.GzipFile(fileobj=self._raw) if self._raw.read(2) == GZIP_MAGIC else None
            self._raw.seek(0)
        except OSError as error:
            raise UnavailableError(f"cannot read {path.name}: {error.strerror}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._raw.close()

    @property
    def offset(self) -> int:
        """Where ``at`` is in the content."""
        return self._base + self.at

    def head(self, length: int) -> bytes:
        """The next bytes, fewer at the end of the file; they stay where they are."""
        if self.end - self.at < length:
            self.refill()
        return self.content[self.at : min(self.at + length, self.end)].tobytes()

    def refill(self) -> bool:
        """Read on until the buffer is full or the file ends; whether anything was added.

        Raises:
            MalformedError: compressed content is damaged here; what came before it has been given.
            UnavailableError: the file can no longer be read.
        """
        held = self.end - self.at
        self.content[:held] = self.content[self.at : self.end]
        self._base += self.at
        self.at, self.end = 0, held
        while self.end < len(self.content) and self._fault is None:
            added = self._read()
            self.end += added
            if added == 0:
                break
        self.position = self._raw.tell()
        if self.end == held and self._fault is not None:
            raise self._fault
        return self.end > held

    def skip(self, length: int) -> bool:
        """Go past bytes that need not fit into the buffer; whether the file had so many."""
        while self.end - self.at < length:
            length -= self.end - self.at
            self.at = self.end
            if not self.refill():
                return False
        self.at += length
        return True

    def _read(self) -> int:
        try:
            if self._gzip is None:
                return self._raw.readinto(self._view[self.end :]) or 0
            return self._gzip.readinto1(self._view[self.end :])
        except (EOFError, zlib.error, gzip.BadGzipFile):
            self._fault = MalformedError("the compressed file is damaged or ends early", self._raw.tell())
        except OSError as error:
            self._fault = UnavailableError(f"reading stopped: {error.strerror}")
        return 0
