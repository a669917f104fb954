"""A report before it has a file format: headings, paragraphs, tables, and places left open on purpose."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

OPEN = "【待填写】"
"""What observation cannot know stands in the text as this mark, followed by what belongs there."""


class Heading(Struct, frozen=True, tag=True):
    """A heading."""

    text: str
    level: int = 1
    """1: 一、 2: （一） 3: 1."""


class Paragraph(Struct, frozen=True, tag=True):
    """Running text."""

    text: str
    is_open: bool = False
    """Whether a person has to write it; the text then says what."""


class Grid(Struct, frozen=True, tag=True):
    """A table; a cell that begins with the open mark is to be filled by a person."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


Block = Heading | Paragraph | Grid


class Document(Struct, frozen=True, kw_only=True):
    """One report. The prescribed forms are in Chinese, so the reports are (ADR 0032)."""

    name: str
    """Slug: ``self_assessment``, ``notice`` ..."""
    title: str
    basis: str
    """The template or article that it follows."""
    blocks: tuple[Block, ...]

    def grids(self) -> Iterator[Grid]:
        """The tables, in order."""
        return (block for block in self.blocks if isinstance(block, Grid))


def left_open(what: str) -> Paragraph:
    """A paragraph that a person writes.

    Args:
        what: what belongs there, in a few words.
    """
    return Paragraph(f"{OPEN}{what}", is_open=True)


def grid(title: str, header: str, rows: Sequence[tuple[str, ...]], note: str = "") -> Grid:
    """A table whose columns are named in one line, split at spaces; without rows it says that there is nothing."""
    columns = tuple(header.split())
    empty = ("（无）", *[""] * (len(columns) - 1))
    return Grid(title, columns, tuple(rows) or (empty,), note)


def shown(text: str) -> str:
    """Names come from the traffic: what a file cannot hold or a reader cannot see is shown, not obeyed."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def width_of(text: str) -> int:
    """Columns on paper: a Chinese character takes two."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)
