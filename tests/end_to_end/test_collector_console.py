"""The console beside an inlet: who may call it, and what is declared in it is judged by at once."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
import io
from pathlib import Path
import re
import signal
import subprocess
import sys

import httpx
import pytest

from collector.stores.postgres_versions import PostgresVersions
from guanjin.__main__ import main
from guanjin.in_force import Followed
from tests.collector.builders import COMPANY, LAB, diagnoses, event
from tests.services import postgres
from tests.services.processes import spawn, wait_for
from wire.envelopes import PATH, Envelope, encode

ADDRESS = re.compile(r"(?:console|collector): (http://127\.0\.0\.1:\d+)")
REGISTRY = {
    "exporters": [{"organisation": COMPANY, "name": "本单位医药", "name_en": "Ours", "sector": "医药"}],
    "recipients": [{"id": "lab", "name": "Lab Inc.", "country": "US", "hosts": ["api.lab.example.com"]}],
    "filings": [
        {
            "number": "甲标〔2026〕1号", "organisation": COMPANY, "route": "security_assessment", "recipients": ["lab"],
            "valid_from": "2026-01-01", "valid_until": "2028-12-31", "kinds": ["medical.diagnosis"],
        }
    ],
}  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=postgres.marks())])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "guanjin.sqlite") if request.param == "sqlite" else postgres.server().database()


@contextmanager
def collector(log: Path, *arguments: object) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "guanjin", "collector", "serve", "--lang", "en", "--port", "0"]
    process = spawn([*command, *map(str, arguments)], log)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def token(state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr(sys, "stdin", io.StringIO("correct horse battery\n"))
    assert main(["user", "add", "watch-1", "--role", "regulator", "--state", str(state)]) == 0
    capsys.readouterr()
    assert main(["user", "token", "watch-1", "--state", str(state)]) == 0
    found = re.search(r"gj_\S+", capsys.readouterr().out)
    assert found
    return found[0]


def post(inlet: str, number: int) -> None:
    envelope = Envelope(
        agent="a", epoch="e", sequence=number, items=(event(number, diagnoses(300), target=LAB, agent="a"),)
    )
    assert httpx.post(inlet + PATH, content=encode(envelope), trust_env=False).status_code == 204


@pytest.mark.slow
def test_what_is_declared_in_the_console_judges_what_came_and_what_comes(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    state, log = tmp_path / "state", tmp_path / "log"
    state.mkdir()
    bearer = token(state, monkeypatch, capsys)
    with collector(log, "--store", store, "--state", state, "--console", "127.0.0.1:0"):
        wait_for(lambda: len(ADDRESS.findall(log.read_text())) == 2, 60, "two addresses")
        console, inlet = ADDRESS.findall(log.read_text())
        client = httpx.Client(base_url=console, headers={"authorization": f"Bearer {bearer}"}, trust_env=False)

        def status(number: int) -> str:
            return str(client.get(f"/api/v1/transfers/{number:032x}").json()["verdict"]["status"])

        assert httpx.get(f"{console}/cases", trust_env=False).headers["location"].startswith("/signin")
        assert httpx.get(f"{inlet}/cases", trust_env=False).status_code == 404
        post(inlet, 1)
        assert status(1) in ("unfiled", "recipient_unknown")
        answer = client.post("/api/v1/registry/changes", json={"put": REGISTRY, "reason": "登记"})
        assert answer.status_code == 201, answer.text
        wait_for(lambda: status(1) == "covered", 30, "the transfer judged again")
        post(inlet, 2)
        assert status(2) == "covered"
        report = client.get("/api/v1/reports/application", params={"organisation": COMPANY, "as": "json"})
        assert "本单位医药" in report.json()["title"]
        client.close()
    if store.startswith("postgresql:"):
        with closing(PostgresVersions(store)) as versions:
            assert Followed(versions).registry.exporter(COMPANY)
    with collector(log, "--store", store, "--state", state, "--console", "127.0.0.1:0"):
        wait_for(lambda: len(ADDRESS.findall(log.read_text())) == 4, 60, "two addresses")
        console = ADDRESS.findall(log.read_text())[2]
        found = httpx.get(
            f"{console}/api/v1/registry/sections/exporters",
            headers={"authorization": f"Bearer {bearer}"},
            trust_env=False,
        )
        assert [each["name"] for each in found.json()["items"]] == [COMPANY]
    assert "Traceback" not in log.read_text()


def test_a_console_that_others_can_call_needs_an_account(tmp_path: Path) -> None:
    log = tmp_path / "log"
    wanted = ("--store", tmp_path / "s.sqlite", "--state", tmp_path / "state", "--console", "0.0.0.0:0")
    with collector(log, *wanted) as process:
        assert process.wait(60) == 2
    assert "there is no account to sign in with" in log.read_text()


@pytest.mark.parametrize("address", ["x", "127.0.0.1:99999", ":"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(SystemExit):
        main(["collector", "serve", "--console", address])
