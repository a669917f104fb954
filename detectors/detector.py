"""What a detector is: one kind of datum with its pattern, check, mask, context, proof and legal source."""

from collections.abc import Callable

from msgspec import Struct

from detectors.finding import Candidate
from wire.kinds import Grade, Kind, Profile

Check = Callable[[Candidate], float]
"""Belief in a candidate from its own digits and letters, before context; 0 refuses it."""

Mask = Callable[[bytes], str]
"""Canonical value -> what a regulator may see."""


class Example(Struct, frozen=True):
    """Text in which the detector must (or, as a lookalike, must not) find its kind."""

    text: str
    media: str = "text"


class Detector(Struct, frozen=True, kw_only=True):
    """One kind of datum. The shelf's tests prove each one by its own examples and lookalikes, in both engines."""

    kind: Kind
    title: str
    """Name for people, Chinese."""
    title_en: str
    grades: dict[Profile, Grade]
    patterns: tuple[str, ...] = ()
    """Patterns over UTF-8 bytes in the dialect that Hyperscan and ``re`` share: no look-around, no back-reference. The
    engine takes a match only where neither neighbour is a digit or a Latin letter."""
    lead: bytes = b""
    """Bytes that belong to a match where they stand in front of it, as a mailbox's name does before its @."""
    words: tuple[str, ...] = ()
    """A dictionary: plain words to be found wherever they stand by themselves, tens of thousands if need be."""
    values: tuple[str, ...] = ()
    """Patterns of whole values, tried only where a name in ``fields`` announces one: ``"diagnosis": "..."``."""
    fills_columns: bool = False
    """Whether ``values`` tell so much that a column full of them, under a name that says nothing, is a column of it."""
    reads: tuple[Kind, ...] = ()
    """Kinds in whose values this attribute stands too, as a birth date does in an identity number."""
    check: Check
    canonical: Callable[[bytes], bytes]
    mask: Mask
    fields: tuple[str, ...] = ()
    """Field names that raise belief, in lower case: ``id_card`` (an underscore where words part, so that it stands for
    idCard, id-card and IDCARD too), ``sfzh``, ``身份证号``. The same words raise belief in free text."""
    hints: tuple[str, ...] = ()
    """Names that speak for it a little, where nothing in them tells more: ``customer`` for a customer's name."""
    cues: tuple[str, ...] = ()
    """Further words that raise belief when they stand close by in free text."""
    against: tuple[str, ...] = ()
    """Field names and words that lower belief, on top of the common ones (order, trade, serial ...)."""
    needs_context: bool = False
    """Whether a match without a field name or a cue is never a finding."""
    identifies: bool = True
    """Whether a value stands for one natural person (counted), or is an attribute of the person in its record."""
    is_personal: bool = True
    """False for negative evidence (an organisation code): it suppresses overlapping candidates and is not reported."""
    law: str
    """Instrument and clause, or the technical standard, that says what it is."""
    examples: tuple[Example, ...] = ()
    lookalikes: tuple[Example, ...] = ()
