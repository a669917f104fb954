"""Events and registries as short as a sentence."""

from pathlib import Path
from typing import Any

from collector.law.examples import an_event
from collector.registry import Registry, read_registry
from wire.events import Endpoint, Tally, TransferEvent
from wire.kinds import Grade, Kind
from wire.places import place_of
from wire.subjects import Subjects

COMPANY = "91310000MA1FL0000N"
HOSPITAL = "121100004000000001"
MAKER = "91440300MA5EX00005"
STRANGER = "91350100M000100Y43"

EXAMPLE = Path(__file__).with_name("registry.example.yaml").read_bytes()


def the_registry(**replaced: str) -> Registry:
    """The example registry, with some of its text replaced."""
    text = EXAMPLE
    for old, new in replaced.items():
        text = text.replace(old.encode(), new.encode())
    return read_registry(text, "registry.example.yaml")


def phones(tokens: range | int, *fields: str) -> Tally:
    """Mobile numbers of so many persons."""
    return _tally("cn.mobile", Grade.GENERAL, tokens, fields)


def diagnoses(tokens: range | int) -> Tally:
    """Diagnoses of so many persons."""
    return _tally("medical.diagnosis", Grade.SENSITIVE, tokens, ())


def names(tokens: range | int) -> Tally:
    """E-mail addresses of so many persons."""
    return _tally("email", Grade.GENERAL, tokens, ())


def _tally(kind: str, grade: Grade, tokens: range | int, fields: tuple[str, ...]) -> Tally:
    some = range(tokens) if isinstance(tokens, int) else tokens
    return Tally(Kind(kind), grade, max(1, len(some)), Subjects.of({"cn.mobile": some}), ("138****0000",), fields)


def at(host: str = "", address: str = "192.0.2.7", country: str = "US") -> Endpoint:
    """Where a transfer goes."""
    return Endpoint(address, 443, host, place_of(country))


LAB = at("api.lab.example.com")
NOWHERE = at("unknown.example.com")


def event(number: int, *tallies: Tally, target: Endpoint = NOWHERE, **changes: Any) -> TransferEvent:
    """A transfer of the company on 2026-03-02."""
    changes = {"organisation": COMPANY, **changes}
    return an_event(*tallies, event_id=f"{number:032x}", target=target, **changes)
