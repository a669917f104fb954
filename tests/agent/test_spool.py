from collections.abc import Callable
import errno
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from agent.outlets.dead_letters import DeadLetter, DeadLetters
from agent.outlets.disk import LocalDisk
from agent.outlets.segment import records
from agent.outlets.spool import Spool, SpoolSettings
from tests.agent.spools import KEY, a_spool, an, drained, events, gaps_of, items_of, numbers_of
from tests.faults.disks import CrashNth, FailNth, FaultyDisk, PowerCutError
from wire.coverage import Coverage
from wire.envelopes import Gap, decode
from wire.faults import ConfigurationError, UnavailableError
from wire.kinds import Grade


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.spool"))


def test_what_was_appended_comes_out_once_the_gravest_first(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    spool.append([an(1), an(2, Grade.GENERAL), an(3, Grade.SENSITIVE), an(4, Grade.IMPORTANT), an(5)])
    envelopes = drained(spool)
    assert numbers_of(envelopes) == [3, 4, 2, 1, 5]
    assert {envelope.agent for envelope in envelopes} == {"probe"}
    assert len({(envelope.epoch, envelope.sequence) for envelope in envelopes}) == 3
    assert spool.hand_out() is None
    spool.close()


def test_what_is_not_acknowledged_comes_again_after_a_restart_under_its_old_name(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    spool.append(events(range(500)))
    first = spool.hand_out()
    second = spool.hand_out()
    assert first is not None
    assert second is not None
    spool.acknowledge(first)
    spool.close()
    again = a_spool(tmp_path)
    again.append(events(range(500, 510)))
    envelopes = drained(again)
    assert numbers_of(envelopes) == list(range(200, 510))
    assert (envelopes[0].epoch, envelopes[0].sequence) == (second.epoch, second.head.sequence)
    assert envelopes[-1].epoch != envelopes[0].epoch
    again.close()


def test_a_restart_without_a_close_loses_nothing(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    spool.append(events(range(7), Grade.GENERAL))
    spool._let_go()
    again = a_spool(tmp_path)
    assert numbers_of(drained(again)) == list(range(7))
    assert gaps_of(drained(again)) == []
    again.close()


def test_nothing_is_left_when_all_is_acknowledged(tmp_path: Path) -> None:
    spool = a_spool(tmp_path, most_bytes=1 << 20)
    for start in range(0, 1000, 200):
        spool.append(events(range(start, start + 200), noise=300))
    drained(spool)
    assert spool.depth().records == 0
    spool.close()
    a_spool(tmp_path).close()
    assert segments(tmp_path) == []


def test_two_agents_cannot_share_a_spool(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    with pytest.raises(ConfigurationError, match="another agent"):
        a_spool(tmp_path)
    spool.close()


def test_another_key_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    spool.append(events(range(3)))
    spool.close()
    with pytest.raises(ConfigurationError, match="another key"):
        Spool(tmp_path, SpoolSettings(agent="probe", key=bytes(32)), lambda: 0)
    with pytest.raises(ConfigurationError, match="31 bytes"):
        Spool(tmp_path, SpoolSettings(agent="probe", key=bytes(31)), lambda: 0)
    again = a_spool(tmp_path)
    assert numbers_of(drained(again)) == [0, 1, 2]
    again.close()


def test_what_lies_on_the_disk_says_nothing(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    spool.append([an(7, Grade.GENERAL, noise=400)])
    spool.close()
    content = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"email" not in content
    assert b"b.example" not in content
    assert {path.stat().st_mode & 0o077 for path in segments(tmp_path)} == {0}


def test_at_the_bound_the_oldest_of_the_least_grave_gives_way_and_is_told(tmp_path: Path) -> None:
    spool = a_spool(tmp_path, most_bytes=1 << 20)
    grave = events(range(100), Grade.SENSITIVE)
    spool.append(grave)
    for start in range(1000, 7_000, 50):
        spool.append(events(range(start, start + 50), noise=300))
    assert spool.depth().size <= (1 << 20) + (64 << 10)
    assert sum(path.stat().st_size for path in segments(tmp_path)) <= (1 << 20) + (64 << 10)
    envelopes = drained(spool)
    told = gaps_of(envelopes)
    left = set(numbers_of(envelopes))
    assert left >= set(range(100))
    lights = sorted(left - set(range(100)))
    assert lights == list(range(lights[0], 7_000))
    assert {gap.reason for gap in told} == {"spool_full"}
    assert sum(gap.items or 0 for gap in told) == 6_000 - len(lights)
    assert sum(gap.count for gap in told) == spool.depth().dropped["spool_full"] > 0
    spool.close()


def test_what_is_less_grave_than_all_that_is_kept_is_not_taken_in_and_told(tmp_path: Path) -> None:
    spool = a_spool(tmp_path, most_bytes=1 << 20)
    number = 0
    while spool.depth().size < (1 << 20) - 4_000:
        spool.append([an(number, Grade.IMPORTANT, noise=3_000)])
        number += 1
    spool.append(events(range(900_000, 900_200), noise=300))
    assert spool.depth().untold == 1
    spool.close()
    again = a_spool(tmp_path, most_bytes=1 << 20)
    first = drained(again)
    again.tend()
    envelopes = first + drained(again)
    assert sorted(numbers_of(envelopes)) == list(range(number))
    assert [(gap.items, gap.count, gap.reason) for gap in gaps_of(envelopes)] == [(200, 0, "spool_full")]
    again.close()


def test_a_late_acknowledgement_of_what_gave_way_changes_nothing(tmp_path: Path) -> None:
    spool = a_spool(tmp_path, most_bytes=1 << 20)
    spool.append(events(range(200)))
    parcel = spool.hand_out()
    assert parcel is not None
    for start in range(1000, 6_000, 200):
        spool.append(events(range(start, start + 200), noise=300))
    before = spool.depth()
    spool.acknowledge(parcel)
    spool.acknowledge(parcel)
    assert spool.depth() == before
    spool.close()


def test_a_record_that_is_too_large_is_set_aside_with_the_reason(tmp_path: Path) -> None:
    spool = a_spool(tmp_path, most_frame=3_000)
    large = an(66, Grade.GENERAL, noise=8_000)
    spool.append([*events(range(50), Grade.GENERAL), large, *events(range(100, 150), Grade.GENERAL)])
    envelopes = drained(spool)
    assert sorted(numbers_of(envelopes)) == [*range(50), *range(100, 150)]
    assert [(gap.reason, gap.items, gap.count) for gap in gaps_of(envelopes)] == [("oversized", 1, 0)]
    assert spool.depth().dead == 1
    spool.close()


def test_what_the_collector_refuses_is_set_aside_and_told(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    spool.append(events(range(5)))
    parcel = spool.hand_out()
    assert parcel is not None
    spool.refuse(parcel, "400 bad")
    spool.tend()
    (gap,) = gaps_of(drained(spool))
    assert (gap.epoch, gap.from_sequence, gap.count, gap.items, gap.reason) == (parcel.epoch, 1, 1, 5, "400 bad")
    assert spool.depth().dead == 1
    (letter,) = DeadLetters(LocalDisk(), tmp_path / "dead", KEY).read()
    assert (letter.epoch, letter.sequence, letter.reason, letter.frame) == (parcel.epoch, 1, "400 bad", parcel.frame)
    spool.close()


def test_dead_letters_are_bounded_and_the_oldest_give_way(tmp_path: Path) -> None:
    letters = DeadLetters(LocalDisk(), tmp_path, KEY)
    for sequence in range(5):
        letters.keep(DeadLetter("e", sequence, "413", bytes(20 << 20)), 1, 1)
    assert len(letters) == 3
    assert letters.given_way == 2


@pytest.mark.parametrize("name", ["", "n" * 129])
def test_a_name_that_would_not_fit_is_told_at_the_start(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="name"):
        Spool(tmp_path, SpoolSettings(agent=name, key=KEY), lambda: 0)


def test_a_ledger_full_of_losses_still_fits(tmp_path: Path) -> None:
    spool = Spool(tmp_path, SpoolSettings(agent="n" * 128, key=KEY), lambda: 0)
    for number in range(400):
        spool.report(
            Gap(agent="n" * 128, epoch=f"{number:016x}-2", from_sequence=1 << 60, count=1 << 40, items=1 << 50,
                reason=f"a reason of some length {number}", grade=Grade.IMPORTANT, from_ns=1 << 60, until_ns=1 << 60)
        )  # fmt: skip
    spool.close()
    again = Spool(tmp_path, SpoolSettings(agent="n" * 128, key=KEY), lambda: 0)
    assert again.depth().untold == 128
    again.tend()
    assert sum(gap.count for gap in gaps_of(drained(again))) == 400 << 40
    again.close()


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 1, exclude_max=True), st.integers(0, 7))
def test_a_flipped_bit_costs_the_record_it_hits_and_is_told(
    tmp_path_factory: pytest.TempPathFactory, where: float, bit: int
) -> None:
    folder = tmp_path_factory.mktemp("spool")
    spool = a_spool(folder)
    for number in range(12):
        spool.append([an(number, Grade.GENERAL)])
    spool.close()
    (path,) = segments(folder)
    content = bytearray(path.read_bytes())
    content[int(where * len(content))] ^= 1 << bit
    path.write_bytes(content)
    again = a_spool(folder)
    again.append([an(99, Grade.GENERAL)])
    envelopes = drained(again)
    again.tend()
    envelopes += drained(again)
    assert set(numbers_of(envelopes)) < {*range(12), 99}
    assert len(numbers_of(envelopes)) == 12
    ((reason, count),) = [(gap.reason, gap.count) for gap in gaps_of(envelopes)]
    assert (reason, count) in {("damaged", 1), ("torn", 1)}
    again.close()


@given(st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_a_cut_file_gives_all_that_is_whole(tmp_path_factory: pytest.TempPathFactory, share: float) -> None:
    folder = tmp_path_factory.mktemp("spool")
    spool = a_spool(folder)
    for number in range(12):
        spool.append([an(number, Grade.GENERAL)])
    spool.close()
    (path,) = segments(folder)
    content = path.read_bytes()
    cut = int(share * len(content))
    whole = sum(found.end <= cut for found in records(content))
    path.write_bytes(content[:cut])
    again = a_spool(folder)
    envelopes = drained(again)
    again.tend()
    told = gaps_of(drained(again))
    assert numbers_of(envelopes) == list(range(whole))
    assert all((gap.from_sequence, gap.reason) == (whole + 1, "torn") for gap in told)
    again.append([an(50)])
    assert numbers_of(drained(again)) == [50]
    again.close()


def test_a_zeroed_page_a_lost_and_a_strange_file_are_told_and_passed_over(tmp_path: Path) -> None:
    spool = a_spool(tmp_path, most_bytes=1 << 20)
    for start in range(0, 1_000, 10):
        spool.append(events(range(start, start + 10), noise=300))
    spool.close()
    files = segments(tmp_path)
    assert len(files) > 3
    files[1].unlink()
    content = files[2].read_bytes()
    files[2].write_bytes(content[:4096] + bytes(4096) + content[8192:])
    (tmp_path / "0-9999999999-nonsense.spool").write_bytes(b"?")
    again = a_spool(tmp_path, most_bytes=1 << 20)
    envelopes = drained(again)
    again.tend()
    told = gaps_of(envelopes + drained(again))
    assert 0 < len(set(range(1_000)) - set(numbers_of(envelopes))) < 1_000
    assert {gap.reason for gap in told} == {"damaged", "segment_missing"}
    lost = len(set(range(1_000)) - set(numbers_of(envelopes)))
    assert sum(gap.count for gap in told) * 10 == lost
    again.close()


def test_a_ruined_ledger_costs_repetitions_only(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    spool.append(events(range(400)))
    parcel = spool.hand_out()
    assert parcel is not None
    spool.acknowledge(parcel)
    spool.close()
    (tmp_path / "ledger").write_bytes(b"\xff" * 1000)
    again = a_spool(tmp_path)
    envelopes = drained(again)
    again.tend()
    assert set(numbers_of(envelopes)) == set(range(400))
    assert [gap.reason for gap in gaps_of(envelopes + drained(again))] == ["ledger_damaged"]
    again.close()


def numbers_in(frame: bytes) -> list[int]:
    return numbers_of([decode(frame)])


@pytest.mark.parametrize("halfway", [False, True])
@pytest.mark.parametrize("nth", range(1, 32))
def test_a_crash_at_any_write_loses_nothing_that_was_taken_in(tmp_path: Path, nth: int, *, halfway: bool) -> None:
    taken: list[int] = []

    def work(spool: Spool) -> None:
        for start in range(0, 60, 10):
            spool.append(events(range(start, start + 10), Grade.GENERAL if start % 20 else None))
            taken.extend(range(start, start + 10))
            parcel = spool.hand_out()
            if parcel is not None and start % 30 == 0:
                arrived.extend(numbers_in(parcel.frame))
                spool.acknowledge(parcel)

    arrived: list[int] = []
    trouble = CrashNth(10**9, halfway=halfway)
    spool = a_spool(tmp_path, FaultyDisk(trouble))
    trouble.nth = trouble.calls + nth
    try:
        work(spool)
    except PowerCutError:
        pass
    finally:
        spool._let_go()
    again = a_spool(tmp_path)
    arrived += numbers_of(drained(again))
    assert set(arrived) >= set(taken)
    again.append([an(77)])
    assert numbers_of(drained(again)) == [77]
    again.close()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
@pytest.mark.parametrize("nth", range(1, 20))
def test_a_disk_that_fails_for_a_while_is_said_so_and_then_goes_on(tmp_path: Path, nth: int, code: int) -> None:
    trouble = FailNth(10**9, times=3, code=code, halfway=nth % 2 == 0)
    spool = a_spool(tmp_path, FaultyDisk(trouble))
    trouble.nth = trouble.calls + nth
    taken: list[int] = []
    arrived: list[int] = []
    for start in range(0, 80, 10):
        for _ in range(6):
            try:
                spool.append(events(range(start, start + 10), Grade.GENERAL if start % 20 else None))
            except UnavailableError:
                continue
            taken += range(start, start + 10)
            break
        if start % 20 == 0:
            arrived += numbers_of(drained(spool))
    assert taken == list(range(80))
    spool.close()
    again = a_spool(tmp_path)
    arrived += numbers_of(drained(again))
    assert set(arrived) == set(range(80))
    again.close()


def test_a_full_disk_gives_up_what_is_less_grave_for_what_is_graver(tmp_path: Path) -> None:
    trouble = FailNth(10**9, times=1, code=errno.ENOSPC, halfway=True)
    spool = a_spool(tmp_path, FaultyDisk(trouble))
    spool.append(events(range(10)))
    spool.append(events(range(20, 30), Grade.SENSITIVE))
    trouble.nth = trouble.calls + 1
    spool.append(events(range(30, 40), Grade.SENSITIVE))
    envelopes = drained(spool)
    assert numbers_of(envelopes) == list(range(20, 40))
    assert [(gap.items, gap.grade) for gap in gaps_of(envelopes)] == [(10, None)]
    spool.close()


def test_a_disk_that_cannot_be_read_is_said_so_and_then_goes_on(tmp_path: Path) -> None:
    def trouble(name: str, _: Callable[[], None]) -> None:
        if name == "read" and broken:
            raise OSError(errno.EIO, "injected")

    broken: list[int] = []
    spool = a_spool(tmp_path, FaultyDisk(trouble))
    spool.append(events(range(10)))
    broken.append(1)
    with pytest.raises(UnavailableError):
        spool.hand_out()
    with pytest.raises(UnavailableError):
        spool.depth()
    broken.clear()
    assert numbers_of(drained(spool)) == list(range(10))
    spool.close()


def test_coverage_and_gaps_take_the_same_way(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    coverage = Coverage(agent="probe", started_ns=1, seen_ns=2, version="1")
    gap = Gap(agent="probe", epoch="x", from_sequence=0, count=0, items=3, reason="no_disk")
    spool.append([coverage])
    spool.report(gap)
    spool.tend()
    assert items_of(drained(spool)) == [gap, coverage]
    spool.close()


def test_the_depth_says_how_much_waits_and_since_when(tmp_path: Path) -> None:
    now = [5_000]
    spool = Spool(tmp_path, SpoolSettings(agent="probe", key=KEY), lambda: now[0])
    assert (spool.depth().records, spool.depth().oldest_ns) == (0, 0)
    spool.append(events(range(201)))
    now[0] = 3_000
    spool.append(events(range(10), Grade.GENERAL))
    depth = spool.depth()
    assert (depth.records, depth.items, depth.oldest_ns) == (3, 211, 3_000)
    parcel = spool.hand_out()
    assert parcel is not None
    spool.acknowledge(parcel)
    assert (spool.depth().records, spool.depth().oldest_ns) == (2, 5_000)
    spool.close()
