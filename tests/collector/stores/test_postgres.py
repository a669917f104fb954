from collections.abc import Iterator
from pathlib import Path
import random
import signal
import subprocess
import sys
from threading import Barrier, Thread
import time

import psycopg
import pytest

from collector.contents import digests
from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.ledger import CountOf
from collector.ports import Query
from collector.stores.postgres import PostgresStore
from collector.stores.postgres_link import migrate, seat
from collector.stores.postgres_schema import MIGRATIONS, TENANT_TABLES
from tests.collector.builders import COMPANY, HOSPITAL, diagnoses, event, phones, the_registry
from tests.services import postgres
from wire.events import TransferEvent
from wire.faults import ConfigurationError, UnavailableError

pytestmark = postgres.marks()

REGISTRY = the_registry()
ROUTES = routes_of_law()
ROOT = Path(__file__).parents[3]


@pytest.fixture
def url() -> str:
    return postgres.server().database()


@pytest.fixture
def store(url: str) -> Iterator[PostgresStore]:
    made = PostgresStore(url)
    yield made
    made.close()


def keep(store: PostgresStore, *events: TransferEvent) -> None:
    handle(events, store=store, registry=REGISTRY, routes=ROUTES)


def another_role(url: str, name: str) -> str:
    """A role of the same database, with its address."""
    database = url.rsplit("/", 1)[1]
    role = f"{database}_{name}"
    with psycopg.connect(postgres.server().root(), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN")
    return role


def address_of(role: str, url: str) -> str:
    return url.replace(f"//{url.rsplit('/', 1)[1]}@", f"//{role}@")


def test_many_writers_at_the_same_time_lose_and_double_nothing(url: str) -> None:
    stores = [PostgresStore(url) for _ in range(3)]
    start, failures = Barrier(3), list[BaseException]()

    def write(worker: int) -> None:
        start.wait()
        try:
            for batch in range(8):
                some = range(worker * 100 + batch * 10, worker * 100 + batch * 10 + 10)
                organisation = (COMPANY, HOSPITAL)[(batch + worker) % 2]
                keep(
                    stores[worker],
                    *(event(number, phones(range(number, number + 1)), organisation=organisation) for number in some),
                )
        except BaseException as error:  # noqa: BLE001  # told by the assertion below
            failures.append(error)

    threads = [Thread(target=write, args=(worker,)) for worker in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for each in stores:
        assert [ledger.span(CountOf.ANY).estimate for ledger in each.ledgers(2026)] == [120, 120]
        assert sum(each.counts().values()) == 240
        each.close()


def test_an_open_ledger_takes_in_what_other_workers_wrote(url: str) -> None:
    first, second = PostgresStore(url), PostgresStore(url)
    for number in range(6):
        keep((first, second)[number % 2], event(number, phones(range(number * 10, number * 10 + 10))))
    with first.begin() as transaction:
        transaction.rebuild(type(transaction.ledger(COMPANY, 2026))(COMPANY, 2026))
    keep(second, event(99, phones(range(5))))
    for each in (first, second):
        assert [ledger.span(CountOf.ANY).estimate for ledger in each.ledgers(2026)] == [5]
        each.close()


def test_a_role_sees_its_own_tenant_only_whatever_it_asks(url: str, store: PostgresStore) -> None:
    keep(store, event(1, diagnoses(3)))
    role = another_role(url, "other")
    with pytest.raises(ConfigurationError, match=r"permission denied|no seat"):
        PostgresStore(address_of(role, url))
    seat(url, role, "other")
    other = PostgresStore(address_of(role, url))
    assert {name: each.rows for name, each in digests(other).items() if each.rows} == {}
    keep(other, event(1, phones(2)), event(2))
    assert len(store.transfers(Query())) == 1
    assert len(other.transfers(Query())) == 2
    with psycopg.connect(address_of(role, url)) as connection:
        for table in TENANT_TABLES:
            rows = connection.execute(f"SELECT DISTINCT tenant FROM guanjin.{table}").fetchall()  # noqa: S608  # ours
            assert rows in ([], [("other",)])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("INSERT INTO guanjin.seen VALUES ('default', 'x', 1)")
    other.close()


def test_an_exporters_own_people_read_their_own_rows_and_write_none(url: str, store: PostgresStore) -> None:
    keep(store, event(1, phones(3)), event(2, phones(3), organisation=HOSPITAL))
    role = another_role(url, "hospital")
    seat(url, role, "default", HOSPITAL)
    with psycopg.connect(address_of(role, url), autocommit=True) as connection:
        assert connection.execute("SELECT DISTINCT organisation FROM guanjin.transfer").fetchall() == [(HOSPITAL,)]
        for text in ("SELECT 1 FROM guanjin.received", "DELETE FROM guanjin.transfer"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(text)


def test_every_table_of_a_tenant_is_guarded_and_every_month_too(url: str, store: PostgresStore) -> None:
    keep(store, event(1), event(2, begun_ns=1_775_000_000_000_000_000), event(3, begun_ns=9_000_000_000_000_000_000))
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT relname, relforcerowsecurity FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname = 'guanjin' AND relkind IN ('r', 'p')"
        ).fetchall()
        counts = connection.execute("SELECT tableoid::regclass::text, count(*) FROM guanjin.transfer GROUP BY 1")
        assert dict(counts.fetchall()) == {
            f"guanjin.transfer_{part}": 1 for part in ("2026_03", "2026_04", "other")
        }  # fmt: skip
    assert {name for name, guarded in rows if not guarded} == {"seat", "migration"}
    assert [each.event.event_id[-1] for each in store.transfers(Query())] == ["3", "2", "1"]


def test_a_role_that_goes_past_the_guard_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="goes past row-level security"):
        PostgresStore(postgres.server().root(url.rsplit("/", 1)[1]))


def test_a_database_of_a_later_version_is_refused(url: str) -> None:
    migrate(url)
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO guanjin.migration VALUES (99)")
    with pytest.raises(ConfigurationError, match="later version"):
        PostgresStore(url)


def test_an_address_where_nobody_answers_is_said_in_words() -> None:
    with pytest.raises(ConfigurationError, match="cannot be used"):
        PostgresStore("postgresql://nobody@127.0.0.1:1/nothing")


def test_a_connection_that_broke_loses_its_transaction_only(url: str, store: PostgresStore) -> None:
    keep(store, event(1, phones(5)))
    assert sum(store.counts().values()) == 1
    with psycopg.connect(postgres.server().root(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (url.rsplit("/", 1)[1],)
        )
    for _ in range(2):
        try:
            keep(store, event(2, phones(range(5, 9))))
            break
        except UnavailableError:
            continue
    assert sum(store.counts().values()) == 2
    assert [ledger.span(CountOf.ANY).estimate for ledger in store.ledgers(2026)] == [9]


@pytest.mark.slow
def test_a_migration_killed_at_any_moment_is_done_or_undone_whole(url: str) -> None:
    swing = f"from collector.stores.postgres_link import migrate\nwhile True:\n migrate({url!r})\n migrate({url!r}, 0)"
    chance = random.Random(5)  # noqa: S311  # reproducible, not secret
    for _ in range(4):
        child = subprocess.Popen([sys.executable, "-c", swing], cwd=ROOT)
        time.sleep(0.4 + chance.random() / 2)
        child.send_signal(signal.SIGKILL)
        child.wait()
        with psycopg.connect(url) as connection:
            table = connection.execute("SELECT to_regclass('guanjin.migration')").fetchone()
            done = connection.execute("SELECT count(*) FROM guanjin.migration").fetchone() if table != (None,) else (0,)
            tables = connection.execute("SELECT count(*) FROM pg_class WHERE relname = ANY(%s)", (list(TENANT_TABLES),))
            assert tables.fetchone() == (len(TENANT_TABLES) if done == (len(MIGRATIONS),) else 0,)
    store = PostgresStore(url)
    keep(store, event(1, diagnoses(2)))
    store.close()
    migrate(url, 0)
    with psycopg.connect(url) as connection:
        left = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'guanjin'::regnamespace"
        ).fetchall()
    assert {name for (name,) in left} == {"migration", "migration_pkey"}


def test_a_role_that_gets_another_seat_loses_what_the_first_allowed(url: str, store: PostgresStore) -> None:
    keep(store, event(1, phones(3), organisation=HOSPITAL))
    role = another_role(url, "moved")
    seat(url, role, "default")
    seat(url, role, "default", HOSPITAL)
    with psycopg.connect(address_of(role, url), autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM guanjin.transfer").fetchall() == [(1,)]
        for text in ("DELETE FROM guanjin.transfer", "UPDATE guanjin.casefile SET state = 'closed'"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(text)
