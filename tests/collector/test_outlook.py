from collections.abc import Iterable
from datetime import date, timedelta

import msgspec
import numpy as np
import pytest

from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.outlook import Alert, Horizon, outlook
from collector.stores.memory import MemoryStore
from collector.whatif import Rules, day_begins_ns
from tests.collector.builders import COMPANY, HOSPITAL, LAB, NOWHERE, at, diagnoses, event, names, phones, the_registry
from wire.events import Tally, TransferEvent

ROUTES = routes_of_law()
RULES = Rules(the_registry(), ROUTES)
UNDATED = Rules(msgspec.structs.replace(RULES.registry, filings=()), ROUTES)
ON = date(2026, 3, 31)
HOUR_NS = 3_600_000_000_000


def on_day(number: int, day: date, *tallies: Tally, **changes: object) -> TransferEvent:
    return event(number, *tallies, begun_ns=day_begins_ns(day) + HOUR_NS, **changes)  # type: ignore[arg-type]  # a test's shorthand


def daily(persons: int, days: int, last: date = ON, **changes: object) -> list[TransferEvent]:
    """So many new persons every day up to the last."""
    return [
        on_day(number, last - timedelta(days - number), phones(range(first, first + persons)), **changes)
        for number in range(1, days + 1)
        for first in (number * persons,)
    ]  # fmt: skip


def looked(events: Iterable[TransferEvent], rules: Rules = UNDATED, **horizon: int) -> list[Alert]:
    store = MemoryStore()
    handle(events, store=store, registry=rules.registry, routes=ROUTES)
    return list(outlook(store, rules, Horizon(ON, **horizon), np.random.default_rng(1)))


def of(alerts: Iterable[Alert], name: str) -> list[Alert]:
    return [each for each in alerts if each.name == name]


def test_the_day_on_which_a_limit_will_be_reached_is_estimated_with_an_interval() -> None:
    small, great = of(looked(daily(1_500, 60)), "threshold_forecast")
    assert (small.organisation, small.due, small.is_soon, small.is_estimate) == (COMPANY, date(2026, 4, 7), True, True)
    assert small.earliest == small.latest == small.due
    assert "估计" in small.what
    assert "100,000" in small.what
    assert "80% 区间" in small.what
    assert small.what.endswith("（计数口径：含涉及敏感个人信息的人）")
    assert "estimate of reaching 100,000 persons: about 2026-04-07" in small.what_en
    assert (great.due, great.is_soon) == (None, False)
    assert "今年不会达到 1,000,000 人" in great.what
    assert "not this year" in great.what_en
    assert small.citation
    assert small.citation.article == "第八条"


def test_exempt_persons_and_last_years_are_not_counted() -> None:
    exempt = [on_day(500, ON, phones(99_000), target=at("hr.example.no", country="NO"))]
    older = [on_day(501, date(2025, 12, 31), phones(99_000))]
    (small, _) = of(looked([*daily(100, 20), *exempt, *older], RULES), "threshold_forecast")
    assert "2,000" in small.what


def test_a_limit_that_was_just_reached_is_urgent_and_an_old_one_is_not() -> None:
    for day, is_soon in ((ON - timedelta(3), True), (ON - timedelta(40), False)):
        (crossed,) = of(looked([on_day(1, day, diagnoses(10_000))]), "threshold_crossed")
        assert (crossed.due, crossed.is_soon, crossed.is_estimate) == (day, is_soon, False)
        assert f"已于 {day} 达到 10,000 人" in crossed.what


def test_a_limit_in_the_interval_is_to_be_verified() -> None:
    other = msgspec.structs.replace(
        names(1), subjects=msgspec.structs.replace(phones(60_000).subjects, sketches=(
            ("email", phones(60_000).subjects.sketches[0][1]),)),
    )  # fmt: skip
    (open_,) = of(looked([on_day(1, ON, phones(60_000), other)]), "threshold_open")
    assert open_.is_soon
    assert "可能已达到 100,000 人" in open_.what


def test_a_few_days_tell_nothing_yet() -> None:
    (small, _) = of(looked(daily(1_500, 5)), "threshold_forecast")
    assert (small.due, small.is_soon) == (None, False)
    assert "暂不估计" in small.what


def test_operators_of_critical_infrastructure_have_no_limit_to_reach() -> None:
    assert [each for each in looked(daily(1_500, 30, organisation=HOSPITAL), RULES) if "threshold" in each.name] == []


def test_what_comes_after_the_day_is_not_looked_at() -> None:
    assert of(looked([on_day(1, ON + timedelta(1), diagnoses(10_000))]), "threshold_crossed") == []


@pytest.mark.parametrize(("until", "is_told", "is_soon"), [("2026-05-30", True, True), ("2026-09-30", False, False)])
def test_a_filing_that_ends_is_told_in_time(until: str, is_told: bool, is_soon: bool) -> None:
    registry = the_registry(**{"valid_until: 2029-01-14": f"valid_until: {until}"})
    ends = [each for each in looked([], Rules(registry, ROUTES)) if each.due == date.fromisoformat(until)]
    assert bool(ends) is is_told
    assert any(each.is_soon for each in ends) is is_soon
    assert all("沪数据出境备字〔2026〕第0001号" in each.what for each in ends)


def test_an_overdue_contract_is_urgent() -> None:
    registry = the_registry(**{"valid_from: 2026-01-15": "valid_from: 2026-01-15\n    state: effective_unfiled"})
    late = [each for each in looked([], Rules(registry, ROUTES)) if "逾期" in each.what]
    assert [(each.is_soon, each.due) for each in late] == [(True, date(2026, 1, 29))]
    assert late[0].citation
    assert late[0].citation.instrument == "个人信息出境标准合同办法"


def test_what_is_seen_for_the_first_time_is_told() -> None:
    old = on_day(1, ON - timedelta(30), phones(3), target=LAB)
    system = msgspec.structs.replace(old.origin, host="new.health.example.cn")
    new = on_day(2, ON - timedelta(2), diagnoses(3), target=NOWHERE, origin=system)
    again = on_day(3, ON, phones(3), target=LAB)
    found = {each.name: each for each in looked([old, new, again]) if each.name.startswith("new_")}
    assert sorted(found) == ["new_destination", "new_kind", "new_system"]
    assert "unknown.example.com（美国）" in found["new_destination"].what
    assert "Diagnosis" in found["new_kind"].what_en
    assert "new.health.example.cn" in found["new_system"].what
    assert {(each.due, each.is_soon) for each in found.values()} == {(ON - timedelta(2), False)}
    assert [each for each in looked([old, new, again], recent=1) if each.name.startswith("new_")] == []


def test_while_everything_is_new_nothing_is() -> None:
    assert [each for each in looked(daily(1, 5)) if each.name.startswith("new_")] == []


def test_many_new_things_are_counted_rather_than_listed() -> None:
    old = on_day(1, ON - timedelta(30), phones(1))
    many = [on_day(number, ON, phones(1), target=at(f"h{number}.example.com")) for number in range(2, 40)]
    told = of(looked([old, *many]), "new_destination")
    assert len(told) == 21
    assert "另有首次出现的目的地 18 个" in " ".join(each.what for each in told)


def test_domestic_transfers_are_no_destination() -> None:
    old = on_day(1, ON - timedelta(30), phones(1))
    new = on_day(2, ON, phones(1), target=at("www.example.cn", country="CN"))
    assert of(looked([old, new]), "new_destination") == []


def test_the_most_urgent_come_first() -> None:
    alerts = looked([*daily(1_500, 60), on_day(400, ON, diagnoses(10_000))], RULES)
    assert [each.is_soon for each in alerts] == sorted((each.is_soon for each in alerts), reverse=True)


def scaled(most: int) -> Rules:
    return Rules(the_registry(**{"most_persons: 5000": f"most_persons: {most}"}), ROUTES)


def test_the_day_on_which_a_filing_will_be_exceeded_is_estimated_too() -> None:
    (alert,) = of(looked(daily(100, 60, target=LAB), scaled(7_000)), "filing_forecast")
    assert (alert.organisation, alert.is_soon, alert.is_estimate) == (COMPANY, True, True)
    assert alert.due == date(2026, 4, 11)
    assert "超过“沪数据出境备字〔2026〕第0001号”申报的每年 7,000 人：本年向其接收方累计 6,000 人" in alert.what
    assert "exceeding the 7,000 persons a year of" in alert.what_en
    assert alert.citation
    assert (alert.citation.instrument, alert.citation.article) == ("个人信息出境标准合同办法", "第八条")


@pytest.mark.parametrize(("most", "name"), [(6_000, "filing_forecast"), (5_999, "filing_crossed")])
def test_as_many_as_declared_are_not_too_many(most: int, name: str) -> None:
    alerts = looked(daily(100, 60, target=LAB), scaled(most))
    assert [each.name for each in alerts if each.name.startswith("filing_")] == [name]
    assert of(alerts, name)[0].due == (ON if name == "filing_crossed" else ON + timedelta(1))


def test_what_goes_to_others_does_not_fill_a_filing() -> None:
    assert [each for each in looked(daily(100, 60), scaled(7_000)) if each.name.startswith("filing_")] == []


def test_a_filing_is_filled_by_its_own_recipients_only() -> None:
    others = [
        msgspec.structs.replace(each, event_id=f"{number:032x}")
        for number, each in enumerate(daily(1_000, 60, ON - timedelta(1)), 1_000)
    ]
    (alert,) = of(looked([*daily(100, 60, target=LAB), *others], scaled(7_000)), "filing_forecast")
    assert alert.due == date(2026, 4, 11)
    assert "累计 6,000 人" in alert.what


def test_a_filing_that_is_not_in_force_or_names_no_number_is_not_filled() -> None:
    ended = the_registry(**{"valid_until: 2029-01-14": "valid_until: 2026-03-30"})
    bare = the_registry(**{"    most_persons: 5000\n": ""})
    for registry in (ended, bare):
        alerts = looked(daily(100, 60, target=LAB), Rules(registry, ROUTES))
        assert [each for each in alerts if each.name.startswith("filing_")] == []


def test_a_count_that_may_be_over_the_filing_is_to_be_verified() -> None:
    other = msgspec.structs.replace(
        names(1), subjects=msgspec.structs.replace(phones(60_000).subjects, sketches=(
            ("email", phones(4_000).subjects.sketches[0][1]),)),
    )  # fmt: skip
    (open_,) = of(looked([on_day(1, ON, phones(4_000), other, target=LAB)], scaled(5_000)), "filing_open")
    assert open_.is_soon
    assert "可能已超过" in open_.what
