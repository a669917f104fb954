"""Which findings stand together: the smallest JSON object, XML element, table row or line of text around each.

A record's number is the place where it begins. Braces and tags are walked once, and only where something was found.
"""

from collections.abc import Iterable, Iterator, Sequence
import re
from typing import Final

_BRACES: Final = re.compile(rb"""\{(?=\s*["'}\\\w])|\}""")
_TAGS: Final = re.compile(rb"<(/?)([A-Za-z_\x80-\xff][^\s<>/]{0,63})(?:\s[^<>]*?)?(/?)>")
_ONE_RECORD: Final = ("query", "header", "cookie", "url")
_DEEPEST: Final = 512
_FURTHEST: Final = 32
"""Levels between an attribute and its person."""


class Records:
    """The records of one piece of content, for positions asked in ascending order."""

    def __init__(self, content: bytes, media: str, where: str, positions: Iterable[int]) -> None:
        self._content: Final = content
        self._is_one: Final = media == "form" or where in _ONE_RECORD
        self._parents: Final[dict[int, int]] = {}
        events = self._elements() if _is_markup(content, media) else self._objects()
        self.numbers: Final = self._walk(events, positions)

    def above(self, record: int) -> Iterator[int]:
        """A record and those around it, innermost first."""
        for _ in range(_FURTHEST):
            yield record
            record = self._parents.get(record, -1)
            if record < 0:
                return

    def _walk(self, events: Iterator[tuple[int, int]], positions: Iterable[int]) -> list[int]:
        numbers: list[int] = []
        current, line = -1, 0
        place, following = next(events, (len(self._content), -1))
        for position in positions:
            while place <= position and place < len(self._content):
                current = following
                place, following = next(events, (len(self._content), -1))
            if current < 0 and not self._is_one:
                line = max(line, self._content.rfind(b"\n", line, position) + 1)
            numbers.append(current if current >= 0 else line)
        return numbers

    def _objects(self) -> Iterator[tuple[int, int]]:
        """(position, the object that is innermost from there on), -1 outside of all."""
        stack: list[int] = []
        content, parents = self._content, self._parents
        for brace in _BRACES.finditer(content):
            place = brace.start()
            if content[place] == 0x7B:
                parents[place] = stack[-1] if stack else -1
                stack.append(place)
                del stack[:-_DEEPEST]
            elif stack:
                stack.pop()
            yield place, stack[-1] if stack else -1

    def _elements(self) -> Iterator[tuple[int, int]]:
        """The same for XML: a text belongs to the element around its own, an attribute to its own element."""
        stack: list[tuple[bytes, int]] = []
        for tag in _TAGS.finditer(self._content):
            place = tag.start()
            if tag[1]:
                _close(stack, tag[2])
                yield tag.end(), stack[-1][1] if stack else -1
                continue
            around = stack[-1][1] if stack else -1
            self._parents[place] = around
            yield place, place
            if not tag[3]:
                stack.append((tag[2], place))
                del stack[:-_DEEPEST]
            yield tag.end(), around


def _close(stack: list[tuple[bytes, int]], name: bytes) -> None:
    for at in range(len(stack) - 1, max(-1, len(stack) - 16), -1):
        if stack[at][0] == name:
            del stack[at:]
            return


def _is_markup(content: bytes, media: str) -> bool:
    return media == "xml" or media in ("text", "binary") and content[:256].lstrip()[:1] == b"<"


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
        number if number in direct else next((holders[outer] for outer in records.above(number) if outer in holders), number)
        for number in numbers
    ]
