"""What a log format is: recognised by content, read line by line, patient with bad lines."""

from collections.abc import Callable, Iterator
from typing import Protocol

from msgspec import Struct

from agent.sighting import Sighting


class LineReader(Protocol):
    """Reads the lines of one file in order; remembers its header (Zeek) between lines."""

    def read(self, line: bytes) -> Iterator[Sighting]:
        """What one line says; nothing for a comment or a record of no interest.

        Raises:
            MalformedError: a line that cannot be read; the caller counts it and goes on.
        """
        ...


class LogFormat(Struct, frozen=True, kw_only=True):
    """A log format on the shelf. Its examples are read by its tests; bad bytes may only raise MalformedError."""

    name: str
    recognise: Callable[[list[bytes]], bool]
    """Whether the first lines of a file (up to 20, no newlines) are of this format."""
    open: Callable[[str], LineReader]
    """Source name (for the sightings) -> a reader for one file."""
    order: int = 50
    """Formats are asked in this order: the most particular first."""
    examples: tuple[bytes, ...] = ()
    """Whole small files, each of which must be recognised by this format alone and give at least one sighting."""
