"""Values that somebody masked (138****1234, 张**, 6222********0645): exposure lowered, and no person for a count.

A detector never takes them for values, because an asterisk is no boundary of one. Here they are counted.
"""

from typing import Final

from detectors.engines import Pattern

_HAN: Final = r"[\xe4-\xe9][\x80-\xbf]{2}"
_ASCII_END: Final = 0x80

PATTERNS: Final = (
    Pattern((
        r"\d{2,10}\*{3,14}\d{0,6}[0-9Xx]?", r"\*{3,14}\d{3,11}[0-9Xx]?", r"[A-Z]{1,2}\d{0,4}\*{3,10}\d{1,4}",
        r"\d{4} \*{4}(?: \*{4}){0,2} \d{1,4}", r"1[3-9]\d[Xx]{4}\d{4}",
    )),
    Pattern((r"[0-9A-Za-z]{1,3}\*{2,10}[0-9A-Za-z]{0,3}@[0-9A-Za-z]",), is_open=True),
    Pattern((rf"{_HAN}\*{{1,2}}(?:{_HAN})?",)),
)  # fmt: skip
"""Numbers, mailboxes, names."""


def is_masked(content: bytes, start: int, end: int) -> bool:
    """Whether a match is a masked value: a name with an asterisk stands alone, and is no emphasis in a text."""
    if content[start] < _ASCII_END:
        return True
    is_after_text = start > 0 and content[start - 1] >= _ASCII_END
    return not (is_after_text or (end < len(content) and content[end] >= _ASCII_END))
