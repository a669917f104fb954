"""What every store of the registry's versions must do."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from collector.registry_history import Entry, Version
from collector.stores.postgres_versions import PostgresVersions
from collector.stores.registry_versions import SqliteVersions
from tests.services import postgres

Versions = SqliteVersions | PostgresVersions


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=postgres.marks())])
def versions(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Versions]:
    made: Versions
    if request.param == "sqlite":
        made = SqliteVersions(tmp_path / "versions.sqlite")
    else:
        made = PostgresVersions(postgres.server().database())
    yield made
    made.close()


def after(newest: Version | None) -> Version:
    number = newest.entry.number + 1 if newest else 1
    return Version(Entry(number, number * 10, "值班一组", "更新", f"seal {number}"), b"content %d" % number)


def test_versions_are_appended_after_the_newest_and_read_back(versions: Versions) -> None:
    made = [versions.extend(after) for _ in range(3)]
    assert [each.entry for each in made if each] == versions.entries()
    assert versions.version(2) == made[1]
    assert versions.version(9) is None
    assert versions.extend(lambda _: None) is None
    assert len(versions.entries()) == 3


def test_a_version_that_fails_to_be_made_leaves_none(versions: Versions) -> None:
    def failing(_: Version | None) -> Version:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        versions.extend(failing)
    assert versions.entries() == []
    versions.extend(after)
    assert len(versions.entries()) == 1


@pytest.mark.parametrize(
    "text", ["UPDATE guanjin.registry_version SET reason = ''", "DELETE FROM guanjin.registry_version"]
)
@pytest.mark.parametrize("kind", [pytest.param("postgres", marks=postgres.marks())])
def test_a_version_is_neither_edited_nor_deleted(kind: str, text: str) -> None:
    url = postgres.server().database()
    versions = PostgresVersions(url)
    versions.extend(after)
    with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.RaiseException, match="neither edited"):
        connection.execute(text)
    assert (kind, len(versions.entries())) == ("postgres", 1)
    versions.close()
