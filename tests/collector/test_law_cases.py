"""The table of law cases: facts in, verdict and article out; its rows were written from the law, then run."""

from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
import pytest
import yaml

from collector.book import Registry
from collector.facts import Facts, declared_facts
from collector.handle import handle, judge_alone
from collector.judge import judge
from collector.law.examples import an_event
from collector.law.instruments import FIRST_DAY
from collector.law.shelf import routes_of_law
from collector.ledger import CountOf, Ledger
from collector.precedents import Precedents
from collector.registry import read_registry
from collector.stores.memory import MemoryStore
from collector.verdicts import Status, Verdict
from detectors.catalogue import catalogue
from wire.events import Content, Direction, Endpoint, Tally, TransferEvent
from wire.kinds import Grade, Kind, Profile
from wire.legal_time import SHANGHAI, legal_day
from wire.places import Place, Region, place_of
from wire.subjects import Span, Subjects

FOLDER = Path(__file__).with_name("law_cases")
WORLD: dict[str, Any] = yaml.safe_load((FOLDER / "world.yaml").read_bytes())
US = WORLD["exporter"]["organisation"]
ROUTES = routes_of_law()

Persons = int | tuple[int, int]
"""So many persons, or those between two numbers; of a count, its lower and its upper bound."""


class Sent(Struct, frozen=True, forbid_unknown_fields=True, rename={"origin": "from"}):
    """One transfer."""

    finds: dict[str, Persons] = {}
    to: str = "stranger"
    origin: str = "mainland"
    at: str = "2026-03-02"
    """A day of Shanghai, taken at noon, or an instant."""
    content: Content = Content.SEEN
    direction: Direction = Direction.PUSH
    profile: Profile = Profile.GBT45574_2025
    organisation: str = US
    line: str = ""
    by: str = "cn.mobile"
    """What identifies the persons."""
    fields: tuple[str, ...] = ()


class Year(Struct, frozen=True, forbid_unknown_fields=True):
    """The year's counts with this transfer in them, where they are too large to be sent here."""

    any: Persons
    sensitive: Persons = 0
    to_recipient: Persons = 0


class Wanted(Struct, frozen=True, forbid_unknown_fields=True):
    """What the law says."""

    status: Status
    route: str = ""
    required: str = ""


class Case(Struct, frozen=True, forbid_unknown_fields=True, rename={"wanted": "is"}):
    """One row."""

    case: str
    law: str
    """Section of the project's law file, and how surely it is known."""
    why: str
    wanted: Wanted
    cites: str
    """The article on which the verdict rests; ``none`` where no law is asked."""
    sends: Sent = Sent({"cn.mobile": 1})
    earlier: tuple[Sent, ...] = ()
    """What had arrived before, whenever it was sent."""
    year: Year | None = None
    registered: bool = True
    exporter: dict[str, Any] = {}
    others: dict[str, Any] = {}
    """What is declared of the other exporters."""
    filings: tuple[dict[str, Any], ...] = ()
    exemptions: tuple[dict[str, Any], ...] = ()
    lines: dict[str, dict[str, Any]] = {}
    lists: tuple[dict[str, Any], ...] = ()
    list_rows: tuple[dict[str, Any], ...] = ()
    recipients: dict[str, dict[str, Any]] = {}
    """What else is declared of recipients, by id."""
    settings: dict[str, str] = {}
    holidays: tuple[str, ...] = ()
    counted: dict[int, int] = {}
    """Persons in the exporter's ledgers afterwards, by year."""
    also: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    omits: tuple[str, ...] = ()


def read_cases() -> list[Case]:
    files = [path for path in sorted(FOLDER.glob("*.yaml")) if path.name != "world.yaml"]
    return [case for path in files for case in msgspec.yaml.decode(path.read_bytes(), type=list[Case])]


CASES = read_cases()


def registry_of(case: Case) -> Registry:
    others = [each | case.others for each in WORLD["others"]]
    exporters = [*([WORLD["exporter"] | case.exporter] if case.registered else []), *others]
    known = {each["organisation"] for each in exporters}
    written = {
        "settings": case.settings,
        "exporters": exporters,
        "recipients": [each | case.recipients.get(each["id"], {}) for each in WORLD["recipients"]],
        "filings": [WORLD["filing"] | each for each in case.filings],
        "exemptions": [WORLD["exemption"] | each for each in case.exemptions],
        "lines": [each | case.lines.get(each["id"], {}) for each in WORLD["lines"] if each["organisation"] in known],
        "lists": [WORLD["list"] | each for each in case.lists],
        "list_rows": [WORLD["list_row"] | each for each in case.list_rows],
        "calendar": {"holidays": list(case.holidays)},
    }
    return read_registry(msgspec.json.encode(written), case.case)


def moment_ns(at: str) -> int:
    instant = datetime.fromisoformat(at) if "T" in at else datetime.combine(date.fromisoformat(at), time(12), SHANGHAI)
    return int(instant.timestamp()) * 1_000_000_000


def end_at(name: str) -> Endpoint:
    known = WORLD["places"][name]
    place = Place(Region(known["region"])) if "region" in known else place_of(known["country"])
    return Endpoint(known["address"], 443, known.get("host", ""), place)


@cache
def grades() -> dict[str, dict[Profile, Grade]]:
    return {each.kind: each.grades for each in catalogue()}


def tally(kind: str, persons: Persons, sent: Sent) -> Tally:
    """Graded as the detectors grade; a kind that none of them finds stands for important data."""
    tokens = range(persons) if isinstance(persons, int) else range(*persons)
    grade = grades()[kind][sent.profile] if kind in grades() else Grade.IMPORTANT
    subjects = Subjects() if grade is Grade.IMPORTANT else Subjects.of({sent.by: tokens})
    return Tally(Kind(kind), grade, max(1, len(tokens)), subjects, (), sent.fields)


def event_of(number: int, sent: Sent) -> TransferEvent:
    moment = moment_ns(sent.at)
    return an_event(
        *(tally(kind, persons, sent) for kind, persons in sent.finds.items()),
        event_id=f"{number:032x}",
        organisation=sent.organisation,
        begun_ns=moment,
        ended_ns=moment,
        origin=end_at(sent.origin),
        target=end_at(sent.to),
        content=sent.content,
        direction=sent.direction,
        profile=sent.profile,
        line=sent.line,
    )


def span(persons: Persons) -> Span:
    least, most = (persons, persons) if isinstance(persons, int) else persons
    return Span(least, (least + most) // 2, most)


def counted_by_hand(case: Case, year: Year, registry: Registry) -> Facts:
    every, sensitive = span(year.any), span(year.sensitive)
    ordinary = Span(
        every.at_least - sensitive.at_most, every.estimate - sensitive.estimate, every.at_most - sensitive.at_least
    )
    return msgspec.structs.replace(
        declared_facts(event_of(0, case.sends), registry),
        any=every,
        sensitive=sensitive,
        ordinary_only=ordinary,
        reached={each.number: span(year.to_recipient) for each in registry.filings},
    )


def judged(case: Case) -> Verdict:
    """Through the ledger of a store; by counts given where the persons would be too many to send."""
    registry = registry_of(case)
    if case.year:
        return judge(counted_by_hand(case, case.year, registry), ROUTES)
    store = MemoryStore()
    for number, sent in enumerate(case.earlier, 1):
        handle([event_of(number, sent)], store=store, registry=registry, routes=ROUTES)
    (given,) = handle([event_of(0, case.sends)], store=store, registry=registry, routes=ROUTES)
    for year, persons in case.counted.items():
        found = {each.organisation: each.span(CountOf.ANY).at_least for each in store.ledgers(year)}
        assert found.get(case.sends.organisation, 0) == persons, f"persons of {year}"
    return given.verdict


@pytest.mark.parametrize("case", [case for case in CASES if not case.year], ids=lambda case: case.case)
def test_a_precedent_says_what_the_judge_says(case: Case) -> None:
    registry = registry_of(case)
    said = Precedents(registry, ROUTES)
    ledgers: dict[tuple[str, int], Ledger] = {}

    def ledger_of(event: TransferEvent) -> Ledger:
        key = event.organisation, legal_day(event.begun_ns).year
        return ledgers.setdefault(key, Ledger(*key))

    for number, sent in enumerate(case.earlier, 1):
        judge_alone(event_of(number, sent), ledger_of, said)
    assert judge_alone(event_of(0, case.sends), ledger_of, said) == judged(case)


def article(text: str) -> tuple[str, str]:
    name, _, number = text.partition(" ")
    return WORLD["instruments"][name]["title"], number


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.case)
def test_the_verdict_is_the_laws(case: Case) -> None:
    given = judged(case)
    assert Wanted(given.status, given.route, given.required_route) == case.wanted
    cited = [(each.citation.instrument, each.citation.article) for each in given.reasons if each.citation]
    assert set(map(article, case.also)) <= set(cited)
    says = "\n".join(each.says for each in given.reasons)
    assert all(text in says for text in case.says), says
    assert not any(text in says for text in case.omits), says
    if case.cites == "none":
        assert not cited
        return
    instrument, number = article(case.cites)
    assert (instrument, number) in cited
    assert cited[0][0] == instrument
    assert number.startswith(cited[0][1])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.case)
def test_only_what_was_law_on_the_day_is_cited(case: Case) -> None:
    on = legal_day(moment_ns(case.sends.at))
    days = {each["title"]: each["in_force"] for each in WORLD["instruments"].values()}
    for citation in (each.citation for each in judged(case).reasons if each.citation):
        assert citation.in_force_from == days[citation.instrument]
        assert citation.in_force_from <= on.isoformat() or on < FIRST_DAY


def test_the_table_is_whole() -> None:
    assert len(CASES) >= 120
    assert len({case.case for case in CASES}) == len(CASES)
    assert {case.wanted.status for case in CASES} == set(Status)
    assert {case.wanted.route for case in CASES} == {route.name for route in ROUTES} | {""}
    assert all(case.law.split()[-1] in {"V", "V2", "G", "M"} and case.why for case in CASES)
