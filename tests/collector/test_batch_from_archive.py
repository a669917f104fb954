"""Judge columns from the archive, and the retelling of them spread over machines."""

from collections.abc import Sequence
from importlib.util import module_from_spec, spec_from_file_location
from itertools import islice
from pathlib import Path
import subprocess
import sys
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
import pytest

from collector.batch import from_archive
from collector.batch.from_archive import Columns, column_files, columns_of
from collector.batch.retold import retell, retell_all
from collector.batch.spread import answers, merged, packed, shares
from collector.book import Registry
from collector.handle import handle
from collector.law.shelf import routes_of_law
from collector.ports import Past, Query, Revision, Store
from collector.stores.archive import Archive
from collector.stores.memory import MemoryStore
from collector.verdicts import Status
from collector.whatif import Rules, Scope, what_if
from tests.collector.builders import COMPANY, HOSPITAL, LAB, diagnoses, event, phones
from tests.collector.streams import BARE, BROKEN, FILED, MARKED, registries, streams
from wire.codec import json_line
from wire.events import Tally, TransferEvent
from wire.faults import ConfigurationError, GuanjinError
from wire.kinds import Grade, Kind
from wire.subjects import Subjects

ROUTES = routes_of_law()
RULES = Rules(FILED, ROUTES)
DAY = 86_400_000_000_000
BEGUN = 1_772_416_800_000_000_000
NOW = BEGUN + 3 * DAY
END = 1 << 40
SCRIPT = Path(__file__).parents[2] / "deploy" / "spark" / "retell.py"
BROKEN_SKETCH = Tally(Kind("email"), Grade.GENERAL, 1, BROKEN)


def kept(events: Sequence[TransferEvent], registry: Registry = BARE) -> MemoryStore:
    store = MemoryStore()
    handle(events, store=store, registry=registry, routes=ROUTES)
    return store


def archived(store: Store, folder: Path) -> Archive:
    archive = Archive(folder / "archive")
    list(archive.export(store, END, NOW))
    return archive


def some(number: int, organisation: str = COMPANY, day: int = 0) -> TransferEvent:
    found = (phones if number % 2 else diagnoses)(range(number, number + 3))
    return event(number, found, target=LAB, organisation=organisation, begun_ns=BEGUN + day * DAY)


def two_years() -> list[TransferEvent]:
    return [some(n, (COMPANY, HOSPITAL, "")[n % 3], n % 2 * 366 + n) for n in range(18)]


def columns(archive: Archive, folder: Path) -> list[Columns]:
    return list(columns_of(archive, folder / "columns"))


@given(streams(30), registries().filter(lambda each: each is not MARKED))
@settings(max_examples=10, deadline=None)
def test_columns_from_the_archive_tell_what_the_store_tells(stream: list[TransferEvent], first: Registry) -> None:
    store = kept([each for each in stream if all(tally.subjects != BROKEN for tally in each.tallies)], first)
    with TemporaryDirectory() as folder:
        made = columns(archived(store, Path(folder)), Path(folder))
        told = [each for path in column_files(Path(folder) / "columns") for each in retell(path, RULES)]
    wanted = {(each.organisation, each.year): each for each in what_if(store, RULES, Scope()) if each.events}
    assert {(each.organisation, each.year): each.rows for each in made} == {
        place: each.events for place, each in wanted.items()
    }
    assert len(told) == len(wanted)
    for one in told:
        other = wanted[one.organisation, one.year]
        assert (one.events, one.before, one.after, one.changed) == (
            other.events, other.before, other.after, other.changed,
        )  # fmt: skip
        assert [each.after for each in one.first] == [each.after for each in other.first]


def test_a_year_in_many_parts_is_told_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = archived(kept([some(n, day=n // 4) for n in range(30)]), tmp_path)
    columns(archive, tmp_path / "a")
    monkeypatch.setattr(from_archive, "AT_ONCE", 7)
    columns(archive, tmp_path / "b")
    (whole,), (parts,) = column_files(tmp_path / "a"), column_files(tmp_path / "b")
    assert list(retell(parts, RULES)) == list(retell(whole, RULES))


def test_only_a_year_that_changed_is_written_again(tmp_path: Path) -> None:
    store = kept(two_years())
    assert all(each.is_new for each in columns(archived(store, tmp_path), tmp_path))
    before = {path: path.stat().st_ino for path in column_files(tmp_path / "columns")}
    assert not any(each.is_new for each in columns(archived(store, tmp_path), tmp_path))
    old = store.transfers(Query(organisation=HOSPITAL))[0]
    with store.begin() as transaction:
        transaction.revise([Revision(Past(old.verdict, "v2", NOW), replace(old.verdict, status=Status.EXEMPT))])
    made = columns(archived(store, tmp_path), tmp_path)
    assert [(each.organisation, each.rows) for each in made if each.is_new] == [(HOSPITAL, 3)]
    after = {path: path.stat().st_ino for path in column_files(tmp_path / "columns")}
    assert before.keys() == after.keys()
    assert sum(before[path] != after[path] for path in before) == 1


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    archive = archived(kept(two_years()), tmp_path)
    done = list(islice(columns_of(archive, tmp_path / "columns"), 2))
    (tmp_path / "columns" / "year=2026" / ".fresh").write_bytes(b"half of a file")
    path = column_files(tmp_path / "columns")[1]
    path.write_bytes(path.read_bytes()[:-4])
    made = columns(archive, tmp_path)
    assert [each.is_new for each in made] == [False, *[True] * (len(made) - 1)]
    assert made[0].organisation == done[0].organisation


def test_what_the_archive_forgot_goes_and_other_files_stay(tmp_path: Path) -> None:
    archive = archived(kept(two_years()), tmp_path)
    columns(archive, tmp_path)
    others = [tmp_path / "columns" / "other.parquet", tmp_path / "columns" / "year=2001" / "organisation=x.parquet"]
    for other in others:
        other.parent.mkdir(exist_ok=True)
        other.write_bytes(b"somebody else's")
    archive.forget("2027-01-01", [HOSPITAL], NOW)
    left = columns(archive, tmp_path)
    assert {(each.organisation, each.year) for each in left if each.year == 2026} == {(HOSPITAL, 2026)}
    assert {each.organisation for each in left if each.year == 2027} == {"", COMPANY, HOSPITAL}
    assert set(others) <= set(column_files(tmp_path / "columns"))
    assert len(column_files(tmp_path / "columns")) == len(left) + 2


def test_a_year_that_columns_cannot_hold_is_named_and_its_old_file_goes(tmp_path: Path) -> None:
    store = kept([some(1), some(2, HOSPITAL)])
    columns(archived(store, tmp_path), tmp_path)
    handle([event(3, BROKEN_SKETCH, organisation=COMPANY)], store=store, registry=BARE, routes=ROUTES)
    refused, fine = sorted(columns(archived(store, tmp_path), tmp_path), key=lambda each: not each.refused)
    assert (refused.organisation, refused.rows, fine.refused) == (COMPANY, 0, "")
    assert [path.stem for path in column_files(tmp_path / "columns")] == [f"organisation={HOSPITAL}"]


def test_a_damaged_day_costs_its_year_only(tmp_path: Path) -> None:
    archive = archived(kept([some(1), some(2, HOSPITAL)]), tmp_path)
    (day,) = archive.entries(COMPANY)
    (tmp_path / "archive" / day.path).write_bytes(b"damaged")
    made = {each.organisation: each.refused for each in columns(archive, tmp_path)}
    assert "damaged" in made[COMPANY]
    assert not made[HOSPITAL]


def test_machines_with_the_registry_alone_tell_what_processes_here_tell(tmp_path: Path) -> None:
    columns(archived(kept(two_years()), tmp_path), tmp_path)
    paths = column_files(tmp_path / "columns")
    orders = packed(RULES, 2)
    for parts in (1, 2, 100):
        told = merged([each for share in reversed(shares(paths, parts)) for each in answers(orders, share)])
        wanted = retell_all(paths, RULES, 2, 2)
        assert told == wanted
        assert [json_line(each) for each in told] == [json_line(each) for each in wanted]
    assert sum(each.changed for each in merged(answers(orders, paths))) > 0


def test_a_machine_with_another_law_says_so(tmp_path: Path) -> None:
    columns(archived(kept([some(1)]), tmp_path), tmp_path)
    orders = packed(Rules(FILED, ROUTES[1:]))
    with pytest.raises(ConfigurationError, match="another law"):
        list(answers(orders, column_files(tmp_path / "columns")))


def test_what_cannot_be_told_from_columns_is_said_with_its_file(tmp_path: Path) -> None:
    ((_, sketch),) = phones(1).subjects.sketches
    found = Tally(Kind("email"), Grade.GENERAL, 1, Subjects(tuple((f"type{n}", sketch) for n in range(80))))
    columns(archived(kept([event(1, found, target=LAB)]), tmp_path), tmp_path)
    with pytest.raises(GuanjinError, match=r"organisation=.*from the store"):
        list(answers(packed(RULES), column_files(tmp_path / "columns")))


@given(st.lists(st.integers(0, 50), max_size=30), st.integers(1, 9))
def test_every_file_is_in_one_share_and_shares_weigh_alike(sizes: list[int], parts: int) -> None:
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / str(number) for number in range(len(sizes))]
        for path, size in zip(paths, sizes, strict=True):
            path.write_bytes(bytes(size))
        found = shares(paths, parts)
        weights = [sum(path.stat().st_size for path in share) for share in found]
    assert sorted(path for share in found for path in share) == sorted(paths)
    assert len(found) <= parts
    if found:
        assert max(weights) - min(weights) <= max(sizes)


def test_the_job_is_read_without_spark_and_says_what_is_missing(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, SCRIPT, "--help"], capture_output=True, text=True, cwd=SCRIPT.parents[2],
                          env={"PYTHONPATH": str(SCRIPT.parents[2])}, check=False)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    spec = spec_from_file_location("spark_retell", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    job = module_from_spec(spec)
    spec.loader.exec_module(job)
    with pytest.raises(ConfigurationError, match="no judge columns"):
        job.main(["--columns", str(tmp_path), "--registry", "none.yaml", "--out", str(tmp_path / "out")])
