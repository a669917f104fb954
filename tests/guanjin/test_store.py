"""``guanjin store`` and ``guanjin collector reread`` from the command line."""

from pathlib import Path

import pytest

from collector.handle import handle
from collector.intake import Delivery, Rules, take_in
from collector.law.shelf import routes_of_law
from collector.stores.sqlite import SqliteStore
from guanjin.__main__ import main
from tests.collector.builders import COMPANY, diagnoses, event, phones, the_registry

BEGUN = 1_772_416_800_000_000_000


@pytest.fixture
def address(tmp_path: Path) -> str:
    path = tmp_path / "guanjin.sqlite"
    store = SqliteStore(path)
    handle([event(1, diagnoses(2)), event(2, phones(3))], store=store, registry=the_registry(), routes=routes_of_law())
    take_in([Delivery(b"garbage", "test")], store, Rules(the_registry(), routes_of_law()), BEGUN)
    store.close()
    return str(path)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main([*words, "--lang", "en"]) == 0
    return capsys.readouterr().out


def test_a_backup_is_restored_and_verified_the_same(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "store", "backup", str(tmp_path / "backup"), "--store", address)
    other = str(tmp_path / "other.sqlite")
    said(capsys, "store", "restore", str(tmp_path / "backup"), "--store", other)
    assert said(capsys, "store", "verify", "--store", other) == said(capsys, "store", "verify", "--store", address)


def test_days_are_archived_once_and_asked_in_sql(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = str(tmp_path / "archive")
    assert "transfers: 2" in said(capsys, "store", "archive", "--archive", archive, "--store", address)
    assert "transfers: 0" in said(capsys, "store", "archive", "--archive", archive, "--store", address)
    found = said(capsys, "store", "query", "--archive", archive, "SELECT count(*) AS n, min(day) AS day FROM transfer")
    assert found == '{"n":2,"day":"2026-03-02"}\n'


def test_judge_columns_are_made_of_the_archive_once(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive, columns = str(tmp_path / "archive"), str(tmp_path / "columns")
    said(capsys, "store", "archive", "--archive", archive, "--store", address)
    words = ("store", "columns", "--archive", archive, "--out", columns)
    assert "written: 1, unchanged: 0, to be judged from the store: 0" in said(capsys, *words)
    assert "written: 0, unchanged: 1, to be judged from the store: 0" in said(capsys, *words)


def test_what_columns_cannot_hold_is_named_and_flagged(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "archive"
    said(capsys, "store", "archive", "--archive", str(archive), "--store", address)
    for day in archive.rglob("*.parquet"):
        day.write_bytes(b"damaged")
    words = ["store", "columns", "--archive", str(archive), "--out", str(tmp_path / "columns"), "--lang", "en"]
    assert main(words) == 1
    assert f"! {COMPANY} 2026: a file of the archive is damaged" in capsys.readouterr().out


def test_what_is_held_is_listed_and_outlives_its_time(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "store", "hold", COMPANY, "--reason", "case 1", "--by", "post 1", "--store", address)
    assert COMPANY in said(capsys, "store", "holds", "--store", address)
    assert "deleted transfers: 0" in said(capsys, "store", "retain", "--days", "1", "--store", address)
    said(capsys, "store", "lift", COMPANY, "--store", address)
    assert "deleted transfers: 1" in said(capsys, "store", "retain", "--days", "1", "--store", address)


def test_what_is_still_unreadable_is_counted(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["collector", "reread", "--store", address, "--lang", "en"]) == 1
    assert "still aside: 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["store", "verify", "--store", "nowhere.sqlite"], "no store there"),
        (["store", "seat", "--role", "x", "--store", "a.sqlite"], "about PostgreSQL"),
        (["store", "retain", "--days", "0"], "would delete everything"),
        (["store", "query", "SELECT 1", "--archive", "nowhere"], "no archive there"),
        (["store", "columns", "--archive", "nowhere", "--out", "nowhere"], "no archive there"),
        (["collector", "serve", "--host", "0.0.0.0"], "must know its agents"),
        (["collector", "worker", "--from", "nonsense"], "no address of a topic"),
    ],
)
def test_what_cannot_be_done_is_said(words: list[str], error: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--lang", "en"]) == 2
    assert error in capsys.readouterr().err
