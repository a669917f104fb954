"""Disks that are full, read-only or slow, and clocks that jump: said openly, and over when the fault is."""

from collections.abc import Callable, Iterator
from contextlib import suppress
import errno
from pathlib import Path
import subprocess
import sys
import time

import pytest

from agent.outlets.delivery import Delivery
from agent.outlets.https import HttpsOutlet, HttpsSettings
from agent.outlets.spool import Spool, SpoolSettings
from tests.agent.spools import KEY, a_spool, an, drained, events, gaps_of, numbers_of
from tests.faults.disks import FailNth, FaultyDisk
from tests.faults.drive import Drive, why_not
from tests.faults.sink import Sink, serving
from tests.services.processes import wait_for
from wire.faults import UnavailableError
from wire.kinds import Grade

no_mount = pytest.mark.skipif(bool(why_not()), reason=why_not())
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Drive]:
    with Drive(tmp_path / "image", tmp_path / "drive", 8) as mounted:
        yield mounted


def came(sink: Sink, count: int) -> Callable[[], bool]:
    return lambda: len(sink.came) >= count


def filled(path: Path) -> None:
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


def appended_until_full(spool: Spool, number: int) -> int:
    """The number that the disk did not take."""
    while True:
        try:
            spool.append(events([number], Grade.SENSITIVE, noise=30_000))
        except UnavailableError as error:
            assert "space" in str(error)  # noqa: PT017  # which of many calls raises it is not known
            return number
        number += 1


@no_mount
def test_a_full_disk_keeps_the_graver_and_recovers_when_it_has_room(drive: Drive) -> None:
    spool = a_spool(drive.folder / "spool")
    ballast = drive.folder / "ballast"
    spool.append(events(range(2_000), noise=300))
    filled(ballast)
    number = appended_until_full(spool, 10_000)
    envelopes = drained(spool)
    ballast.unlink()
    spool.append(events([number], Grade.SENSITIVE, noise=30_000))
    spool.tend()
    envelopes += drained(spool)
    assert set(numbers_of(envelopes)) >= set(range(10_000, number + 1))
    lost = set(range(2_000)) - set(numbers_of(envelopes))
    assert sum(gap.items or 0 for gap in gaps_of(envelopes)) == len(lost)
    spool.close()


def test_a_disk_that_turns_read_only_is_still_emptied(tmp_path: Path) -> None:
    trouble = FailNth(1, 10**9, errno.EROFS)
    trouble.mend()
    spool = a_spool(tmp_path, FaultyDisk(trouble))
    spool.append(events(range(500)))
    trouble.nth, trouble.times = trouble.calls + 1, 10**9
    with pytest.raises(UnavailableError, match="injected"):
        spool.append(events(range(500, 600)))
    assert numbers_of(drained(spool)) == list(range(500))
    trouble.mend()
    spool.append(events(range(500, 600)))
    assert numbers_of(drained(spool)) == list(range(500, 600))
    spool.close()


def test_a_slow_disk_slows_and_loses_nothing(tmp_path: Path) -> None:
    def slow(name: str, _: object) -> None:
        if name in {"sync", "overwrite"}:
            time.sleep(0.01)

    sink, spool = Sink(), a_spool(tmp_path, FaultyDisk(slow))
    with serving(sink) as port:
        outlet = HttpsOutlet(HttpsSettings(url=f"http://127.0.0.1:{port}", agent="probe"))
        delivery = Delivery(spool, outlet, lambda: 0.0)
        delivery.start()
        for start in range(0, 1_000, 50):
            spool.append(events(range(start, start + 50)))
        wait_for(lambda: spool.depth().records == 0, 30, "delivery")
        delivery.stop()
    assert sorted(numbers_of(sink.unique)) == list(range(1_000))
    spool.close()


def test_a_disk_that_is_broken_for_good_is_said_so_every_time(tmp_path: Path) -> None:
    def broken(name: str, _: object) -> None:
        if name == "write":
            raise OSError(errno.EIO, "injected")

    spool = a_spool(tmp_path, FaultyDisk(broken))
    for _ in range(50):
        with pytest.raises(UnavailableError):
            spool.append([an(1)])
    assert len(list(tmp_path.glob("*.spool"))) <= 51
    spool.close()
    again = a_spool(tmp_path)
    assert drained(again) == []
    again.close()
    assert list(tmp_path.glob("*.spool")) == []


@pytest.mark.parametrize("jump_ns", [-3_600_000_000_000, 86_400_000_000_000])
def test_a_clock_that_jumps_loses_nothing(tmp_path: Path, jump_ns: int) -> None:
    now = [1_700_000_000_000_000_000]
    spool = Spool(tmp_path, SpoolSettings(agent="probe", key=KEY), lambda: now[0])
    spool.append(events(range(10)))
    now[0] += jump_ns
    spool.append(events(range(10, 20)))
    assert spool.depth().oldest_ns == 1_700_000_000_000_000_000
    assert numbers_of(drained(spool)) == list(range(20))
    spool.close()


@pytest.mark.slow
@pytest.mark.skipif(not FAKETIME.exists(), reason="needs libfaketime: sudo apt-get install -y libfaketime")
def test_delivery_goes_on_while_the_machine_s_clock_is_set(tmp_path: Path) -> None:
    stamp = tmp_path / "time"
    stamp.write_text("+0")
    sink = Sink()
    with serving(sink) as port:
        program = (
            "import sys, time; from pathlib import Path; from agent.outlets.delivery import Delivery;"
            "from agent.outlets.https import HttpsOutlet, HttpsSettings; from tests.agent.spools import a_spool, an;"
            f"spool = a_spool(Path({str(tmp_path / 'spool')!r}));"
            f"outlet = HttpsOutlet(HttpsSettings(url='http://127.0.0.1:{port}', agent='probe'));"
            "delivery = Delivery(spool, outlet, lambda: 0.0); delivery.start();\n"
            "for n, line in enumerate(sys.stdin): spool.append([an(n)]); print(time.time(), flush=True)\n"
            "delivery.stop(); spool.close()"
        )
        environment = {
            "LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(stamp), "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1", "PYTHONPATH": ".",
        }  # fmt: skip
        with subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True,
            cwd=Path(__file__).parents[2],
        ) as process:  # fmt: skip
            assert process.stdin is not None
            assert process.stdout is not None
            seen = []
            for number, shift in enumerate(("+0", "-3600", "+86400", "+0")):
                stamp.write_text(shift)
                process.stdin.write("\n")
                process.stdin.flush()
                seen.append(float(process.stdout.readline()))
                wait_for(came(sink, number + 1), 20, "delivery")
            process.stdin.close()
            assert process.wait(30) == 0
    assert seen[1] < seen[0] - 3_000
    assert seen[2] > seen[0] + 80_000
    assert numbers_of(sink.unique) == [0, 1, 2, 3]
