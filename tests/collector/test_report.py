import msgspec

from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.report import exporter_views, record_of
from collector.stores.memory import MemoryStore
from tests.collector.builders import COMPANY, HOSPITAL, diagnoses, event, phones, the_registry
from wire.codec import json_line
from wire.events import Tally
from wire.kinds import Grade, Kind
from wire.subjects import Subjects

REGISTRY = the_registry()


def a_store(*events: object) -> MemoryStore:
    store = MemoryStore()
    handle(events, store=store, registry=REGISTRY, routes=routes_of_law())  # type: ignore[arg-type]  # events only
    return store


def test_a_record_has_the_promised_keys_in_their_order() -> None:
    store = a_store(event(1, diagnoses(3), sent_bytes=None))
    judged = store.transfer(f"{1:032x}")
    assert judged is not None
    record = msgspec.json.decode(json_line(record_of(judged)))
    assert list(record)[:12] == [
        "event_id", "organisation", "begun", "ended", "direction", "protocol", "origin", "target", "sent_bytes",
        "sampled", "tallies", "verdict",
    ]  # fmt: skip
    assert list(record["origin"]) == list(record["target"]) == ["address", "port", "host", "region", "country"]
    assert list(record["tallies"][0]) == ["kind", "grade", "hits", "persons_at_least", "exemplars"]
    assert list(record["verdict"]) == ["status", "route", "required_route", "reasons"]
    assert list(record["verdict"]["reasons"][0]) == ["says", "instrument", "article"]
    assert record["sent_bytes"] is None
    assert record["begun"] == "2026-03-02T02:00:00Z"
    assert (record["tallies"][0]["persons_at_least"], record["flagged"]) == (3, True)


def test_reasons_are_told_in_the_language_asked_for() -> None:
    judged = a_store(event(1, phones(3))).transfer(f"{1:032x}")
    assert judged is not None
    assert "本年累计 3 人" in record_of(judged).verdict.reasons[0].says
    assert "this year 3 persons" in record_of(judged, "en").verdict.reasons[0].says


def test_a_damaged_count_can_still_be_printed() -> None:
    damaged = Tally(Kind("email"), Grade.GENERAL, 1, Subjects((("email", b"x"),)))
    judged = a_store(event(1, damaged)).transfer(f"{1:032x}")
    assert judged is not None
    assert record_of(judged).tallies[0].persons_at_least == 0


def test_exporters_stand_nearest_to_a_threshold_first() -> None:
    store = a_store(event(1, phones(50_000)), event(2, diagnoses(9_000), organisation=HOSPITAL))
    views = exporter_views(store.ledgers(2026), REGISTRY)
    assert [each.organisation for each in views][:2] == [HOSPITAL, COMPANY]
    assert (views[0].share_sensitive, views[0].limit_sensitive) == (0.9, 10_000)
    assert (views[1].counted.estimate, views[1].limit, views[1].share) == (50_000, 100_000, 0.5)
    assert len(views) == 3


def test_the_next_limit_follows_the_count() -> None:
    views = exporter_views(a_store(event(1, phones(100_000))).ledgers(2026), REGISTRY)
    assert (views[0].limit, views[0].share) == (1_000_000, 0.1)
