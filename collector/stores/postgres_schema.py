"""The tables of the PostgreSQL store: each version forth and back, in one transaction each, none ever edited.

Every row belongs to a tenant. A role has one seat: the tenant that it sees and, for an exporter's own people, the one
organisation. Row-level security holds the rows apart whatever a query asks, for the owner of the tables as well.
"""

from typing import Final

from msgspec import Struct

SCHEMA: Final = "guanjin"

_OWN: Final = 'tenant text COLLATE "C" NOT NULL DEFAULT guanjin.my_tenant()'

_FOUNDATIONS: Final = (
    """CREATE TABLE seat (
        role name PRIMARY KEY,
        tenant text COLLATE "C" NOT NULL,
        organisation text COLLATE "C" NOT NULL DEFAULT ''
    )""",
    "ALTER TABLE seat ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY own_seat ON seat FOR SELECT USING (role = current_user)",
    "INSERT INTO seat (role, tenant) VALUES (current_user, 'default')",
    """CREATE FUNCTION my_tenant() RETURNS text LANGUAGE sql STABLE
        AS $$ SELECT tenant FROM guanjin.seat WHERE role = current_user $$""",
    """CREATE FUNCTION my_organisation() RETURNS text LANGUAGE sql STABLE
        AS $$ SELECT organisation FROM guanjin.seat WHERE role = current_user $$""",
)

_TABLES: Final = {
    "transfer": """event_id text COLLATE "C" NOT NULL, organisation text COLLATE "C" NOT NULL, begun_ns bigint NOT NULL,
        status text COLLATE "C" NOT NULL, event bytea NOT NULL, verdict bytea NOT NULL,
        PRIMARY KEY (tenant, begun_ns, event_id)""",
    "seen": """event_id text COLLATE "C" NOT NULL, begun_ns bigint NOT NULL, PRIMARY KEY (tenant, event_id)""",
    "past_verdict": """number bigint GENERATED ALWAYS AS IDENTITY, event_id text COLLATE "C" NOT NULL,
        record bytea NOT NULL, PRIMARY KEY (tenant, event_id, number)""",
    "ledger_head": """organisation text COLLATE "C" NOT NULL, year integer NOT NULL, revision bigint NOT NULL,
        era bigint NOT NULL, PRIMARY KEY (tenant, organisation, year)""",
    "cell": """organisation text COLLATE "C" NOT NULL, year integer NOT NULL, month integer NOT NULL,
        basis text COLLATE "C" NOT NULL, recipient text COLLATE "C" NOT NULL, grade text COLLATE "C" NOT NULL,
        subjects bytea NOT NULL, revision bigint NOT NULL,
        PRIMARY KEY (tenant, organisation, year, month, basis, recipient, grade)""",
    "growth": """organisation text COLLATE "C" NOT NULL, year integer NOT NULL, month integer NOT NULL,
        basis text COLLATE "C" NOT NULL, recipient text COLLATE "C" NOT NULL, grade text COLLATE "C" NOT NULL,
        subjects bytea NOT NULL, revision bigint NOT NULL""",
    "coverage": """agent text COLLATE "C" NOT NULL, started_ns bigint NOT NULL, seen_ns bigint NOT NULL,
        record bytea NOT NULL, PRIMARY KEY (tenant, agent, started_ns)""",
    "casefile": """case_id text COLLATE "C" NOT NULL, organisation text COLLATE "C" NOT NULL, events bigint NOT NULL,
        first_ns bigint NOT NULL, last_ns bigint NOT NULL, state text COLLATE "C" NOT NULL, settled_ns bigint,
        opening bytea NOT NULL, PRIMARY KEY (tenant, case_id)""",
    "case_member": """event_id text COLLATE "C" NOT NULL, case_id text COLLATE "C" NOT NULL, begun_ns bigint NOT NULL,
        PRIMARY KEY (tenant, event_id)""",
    "case_former": """case_id text COLLATE "C" NOT NULL, event_id text COLLATE "C" NOT NULL, begun_ns bigint NOT NULL,
        PRIMARY KEY (tenant, case_id, event_id)""",
    "case_act": """case_id text COLLATE "C" NOT NULL, number integer NOT NULL, act bytea NOT NULL,
        PRIMARY KEY (tenant, case_id, number)""",
    "draw": """draw_id text COLLATE "C" NOT NULL, day text COLLATE "C" NOT NULL, record bytea NOT NULL,
        PRIMARY KEY (tenant, draw_id)""",
    "draw_result": """number bigint GENERATED ALWAYS AS IDENTITY, draw_id text COLLATE "C" NOT NULL,
        record bytea NOT NULL, PRIMARY KEY (tenant, draw_id, number)""",
    "received": """agent text COLLATE "C" NOT NULL, epoch text COLLATE "C" NOT NULL, seen_ns bigint NOT NULL,
        ranges bytea NOT NULL, PRIMARY KEY (tenant, agent, epoch)""",
    "gap": """gap_id text COLLATE "C" NOT NULL, agent text COLLATE "C" NOT NULL, from_ns bigint NOT NULL,
        until_ns bigint NOT NULL, record bytea NOT NULL, PRIMARY KEY (tenant, gap_id)""",
    "aside": """aside_id text COLLATE "C" NOT NULL, source text NOT NULL, reason text NOT NULL,
        received_ns bigint NOT NULL, content bytea NOT NULL, PRIMARY KEY (tenant, aside_id)""",
    "source_position": """source text COLLATE "C" NOT NULL, part integer NOT NULL, next_offset bigint NOT NULL,
        PRIMARY KEY (tenant, source, part)""",
    "due_day": """organisation text COLLATE "C" NOT NULL, day bigint NOT NULL, changes bigint NOT NULL,
        PRIMARY KEY (tenant, organisation, day)""",
    "legal_hold": """organisation text COLLATE "C" NOT NULL, reason text NOT NULL, who text NOT NULL,
        since_ns bigint NOT NULL, PRIMARY KEY (tenant, organisation)""",
    "registry_version": """number bigint NOT NULL, recorded_ns bigint NOT NULL, author text NOT NULL,
        reason text NOT NULL, seal text NOT NULL, content bytea NOT NULL, PRIMARY KEY (tenant, number)""",
}  # fmt: skip

_INDEXES: Final = (
    "CREATE INDEX transfer_by_status ON transfer (tenant, status, begun_ns, event_id)",
    "CREATE INDEX transfer_by_organisation ON transfer (tenant, organisation, begun_ns, event_id)",
    "CREATE INDEX growth_by_cell ON growth (tenant, organisation, year, month, basis, recipient, grade)",
    "CREATE INDEX casefile_by_time ON casefile (tenant, last_ns, case_id)",
    "CREATE INDEX case_member_by_case ON case_member (tenant, case_id, begun_ns, event_id)",
    "CREATE INDEX case_former_by_case ON case_former (tenant, case_id, begun_ns, event_id)",
    "CREATE INDEX gap_by_time ON gap (tenant, until_ns)",
)

_MONTHS: Final = (
    "CREATE TABLE transfer_other PARTITION OF transfer DEFAULT",
    # Attaching locks the parent less than making a partition in place does, so that others go on writing.
    """CREATE FUNCTION make_month(month integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = guanjin AS $$
        DECLARE
            label text := 'transfer_' || month / 12 || '_' || lpad((month % 12 + 1)::text, 2, '0');
            since bigint := extract(epoch FROM make_timestamp(month / 12, month % 12 + 1, 1, 0, 0, 0))::bigint - 28800;
            until bigint := extract(epoch FROM
                make_timestamp((month + 1) / 12, (month + 1) % 12 + 1, 1, 0, 0, 0))::bigint - 28800;
        BEGIN
            IF month NOT BETWEEN 2020 * 12 AND 2040 * 12 THEN RETURN; END IF;
            IF to_regclass(label) IS NOT NULL THEN RETURN; END IF;
            LOCK TABLE transfer IN SHARE UPDATE EXCLUSIVE MODE;
            IF to_regclass(label) IS NOT NULL THEN RETURN; END IF;
            EXECUTE format('CREATE TABLE %I (LIKE transfer INCLUDING DEFAULTS)', label);
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', label);
            EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', label);
            EXECUTE format('ALTER TABLE transfer ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
                label, since * 1000000000, until * 1000000000);
        END $$""",
)

_SEALED: Final = (
    """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION 'a version is neither edited nor deleted'; END $$""",
    """CREATE TRIGGER version_is_final BEFORE UPDATE OR DELETE ON registry_version
        FOR EACH ROW EXECUTE FUNCTION refuse()""",
)

_BY_ORGANISATION: Final = ("transfer", "cell", "growth", "casefile")
"""What an exporter's own people may read of themselves."""

TENANT_TABLES: Final = tuple(_TABLES)


def _made(table: str, columns: str) -> str:
    """Columns of the table's own; COPY wants them apart from the tenant, so that stands last but for the keys."""
    return f"CREATE TABLE {table} ({_OWN}, {columns}){' PARTITION BY RANGE (begun_ns)' if table == 'transfer' else ''}"


def _guarded(table: str) -> tuple[str, ...]:
    mine = "tenant = (SELECT guanjin.my_tenant())"
    seat = "(SELECT guanjin.my_organisation())"
    mine += f" AND ({seat} = '' OR {seat} = organisation)" if table in _BY_ORGANISATION else f" AND {seat} = ''"
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY own_rows ON {table} USING ({mine}) WITH CHECK ({mine})",
    )


class Migration(Struct, frozen=True):
    """One version of the schema."""

    forth: tuple[str, ...]
    back: tuple[str, ...]


MIGRATIONS: Final = (
    Migration(
        forth=(
            *_FOUNDATIONS,
            *(_made(table, columns) for table, columns in _TABLES.items()),
            *_INDEXES,
            *_MONTHS,
            *_SEALED,
            *(statement for table in (*_TABLES, "transfer_other") for statement in _guarded(table)),
        ),
        back=(
            *(f"DROP TABLE {table}" for table in reversed(_TABLES)),
            "DROP FUNCTION make_month, refuse, my_tenant, my_organisation",
            "DROP TABLE seat",
        ),
    ),
)

INCOMING: Final = """CREATE TEMP TABLE IF NOT EXISTS incoming (event_id text, organisation text, begun_ns bigint,
    status text, event bytea, verdict bytea) ON COMMIT DELETE ROWS"""
"""COPY does not go past row-level security, so rows arrive here and are inserted from here."""


def granted(role: str, organisation: str) -> tuple[str, ...]:
    """What a role needs in order to work, or, if it sits for one exporter, to read; the role's name comes quoted.

    A seat that it had before is taken from it first.
    """
    tables = ", ".join(f"{SCHEMA}.{table}" for table in (_BY_ORGANISATION if organisation else TENANT_TABLES))
    everything = ", ".join(f"{SCHEMA}.{table}" for table in TENANT_TABLES)
    deeds = "SELECT" if organisation else "SELECT, INSERT, UPDATE, DELETE"
    return (
        f"REVOKE ALL ON {everything} FROM {role}",
        f"GRANT USAGE ON SCHEMA {SCHEMA} TO {role}",
        f"GRANT SELECT ON {SCHEMA}.seat, {SCHEMA}.migration TO {role}",
        f"GRANT {deeds} ON {tables} TO {role}",
    )
