"""The fast engine: all patterns at once. Owns databases and callback: one that nobody keeps may crash the process.

Hyperscan is imported when the first engine is opened. Patterns that begin with a digit run as one automaton, those
that begin otherwise by their literals; in one database they slow each other down several times.
"""

from collections.abc import Iterator, Sequence
from string import ascii_letters, digits
from typing import Any, Final

from typing_extensions import override

from detectors.engines import Engine, Pattern, Span, as_bytes, class_of, disjoint

_NO_WORD: Final = b"[^0-9A-Za-z*]"
_WORD: Final = frozenset(b"*" + digits.encode() + ascii_letters.encode())

_Numbered = tuple[int, Pattern]


class HyperscanEngine(Engine):
    """Every pattern by Hyperscan in block mode."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._patterns: Final = tuple(patterns)
        # A match takes one more byte on each side where a boundary or a lead is asked for.
        self._left: Final = [
            1 if pattern.is_gate or not (pattern.is_word or pattern.lead) else 0 for pattern in patterns
        ]
        self._right: Final = [2 if pattern.is_word and not pattern.is_open else 1 for pattern in patterns]
        self._databases: Final = [_compile(part) for part in _parted(patterns) if part]
        # Each word has a number of its own: words that share one take Hyperscan minutes to compile.
        self._words: Final = [
            (number, word.encode())
            for number, pattern in enumerate(patterns)
            if pattern.is_literal
            for word in pattern.expressions
        ]
        self._dictionary: Final[Any] = _compile_words(self._words, patterns) if self._words else None

    @override
    def spans(self, content: bytes) -> list[Span]:
        # Padded, so that a boundary is always a byte and never the edge of the buffer.
        padded = b"".join((b"\n", content, b"\n"))
        matches: list[tuple[int, int, int]] = []
        add, left, right = matches.append, self._left, self._right

        def note(number: int, start: int, end: int, _flags: int, _context: object) -> None:
            add((start - left[number], right[number] - end, number))

        for database in self._databases:
            database.scan(padded, match_event_handler=note)
        if self._dictionary is not None:
            matches += self._words_in(padded)
        matches.sort()
        return disjoint(matches, content, self._patterns)

    def _words_in(self, padded: bytes) -> list[tuple[int, int, int]]:
        """The words of dictionaries. Their boundaries are looked at here: in the database they cost more than all."""
        found: list[tuple[int, int, int]] = []
        words, patterns = self._words, self._patterns

        def note(at: int, start: int, end: int, _flags: int, _context: object) -> None:
            number = words[at][0]
            if not patterns[number].is_word or (padded[start - 1] not in _WORD and padded[end] not in _WORD):
                found.append((start - 1, 1 - end, number))

        self._dictionary.scan(padded, match_event_handler=note)
        return found


def _parted(patterns: Sequence[Pattern]) -> Iterator[list[_Numbered]]:
    numbered = [one for one in enumerate(patterns) if not one[1].is_literal]
    yield [one for one in numbered if _begins_with_digit(one[1])]
    yield [one for one in numbered if not _begins_with_digit(one[1])]


def _begins_with_digit(pattern: Pattern) -> bool:
    return pattern.is_word and pattern.expressions[0].lstrip("[(?:")[:1].isdigit()


def _compile(numbered: Sequence[_Numbered]) -> Any:
    import hyperscan  # noqa: PLC0415  # loaded on first use: only agents that scan need it

    def flags(pattern: Pattern) -> int:
        how = hyperscan.HS_FLAG_SINGLEMATCH if pattern.is_gate else hyperscan.HS_FLAG_SOM_LEFTMOST
        return int(hyperscan.HS_FLAG_DOTALL | how | (hyperscan.HS_FLAG_CASELESS if pattern.is_caseless else 0))

    each = [(number, pattern, text) for number, pattern in numbered for text in pattern.expressions]
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[_expression(pattern, text) for _, pattern, text in each],
        ids=[number for number, _, _ in each],
        flags=[flags(pattern) for _, pattern, _ in each],
    )
    return database


def _expression(pattern: Pattern, text: str) -> bytes:
    left = class_of(pattern.lead) if pattern.lead else _NO_WORD if pattern.is_word else b""
    return left + b"(?:" + as_bytes(text) + b")" + (_NO_WORD if pattern.is_word and not pattern.is_open else b"")


def _compile_words(words: Sequence[tuple[int, bytes]], patterns: Sequence[Pattern]) -> Any:
    import hyperscan  # noqa: PLC0415  # loaded on first use, as above

    caseless, som = hyperscan.HS_FLAG_CASELESS, hyperscan.HS_FLAG_SOM_LEFTMOST
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[word for _, word in words],
        ids=list(range(len(words))),
        flags=[som | (caseless if patterns[number].is_caseless else 0) for number, _ in words],
        literal=True,
    )
    return database
