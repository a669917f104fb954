from argparse import Namespace
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import Any

from msgspec.structs import replace
import pytest
from typing_extensions import override

from collector.book import Registry
from collector.registry_text import registry_text
from collector.stores.memory import MemoryStore
from guanjin.counter import newest_kept, registry_at_start
from guanjin.registry_desk import record_at_start
from guanjin.rejudging import Rejudger
from tests.dashboards import scene
from tests.dashboards.counter import OURS, REGISTRY, a_store
from wire.faults import UnavailableError

WIDER = replace(
    REGISTRY,
    filings=tuple(
        replace(each, kinds=("cn.resident_id", "medical.diagnosis", "cn.mobile")) for each in REGISTRY.filings
    ),
)
PATIENCE_S = 20.0


def waited(rejudger: Rejudger) -> str:
    deadline = monotonic() + PATIENCE_S
    while rejudger.state.state == "running" and monotonic() < deadline:
        sleep(0.01)
    return rejudger.state.state


def test_a_change_judges_again_what_it_concerns() -> None:
    store = a_store()
    rejudger = Rejudger(store, lambda: scene.NOW_NS)
    rejudger.start()
    assert rejudger.state.ended_ns == 0
    before = {each.event.event_id: each.verdict.status for each in store.in_time(OURS, 0, 1 << 62)}
    rejudger.rejudge(REGISTRY, WIDER)
    assert waited(rejudger) == "idle"
    after = {each.event.event_id: each.verdict.status for each in store.in_time(OURS, 0, 1 << 62)}
    assert before != after
    assert rejudger.state.changed == 12
    rejudger.stop()


class HeldStore(MemoryStore):
    """Judging again waits here until the test lets it go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = Event()
        self.runs = 0

    @override
    def stretches(self) -> Any:
        self.runs += 1
        self.go.wait(PATIENCE_S)
        return super().stretches()


def test_changes_that_come_meanwhile_are_taken_together() -> None:
    store = HeldStore()
    rejudger = Rejudger(store, lambda: scene.NOW_NS)
    rejudger.start()
    registry: Registry = REGISTRY
    for number in range(5):
        after = replace(registry, recipients=(replace(registry.recipients[0], name=f"n{number}"),))
        rejudger.rejudge(registry, after)
        registry = after
    store.go.set()
    assert waited(rejudger) == "idle"
    assert store.runs <= 2
    rejudger.stop()


class AwayStore(MemoryStore):
    @override
    def stretches(self) -> Any:
        raise UnavailableError("the store is away")


def test_a_failure_is_told_and_the_next_change_begins_anew() -> None:
    rejudger = Rejudger(AwayStore(), lambda: scene.NOW_NS)
    rejudger.start()
    for _ in range(2):
        rejudger.rejudge(REGISTRY, WIDER)
        assert waited(rejudger) == "failed"
    rejudger.stop()


def test_it_stops_at_once_while_nothing_is_to_be_done() -> None:
    rejudger = Rejudger(MemoryStore(), lambda: scene.NOW_NS)
    rejudger.start()
    rejudger.stop()


def test_a_file_that_was_changed_between_two_runs_judges_again(tmp_path: Path) -> None:
    arguments = Namespace(registry=None, state=tmp_path)
    assert newest_kept(tmp_path) is None
    assert registry_at_start(arguments, None) == Registry()
    file = tmp_path / "registry.yaml"
    file.write_bytes(registry_text(REGISTRY))
    arguments.registry = file
    record_at_start(arguments, registry_at_start(arguments, None))
    assert newest_kept(tmp_path) == REGISTRY
    file.write_bytes(registry_text(WIDER))
    assert registry_at_start(arguments, newest_kept(tmp_path)) == WIDER
    arguments.registry = None
    assert registry_at_start(arguments, newest_kept(tmp_path)) == REGISTRY


def test_what_a_crash_cut_short_is_judged_at_the_next_start(tmp_path: Path) -> None:
    first = Rejudger(a_store(), lambda: scene.NOW_NS, tmp_path / "judged")
    first.resume(REGISTRY, REGISTRY)
    assert first.state.state == "idle"
    first.rejudge(REGISTRY, WIDER)  # and the process dies before its thread has begun
    store = a_store()
    second = Rejudger(store, lambda: scene.NOW_NS, tmp_path / "judged")
    second.resume(WIDER, WIDER)
    second.start()
    assert waited(second) == "idle"
    assert second.state.changed == 12
    second.stop()
    third = Rejudger(store, lambda: scene.NOW_NS, tmp_path / "judged")
    third.resume(WIDER, WIDER)
    assert third.state.state == "idle"


def test_what_failed_is_taken_along_by_the_next_change(monkeypatch: pytest.MonkeyPatch) -> None:
    store = a_store()
    rejudger = Rejudger(store, lambda: scene.NOW_NS)
    rejudger.start()
    with monkeypatch.context() as patch:
        patch.setattr(store, "stretches", AwayStore().stretches)
        rejudger.rejudge(REGISTRY, WIDER)
        assert waited(rejudger) == "failed"
    others = [replace(each, name_en="Renamed") if each.organisation != OURS else each for each in WIDER.exporters]
    rejudger.rejudge(WIDER, replace(WIDER, exporters=tuple(others)))
    assert waited(rejudger) == "idle"
    assert rejudger.state.changed == 12
    rejudger.stop()
