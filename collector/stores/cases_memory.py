"""Cases in memory."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from threading import RLock

from collector.case_ports import CaseQuery
from collector.cases import Act, Case, Found, Opening, State, fold
from collector.draws import Draw, Result


class MemoryCases:
    """Reads and, within a transaction, writes; what was written can be undone until it is kept."""

    def __init__(self, lock: RLock) -> None:
        self._lock = lock
        self._openings: dict[str, tuple[Opening, int]] = {}
        self._members: dict[str, dict[str, int]] = {}
        self._former: dict[str, dict[str, int]] = {}
        self._case_of: dict[str, str] = {}
        self._acts: dict[str, list[Act]] = {}
        self._draws: dict[str, Draw] = {}
        self._results: list[Result] = []
        self._undo: list[Callable[[], object]] = []

    def join(self, findings: Sequence[Found]) -> None:
        """Let transfers open their cases or join them."""
        for found in findings:
            if found.event_id in self._case_of:
                continue
            case_id = found.opening.case_id
            self.open(found.opening, found.begun_ns)
            self._case_of[found.event_id] = case_id
            self._members[case_id][found.event_id] = found.begun_ns
            self._undo += (
                partial(self._case_of.pop, found.event_id),
                partial(self._members[case_id].pop, found.event_id),
            )

    def case_ids(self, event_ids: Sequence[str]) -> dict[str, str]:
        """The cases that transfers belong to."""
        return {name: self._case_of[name] for name in event_ids if name in self._case_of}

    def leave(self, event_ids: Sequence[str]) -> None:
        """Take transfers out of their cases, which go on naming them as former members."""
        for name, case_id in self.case_ids(event_ids).items():
            former, begun_ns = self._former.setdefault(case_id, {}), self._members[case_id].pop(name)
            self._undo += (
                partial(self._members[case_id].__setitem__, name, begun_ns),
                partial(self._case_of.__setitem__, name, case_id),
            )
            if name not in former:
                former[name] = begun_ns
                self._undo.append(partial(former.pop, name))
            del self._case_of[name]

    def open(self, opening: Opening, known_ns: int) -> None:
        """Open a case; one that is there already stays as it is."""
        name = opening.case_id
        if name not in self._openings:
            self._openings[name] = opening, known_ns
            self._members[name], self._acts[name] = {}, []
            self._undo.append(lambda: [each.pop(name, None) for each in (self._openings, self._members, self._acts)])

    def append(self, act: Act, after: Case) -> None:
        """Append an act; the state that follows is folded anew when it is read."""
        self._acts[after.case_id].append(act)
        self._undo.append(self._acts[after.case_id].pop)

    def keep_draw(self, draw: Draw) -> None:
        """Keep a draw; the same one again changes nothing."""
        if draw.draw_id not in self._draws:
            self._draws[draw.draw_id] = draw
            self._undo.append(lambda: self._draws.pop(draw.draw_id))

    def keep_result(self, result: Result) -> None:
        """Append the result of one check."""
        self._results.append(result)
        self._undo.append(self._results.pop)

    def kept(self) -> None:
        """The transaction has committed."""
        self._undo.clear()

    def undone(self) -> None:
        """The transaction has failed: everything it did goes, the last thing first."""
        for undo in reversed(self._undo):
            undo()
        self._undo.clear()

    def cases(self, query: CaseQuery) -> list[Case]:
        """Cases, newest transfer first."""
        with self._lock:
            found = [each for each in self._all() if _matches(each, query)]
        return sorted(found, key=_place, reverse=True)[: query.most]

    def case(self, case_id: str) -> Case | None:
        """One case."""
        with self._lock:
            return self._folded(case_id) if case_id in self._openings else None

    def counts(self) -> dict[State, int]:
        """How many cases of each state."""
        found: dict[State, int] = {}
        with self._lock:
            for case in self._all():
                found[case.state] = found.get(case.state, 0) + 1
        return found

    def members(self, case_id: str, most: int) -> list[str]:
        """The transfers of a case, newest first."""
        with self._lock:
            found = sorted(((time, name) for name, time in self._members.get(case_id, {}).items()), reverse=True)
        return [name for _, name in found[:most]]

    def former(self, case_id: str, most: int) -> list[str]:
        """The transfers that left a case and did not come back, newest first."""
        with self._lock:
            here, gone = self._members.get(case_id, {}), self._former.get(case_id, {})
            found = sorted(((time, name) for name, time in gone.items() if name not in here), reverse=True)
        return [name for _, name in found[:most]]

    def case_of(self, event_id: str) -> str:
        """The case that a transfer belongs to; empty if none."""
        with self._lock:
            return self._case_of.get(event_id, "")

    def draws(self) -> list[Draw]:
        """Every draw, newest day first."""
        with self._lock:
            return sorted(self._draws.values(), key=lambda each: (each.day, each.draw_id), reverse=True)

    def results(self, draw_id: str) -> list[Result]:
        """The results of a draw in the order in which they were given."""
        with self._lock:
            return [each for each in self._results if each.draw_id == draw_id]

    def _all(self) -> Iterable[Case]:
        return map(self._folded, self._openings)

    def _folded(self, case_id: str) -> Case:
        opening, known_ns = self._openings[case_id]
        times = self._members[case_id].values()
        known_ns = min(self._former.get(case_id, {}).values(), default=known_ns)
        found = Case(
            opening=opening,
            events=len(times),
            first_ns=min(times, default=known_ns),
            last_ns=max(times, default=known_ns),
        )
        return fold(found, self._acts[case_id])


def _place(case: Case) -> tuple[int, str]:
    return case.last_ns, case.case_id


def _matches(case: Case, query: CaseQuery) -> bool:
    return (
        (not query.states or case.state in query.states)
        and (not query.at_work or case.state.is_open or case.recurs)
        and (not query.organisation or case.opening.cause.organisation == query.organisation)
        and (query.before is None or _place(case) < query.before)
    )
