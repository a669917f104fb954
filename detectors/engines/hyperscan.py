"""The fast engine: all patterns at once. Owns databases and callback: a callback that nobody keeps crashes the process.

Hyperscan is imported when the first engine is opened. Patterns that begin with a digit run as one automaton, those
that begin otherwise by their literals; in one database they slow each other down several times (measured: 90 against
270 MB/s on JSON logs).
"""

from collections.abc import Sequence
from typing import Any, Final

from typing_extensions import override

from detectors.engines import Engine, Pattern, Span, as_bytes, disjoint


class HyperscanEngine(Engine):
    """Every pattern by Hyperscan in block mode."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._gates: Final = [pattern.is_gate for pattern in patterns]
        self._matches: list[tuple[int, int, int]] = []
        self._keep: Final = self._note
        numbered = list(enumerate(patterns))
        digits = [(number, pattern) for number, pattern in numbered if _begins_with_digit(pattern)]
        others = [(number, pattern) for number, pattern in numbered if not _begins_with_digit(pattern)]
        self._databases: Final = [_compile(part) for part in (digits, others) if part]

    @override
    def spans(self, content: bytes) -> list[Span]:
        # Every pattern takes one byte on either side, so that boundaries are bytes and never the edge of the buffer.
        padded = b"\n" + content + b"\n"
        self._matches = matches = []
        for database in self._databases:
            database.scan(padded, match_event_handler=self._keep)
        matches.sort()
        return disjoint(matches, len(self._gates))

    def _note(self, number: int, start: int, end: int, _flags: int, _context: object) -> None:
        self._matches.append((-1, 0, number) if self._gates[number] else (start, 2 - end, number))


def _begins_with_digit(pattern: Pattern) -> bool:
    return pattern.is_word and (pattern.expression[:1].isdigit() or pattern.expression[:2] in ("\\d", "[1", "[3"))


def _compile(numbered: Sequence[tuple[int, Pattern]]) -> Any:
    import hyperscan  # noqa: PLC0415  # loaded on first use: only agents that scan need it

    def flags(pattern: Pattern) -> int:
        how = hyperscan.HS_FLAG_SINGLEMATCH if pattern.is_gate else hyperscan.HS_FLAG_SOM_LEFTMOST
        return int(hyperscan.HS_FLAG_DOTALL | how | (hyperscan.HS_FLAG_CASELESS if pattern.is_caseless else 0))

    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[_expression(pattern) for _, pattern in numbered],
        ids=[number for number, _ in numbered],
        flags=[flags(pattern) for _, pattern in numbered],
    )
    return database


def _expression(pattern: Pattern) -> bytes:
    edge = b"[^0-9A-Za-z*]" if pattern.is_word else b"."
    return edge + b"(?:" + as_bytes(pattern.expression) + b")" + edge
