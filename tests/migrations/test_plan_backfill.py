"""Does migration 0012 give the decisions of earlier releases their days, at every site?"""

from __future__ import annotations

import datetime as dt
import json
import uuid

import psycopg

from tests.support.databases import Database
from tests.support.rows import fill_site

BEFORE = "0011"
INPATIENT, PEERS, SESSIONS = "inpatient", "peer_support", "outpatient_cbt"
Connection = psycopg.Connection[tuple[object, ...]]
#: State of the case, then setting, state and day of its decision; each case is at its own site.
CASES = {
    "open": ("active", INPATIENT, "agreed", "2026-03-02"),
    "ended": ("discharged", PEERS, "agreed", "2026-04-01"),
    "decided last": ("deceased", SESSIONS, "agreed", "2026-12-24"),
    "waiting": ("assessed", SESSIONS, "awaiting_sign_off", "2026-05-04"),
}


def arranged(connection: Connection, name: str, site: uuid.UUID) -> None:
    """The rows of a site as an earlier release left them."""
    case, setting, state, day = CASES[name]
    connection.execute("UPDATE cases SET state = %s WHERE site_id = %s", (case, site))
    connection.execute(
        "UPDATE plan_decisions SET recommended_setting = %s, chosen_setting = %s, state = %s,"
        " decided_on = %s WHERE site_id = %s",
        (setting, setting, state, day, site),
    )


def copied(connection: Connection, table: str, site: uuid.UUID, **changes: str) -> None:
    """One row more, like the one that is there."""
    said = json.dumps({"id": str(uuid.uuid4())} | changes)
    connection.execute(
        f"INSERT INTO {table} SELECT (jsonb_populate_record(t, %s::jsonb)).*"  # noqa: S608 - our own table names
        f" FROM {table} t WHERE site_id = %s LIMIT 1".encode(),
        (said, site),
    )


def days(connection: Connection, site: uuid.UUID) -> dict[object, tuple[object, ...]]:
    """By state: review, begin and end of being in force, and how it ended."""
    rows = connection.execute(
        "SELECT state, review_on, in_force_from, in_force_until, end_code FROM plan_decisions"
        " WHERE site_id = %s",
        (site,),
    ).fetchall()
    return {row[0]: row[1:] for row in rows}


def test_decisions_of_before_get_their_days(database: Database) -> None:
    sites = {name: fill_site(database.superuser_url, name) for name in CASES}
    down = database.run("db", "downgrade", BEFORE, "--yes")
    assert down.returncode == 0, down.stderr
    with database.connect(database.superuser_url) as connection:
        for name, site in sites.items():
            arranged(connection, name, site)
        copied(connection, "plan_decisions", sites["open"], state="superseded",
               recommended_setting=PEERS,
               chosen_setting=PEERS, decided_on="2026-02-01")  # fmt: skip
        copied(connection, "case_transitions", sites["ended"], at="2026-12-05T23:30:00+00:00")

    up = database.run("db", "upgrade")

    assert up.returncode == 0, up.stderr
    day = dt.date.fromisoformat
    with database.connect(database.superuser_url) as connection:
        found = {name: days(connection, site) for name, site in sites.items()}
        forced = connection.execute(
            "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relname IN"
            " ('plan_decisions', 'cases', 'case_transitions', 'tasks')"
        ).fetchall()
    assert found["open"] == {
        "agreed": (day("2026-03-09"), day("2026-03-02"), None, None),
        "superseded": (day("2026-02-15"), None, None, None),
    }
    # The day of the last move; never before the decision itself.
    assert found["ended"] == {
        "agreed": (day("2026-04-15"), day("2026-04-01"), day("2026-12-05"), "discharged")
    }
    assert found["decided last"] == {
        "agreed": (day("2027-01-21"), day("2026-12-24"), day("2026-12-24"), "deceased")
    }
    assert found["waiting"] == {"awaiting_sign_off": (day("2026-06-01"), None, None, None)}
    assert len(forced) == len({"plan_decisions", "cases", "case_transitions", "tasks"})
