"""Risk judgement (风险研判): a sum of named factors, each explained. It orders work; it decides nothing."""

from collections.abc import Iterable
from functools import cache
from hashlib import blake2b
from importlib import resources
import tomllib
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from collector.book import Registry
from collector.cases import Case
from collector.causes import destination_of
from collector.persons import Persons
from collector.ports import Judged
from wire.events import Direction, TransferEvent
from wire.faults import ConfigurationError, MalformedError
from wire.kinds import Grade
from wire.legal_time import legal_day

LOW: Final = "low"
MEDIUM: Final = "medium"
HIGH: Final = "high"
LEVELS: Final = (HIGH, MEDIUM, LOW)
_MINORS: Final = "person.under_14"
_Points = Annotated[int, Meta(ge=0, le=100)]


class Factor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the data file."""

    name: str
    title: str
    title_en: str
    because: str
    because_en: str
    steps: tuple[tuple[Annotated[int, Meta(ge=0)], _Points], ...] = ()
    points: dict[str, _Points] = {}
    """Of the ground, instead of steps."""


class _Levels(Struct, frozen=True, forbid_unknown_fields=True):
    medium: int
    high: int


class Factors(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    levels: _Levels
    factor: tuple[Factor, ...]

    @property
    def version(self) -> str:
        """Digest: two scores can be compared if this is the same."""
        return blake2b(msgspec.json.encode(self, order="deterministic"), digest_size=8).hexdigest()


class RiskFacts(Struct, frozen=True, kw_only=True):
    """What is weighed."""

    ground: str
    sensitive_kinds: int = 0
    important_kinds: int = 0
    minors: int = 0
    persons: int = 0
    transfers: int = 1
    days: int = 1
    ciio: int = 0
    unregistered: int = 0
    pulled: int = 0
    recurs: int = 0


class Part(Struct, frozen=True):
    """What one factor adds."""

    name: str
    title: str
    title_en: str
    measure: str
    points: int
    because: str
    because_en: str


class Risk(Struct, frozen=True):
    """The sum, its level, and every factor that adds to it, the heaviest first."""

    score: int
    level: str
    parts: tuple[Part, ...]
    version: str


def factors_of(content: bytes, name: str) -> Factors:
    """The factors in a TOML file.

    Raises:
        ConfigurationError: not such a file, or a factor that nothing is measured for.
    """
    try:
        factors = msgspec.convert(tomllib.loads(content.decode()), Factors)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the risk factors cannot be read: {error}", at=name) from error
    strange = [each.name for each in factors.factor if each.name not in RiskFacts.__struct_fields__]
    if strange:
        known = ", ".join(RiskFacts.__struct_fields__)
        raise ConfigurationError(f"no such measure: {', '.join(strange)}", at=name, cure=f"known: {known}")
    return factors


@cache
def own_factors() -> Factors:
    """The factors that come with guanjin."""
    file = resources.files("collector") / "risk_factors.toml"
    return factors_of(file.read_bytes(), file.name)


def weigh(facts: RiskFacts, factors: Factors) -> Risk:
    """The sum of the factors: the same facts and the same file give the same score."""
    parts = [_part(each, getattr(facts, each.name)) for each in factors.factor]
    telling = sorted((part for part in parts if part.points), key=lambda part: -part.points)
    score = sum(part.points for part in parts)
    level = HIGH if score >= factors.levels.high else MEDIUM if score >= factors.levels.medium else LOW
    return Risk(score, level, tuple(telling), factors.version)


def facts_of_transfer(judged: Judged, registry: Registry) -> RiskFacts:
    """What one transfer weighs by itself."""
    return _facts(judged.verdict.status, [judged.event], registry)


def facts_of_case(case: Case, members: Iterable[Judged], registry: Registry) -> RiskFacts:
    """What a case weighs.

    Args:
        case: the case.
        members: its transfers, or the newest of them: then persons are a lower bound all the more.
        registry: who is a CII operator, and who is registered.
    """
    events = [each.event for each in members]
    days = (legal_day(case.last_ns) - legal_day(case.first_ns)).days + 1
    facts, incident = _facts(case.opening.cause.ground, events, registry), case.opening.incident
    is_registered = case.opening.cause.destination.startswith("recipient:")
    return msgspec.structs.replace(
        facts,
        # The case says who receives: an officer, who sees fewer recipients, reads the same weight as the regulator.
        unregistered=0 if is_registered else facts.unregistered,
        persons=max(facts.persons, incident.persons) if incident else facts.persons,
        transfers=case.events,
        days=days,
        recurs=int(case.recurs),
    )


def _facts(ground: str, events: list[TransferEvent], registry: Registry) -> RiskFacts:
    graded = {(tally.kind, tally.grade) for event in events for tally in event.tallies}
    exporters = [registry.exporter(event.organisation) for event in events]
    return RiskFacts(
        ground=ground,
        sensitive_kinds=sum(grade is Grade.SENSITIVE for _, grade in graded),
        important_kinds=sum(grade is Grade.IMPORTANT for _, grade in graded),
        minors=int(any(kind == _MINORS for kind, _ in graded)),
        persons=persons_of(events),
        ciio=int(any(each is not None and each.is_ciio for each in exporters)),
        unregistered=int(any(not destination_of(event, registry).startswith("recipient:") for event in events)),
        pulled=int(any(event.direction is Direction.PULL for event in events)),
    )


def persons_of(events: Iterable[TransferEvent]) -> int:
    """Distinct persons at least; damaged counts add nobody."""
    persons = Persons()
    for event in events:
        for tally in event.tallies:
            try:
                persons.add(tally.subjects)
            except MalformedError:
                continue
    return persons.span.at_least


def _part(factor: Factor, measure: int | str) -> Part:
    points = factor.points.get(measure, 0) if isinstance(measure, str) else _reached(factor, measure)
    said = measure if isinstance(measure, str) else f"{measure:,}"
    return Part(factor.name, factor.title, factor.title_en, said, points, factor.because, factor.because_en)


def _reached(factor: Factor, measure: int) -> int:
    return next((points for least, points in sorted(factor.steps, reverse=True) if measure >= least), 0)
