from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
import resource
import sqlite3

import pytest

from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.ledger import CountOf
from collector.ports import Query
from collector.stores.schema import MIGRATIONS
from collector.stores.sqlite import SqliteStore
from tests.collector.builders import diagnoses, event, phones, the_registry
from wire.faults import ConfigurationError, UnavailableError

REGISTRY = the_registry()
ROUTES = routes_of_law()


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "guanjin.sqlite"
    first = SqliteStore(path)
    judged = handle([event(1, diagnoses(3)), event(2, phones(9))], store=first, registry=REGISTRY, routes=ROUTES)
    first.close()
    second = SqliteStore(path)
    assert second.transfers(Query()) == sorted(judged, key=lambda each: each.event.event_id, reverse=True)
    assert handle([event(1, diagnoses(3))], store=second, registry=REGISTRY, routes=ROUTES) == []
    assert [each.span(CountOf.ANY).estimate for each in second.ledgers(2026)] == [9]
    second.close()


def test_two_processes_may_write_to_the_same_file(tmp_path: Path) -> None:
    stores = [SqliteStore(tmp_path / "guanjin.sqlite") for _ in range(2)]
    for number in range(6):
        some = range(number * 10, number * 10 + 10)
        handle([event(number, phones(some))], store=stores[number % 2], registry=REGISTRY, routes=ROUTES)
    for each in stores:
        assert [ledger.span(CountOf.ANY).estimate for ledger in each.ledgers(2026)] == [60]
        each.close()


def test_a_file_of_a_later_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "guanjin.sqlite"
    SqliteStore(path).close()
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO migration VALUES (99)")
    connection.commit()
    connection.close()
    with pytest.raises(ConfigurationError, match="later version"):
        SqliteStore(path)


@pytest.mark.parametrize("content", [b"this is no database, and long enough to be told apart from one" * 20])
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "guanjin.sqlite"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        SqliteStore(path)
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        SqliteStore(tmp_path / "nowhere" / "guanjin.sqlite")


def test_the_store_is_its_owners_only(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "guanjin.sqlite")
    handle([event(1, phones(9))], store=store, registry=REGISTRY, routes=ROUTES)
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}
    store.close()


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE places (url TEXT)")
    content = path.read_bytes()
    with pytest.raises(ConfigurationError, match="another program's database"):
        SqliteStore(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("places",)]
    assert len(content) == path.stat().st_size


def test_a_file_of_the_first_version_is_read_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "first.sqlite"
    later = SqliteStore(tmp_path / "later.sqlite")
    handle([event(1, phones(9))], store=later, registry=REGISTRY, routes=ROUTES)
    later.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ATTACH ? AS later", (str(tmp_path / "later.sqlite"),))
        for statement in ("CREATE TABLE migration (version INTEGER PRIMARY KEY) STRICT", *MIGRATIONS[0]):
            connection.execute(statement)
        connection.execute("INSERT INTO migration VALUES (1)")
        connection.execute("INSERT INTO transfer SELECT * FROM later.transfer")
        connection.execute(
            "INSERT INTO cell SELECT organisation, year, month, basis, recipient, grade, subjects FROM later.growth"
        )
        connection.commit()
    store = SqliteStore(path)
    handle([event(2, phones(range(5, 15)))], store=store, registry=REGISTRY, routes=ROUTES)
    assert [each.span(CountOf.ANY).estimate for each in store.ledgers(2026)] == [15]
    assert len(store.transfers(Query())) == 2
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT max(version) FROM migration").fetchone() == (len(MIGRATIONS),)


def test_growth_is_folded_in_and_nobody_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "guanjin.sqlite"
    store = SqliteStore(path)
    for number in range(600):
        handle([event(number, phones(range(number, number + 2)))], store=store, registry=REGISTRY, routes=ROUTES)
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM cell").fetchone() == (1,)
        assert 0 < connection.execute("SELECT count(*) FROM growth").fetchone()[0] < 512
    store = SqliteStore(path)
    assert [each.span(CountOf.ANY).estimate for each in store.ledgers(2026)] == [601]
    with store.begin() as transaction:
        ledger = transaction.ledger(event(1).organisation, 2026)
        assert ledger.span(CountOf.ANY).estimate == 601
        assert list(ledger.growth()) == []
    store.close()


def test_what_is_written_for_a_person_does_not_grow_with_the_ledger(tmp_path: Path) -> None:
    path = tmp_path / "guanjin.sqlite"
    store = SqliteStore(path)
    handle([event(1, phones(20_000))], store=store, registry=REGISTRY, routes=ROUTES)
    with closing(sqlite3.connect(path)) as connection:
        before = connection.execute("SELECT sum(length(subjects)) FROM growth").fetchone()[0]
        handle([event(2, phones(range(20_000, 20_003)))], store=store, registry=REGISTRY, routes=ROUTES)
        after = connection.execute("SELECT sum(length(subjects)) FROM growth").fetchone()[0]
    assert (before or 0) < 100
    assert after < 300
    store.close()


@pytest.mark.parametrize("column", ["event", "verdict"])
def test_a_damaged_record_is_said_in_words(tmp_path: Path, column: str) -> None:
    path = tmp_path / "guanjin.sqlite"
    store = SqliteStore(path)
    handle([event(1, phones(9))], store=store, registry=REGISTRY, routes=ROUTES)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE transfer SET {column} = x'c1ff'")  # noqa: S608  # a name of ours
        connection.execute("UPDATE growth SET subjects = x'9191a56d6f62696cc403414243'")
    with pytest.raises(UnavailableError, match="damaged"):
        store.transfers(Query())
    with pytest.raises(UnavailableError, match="damaged"):
        store.ledgers(2026)
    store.close()
    store = SqliteStore(path)
    with pytest.raises(UnavailableError, match="damaged"):
        handle([event(2, phones(9))], store=store, registry=REGISTRY, routes=ROUTES)
    store.close()


def test_a_damaged_file_is_said_in_words(tmp_path: Path) -> None:
    path = tmp_path / "guanjin.sqlite"
    store = SqliteStore(path)
    handle([event(number, phones(50)) for number in range(200)], store=store, registry=REGISTRY, routes=ROUTES)
    store.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises((ConfigurationError, UnavailableError)):
        SqliteStore(path).transfers(Query())


@contextmanager
def _files_no_larger_than(most_bytes: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_a_matter_of_the_moment_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "guanjin.sqlite"
    store = SqliteStore(path)
    handle([event(1, phones(9))], store=store, registry=REGISTRY, routes=ROUTES)
    many = [event(number, phones(range(5, 300))) for number in range(2, 400)]
    with _files_no_larger_than(200_000), pytest.raises(UnavailableError, match="the store failed"):
        handle(many, store=store, registry=REGISTRY, routes=ROUTES)
    assert [each.span(CountOf.ANY).estimate for each in store.ledgers(2026)] == [9]
    assert len(handle(many, store=store, registry=REGISTRY, routes=ROUTES)) == len(many)
    assert [each.span(CountOf.ANY).estimate for each in store.ledgers(2026)] == [300]
    store.close()
