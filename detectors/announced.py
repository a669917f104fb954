"""Values that a name announces: ``"diagnosis": "..."``, ``<passport>..</passport>``, ``护照号：..``, a column.

Some kinds have no shape of their own (a diagnosis) or too common a one (eight digits). The engine finds their names;
here the value behind a name is read.
"""

from collections.abc import Iterator, Sequence
import re
from typing import Final

from detectors.detector import Detector
from detectors.engines import Pattern
from detectors.fields import name_before

_SHORT: Final = 4
"""Latin names of up to this many letters are looked for as whole words: ``age`` stands in ``message``."""
_LONGEST: Final = 512
_MOST_ITEMS: Final = 16
_TELLER: Final = re.compile(
    rb"""[0-9A-Za-z_.\x80-\xff\[\]()-]{0,48}?["']?[ \t]{0,8}(?:[:=]|>|[ \t][^<>"'=]{1,32}=["'][^<>]{0,128}>)\s{0,64}"""
)
_STRING: Final = re.compile(rb'"([^"\n]{0,512})|\'([^\'\n]{0,512})')
_PLAIN: Final = re.compile(rb'[^\s,&;"\'{}\[\]<>|][^,&;"\'{}\[\]<>|\r\n]{0,511}')
_ITEMS: Final = re.compile(rb'"([^"\n]{1,512})"?')
_NESTED: Final = re.compile(
    rb'"(?:[A-Za-z_]{0,24}(?:[Cc]ode|[Nn]ame|[Tt]ext|[Dd]isplay|[Dd]esc|[Vv]alue)|'
    + "名称|编码|内容|描述".encode()
    + rb')"\s*:\s*"([^"\n]{1,512})'
)
_IN_PROSE: Final = re.compile(
    "(?:号码|號碼|号|號|编号|為|为|是|：|[: \t#-]|No\\.?){0,6}".encode() + rb"([0-9A-Za-z()]{6,24})(?![0-9A-Za-z])"
)


def patterns_of(detectors: Sequence[Detector]) -> tuple[Pattern, ...]:
    """What the engine must look for so that no announced value is missed: parts of names, long ones and short ones."""
    words = {word for detector in detectors if detector.values for word in detector.fields}
    short = {word for word in words if len(word) <= _SHORT and word.isascii()}
    spelt = {text for word in words - short for text in _spellings(word)}
    long = {text for text in spelt if not any(other != text and other in text for other in spelt)}
    return tuple(
        Pattern(tuple(sorted(some, key=lambda text: (-len(text), text))), is_word=is_word, is_caseless=True)
        for some, is_word in ((long, False), (short, True))
        if some
    )


def _spellings(word: str) -> Iterator[str]:
    parts = word.split("_")
    for separator in ("", "_", "-", " ") if len(parts) > 1 else ("",):
        yield separator.join(parts)


def value_spans(content: bytes, start: int, end: int) -> tuple[bytes, list[tuple[int, int]]]:
    """The name around a match, and where the values are that it announces.

    Args:
        content: what is scanned.
        start: where the known part of a name begins.
        end: where it ends.
    """
    if content.startswith(b'":"', end):  # what nearly all JSON looks like
        close = content.find(b'"', end + 3, end + 3 + _LONGEST)
        if close > 0:
            return content[content.rfind(b'"', max(0, start - 48), start) + 1 or start : end], [(end + 3, close)]
    teller = _TELLER.match(content, end)
    if teller is None:
        found = _IN_PROSE.match(content, end)
        return (content[start:end], [found.span(1)]) if found else (b"", [])
    at = teller.end()
    mark = re.search(rb"[:=>]", content[end:at])
    name = name_before(content, end + (mark.start() if mark else 0))
    if b">" in teller[0]:
        name = content[max(content.rfind(b"<", 0, start) + 1, start - 48) : end]
    return name, list(_values(content, at))[:_MOST_ITEMS]


def _values(content: bytes, at: int) -> Iterator[tuple[int, int]]:
    opening = content[at : at + 1]
    if opening in (b'"', b"'"):
        found = _STRING.match(content, at)
        if found:
            yield found.span(found.lastindex or 0)
    elif opening in (b"[", b"{"):
        yield from _inner(content, at, opening)
    else:
        found = _PLAIN.match(content, at)
        if found:
            yield at, at + len(found[0].rstrip())


def _inner(content: bytes, at: int, opening: bytes) -> Iterator[tuple[int, int]]:
    end = content.find(b"]" if opening == b"[" else b"}", at, at + 2 * _LONGEST)
    if end < 0:
        if len(content) - at > 2 * _LONGEST:
            return
        end = len(content)
    pattern = _NESTED if b"{" in content[at:end] else _ITEMS
    for found in pattern.finditer(content, at, end):
        yield found.span(1)
