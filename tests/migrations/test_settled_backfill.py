"""Does migration 0015 settle what a call had settled before, at every site, and nothing else?"""

from __future__ import annotations

import datetime as dt
import uuid

import psycopg

from tests.support.databases import Database
from tests.support.rows import NOW, fill_site

BEFORE = "0014"
HOUR = dt.timedelta(hours=1)
#: State of a reminder, outcome of an attempt and its time after the reminder; each at its own site.
SAID = {
    "spoken with": ("dead", "reached", HOUR),
    "in doubt": ("uncertain", "reached", 2 * HOUR),
    "nobody there": ("dead", "no_reply", HOUR),
    "called before": ("dead", "reached", -HOUR),
    "called after the visit": ("failed", "reached", 30 * 24 * HOUR),
    "it arrived": ("accepted", "reached", HOUR),
}
SETTLED = {"spoken with": NOW + HOUR, "in doubt": NOW + 2 * HOUR}
TABLES = ["reminders", "appointments", "contact_attempts"]


def arranged(
    connection: psycopg.Connection[tuple[object, ...]], site: uuid.UUID, name: str
) -> None:
    """The rows of a site as an earlier release left them."""
    state, outcome, later = SAID[name]
    connection.execute("UPDATE reminders SET state = %s WHERE site_id = %s", (state, site))
    connection.execute(
        "INSERT INTO contact_attempts SELECT made.* FROM contact_attempts one,"
        " jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(),"
        " 'outcome', %s::text, 'at', %s::timestamptz)) made WHERE one.site_id = %s",
        (outcome, NOW + later, site),
    )


def test_what_a_call_had_settled_stays_settled(database: Database) -> None:
    sites = {fill_site(database.superuser_url, name): name for name in SAID}
    down = database.run("db", "downgrade", BEFORE, "--yes")
    assert down.returncode == 0, down.stderr
    with database.connect(database.superuser_url) as connection:
        for site, name in sites.items():
            arranged(connection, site, name)

    up = database.run("db", "upgrade")

    assert up.returncode == 0, up.stderr
    with database.connect(database.superuser_url) as connection:
        found = connection.execute(
            "SELECT r.site_id, r.settled_at FROM reminders r JOIN contact_attempts a"
            " ON a.id = r.contact_attempt_id AND a.at = r.settled_at"
        ).fetchall()
        settled = connection.execute(
            "SELECT count(*) FROM reminders WHERE settled_at IS NOT NULL"
        ).fetchall()
        forced = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relforcerowsecurity AND relname = ANY(%s)",
            (TABLES,),
        ).fetchall()
    assert {sites[uuid.UUID(str(site))]: at for site, at in found} == SETTLED
    assert (settled, forced) == ([(len(SETTLED),)], [(len(TABLES),)])
