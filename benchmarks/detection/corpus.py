"""The corpus: records of invented persons and of nobody in every format, the same for the same seed."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Final

from benchmarks.detection import people, values
from benchmarks.detection.draft import Draft, Field, Rows
from benchmarks.detection.formats import FORMATS
from benchmarks.detection.messages import message
from benchmarks.detection.record import Record
from benchmarks.detection.surroundings import ANY_TRAP, FILLERS, OPAQUE
from benchmarks.detection.traps import TRAPS
from benchmarks.detection.values import Value
from benchmarks.detection.vocabulary import SOURCES, Source

SEED: Final = 20260601
COUNT: Final = 20_000
PERSONAL: Final[dict[str, Callable[[Random], Value]]] = {
    "name": people.name,
    "address": people.address,
    "diagnosis": people.diagnosis,
    "diagnosis_code": people.diagnosis_code,
    "resident_id": values.resident_id,
    "resident_id_15": values.resident_id_15,
    "child_id": values.child_id,
    "hmt_permit": values.hmt_permit,
    "foreigner_id": values.foreigner_id,
    "mobile": values.mobile,
    "landline": values.landline,
    "card": values.card,
    "email": values.email,
    "passport": values.passport,
    "home_return": values.home_return_permit,
    "exit_permit": values.exit_permit,
    "taiwan_permit": values.taiwan_permit,
    "plate": values.plate,
    "vin": values.vin,
    "child_birth": values.child_birth,
}
"""What must be found, by attribute."""

_NOBODY: Final = 0.36
"""Share of the records in which nothing is to be found."""
_MESSAGES: Final = 0.11
_OPAQUE: Final = 0.035
_SELF_EVIDENT: Final = ("resident_id", "card", "email", "plate", "vin", "hmt_permit")
"""What shows by itself what it is, under a name that says nothing."""
_IN_COMPANY: Final = ("mobile", "landline")
"""What does so only in the company of such a thing."""
_IN_COLUMN: Final = (*_SELF_EVIDENT, *_IN_COMPANY, "name", "address")
"""What a whole column shows to be."""
_UNNAMED: Final = "hash uuid millis float base64 order gps imei barcode tracking snowflake micros".split()
"""What stands beside it."""


def generate(count: int = COUNT, seed: int = SEED, sources: tuple[Source, ...] = SOURCES) -> Iterator[Record]:
    """So many records. Every record has a seed of its own, so that a slice is part of the whole.

    Args:
        count: how many.
        seed: the same records for the same seed.
        sources: whose field names they use.
    """
    for number in range(count):
        chance = Random(f"{seed}:{number}")  # noqa: S311  # a seeded play, no secret
        yield _record(chance, number, sources)


def _record(chance: Random, number: int, sources: tuple[Source, ...]) -> Record:
    is_personal = chance.random() >= _NOBODY
    if chance.random() < _MESSAGES:
        return _message(chance, is_personal=is_personal).record(number, "messages", "messages", "text")
    names = tuple(FORMATS)
    layout = chance.choices(names, [FORMATS[name][2] for name in names])[0]
    write, media, _, (least, most) = FORMATS[layout]
    source = chance.choices(sources, [source.weight for source in sources])[0]
    is_table = layout in ("CSV, TSV", "CSV, opaque", "SQL", "HTML")
    columns, slug = _columns(chance, source, is_personal=is_personal, in_header=layout == "headers"), source.slug
    if layout == "CSV, opaque":
        columns, slug = _opaque(chance, _IN_COLUMN if is_personal else ()), "opaque"
    elif chance.random() < _OPAQUE:
        columns, slug = _opaque(chance, _SELF_EVIDENT if is_personal else ()), "opaque"
    rows: Rows = [[Field(name, make(chance)) for name, make in columns] for _ in range(chance.randint(least, most))]
    if not is_table:
        rows = [[field for field in row if field.value.kinds or chance.random() < 0.95] or row for row in rows]
    return write(chance, rows).record(number, layout, slug, media)


_Columns = list[tuple[str, Callable[[Random], Value]]]


def _columns(chance: Random, source: Source, *, is_personal: bool, in_header: bool) -> _Columns:
    known = [what for what in source.names if what in PERSONAL] if is_personal else []
    known = [what for what in known if not (in_header and what in ("address", "diagnosis"))]
    traps = [what for what in (*source.names, *ANY_TRAP) if what in TRAPS]
    chosen = chance.sample(known, min(len(known), chance.randint(2, 6)))
    chosen += chance.sample(traps, chance.randint(1, 3) if is_personal else chance.randint(2, 5))
    columns: dict[str, Callable[[Random], Value]] = {}
    for what in chosen:
        make = PERSONAL.get(what) or TRAPS[what]
        if what == "resident_id" and chance.random() < 0.08:
            make = values.child_id
        columns.setdefault(chance.choice(source.names.get(what) or ANY_TRAP[what]), make)
    for filler in chance.sample(tuple(FILLERS), chance.randint(0, 3)):
        columns.setdefault(filler, _filler(filler))
    listed = list(columns.items())
    chance.shuffle(listed)
    return listed


def _filler(name: str) -> Callable[[Random], Value]:
    return lambda chance: Value(chance.choice(FILLERS[name]))


def _opaque(chance: Random, knowable: tuple[str, ...]) -> _Columns:
    found = chance.sample(knowable, chance.randint(1, 3)) if knowable else []
    if found and knowable is _SELF_EVIDENT and chance.random() < 0.4:
        found.append(chance.choice(_IN_COMPANY))
    makes = [PERSONAL.get(what) or TRAPS[what] for what in (*found, *chance.sample(_UNNAMED, chance.randint(1, 4)))]
    chance.shuffle(makes)
    return list(zip(chance.sample(OPAQUE, len(makes)), makes, strict=True))


def _message(chance: Random, *, is_personal: bool) -> Draft:
    made = {what: make(chance) for what, make in (*PERSONAL.items(), *TRAPS.items())}
    made["tail"] = Value(values.digits(chance, 4))
    return message(chance, made, is_personal=is_personal)
