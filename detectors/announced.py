"""Values that a name announces: ``"diagnosis": "..."``, ``<passport>..</passport>``, ``护照号：..``, a column.

Some kinds have no shape of their own (a diagnosis) or too common a one (eight digits). The engine finds their names;
here the value behind a name is read.
"""

from collections.abc import Iterable, Iterator, Sequence
import re
from typing import Final

from detectors.detector import Detector
from detectors.engines import Pattern
from detectors.fields import name_before

_SHORT: Final = 3
"""Letters up to which a Latin word is short."""
_INITIALS: Final = "[b-df-hj-np-tv-z]{0,8}"
_VOWEL: Final = re.compile("[aeiou]")
_LONGEST: Final = 512
_WORD_ALONE: Final = 2
"""Group of a value without quotes."""
_LONGEST_QUOTED: Final = 63
_MOST_ITEMS: Final = 16
_LONGEST_WORD: Final = 48
_WORD: Final = re.compile(rb"[0-9A-Za-z_\x80-\xff-]{0,48}")
_WORD_END: Final = re.compile(rb"[0-9A-Za-z_\x80-\xff-]{0,48}\Z")
_BEYOND_ASCII: Final = 0x80
_HOLDER: Final = r"(?:[A-Za-z_]{0,10}val(?:ue)?|text|code|content|display|answer|data|number|num|no|v)"
"""Names of fields whose name stands in the field in front of them."""
_TELLER: Final = re.compile(
    rb"""[0-9A-Za-z_.\x80-\xff\[\]()-]{0,72}(?:[ ](?i:number|no\.?|num|code|id)(?=[ \t]{0,8}:))?"""
    rb"""(["']?[ \t]{0,8}(?:[=-]>|[:=>]|[ \t][^<>"'=]{1,32}=["'][^<>]{0,128}>)|"""
    rb"""(",[ \t]{0,2}"(?i:""" + _HOLDER.encode() + rb""")"[ \t]{0,2}:))\s{0,64}"""
)
"""What stands behind a part of a name if a value follows: the name may itself be the value of a field, and what it
announces the next one's."""
_USUAL: Final = re.compile(
    rb"""[0-9A-Za-z_.\x80-\xff\[\]()-]{0,72}(?:":[ ]?"([^"\n]{0,511})"|"""
    rb"""=([^\s,&;"'{}\[\]<>|\xe3\xef]{1,512})(?=[,&;"'{}\[\]<>|\r\n]|\Z))"""
)
"""What nearly all JSON and forms look like: the rest of a name, and a string or a word behind it. Without blanks and
without the bytes that 。，； begin with, a word goes on to its end."""
_PAIR: Final = re.compile(
    rb"""[0-9A-Za-z_\x80-\xff-]{0,72}(?:["'][ \t]{1,8}(?i:"""
    + _HOLDER.encode()
    + rb""")[ ]?=[ ]?["']|</[^<>]{1,32}>\s{0,64}<(?i:"""
    + _HOLDER.encode()
    + rb""")>)\s{0,16}([^"'<>]{1,512})"""
)
"""A name that is the value of an attribute or an element, and the next one's value."""
_STRING: Final = re.compile(rb'"([^"\n]{0,512})|\'([^\'\n]{0,512})')
_PLAIN: Final = re.compile(rb'[^\s,&;"\'{}\[\]<>|][^,&;"\'{}\[\]<>|\r\n]{0,511}')
_BRACKETED: Final = re.compile(rb"\[(?=[^\s\"'{}\[\]])")
"""In front of a value as logs write it: ``name=[value]``."""
_OPENED: Final = re.compile(rb"<!\[CDATA\[|" + _BRACKETED.pattern)
_COLON: Final = re.compile(rb"[:=]")
_NEXT: Final = re.compile("，|。|；| HTTP/|[ \t]{1,8}[^\\s:=]{1,24}[:=]|[ \t]{1,8}(?=[+]?[0-9]{7})".encode())
"""What ends a plain value in running text: a mark, or the name of the next value."""
TELLERS: Final = frozenset(b"name key label title field code type".split())
_PAIRED: Final = re.compile(
    rb"""(?:["'],?\s{0,16}["']?|</[^<>]{1,32}>\s{0,16}<)(?i:""" + _HOLDER.encode() + rb""")["']?\s{0,4}[:=>]"""
)
"""Behind a value that only names the next one: ``{"name": "车牌", "value": ..}``."""
_STRINGS: Final = re.compile(rb'(?:(?<=:)|(?<=: ))"([^"\n]{1,512})"?')
_ITEMS: Final = re.compile(rb'"([^"\n]{1,512})"?')
_NESTED: Final = re.compile(
    rb'"(?:(?i:code|name|text|display|desc(?:ription)?|value)|'
    + "名称|编码|内容|描述".encode()
    + rb')"\s*:\s*"([^"\n]{1,512})'
)
_IN_PROSE: Final = re.compile(
    "(?:证件|证|證|号码|號碼|号|號|编号|為|为|是|：|[: #-]|No\\.?){0,6}".encode()
    + rb"((?=[A-Za-z]{0,4}[0-9])[0-9A-Za-z()]{6,24})(?![0-9A-Za-z])"
)
"""What a sentence says without a mark between: 台胞证 00000000."""


def patterns_of(detectors: Sequence[Detector]) -> tuple[Pattern, ...]:
    """What the engine must look for so that no announced value is missed: parts of names before a value.

    Short Latin words stand in many others (``age`` in ``message``). They are sought where a name begins, behind other
    initials (``cyzd``), and where capitals tell them apart (``userAge``, ``BINGRENNL``).
    """
    words = {word for detector in detectors if detector.values for word in (*detector.fields, *detector.hints)}
    short = {word for word in words if len(word) <= _SHORT and word.isascii()}
    spelt = {text for word in words - short for text in _spellings(word)}
    long = {text for text in spelt if not any(other != text and other in text for other in spelt)}
    initials = {word for word in short if not _VOWEL.search(word)}
    capitals = {word.capitalize() for word in short} | {word.upper() for word in initials}
    patterns = (
        Pattern(_parts(long), is_word=False, is_caseless=True),
        Pattern((*_parts(short - initials), *_behind_initials(initials)), is_open=True, is_caseless=True),
        Pattern(_parts(capitals), is_word=False),
    )
    return tuple(pattern for pattern in patterns if pattern.expressions)


def _parts(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(re.escape(word) for word in sorted(words))


def _behind_initials(words: Iterable[str]) -> tuple[str, ...]:
    """One expression, so that ``re`` too takes the most initials that it can before it tries the words."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return (f"{_INITIALS}(?:{'|'.join(longest_first)})",) if longest_first else ()


def _spellings(word: str) -> Iterator[str]:
    parts = word.split("_")
    for separator in ("", "_", "-", " ") if len(parts) > 1 else ("",):
        yield separator.join(parts)


def value_spans(content: bytes, start: int, end: int) -> tuple[bytes, Sequence[tuple[int, int]]]:
    """The name around a match, and where the values are that it announces.

    Args:
        content: what is scanned.
        start: where the known part of a name begins.
        end: where it ends.
    """
    usual = _USUAL.match(content, start)
    name, spans = _usual(content, start, usual) if usual else _named_spans(content, start, end)
    if len(spans) == 1 and name.lower() in TELLERS and _PAIRED.match(content, spans[0][1]):
        return b"", []
    return name, spans


def _usual(content: bytes, start: int, found: re.Match[bytes]) -> tuple[bytes, Sequence[tuple[int, int]]]:
    """What ``_named_spans`` says too, where nothing is unusual."""
    value = found.span(found.lastindex or 0)
    at = value[0]
    if found.lastindex == _WORD_ALONE:
        return name_before(content, at - len("=")), (value,)
    if content.startswith(b":", at - 2):
        low = max(0, start - _LONGEST_WORD)
        return content[content.rfind(b'"', low, start) + 1 or start : at - len('":"')], (value,)
    end = at - len('": "')
    low = max(0, end - _LONGEST_QUOTED)
    return content[content.rfind(b'"', low, start) + 1 or low : end], (value,)


def _named_spans(content: bytes, start: int, end: int) -> tuple[bytes, list[tuple[int, int]]]:
    pair = _PAIR.match(content, start)
    if pair:
        return _word_around(content, start, end), [pair.span(1)]
    teller = _TELLER.match(content, start)
    if teller is None:
        found = _IN_PROSE.match(content, end)
        is_apart = found is not None and (found.start(1) > end or content[end - 1] >= _BEYOND_ASCII)
        return (content[start:end], [found.span(1)]) if found and is_apart else (b"", [])
    end, at = teller.span(1)
    if content.startswith(b'":"', end):
        close = content.find(b'"', at + 1, at + 1 + _LONGEST)
        if close > 0:
            return content[content.rfind(b'"', max(0, start - _LONGEST_WORD), start) + 1 or start : end], [
                (at + 1, close)
            ]
    at = teller.end()
    if teller[2]:
        closing = content.find(b"}", at, at + _LONGEST)
        values = [found.span(1) for found in _STRINGS.finditer(content, at, closing if closing > 0 else at + _LONGEST)]
        return name_before(content, end + 1), values[:_MOST_ITEMS]
    if b">" in teller[1]:
        name = content[max(content.rfind(b"<", 0, start) + 1, start - 48) : at].split(None, 1)[0].rstrip(b">")
    else:
        mark = _COLON.search(teller[1])
        name = name_before(content, end + (mark.start() if mark else 0))
    return name, list(_values(content, at))[:_MOST_ITEMS]


def _word_around(content: bytes, start: int, end: int) -> bytes:
    """The word that a part of it stands in."""
    before = _WORD_END.search(content, max(0, start - _LONGEST_WORD), start)
    behind = _WORD.match(content, end)
    return content[before.start() if before else start : behind.end() if behind else end]


def _values(content: bytes, at: int) -> Iterator[tuple[int, int]]:
    opening = content[at : at + 1]
    if opening in (b'"', b"'"):
        found = _STRING.match(content, at)
        if found:
            yield found.span(found.lastindex or 0)
    elif opening in (b"[", b"{") and not _BRACKETED.match(content, at):
        yield from _inner(content, at, opening)
    else:
        opened = _OPENED.match(content, at)
        found = _PLAIN.match(content, opened.end() if opened else at)
        if found:
            next_one = None if found[0].isalnum() else _NEXT.search(found[0])
            yield found.start(), found.start() + len(found[0][: next_one.start() if next_one else None].rstrip())


def _inner(content: bytes, at: int, opening: bytes) -> Iterator[tuple[int, int]]:
    end = content.find(b"]" if opening == b"[" else b"}", at, at + 2 * _LONGEST)
    if end < 0:
        if len(content) - at > 2 * _LONGEST:
            return
        end = len(content)
    pattern = _NESTED if b"{" in content[at:end] else _ITEMS
    for found in pattern.finditer(content, at, end):
        yield found.span(1)
