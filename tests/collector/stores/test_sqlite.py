from pathlib import Path
import sqlite3

import pytest

from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.ledger import CountOf
from collector.ports import Query
from collector.stores.sqlite import SqliteStore
from tests.collector.builders import diagnoses, event, phones, the_registry
from wire.faults import ConfigurationError

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
