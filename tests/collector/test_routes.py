from datetime import date, timedelta

import pytest

from collector.declarations import Basis, FilingRoute
from collector.law.examples import DIAGNOSIS, OPERATOR, PHONE, exactly, some_facts
from collector.law.instruments import CBDF
from collector.law.route import Example, Role, Route
from collector.law.shelf import routes_of_law
from collector.law.thresholds import doubts
from wire.subjects import Span

ROUTES = routes_of_law()
EXAMPLES = [(route, example) for route in ROUTES for example in route.examples]


@pytest.mark.parametrize(("route", "example"), EXAMPLES, ids=[f"{route.name}: {each.says}" for route, each in EXAMPLES])
def test_every_example_on_the_shelf_holds(route: Route, example: Example) -> None:
    assert bool(route.applies(example.facts)) is example.applies


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_route_proves_itself_and_cites_its_law(route: Route) -> None:
    assert {example.applies for example in route.examples} == {True, False}
    assert route.citation.instrument
    assert route.citation.article
    assert route.citation.source
    assert route.citation.in_force_from in ("", route.in_force_from.isoformat())
    for reason in (reason for each in route.examples for reason in route.applies(each.facts)):
        assert reason.says
        assert reason.says_en.isascii()


def test_every_way_that_a_registry_can_name_is_on_the_shelf() -> None:
    assert {route.value for route in FilingRoute} <= {route.name for route in ROUTES}
    assert {route.basis for route in ROUTES if route.basis} == set(Basis)


def names_on(day: date) -> list[str]:
    return [route.name for route in ROUTES if route.is_in_force(day)]


def test_the_strictest_stand_first_and_no_day_knows_a_name_twice() -> None:
    assert [route.strictness for route in ROUTES] == sorted((route.strictness for route in ROUTES), reverse=True)
    days = {route.in_force_from for route in ROUTES} | {route.in_force_until or date.max for route in ROUTES}
    assert all(len(set(names_on(day))) == len(names_on(day)) for day in days)


@pytest.mark.parametrize(
    ("day", "instrument"),
    [(date(2025, 12, 31), "促进和规范数据跨境流动规定"), (date(2026, 1, 1), "个人信息出境认证办法")],
)
def test_certification_rests_on_the_law_of_its_day(day: date, instrument: str) -> None:
    (route,) = [route for route in ROUTES if route.name == "certification" and route.is_in_force(day)]
    assert route.citation.instrument == instrument


def required(persons: int, sensitive: int) -> str:
    tallies = (PHONE, DIAGNOSIS) if sensitive else (PHONE,)
    facts = some_facts(*tallies, persons=persons, sensitive=sensitive)
    return next((route.name for route in ROUTES if route.role is Role.REQUIRED and route.applies(facts)), "")


@pytest.mark.parametrize(
    ("persons", "sensitive", "route"),
    [
        (1, 0, ""),
        (99_999, 0, ""),
        (100_000, 0, "standard_contract"),
        (999_999, 0, "standard_contract"),
        (1_000_000, 0, "security_assessment"),
        (1, 1, "standard_contract"),
        (9_999, 9_999, "standard_contract"),
        (10_000, 10_000, "security_assessment"),
        (999_999, 9_999, "standard_contract"),
    ],
)
def test_the_thresholds_of_articles_7_and_8(persons: int, sensitive: int, route: str) -> None:
    assert required(persons, sensitive) == route


def test_a_ciio_needs_the_assessment_for_one_person() -> None:
    facts = some_facts(PHONE, persons=1, exporter=OPERATOR)
    assert [route.name for route in ROUTES if route.role is Role.REQUIRED and route.applies(facts)] == [
        "security_assessment"
    ]


@pytest.mark.parametrize(
    ("span", "limits"),
    [
        (Span(99_999, 99_999, 99_999), []),
        (Span(99_999, 99_999, 100_000), ["100,000"]),
        (Span(60_000, 60_000, 1_000_000), ["100,000", "1,000,000"]),
        (Span(100_000, 100_000, 150_000), []),
        (Span(999_000, 1_000_500, 1_002_000), ["1,000,000"]),
    ],
)
def test_what_the_interval_holds_may_be_crossed_and_is_said(span: Span, limits: list[str]) -> None:
    found = [reason.says for reason in doubts(some_facts(PHONE, any=span))]
    assert [f"可能已达到 {limit} 人" in says for limit, says in zip(limits, found, strict=True)] == [True] * len(limits)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("certification", date(2024, 3, 22)),
        ("standard_contract", date(2024, 3, 22)),
        ("security_assessment", date(2024, 3, 22)),
        ("statutory_duty", date(2025, 1, 1)),
    ],
)
def test_no_route_is_law_before_its_day(name: str, first: date) -> None:
    assert name not in names_on(first - timedelta(days=1))
    assert name in names_on(first)


def test_the_reason_shows_arithmetic_tally_and_profile() -> None:
    floor = next(route for route in ROUTES if route.role is Role.FLOOR)
    (reason,) = floor.applies(some_facts(PHONE, any=exactly(300)))
    assert "本年累计 300 人，不满 100,000 人" in reason.says
    assert "计数口径：含涉及敏感个人信息的人；分级依据：GB/T 45574-2025" in reason.says
    assert reason.citation == CBDF.article("第五条第一款第四项")
    (doubtful,) = floor.applies(some_facts(PHONE, any=Span(60_000, 60_000, 120_000)))
    assert "本年累计至少 60,000 人（至多 120,000 人），下限不满 100,000 人" in doubtful.says
