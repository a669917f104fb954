"""Faults at every place in turn, in one process and without chance: what they find is found every time."""

from collections.abc import Callable, Iterator
from contextlib import suppress
import errno
from pathlib import Path
import tempfile
from zlib import crc32

from agent.outlets import segment
from agent.outlets.lane import Parcel
from agent.outlets.spool import Spool
from tests.agent.spools import a_spool, an, events
from tests.faults.disks import CrashNth, FailNth, FaultyDisk, PowerCutError
from tests.faults.oracle import Oracle
from tests.faults.variants import VARIANTS
from wire.envelopes import decode
from wire.faults import UnavailableError
from wire.kinds import Grade

Scenario = Callable[[Path, str], list[str]]

_FRESH = 1 << 60
_MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of our own in it
"""Where nothing has to survive the process, a sync may be cheap."""
_WRITES = 45
"""More writing calls than a day has."""


def crashes(folder: Path, variant: str) -> list[str]:
    """The process ends at each writing call of a day, before it or halfway through."""
    return _each(folder, variant, (CrashNth(nth, halfway=half) for nth in range(1, _WRITES) for half in (False, True)))


def failures(folder: Path, variant: str) -> list[str]:
    """Each writing call of a day fails, once or three times, and the day goes on."""
    codes = (errno.ENOSPC, errno.EIO, errno.EROFS)
    return _each(
        folder,
        variant,
        (FailNth(nth, 1 + 2 * (nth % 2), codes[nth % 3], halfway=nth % 4 < 2) for nth in range(1, _WRITES)),
    )


def overload(folder: Path, variant: str) -> list[str]:
    """Nobody takes anything, for longer than the spool is large."""
    bound, oracle = 1 << 20, Oracle()
    with VARIANTS[variant]():
        spool = a_spool(folder, most_bytes=bound)
        wrong: list[str] = []
        for start in range(0, 6_000, 100):
            _offer(spool, oracle, start, 100, Grade.SENSITIVE if start < 300 else None, 300)
            size = sum(path.stat().st_size for path in folder.glob("*.spool"))
            if size > bound + (128 << 10):
                wrong = [f"the bound: {size} bytes"]
        _drain(spool, oracle)
        spool.close()
    if not oracle.arrived >= set(range(300)):
        wrong.append("the policy: the gravest were given up")
    return wrong + oracle.violations()


def unfit(folder: Path, variant: str) -> list[str]:
    """One event is larger than any envelope may be, one envelope is refused; both must be kept and told."""
    oracle = Oracle()
    with VARIANTS[variant]():
        spool = a_spool(folder, most_frame=4_000)
        _offer(spool, oracle, 0, 10, Grade.GENERAL, 0)
        _offer(spool, oracle, 10, 1, Grade.GENERAL, 9_000)
        parcel = spool.hand_out()
        if parcel is not None:
            spool.refuse(parcel, "HTTP 400")
        _drain(spool, oracle)
        dead = spool.depth().dead
        spool.close()
    return oracle.violations() + ([] if dead == 2 else [f"accounting: {dead} of 2 dead letters are kept"])


def damage(folder: Path, variant: str) -> list[str]:
    """One record in the middle is struck, and one is replaced by somebody without the key."""
    oracle, wrong = Oracle(most_items=1), []
    with VARIANTS[variant]():
        spool = a_spool(folder)
        for number in range(12):
            _offer(spool, oracle, number, 1, Grade.GENERAL, 0)
        spool.close()
        (path,) = folder.glob("*.spool")
        content = bytearray(path.read_bytes())
        found = list(segment.records(bytes(content)))
        content[found[3].offset + 40] ^= 16
        _forge(content, found[7])
        path.write_bytes(content)
        try:
            spool = a_spool(folder)
            _drain(spool, oracle)
            spool.close()
        except Exception as error:  # noqa: BLE001  # whatever the broken one raises is its fault
            return [f"liveness: {type(error).__name__}"]
    if not oracle.arrived >= set(range(12)) - {3, 7}:
        wrong.append("conservation: more is lost than was struck")
    return wrong + oracle.violations()


def _forge(content: bytearray, found: segment.Found) -> None:
    """Change a body and mend the checksum, which anybody can."""
    end = found.end
    content[end - 1] ^= 1
    head, body = found.head.packed(), bytes(content[end - len(found.body) : end])
    checksum = crc32(body, crc32(head, crc32(len(body).to_bytes(4, "little"))))
    content[found.offset + 8 : found.offset + 12] = checksum.to_bytes(4, "little")


def _each(folder: Path, variant: str, troubles: Iterator[FailNth]) -> list[str]:
    """A day for each trouble; the first that shows a violation ends it."""
    for trouble in troubles:
        with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else folder) as place:
            wrong = _day(Path(place), variant, trouble)
        if wrong:
            return [f"{one} (call {trouble.nth})" for one in wrong]
    return []


def _day(folder: Path, variant: str, trouble: FailNth) -> list[str]:
    """Two openings with trouble, then one without, after which all must be there."""
    oracle = Oracle(may_overstate=True)
    with VARIANTS[variant]():
        for opening in range(2):
            spool = _opened(folder, trouble)
            if spool is None:
                continue
            with suppress(PowerCutError):
                _work(spool, oracle, opening * 1_000)
                spool.close()
            spool._let_go()
        spool = a_spool(folder)
        _offer(spool, oracle, _FRESH, 1, None, 0)
        _drain(spool, oracle)
        spool.close()
    wrong = oracle.violations()
    return wrong if _FRESH in oracle.arrived else [*wrong, "liveness: nothing fresh arrives"]


def _opened(folder: Path, trouble: FailNth) -> Spool | None:
    """A spool that cannot be opened says so; the next opening tries again."""
    try:
        return a_spool(folder, FaultyDisk(trouble))
    except (PowerCutError, Exception):  # noqa: BLE001  # what it raises at the start is shown to a person
        return None


def _work(spool: Spool, oracle: Oracle, first: int) -> None:
    """Three lanes, answers out of order, some late and some never, and moments of quiet."""
    flying: list[Parcel] = []
    for start in range(first, first + 60, 10):
        if start == 1_030:
            _take_all(spool, oracle, flying)
        _offer(spool, oracle, start, 10, (None, Grade.GENERAL, Grade.SENSITIVE)[start // 10 % 3], 0)
        flying += _handed_out(spool)
        if len(flying) > 2:
            _take(spool, oracle, flying.pop())
        spool.tend()


def _take_all(spool: Spool, oracle: Oracle, flying: list[Parcel]) -> None:
    """The collector catches up: what the opening before left goes away as files too."""
    while more := _handed_out(spool):
        flying += more
    while flying:
        _take(spool, oracle, flying.pop())


def _take(spool: Spool, oracle: Oracle, parcel: Parcel) -> None:
    oracle.arrive(decode(parcel.frame))
    if not spool.acknowledge(parcel):
        oracle.late.add((parcel.epoch, parcel.head.sequence))


def _handed_out(spool: Spool) -> list[Parcel]:
    try:
        parcel = spool.hand_out()
    except UnavailableError:
        return []
    return [parcel] if parcel is not None else []


def _offer(spool: Spool, oracle: Oracle, first: int, count: int, grade: Grade | None, noise: int) -> None:  # noqa: PLR0917
    """Append as a source does: again, until it is taken."""
    batch = events(range(first, first + count), grade, noise) if count > 1 else [an(first, grade, noise)]
    oracle.tried.update(range(first, first + count))
    for _ in range(8):
        try:
            spool.append(batch)
        except UnavailableError:
            continue
        oracle.taken.update(range(first, first + count))
        return


def _drain(spool: Spool, oracle: Oracle) -> None:
    """A collector takes all, and once more what is told afterwards."""
    for _ in range(2):
        while (parcel := spool.hand_out()) is not None:
            if parcel.frame:
                oracle.arrive(decode(parcel.frame))
            if not spool.acknowledge(parcel):
                oracle.late.add((parcel.epoch, parcel.head.sequence))
        spool.tend()


SCENARIOS: dict[str, Scenario] = {
    "crashes": crashes,
    "failures": failures,
    "overload": overload,
    "unfit": unfit,
    "damage": damage,
}
