"""Whatever charset text came in, UTF-8 comes out."""

import codecs
import re
from typing import Final

SAMPLE: Final = 1024
"""Bytes that a decision about content is based on."""

_PRINTABLE: Final = bytes(range(0x20, 0x7F)) + b"\t\r\n"
_HIGH: Final = bytes(range(0x80, 0x100))
_UTF8_SEQUENCE: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# Rows of GB 2312 in EUC form: Latin-1 text hardly ever has two such bytes in a row, GBK text is mostly made of them.
_GB2312_PAIR: Final = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARED: Final = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030",
    "big5": "big5", "big5-hkscs": "big5hkscs",
    "utf-16": "utf-16-le", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "ucs-2": "utf-16-le",
}  # fmt: skip
_SURE_BYTES: Final = 12
"""So many bytes of valid UTF-8 beat a Content-Type that says otherwise; fewer may be GBK by chance (联通)."""


def guess(sample: bytes) -> str:
    """The codec of text by its bytes: utf-8 (also pure ASCII), gb18030, utf-16-le, utf-16-be; empty if none fits."""
    for bom, name in _BOMS:
        if sample.startswith(bom):
            return name
    if b"\0" in sample:
        return _guess_utf16(sample)
    high = _high_count(sample)
    # A long sample may be cut within a character at either end, and any may be damaged here and there.
    enough = high * 0.8 - (3 if len(sample) >= SAMPLE else 0)
    if sum(map(len, _UTF8_SEQUENCE.findall(sample))) >= enough:
        return "utf-8"
    return "gb18030" if 2 * len(_GB2312_PAIR.findall(sample)) >= enough else ""


def _guess_utf16(sample: bytes) -> str:
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    name = "utf-16-le" if odd > even else "utf-16-be"
    if min(even, odd) * 8 > max(even, odd) or max(even, odd) * 10 < len(sample):
        return ""
    text = sample[: len(sample) // 2 * 2].decode(name, "replace")
    odd_characters = sum(not (character.isprintable() or character in "\r\n\t") for character in text)
    return name if odd_characters * 20 <= len(text) else ""


def _high_count(sample: bytes) -> int:
    return len(sample) - len(sample.translate(None, _HIGH))


def text_share(sample: bytes) -> float:
    """How much of the sample reads as text, 0 to 1."""
    if not sample:
        return 1.0
    codec = guess(sample)
    if codec.startswith("utf-16"):
        return 1.0
    high = _high_count(sample)
    printable = len(sample) - len(sample.translate(None, _PRINTABLE))
    # European text in a charset of its own has some high bytes, and no control characters at all.
    is_readable = codec != "" or (printable + high == len(sample) and high < printable / 2)
    return (printable + (high if is_readable else 0)) / len(sample)


def is_text(sample: bytes) -> bool:
    """Whether the sample is text with at most a stray control character."""
    return text_share(sample) >= 0.97


def as_utf8(content: bytes) -> bytes:
    """A whole short text in UTF-8."""
    stage = Utf8Stage()
    return stage.feed(content) + stage.close()


class Utf8Stage:
    """Turns a stream of text into UTF-8; what is UTF-8 already passes untouched.

    Args:
        declared: the charset that the carrier named; believed unless the bytes are plainly UTF-8.
    """

    def __init__(self, declared: str = "") -> None:
        self._declared = _DECLARED.get(declared.lower(), "")
        self._held = b""
        self._is_settled = False
        self._decoder: codecs.IncrementalDecoder | None = None

    def feed(self, content: bytes) -> bytes:
        """The next bytes, converted; text is held back only from its first doubtful byte until there is a sample."""
        if self._is_settled:
            return self._convert(content)
        held = self._held + content if self._held else content
        if held.isascii() and b"\0" not in held:
            self._held = b""
            return held
        self._held = held
        return self._settle() if len(held) >= SAMPLE else b""

    def close(self) -> bytes:
        """What is still held, converted. More may follow, behind a gap."""
        rest = self._settle() if self._held else b""
        return rest + (self._decoder.decode(b"", final=True).encode() if self._decoder else b"")

    def _settle(self) -> bytes:
        held, self._held, self._is_settled = self._held, b"", True
        codec = guess(held[:SAMPLE])
        if self._declared and (codec != "utf-8" or _high_count(held) < _SURE_BYTES):
            codec = codec if codec.startswith("utf-16") else self._declared
        if codec not in ("", "utf-8"):
            self._decoder = codecs.getincrementaldecoder(codec)("replace")
        return self._convert(held)

    def _convert(self, content: bytes) -> bytes:
        return content if self._decoder is None else self._decoder.decode(content).encode()
