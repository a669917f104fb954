"""The tables of the SQLite store: one entry a schema version, each applied once, none ever edited."""

from typing import Final

from collector.stores.cases_sqlite import TABLES

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
    TABLES,
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
)
