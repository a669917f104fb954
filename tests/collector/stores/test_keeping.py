"""Archive, retention, holds, backup and restore, over every store that has an address."""

from collections.abc import Iterator
from pathlib import Path
import signal
import subprocess
import sys
import time

import msgspec
import pytest

from collector.contents import digests
from collector.handle import handle
from collector.intake import Delivery, Rules, take_in
from collector.intake_ports import Hold
from collector.keeping import THREE_YEARS, Policy, retain
from collector.law.shelf import routes_of_law
from collector.ports import Past, Query, Revision, Store
from collector.stores.archive import Archive
from collector.stores.backup import back_up, restore
from collector.stores.intake_sql import day_of
from collector.stores.postgres import PostgresStore
from collector.stores.sqlite import SqliteStore
from collector.verdicts import Status
from tests.collector.builders import COMPANY, HOSPITAL, LAB, diagnoses, event, phones, the_registry
from tests.collector.stores.stores import STORES, a_store
from wire.coverage import Coverage
from wire.envelopes import Envelope, Gap, encode
from wire.events import TransferEvent
from wire.faults import ConfigurationError, GuanjinError

REGISTRY = the_registry()
ROUTES = routes_of_law()
BEGUN = 1_772_416_800_000_000_000
DAY = 86_400_000_000_000
NOW = BEGUN + 3 * DAY
ROOT = Path(__file__).parents[3]
KEPT = [each for each in STORES if each != "memory"]


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = a_store(request.param, tmp_path)
    yield made
    made.close()


def keep(store: Store, *events: TransferEvent) -> None:
    handle(events, store=store, registry=REGISTRY, routes=ROUTES)


def a_year(store: Store) -> None:
    """Two exporters, four days, with cases, totals and a gap."""
    events = [
        event(number, (phones if number % 2 else diagnoses)(range(number, number + 3)), target=LAB,
              organisation=(COMPANY, HOSPITAL)[number // 20], begun_ns=BEGUN + number % 4 * DAY)
        for number in range(40)
    ]  # fmt: skip
    gap = Gap(agent="example", epoch="e", from_sequence=7, until_ns=NOW)
    coverage = Coverage(agent="example", started_ns=1, seen_ns=NOW, version="1")
    frame = encode(Envelope(agent="example", epoch="e", sequence=1, items=(*events, coverage, gap)))
    take_in([Delivery(frame, "test", 0, 5), Delivery(b"garbage", "test", 0, 6)], store, Rules(REGISTRY, ROUTES), NOW)


def archived(store: Store, folder: Path) -> Archive:
    list(Archive(folder).export(store, day_of(NOW), NOW))
    return Archive(folder)


def test_the_archive_holds_closed_days_as_the_store_does(store: Store, tmp_path: Path) -> None:
    a_year(store)
    archive = archived(store, tmp_path / "archive")
    assert [(each.day, each.rows, each.version) for each in archive.entries(COMPANY)] == [
        ("2026-03-02", 5, 1), ("2026-03-03", 5, 1), ("2026-03-04", 5, 1),
    ]  # fmt: skip
    until = BEGUN - (BEGUN + 8 * 3_600_000_000_000) % DAY + 3 * DAY
    assert list(archive.judged(COMPANY)) == list(store.in_time(COMPANY, 0, until))
    assert list(archive.faults()) == []
    assert list(Archive(tmp_path / "archive").export(store, day_of(NOW), NOW)) == []


def test_a_name_that_no_file_system_takes_does_not_hold_the_archive_up(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "guanjin.sqlite")
    names = ["企" * 256, "../../outside", ""]
    keep(store, *(event(number, organisation=name) for number, name in enumerate(names)))
    archive = archived(store, tmp_path / "archive")
    assert {each.organisation for each in archive.entries()} == set(names)
    assert list(archive.faults()) == []
    assert not (tmp_path / "outside").exists()
    back_up(store, tmp_path / "backup", NOW)
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}
    store.close()


def test_a_day_that_changed_after_it_was_archived_is_written_as_its_next_version(store: Store, tmp_path: Path) -> None:
    a_year(store)
    archived(store, tmp_path)
    old = store.transfers(Query(organisation=COMPANY))[-1].verdict
    new = msgspec.structs.replace(old, status=Status.EXEMPT)
    with store.begin() as transaction:
        transaction.revise([Revision(Past(old, "v2", NOW), new)])
    keep(store, event(99, organisation=HOSPITAL, begun_ns=BEGUN + DAY))
    archive = archived(store, tmp_path)
    versions = [(each.organisation, each.day, each.rows) for each in archive.entries() if each.version == 2]
    assert versions == [(COMPANY, "2026-03-02", 5), (HOSPITAL, "2026-03-03", 6)]
    assert new in [each.verdict for each in archive.judged(COMPANY)]
    assert list(archive.faults()) == []


def test_a_day_that_changes_while_it_is_archived_stays_due(store: Store, tmp_path: Path) -> None:
    keep(store, event(1))
    (due,) = store.keeping.due(day_of(NOW))
    keep(store, event(2))
    with store.begin() as transaction:
        assert not transaction.keeping.archived(due)
    assert [each.rows for each in archived(store, tmp_path).entries()] == [2]
    assert store.keeping.due(day_of(NOW)) == []


def test_an_event_at_the_end_of_time_is_kept_archived_and_revised(store: Store, tmp_path: Path) -> None:
    keep(store, event(1, begun_ns=(1 << 63) - 2))
    (old,) = store.transfers(Query())
    with store.begin() as transaction:
        transaction.revise([Revision(Past(old.verdict, "v2", NOW), old.verdict)])
    (due,) = store.keeping.due(1 << 40)
    assert due.day == day_of(old.event.begun_ns)
    assert [entry.rows for entry in Archive(tmp_path).export(store, 1 << 40, NOW)] == [1]
    assert digests(store)["events"].rows == 1


def test_the_archive_answers_in_sql_and_shows_nothing_else(store: Store, tmp_path: Path) -> None:
    a_year(store)
    archive = archived(store, tmp_path / "archive")
    names, rows = archive.query("SELECT organisation, count(*) AS n FROM transfer GROUP BY 1 ORDER BY 1")
    assert (names, rows) == (["organisation", "n"], sorted([(COMPANY, 15), (HOSPITAL, 15)]))
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    outside = f"FROM '{secret}'"
    for text in (outside, f"COPY transfer TO '{tmp_path}/out.csv'", "SET threads = 1", "nonsense"):
        with pytest.raises(GuanjinError, match="cannot answer"):
            archive.query(text)


def test_damage_and_loss_in_the_archive_are_named(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "guanjin.sqlite")
    a_year(store)
    archive = archived(store, tmp_path / "archive")
    first, second = archive.entries(COMPANY)[:2]
    (tmp_path / "archive" / first.path).write_bytes(b"damaged")
    (tmp_path / "archive" / second.path).unlink()
    assert list(archive.faults()) == [f"{first.path}: not the file that was written", f"{second.path}: gone"]
    with pytest.raises(GuanjinError, match="damaged or gone"):
        list(archive.judged(COMPANY))
    with (tmp_path / "archive" / "manifest.jsonl").open("ab") as file:
        file.write(b'{"organisation": "cut off by a cra')
    assert Archive(tmp_path / "archive").entries() == archive.entries()
    store.close()


def test_what_is_past_its_time_goes_unless_it_is_held_or_a_case_needs_it(store: Store, tmp_path: Path) -> None:
    a_year(store)
    keep(store, event(200, organisation="91440300MA5EX00005", begun_ns=BEGUN))
    archive = archived(store, tmp_path)
    with store.begin() as transaction:
        transaction.keeping.hold(Hold(HOSPITAL, "封存", "值班一组", NOW))
    before = {each.event.event_id for each in store.transfers(Query(organisation=HOSPITAL))}
    later = NOW + (THREE_YEARS + 400) * DAY
    gone = retain(store, archive, Policy(), later)
    assert gone.transfers == 41 - len(before) - len(store.transfers(Query(organisation=COMPANY)))
    left = store.transfers(Query(organisation=COMPANY))
    assert all(store.cases.case_of(each.event.event_id) for each in left)
    assert {each.event.event_id for each in store.transfers(Query(organisation=HOSPITAL))} == before
    assert {each.organisation for each in archive.entries()} == {HOSPITAL}
    assert [each.organisation for each in store.ledgers(2026)] == [HOSPITAL]
    assert (store.coverages(), store.intake.gaps()) == ([], [])
    assert len(store.intake.asides()) == 1, "whose it is cannot be read, so a hold of anybody holds it"
    with store.begin() as transaction:
        transaction.keeping.lift(HOSPITAL)
    assert store.keeping.holds() == []
    retain(store, archive, Policy(), later)
    assert archive.entries() == []
    assert store.intake.asides() == []
    assert retain(store, archive, Policy(), later).transfers == 0


def opened(kind: str, folder: Path) -> SqliteStore | PostgresStore:
    made = a_store(kind, folder)
    assert isinstance(made, SqliteStore | PostgresStore)
    return made


@pytest.mark.parametrize("source", KEPT)
@pytest.mark.parametrize("target", KEPT)
def test_what_was_backed_up_is_restored_the_same_into_any_engine(source: str, target: str, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = opened(source, tmp_path / "a"), opened(target, tmp_path / "b")
    a_year(first)
    old = first.transfers(Query())[0].verdict
    with first.begin() as transaction:
        transaction.revise([Revision(Past(old, f"v{n}", n), old) for n in range(3)])
        transaction.keeping.hold(Hold(HOSPITAL, "封存", "值班一组", NOW))
    back_up(first, tmp_path / "backup", NOW)
    restore(tmp_path / "backup", second)
    assert digests(second) == digests(first)
    assert second.intake.positions("test") == {0: 7}
    assert second.keeping.due(day_of(NOW)) == first.keeping.due(day_of(NOW))
    for each in (first, second):
        keep(each, event(300, phones(range(90, 99))))
    assert digests(second) == digests(first)
    with pytest.raises(ConfigurationError, match="empty store"):
        restore(tmp_path / "backup", second)
    first.close()
    second.close()


@pytest.mark.parametrize("kind", KEPT)
def test_a_damaged_backup_restores_nothing(kind: str, tmp_path: Path) -> None:
    first = SqliteStore(tmp_path / "first.sqlite")
    a_year(first)
    back_up(first, tmp_path / "backup", NOW)
    with pytest.raises(ConfigurationError, match="must be empty"):
        back_up(first, tmp_path / "backup", NOW)
    first.close()
    path = tmp_path / "backup" / "gap.zst"
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)
    second = opened(kind, tmp_path)
    with pytest.raises(GuanjinError, match="damaged"):
        restore(tmp_path / "backup", second)
    assert all(section.rows == 0 for section in digests(second).values())
    second.close()
    with pytest.raises(ConfigurationError, match="no complete backup"):
        restore(tmp_path / "nothing", second)


@pytest.mark.slow
def test_a_restore_that_is_killed_restores_nothing_and_the_next_one_all(tmp_path: Path) -> None:
    first, target = SqliteStore(tmp_path / "first.sqlite"), tmp_path / "second.sqlite"
    keep(first, *(event(number, phones(range(number, number + 1))) for number in range(4_000)))
    back_up(first, tmp_path / "backup", NOW)
    command = [sys.executable, "-m", "guanjin", "store", "restore", str(tmp_path / "backup"), "--store", str(target)]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    while not target.exists():
        time.sleep(0.001)
    time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    with_half = SqliteStore(target)
    assert {section.rows for section in digests(with_half).values()} <= {0} or digests(with_half) == digests(first)
    with_half.close()
    if child.returncode != 0:
        subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)
    second = SqliteStore(target)
    assert digests(second) == digests(first)
    first.close()
    second.close()
