"""Which findings stand together: the smallest JSON object, XML element, table row or line of text around each.

A record's number is the place where it begins. Braces and tags are walked once, and only where something was found.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
import re
from string import ascii_letters
from typing import Final

_BRACES: Final = re.compile(rb"[{}]")
_IN_OBJECT: Final = frozenset(b"\"'}\\_ \t\r\n" + ascii_letters.encode())
"""What may follow the brace that opens an object; a lone brace in a text opens none."""
_TAGS: Final = re.compile(rb"<(/?)([A-Za-z_\x80-\xff][^\s<>/]{0,63})(?:\s[^<>]*?)?(/?)>")
_FIELD_LINE: Final = re.compile(
    rb"""[ \t]*(?P<item>- )?["'\[]?(?P<name>[A-Za-z_\x80-\xff][^\s:="'\]]{0,47})["'\]]?[ \t]{0,4}[:=]"""
)
_LINES_ABOVE: Final = 64
_LONGEST_LINE: Final = 512
_ONE_RECORD: Final = ("query", "header", "cookie", "url")
_OPENING: Final = ord("{")
_DEEPEST: Final = 512
_FURTHEST: Final = 32
"""Levels between an attribute and its person."""


class Records:
    """The records of one piece of content, for positions asked in ascending order."""

    def __init__(self, content: bytes, media: str, where: str, rows: Sequence[int], positions: Iterable[int]) -> None:
        self._content: Final = content
        self._rows: Final = rows
        self._is_one: Final = media == "form" or where in _ONE_RECORD
        self._parents: Final[dict[int, int]] = {}
        self._places: Final[list[int]] = []
        """Where a record begins or ends, and which one is innermost from there on (-1: none)."""
        self._innermost: Final[list[int]] = []
        self._blocks: Final[dict[int, int]] = {}
        if _is_markup(content, media):
            self._read_elements()
        else:
            self._read_objects()
        self.numbers: Final = self._numbers(positions)

    def above(self, record: int) -> Iterator[int]:
        """A record and those around it, innermost first."""
        for _ in range(_FURTHEST):
            yield record
            record = self._parents.get(record, -1)
            if record < 0:
                return

    def _numbers(self, positions: Iterable[int]) -> list[int]:
        numbers: list[int] = []
        line = 0
        for position in positions:
            at = bisect_right(self._places, position)
            number = self._innermost[at - 1] if at else -1
            if number < 0 and not self._is_one:
                line = max(line, self._content.rfind(b"\n", line, position) + 1)
                number = self._row_or_block(position, line)
            numbers.append(max(number, 0))
        return numbers

    def _row_or_block(self, position: int, line: int) -> int:
        at = bisect_right(self._rows, position)
        if at:
            return self._rows[at - 1]
        if line not in self._blocks:
            self._read_block(line)
        return self._blocks[line]

    def _read_block(self, line: int) -> None:
        """Part the lines around into sheets of one ``name: value`` a line; a name that comes again begins another."""
        content = self._content
        place = start = line
        for _ in range(_LINES_ABOVE):
            above = content.rfind(b"\n", max(0, place - _LONGEST_LINE), max(0, place - 1)) + 1
            if not place or place - above > _LONGEST_LINE or not _FIELD_LINE.match(content, above):
                break
            place = start = above
        names: set[bytes] = set()
        while field := _FIELD_LINE.match(content, place):
            if field["item"] or field["name"] in names:
                start = place
                names.clear()
            names.add(field["name"])
            self._blocks[place] = start
            place = content.find(b"\n", place) + 1
            if not place:
                break
        self._blocks.setdefault(line, line)

    def _read_objects(self) -> None:
        stack: list[int] = [-1]
        content, parents, places, innermost = self._content, self._parents, self._places, self._innermost
        size = len(content)
        for brace in _BRACES.finditer(content):
            place = brace.start()
            if content[place] == _OPENING:
                if place + 1 < size and content[place + 1] not in _IN_OBJECT:
                    continue
                parents[place] = stack[-1]
                stack.append(place)
                if len(stack) > _DEEPEST:
                    del stack[1]
            elif len(stack) > 1:
                stack.pop()
            places.append(place)
            innermost.append(stack[-1])

    def _read_elements(self) -> None:
        """A text belongs to the element around its own, an attribute to its own element."""
        stack: list[tuple[bytes, int]] = [(b"", -1)]
        for tag in _TAGS.finditer(self._content):
            place, around = tag.start(), stack[-1][1]
            if tag[1]:
                _close(stack, tag[2])
                around = stack[-1][1]
            else:
                self._parents[place] = around
                self._places.append(place)
                self._innermost.append(place)
                if not tag[3]:
                    stack.append((tag[2], place))
                    if len(stack) > _DEEPEST:
                        del stack[1]
            self._places.append(tag.end())
            self._innermost.append(around)


def _close(stack: list[tuple[bytes, int]], name: bytes) -> None:
    for at in range(len(stack) - 1, max(0, len(stack) - 16), -1):
        if stack[at][0] == name:
            del stack[at:]
            return


def _is_markup(content: bytes, media: str) -> bool:
    return media == "xml" or (media in ("text", "binary") and content[:256].lstrip().startswith(b"<"))


def joined(records: Records, identifying: Sequence[bool]) -> list[int]:
    """Each position's record, an attribute's being that of the person nearest around it.

    Args:
        records: the walk over all positions.
        identifying: for each position, whether a person is identified there.
    """
    numbers = records.numbers
    direct = {number for number, is_person in zip(numbers, identifying, strict=True) if is_person}
    if len(direct) == len(set(numbers)):
        return numbers
    holders: dict[int, int] = {}
    for number in sorted(direct):
        for outer in records.above(number):
            holders.setdefault(outer, outer if outer in direct else number)
    return [
        number
        if number in direct
        else next((holders[outer] for outer in records.above(number) if outer in holders), number)
        for number in numbers
    ]
