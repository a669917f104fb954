"""Bytes of a spool's segment: records that are found again after damage, and read by nobody without the key.

A record is ``mark | length | crc32 | head | sealed body``. The file's name says everything that opens it, so there is
no header whose damage could take all records along. Each file has a key of its own, derived from its name; within a
file no sequence comes twice, so the sequence is the nonce.
"""

from collections.abc import Iterator
import re
import struct
from typing import Final, Self
from zlib import crc32

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
import msgspec
from msgspec import Struct

from wire.faults import MalformedError

KEY_BYTES: Final = 32
MOST_BODY: Final = 64 << 20

_MARK: Final = b"\xf5GJ\x01"
_FRAME: Final = struct.Struct("<4sII")
_HEAD: Final = struct.Struct("<QIBBQQQ")
OVERHEAD: Final = _FRAME.size + _HEAD.size
"""Bytes of a record before its body."""
_NAME: Final = re.compile(r"([0-2])-([0-9]{10})-([0-9a-f]{16})-([0-9a-f]{16})\.spool")


class Head(Struct, frozen=True):
    """What may be known of a record without its key."""

    sequence: int
    items: int
    grade: int
    """0 nothing graded, 1 general, 2 sensitive, 3 suspected important."""
    schema: int
    """Of the envelope in it: a spool may outlive the version that wrote it."""
    made_ns: int
    """When it was put into the spool."""
    from_ns: int
    """Times between which its events lie; 0 where it has none."""
    until_ns: int

    def packed(self) -> bytes:
        """As bytes, which the seal covers."""
        return _HEAD.pack(*msgspec.structs.astuple(self))


class Found(Struct, frozen=True):
    """A record whose checksum holds, and where it stands."""

    offset: int
    head: Head
    body: bytes

    @property
    def end(self) -> int:
        """Where the next one begins."""
        return self.offset + OVERHEAD + len(self.body)


class Name(Struct, frozen=True, order=True):
    """A segment, as its file is called."""

    lane: int
    number: int
    """Counts up within the lane for ever."""
    opening: str
    """Of the spool; 16 hex digits."""
    first: int
    """Sequence of its first record."""

    @classmethod
    def read(cls, name: str) -> Self | None:
        """The segment of that file name; None if it is none."""
        match = _NAME.fullmatch(name)
        return cls(int(match[1]), int(match[2]), match[3], int(match[4], 16)) if match else None

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.lane}-{self.number:010d}-{self.opening}-{self.first:016x}.spool"

    @property
    def epoch(self) -> str:
        """What the envelopes in it bear."""
        return f"{self.opening}-{self.lane}"


class Seal:
    """Closes and opens the records of one segment (AES-256-GCM).

    Args:
        key: of the spool, 32 bytes.
        name: of the segment.
    """

    def __init__(self, key: bytes, name: Name) -> None:
        self._cipher = AESGCM(HKDF(SHA256(), KEY_BYTES, salt=name.file.encode(), info=b"guanjin spool").derive(key))

    def record(self, head: Head, plain: bytes) -> bytes:
        """A whole record."""
        packed = head.packed()
        body = self._cipher.encrypt(_nonce(head), plain, packed)
        return _FRAME.pack(_MARK, len(body), _checksum(len(body), packed, body)) + packed + body

    def opened(self, found: Found) -> bytes:
        """What was put into a record.

        Raises:
            MalformedError: it was changed, or closed with another key.
        """
        try:
            return self._cipher.decrypt(_nonce(found.head), found.body, found.head.packed())
        except InvalidTag as error:
            raise MalformedError("a record that was changed, or is of another key", found.offset) from error


def sealed_size(plain_bytes: int) -> int:
    """Bytes of a record that holds so many."""
    return OVERHEAD + plain_bytes + 16


def length_at(content: bytes) -> int | None:
    """How long the record is that begins here, by its own word; None if none begins."""
    if len(content) < _FRAME.size:
        return None
    mark, length, _ = _FRAME.unpack_from(content)
    return OVERHEAD + length if mark == _MARK and length <= MOST_BODY else None


def record_at(content: bytes, at: int, offset: int = 0) -> Found | None:
    """The record that begins at a place of the content, which stands at ``offset`` of its file; None if none does."""
    if len(content) - at < OVERHEAD:
        return None
    mark, length, checksum = _FRAME.unpack_from(content, at)
    end = at + OVERHEAD + length
    if mark != _MARK or length > MOST_BODY or end > len(content):
        return None
    packed, body = content[at + _FRAME.size : at + OVERHEAD], content[at + OVERHEAD : end]
    if _checksum(length, packed, body) != checksum:
        return None
    return Found(offset + at, Head(*_HEAD.unpack(packed)), body)


def records(content: bytes, offset: int = 0) -> Iterator[Found]:
    """All records whose checksum holds; what lies between them is damaged and passed over."""
    at = 0
    while at >= 0:
        found = record_at(content, at, offset)
        if found is None:
            at = content.find(_MARK, at + 1)
        else:
            yield found
            at = found.end - offset


def _nonce(head: Head) -> bytes:
    return head.sequence.to_bytes(12, "little")


def _checksum(length: int, packed: bytes, body: bytes) -> int:
    return crc32(body, crc32(packed, crc32(length.to_bytes(4, "little"))))
