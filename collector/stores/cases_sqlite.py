"""Cases in the SQLite file of the store, written in its transactions."""

from collections.abc import Callable, Iterable, Sequence
import sqlite3
from typing import Any, Final

import msgspec

from collector.case_ports import CaseQuery
from collector.cases import Act, Case, Found, Opening, State, fold
from collector.draws import Draw, Result

Read = Callable[[str, Sequence[Any]], list[Any]]
"""Runs one query on the reading side of the store."""

TABLES: Final = (
    """CREATE TABLE casefile (
        case_id TEXT PRIMARY KEY,
        organisation TEXT NOT NULL,
        events INTEGER NOT NULL,
        first_ns INTEGER NOT NULL,
        last_ns INTEGER NOT NULL,
        state TEXT NOT NULL,
        settled_ns INTEGER,
        opening BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX casefile_by_time ON casefile (last_ns, case_id)",
    """CREATE TABLE case_member (
        event_id TEXT PRIMARY KEY,
        case_id TEXT NOT NULL,
        begun_ns INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX case_member_by_case ON case_member (case_id, begun_ns, event_id)",
    """CREATE TABLE case_act (
        case_id TEXT NOT NULL,
        number INTEGER NOT NULL,
        act BLOB NOT NULL,
        PRIMARY KEY (case_id, number)
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE draw (draw_id TEXT PRIMARY KEY, day TEXT NOT NULL, record BLOB NOT NULL) STRICT",
    "CREATE TABLE draw_result (number INTEGER PRIMARY KEY, draw_id TEXT NOT NULL, record BLOB NOT NULL) STRICT",
    "CREATE INDEX draw_result_by_draw ON draw_result (draw_id, number)",
)
"""State and time of closing follow from the acts; they stand beside them so that a list need not fold every case."""

_WITHOUT_ONE: Final = """UPDATE casefile SET events = events - 1,
    first_ns = coalesce((SELECT min(begun_ns) FROM case_member WHERE case_id = ?1),
        (SELECT min(begun_ns) FROM case_former WHERE case_id = ?1)),
    last_ns = coalesce((SELECT max(begun_ns) FROM case_member WHERE case_id = ?1),
        (SELECT min(begun_ns) FROM case_former WHERE case_id = ?1))
    WHERE case_id = ?1"""
"""A case that all have left keeps the time of the earliest that was ever in it."""
_COLUMNS: Final = "case_id, events, first_ns, last_ns, opening"
_AT_ONCE: Final = 500

_pack: Final = msgspec.msgpack.Encoder().encode
_openings: Final = msgspec.msgpack.Decoder(Opening)
_acts: Final = msgspec.msgpack.Decoder(Act)
_draws: Final = msgspec.msgpack.Decoder(Draw)
_results: Final = msgspec.msgpack.Decoder(Result)


class SqliteCases:
    """The cases for reading.

    Args:
        read: runs one query.
    """

    def __init__(self, read: Read) -> None:
        self._read = read

    def cases(self, query: CaseQuery) -> list[Case]:
        """Cases, newest transfer first."""
        wheres, values = ["1"], list[Any]()
        if query.states:
            wheres.append(f"state IN ({_marks(query.states)})")
            values += query.states
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
            "SELECT event_id FROM case_former WHERE case_id = ?1 AND event_id NOT IN"
            " (SELECT event_id FROM case_member WHERE case_id = ?1) ORDER BY begun_ns DESC, event_id DESC LIMIT ?2",
            (case_id, most),
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


class SqliteCaseWriter:
    """The cases within a transaction.

    Args:
        writer: the connection on which the transaction is open.
    """

    def __init__(self, writer: sqlite3.Connection) -> None:
        self._writer = writer

    def join(self, findings: Sequence[Found]) -> None:
        """Let transfers open their cases or join them."""
        for found in findings:
            row = found.event_id, found.opening.case_id, found.begun_ns
            if self._writer.execute("INSERT OR IGNORE INTO case_member VALUES (?, ?, ?)", row).rowcount:
                self._put(found.opening, found.begun_ns, 1)

    def case_ids(self, event_ids: Sequence[str]) -> dict[str, str]:
        """The cases that transfers belong to."""
        found: dict[str, str] = {}
        for first in range(0, len(event_ids), _AT_ONCE):
            some = event_ids[first : first + _AT_ONCE]
            text = f"SELECT event_id, case_id FROM case_member WHERE event_id IN ({_marks(some)})"  # noqa: S608  # question marks
            found.update(self._writer.execute(text, some))
        return found

    def leave(self, event_ids: Sequence[str]) -> None:
        """Take transfers out of their cases, which go on naming them as former members."""
        for name, case_id in self.case_ids(event_ids).items():
            self._writer.execute(
                "INSERT OR IGNORE INTO case_former SELECT case_id, event_id, begun_ns FROM case_member"
                " WHERE event_id = ?",
                (name,),
            )
            self._writer.execute("DELETE FROM case_member WHERE event_id = ?", (name,))
            self._writer.execute(_WITHOUT_ONE, (case_id,))

    def open(self, opening: Opening, known_ns: int) -> None:
        """Open a case that no transfer shows; one that is there already stays as it is."""
        if self.case(opening.case_id) is None:
            self._put(opening, known_ns, 0)

    def case(self, case_id: str) -> Case | None:
        """One case as it stands within this transaction."""
        return _one(case_id, self._read)

    def append(self, act: Act, after: Case) -> None:
        """Append an act and write down what follows from it."""
        self._writer.execute("INSERT INTO case_act VALUES (?, ?, ?)", (act.case_id, act.number, _pack(act)))
        self._writer.execute(
            "UPDATE casefile SET state = ?, settled_ns = ? WHERE case_id = ?",
            (after.state, after.settled_ns, act.case_id),
        )

    def keep_draw(self, draw: Draw) -> None:
        """Keep a draw; the same one again changes nothing."""
        self._writer.execute("INSERT OR IGNORE INTO draw VALUES (?, ?, ?)", (draw.draw_id, draw.day, _pack(draw)))

    def keep_result(self, result: Result) -> None:
        """Append the result of one check."""
        row = result.draw_id, _pack(result)
        self._writer.execute("INSERT INTO draw_result (draw_id, record) VALUES (?, ?)", row)

    def _put(self, opening: Opening, time_ns: int, events: int) -> None:
        self._writer.execute(
            "INSERT INTO casefile VALUES (?, ?, ?, ?, ?, ?, NULL, ?) ON CONFLICT (case_id) DO UPDATE SET"
            " first_ns = iif(events, min(first_ns, excluded.first_ns), excluded.first_ns),"
            " last_ns = iif(events, max(last_ns, excluded.last_ns), excluded.last_ns), events = events + 1",
            (opening.case_id, opening.cause.organisation, events, time_ns, time_ns, State.FOUND, _pack(opening)),
        )

    def _read(self, text: str, values: Sequence[Any]) -> list[Any]:
        return self._writer.execute(text, values).fetchall()


def _one(case_id: str, read: Read) -> Case | None:
    rows = read(f"SELECT {_COLUMNS} FROM casefile WHERE case_id = ?", (case_id,))  # noqa: S608  # our own words
    return next(iter(_folded(rows, read)), None)


def _folded(rows: Sequence[Any], read: Read) -> list[Case]:
    acts = _acts_of([row[0] for row in rows], read)
    return [
        fold(
            Case(opening=_openings.decode(opening), events=events, first_ns=first_ns, last_ns=last_ns),
            acts.get(case_id, ()),
        )
        for case_id, events, first_ns, last_ns, opening in rows
    ]


def _acts_of(case_ids: Sequence[str], read: Read) -> dict[str, Iterable[Act]]:
    found: dict[str, list[Act]] = {}
    for first in range(0, len(case_ids), _AT_ONCE):
        some = case_ids[first : first + _AT_ONCE]
        marks = _marks(some)
        text = f"SELECT case_id, act FROM case_act WHERE case_id IN ({marks}) ORDER BY case_id, number"  # noqa: S608  # question marks
        for case_id, act in read(text, some):
            found.setdefault(case_id, []).append(_acts.decode(act))
    return {name: tuple(some) for name, some in found.items()}


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
