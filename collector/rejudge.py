"""Re-judging (重新判定): what was kept is judged as if the registry had been known from the start (ADR 0013)."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import Final, Self

import msgspec
from msgspec import Struct

from collector.case_ports import CaseWriter
from collector.cases import MOST_ACTS, Act, Move, after
from collector.causes import INCONSISTENT, findings
from collector.draws import Outcome
from collector.explain import registry_version
from collector.ports import Judged, Past, Revision, Store, Transaction
from collector.precedents import Precedents
from collector.verdicts import Verdict
from collector.whatif import MOST_SHOWN, Comparison, Difference, Retrial, Rules, Scope, day_begins_ns, exporter_years

WHO: Final = "guanjin rejudge"
"""Who signs the note on a case."""
_PAGE: Final = 500
_MOST_NAMED: Final = 5
_TRIES: Final = 3
"""How often a year is judged while others write; then nobody else may until it is done."""
_IN_MEMORY: Final = 16 << 20
"""Bytes that wait in memory; the rest waits in a file without a name."""
_LENGTH: Final = 8

_pack: Final = msgspec.msgpack.Encoder().encode


def rejudge(store: Store, rules: Rules, scope: Scope, now_ns: int, most: int = MOST_SHOWN) -> Iterator[Difference]:
    """Judge stored transfers again in the order in which they began; ledger, verdicts and cases follow.

    Each exporter's year is one transaction, in which only what changed is written: it is judged before, while others
    write. Old verdicts stay beside the new ones; a transfer that no longer shows a case's cause leaves the case, which
    says so and stays.

    Args:
        store: where the transfers are.
        rules: what they are judged by.
        scope: which of them.
        now_ns: when.
        most: changed transfers given in full.

    Raises:
        UnavailableError: the store is away; the exporter's year under way is as it was.
    """
    said = Precedents(rules.registry, rules.routes)
    mark = registry_version(rules.registry), now_ns
    for place in exporter_years(store, scope):
        yield _judged_again(partial(_Hearing, store, place, said, mark, most), rules)


def _judged_again(begun: Callable[[], "_Hearing"], rules: Rules) -> Difference:
    for _ in range(_TRIES):
        with begun() as hearing:
            hearing.hear()
            with hearing.store.begin() as transaction:
                if hearing.is_undisturbed(transaction):
                    hearing.hear()
                    return hearing.enter(transaction, rules)
    with begun() as hearing, hearing.store.begin() as transaction:
        hearing.is_undisturbed(transaction)
        hearing.hear()
        return hearing.enter(transaction, rules)


class _Page(Struct, frozen=True):
    revisions: list[Revision]
    flagged: list[Judged]
    """With their new verdicts: those that were flagged, or are."""


_unpack: Final = msgspec.msgpack.Decoder(_Page).decode


class _Hearing:
    """An exporter's year that is judged while others write; what is to be written waits in a file of its own."""

    def __init__(
        self, store: Store, place: tuple[str, int], said: Precedents, mark: tuple[str, int], most: int
    ) -> None:
        self.store = store
        self._organisation, year = place
        self._retrial = Retrial(self._organisation, year, said)
        self._mark = mark
        self._comparison = Comparison(most)
        self._begin_ns, self._end_ns = day_begins_ns(date(year, 1, 1)), day_begins_ns(date(year + 1, 1, 1))
        self._next_ns = self._begin_ns
        self._heard = 0
        self._waiting = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.close()

    def hear(self) -> None:
        """Judge what began after all that was judged."""
        for page in _pages(self.store.in_time(self._organisation, self._next_ns, self._end_ns)):
            judged = [Judged(each.event, self._retrial.judge(each.event)) for each in page]
            pairs = [(old.verdict, new) for old, new in zip(page, judged, strict=True)]
            for old, new in pairs:
                self._comparison.add(new.event, old, new.verdict)
            found = _Page(
                [Revision(Past(old, *self._mark), new.verdict) for old, new in pairs if _differ(old, new.verdict)],
                [new for old, new in pairs if old.status.is_flagged or new.verdict.status.is_flagged],
            )
            content = _pack(found)
            self._waiting.write(len(content).to_bytes(_LENGTH, "big") + content)
            self._next_ns = page[-1].event.begun_ns + 1
            self._heard += len(page)

    def is_undisturbed(self, transaction: Transaction) -> bool:
        """Whether nothing came among what was judged; from now on nothing can."""
        transaction.reserve([(self._organisation, self._retrial.ledger.year)])
        return self.store.count_between(self._organisation, self._begin_ns, self._next_ns) == self._heard

    def enter(self, transaction: Transaction, rules: Rules) -> Difference:
        """Write what changed."""
        ledger, tally = self._retrial.ledger, rules.registry.settings.threshold_tally
        docket = _Docket(transaction.cases, _spot_checked(self.store))
        for page in self._pages():
            transaction.revise(page.revisions)
            docket.follow(page.flagged, rules)
        docket.sign(*self._mark)
        before = transaction.ledger(ledger.organisation, ledger.year)
        difference = self._comparison.difference(before, ledger, (tally, tally))
        transaction.rebuild(ledger)
        return difference

    def _pages(self) -> Iterator[_Page]:
        self._waiting.seek(0)
        while length := self._waiting.read(_LENGTH):
            yield _unpack(self._waiting.read(int.from_bytes(length, "big")))


def _differ(old: Verdict, new: Verdict) -> bool:
    return old.unversioned != new.unversioned


def _pages(judged: Iterator[Judged]) -> Iterator[list[Judged]]:
    while page := list(islice(judged, _PAGE)):
        yield page


def _spot_checked(store: Store) -> frozenset[str]:
    """What people found inconsistent: no rule takes it out of its case."""
    results = (result for draw in store.cases.draws() for result in store.cases.results(draw.draw_id))
    return frozenset(result.event_id for result in results if result.outcome is Outcome.INCONSISTENT)


class _Docket:
    """Keeps the cases in step with the verdicts."""

    def __init__(self, cases: CaseWriter, fixed: frozenset[str]) -> None:
        self._cases = cases
        self._fixed = fixed
        self._grounds: dict[str, str] = {}
        self._departures: dict[str, Counter[str]] = {}
        """By the case that was left: how many went to which other, or to none."""

    def follow(self, judged: Sequence[Judged], rules: Rules) -> None:
        """Let transfers leave the cases that they no longer belong to, and join those that they do."""
        found = findings(judged, rules.registry)
        wanted = {each.event_id: each.opening.case_id for each in found}
        current = self._cases.case_ids([each.event.event_id for each in judged])
        leaving = {
            name: case_id
            for name, case_id in current.items()
            if wanted.get(name) != case_id and name not in self._fixed and self._ground(case_id) != INCONSISTENT
        }
        for name, case_id in leaving.items():
            self._departures.setdefault(case_id, Counter())[wanted.get(name, "")] += 1
        self._cases.leave(list(leaving))
        self._cases.join(found)

    def sign(self, version: str, now_ns: int) -> None:
        """Note on every case what left it; a file that is full takes no more notes, but names its former members."""
        for case_id, gone in sorted(self._departures.items()):
            case = self._cases.case(case_id)
            if case is None or len(case.acts) >= MOST_ACTS:
                continue
            act = Act(
                case_id=case_id,
                number=len(case.acts) + 1,
                move=Move.NOTE,
                at_ns=now_ns,
                who=WHO,
                note=_note(gone, case.events, version),
            )
            self._cases.append(act, after(case, act))

    def _ground(self, case_id: str) -> str:
        if case_id not in self._grounds:
            case = self._cases.case(case_id)
            self._grounds[case_id] = case.opening.cause.ground if case else ""
        return self._grounds[case_id]


def _note(gone: Counter[str], left: int, version: str) -> str:
    lawful, others = gone[""], sorted(name for name in gone if name)
    moved = gone.total() - lawful
    zh = [f"按登记库版本 {version} 重新判定"]
    en = [f"judged again under registry {version}"]
    if lawful:
        zh.append(f"{lawful:,} 次传输不再存疑")
        en.append(f"{lawful:,} transfers are no longer flagged")
    if moved:
        named = _listed(others)
        zh.append(f"{moved:,} 次传输归入其他案件（{named}）")
        en.append(f"{moved:,} belong to other cases ({named})")
    zh.append(f"本案尚余 {left:,} 次")
    en.append(f"{left:,} are left in this one")
    return f"{'，'.join(zh)}。/ {'; '.join(en)}."


def _listed(names: Iterable[str]) -> str:
    some = list(names)
    return " ".join(some[:_MOST_NAMED]) + (f" +{len(some) - _MOST_NAMED}" if len(some) > _MOST_NAMED else "")
