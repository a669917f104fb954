"""Cases in SQL that SQLite and PostgreSQL both understand, written in the transactions of their stores."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from collector.case_ports import CaseQuery
from collector.cases import Act, Case, Found, Opening, State, fold
from collector.draws import Draw, Result
from collector.stores.dialect import Run, marks, pieces

_WITHOUT_ONE: Final = """UPDATE casefile SET events = events - 1,
    first_ns = coalesce((SELECT min(begun_ns) FROM case_member WHERE case_id = casefile.case_id),
        (SELECT min(begun_ns) FROM case_former WHERE case_id = casefile.case_id)),
    last_ns = coalesce((SELECT max(begun_ns) FROM case_member WHERE case_id = casefile.case_id),
        (SELECT min(begun_ns) FROM case_former WHERE case_id = casefile.case_id))
    WHERE case_id = ?"""
"""A case that all have left keeps the time of the earliest that was ever in it."""
_PUT: Final = """INSERT INTO casefile (case_id, organisation, events, first_ns, last_ns, state, opening)
    VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (case_id) DO UPDATE SET
    first_ns = CASE WHEN casefile.events = 0 OR excluded.first_ns < casefile.first_ns
        THEN excluded.first_ns ELSE casefile.first_ns END,
    last_ns = CASE WHEN casefile.events = 0 OR excluded.last_ns > casefile.last_ns
        THEN excluded.last_ns ELSE casefile.last_ns END,
    events = casefile.events + excluded.events"""
_COLUMNS: Final = "case_id, events, first_ns, last_ns, opening"

_pack: Final = msgspec.msgpack.Encoder().encode
_openings: Final = msgspec.msgpack.Decoder(Opening)
_acts: Final = msgspec.msgpack.Decoder(Act)
_draws: Final = msgspec.msgpack.Decoder(Draw)
_results: Final = msgspec.msgpack.Decoder(Result)


class SqlCases:
    """The cases for reading.

    Args:
        read: runs one query.
    """

    def __init__(self, read: Run) -> None:
        self._read = read

    def cases(self, query: CaseQuery) -> list[Case]:
        """Cases, newest transfer first."""
        wheres, values = ["TRUE"], list[Any]()
        if query.states:
            wheres.append(f"state IN ({marks(query.states)})")
            values += [state.value for state in query.states]
        if query.at_work:
            wheres.append("(state NOT IN ('closed', 'dismissed') OR last_ns > settled_ns)")
        if query.organisation:
            wheres.append("organisation = ?")
            values.append(query.organisation)
        if query.before:
            wheres.append("(last_ns, case_id) < (?, ?)")
            values += query.before
        # Only our own words and question marks are joined; every value is bound.
        text = f"SELECT {_COLUMNS} FROM casefile WHERE {' AND '.join(wheres)}"  # noqa: S608  # see above
        rows = self._read(f"{text} ORDER BY last_ns DESC, case_id DESC LIMIT ?", (*values, query.most))
        return _folded(rows, self._read)

    def case(self, case_id: str) -> Case | None:
        """One case."""
        return _one(case_id, self._read)

    def counts(self) -> dict[State, int]:
        """How many cases of each state."""
        rows = self._read("SELECT state, count(*) FROM casefile GROUP BY state", ())
        return {State(state): count for state, count in rows}

    def members(self, case_id: str, most: int) -> list[str]:
        """The transfers of a case, newest first."""
        rows = self._read(
            "SELECT event_id FROM case_member WHERE case_id = ? ORDER BY begun_ns DESC, event_id DESC LIMIT ?",
            (case_id, most),
        )
        return [name for (name,) in rows]

    def former(self, case_id: str, most: int) -> list[str]:
        """The transfers that left a case and did not come back, newest first."""
        rows = self._read(
            "SELECT event_id FROM case_former WHERE case_id = ? AND event_id NOT IN"
            " (SELECT event_id FROM case_member WHERE case_id = ?) ORDER BY begun_ns DESC, event_id DESC LIMIT ?",
            (case_id, case_id, most),
        )
        return [name for (name,) in rows]

    def case_of(self, event_id: str) -> str:
        """The case that a transfer belongs to; empty if none."""
        rows = self._read("SELECT case_id FROM case_member WHERE event_id = ?", (event_id,))
        return rows[0][0] if rows else ""

    def draws(self) -> list[Draw]:
        """Every draw, newest day first."""
        return [
            _draws.decode(row) for (row,) in self._read("SELECT record FROM draw ORDER BY day DESC, draw_id DESC", ())
        ]

    def results(self, draw_id: str) -> list[Result]:
        """The results of a draw in the order in which they were given."""
        rows = self._read("SELECT record FROM draw_result WHERE draw_id = ? ORDER BY number", (draw_id,))
        return [_results.decode(row) for (row,) in rows]


class SqlCaseWriter:
    """The cases within a transaction.

    Args:
        run: runs one statement in it.
    """

    def __init__(self, run: Run) -> None:
        self._run = run

    def join(self, findings: Sequence[Found]) -> None:
        """Let transfers open their cases or join them."""
        wanted: dict[str, Found] = {}
        for found in findings:
            wanted.setdefault(found.event_id, found)
        joined: dict[str, list[Found]] = {}
        for some in pieces(list(wanted.values())):
            rows = [value for each in some for value in (each.event_id, each.opening.case_id, each.begun_ns)]
            text = f"INSERT INTO case_member (event_id, case_id, begun_ns) VALUES {marks(some, '(?, ?, ?)')}"  # noqa: S608  # question marks
            for (name,) in self._run(f"{text} ON CONFLICT DO NOTHING RETURNING event_id", rows):
                joined.setdefault(wanted[name].opening.case_id, []).append(wanted[name])
        for _, members in sorted(joined.items()):
            times = [each.begun_ns for each in members]
            self._put(members[0].opening, len(members), min(times), max(times))

    def case_ids(self, event_ids: Sequence[str]) -> dict[str, str]:
        """The cases that transfers belong to."""
        found: dict[str, str] = {}
        for some in pieces(event_ids):
            text = f"SELECT event_id, case_id FROM case_member WHERE event_id IN ({marks(some)})"  # noqa: S608  # question marks
            found.update(self._run(text, some))
        return found

    def leave(self, event_ids: Sequence[str]) -> None:
        """Take transfers out of their cases, which go on naming them as former members."""
        for name, case_id in self.case_ids(event_ids).items():
            self._run(
                "INSERT INTO case_former (case_id, event_id, begun_ns) SELECT case_id, event_id, begun_ns"
                " FROM case_member WHERE event_id = ? ON CONFLICT DO NOTHING",
                (name,),
            )
            self._run("DELETE FROM case_member WHERE event_id = ?", (name,))
            self._run(_WITHOUT_ONE, (case_id,))

    def open(self, opening: Opening, known_ns: int) -> None:
        """Open a case that no transfer shows; one that is there already stays as it is."""
        if self.case(opening.case_id) is None:
            self._put(opening, 0, known_ns, known_ns)

    def case(self, case_id: str) -> Case | None:
        """One case as it stands within this transaction."""
        return _one(case_id, self._run)

    def append(self, act: Act, after: Case) -> None:
        """Append an act and write down what follows from it."""
        self._run("INSERT INTO case_act (case_id, number, act) VALUES (?, ?, ?)", (act.case_id, act.number, _pack(act)))
        self._run(
            "UPDATE casefile SET state = ?, settled_ns = ? WHERE case_id = ?",
            (after.state.value, after.settled_ns, act.case_id),
        )

    def keep_draw(self, draw: Draw) -> None:
        """Keep a draw; the same one again changes nothing."""
        row = draw.draw_id, draw.day, _pack(draw)
        self._run("INSERT INTO draw (draw_id, day, record) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", row)

    def keep_result(self, result: Result) -> None:
        """Append the result of one check."""
        self._run("INSERT INTO draw_result (draw_id, record) VALUES (?, ?)", (result.draw_id, _pack(result)))

    def _put(self, opening: Opening, events: int, first_ns: int, last_ns: int) -> None:
        case_id, organisation = opening.case_id, opening.cause.organisation
        self._run(_PUT, (case_id, organisation, events, first_ns, last_ns, State.FOUND.value, _pack(opening)))


def _one(case_id: str, read: Run) -> Case | None:
    rows = read(f"SELECT {_COLUMNS} FROM casefile WHERE case_id = ?", (case_id,))  # noqa: S608  # our own words
    return next(iter(_folded(rows, read)), None)


def _folded(rows: Sequence[Any], read: Run) -> list[Case]:
    acts = _acts_of([row[0] for row in rows], read)
    return [
        fold(
            Case(opening=_openings.decode(opening), events=events, first_ns=first_ns, last_ns=last_ns),
            acts.get(case_id, ()),
        )
        for case_id, events, first_ns, last_ns, opening in rows
    ]


def _acts_of(case_ids: Sequence[str], read: Run) -> dict[str, Iterable[Act]]:
    found: dict[str, list[Act]] = {}
    for some in pieces(case_ids):
        text = f"SELECT case_id, act FROM case_act WHERE case_id IN ({marks(some)}) ORDER BY case_id, number"  # noqa: S608  # question marks
        for case_id, act in read(text, some):
            found.setdefault(case_id, []).append(_acts.decode(act))
    return {name: tuple(some) for name, some in found.items()}
