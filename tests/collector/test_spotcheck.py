from fractions import Fraction
from math import ceil
import subprocess

from hypothesis import given
from hypothesis import strategies as st
import msgspec
import pytest

from collector.desk import conclude, judged_between
from collector.draws import Draw, Outcome, Result
from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.ports import Judged
from collector.risk import own_factors
from collector.spotcheck import Terms, Ticket, day_digest, differences, draw, protocol, ticket_of
from collector.stores.memory import MemoryStore
from tests.collector.builders import LAB, NOWHERE, at, diagnoses, event, phones, the_registry
from tests.collector.builders import names as emails
from wire.events import Endpoint
from wire.faults import MalformedError

REGISTRY = the_registry()
ROUTES = routes_of_law()
TERMS = Terms("2026-11-20", "20261121-07-12", "0.1", "f", "r")
TICKETS = [
    Ticket(f"{number:032x}", ("医疗", "金融", "")[number % 3], *(("exempt_hr", "high"), ("none", "low"))[number % 2])
    for number in range(120)
]
NAMES = [ticket.event_id for ticket in TICKETS] + ["f" * 32]


def judged(**changes: object) -> Judged:
    some = event(1, phones(3, "body:mobile"), **{"target": LAB, **changes})  # type: ignore[arg-type]  # a builder's changes
    return handle([some], store=MemoryStore(), registry=REGISTRY, routes=ROUTES)[0]


@given(st.permutations(TICKETS), st.lists(st.sampled_from(TICKETS), max_size=20))
def test_order_and_repetition_of_the_transfers_change_no_draw(tickets: list[Ticket], again: list[Ticket]) -> None:
    names = [each.event_id for each in [*again, *tickets]] + NAMES
    assert draw(names, [*tickets, *again], TERMS) == draw(NAMES, TICKETS, TERMS)


@given(st.sampled_from(["0.01", "0.1", "0.3", "0.5", "1", "1.0"]), st.text("abc123", min_size=1, max_size=9))
def test_each_stratum_gives_its_share_and_at_least_one(rate: str, seed: str) -> None:
    drawn = draw(NAMES, TICKETS, msgspec.structs.replace(TERMS, rate=rate, seed=seed))
    assert (drawn.events, drawn.exports) == (121, 120)
    assert len(set(drawn.drawn)) == len(drawn.drawn)
    for stratum in drawn.strata:
        assert len(stratum.drawn) == ceil(Fraction(rate) * stratum.size) >= 1
        tickets = {
            t.event_id for t in TICKETS if (t.sector, t.route, t.risk) == (stratum.sector, stratum.route, stratum.risk)
        }
        assert set(stratum.drawn) <= tickets
        assert len(tickets) == stratum.size


def test_anyone_can_repeat_a_draw_in_a_shell() -> None:
    drawn = draw(NAMES, TICKETS, TERMS)
    stratum = drawn.strata[0]
    script = f"""
        digest=$(printf '%s\\n' {" ".join(NAMES)} | LC_ALL=C sort -u | sha256sum | cut -d' ' -f1)
        echo $digest
        for id in {" ".join(t.event_id for t in TICKETS if (t.sector, t.route, t.risk) == (stratum.sector, stratum.route, stratum.risk))}; do
            echo "$(printf '%s\\n' '{TERMS.seed}' $digest $id | sha256sum | cut -d' ' -f1) $id"
        done | LC_ALL=C sort | head -n {len(stratum.drawn)} | cut -d' ' -f2
    """  # noqa: E501  # one command
    said = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert said == [drawn.digest, *stratum.drawn]


def test_seed_day_and_every_transfer_of_the_day_decide_the_draw() -> None:
    first = draw(NAMES, TICKETS, TERMS)
    others = [
        draw(NAMES, TICKETS, msgspec.structs.replace(TERMS, seed="another")),
        draw(NAMES, TICKETS, msgspec.structs.replace(TERMS, day="2026-11-19")),
        draw(NAMES[:-1], TICKETS, TERMS),
    ]
    assert len({each.draw_id for each in (first, *others)}) == 4
    assert others[0].drawn != first.drawn
    assert others[2].digest != first.digest
    assert day_digest([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("rate", ["0", "0.0", "1.1", "-0.1", "5%", "", "1e-3", "0.1234567", "٠.١"])
def test_a_rate_that_is_no_share_is_refused(rate: str) -> None:
    with pytest.raises(MalformedError, match="the rate must be"):
        draw(NAMES, TICKETS, msgspec.structs.replace(TERMS, rate=rate))


@pytest.mark.parametrize("seed", ["", "a\nb", "x" * 201])
def test_a_seed_that_is_no_line_is_refused(seed: str) -> None:
    with pytest.raises(MalformedError, match="the seed must be"):
        draw(NAMES, TICKETS, msgspec.structs.replace(TERMS, seed=seed))


def test_a_draw_that_is_repeated_says_what_differs() -> None:
    kept = draw(NAMES, TICKETS, TERMS)
    assert list(differences(kept, draw(NAMES, TICKETS, TERMS))) == []
    later: Draw = draw([*NAMES, "e" * 32], [*TICKETS, Ticket("e" * 32, "医疗", "none", "high")], TERMS)
    said = list(differences(kept, later))
    assert said[0] == "events: 121 -> 122"
    assert any(each.startswith("digest: ") for each in said)
    assert any(each.startswith("newly drawn: ") for each in said)


def test_what_left_nothing_is_not_drawn_from() -> None:
    assert ticket_of(judged(target=at("www.example.cn", country="CN")), REGISTRY, own_factors()) is None
    ticket = ticket_of(judged(), REGISTRY, own_factors())
    assert ticket
    assert (ticket.event_id, ticket.route) == (f"{1:032x}", "standard_contract")


def test_the_day_is_read_whole_and_nothing_beside_it() -> None:
    store = MemoryStore()
    events = [event(number, begun_ns=1_000 + number) for number in range(1_200)]
    handle(events, store=store, registry=REGISTRY, routes=ROUTES)
    read = [each.event.begun_ns for each in judged_between(store, 1_100, 2_100)]
    assert read == list(range(2_099, 1_099, -1))


def test_the_protocol_holds_the_observed_against_the_declared() -> None:
    items = {item.name: item for item in protocol(judged(), REGISTRY)}
    assert list(items) == ["data_items", "recipient", "volume", "link", "purpose"]
    assert items["recipient"].agrees
    assert items["purpose"].agrees is None
    assert "手机号码" in items["data_items"].observed
    for item in items.values():
        assert item.question
        assert item.question_en
        assert item.declared
        assert item.declared_en


def test_more_than_was_declared_differs_and_what_was_not_declared_must_be_asked() -> None:
    more = event(1, phones(3), emails(3), diagnoses(3), target=LAB)
    (outside,) = handle([more], store=MemoryStore(), registry=REGISTRY, routes=ROUTES)
    assert protocol(outside, REGISTRY)[0].agrees is False
    bare = protocol(judged(target=NOWHERE), REGISTRY)
    assert [item.agrees for item in bare] == [None] * 5
    assert protocol(judged(target=Endpoint("", 0, "", NOWHERE.place)), REGISTRY)


@pytest.mark.parametrize("flagged", [True, False])
def test_a_case_follows_from_what_is_inconsistent(*, flagged: bool) -> None:
    store = MemoryStore()
    tally = diagnoses(3) if flagged else phones(3)
    (some,) = handle([event(1, tally)], store=store, registry=REGISTRY, routes=ROUTES)
    result = Result(draw_id="d", event_id=some.event.event_id, at_ns=1, who="甲", outcome=Outcome.INCONSISTENT)
    follows = conclude(store, result, some, REGISTRY)
    case = store.cases.case(follows.case_id)
    assert case
    assert case.opening.cause.ground == ("unfiled" if flagged else "inconsistent")
    assert (case.events, store.cases.results("d")) == (1, [follows])
    fine = conclude(store, msgspec.structs.replace(result, outcome=Outcome.CONSISTENT), some, REGISTRY)
    assert fine.case_id == ""
