"""The tables of the SQLite store: one entry a schema version, each applied once, none ever edited."""

from typing import Final

_CASES: Final = (
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

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        """CREATE TABLE transfer (
            event_id TEXT PRIMARY KEY,
            organisation TEXT NOT NULL,
            begun_ns INTEGER NOT NULL,
            status TEXT NOT NULL,
            event BLOB NOT NULL,
            verdict BLOB NOT NULL
        ) STRICT""",
        "CREATE INDEX transfer_by_time ON transfer (begun_ns, event_id)",
        "CREATE INDEX transfer_by_status ON transfer (status, begun_ns, event_id)",
        "CREATE INDEX transfer_by_organisation ON transfer (organisation, begun_ns, event_id)",
        """CREATE TABLE cell (
            organisation TEXT NOT NULL,
            year INTEGER NOT NULL,
            month INTEGER NOT NULL,
            basis TEXT NOT NULL,
            recipient TEXT NOT NULL,
            grade TEXT NOT NULL,
            subjects BLOB NOT NULL,
            UNIQUE (organisation, year, month, basis, recipient, grade)
        ) STRICT""",
        """CREATE TABLE coverage (
            agent TEXT NOT NULL,
            started_ns INTEGER NOT NULL,
            seen_ns INTEGER NOT NULL,
            record BLOB NOT NULL,
            PRIMARY KEY (agent, started_ns)
        ) STRICT""",
    ),
    _CASES,
    (
        """CREATE TABLE growth (
            organisation TEXT NOT NULL,
            year INTEGER NOT NULL,
            month INTEGER NOT NULL,
            basis TEXT NOT NULL,
            recipient TEXT NOT NULL,
            grade TEXT NOT NULL,
            subjects BLOB NOT NULL
        ) STRICT""",
        "CREATE INDEX growth_by_cell ON growth (organisation, year, month, basis, recipient, grade)",
    ),
    (
        """CREATE TABLE past_verdict (
            number INTEGER PRIMARY KEY,
            event_id TEXT NOT NULL,
            record BLOB NOT NULL
        ) STRICT""",
        "CREATE INDEX past_verdict_by_event ON past_verdict (event_id, number)",
        """CREATE TABLE case_former (
            case_id TEXT NOT NULL,
            event_id TEXT NOT NULL,
            begun_ns INTEGER NOT NULL,
            PRIMARY KEY (case_id, event_id)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX case_former_by_case ON case_former (case_id, begun_ns, event_id)",
    ),
    (
        """CREATE TABLE ledger_head (
            organisation TEXT NOT NULL,
            year INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            era INTEGER NOT NULL,
            PRIMARY KEY (organisation, year)
        ) STRICT, WITHOUT ROWID""",
        "ALTER TABLE cell ADD COLUMN revision INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE growth ADD COLUMN revision INTEGER NOT NULL DEFAULT 0",
        """CREATE TABLE received (
            agent TEXT NOT NULL,
            epoch TEXT NOT NULL,
            seen_ns INTEGER NOT NULL,
            ranges BLOB NOT NULL,
            PRIMARY KEY (agent, epoch)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE gap (
            gap_id TEXT PRIMARY KEY,
            agent TEXT NOT NULL,
            from_ns INTEGER NOT NULL,
            until_ns INTEGER NOT NULL,
            record BLOB NOT NULL
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX gap_by_time ON gap (until_ns)",
        """CREATE TABLE aside (
            aside_id TEXT PRIMARY KEY,
            source TEXT NOT NULL,
            reason TEXT NOT NULL,
            received_ns INTEGER NOT NULL,
            content BLOB NOT NULL
        ) STRICT""",
        """CREATE TABLE source_position (
            source TEXT NOT NULL,
            part INTEGER NOT NULL,
            next_offset INTEGER NOT NULL,
            PRIMARY KEY (source, part)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE due_day (
            organisation TEXT NOT NULL,
            day INTEGER NOT NULL,
            changes INTEGER NOT NULL,
            PRIMARY KEY (organisation, day)
        ) STRICT, WITHOUT ROWID""",
        """INSERT INTO due_day SELECT DISTINCT organisation, (begun_ns / 1000000000 + 28800) / 86400, 1
            FROM transfer""",
        """CREATE TABLE legal_hold (
            organisation TEXT PRIMARY KEY,
            reason TEXT NOT NULL,
            who TEXT NOT NULL,
            since_ns INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""",
    ),
)
