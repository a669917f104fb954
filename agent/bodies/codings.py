"""Undoes gzip and deflate, layer by layer, as the bytes show them rather than as headers claim; bombs are refused."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from typing import Final
import zlib

from agent.bodies.charset import is_text
from agent.bodies.notes import Notes

MOST_LAYERS: Final = 3
MOST_BYTES: Final = 1 << 30
"""What one body may hold, on the wire and after any layer."""
MOST_RATIO: Final = 250
"""Refused when a layer has made so many times what came in; deflate cannot do more than about 1030 times."""
_FREE_BYTES: Final = 8 << 20
"""Below this a ratio says nothing: a short answer of zeros is no bomb."""
_SLICE: Final = 128 * 1024
_HELD: Final = 512
_OPAQUE: Final = frozenset({"br", "zstd", "compress", "x-compress", "lzma", "xz", "dcb", "dcz"})
_KNOWN: Final = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate", "x-deflate": "deflate"}
_GZIP: Final = b"\x1f\x8b\x08"


class Codings:
    """The codings of one body. What cannot be undone is noted and dropped; what is not coded passes.

    Args:
        declared: names from Content-Encoding and Transfer-Encoding, in any case and order.
        notes: where reasons are counted.
    """

    def __init__(self, declared: Sequence[str], notes: Notes) -> None:
        self.hints = [_KNOWN.get(name.strip().lower(), name.strip().lower()) for name in declared]
        self.notes = notes
        self.is_refused = False
        self._taken = 0
        self._outer = _Layer(self, 0)

    def feed(self, content: bytes) -> Iterator[bytes]:
        """The content behind the next bytes."""
        self._taken += len(content)
        if self._taken > MOST_BYTES:
            self.refuse("body_limit")
        if not self.is_refused:
            yield from self._outer.feed(content)

    def gap(self) -> Iterator[bytes]:
        """Some bytes are missing: a coded body cannot be read on, a plain one can. Gives what was held."""
        if not self.is_refused:
            yield from self._outer.gap()

    def close(self) -> Iterator[bytes]:
        """What is still held."""
        if not self.is_refused:
            yield from self._outer.close()

    def refuse(self, reason: str) -> None:
        """Drop the rest of the body; told once."""
        if not self.is_refused:
            self.is_refused = True
            self.notes.unseen(reason)

    def is_within(self, made: int) -> bool:
        """Whether a layer that has made so much may go on."""
        if made > MOST_BYTES:
            self.refuse("body_limit")
        elif made > _FREE_BYTES and made > MOST_RATIO * self._taken:
            self.refuse("ratio")
        return not self.is_refused


class _Layer:
    """One layer: waits for its first bytes, then inflates or passes. What it makes goes to the next layer."""

    def __init__(self, codings: Codings, depth: int) -> None:
        self._codings = codings
        self._depth = depth
        self._held = b""
        self._is_plain = False
        self._is_dead = False
        self._trailer = 0
        self._skipping = 0
        self._made = 0
        self._engine: zlib._Decompress | None = None
        self._next: _Layer | None = None

    def feed(self, content: bytes) -> Iterator[bytes]:
        while content and not (self._is_dead or self._codings.is_refused):
            if self._engine is not None:
                content = yield from self._inflate(self._engine, content)
            elif self._skipping:
                skipped = min(self._skipping, len(content))
                self._skipping -= skipped
                content = content[skipped:]
            elif self._is_plain:
                yield from self._pass(content)
                return
            else:
                content = self._hold(content)

    def gap(self) -> Iterator[bytes]:
        if self._engine is not None or self._codings.hints or self._held.startswith(_GZIP):
            self._kill()
        while self._held and not self._codings.is_refused:
            yield from self.feed(self._settle())

    def close(self) -> Iterator[bytes]:
        while self._held and not self._codings.is_refused:
            yield from self.feed(self._settle())
        if self._engine is not None:
            self._codings.notes.count("coding_truncated")
        if self._next is not None:
            yield from self._next.close()

    def _kill(self) -> None:
        """Drop what comes after this point, keep what was made before it."""
        self._is_dead, self._engine, self._held = True, None, b""

    def _hold(self, content: bytes) -> bytes:
        self._held += content
        return self._settle() if len(self._held) >= _HELD else b""

    def _pass(self, content: bytes) -> Iterator[bytes]:
        if self._next is None:
            yield content
        else:
            yield from self._next.feed(content)

    def _settle(self) -> bytes:
        """Choose by the first bytes how to go on; returns those that are content of the layer."""
        held, self._held = self._held, b""
        hints = self._codings.hints
        if held.startswith(_GZIP):
            self._drop_hint("gzip")
            return self._open(held, *_gzip_frame(held))
        if hints and _is_zlib(held):
            self._drop_hint("deflate")
            return self._open(held, 2, 4, -zlib.MAX_WBITS)
        if "deflate" in hints and _is_raw_deflate(held):
            self._drop_hint("deflate")
            return self._open(held, 0, 0, -zlib.MAX_WBITS)
        opaque = next((hint for hint in hints if hint in _OPAQUE), None)
        if opaque is not None and not is_text(held):
            self._codings.refuse(f"coding_{opaque}")
            return b""
        self._is_plain = True
        return held

    def _drop_hint(self, hint: str) -> None:
        if hint in self._codings.hints:
            self._codings.hints.remove(hint)

    def _open(self, held: bytes, header: int, trailer: int, window: int) -> bytes:
        if self._depth >= MOST_LAYERS:
            self._codings.refuse("layers")
            return b""
        self._engine = zlib.decompressobj(window)
        self._trailer = trailer
        if self._next is None:
            self._next = _Layer(self._codings, self._depth + 1)
        return held[header:]

    def _inflate(self, engine: "zlib._Decompress", content: bytes) -> Generator[bytes, None, bytes]:
        """Inflate in slices; returns what stands behind the end of the stream."""
        while True:
            before = engine.copy()
            try:
                made = engine.decompress(content, _SLICE)
            except zlib.error:
                made = _salvage(before, content)
                self._codings.notes.unseen("coding_damaged")
                self._kill()
            self._made += len(made)
            if not self._codings.is_within(self._made):
                return b""
            yield from self._pass(made)
            if self._is_dead:
                return b""
            if engine.eof:
                self._engine, self._skipping = None, self._trailer
                return engine.unused_data
            content = engine.unconsumed_tail
            if not content and len(made) < _SLICE:
                return b""


def _gzip_frame(held: bytes) -> tuple[int, int, int]:
    """Lengths of a member's header and trailer, and the window to inflate with.

    Header and trailer are left to us where we can, because zlib withholds content whose checksum is wrong.
    """
    flags = held[3] if len(held) > 3 else 0
    at = 10
    if flags & 4:
        at += 2 + int.from_bytes(held[at : at + 2], "little")
    for flag in (8, 16):
        if flags & flag:
            at = held.find(b"\0", at) + 1
            if at == 0:
                return 0, 0, zlib.MAX_WBITS | 16
    at += 2 if flags & 2 else 0
    return (at, 8, -zlib.MAX_WBITS) if at <= len(held) else (0, 0, zlib.MAX_WBITS | 16)


def _is_zlib(held: bytes) -> bool:
    return len(held) > 2 and held[0] & 0x0F == 8 and held[0] >> 4 <= 7 and (held[0] << 8 | held[1]) % 31 == 0


def _is_raw_deflate(held: bytes) -> bool:
    if is_text(held):
        return False
    try:
        return bool(zlib.decompressobj(-zlib.MAX_WBITS).decompress(held, _SLICE))
    except zlib.error:
        return False


def _salvage(engine: "zlib._Decompress", content: bytes) -> bytes:
    """What comes out before the damage; the failed call, which made at most one slice, gave nothing back."""
    made = bytearray()
    with suppress(zlib.error):
        for at in range(0, len(content), 64):
            made += engine.decompress(content[at : at + 64])
            if len(made) > 2 * _SLICE:
                break
    return bytes(made)
