from collections.abc import Callable

from hypothesis import given, settings
import msgspec
import pytest

from collector.book import Registry
from collector.handle import judge_alone, judge_next
from collector.law.shelf import routes_of_law
from collector.ledger import Ledger
from collector.precedents import FIRST_SPAN, Precedents
from tests.collector.builders import COMPANY, LAB, diagnoses, event, phones
from tests.collector.streams import BARE, FILED, MARKED, registries, streams
from tests.collector.test_law_cases import CASES, Case, event_of, registry_of
from wire.events import GeoSource, TransferEvent
from wire.legal_time import legal_day, legal_year

ROUTES = routes_of_law()


def ledgers() -> Callable[[TransferEvent], Ledger]:
    kept: dict[tuple[str, int], Ledger] = {}

    def of(some: TransferEvent) -> Ledger:
        key = some.organisation, legal_year(some.begun_ns)
        return kept.setdefault(key, Ledger(*key))

    return of


@given(streams(), registries())
@settings(max_examples=60, deadline=None)
def test_who_remembers_judges_as_who_does_not(stream: list[TransferEvent], registry: Registry) -> None:
    said, mine, theirs = Precedents(registry, ROUTES), ledgers(), ledgers()
    for each in stream:
        assert judge_next(each, mine, said) == judge_alone(each, theirs, said)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.case)
def test_every_question_of_the_law_can_be_noted(case: Case) -> None:
    """Else the judge is right and slow: what it newly asks has to be taught to ``collector.tracing``."""
    registry = registry_of(case)
    said, known = Precedents(registry, ROUTES), Ledger(case.sends.organisation, 2026)
    for sent in (*case.earlier, case.sends):
        one = event_of(0, sent)
        precedent = said.of(one)
        assert precedent
        precedent.basis(legal_day(one.begun_ns).toordinal())
        given = precedent.template(precedent.numbers(legal_day(one.begun_ns).toordinal(), 5, known))
        assert given.verdict.reasons


def test_a_count_that_grows_is_written_into_the_same_verdict() -> None:
    said, kept = Precedents(FILED, ROUTES), ledgers()
    first, second = (judge_next(event(n, diagnoses(range(n, n + 9)), target=LAB), kept, said) for n in (1, 5))
    precedent = said.of(event(1, diagnoses(9), target=LAB))
    assert precedent
    assert len(precedent.verdicts.leaves) == 1
    assert "累计 9 人" in first.reasons[0].says
    assert "累计 13 人" in second.reasons[0].says


def test_what_is_not_in_the_flow_decides_nothing() -> None:
    some = event(1, phones(2))
    other = msgspec.structs.replace(
        some,
        event_id="f" * 32,
        agent="another",
        ended_ns=some.ended_ns + 9,
        origin=msgspec.structs.replace(some.origin, address="10.9.9.9", port=9, host="other.example.cn"),
        target=msgspec.structs.replace(some.target, port=9, host="another.example.com"),
        tallies=tuple(msgspec.structs.replace(each, hits=99, exemplars=("another",)) for each in some.tallies),
        geo=GeoSource("another", "2026-01-01"),
        ruleset="another",
        source="another",
    )
    said = Precedents(BARE, ROUTES)
    assert said.of(some) is said.of(other)
    one, two = judge_alone(some, ledgers(), said), judge_alone(other, ledgers(), said)
    assert msgspec.structs.replace(two, event_id=one.event_id) == one


def test_a_registry_that_holds_our_marks_is_judged_without_precedents() -> None:
    some = event(1, diagnoses(9), target=LAB)
    assert Precedents(MARKED, ROUTES).of(some) is None
    assert Precedents(FILED, ROUTES).of(msgspec.structs.replace(some, line="\ue0000\ue001")) is None


def test_a_flow_that_was_given_up_stays_so() -> None:
    said, some = Precedents(FILED, ROUTES), event(1, diagnoses(9), target=LAB)
    precedent = said.of(some)
    assert precedent
    said.give_up(precedent)
    assert said.of(some) is None
    assert judge_next(some, ledgers(), said) == judge_alone(some, ledgers(), said)


def test_the_counts_asked_for_are_those_of_the_recipients_filings() -> None:
    said = Precedents(FILED, ROUTES)
    for target, asked in ((LAB, (("lab-us",),)), (event(1).target, ())):
        precedent = said.of(event(1, diagnoses(9), target=target))
        assert precedent
        assert precedent.asked == asked
        assert len(precedent.numbers(1, 0, Ledger(COMPANY, 2026))) == FIRST_SPAN + 9 + 3 * len(asked)


def test_only_so_much_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collector.precedents._MOST_TEMPLATES", 4)
    said, mine, theirs = Precedents(FILED, ROUTES), ledgers(), ledgers()
    for number in range(9):
        some = event(number, diagnoses(range(number, number + 9)), target=LAB, line=f"line-{number % 3}")
        assert judge_next(some, mine, said) == judge_alone(some, theirs, said)
        assert said.made <= 5
