"""The whole spool passes every scenario, and each broken one is caught by the scenario that is about it."""

from pathlib import Path

import pytest

from tests.faults.campaigns import kills, power_cuts
from tests.faults.drive import why_not
from tests.faults.scenarios import SCENARIOS
from tests.faults.variants import VARIANTS

CATCHES = {
    "taken before it is written": "crashes",
    "acknowledged when handed out": "crashes",
    "the mark passes over holes": "crashes",
    "sequences used twice": "crashes",
    "removed before it is written down": "crashes",
    "errors of the disk are swallowed": "failures",
    "drops are not told": "overload",
    "the bound is forgotten": "overload",
    "the gravest goes first": "overload",
    "reading stops at damage": "damage",
    "changed records pass": "damage",
    "too large is dropped": "unfit",
    "refused letters are not kept": "unfit",
}
no_power = pytest.mark.skipif(bool(why_not()), reason=why_not())


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_spool_holds(tmp_path: Path, scenario: str) -> None:
    assert SCENARIOS[scenario](tmp_path, "") == []


@pytest.mark.parametrize("variant", CATCHES)
def test_a_broken_spool_is_caught(tmp_path: Path, variant: str) -> None:
    assert SCENARIOS[CATCHES[variant]](tmp_path, variant)


def test_every_broken_spool_is_tried() -> None:
    assert set(VARIANTS) == {*CATCHES, "no fsync", ""}


@pytest.mark.slow
def test_sixty_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    assert kills(tmp_path, 60) == []


@pytest.mark.slow
@no_power
def test_thirty_power_cuts_lose_and_double_nothing(tmp_path: Path) -> None:
    assert power_cuts(tmp_path, 30) == []


@pytest.mark.slow
@no_power
def test_only_a_power_cut_shows_that_nothing_was_synced(tmp_path: Path) -> None:
    assert power_cuts(tmp_path, 10, "no fsync")
