"""What networks do between an agent and its collector costs nothing but time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.outlets.delivery import Delivery
from agent.outlets.https import HttpsOutlet, HttpsSettings
from tests.agent.spools import a_spool, an, events
from tests.faults.oracle import Oracle
from tests.faults.proxy import NONE, Fault, faulty
from tests.faults.sink import Sink, serving
from tests.services.processes import wait_for

PLANS: dict[str, Callable[[int], Fault]] = {
    "slow": lambda _: Fault(delay_s=0.02),
    "a byte at a time": lambda number: Fault(piece=1) if number == 0 else NONE,
    "cut within the request": lambda number: Fault(cut_after=150 * (number + 1)) if number < 6 else NONE,
    "the answer is lost": lambda number: Fault(is_reply_lost=True) if number < 4 else NONE,
    "every answer comes twice": lambda _: Fault(is_reply_doubled=True),
    "half-open at first": lambda number: Fault(is_mute=True) if number < 2 else NONE,
}


@pytest.mark.parametrize("fault", PLANS)
def test_nothing_is_lost_and_nothing_counts_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    monkeypatch.setattr("agent.outlets.https._TIMEOUT", 1.0)
    oracle = Oracle()
    sink, spool = Sink(oracle.arrive), a_spool(tmp_path)
    count = 300 if fault == "a byte at a time" else 2_000
    with serving(sink) as port, faulty(port, PLANS[fault]) as detour:
        outlet = HttpsOutlet(HttpsSettings(url=f"http://127.0.0.1:{detour}", agent="probe"))
        delivery = Delivery(spool, outlet, lambda: 0.0)
        delivery.start()
        oracle.tried.update(range(count))
        for start in range(0, count, 100):
            spool.append(events(range(start, start + 100)))
        oracle.taken.update(range(count))
        wait_for(lambda: spool.depth().records == 0, 40, "delivery")
        oracle.tried.add(count)
        oracle.taken.add(count)
        spool.append([an(count)])
        wait_for(lambda: spool.depth().records == 0, 30, "liveness")
        delivery.stop()
    spool.close()
    assert oracle.violations() == []
    assert oracle.arrived == set(range(count + 1))
