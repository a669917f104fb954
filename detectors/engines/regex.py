"""The reference engine: ``re``, pattern by pattern. Slow; the oracle of the fast one."""

from collections.abc import Iterator, Sequence
import re
from typing import Final

from typing_extensions import override

from detectors.engines import Engine, Pattern, Span, as_bytes, class_of, disjoint


class RegexEngine(Engine):
    """Every pattern by Python's own ``re``."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._patterns: Final = tuple(patterns)
        self._compiled: Final = [_compile(pattern) for pattern in patterns]

    @override
    def spans(self, content: bytes) -> list[Span]:
        return disjoint(sorted(self._matches(content)), content, self._patterns)

    def _matches(self, content: bytes) -> Iterator[tuple[int, int, int]]:
        for number, expression in enumerate(self._compiled):
            if self._patterns[number].is_gate:
                if expression.search(content):
                    yield -1, 0, number
            else:
                for match in expression.finditer(content):
                    yield match.start(), -match.end(), number


def _compile(pattern: Pattern) -> re.Pattern[bytes]:
    if pattern.is_literal:
        each = [re.escape(word.encode()) for word in sorted(pattern.expressions, key=len, reverse=True)]
    else:
        each = [as_bytes(expression) for expression in pattern.expressions]
    core = b"(?:" + b"|".join(each) + b")"
    if pattern.lead:
        core = b"(?<=" + class_of(pattern.lead) + b")" + core
    elif pattern.is_word:
        core = b"(?<![0-9A-Za-z*])" + core
    if pattern.is_word and not pattern.is_open:
        core += b"(?![0-9A-Za-z*])"
    return re.compile(core, re.DOTALL | (re.IGNORECASE if pattern.is_caseless else re.NOFLAG))
