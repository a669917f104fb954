"""Re-judging (重新判定): what was kept is judged as if the registry had been known from the start (ADR 0013)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from collector.case_ports import CaseWriter
from collector.cases import MOST_ACTS, Act, Move, after
from collector.causes import INCONSISTENT, findings
from collector.draws import Outcome
from collector.explain import registry_version
from collector.ports import Judged, Past, Revision, Store
from collector.precedents import Precedents
from collector.verdicts import Verdict
from collector.whatif import MOST_SHOWN, Comparison, Difference, Retrial, Rules, Scope, exporter_years, transfers_of

WHO: Final = "guanjin rejudge"
"""Who signs the note on a case."""
_PAGE: Final = 500
_MOST_NAMED: Final = 5


def rejudge(store: Store, rules: Rules, scope: Scope, now_ns: int, most: int = MOST_SHOWN) -> Iterator[Difference]:
    """Judge stored transfers again in the order in which they began; ledger, verdicts and cases follow.

    Each exporter's year is one transaction. Old verdicts stay beside the new ones; a transfer that no longer shows a
    case's cause leaves the case, which says so and stays.

    Args:
        store: where the transfers are.
        rules: what they are judged by.
        scope: which of them.
        now_ns: when.
        most: changed transfers given in full.

    Raises:
        UnavailableError: the store is away; the exporter's year under way is as it was.
    """
    version = registry_version(rules.registry)
    said = Precedents(rules.registry, rules.routes)
    for organisation, year in exporter_years(store, scope):
        yield _judged_again(store, Retrial(organisation, year, said), rules, (version, now_ns), most)


def _judged_again(store: Store, retrial: Retrial, rules: Rules, mark: tuple[str, int], most: int) -> Difference:
    ledger, tally = retrial.ledger, rules.registry.settings.threshold_tally
    comparison = Comparison(most)
    with store.begin() as transaction:
        docket = _Docket(transaction.cases, _spot_checked(store))
        for page in _pages(transfers_of(store, ledger.organisation, ledger.year)):
            judged = [Judged(each.event, retrial.judge(each.event)) for each in page]
            for old, new in zip(page, judged, strict=True):
                comparison.add(old.event, old.verdict, new.verdict)
            pairs = [(old.verdict, new.verdict) for old, new in zip(page, judged, strict=True)]
            transaction.revise([Revision(Past(old, *mark), new) for old, new in pairs if _differ(old, new)])
            docket.follow(judged, rules)
        docket.sign(*mark)
        difference = comparison.difference(transaction.ledger(ledger.organisation, ledger.year), ledger, (tally, tally))
        transaction.rebuild(ledger)
    return difference


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
