"""What the corpus is made of: texts with the places of what must be found in them, and of what only looks like it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

NAME: Final = "person.name"
ADDRESS: Final = "person.address"
CHILD: Final = "person.under_14"
DIAGNOSIS: Final = "medical.diagnosis"
ATTRIBUTES: Final = frozenset((NAME, ADDRESS, CHILD, DIAGNOSIS))
"""Kinds that are no identifiers: scored apart."""
IDENTIFIERS: Final = frozenset(
    "cn.resident_id cn.hmt_residence_permit cn.foreigner_permanent_id cn.mobile cn.landline cn.bank_card".split()
    + "cn.passport cn.exit_permit cn.home_return_permit cn.taiwan_compatriot_permit cn.plate cn.vin email".split()
)
KINDS: Final = IDENTIFIERS | ATTRIBUTES
"""All that the corpus holds."""


class Mark(Struct, frozen=True):
    """A place in a text; offsets in code points."""

    start: int
    end: int
    field: str
    value: str
    """As it was before it was escaped for its format."""


class Gold(Mark, frozen=True):
    """Something that must be found."""

    kind: str
    form: str
    """How it is written, where that matters: bare, +86, 3-4-4 ..."""


class Trap(Mark, frozen=True):
    """Something that must not be found."""

    what: str


class Piece(Struct, frozen=True):
    """Part of a text as an HTTP reader would hand it on."""

    start: int
    end: int
    where: str
    media: str


class Record(Struct, frozen=True, kw_only=True):
    """One payload."""

    number: int
    format: str
    source: str
    """Whose field names it uses."""
    text: str
    pieces: tuple[Piece, ...]
    gold: tuple[Gold, ...]
    traps: tuple[Trap, ...]


def write(records: Iterable[Record], path: Path) -> None:
    """As JSON lines."""
    encode = msgspec.json.Encoder().encode
    with path.open("wb") as file:
        for record in records:
            file.write(encode(record) + b"\n")


def read(path: Path) -> list[Record]:
    """What ``write`` wrote."""
    decode = msgspec.json.Decoder(Record).decode
    with path.open("rb") as file:
        return [decode(line) for line in file]
