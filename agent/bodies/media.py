"""How a body is written: by what its carrier said, unless its first bytes say otherwise."""

import re
from typing import Final

from agent.bodies.charset import as_utf8, is_text
from agent.sighting import Media

_DECLARED: Final = (
    ("x-www-form-urlencoded", Media.FORM),
    ("json", Media.JSON),
    ("csv", Media.CSV),
    ("tab-separated", Media.CSV),
    ("html", Media.XML),
    ("xml", Media.XML),
)
_FORM: Final = re.compile(
    rb"[\w.%*+\[\]-]{1,100}=[^\s&<>{}]*(&[\w.%*+\[\]-]{1,100}=[^\s&<>{}]*)*(&[\w.%*+\[\]-]{0,100})?"
)
_JSON_START: Final = re.compile(rb'[{\["\d-]|true|false|null')
_SEPARATORS: Final = (b",", b"\t", b";", b"|")


def media_of(content_type: str, sample: bytes) -> Media:
    """The media of a body.

    Args:
        content_type: as declared, lower case; empty if it was not.
        sample: the body's first bytes, codings undone.
    """
    if not is_text(sample):
        return Media.BINARY
    text = as_utf8(sample).removeprefix(b"\xef\xbb\xbf").lstrip()
    said = next((media for word, media in _DECLARED if word in content_type), None)
    if said is None or not _is_likely(said, text):
        return _sniff(text)
    return said


def _is_likely(said: Media, text: bytes) -> bool:
    if said is Media.JSON:
        return _JSON_START.match(text) is not None
    if said is Media.XML:
        return text.startswith(b"<")
    return not text.startswith((b"{", b"[", b"<"))


def _sniff(text: bytes) -> Media:
    if text.startswith((b"{", b"[")):
        return Media.JSON
    if text.startswith(b"<"):
        return Media.XML
    if _FORM.fullmatch(text):
        return Media.FORM
    return Media.CSV if _has_columns(text) else Media.TEXT


def _has_columns(text: bytes) -> bool:
    """Whether the first lines, the last of which may be cut, hold the same number of separators."""
    lines = text.splitlines()[:6]
    if len(lines) < 3:
        return False
    counts = [[line.count(separator) for line in lines[:-1]] for separator in _SEPARATORS]
    return any(count[0] > 0 and len(set(count)) == 1 for count in counts)
