import re

from hypothesis import given
from hypothesis import strategies as st
import msgspec
import pytest

from collector.case_ports import CaseQuery
from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.risk import (
    HIGH,
    LOW,
    MEDIUM,
    RiskFacts,
    factors_of,
    facts_of_case,
    facts_of_transfer,
    own_factors,
    weigh,
)
from collector.stores.memory import MemoryStore
from collector.verdicts import Status
from tests.collector.builders import HOSPITAL, LAB, NOWHERE, diagnoses, event, phones, the_registry
from wire.events import Direction, Tally
from wire.faults import ConfigurationError
from wire.kinds import Grade, Kind
from wire.subjects import Subjects

REGISTRY = the_registry()
FACTORS = own_factors()
COUNTS = [name for name in RiskFacts.__struct_fields__ if name != "ground"]
FACTS = st.builds(
    RiskFacts, ground=st.sampled_from([*map(str, Status), "inconsistent"]),
    **{name: st.integers(0, 2_000_000) for name in COUNTS},
)  # fmt: skip


@given(FACTS)
def test_the_score_is_the_sum_of_what_is_shown_and_the_heaviest_stands_first(facts: RiskFacts) -> None:
    risk = weigh(facts, FACTORS)
    assert risk.score == sum(part.points for part in risk.parts)
    assert [part.points for part in risk.parts] == sorted((part.points for part in risk.parts), reverse=True)
    assert risk == weigh(facts, FACTORS)
    assert risk.level in (LOW, MEDIUM, HIGH)


@given(FACTS, st.sampled_from(COUNTS), st.integers(1, 1_000_000))
def test_more_of_anything_never_lowers_the_score(facts: RiskFacts, name: str, more: int) -> None:
    heavier = msgspec.structs.replace(facts, **{name: getattr(facts, name) + more})
    assert weigh(heavier, FACTORS).score >= weigh(facts, FACTORS).score


@pytest.mark.parametrize(
    ("persons", "points"),
    [(0, 0), (1, 2), (99, 2), (100, 5), (9_999, 8), (10_000, 14), (99_999, 14), (100_000, 18), (1_000_000, 22)],
)
def test_a_step_holds_from_its_number_on(persons: int, points: int) -> None:
    parts = weigh(RiskFacts(ground="", persons=persons), FACTORS).parts
    assert sum(part.points for part in parts if part.name == "persons") == points


def test_every_flagged_verdict_weighs_and_every_factor_is_explained_in_both_languages() -> None:
    (ground,) = [each for each in FACTORS.factor if each.name == "ground"]
    assert {str(status) for status in Status if status.is_flagged} < set(ground.points)
    for each in FACTORS.factor:
        assert each.title
        assert each.because
        assert not re.search(r"[\u4e00-\u9fff]", each.title_en + each.because_en)
        assert bool(each.steps) != bool(each.points)
    assert {each.name for each in FACTORS.factor} == set(RiskFacts.__struct_fields__)


def test_a_transfer_and_its_case_are_weighed_by_what_was_seen() -> None:
    store = MemoryStore()
    some = [
        event(number, diagnoses(range(number * 60, number * 60 + 60)), target=NOWHERE, direction=Direction.PULL,
              organisation=HOSPITAL, begun_ns=1_772_416_800_000_000_000 + number * 86_400_000_000_000)
        for number in range(2)
    ]  # fmt: skip
    judged = handle(some, store=store, registry=REGISTRY, routes=routes_of_law())
    (case,) = store.cases.cases(CaseQuery())
    facts = facts_of_case(case, judged, REGISTRY)
    assert (facts.ground, facts.persons, facts.transfers, facts.days) == ("unfiled", 120, 2, 2)
    assert (facts.pulled, facts.unregistered, facts.sensitive_kinds, facts.recurs) == (1, 1, 1, 0)
    alone = facts_of_transfer(judged[0], REGISTRY)
    assert (alone.persons, alone.transfers) == (60, 1)
    assert facts_of_transfer(
        handle([event(9, phones(3), target=LAB)], store=store, registry=REGISTRY, routes=routes_of_law())[0], REGISTRY
    ).unregistered == 0  # fmt: skip


def test_damaged_counts_weigh_nothing() -> None:
    broken = Tally(Kind("cn.mobile"), Grade.GENERAL, 1, Subjects((("cn.mobile", b"\x00"),)))
    judged = handle([event(1, broken)], store=MemoryStore(), registry=REGISTRY, routes=routes_of_law())
    assert facts_of_transfer(judged[0], REGISTRY).persons == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff", "cannot be read"),
        (b"levels = 3", "cannot be read"),
        ((b"levels = {medium = 1, high = 2}\n[[factor]]\nname = 'mood'\ntitle = ''\ntitle_en = ''\nbecause = ''\n"
         b"because_en = ''\nsteps = [[1, 1]]"), "no such measure: mood"),
        ((b"levels = {medium = 1, high = 2}\n[[factor]]\nname = 'persons'\ntitle = ''\ntitle_en = ''\nbecause = ''\n"
         b"because_en = ''\nsteps = [[1, 1000]]"), "cannot be read"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_with_its_name(content: bytes, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        factors_of(content, "my_factors.toml")
