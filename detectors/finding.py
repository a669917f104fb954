"""What detection sees and says: a candidate span with its surroundings, and a finding. Both hold raw values."""

from datetime import date

from msgspec import Struct
from typing_extensions import override

from wire.kinds import Kind


class Candidate(Struct, frozen=True, gc=False):
    """A span that a pattern matched, with what stands around it. Raw: its repr shows no content."""

    content: bytes
    """The whole piece that is being scanned, as it is looked at (percent-encoding and escapes undone)."""
    start: int
    end: int
    field: str
    """Nearest field name: JSON key, form key, XML element, CSV column, header; empty in free text."""
    media: str
    """json, form, xml, csv, text ..., as the payload's carrier says or the bytes show."""
    on: date
    """The day of the transfer in Shanghai: ages are reckoned on it."""

    @property
    def text(self) -> bytes:
        """The matched bytes."""
        return self.content[self.start : self.end]

    def before(self, count: int) -> bytes:
        """Up to ``count`` bytes in front of the match."""
        return self.content[max(0, self.start - count) : self.start]

    def after(self, count: int) -> bytes:
        """Up to ``count`` bytes behind the match."""
        return self.content[self.end : self.end + count]

    @override
    def __repr__(self) -> str:
        return f"Candidate({self.start}:{self.end}, field={self.field!r})"


class Finding(Struct, frozen=True, gc=False):
    """A validated hit. Raw: lives in the agent's memory and dies in ``agent.evidence``; its repr shows no value."""

    kind: Kind
    start: int
    end: int
    value: bytes
    """Canonical form: digits only, upper-case X, last eleven digits of a phone, lower-case e-mail."""
    belief: float
    """0 to 1; a scanner returns only what reaches its threshold."""
    record: int
    """Number of the record (smallest JSON object, CSV row, line, form, message) in the piece; -1 if there is none."""
    field: str

    @override
    def __repr__(self) -> str:
        return f"Finding({self.kind}, {self.start}:{self.end}, belief={self.belief:.2f}, field={self.field!r})"
