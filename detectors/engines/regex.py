"""The reference engine: ``re``, pattern by pattern. Slow; the oracle of the fast one."""

from collections.abc import Iterator, Sequence
import re
from typing import Final

from typing_extensions import override

from detectors.engines import Engine, Pattern, Span, as_bytes, disjoint


class RegexEngine(Engine):
    """Every pattern by Python's own ``re``."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._compiled: Final = [(pattern.is_gate, _compile(pattern)) for pattern in patterns]

    @override
    def spans(self, content: bytes) -> list[Span]:
        return disjoint(sorted(self._matches(content)), len(self._compiled))

    def _matches(self, content: bytes) -> Iterator[tuple[int, int, int]]:
        for number, (is_gate, expression) in enumerate(self._compiled):
            if is_gate:
                if expression.search(content):
                    yield -1, 0, number
                continue
            for match in expression.finditer(content):
                yield match.start(), -match.end(), number


def _compile(pattern: Pattern) -> re.Pattern[bytes]:
    core = b"(?:" + as_bytes(pattern.expression) + b")"
    bounded = b"(?<![0-9A-Za-z*])" + core + b"(?![0-9A-Za-z*])" if pattern.is_word else core
    return re.compile(bounded, re.DOTALL | (re.IGNORECASE if pattern.is_caseless else re.NOFLAG))
