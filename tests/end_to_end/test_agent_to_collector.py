"""An agent and a collector as two programs, each with a certificate; the collector is killed in between."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from tests.services.certificates import Authority
from tests.services.processes import free_ports, listens, spawn, wait_for

TESTS = Path(__file__).parents[1]


@contextmanager
def program(log: Path, *arguments: object) -> Iterator["subprocess.Popen[bytes]"]:
    process = spawn([sys.executable, "-m", "guanjin", *map(str, arguments)], log)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def kept(database: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as store:
            return int(store.execute("SELECT count(*) FROM transfer").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


@pytest.mark.slow
def test_what_the_agent_saw_is_judged_once_though_the_collector_is_killed(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "pki")
    (server, server_key), (mine, my_key) = authority.issue("collector"), authority.issue("probe")
    watched, database = tmp_path / "logs", tmp_path / "guanjin.sqlite"
    watched.mkdir()
    (port,) = free_ports(1)
    serve = ("collector", "serve", "--store", database, "--port", port, "--authority", authority.path,
             "--certificate", server, "--key", server_key)  # fmt: skip
    run = ("agent", "run", "--watch", watched, "--state", tmp_path / "agent", "--name", "probe",
           "--organisation", "91350100M000100Y43", "--to", f"https://127.0.0.1:{port}", "--ca", authority.path,
           "--cert", mine, "--key", my_key)  # fmt: skip
    log = tmp_path / "log"
    with program(log, *run):
        with program(log, *serve) as collector:
            wait_for(lambda: listens(port), 60, "the collector")
            shutil.copy(TESTS / "logs" / "portal-combined.log", watched)
            wait_for(lambda: kept(database) > 0, 60, f"transfers ({log.read_text()[-500:]})")
            collector.kill()
        first = kept(database)
        shutil.copy(TESTS / "captures" / "patients-us-unfiled.pcap", watched)
        time.sleep(3)
        with program(log, *serve):
            wait_for(lambda: kept(database) > first, 90, f"more transfers ({log.read_text()[-500:]})")
    assert "Traceback" not in log.read_text()
