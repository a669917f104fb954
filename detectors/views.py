"""A payload as people wrote it: charset, percent-encoding, escapes, entities and full-width forms undone.

Each step replaces in place, so that a value keeps its neighbours, and each stands behind a byte test, so that ordinary
UTF-8 pays almost nothing.
"""

from base64 import b64decode
from binascii import Error as Base64Error
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from html import unescape
import re
from typing import Final
from urllib.parse import unquote_to_bytes

_PERCENT: Final = re.compile(rb"%[0-9A-Fa-f]{2}")
# Each begins with a literal byte, by which ``re`` skips to the next place where it could match.
_ESCAPED: Final = re.compile(rb"\\+u[0-9A-Fa-f]{4}(?:\\+u[0-9A-Fa-f]{4})*")
_ENTITY: Final = re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|quot|apos|lt|gt|amp|nbsp);")
_WIDE: Final = re.compile(rb"\xef(?:\xbc[\x8b\x8d\x8e\x90-\x9a\x9d\xa0-\xba\xbf]|\xbd[\x81-\x9a])")
_FOLDED: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Only the first character of a run is not behind one of it: without that, a run is tried from each of its places.
_RUN: Final = re.compile(rb"(?<![0-9A-Za-z+/_-])[0-9A-Za-z+/_-]{44,}={0,2}")
_HEX: Final = re.compile(rb"(?:[0-9A-Fa-f]{2})+")
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_NOT_TEXT: Final = bytes(range(9)) + bytes(range(14, 32))
_CONTINUING: Final = bytes(range(0x80, 0xC0))
_BEYOND_ASCII: Final = bytes(range(0x80, 0x100))
_SAMPLE: Final = 2_048
_WIDE_SAMPLE: Final = 256
_PRINTED: Final = bytes(range(0x20, 0x7F))
_WIDE_ROWS: Final = bytes((0, 0x20, 0x30, 0xFE, 0xFF, *range(0x34, 0xA0)))
"""High bytes in UTF-16 of what Chinese text is made of: Latin letters and digits, signs, Han."""
_LAYERS: Final = 3
"""A JSON string within a JSON string within a form is as deep as it gets in practice."""
FORMS: Final = ("query", "url", "cookie")

PACKED: Final = r"[0-9A-Za-z+/_-]{44}"
"""Pattern of a run that may hold base64 or hex: only then is ``unpacked`` worth its time."""


def readable(content: bytes, media: str, where: str) -> bytes:
    """The content with encodings undone; the very same object where there is nothing to undo."""
    content = _from_utf16(content)
    if _is_binary(content):
        return content
    content = _from_gb18030(_from_percent(content, is_form=media == "form" or where in FORMS))
    for _ in range(_LAYERS):
        if b"\\" not in content:
            break
        content = _from_escapes(content)
    if b"&" in content:
        content = _ENTITY.sub(_plain_entity, content)
    if not content.isascii() and (b"\xef\xbc" in content or b"\xef\xbd" in content):
        content = _WIDE.sub(_narrow, content)
    return content


def unpacked(content: bytes) -> bytes:
    """The content with base64 and hex runs replaced by the text they hold; the same object where none holds any."""
    parts: list[bytes] = []
    copied = spent = 0
    for found in _RUN.finditer(content):
        text = _text_in(found[0]) if spent < len(content) else b""
        if text:
            spent += len(text)
            parts += (content[copied : found.start()], text)
            copied = found.end()
    return b"".join((*parts, content[copied:])) if parts else content


def _text_in(run: bytes) -> bytes:
    """What a run holds if that is text; else nothing."""
    if _HEX.fullmatch(run):
        held = bytes.fromhex(run.decode("ascii"))
    else:
        bare = run.rstrip(b"=").translate(_URL_SAFE)
        try:
            held = b64decode(bare + b"=" * (-len(bare) % 4))
        except Base64Error:
            return b""
    if held.translate(None, _NOT_TEXT) != held:
        return b""
    return readable(held, "text", "") if _is_utf8(held) or _gb18030_text(held) else b""


def _from_utf16(content: bytes) -> bytes:
    head = content[:_WIDE_SAMPLE]
    if b"\0" not in head:
        return content
    if head.startswith(BOM_UTF16_LE) or _is_wide(head[1::2], head[::2]):
        return content.decode("utf-16-le", "replace").encode("utf-8", "replace")
    if head.startswith(BOM_UTF16_BE) or _is_wide(head[::2], head[1::2]):
        return content.decode("utf-16-be", "replace").encode("utf-8", "replace")
    return content


def _is_wide(high: bytes, low: bytes) -> bool:
    """Whether high bytes of a text are those of Latin letters and digits, or of these and Han; low ones are not 0."""
    zeros = high.count(0)
    if len(high) < 4 or low.count(0) * 8 >= len(low):
        return False
    # Two Latin letters look like one Han character; but low bytes of Han are anything.
    han = bytes(second for first, second in zip(high, low, strict=False) if first)
    is_han = len(han.translate(None, _PRINTED)) * 3 > len(han) and len(high.translate(None, _WIDE_ROWS)) * 10 < len(
        high
    )
    return zeros * 2 > len(high) or (zeros > 3 and zeros * 12 > len(high) and is_han)


def _from_percent(content: bytes, *, is_form: bool) -> bytes:
    if is_form:
        content = content.replace(b"+", b" ")
    found = _PERCENT.search(content) if b"%" in content else None
    if found is None or not (is_form or _PERCENT.search(content, found.end())):
        return content
    plain = unquote_to_bytes(content)
    # A value encoded twice: %2522 is a percent-encoded %22.
    return unquote_to_bytes(plain) if len(_PERCENT.findall(plain, 0, _SAMPLE)) > 1 else plain


def _is_binary(content: bytes) -> bool:
    head = content[:_SAMPLE]
    return len(head.translate(None, _NOT_TEXT)) * 20 < len(head) * 19


def _from_gb18030(content: bytes) -> bytes:
    if content.isascii():
        return content
    try:
        content.decode()
    except UnicodeDecodeError:
        return content if _is_utf8(content) else _gb18030_text(content) or content
    return content


def _is_utf8(content: bytes) -> bool:
    """Whether this is UTF-8, perhaps cut within a character at either end, or with a few bytes damaged."""
    start = len(content[:3]) - len(content[:3].lstrip(_CONTINUING))
    try:
        getincrementaldecoder("utf-8")().decode(content[start:])
    except UnicodeDecodeError as error:
        place = start + error.start
        around = content[max(0, place - _SAMPLE) : place + _SAMPLE]
        beyond = len(around) - len(around.translate(None, _BEYOND_ASCII))
        return (len(around) - len(around.decode("utf-8", "ignore").encode())) * 20 < beyond
    return True


def _gb18030_text(content: bytes) -> bytes:
    """The text in UTF-8 if this is GB18030, perhaps cut at its end; else nothing."""
    if b"\0" in content[:1_024]:
        return b""
    try:
        return getincrementaldecoder("gb18030")().decode(content).encode()
    except UnicodeError:
        return b""


def _from_escapes(content: bytes) -> bytes:
    if b"\\u" in content:
        content = _ESCAPED.sub(_plain_escape, content)
    for escape, plain in ((b'\\"', b'"'), (b"\\/", b"/"), (b"\\n", b"\n"), (b"\\r", b"\n"), (b"\\t", b"\t")):
        if escape in content:
            content = content.replace(escape, plain)
    return content.replace(b"\\\\", b"\\") if b"\\\\" in content else content


def _plain_escape(found: re.Match[bytes]) -> bytes:
    return bytes.fromhex(found[0].translate(None, b"\\u").decode("ascii")).decode("utf-16-be", "replace").encode()


def _plain_entity(found: re.Match[bytes]) -> bytes:
    return unescape(found[0].decode("ascii")).encode("utf-8", "replace")


def _narrow(found: re.Match[bytes]) -> bytes:
    return found[0].decode("utf-8", "replace").translate(_FOLDED).encode("utf-8", "replace")
