from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
import shutil
import signal
import subprocess
import sys

import httpx
import msgspec
import pytest

from agent.outlets.survey import survey
from guanjin.__main__ import main
from guanjin.command import Exit
from guanjin.health import Health, Stage, serving_health
from tests.agent.spools import a_spool, events
from tests.faults.sink import Sink, serving
from tests.services.processes import free_ports, wait_for
from wire.coverage import Coverage
from wire.events import TransferEvent
from wire.faults import UnavailableError

LOGS = Path(__file__).parents[1] / "logs"


@contextmanager
def an_agent(*arguments: object) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "guanjin", "agent", "run", *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    try:
        assert process.stdout.readline()
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        left = process.communicate(timeout=60)[0]
        assert (process.returncode, left) == (0, b"")


def transfers(sink: Sink) -> list[TransferEvent]:
    return [item for each in sink.unique for item in each.items if isinstance(item, TransferEvent)]


@pytest.mark.slow
def test_an_agent_reads_spools_and_sends_and_nothing_twice_after_a_restart(tmp_path: Path) -> None:
    watched, state = tmp_path / "logs", tmp_path / "state"
    watched.mkdir()
    shutil.copy(LOGS / "portal-combined.log", watched)
    sink = Sink()
    (port,) = free_ports(1)
    with an_agent("--watch", watched, "--state", state, "--name", "probe", "--status-port", port):
        wait_for(lambda: spooled(state) > 0, 60, "events in the spool")
        assert httpx.get(f"http://127.0.0.1:{port}/healthz").text == "ok\n"
        assert httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
        assert "guanjin_agent_spool_bytes" in httpx.get(f"http://127.0.0.1:{port}/metrics").text
        assert httpx.get(f"http://127.0.0.1:{port}/secret").status_code == 404
    with serving(sink) as at:
        for _ in range(2):
            to = f"http://127.0.0.1:{at}"
            with an_agent("--watch", watched, "--state", state, "--name", "probe", "--to", to):
                wait_for(lambda: spooled(state) == 0 and bool(transfers(sink)), 60, "an empty spool")
    ids = [event.event_id for event in transfers(sink)]
    assert len(ids) == len(set(ids)) > 0
    coverages = [item for each in sink.unique for item in each.items if isinstance(item, Coverage)]
    assert {each.agent for each in coverages} == {"probe"}


def spooled(state: Path) -> int:
    try:
        return sum(lane.records for lane in survey(state / "spool").lanes)
    except UnavailableError:
        return 0


def test_a_spool_is_shown_and_a_loss_flags_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spool = a_spool(tmp_path / "spool", most_bytes=1 << 20)
    spool.append(events(range(300)))
    assert main(["agent", "spool", "--state", str(tmp_path), "--json"]) == Exit.CLEAN
    seen = msgspec.json.decode(capsys.readouterr().out)
    assert [lane["items"] for lane in seen["lanes"]] == [300, 0, 0]
    for start in range(0, 6_000, 200):
        spool.append(events(range(start, start + 200), noise=300))
    spool.close()
    assert main(["agent", "spool", "--state", str(tmp_path)]) == Exit.FLAGGED
    assert "spool_full" in capsys.readouterr().out
    assert main(["agent", "spool", "--state", str(tmp_path / "elsewhere")]) == Exit.ERROR


@pytest.mark.parametrize(
    "to",
    [
        "ftp://x",
        "https://",
        "http://collector.example:80",
        "kafka://broker.example:9092/t",
        "https://a@b",
        "https://[x",
    ],
)
def test_an_address_that_will_not_do_is_told_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], to: str
) -> None:
    assert main(["agent", "run", "--state", str(tmp_path), "--to", to]) == Exit.ERROR
    assert "--to" in capsys.readouterr().err


def test_a_stage_that_moves_nothing_while_something_waits_is_not_ready() -> None:
    now, stages = [0], {"delivering": Stage("", moved=3, waiting=5), "keeping": Stage("full")}
    health = Health({"delivering": lambda: stages["delivering"], "keeping": lambda: stages["keeping"]}, lambda: now[0])
    assert health.troubles() == {"delivering": "", "keeping": "full"}
    now[0] = 31_000_000_000
    assert health.troubles()["delivering"] == "moves nothing while something waits"
    stages["delivering"] = Stage("", moved=4, waiting=5)
    assert health.troubles()["delivering"] == ""
    now[0] = 1_000_000_000
    assert health.troubles()["delivering"] == ""
    now[0] = 100_000_000_000
    stages["delivering"] = Stage("", moved=4)
    assert health.troubles()["delivering"] == ""
    with serving_health(health, lambda: b"", 0) as port:
        assert httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 503
