"""政策与问答: pages that people write about the law, each with the days on which it holds and what it cites.

They explain and never decide. Every edition is kept with author, reason and time.
"""

from datetime import date
from enum import StrEnum
import re
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from collector.console_file import ConsoleFile
from wire.faults import MalformedError
from wire.legal_time import legal_day

MOST_TEXT: Final = 20_000
_Line = Annotated[str, Meta(max_length=200)]
_Text = Annotated[str, Meta(max_length=MOST_TEXT)]
_STRONG: Final = re.compile(r"\*\*(.+?)\*\*")
_HEADING: Final = re.compile(r"(#{1,3})\s+(.+)")
_ITEM: Final = re.compile(r"(?:[-*]|\d{1,3}[.、])\s*(.+)")


class PageKind(StrEnum):
    """What sort of page."""

    POLICY = "policy"
    """政策."""
    FAQ = "faq"
    """问答."""


class PolicyPage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One edition of a page."""

    slug: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="by which the page is known")]
    kind: PageKind = PageKind.POLICY
    title: Annotated[str, Meta(pattern=r"\S", max_length=200)]
    title_en: _Line = ""
    text: Annotated[str, Meta(pattern=r"\S", max_length=MOST_TEXT, description="`#` headings, `-` lists, `**strong**`")]
    text_en: _Text = ""
    valid_from: Annotated[date, Meta(description="first day on which it holds, Asia/Shanghai")]
    valid_until: Annotated[date | None, Meta(description="last day; none while it holds")] = None
    citations: Annotated[tuple[_Line, ...], Meta(max_length=50, description="instruments and articles")] = ()

    def holds(self, on: date) -> bool:
        """Whether the page holds on that day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


class Edition(Struct, frozen=True):
    """A page as somebody put it."""

    number: int
    recorded_ns: int
    author: str
    reason: str
    page: PolicyPage


class Span(Struct, frozen=True):
    """Some words, strong or not."""

    text: str
    is_strong: bool


class Block(Struct, frozen=True):
    """A heading, a paragraph, or a list."""

    tag: str
    """``h3``, ``h4``, ``h5``, ``p`` or ``ul``."""
    lines: tuple[tuple[Span, ...], ...]


class Policies:
    """The pages in the console's file."""

    def __init__(self, file: ConsoleFile) -> None:
        self._file = file

    def put(self, page: PolicyPage, author: str, reason: str, now_ns: int) -> Edition:
        """Keep an edition.

        Raises:
            MalformedError: it ends before it begins.
        """
        if page.valid_until is not None and page.valid_until < page.valid_from:
            raise MalformedError("valid_until is before valid_from")
        with self._file.write() as connection:
            number = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM policy").fetchone()[0]
            row = (number, now_ns, author, reason, page.slug, msgspec.json.encode(page))
            connection.execute("INSERT INTO policy VALUES (?, ?, ?, ?, ?, ?)", row)
        return Edition(number, now_ns, author, reason, page)

    def all(self, as_known_on: date | None = None) -> list[Edition]:
        """The newest edition of every page, by slug; those known at the end of a day if one is named."""
        found: dict[str, Edition] = {}
        for edition in self._editions("", ()):
            if as_known_on is None or legal_day(edition.recorded_ns) <= as_known_on:
                found[edition.page.slug] = edition
        return [found[slug] for slug in sorted(found)]

    def history(self, slug: str) -> list[Edition]:
        """Every edition of a page, newest first."""
        return self._editions(" WHERE slug = ?", (slug,))[::-1]

    def _editions(self, where: str, values: tuple[str, ...]) -> list[Edition]:
        query = f"SELECT number, recorded_ns, author, reason, content FROM policy{where} ORDER BY number"  # noqa: S608  # a constant of ours
        return [
            Edition(number, recorded_ns, author, reason, msgspec.json.decode(content, type=PolicyPage))
            for number, recorded_ns, author, reason, content in self._file.read(query, values)
        ]


def blocks_of(text: str) -> list[Block]:
    """The text as headings, paragraphs and lists. Anything else is text."""
    found: list[Block] = []
    for line in (each.strip() for each in text.splitlines()):
        block = _block(line)
        if block is None:
            continue
        if found and block.tag == found[-1].tag == "ul":
            found[-1] = Block("ul", (*found[-1].lines, *block.lines))
        else:
            found.append(block)
    return found


def _block(line: str) -> Block | None:
    heading, item = _HEADING.fullmatch(line), _ITEM.fullmatch(line)
    if heading:
        return Block(f"h{2 + len(heading[1])}", (_spans(heading[2]),))
    if item:
        return Block("ul", (_spans(item[1]),))
    return Block("p", (_spans(line),)) if line else None


def _spans(line: str) -> tuple[Span, ...]:
    pieces = _STRONG.split(line)
    return tuple(Span(piece, place % 2 == 1) for place, piece in enumerate(pieces) if piece)
