"""Every store behind the port, for the tests that hold for all."""

from pathlib import Path

import pytest

from collector.ports import Store
from collector.stores.memory import MemoryStore
from collector.stores.postgres import PostgresStore
from collector.stores.sqlite import SqliteStore
from tests.services import postgres

STORES = ["memory", "sqlite", pytest.param("postgres", marks=postgres.marks())]


def a_store(kind: str, folder: Path) -> Store:
    """An empty one."""
    if kind == "memory":
        return MemoryStore()
    return SqliteStore(folder / "guanjin.sqlite") if kind == "sqlite" else PostgresStore(postgres.server().database())
