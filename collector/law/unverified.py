"""What the law is said to hold and was not read: shown, never enforced."""

from functools import cache
from importlib.resources import files
from typing import Final

import msgspec
from msgspec import Struct

from collector.law.terms import Term
from collector.verdicts import Citation, Reason, Verdict

_TERMS: Final = "unverified_terms.toml"
_NOTES: Final = "unverified_notes.toml"


class Note(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that is said of the law."""

    name: str
    about: tuple[str, ...]
    """Routes, held or required, and statuses that it may concern."""
    says: str
    says_en: str
    instrument: str
    article: str
    tag: str
    """G: from a digest; M: from memory."""
    source: str
    is_verified: bool = False

    @property
    def words(self) -> Reason:
        """As it is shown."""
        mark, mark_en = (
            ("", "") if self.is_verified else ("（未核实，不作为判定依据）", "(not verified, decides nothing) ")
        )
        return Reason(
            f"{mark}{self.says}",
            f"{mark_en}{self.says_en}",
            Citation(self.instrument, self.article, "", f"{self.tag}: {self.source}"),
        )


class _Terms(Struct, frozen=True, forbid_unknown_fields=True):
    terms: tuple[Term, ...]


class _Notes(Struct, frozen=True, forbid_unknown_fields=True):
    notes: tuple[Note, ...]


@cache
def unverified_terms() -> tuple[Term, ...]:
    """The terms of the package's own table; a reviewer may have marked some as verified since."""
    return msgspec.toml.decode(_content(_TERMS), type=_Terms).terms


@cache
def unverified_notes() -> tuple[Note, ...]:
    """The notes of the package's own table."""
    return msgspec.toml.decode(_content(_NOTES), type=_Notes).notes


def notes_about(verdict: Verdict) -> tuple[Reason, ...]:
    """What is said of the law that may concern a verdict."""
    names = {verdict.status.value, verdict.route, verdict.required_route} - {""}
    return tuple(note.words for note in unverified_notes() if not names.isdisjoint(note.about))


def _content(name: str) -> bytes:
    return files("collector.law").joinpath(name).read_bytes()
