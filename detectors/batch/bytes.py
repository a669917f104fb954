"""What single bytes are, for loops over bytes, and the questions that those loops ask most."""

from collections.abc import Callable
from string import ascii_letters, digits
from typing import Any, Final, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_Function = TypeVar("_Function", bound=Callable[..., Any])
# Without reference counts: the loops allocate nothing, and counting would cost more than what they do.
_njit: Final[Any] = numba.njit
_compile: Final = _njit(_nrt=False, nogil=True)
_compile_in_place: Final = _njit(inline="always", _nrt=False, nogil=True)
_compile_and_keep: Final = _njit(cache=True, _nrt=False, nogil=True)


def compiled(function: _Function) -> _Function:
    """A function of compiled loops."""
    return cast(_Function, _compile(function))


def inlined(function: _Function) -> _Function:
    """One that is compiled into each of its callers."""
    return cast(_Function, _compile_in_place(function))


def outermost(function: _Function) -> _Function:
    """The one that Python calls: it is kept on disk with all that it calls."""
    return cast(_Function, _compile_and_keep(function))


WORD: Final = 1
LEAD: Final = 2
RUN: Final = 4
PACK: Final = 8
MARK: Final = 16
SPACE: Final = 32
NAME: Final = 64
END: Final = 128
FRONT: Final = 256
DIGIT: Final = 512
LETTER: Final = 1024
NOT_TEXT: Final = 2048
HEX: Final = 4096
BEYOND: Final = 8192
SPECIAL: Final = 16384
"""A percent sign, a backslash, an ampersand, a plus sign or a byte that no text has: perhaps there is to be decoded."""

_LATIN: Final = digits + ascii_letters


def _table() -> Array:
    table = np.zeros(256, np.uint16)
    beyond = bytes(range(0x80, 0x100))
    for flag, members in (
        (WORD, (_LATIN + "*").encode()),
        (LEAD, (_LATIN + "._%+-").encode()),
        (RUN, (_LATIN + "_.[]()-").encode() + beyond),
        (PACK, (_LATIN + "+/_-").encode()),
        (MARK, b",&;\"'{}[]<>|"),
        (SPACE, b" \t\n\r\f\v"),
        (NAME, (_LATIN + "_-.$@[]").encode() + beyond),
        (END, b"\"'&,;<|)]}\r\n\t"),
        (FRONT, b"\"':=>,\t|;\n[({"),
        (DIGIT, digits.encode()),
        (LETTER, ascii_letters.encode()),
        (NOT_TEXT, bytes(range(9)) + bytes(range(14, 32))),
        (HEX, (digits + "ABCDEFabcdef").encode()),
        (BEYOND, beyond),
        (SPECIAL, b"%\\&+" + bytes(range(9)) + bytes(range(14, 32))),
    ):
        for byte in members:
            table[byte] |= flag
    return table


KIND: Final = _table()
LOWER: Final = np.frombuffer(bytes(range(256)).lower(), np.uint8).copy()


@compiled
def has(byte: Any, flags: Any) -> Any:
    """Whether a byte is one of some kinds."""
    return (KIND[byte] & flags) != 0


@compiled
def rfind(buf: Array, byte: Any, low: Any, high: Any) -> Any:
    """The last place of a byte in [low, high); -1 if there is none."""
    at = high - 1
    while at >= low and buf[at] != byte:
        at -= 1
    return at if at >= low else -1


@compiled
def find(buf: Array, byte: Any, low: Any, high: Any) -> Any:
    """The first place of a byte in [low, high); -1 if there is none."""
    for at in range(low, high):
        if buf[at] == byte:
            return at
    return -1


@compiled
def run_of(buf: Array, flags: Any, low: Any, high: Any) -> Any:
    """Where the run of some kinds of bytes that begins at ``low`` ends."""
    at = low
    while at < high and (KIND[buf[at]] & flags) != 0:
        at += 1
    return at


@compiled
def same(buf: Array, at: Any, other: Array, start: Any, size: Any) -> Any:
    """Whether so many bytes are the same in two buffers."""
    for step in range(size):
        if buf[at + step] != other[start + step]:
            return False
    return True
