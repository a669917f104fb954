"""A text in the making, which notes where every value comes to stand."""

from collections.abc import Callable
from typing import Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from benchmarks.detection.record import Gold, Mark, Piece, Record, Trap
from benchmarks.detection.values import Value


class Field(Struct, frozen=True):
    """A name and its value, as the system would keep it."""

    name: str
    value: Value


Rows = list[list[Field]]
"""Records of one payload; all of a table's rows have the same names."""


_PUNCTUATION: Final = 5
"""Signs at most between a name and its value."""
_AnyMark = TypeVar("_AnyMark", bound=Mark)


def as_it_is(text: str) -> str:
    """No escaping."""
    return text


class Draft:
    """Grows a text and remembers where what stands."""

    def __init__(self, escape: Callable[[str], str] = as_it_is) -> None:
        self._escape = escape
        self._parts: list[str] = []
        self._gold: list[Gold] = []
        self._traps: list[Trap] = []
        self._pieces: list[Piece] = []
        self.length = 0
        """Code points so far."""

    def add(self, text: str) -> None:
        """Text of no interest."""
        self._parts.append(text)
        self.length += len(text)

    def put(self, field: Field) -> None:
        """A value, escaped, and what it is."""
        start = self.length
        self.add(self._escape(field.value.text))
        value = field.value
        self._gold += [Gold(start, self.length, field.name, value.text, kind, value.form) for kind in value.kinds]
        if value.trap:
            self._traps.append(Trap(start, self.length, field.name, value.text, value.trap))

    def piece(self, start: int, where: str, media: str) -> None:
        """What was added since is one payload of its own."""
        self._pieces.append(Piece(start, self.length, where, media))

    def cut(self, before: int, behind: int) -> None:
        """Lose text at both ends, as a sensor does that sees the middle; marks that are cut through are gone."""
        text = "".join(self._parts)[before:behind]
        self._parts, self.length = [text], len(text)
        self._gold = [_moved(mark, before) for mark in self._gold if before <= mark.start and mark.end <= behind]
        self._traps = [_moved(mark, before) for mark in self._traps if before <= mark.start and mark.end <= behind]

    def marked(self) -> list[tuple[int, int]]:
        """Where values stand that are noted, with the names right in front of them."""
        marks: list[Mark] = [*self._gold, *self._traps]
        return [(mark.start - len(mark.field) - _PUNCTUATION, mark.end) for mark in marks]

    def record(self, number: int, layout: str, source: str, media: str) -> Record:
        """The finished record; one payload in a body of this media unless pieces were told."""
        return Record(
            number=number,
            format=layout,
            source=source,
            text="".join(self._parts),
            pieces=tuple(self._pieces) or (Piece(0, self.length, "body", media),),
            gold=tuple(self._gold),
            traps=tuple(self._traps),
        )


def _moved(mark: _AnyMark, by: int) -> _AnyMark:
    return replace(mark, start=mark.start - by, end=mark.end - by)
