"""Item 10 of the first issue: what is planted in raw form is found in no output."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
import re
import signal
import subprocess
import sys
import time
from types import ModuleType
from typing import Any

import httpx
import msgspec
import pytest

HERE = Path(__file__).parent
PAGES = (
    "/", "/?lang=en", "/cases", "/api/v1/transfers", "/api/v1/exporters", "/api/v1/coverage", "/api/v1/counts",
    "/api/v1/cases", "/metrics",
)  # fmt: skip
TRANSFERS = 5
"""The upload, and the client's requests of four minutes."""
GUANJIN = [sys.executable, "-m", "guanjin"]


def planted_module() -> ModuleType:
    spec = spec_from_file_location("planted", HERE / "planted.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


planted = planted_module()


@pytest.fixture(scope="module")
def values() -> list[str]:
    return list(planted.identifiers())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, values: list[str]) -> Path:
    folder = tmp_path_factory.mktemp("planted")
    planted.a_capture(folder / "people.pcap", values)
    planted.a_log(folder / "access.log", values)
    return folder


@contextmanager
def running(folder: Path, state: Path) -> Iterator[str]:
    words = [*GUANJIN, "up", "--watch", str(folder), "--state", str(state), "--port", "0"]
    with (state.parent / "up.out").open("wb") as output:
        process = subprocess.Popen(words, stdout=output, stderr=subprocess.STDOUT)
        try:
            yield address_of(state.parent / "up.out", process)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def address_of(output: Path, process: "subprocess.Popen[bytes]") -> str:
    for _ in range(600):
        match = re.search(r"http://127\.0\.0\.1:\d+", output.read_text())
        if match:
            return match.group()
        assert process.poll() is None, output.read_text()
        time.sleep(0.1)
    raise AssertionError(output.read_text())


def transfers(client: httpx.Client, at_least: int) -> list[dict[str, Any]]:
    """The judged transfers, once there are so many."""
    for _ in range(300):
        try:
            rows = msgspec.json.decode(client.get("/api/v1/transfers").content)["items"]
        except httpx.TransportError:
            rows = []
        if len(rows) >= at_least:
            return list(rows)
        time.sleep(0.2)
    raise AssertionError(f"no {at_least} transfers came")


def hits(content: bytes, values: list[str]) -> list[int]:
    """Which of the planted values stand in the content (their numbers: not even a failing test prints them)."""
    return [
        number for number, value in enumerate(values) if value.encode() in content or value.upper().encode() in content
    ]


@pytest.mark.parametrize("form", [[], ["--json"], ["--lang", "en", "--profile", "strict_35273"]])
def test_scan_prints_no_raw_value(folder: Path, tmp_path: Path, values: list[str], form: list[str]) -> None:
    kept = tmp_path / "kept.sqlite"
    done = subprocess.run([*GUANJIN, "scan", str(folder), "--keep", str(kept), *form], capture_output=True, check=False)
    assert done.returncode == 1
    assert b"cn.resident_id" in done.stdout or "身份证".encode() in done.stdout or b"esident" in done.stdout
    assert hits(done.stdout + done.stderr, values) == []
    assert hits(b"".join(path.read_bytes() for path in tmp_path.iterdir()), values) == []


@pytest.mark.slow
def test_up_shows_and_keeps_no_raw_value_and_survives_a_restart(
    folder: Path, tmp_path: Path, values: list[str]
) -> None:
    state = tmp_path / "state"
    with running(folder, state) as address, httpx.Client(base_url=address, timeout=30) as client:
        rows = transfers(client, TRANSFERS)
        (push,) = [row for row in rows if row["direction"] == "push"]
        found = {tally["kind"]: tally["persons_at_least"] for tally in push["tallies"]}
        assert found["cn.resident_id"] == found["email"] == len(values) // 4
        pages = [*PAGES, *(f"/transfers/{row['event_id']}" for row in rows)]
        pages += [f"/api/v1/transfers/{row['event_id']}{tail}" for row in rows for tail in ("", "/explanation")]
        cases = msgspec.json.decode(client.get("/api/v1/cases?state=all").content)["items"]
        assert cases
        pages += [f"{root}/{case['case_id']}" for root in ("/cases", "/api/v1/cases") for case in cases]
        shown = [client.get(page) for page in pages]
        assert [answer.status_code for answer in shown] == [200] * len(shown)
        assert hits(b"".join(answer.content for answer in shown), values) == []
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert hits(kept, values) == []
    with running(folder, state) as address, httpx.Client(base_url=address, timeout=30) as client:
        assert sorted(row["event_id"] for row in transfers(client, TRANSFERS)) == sorted(
            row["event_id"] for row in rows
        )
