from contextlib import closing
from pathlib import Path

from msgspec.structs import replace
import pytest

from collector.book import Registry
from collector.declarations import Recipient
from collector.registry_edit import RegistryEditError
from collector.registry_edit_keeper import Keeper
from collector.stores.registry_versions import SqliteVersions

NOW = 1_772_500_000_000_000_000


def with_recipient(registry: Registry, name: str) -> Registry:
    return replace(registry, recipients=(*registry.recipients, Recipient(id=name, name=name, country="US")))


def test_of_two_consoles_on_the_same_versions_neither_undoes_the_other(tmp_path: Path) -> None:
    def keeper() -> Keeper:
        return Keeper(Registry(), lambda: closing(SqliteVersions(tmp_path / "versions.sqlite")))

    first, second = keeper(), keeper()
    first.save(lambda registry: with_recipient(registry, "a"), author="x", reason="y", now_ns=NOW)
    with pytest.raises(RegistryEditError, match="another process"):
        second.save(lambda registry: with_recipient(registry, "b"), author="x", reason="y", now_ns=NOW)
    assert [each.id for each in second.registry.recipients] == ["a"]
    second.save(lambda registry: with_recipient(registry, "b"), author="x", reason="y", now_ns=NOW)
    assert [each.id for each in second.registry.recipients] == ["a", "b"]
