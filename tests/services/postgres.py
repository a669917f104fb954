"""A real PostgreSQL for tests: one server a session on a free loopback port, a database and a role a test."""

import atexit
from functools import cache
from itertools import count
import os
from pathlib import Path
import pwd
import shutil
import signal
import subprocess
import tempfile

import psycopg
import pytest

from tests.services.processes import free_ports, listens, spawn, wait_for

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
_NOBODY = "postgres"
_numbers = count()


def marks() -> list[pytest.MarkDecorator]:
    """For the ``pytestmark`` of tests with PostgreSQL."""
    reason = "" if (PROGRAMS / "postgres").exists() else "no PostgreSQL: sudo apt-get install -y postgresql"
    return [pytest.mark.service, pytest.mark.skipif(bool(reason), reason=reason)]


class Server:
    """One server in a folder of its own; as root it runs as Debian's postgres, for it refuses root.

    Args:
        settings: what differs from the defaults.
    """

    def __init__(self, **settings: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="guanjin-postgres-"))
        self.port = free_ports(1)[0]
        if os.geteuid() == 0:
            account = pwd.getpwnam(_NOBODY)
            os.chown(self._folder, account.pw_uid, account.pw_gid)
        self._data = self._folder / "data"
        options = "-U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync".split()
        command = [*_as_nobody(), str(PROGRAMS / "initdb"), "-D", str(self._data), *options]
        subprocess.run(command, check=True, capture_output=True, cwd=self._folder)
        self._settings = {"fsync": "off", "max_connections": "50", "shared_buffers": "64MB", **settings}
        self.start()

    def start(self) -> None:
        """Start, anew or for the first time."""
        options = [f"-c{name}={value}" for name, value in self._settings.items()]
        command = [*_as_nobody(), str(PROGRAMS / "postgres"), "-D", str(self._data), "-h127.0.0.1", f"-p{self.port}"]
        log = self._folder / "log"
        self.process = spawn([*command, f"-k{self._folder}", *options], log, cwd=self._folder)
        wait_for(self._answers, 30, "PostgreSQL")

    def kill(self) -> None:
        """kill -9 of the whole server: it recovers at the next start."""
        self.process.kill()
        self.process.wait()
        wait_for(lambda: not listens(self.port), 30, "PostgreSQL's end")
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def database(self) -> str:
        """The address of a fresh database, for the role that owns it."""
        name = f"test_{next(_numbers)}"
        with psycopg.connect(self.root(), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {name} LOGIN")
            connection.execute(f"CREATE DATABASE {name} OWNER {name}")
        return f"postgresql://{name}@127.0.0.1:{self.port}/{name}"

    def root(self, database: str = "postgres") -> str:
        """The address for the superuser."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        """End it and remove what it wrote."""
        self.process.send_signal(signal.SIGINT)  # fast: SIGTERM would wait for every client
        self.process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        assert self.process.poll() is None, (self._folder / "log").read_text()[-2000:]
        try:
            psycopg.connect(self.root(), connect_timeout=1).close()
        except psycopg.OperationalError:
            return False
        return True


def _as_nobody() -> list[str]:
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--pdeathsig=KILL"]


@cache
def server() -> Server:
    """The server of this session, ended with it."""
    found = Server()
    atexit.register(found.stop)
    return found
