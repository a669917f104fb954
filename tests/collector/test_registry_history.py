from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
import sqlite3

import pytest

from collector.book import Registry
from collector.registry_diff import Deed
from collector.registry_history import Version, entry_as_of, history, record
from collector.stores.registry_versions import SqliteVersions
from tests.collector.builders import the_registry
from wire.faults import ConfigurationError, MalformedError

FIRST, SECOND = the_registry(), the_registry(**{"most_persons: 5000": "most_persons: 6000"})


def at(*numbers: int) -> int:
    return int(datetime(*numbers, tzinfo=UTC).timestamp()) * 1_000_000_000  # type: ignore[arg-type,misc]  # y, m, d, h


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteVersions]:
    kept = SqliteVersions(tmp_path / "h.sqlite")
    yield kept
    kept.close()


def note(store: SqliteVersions, registry: Registry, now_ns: int, reason: str = "because") -> Version | None:
    return record(store, registry, author="甲", reason=reason, now_ns=now_ns)


def versions(store: SqliteVersions) -> list[Version]:
    found = [store.version(entry.number) for entry in store.entries()]
    return [each for each in found if each]


def test_each_change_is_a_version_with_before_and_after(store: SqliteVersions) -> None:
    assert note(store, FIRST, at(2026, 3, 1))
    assert note(store, FIRST, at(2026, 3, 2)) is None
    assert note(store, SECOND, at(2026, 3, 3))
    (first, added), (second, changed) = history(versions(store))
    assert (first.number, second.number, second.author, second.reason) == (1, 2, "甲", "because")
    assert {each.deed for each in added} == {Deed.ADDED}
    assert [(each.key, each.before, each.after) for each in changed[0].differences] == [("most_persons", 5000, 6000)]
    assert [each.registry for each in versions(store)] == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("day", "number"),
    [(date(2026, 2, 28), None), (date(2026, 3, 1), 1), (date(2026, 3, 2), 1), (date(2026, 3, 3), 2), (date.max, 2)],
)
def test_the_registry_of_any_day_can_be_asked_for(store: SqliteVersions, day: date, number: int | None) -> None:
    """Days are those of Shanghai: 16:00 UTC is midnight there."""
    note(store, FIRST, at(2026, 2, 28, 16))
    note(store, SECOND, at(2026, 3, 2, 16))
    entry = entry_as_of(store.entries(), day)
    assert (entry.number if entry else None) == number


def test_a_clock_that_was_set_back_does_not_reorder(store: SqliteVersions) -> None:
    note(store, FIRST, at(2026, 3, 3))
    note(store, SECOND, at(2026, 3, 1))
    assert [each.recorded_ns for each in store.entries()] == [at(2026, 3, 3)] * 2


def test_versions_cannot_be_edited_and_what_is_altered_is_found(tmp_path: Path) -> None:
    path = tmp_path / "h.sqlite"
    store = SqliteVersions(path)
    for place, registry in enumerate((FIRST, SECOND, FIRST)):
        note(store, registry, at(2026, 3, 1 + place))
    raw = sqlite3.connect(path)
    for statement in ("UPDATE version SET author = 'x'", "DELETE FROM version WHERE number = 2"):
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            raw.execute(statement)
    raw.execute("DROP TRIGGER version_is_not_edited")
    raw.execute("UPDATE version SET reason = 'another' WHERE number = 2")
    raw.commit()
    raw.close()
    with pytest.raises(MalformedError, match="altered at version 2"):
        list(history(versions(store)))
    store.close()


def test_a_file_that_is_no_history_is_refused(tmp_path: Path) -> None:
    (tmp_path / "h.sqlite").write_bytes(b"something else entirely" * 100)
    with pytest.raises(ConfigurationError, match="no history"):
        SqliteVersions(tmp_path / "h.sqlite")
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        SqliteVersions(tmp_path / "nowhere" / "h.sqlite")
