"""What the tagger answers with."""

from typing import Literal

from msgspec import Struct

Label = Literal["PERSON", "ADDRESS", "LOCATION"]
"""A person's name; an address of at least two levels; a place by itself, which is nobody's personal information."""


class Span(Struct, frozen=True, order=True):
    """A labelled piece of a text, in code points. It holds no text itself."""

    start: int
    end: int
    label: Label
    score: float
    """0 to 1."""
